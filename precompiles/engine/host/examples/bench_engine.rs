//! Times the engine on the models of scripts/models/bench/generate.py and prints one JSON object:
//! for each model its load, its first run on empty caches, its runs from the prepared image, the
//! bare run in a reused instance (what the executor adds is the difference), fuel and memory; for
//! small models how many calls a second one thread makes and how many all cores make together; what
//! copying the image would take instead of mapping it; and how long the engine takes to compile and
//! to be read from disk. `scripts/bench engine` calls it.
//!
//! Usage: bench_engine FOLDER [SECONDS]

use codec::Encode;
use opg_engine_abi::{
	hash::content_root_of, limits::IMAGE_PAGE_BYTES, EngineRef, ImageFuel, Limits, ModelRef, Tensor,
};
use opg_engine_host::{npy, profile::CALL_STACK_UNITS, EngineHost, HostConfig, Lane, MemorySource};
use opg_engine_meter::{CALL_STACK, FUEL};
use std::{
	error::Error,
	fs,
	path::{Path, PathBuf},
	sync::Arc,
	time::{Duration, Instant},
};
use wasmtime::{Config, Engine, Instance, Memory, Module, Store, Val};

type Failure = Box<dyn Error + Send + Sync>;

/// Runs of one model, at most.
const MAX_RUNS: usize = 2_000;

/// Longest run, in milliseconds, of a model whose calls a second are measured.
const SMALL_MS: f64 = 5.0;

/// Starts of the engine from disk: the first one brings the file to memory.
const DISK_STARTS: usize = 5;

fn main() -> Result<(), Failure> {
	let mut args = std::env::args().skip(1);
	let folder = args.next().ok_or("usage: bench_engine FOLDER [SECONDS]")?;
	let seconds: f64 = args.next().map_or(Ok(1.0), |s| s.parse())?;

	// The host refuses a folder that other users may enter.
	let private = std::os::unix::fs::PermissionsExt::from_mode(0o700);
	let cache = tempfile::Builder::new().permissions(private).tempdir()?;
	let config = HostConfig { cache_dir: Some(cache.path().into()), ..Default::default() };
	let blob = opg_engine_blob::latest();
	let engine = EngineRef {
		hash: blob.hash,
		profile: blob.profile,
		raw_len: blob.raw_len,
		stored_len: u32::try_from(blob.compressed.len())?,
	};
	let cold = EngineHost::new(config.clone())?
		.prepare_engine(&engine, &mut MemorySource::new(blob.compressed))?;
	let mut host = EngineHost::new(config.clone())?;
	let mut disk_ms = u64::MAX;
	for _ in 0..DISK_STARTS {
		host = EngineHost::new(config.clone())?;
		let disk = host.prepare_engine(&engine, &mut MemorySource::new(blob.compressed))?;
		if !disk.from_disk {
			return Err("the compiled engine wasn't read from disk".into());
		}
		disk_ms = disk_ms.min(disk.millis);
	}
	let bench =
		Bench { host, engine, blob: blob.compressed, bare: Bare::new(&blob.wasm())?, seconds };

	let mut files: Vec<_> =
		fs::read_dir(&folder)?.map(|e| e.map(|e| e.path())).collect::<Result<_, _>>()?;
	files.sort();
	let mut models = Vec::new();
	for file in files.iter().filter(|f| f.extension().is_some_and(|e| e == "onnx")) {
		let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
		models.push(format!("\"{name}\":{}", bench.model(file)?));
	}
	println!(
		"{{\"engine\":{{\"raw_bytes\":{},\"stored_bytes\":{},\"compile_ms\":{},\"disk_ms\":{disk_ms},\
		 \"threads\":{}}},\"models\":{{{}}}}}",
		engine.raw_len,
		engine.stored_len,
		cold.millis,
		threads(),
		models.join(",")
	);
	Ok(())
}

struct Bench {
	host: Arc<EngineHost>,
	engine: EngineRef,
	blob: &'static [u8],
	bare: Bare,
	seconds: f64,
}

