//! The host: loads, runs and inspects models.

use crate::{
	compile_cache::CompileCache,
	config::HostConfig,
	engine::{Compiled, Engines, Origin},
	failure::{settle, Detailed, HostFailure, Outcome, Stop},
	image::{Image, ImageBudget},
	images::{Images, Key, PreparedModel},
	instance::Guest,
	lane::{Lane, Permits},
	metrics::{Counters, Metrics},
	pool::Pool,
	profile::PROFILE,
	results::Results,
	source::{read_engine, read_model, unchanged, ContentSource},
};
use codec::Encode;
use opg_engine_abi::{
	EngineError, EngineRef, ErrorCode, ImageFuel, Inspection, Limits, LoadReport, ModelRef,
	ModelSignature, RunReport, Tensor,
};
use std::{sync::Arc, time::Instant};

/// What an encoding adds to the data of tensors or of a signature, in bytes, generously: dtype,
/// shape and lengths of every tensor, or the node's name of a refusal.
const ENCODING_BYTES: usize = 4096;

/// Greatest answer of an inspection, in bytes. Off chain only.
const INSPECTION_BYTES: usize = 16 * 1024 * 1024;

/// What preparing an engine took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prepared {
	/// Whether it was read from disk.
	pub from_disk: bool,
	/// Whether it was compiled now. Neither: it was ready in memory.
	pub compiled: bool,
	/// Milliseconds, reading and `init` included.
	pub millis: u64,
}

/// Runs engines under profile 1. One for a process, shared by all threads.
pub struct EngineHost {
	config: HostConfig,
	engines: Engines,
	pool: Pool,
	images: Images,
	rpc_images: Images,
	rpc_results: Results,
	permits: Permits,
	counters: Arc<Counters>,
}

impl EngineHost {
	/// A host.
	///
	/// # Errors
	/// The processor lacks an instruction, the platform isn't supported, or the cache folder can't be
	/// used.
	pub fn new(config: HostConfig) -> Result<Arc<Self>, HostFailure> {
		let counters = Arc::<Counters>::default();
		let disk = config.cache_dir.as_deref().map(CompileCache::open).transpose()?;
		Ok(Arc::new(Self {
			engines: Engines::new(config.cpu, disk, Arc::clone(&counters))?,
			pool: Pool::new(config.workers),
			images: Images::new(config.image_cache_bytes),
			rpc_images: Images::new(config.rpc_image_bytes()),
			rpc_results: Results::default(),
			permits: Permits::new(config.rpc_permits),
			counters,
			config,
		}))
	}

	/// What it was configured with.
	pub fn config(&self) -> &HostConfig {
		&self.config
	}

	/// Checks that bytes are an engine, with the parser only; see [`crate::validate::Reason`].
	pub fn validate_engine(raw: &[u8]) -> Result<(), EngineError> {
		crate::validate::validate(raw)
	}

	/// Reads an engine from `source`, checks it against `engine` and against the profile, and doesn't
	/// compile it. What `set_engine` asks.
	///
	/// # Errors
	/// A result, the same on every node: a missing chunk, other bytes than `engine` says, no valid
	/// engine, or `ProfileUnsupported`: governance must not admit an engine before the nodes carry its
	/// profile.
	pub fn check_engine(
		engine: &EngineRef,
		source: &mut dyn ContentSource,
	) -> Result<(), EngineError> {
		if engine.profile != PROFILE {
			let profile = u64::from(engine.profile);
			return Err(EngineError::new(ErrorCode::ProfileUnsupported, &[profile]));
		}
		let (raw, _) = read_engine(source, engine).map_err(|fault| fault.fault.error)?;
		Self::validate_engine(&raw)
	}

