//! Target `graphs`: one model through two executors of the released engine and through the guest
//! compiled for this machine.
//!
//! Cranelift's machine code and the interpreter Pulley must agree in everything: refusals, fuel,
//! image, outputs, bit by bit. Natively only the kind of outcome must be the same, since the bits and
//! the width of pointers differ. A trap of the blob is a finding as well: it is contained and paid
//! for, and should have been a refusal.

use crate::{
	findings, generate,
	load::LIMITS,
	random::Random,
	sandbox::{self, End},
};
use codec::{Decode, Encode};
use opg_engine_abi::{
	hash::content_root_of, EngineRef, ErrorCode, ImageFuel, Limits, LoadReport, ModelRef,
	ModelSignature, RunReport, Tensor,
};
use opg_engine_guest::{load::load, run::run};
use opg_engine_host::{Cpu, EngineHost, HostConfig, Lane, MemorySource, Outcome};
use prost::Message;
use std::sync::{Arc, OnceLock};
use tract_onnx::pb::ModelProto;

/// Fuel of a load: about ten times what a small graph needs.
const LOAD_FUEL: u64 = 600_000_000;
/// Fuel of a run.
const RUN_FUEL: u64 = 200_000_000;
/// Errors that depend on the size of things, which isn't the same natively.
const RESOURCES: [ErrorCode; 2] = [ErrorCode::OutOfFuel, ErrorCode::OutOfMemory];

/// The limits of the executions.
const BLOB_LIMITS: Limits = Limits { load_fuel: LOAD_FUEL, run_fuel: RUN_FUEL, ..LIMITS };

/// Compares the ways of one model. `false` for what isn't worth keeping: no ONNX, which is left to the
/// target `load`, and what takes too much.
pub fn check(file: &[u8]) -> bool {
	let Ok(model) = ModelProto::decode(file) else { return false };
	if model.graph.is_none() || file.len() > LIMITS.model_bytes as usize {
		return false;
	}
	let seed = model.model_version as u64;
	let names = operators(&model);
	let finding = |what: &str, details: String| {
		findings::record(&format!("graphs: {what}"), &format!("{names}\n{details}"), file);
	};
	let compiled = blob(cranelift(), file, seed);
	let compiled = match compiled {
		Ok(compiled) => compiled,
		Err(failure) => {
			finding("the node fails", failure);
			return true;
		},
	};
	// The interpreter is slow: a third of what is refused, and all that runs.
	if compiled.ran.is_some() || seed.is_multiple_of(3) {
		match blob(pulley(), file, seed) {
			Ok(interpreted) if interpreted == compiled => {},
			Ok(interpreted) => {
				finding("Cranelift and Pulley differ", format!("{compiled:?}\n{interpreted:?}"));
			},
			Err(failure) => finding("the node fails on Pulley", failure),
		}
	}
	let spent = |code: Option<ErrorCode>| code.is_some_and(|code| RESOURCES.contains(&code));
	if spent(compiled.loaded.code()) || spent(compiled.ran.as_ref().and_then(Stage::code)) {
		return false;
	}
	let native = native(file, seed);
	match (&compiled.trap(), &native) {
		(Some(stage), End::Panicked(panic)) => {
			finding(&format!("trap in {stage}: {}", panic.place), panic.message.clone());
		},
		(Some(stage), End::Done(ends)) => {
			finding(&format!("trap in {stage} of {names}, not natively"), format!("{ends:?}"));
		},
		(None, End::Panicked(panic)) => {
			finding(&format!("native panic: {}", panic.place), format!("{panic:?}\n{compiled:?}"));
		},
		(None, End::Done(ends)) if *ends != compiled.ends() => {
			// In this order: known.txt knows outcomes, whatever the operators.
			let what = format!("outcome {:?} natively {ends:?}", compiled.ends());
			finding(&format!("{what} of {names}"), String::new());
		},
		(_, End::Done(_)) => {},
		(_, End::OutOfMemory) => return false,
	}
	true
}

/// One step's outcome: a report, or a code with its integers and the fuel.
#[derive(Debug, PartialEq)]
enum Stage<T> {
	Done(T),
	Fault(ErrorCode, [u64; 4], u64),
}

impl<T> Stage<T> {
	fn code(&self) -> Option<ErrorCode> {
		match self {
			Stage::Done(_) => None,
			Stage::Fault(code, ..) => Some(*code),
		}
	}
}

/// What one executor made of a model.
#[derive(Debug, PartialEq)]
struct Way {
	loaded: Stage<LoadReport>,
	ran: Option<Stage<RunReport>>,
}

