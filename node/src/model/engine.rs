//! The engine on this machine, for the commands that need no chain.

use super::{failure::Failure, price};
use crate::cli::EngineCpu;
use clap::Args;
use codec::{Decode, Encode};
use opg_engine_abi::{
	hash::{content_root_of, tensors_hash, ResultParts},
	EngineRef, ErrorCode, ImageFuel, Inspection, Limits, LoadReport, ModelRef, ModelSignature,
	Tensor,
};
use opg_engine_host::{EngineHost, HostConfig, Lane, MemorySource, Prepared};
use pallet_model_registry::{
	cost::{self, Sizes},
	ModelCosts,
};
use std::{path::PathBuf, sync::Arc};

/// Where compiled engines lie and what they are compiled to.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Engine")]
pub struct EngineOptions {
	/// Folder for compiled engines. It holds executable code: only its owner may reach it.
	///
	/// The default is `$OPG_ENGINE_CACHE`, else `opg-chain/engine` in `$XDG_CACHE_HOME` or
	/// `~/.cache`.
	#[arg(long, value_name = "PATH")]
	pub engine_cache_path: Option<PathBuf>,

	/// Code that the engine is compiled to. `masked` (no AVX2, BMI) and `nofma` (library-call
	/// FMA, 10 to 35 times slower) exist to check that results don't depend on it.
	#[arg(long, value_name = "CODE", value_enum, default_value_t = EngineCpu::Baseline)]
	pub engine_cpu: EngineCpu,
}

impl EngineOptions {
	/// A host for one model, once. Nothing is compiled before it is needed.
	pub fn host(&self) -> Result<Arc<EngineHost>, Failure> {
		let defaults = HostConfig::default();
		let config = HostConfig {
			cache_dir: self.engine_cache_path.clone().or(defaults.cache_dir),
			cpu: self.engine_cpu.into(),
			// Nothing to keep.
			workers: 1,
			rpc_permits: 1,
			..defaults
		};
		Ok(EngineHost::new(config)?)
	}
}

/// An engine on this machine, ready to run.
pub struct Engine<'e> {
	host: Arc<EngineHost>,
	reference: EngineRef,
	/// Its bytes as they are stored, compressed.
	stored: &'e [u8],
}

/// A model that was loaded.
pub struct Loaded<'a> {
	file: &'a [u8],
	model: ModelRef,
	/// What the load found.
	pub report: LoadReport,
}

/// A run of a loaded model.
pub struct Ran {
	/// The outputs, in signature order.
	pub outputs: Vec<Tensor>,
	/// Fuel of the run.
	pub fuel: u64,
	/// What the result is made of; [`ResultParts::id`] names it.
	pub parts: ResultParts,
}

/// What a model costs, measured as activation does.
pub struct Measured {
	/// What activation will store.
	pub costs: ModelCosts,
	/// Fuel to give `activate`: what it uses, with a margin. What isn't used is refunded.
	pub activation_fuel: u64,
}

impl Measured {
	/// What the chain would refuse.
	pub fn check(&self) -> Result<(), Failure> {
		let costs = &self.costs;
		let least = cost::min_run_limit(costs.typical_fuel);
		if costs.run_limit < least {
			return Err(Failure::new(
				"RunLimitTooLow",
				format!("RunLimitTooLow(needed={least},given={})", costs.run_limit),
				"a run limit is at least 1.25 × the largest canary + 100,000",
			));
		}
		if !price::fits_transaction(costs) {
			return Err(Failure::new(
				"CallTooExpensive",
				format!("CallTooExpensive(fuel={})", costs.max_fuel()),
				"a call must fit one transaction: use a smaller model or a lower --run-limit",
			));
		}
		Ok(())
	}
}

impl Engine<'static> {
	/// The newest engine that this binary carries. Nothing is compiled before it is needed.
	pub fn open(options: &EngineOptions) -> Result<Self, Failure> {
		let artefact = opg_engine_blob::latest();
		let stored_len = u32::try_from(artefact.compressed.len()).map_err(|_| {
			Failure::new("EngineHost", "the engine in this binary is too long", "rebuild it")
		})?;
		let reference = EngineRef {
			hash: artefact.hash,
			profile: artefact.profile,
			raw_len: artefact.raw_len,
			stored_len,
		};
		Self::of(options, reference, artefact.compressed)
	}
}

impl<'e> Engine<'e> {
	/// An engine as a chain stores it. The host checks the bytes when it needs them.
	pub fn of(
		options: &EngineOptions,
		reference: EngineRef,
		stored: &'e [u8],
	) -> Result<Self, Failure> {
		Ok(Self { host: options.host()?, reference, stored })
	}

	/// Hash, profile and lengths.
	pub fn reference(&self) -> &EngineRef {
		&self.reference
	}

	/// The host that runs it.
	pub fn host(&self) -> &EngineHost {
		&self.host
	}