impl Bench {
	fn model(&self, file: &Path) -> Result<String, Failure> {
		let bytes = fs::read(file)?;
		let inputs = read_inputs(&file.with_extension("inputs"))?.encode();
		let limits = Limits::V1;
		let model = ModelRef { root: content_root_of(&bytes), len: u32::try_from(bytes.len())? };
		// A node asks its state for digests and hashes nothing: so do loads and runs here, once these
		// have them.
		let (mut engine_source, mut model_source) = self.sources(&bytes);
		let mut load = || {
			self.host.load(
				Lane::Consensus,
				&self.engine,
				&mut engine_source,
				&model,
				&mut model_source,
				&limits,
				limits.load_fuel,
				ImageFuel::default(),
			)
		};
		let mut report = load()?.map_err(|e| format!("{}: {:?}", file.display(), e.refusal))?;
		let load_ms = best(Duration::ZERO, || {
			report = load()?.map_err(|e| format!("{:?}", e.refusal))?;
			Ok(())
		})?;
		let (mut engine_source, mut model_source) = self.sources(&bytes);
		let mut run = || {
			self.host.run(
				Lane::Consensus,
				&self.engine,
				&mut engine_source,
				&model,
				&mut model_source,
				&limits,
				report.load_fuel,
				report.image_hash,
				&inputs,
				limits.run_fuel,
			)
		};
		let mut fuel = run()?.map_err(|e| format!("{}: {:?}", file.display(), e.refusal))?.fuel;
		let (mut miss_ms, mut miss_cpu_ms) = (0.0f64, 0.0f64);
		// A call is charged the same whatever the caches hold, so the dear case counts: the longest.
		for _ in 0..3 {
			self.host.clear_images();
			let (start, cpu) = (Instant::now(), cpu_ms()?);
			fuel = run()?.map_err(|e| format!("{}: {:?}", file.display(), e.refusal))?.fuel;
			miss_ms = miss_ms.max(start.elapsed().as_secs_f64() * 1e3);
			miss_cpu_ms = miss_cpu_ms.max(cpu_ms()? - cpu);
		}
		let run_ms = best(Duration::from_secs_f64(self.seconds), || {
			run()?.map(|_| ()).map_err(|e| format!("{:?}", e.refusal).into())
		})?;
		let bare_ms = self.bare.run(&bytes, &inputs, self.seconds)?;
		let copy_ms = copy(report.image_pages as usize * IMAGE_PAGE_BYTES as usize)?;
		let per_second = |threads: usize| -> Result<f64, Failure> {
			if run_ms > SMALL_MS {
				return Ok(0.0);
			}
			self.calls_per_second(threads, || {
				let (mut engine_source, mut model_source) = self.sources(&bytes);
				let (inputs, limits, report, model) = (&inputs, &limits, &report, &model);
				move || {
					self.host
						.run(
							Lane::Consensus,
							&self.engine,
							&mut engine_source,
							model,
							&mut model_source,
							limits,
							report.load_fuel,
							report.image_hash,
							inputs,
							limits.run_fuel,
						)?
						.map(|_| ())
						.map_err(|e| format!("{:?}", e.refusal).into())
				}
			})
		};
		let (one, all) = (per_second(1)?, per_second(threads())?);
		Ok(format!(
			"{{\"model_bytes\":{},\"load_ms\":{load_ms},\"load_fuel\":{},\"miss_ms\":{miss_ms},\
			 \"miss_cpu_ms\":{miss_cpu_ms},\
			 \"run_ms\":{run_ms},\"bare_ms\":{bare_ms},\"copy_ms\":{copy_ms},\
			 \"calls_per_s\":[{one},{all}],\"run_fuel\":{fuel},\"image_pages\":{},\
			 \"memory_pages\":{},\"input_bytes\":{},\"output_bytes\":{}}}",
			bytes.len(),
			report.load_fuel,
			report.image_pages,
			report.memory_pages,
			report.signature.input_bytes().unwrap_or(0),
			report.signature.output_bytes().unwrap_or(0),
		))
	}

	fn sources<'a>(&self, model: &'a [u8]) -> (MemorySource<'static>, MemorySource<'a>) {
		(MemorySource::new(self.blob), MemorySource::new(model))
	}

	/// Calls a second that so many threads make together, each with a work of its own.
	fn calls_per_second<W>(&self, threads: usize, make: impl Fn() -> W) -> Result<f64, Failure>
	where
		W: FnMut() -> Result<(), Failure> + Send,
	{
		let start = Instant::now();
		let end = start + Duration::from_secs_f64(self.seconds);
		let calls = std::thread::scope(|scope| {
			let workers: Vec<_> = (0..threads)
				.map(|_| {
					let mut work = make();
					scope.spawn(move || -> Result<u64, Failure> {
						let mut calls = 0;
						while Instant::now() < end {
							work()?;
							calls += 1;
						}
						Ok(calls)
					})
				})
				.collect();
			workers.into_iter().try_fold(0, |sum, worker| {
				let calls = worker.join().map_err(|_| "a thread panicked")??;
				Ok::<u64, Failure>(sum + calls)
			})
		})?;
		Ok(calls as f64 / start.elapsed().as_secs_f64())
	}
}

