//! Compiled engines: in memory, on disk, or compiled now.

use crate::{
	compile_cache::{CompileCache, Found},
	failure::{HostFailure, Stop},
	image::{Image, ImageBudget},
	instance::Guest,
	limiter::MemoryLimiter,
	metrics::Counters,
	pool::Pool,
	profile::{self, Cpu, COMPILED_REVISION, INIT_FUEL, PROFILE},
	source::{read_engine, unchanged, ContentSource, Digests},
	validate::{validate, Reason},
};
use codec::{DecodeAll, Encode};
use opg_engine_abi::{EngineRef, Limits};
use parking_lot::Mutex;
use sha3::{Digest, Keccak256};
use std::{
	collections::HashMap,
	hash::{Hash, Hasher},
	sync::Arc,
	time::Instant,
};
use wasmtime::{InstancePre, Linker, Module};

/// Ends of names on disk: machine code.
const CODE: &str = "cwasm";
/// Digests of the chunks that were verified to be the engine.
const VERIFIED: &str = "verified";

/// An engine that can run.
pub(crate) struct Compiled {
	/// keccak-256 of the raw engine.
	pub(crate) hash: [u8; 32],
	pub(crate) pre: InstancePre<MemoryLimiter>,
	/// The memory as instantiated.
	pub(crate) base: Vec<u8>,
	/// The image after `init`.
	started: Mutex<Option<Arc<Image>>>,
	/// What was last verified to hold this engine, in the consensus lane.
	pub(crate) verified: Mutex<Option<(EngineRef, Digests)>>,
}

impl Compiled {
	fn new(hash: [u8; 32], module: &Module) -> Result<Self, Stop> {
		let configuration = |e: wasmtime::Error| HostFailure::Configuration(format!("{e:#}"));
		let pre = Linker::new(module.engine()).instantiate_pre(module).map_err(configuration)?;
		// No fault comes from here: the validator has made sure that data and elements fit.
		let base = Guest::fresh(&pre, Limits::V1.memory_pages, 1)?.memory().to_vec();
		Ok(Self { hash, pre, base, started: Mutex::new(None), verified: Mutex::new(None) })
	}

	/// The image right after `init`, from which every load starts. The same on every node.
	pub(crate) fn started(&self) -> Result<Arc<Image>, Stop> {
		let mut started = self.started.lock();
		if let Some(image) = &*started {
			return Ok(Arc::clone(image));
		}
		let mut guest = Guest::fresh(&self.pre, Limits::V1.memory_pages, INIT_FUEL)?;
		let code = match guest.call::<(), u32>("init", ()) {
			Ok(code) => code,
			Err(Stop::Fault(_)) => return Err(Reason::Init.fault().into()),
			Err(host) => return Err(host),
		};
		if code != 0 {
			return Err(Reason::Init.fault().into());
		}
		let image = Arc::new(guest.image(&self.base, 0, ImageBudget::PAID)?);
		*started = Some(Arc::clone(&image));
		Ok(image)
	}
}

/// How an engine became ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
	/// It already was.
	Memory,
	/// Read from the folder of compiled engines.
	Disk,
	/// Compiled now.
	Compiled,
}

type Slot = Arc<Mutex<Option<Arc<Compiled>>>>;

/// All compiled engines of a host, by the hash of their raw bytes.
pub(crate) struct Engines {
	wasm: wasmtime::Engine,
	/// Digest of everything about the configuration that compiled code depends on.
	configuration: [u8; 32],
	disk: Option<CompileCache>,
	slots: Mutex<HashMap<[u8; 32], Slot>>,
	/// One at a time: compiling takes all cores.
	compiling: Mutex<()>,
	counters: Arc<Counters>,
}

impl Engines {
	pub(crate) fn new(
		cpu: Cpu,
		disk: Option<CompileCache>,
		counters: Arc<Counters>,
	) -> Result<Self, HostFailure> {
		let wasm = wasmtime::Engine::new(&profile::config(cpu)?)
			.map_err(|e| HostFailure::Configuration(format!("{e:#}")))?;
		let mut hasher = Bytes(Keccak256::new());
		wasm.precompile_compatibility_hash().hash(&mut hasher);
		(PROFILE, COMPILED_REVISION, env!("CARGO_PKG_VERSION")).hash(&mut hasher);
		Ok(Self {
			wasm,
			configuration: hasher.0.finalize().into(),
			disk,
			slots: Mutex::new(HashMap::new()),
			compiling: Mutex::new(()),
			counters,
		})
	}

	/// wasmtime with the profile's configuration.
	pub(crate) fn wasm(&self) -> &wasmtime::Engine {
		&self.wasm
	}

	/// An engine that is ready in memory.
	pub(crate) fn get(&self, hash: &[u8; 32]) -> Option<Arc<Compiled>> {
		let slot = Arc::clone(self.slots.lock().get(hash)?);
		// Held by a thread that compiles it: then it isn't ready.
		let ready = slot.try_lock()?.clone();
		ready
	}

