//! The node's executor of golden vectors.

use super::golden::{Ended, Engine, Executor, Loaded, Observed, Ran};
use opg_engine_abi::{
	hash::content_root_of, EngineRef, ErrorCode, ImageFuel, Limits, LoadReport, ModelRef,
};
use opg_engine_host::{Detailed, EngineHost, Lane, MemorySource, Outcome, TrapNumber};
use std::sync::Arc;

/// The number of a trap by `unreachable`.
const UNREACHABLE: u64 = TrapNumber::Unreachable as u64;

/// The newest released engine as it lies in state.
pub fn released() -> EngineRef {
	let blob = opg_engine_blob::latest();
	EngineRef {
		hash: blob.hash,
		profile: blob.profile,
		raw_len: blob.raw_len,
		stored_len: u32::try_from(blob.compressed.len()).expect("a blob is small"),
	}
}

/// The same as a record names it.
pub fn engine() -> Engine {
	let EngineRef { hash, profile, .. } = released();
	Engine { hash, profile }
}

/// Runs the released engine as a validator does.
pub struct HostExecutor {
	/// May be replaced by another one between two calls.
	pub host: Arc<EngineHost>,
	/// Kept, because it hashes its chunks only once, as a node's state does.
	engine: MemorySource<'static>,
	model: Vec<u8>,
	loaded: Option<LoadReport>,
}

impl HostExecutor {
	pub fn new(host: Arc<EngineHost>) -> Self {
		let engine = MemorySource::new(opg_engine_blob::latest().compressed);
		Self { host, engine, model: Vec::new(), loaded: None }
	}

	/// Whether a model was loaded.
	pub fn is_loaded(&self) -> bool {
		self.loaded.is_some()
	}
}

/// The reference of a vector's model.
fn at(model: &[u8]) -> ModelRef {
	let len = u32::try_from(model.len()).expect("a vector is small");
	ModelRef { root: content_root_of(model), len }
}

impl Executor for HostExecutor {
	fn load(&mut self, model: &[u8]) -> Observed<Loaded> {
		self.model = model.to_vec();
		let report = observed(self.host.load(
			Lane::Consensus,
			&released(),
			&mut self.engine,
			&at(&self.model),
			&mut MemorySource::new(&self.model),
			&Limits::V1,
			Limits::V1.load_fuel,
			ImageFuel::default(),
		))?;
		Ok(report.map(|report| {
			let loaded = Loaded { fuel: report.load_fuel, image_hash: report.image_hash };
			self.loaded = Some(report);
			loaded
		}))
	}

	fn run(&mut self, inputs: &[u8]) -> Observed<Ran> {
		let loaded = self.loaded.as_ref().ok_or("nothing is loaded")?;
		let report = observed(self.host.run(
			Lane::Consensus,
			&released(),
			&mut self.engine,
			&at(&self.model),
			&mut MemorySource::new(&self.model),
			&Limits::V1,
			loaded.load_fuel,
			loaded.image_hash,
			inputs,
			Limits::V1.run_fuel,
		))?;
		Ok(report.map(|report| Ran { fuel: report.fuel, outputs: report.outputs }))
	}
}

fn observed<T>(outcome: Outcome<T>) -> Observed<T> {
	match outcome {
		Ok(Ok(report)) => Ok(Ok(report)),
		Ok(Err(fault)) => ended(&fault).map(Err),
		Err(failure) => Err(failure.to_string()),
	}
}

fn ended(fault: &Detailed) -> Result<Ended, String> {
	let error = fault.refusal.error;
	match (error.code, error.args[0]) {
		(ErrorCode::Trapped, UNREACHABLE) => Ok(Ended::Trapped),
		(ErrorCode::OutOfFuel | ErrorCode::OutOfMemory | ErrorCode::Trapped, _) => {
			Err(format!("{error} {}", fault.refusal.node()))
		},
		_ => Ok(Ended::Refused { error, fuel: fault.fault.fuel }),
	}
}