	/// Makes an engine ready: from memory, from disk, or by compiling it (about 10 s of two cores).
	/// A node calls this for the engines of its best state before it imports or authors, and for an
	/// engine that appears in state long before it becomes callable.
	pub fn prepare_engine(
		&self,
		engine: &EngineRef,
		source: &mut dyn ContentSource,
	) -> Result<Prepared, HostFailure> {
		let start = Instant::now();
		let mut prepare = || {
			let (compiled, origin) = self.engine(Lane::Consensus, engine, source)?;
			self.pool.run(move || compiled.started())??;
			Ok(origin)
		};
		match prepare() {
			Ok(origin) => Ok(Prepared {
				from_disk: origin == Origin::Disk,
				compiled: origin == Origin::Compiled,
				millis: u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX),
			}),
			Err(Stop::Host(failure)) => Err(failure),
			Err(Stop::Fault(fault)) => Err(match fault.fault.error.code {
				ErrorCode::EngineInvalid => HostFailure::Engine(fault.fault.error),
				_ => HostFailure::EngineContent(fault.fault.error),
			}),
		}
	}

	/// Whether an engine can run without being compiled first.
	pub fn is_prepared(&self, engine_hash: &[u8; 32]) -> bool {
		self.engines.get(engine_hash).is_some()
	}

	/// Loads a model: always does the work, and keeps the prepared image for runs.
	///
	/// `max_fuel` is cut to `limits.load_fuel` for the load itself, which succeeds exactly when it
	/// uses at most that. The image is then made of what is left of the whole of `max_fuel`, at
	/// the prices of `image_fuel`: the work stops where the fuel does.
	#[allow(clippy::too_many_arguments)]
	pub fn load(
		&self,
		lane: Lane,
		engine: &EngineRef,
		engine_source: &mut dyn ContentSource,
		model: &ModelRef,
		model_source: &mut dyn ContentSource,
		limits: &Limits,
		max_fuel: u64,
		image_fuel: ImageFuel,
	) -> Outcome<LoadReport> {
		let mut load = || {
			let _permit = self.permits.take(lane)?;
			check_model_size(model, limits)?;
			let (compiled, _) = self.engine(lane, engine, engine_source)?;
			let (bytes, digests) = read_model(model_source, model)?;
			let limit = max_fuel.min(limits.load_fuel);
			let budget = ImageBudget { max_fuel, prices: image_fuel };
			let (signature, image, load_fuel) =
				self.load_image(&compiled, bytes, *limits, limit, budget)?;
			let report = LoadReport {
				signature,
				load_fuel,
				image_pages: image.changed_pages,
				image_hash: image.hash,
				memory_pages: image.memory_pages,
			};
			let key = Key::new(engine.hash, *model, limits);
			let digests = Arc::new(digests);
			self.keep(lane, key, PreparedModel { image: Arc::new(image), load_fuel, digests });
			Ok(report)
		};
		self.counted(settle(load()))
	}

	/// Runs a model. `load_fuel` and `image_hash` are what its load reported; a host that has to load
	/// it again compares.
	///
	/// `run_limit` is cut to `limits.run_fuel`. The run succeeds exactly when it uses at most
	/// that.
	#[allow(clippy::too_many_arguments)]
	pub fn run(
		&self,
		lane: Lane,
		engine: &EngineRef,
		engine_source: &mut dyn ContentSource,
		model: &ModelRef,
		model_source: &mut dyn ContentSource,
		limits: &Limits,
		load_fuel: u64,
		image_hash: [u8; 32],
		inputs: &[u8],
		run_limit: u64,
	) -> Outcome<RunReport> {
		let mut run = || {
			let _permit = self.permits.take(lane)?;
			check_model_size(model, limits)?;
			let max = (limits.input_bytes as usize).saturating_add(ENCODING_BYTES);
			if inputs.len() > max {
				let args = [inputs.len() as u64, u64::from(limits.input_bytes)];
				return Err(Detailed::free(ErrorCode::TensorTooLarge, &args).into());
			}
			let (compiled, _) = self.engine(lane, engine, engine_source)?;
			let recorded = Recorded { load_fuel, image_hash };
			let image = self.image(lane, &compiled, model, model_source, limits, recorded)?;
			let limit = run_limit.min(limits.run_fuel);
			if lane == Lane::Consensus {
				return self.execute(&compiled, image, *limits, inputs.to_vec(), limit);
			}
			let key = Key::new(compiled.hash, *model, limits);
			if let Some(report) = self.rpc_results.get(key, inputs, limit) {
				self.counters.rpc_result_hits.one();
				return Ok(report);
			}
			let report = self.execute(&compiled, image, *limits, inputs.to_vec(), limit)?;
			self.rpc_results.insert(key, inputs, &report);
			Ok(report)
		};
		self.counted(settle(run()))
	}

	/// Makes a model's image ready for runs in the consensus lane, unless it is; says whether it had to
	/// be made. `load_fuel` and `image_hash` are what its load reported.
	///
	/// # Errors
	/// The model's content isn't there, or this node's image differs from the recorded one.
	#[allow(clippy::too_many_arguments)]
	pub fn prepare_model(
		&self,
		engine: &EngineRef,
		engine_source: &mut dyn ContentSource,
		model: &ModelRef,
		model_source: &mut dyn ContentSource,
		limits: &Limits,
		load_fuel: u64,
		image_hash: [u8; 32],
	) -> Outcome<bool> {
		let mut prepare = || {
			check_model_size(model, limits)?;
			let (compiled, _) = self.engine(Lane::Consensus, engine, engine_source)?;
			if self.images.peek(&Key::new(compiled.hash, *model, limits)).is_some() {
				return Ok(false);
			}
			let recorded = Recorded { load_fuel, image_hash };
			self.image(Lane::Consensus, &compiled, model, model_source, limits, recorded)?;
			Ok(true)
		};
		settle(prepare())
	}

	/// Names the models whose images leave the cache last: the chain's warm set, by the hashes of their
	/// engines. Replaces those named before.
	pub fn keep_warm<'a>(
		&self,
		models: impl IntoIterator<Item = (&'a EngineRef, &'a ModelRef, &'a Limits)>,
	) {
		let key = |(engine, model, limits): (&EngineRef, &ModelRef, &Limits)| {
			Key::new(engine.hash, *model, limits)
		};
		self.images.keep_warm(models.into_iter().map(key).collect());
	}

	/// Describes a file, supported or not. For tools: it takes no permit and may compile.
	pub fn inspect(
		&self,
		engine: &EngineRef,
		engine_source: &mut dyn ContentSource,
		file: &[u8],
		max_fuel: u64,
	) -> Outcome<Inspection> {
		let mut inspect = || {
			let (compiled, _) = self.engine(Lane::Consensus, engine, engine_source)?;
			let file = file.to_vec();
			self.pool.run(move || {
				let started = compiled.started()?;
				let pages = Limits::V1.memory_pages;
				let mut guest = Guest::from_image(&compiled.pre, &started, pages, max_fuel)?;
				let place = guest.pass(&file)?;
				let packed = guest.call("inspect", place)?;
				let report = guest.decode(guest.answer(packed, INSPECTION_BYTES)?)?;
				Ok(report)
			})?
		};
		self.counted(settle(inspect()))
	}

	/// Checks that this machine computes what the profile says; see [`crate::selftest`].
	pub fn self_test(&self) -> Result<(), HostFailure> {
		let wasm = self.engines.wasm().clone();
		self.pool.run(move || crate::selftest::run(&wasm))?
	}

	/// The counters.
	pub fn metrics(&self) -> Metrics {
		self.counters.snapshot()
	}

	/// Prepared images of the consensus lane: their number and bytes.
	pub fn images_held(&self) -> (usize, usize) {
		self.images.held()
	}

	/// Forgets all prepared images.
	pub fn clear_images(&self) {
		self.images.clear();
		self.rpc_images.clear();
	}

	/// Forgets all engines in memory, and on disk those that were in memory.
	pub fn forget_engines(&self, disk: bool) {
		self.engines.forget(disk);
	}

	/// The engine, ready and verified to be what `source` holds. What a call gets to see is the same
	/// whether it was ready or not: its chunks are compared by digest with those that were verified,
	/// and on any difference read and verified again.
	fn engine(
		&self,
		lane: Lane,
		engine: &EngineRef,
		source: &mut dyn ContentSource,
	) -> Result<(Arc<Compiled>, Origin), Stop> {
		if engine.profile != PROFILE {
			return Err(HostFailure::ProfileUnsupported(engine.profile).into());
		}
		let ready = self.engines.get(&engine.hash);
		if let Some(compiled) = &ready {
			let verified = compiled.verified.lock().clone();
			if verified.is_some_and(|(r, digests)| r == *engine && unchanged(source, &digests)) {
				self.counters.engine_hits.one();
				return Ok((Arc::clone(compiled), Origin::Memory));
			}
		} else if lane == Lane::Rpc {
			return Err(HostFailure::NotPrepared(hex::encode(engine.hash)).into());
		}
		let (compiled, origin, digests) = match ready {
			Some(compiled) => (compiled, Origin::Memory, read_engine(source, engine)?.1),
			None => self.engines.prepare(engine, source, &self.pool)?,
		};
		if lane == Lane::Consensus {
			*compiled.verified.lock() = Some((*engine, digests));
		}
		Ok((compiled, origin))
	}

	/// The prepared image of a model, from a cache or made again.
	fn image(
		&self,
		lane: Lane,
		compiled: &Arc<Compiled>,
		model: &ModelRef,
		source: &mut dyn ContentSource,
		limits: &Limits,
		recorded: Recorded,
	) -> Result<Arc<Image>, Stop> {
		let key = Key::new(compiled.hash, *model, limits);
		let found = match lane {
			Lane::Consensus => self.images.get(&key),
			Lane::Rpc => self.images.peek(&key).or_else(|| self.rpc_images.get(&key)),
		};
		if let Some(found) = found.filter(|found| unchanged(source, &found.digests)) {
			self.counters.image_hits.one();
			recorded.compare(model, found.load_fuel, &found.image.hash)?;
			return Ok(found.image);
		}
		self.counters.image_misses.one();
		let (bytes, digests) = read_model(source, model)?;
		// A load that uses more than that isn't the recorded one.
		let limit = recorded.load_fuel.min(limits.load_fuel);
		let (_, image, load_fuel) = self
			.load_image(compiled, bytes, *limits, limit, ImageBudget::PAID)
			.map_err(|stop| match stop {
				Stop::Fault(fault) => recorded.refused(model, &fault).into(),
				host => host,
			})?;
		recorded.compare(model, load_fuel, &image.hash)?;
		let image = Arc::new(image);
		let digests = Arc::new(digests);
		self.keep(lane, key, PreparedModel { image: Arc::clone(&image), load_fuel, digests });
		Ok(image)
	}

	/// Keeps an image where its lane may.
	fn keep(&self, lane: Lane, key: Key, prepared: PreparedModel) {
		match lane {
			Lane::Consensus => self.images.insert(key, prepared),
			Lane::Rpc => self.rpc_images.insert(key, prepared),
		}
	}

	/// Loads verified bytes from the engine's image and takes the image of the result.
	fn load_image(
		&self,
		compiled: &Arc<Compiled>,
		model: Vec<u8>,
		limits: Limits,
		limit: u64,
		budget: ImageBudget,
	) -> Result<(ModelSignature, Image, u64), Stop> {
		let compiled = Arc::clone(compiled);
		let counters = Arc::clone(&self.counters);
		self.pool.run(move || {
			let start = Instant::now();
			let started = compiled.started()?;
			let mut guest = Guest::from_image(&compiled.pre, &started, limits.memory_pages, limit)?;
			let (limits_at, limits_len) = guest.pass(&limits.encode())?;
			let (model_at, model_len) = guest.pass(&model)?;
			// The guest has its copy; a load may need three times a model's size.
			drop(model);
			let packed = guest.call("load", (limits_at, limits_len, model_at, model_len))?;
			let max = (limits.signature_bytes as usize).saturating_add(ENCODING_BYTES);
			let signature = guest.decode(guest.answer(packed, max)?)?;
			let fuel = guest.fuel_used();
			let image = guest.image(&compiled.base, fuel, budget)?;
			counters.loads.one();
			counters.load_fuel.add(fuel);
			counters.load_nanos.since(start);
			Ok((signature, image, fuel))
		})?
	}

	/// Runs a fresh instance from an image.
	fn execute(
		&self,
		compiled: &Arc<Compiled>,
		image: Arc<Image>,
		limits: Limits,
		inputs: Vec<u8>,
		limit: u64,
	) -> Result<RunReport, Stop> {
		let compiled = Arc::clone(compiled);
		let counters = Arc::clone(&self.counters);
		self.pool.run(move || {
			let start = Instant::now();
			let mut guest = Guest::from_image(&compiled.pre, &image, limits.memory_pages, limit)?;
			let place = guest.pass(&inputs)?;
			let packed = guest.call("run", place)?;
			let max = (limits.output_bytes as usize).saturating_add(ENCODING_BYTES);
			let answer = guest.answer(packed, max)?;
			// Decoded to be sure that callers can; passed on as it is.
			guest.decode::<Vec<Tensor>>(answer)?;
			let outputs = answer.get(1..).unwrap_or_default().to_vec();
			let fuel = guest.fuel_used();
			counters.runs.one();
			counters.run_fuel.add(fuel);
			counters.run_nanos.since(start);
			Ok(RunReport { outputs, fuel })
		})?
	}

	fn counted<T>(&self, outcome: Outcome<T>) -> Outcome<T> {
		match &outcome {
			Ok(Ok(_)) => {},
			Ok(Err(fault)) => match fault.fault.error.code {
				ErrorCode::OutOfFuel | ErrorCode::OutOfMemory | ErrorCode::Trapped => {
					self.counters.traps.one();
				},
				_ => self.counters.refusals.one(),
			},
			Err(failure) if failure.is_refusal() => self.counters.rpc_rejections.one(),
			Err(_) => self.counters.failures.one(),
		}
		outcome
	}
}