/// Processor time of this process so far, in milliseconds: what others do on the machine doesn't count.
fn cpu_ms() -> Result<f64, Failure> {
	let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
	// SAFETY: writes to what it is given, which is ours.
	if unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut time) } != 0 {
		return Err(std::io::Error::last_os_error().into());
	}
	Ok(time.tv_sec as f64 * 1e3 + time.tv_nsec as f64 / 1e6)
}

/// As many threads as cores.
fn threads() -> usize {
	std::thread::available_parallelism().map_or(2, |n| n.get())
}

/// What a backing that copies would do at least for each run: new memory for the changed pages, and
/// a copy of them. Milliseconds, the shortest of some.
fn copy(len: usize) -> Result<f64, Failure> {
	let image = vec![1u8; len];
	best(Duration::ZERO, || {
		let (protection, flags) =
			(libc::PROT_READ | libc::PROT_WRITE, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS);
		// SAFETY: new memory of that length, which nobody else knows, and which goes when it was
		// written. (An allocator would hand out pages that it had before.)
		unsafe {
			let memory = libc::mmap(std::ptr::null_mut(), len, protection, flags, -1, 0);
			if memory == libc::MAP_FAILED {
				return Err(std::io::Error::last_os_error().into());
			}
			std::ptr::copy_nonoverlapping(image.as_ptr(), memory.cast(), len);
			libc::munmap(memory, len);
		}
		Ok(())
	})
}

/// The shortest of as many runs as fit, three at least, in milliseconds.
fn best(time: Duration, mut work: impl FnMut() -> Result<(), Failure>) -> Result<f64, Failure> {
	let end = Instant::now() + time;
	let (mut shortest, mut runs) = (f64::INFINITY, 0);
	while runs < 3 || (Instant::now() < end && runs < MAX_RUNS) {
		let start = Instant::now();
		work()?;
		shortest = shortest.min(start.elapsed().as_secs_f64() * 1e3);
		runs += 1;
	}
	Ok(shortest)
}

/// The blob in plain wasmtime, with the settings that decide its speed.
struct Bare(Module);

impl Bare {
	fn new(wasm: &[u8]) -> Result<Self, Failure> {
		let mut config = Config::new();
		config
			.cranelift_nan_canonicalization(true)
			.wasm_relaxed_simd(true)
			.relaxed_simd_deterministic(true)
			.max_wasm_stack(4 << 20);
		Ok(Self(Module::from_binary(&Engine::new(&config)?, wasm)?))
	}

	/// The shortest run in an instance that is used again and again.
	fn run(&self, model: &[u8], inputs: &[u8], seconds: f64) -> Result<f64, Failure> {
		let mut store = Store::new(self.0.engine(), ());
		let instance = Instance::new(&mut store, &self.0, &[])?;
		for (counter, full) in
			[(FUEL, Val::I64(i64::MAX)), (CALL_STACK, Val::I32(CALL_STACK_UNITS))]
		{
			let global = instance.get_global(&mut store, counter).ok_or("no counter")?;
			global.set(&mut store, full)?;
		}
		let memory = instance.get_memory(&mut store, "memory").ok_or("no memory")?;
		instance.get_typed_func::<(), u32>(&mut store, "init")?.call(&mut store, ())?;
		let (limits_at, limits_len) = pass(&mut store, &instance, &memory, &Limits::V1.encode())?;
		let (model_at, model_len) = pass(&mut store, &instance, &memory, model)?;
		instance
			.get_typed_func::<(u32, u32, u32, u32), u64>(&mut store, "load")?
			.call(&mut store, (limits_at, limits_len, model_at, model_len))?;
		let run = instance.get_typed_func::<(u32, u32), u64>(&mut store, "run")?;
		best(Duration::from_secs_f64(seconds), || {
			let place = pass(&mut store, &instance, &memory, inputs)?;
			run.call(&mut store, place)?;
			Ok(())
		})
	}
}

/// Allocates in the guest and copies `bytes` there.
fn pass(
	store: &mut Store<()>,
	instance: &Instance,
	memory: &Memory,
	bytes: &[u8],
) -> Result<(u32, u32), Failure> {
	let len = u32::try_from(bytes.len())?;
	let at = instance.get_typed_func::<u32, u32>(&mut *store, "alloc")?.call(&mut *store, len)?;
	memory.write(store, at as usize, bytes)?;
	Ok((at, len))
}

/// The inputs of a model: `.npy` files in the order of their names.
fn read_inputs(folder: &Path) -> Result<Vec<Tensor>, Failure> {
	let mut paths: Vec<_> =
		fs::read_dir(folder)?.map(|e| e.map(|e| e.path())).collect::<Result<_, _>>()?;
	paths.sort();
	let tensor = |path: &PathBuf| {
		npy::read(&fs::read(path)?).map_err(|e| format!("{}: {e}", path.display()).into())
	};
	paths.iter().map(tensor).collect()
}
