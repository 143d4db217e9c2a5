//! A few models again and again, while images are dropped, engines forgotten and hosts replaced under
//! them.

use crate::{
	golden::{self, Record, Vector},
	golden_host::{self, HostExecutor},
	Failure, Options,
};
use opg_engine_host::{EngineHost, HostConfig};
use std::{
	path::Path,
	sync::{
		atomic::{AtomicUsize, Ordering},
		Arc, PoisonError, RwLock,
	},
};

/// Of each kind one: convolutions, quantised ones, states, matrices, trees, special values, and an
/// operator whose fuel depends on its data.
const MODELS: [&str; 7] = [
	"journey/network/depthwise-cnn",
	"journey/network/int8-cnn",
	"journey/network/lstm",
	"journey/sklearn/mlp-classifier",
	"journey/sklearn/ada-boost-classifier",
	"special/Div-float32",
	"other/NonZero",
];

/// Numbers, the same for the same seed (xorshift64*).
struct Random(u64);

impl Random {
	fn below(&mut self, bound: usize) -> usize {
		self.0 ^= self.0 >> 12;
		self.0 ^= self.0 << 25;
		self.0 ^= self.0 >> 27;
		(self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % bound
	}
}

/// What the threads share.
struct Repeat<'a> {
	options: &'a Options,
	vectors: Vec<&'a Vector>,
	record: Record,
	/// The host that all threads use at the moment.
	host: RwLock<Arc<EngineHost>>,
	/// Repetitions begun, and hosts that were replaced.
	begun: AtomicUsize,
	replaced: AtomicUsize,
}

/// Runs `count` repetitions: each compares fuel and output of a run, some also those of a load and
/// the hash of its image; what a host loads again for a run it compares by itself.
pub fn run(testdata: &Path, count: usize, options: &Options) -> Result<(), Failure> {
	let (vectors, hash) = golden::vectors(testdata)?;
	let record = Record::read(testdata)?;
	record.is_of(&golden_host::engine(), &hash)?;
	let chosen: Vec<_> = vectors.iter().filter(|v| MODELS.contains(&v.name.as_str())).collect();
	if chosen.len() != MODELS.len() {
		return Err("a model to repeat isn't among the vectors".into());
	}
	let repeat = Repeat {
		options,
		vectors: chosen,
		record,
		host: RwLock::new(EngineHost::new(options.config.clone())?),
		begun: AtomicUsize::new(0),
		replaced: AtomicUsize::new(0),
	};
	// More threads than cores, so that they interrupt each other.
	let threads = options.threads.max(4);
	let loads = std::thread::scope(|scope| {
		let workers: Vec<_> = (0..threads)
			.map(|index| {
				let seed = options.seed.wrapping_mul(1_000).wrapping_add(index as u64) | 1 << 63;
				let repeat = &repeat;
				scope.spawn(move || repeat.thread(Random(seed), count))
			})
			.collect();
		workers.into_iter().try_fold(0, |sum, worker| {
			Ok::<_, String>(sum + worker.join().map_err(|_| "a thread panicked")??)
		})
	})?;
	println!(
		"Again and again ({threads} threads, {} hosts replaced): {} models, {} loads and runs \
		 compared, 0 models differ",
		repeat.replaced.into_inner(),
		repeat.vectors.len(),
		count + loads,
	);
	Ok(())
}

impl Repeat<'_> {
	/// The work of one thread: how often it loaded. The first difference ends it.
	fn thread(&self, mut random: Random, count: usize) -> Result<usize, String> {
		let engine = golden_host::engine();
		let mut executors: Vec<_> =
			self.vectors.iter().map(|_| HostExecutor::new(self.current())).collect();
		let mut loads = 0;
		while self.begun.fetch_add(1, Ordering::Relaxed) < count {
			self.disturb(&mut random)?;
			let choice = random.below(self.vectors.len());
			let (vector, executor) = (self.vectors[choice], &mut executors[choice]);
			executor.host = self.current();
			let mut lines = Vec::new();
			if !executor.is_loaded() || random.below(4) == 0 {
				lines.push(engine.load(executor, vector)?.0);
				loads += 1;
			}
			let run = &vector.runs[random.below(vector.runs.len())];
			lines.push(engine.run(executor, vector, run)?);
			if let Some(difference) = self.record.difference(&lines) {
				return Err(difference);
			}
		}
		Ok(loads)
	}

	fn current(&self) -> Arc<EngineHost> {
		Arc::clone(&self.host.read().unwrap_or_else(PoisonError::into_inner))
	}

	/// Changes the state that the next repetitions find.
	fn disturb(&self, random: &mut Random) -> Result<(), String> {
		match random.below(1_000) {
			0..=1 => {
				let image_cache_bytes = [0, 1 << 20, 1 << 30][random.below(3)];
				let config = HostConfig { image_cache_bytes, ..self.options.config.clone() };
				let host = EngineHost::new(config).map_err(|e| e.to_string())?;
				*self.host.write().unwrap_or_else(PoisonError::into_inner) = host;
				self.replaced.fetch_add(1, Ordering::Relaxed);
			},
			2..=5 => self.current().forget_engines(false),
			6..=105 => self.current().clear_images(),
			_ => {},
		}
		Ok(())
	}
}