	fn source(&self) -> MemorySource<'e> {
		MemorySource::new(self.stored)
	}

	/// Compiles the engine, or reads it from disk.
	pub fn prepare(&self) -> Result<Prepared, Failure> {
		Ok(self.host.prepare_engine(&self.reference, &mut self.source())?)
	}

	/// What a file says about itself, supported or not.
	pub fn inspect(&self, file: &[u8], max_fuel: u64) -> Result<Inspection, Failure> {
		Ok(self.host.inspect(&self.reference, &mut self.source(), file, max_fuel)??)
	}

	/// Loads a model.
	pub fn load<'a>(&self, file: &'a [u8], max_fuel: u64) -> Result<Loaded<'a>, Failure> {
		let limits = Limits::V1;
		// `file` was read under the same bound.
		let len = u32::try_from(file.len()).unwrap_or(u32::MAX);
		if len > limits.model_bytes {
			let message = format!("ModelTooLarge(bytes={len},max={})", limits.model_bytes);
			return Err(Failure::refused(ErrorCode::ModelTooLarge, message));
		}
		self.load_as(ModelRef { root: content_root_of(file), len }, file, max_fuel)
	}

	/// Loads the model of that root and length; the host refuses a file that isn't it.
	pub fn load_as<'a>(
		&self,
		model: ModelRef,
		file: &'a [u8],
		max_fuel: u64,
	) -> Result<Loaded<'a>, Failure> {
		let report = self.host.load(
			Lane::Consensus,
			&self.reference,
			&mut self.source(),
			&model,
			&mut MemorySource::new(file),
			&Limits::V1,
			max_fuel,
			ImageFuel::default(),
		)??;
		Ok(Loaded { file, model, report })
	}

	/// Runs a loaded model.
	pub fn run(
		&self,
		loaded: &Loaded<'_>,
		inputs: &[Tensor],
		run_limit: u64,
	) -> Result<Ran, Failure> {
		let report = self.host.run(
			Lane::Consensus,
			&self.reference,
			&mut self.source(),
			&loaded.model,
			&mut MemorySource::new(loaded.file),
			&Limits::V1,
			loaded.report.load_fuel,
			loaded.report.image_hash,
			&inputs.encode(),
			run_limit,
		)??;
		let outputs = Vec::<Tensor>::decode(&mut &report.outputs[..]).map_err(|_| {
			Failure::new("EngineHost", "the engine gave no tensors", "report it: it is a bug")
		})?;
		let parts = ResultParts {
			engine_hash: self.reference.hash,
			profile: self.reference.profile,
			model_root: loaded.model.root,
			input_hash: tensors_hash(inputs),
			output_hash: tensors_hash(&outputs),
		};
		Ok(Ran { outputs, fuel: report.fuel, parts })
	}

	/// What a model costs, as its activation will find it: run on each of the canaries, or on zeros.
	pub fn measure(
		&self,
		loaded: &Loaded<'_>,
		canaries: &[Vec<Tensor>],
		run_limit: Option<u64>,
		max_fuel: u64,
	) -> Result<Measured, Failure> {
		let LoadReport { signature, load_fuel, image_pages, image_hash, memory_pages } =
			&loaded.report;
		// The engine has checked both sums against its limits.
		let bytes = |sum: Option<u64>| sum.and_then(|n| u32::try_from(n).ok()).unwrap_or(u32::MAX);
		let sizes = Sizes {
			model_bytes: loaded.model.len,
			engine_stored_bytes: self.reference.stored_len,
			image_pages: *image_pages,
			memory_pages: *memory_pages,
			input_bytes: bytes(signature.input_bytes()),
			output_bytes: bytes(signature.output_bytes()),
		};
		let zeros;
		let canaries = if canaries.is_empty() {
			zeros = [zero_inputs(signature)?];
			&zeros[..]
		} else {
			canaries
		};
		// The same sum as in `pallet_model_registry`'s activation.
		let image = cost::image_fuel(sizes.image_pages, sizes.memory_pages);
		let io = cost::run_overhead_fuel(sizes.input_bytes, sizes.output_bytes);
		let mut activation_fuel = cost::content_fuel(sizes.model_bytes, sizes.engine_stored_bytes)
			.saturating_add(*load_fuel)
			.saturating_add(image);
		let mut typical_fuel = 0;
		for inputs in canaries {
			let fuel = self.run(loaded, inputs, max_fuel)?.fuel;
			typical_fuel = typical_fuel.max(fuel);
			activation_fuel =
				activation_fuel.saturating_add(image).saturating_add(io).saturating_add(fuel);
		}
		let costs = ModelCosts {
			load_fuel: *load_fuel,
			image_pages: *image_pages,
			image_hash: (*image_hash).into(),
			memory_pages: *memory_pages,
			typical_fuel,
			run_limit: run_limit.unwrap_or_else(|| cost::min_run_limit(typical_fuel)),
			input_bytes: sizes.input_bytes,
			output_bytes: sizes.output_bytes,
			overhead_fuel: cost::overhead_fuel(&sizes),
		};
		// A margin of 1/64: what isn't used is given back.
		let margin = activation_fuel / 64 + cost::RUN_BASE_FUEL;
		Ok(Measured { costs, activation_fuel: activation_fuel.saturating_add(margin) })
	}
}

fn zero_inputs(signature: &ModelSignature) -> Result<Vec<Tensor>, Failure> {
	pallet_model_registry::zero_inputs(signature).ok_or_else(|| {
		Failure::refused(ErrorCode::TensorTooLarge, "the inputs are too large to be made")
	})
}