impl std::fmt::Debug for EngineHost {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		f.debug_struct("EngineHost").field("config", &self.config).finish_non_exhaustive()
	}
}

fn check_model_size(model: &ModelRef, limits: &Limits) -> Result<(), Detailed> {
	if model.len > limits.model_bytes {
		let args = [u64::from(model.len), u64::from(limits.model_bytes)];
		return Err(Detailed::free(ErrorCode::ModelTooLarge, &args));
	}
	Ok(())
}

/// What the chain recorded when a model was activated.
#[derive(Clone, Copy)]
struct Recorded {
	load_fuel: u64,
	image_hash: [u8; 32],
}

impl Recorded {
	/// Stops this node when it computes something else than the chain recorded.
	fn compare(self, model: &ModelRef, fuel: u64, hash: &[u8; 32]) -> Result<(), HostFailure> {
		if *hash != self.image_hash {
			let (recorded, got) = (hex::encode(self.image_hash), hex::encode(hash));
			return Err(differs(model, "the prepared image", recorded, got));
		}
		if fuel != self.load_fuel {
			let (recorded, got) = (self.load_fuel.to_string(), fuel.to_string());
			return Err(differs(model, "the load fuel", recorded, got));
		}
		Ok(())
	}

	/// An active model that can't be loaded again.
	fn refused(self, model: &ModelRef, fault: &Detailed) -> HostFailure {
		let recorded = format!("done with {} fuel", self.load_fuel);
		differs(model, "the load", recorded, format!("refused with {}", fault.fault.error))
	}
}

fn differs(model: &ModelRef, what: &'static str, recorded: String, got: String) -> HostFailure {
	HostFailure::ImageMismatch { model: hex::encode(model.root), what, recorded, got }
}