/// How load and run ended: `None` well, else the code.
type Ends = (Option<ErrorCode>, Option<Option<ErrorCode>>);

impl Way {
	fn ends(&self) -> Ends {
		(self.loaded.code(), self.ran.as_ref().map(Stage::code))
	}

	fn trap(&self) -> Option<&'static str> {
		match self.ends() {
			(Some(ErrorCode::Trapped), _) => Some("load"),
			(_, Some(Some(ErrorCode::Trapped))) => Some("run"),
			_ => None,
		}
	}
}

fn blob(host: &EngineHost, file: &[u8], seed: u64) -> Result<Way, String> {
	let artefact = opg_engine_blob::latest();
	let engine = EngineRef {
		hash: artefact.hash,
		profile: artefact.profile,
		raw_len: artefact.raw_len,
		stored_len: artefact.compressed.len() as u32,
	};
	let model = ModelRef { root: content_root_of(file), len: file.len() as u32 };
	let loaded = stage(host.load(
		Lane::Consensus,
		&engine,
		&mut MemorySource::new(artefact.compressed),
		&model,
		&mut MemorySource::new(file),
		&BLOB_LIMITS,
		LOAD_FUEL,
		ImageFuel::default(),
	))?;
	let Stage::Done(report) = &loaded else { return Ok(Way { loaded, ran: None }) };
	let inputs = inputs(&report.signature, seed).encode();
	let ran = stage(host.run(
		Lane::Consensus,
		&engine,
		&mut MemorySource::new(artefact.compressed),
		&model,
		&mut MemorySource::new(file),
		&BLOB_LIMITS,
		report.load_fuel,
		report.image_hash,
		&inputs,
		RUN_FUEL,
	))?;
	if let Stage::Done(report) = &ran {
		Vec::<Tensor>::decode(&mut &*report.outputs).map_err(|error| error.to_string())?;
	}
	Ok(Way { loaded, ran: Some(ran) })
}

fn stage<T>(outcome: Outcome<T>) -> Result<Stage<T>, String> {
	match outcome {
		Ok(Ok(report)) => Ok(Stage::Done(report)),
		Ok(Err(fault)) => {
			Ok(Stage::Fault(fault.fault.error.code, fault.fault.error.args, fault.fault.fuel))
		},
		Err(failure) => Err(failure.to_string()),
	}
}

/// The guest as a library of this machine.
fn native(file: &[u8], seed: u64) -> End<Ends> {
	let file = file.to_vec();
	sandbox::run(move || match load(LIMITS, file) {
		Ok(loaded) => {
			let inputs = inputs(&loaded.signature, seed).encode();
			let ran = run(&loaded, &inputs);
			(None, Some(ran.err().map(|refusal| refusal.error.code)))
		},
		Err(refusal) => (Some(refusal.error.code), None),
	})
}

/// Inputs for a signature: a function of the seed.
pub fn inputs(signature: &ModelSignature, seed: u64) -> Vec<Tensor> {
	let mut random = Random::new(seed);
	let tensor = |spec: &opg_engine_abi::TensorSpec| {
		let count = spec.shape.iter().map(|dim| *dim as usize).product::<usize>();
		let mut data = Vec::new();
		for _ in 0..count {
			generate::element(&mut random, spec.dtype, &mut data);
		}
		Tensor { dtype: spec.dtype, shape: spec.shape.clone(), data }
	};
	signature.inputs.iter().map(tensor).collect()
}

/// The operators of the outer graph, for people.
fn operators(model: &ModelProto) -> String {
	let nodes = model.graph.iter().flat_map(|graph| &graph.node);
	let mut names: Vec<&str> = nodes.map(|node| node.op_type.as_str()).collect();
	names.dedup();
	names.join(" ")
}

fn cranelift() -> &'static EngineHost {
	static HOST: OnceLock<Arc<EngineHost>> = OnceLock::new();
	HOST.get_or_init(|| host(Cpu::Baseline))
}

fn pulley() -> &'static EngineHost {
	static HOST: OnceLock<Arc<EngineHost>> = OnceLock::new();
	HOST.get_or_init(|| host(Cpu::Pulley))
}

fn host(cpu: Cpu) -> Arc<EngineHost> {
	let config = HostConfig {
		cpu,
		image_cache_bytes: 32 << 20,
		workers: 1,
		rpc_permits: 1,
		..HostConfig::default()
	};
	EngineHost::new(config).expect("this machine runs engines")
}