	/// Makes an engine ready, verified to be what `source` holds: waits for whoever is at it, else
	/// reads it from disk, else compiles. Returns the digests of what was verified, too.
	///
	/// What was once read and verified isn't decompressed and hashed again at every start: the digests
	/// of its chunks lie on disk as well, and `source` is compared with them.
	pub(crate) fn prepare(
		&self,
		engine: &EngineRef,
		source: &mut dyn ContentSource,
		pool: &Pool,
	) -> Result<(Arc<Compiled>, Origin, Digests), Stop> {
		let hash = &engine.hash;
		let known = self.verified_on_disk(engine).filter(|digests| unchanged(source, digests));
		let (mut raw, digests) = match known {
			Some(digests) => (None, digests),
			None => {
				let (raw, digests) = read_engine(source, engine)?;
				(Some(raw), digests)
			},
		};
		let slot = Arc::clone(self.slots.lock().entry(*hash).or_default());
		let mut slot = slot.lock();
		if let Some(ready) = &*slot {
			return Ok((Arc::clone(ready), Origin::Memory, digests));
		}
		let _one_at_a_time = self.compiling.lock();
		let (module, origin) = match self.read_from_disk(hash) {
			Some(module) => (module, Origin::Disk),
			None => {
				let raw = match raw.take() {
					Some(raw) => raw,
					None => read_engine(source, engine)?.0,
				};
				// What lies on disk was valid when it was compiled.
				validate(&raw).map_err(|error| crate::failure::Detailed::new(error.into(), 0))?;
				(self.compile(hash, raw, pool)?, Origin::Compiled)
			},
		};
		if origin == Origin::Compiled || raw.is_some() {
			self.remember_verified(engine, &digests);
		}
		let ready = Arc::new(Compiled::new(*hash, &module)?);
		*slot = Some(Arc::clone(&ready));
		Ok((ready, origin, digests))
	}

	/// Forgets every engine in memory, and on disk those that are in memory.
	pub(crate) fn forget(&self, on_disk: bool) {
		let forgotten = std::mem::take(&mut *self.slots.lock());
		if let (true, Some(disk)) = (on_disk, &self.disk) {
			for hash in forgotten.keys() {
				disk.remove(&self.name(hash, CODE));
				disk.remove(&self.name(hash, VERIFIED));
			}
		}
	}

	/// Name of a file of an engine: which engine, for which configuration, and what of it.
	fn name(&self, hash: &[u8; 32], what: &str) -> String {
		let configuration = self.configuration.get(..8).unwrap_or_default();
		format!("{}-{}.{what}", hex::encode(hash), hex::encode(configuration))
	}

	/// What was last verified to be this engine, in whatever process.
	fn verified_on_disk(&self, engine: &EngineRef) -> Option<Digests> {
		let disk = self.disk.as_ref()?;
		let name = self.name(&engine.hash, VERIFIED);
		let reason = match disk.read(&name) {
			Found::Nothing => return None,
			Found::Discarded(reason) => reason,
			Found::Content(bytes) => match <(EngineRef, Digests)>::decode_all(&mut &bytes[..]) {
				Ok((verified, digests)) => {
					let whole = u32::try_from(digests.len()) == Ok(engine.chunks());
					return (verified == *engine && whole).then_some(digests);
				},
				Err(e) => {
					disk.remove(&name);
					e.to_string()
				},
			},
		};
		self.counters.disk_discards.one();
		log::warn!(target: "engine", "discarded {name}: {reason}");
		None
	}

	/// The consensus lane only: state of RPC may be forged.
	fn remember_verified(&self, engine: &EngineRef, digests: &Digests) {
		let Some(disk) = &self.disk else { return };
		let content = (engine, digests).encode();
		if let Err(failure) = disk.write(&self.name(&engine.hash, VERIFIED), &content) {
			// The next start verifies again.
			self.counters.disk_write_failures.one();
			log::warn!(target: "engine", "{failure}");
		}
	}

	fn read_from_disk(&self, hash: &[u8; 32]) -> Option<Module> {
		let disk = self.disk.as_ref()?;
		let name = self.name(hash, CODE);
		let reason = match disk.read(&name) {
			Found::Nothing => return None,
			Found::Discarded(reason) => reason,
			// SAFETY: the bytes are those that this or an earlier process of this user wrote after
			// compiling the engine with that hash: `CompileCache` has checked owner, mode and keyed hash.
			Found::Content(code) => match unsafe { Module::deserialize(&self.wasm, &code) } {
				Ok(module) => {
					self.counters.engine_disk_hits.one();
					return Some(module);
				},
				Err(e) => {
					disk.remove(&name);
					format!("{e:#}")
				},
			},
		};
		self.counters.disk_discards.one();
		log::warn!(target: "engine", "discarded the compiled engine {name}: {reason}");
		None
	}

	fn compile(&self, hash: &[u8; 32], raw: Vec<u8>, pool: &Pool) -> Result<Module, HostFailure> {
		let start = Instant::now();
		let text = hex::encode(hash);
		log::info!(target: "engine", "compiling engine 0x{text} ({} KiB)", raw.len() / 1024);
		let failed = |e: wasmtime::Error| HostFailure::Compile {
			hash: text.clone(),
			reason: format!("{e:#}"),
		};
		let wasm = self.wasm.clone();
		let module = pool.run(move || Module::from_binary(&wasm, &raw))?.map_err(failed)?;
		self.counters.engine_compiles.one();
		self.counters.compile_nanos.since(start);
		log::info!(target: "engine", "compiled engine 0x{text} in {} ms", start.elapsed().as_millis());
		if let Some(disk) = &self.disk {
			let written = module
				.serialize()
				.map_err(failed)
				.and_then(|c| disk.write(&self.name(hash, CODE), &c));
			if let Err(failure) = written {
				// The engine is ready all the same; the next start compiles again.
				self.counters.disk_write_failures.one();
				log::warn!(target: "engine", "{failure}");
			}
		}
		Ok(module)
	}
}

/// Feeds what implements `Hash` to a hash function that is the same in every process.
struct Bytes(Keccak256);

impl Hasher for Bytes {
	fn write(&mut self, bytes: &[u8]) {
		self.0.update(bytes);
	}

	fn finish(&self) -> u64 {
		// Not used: the digest is taken from the inner hasher.
		0
	}
}
