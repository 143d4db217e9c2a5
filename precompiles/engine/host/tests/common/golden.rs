//! Golden vectors: models with inputs, and what the released engine makes of them.
//!
//! `testdata/vectors.scale.zst` holds the models (scripts/determinism/vectors.py writes it), together with
//! those of `testdata/journeys.scale`; `testdata/golden-v1.txt` holds fuel and hashes for one engine,
//! named by its hash. Shared by the tests, by the example `golden` and by other executors than the
//! node's (scripts/determinism/executors), which all observe through [`Executor`].
//!
//! A record has a line for each model, and for its runs lines that begin with a tab:
//!
//! ```text
//! NAME: LOAD_FUEL IMAGE_HASH
//!     RUN: FUEL OUTPUT_HASH RESULT_ID
//! ```
//!
//! or, instead of the figures, `refused CODE ARGUMENTS FUEL`, or `trapped`. Hashes are cut to their first 16
//! bytes: they find differences, they needn't withstand anybody.

use codec::{Decode, DecodeAll, Encode};
use opg_engine_abi::{
	hash::{content_root_of, keccak256, ResultParts},
	DType, EngineError, Tensor,
};
use std::{
	collections::BTreeMap,
	fmt::Write,
	fs,
	path::Path,
	sync::atomic::{AtomicUsize, Ordering},
};

/// The vectors, compressed, and the models of real exporters.
pub const FILES: [&str; 2] = ["vectors.scale.zst", "journeys.scale"];
/// What they give.
pub const RECORD: &str = "golden-v1.txt";
/// What a file of vectors may decompress to.
const MAX_BYTES: usize = 64 << 20;

/// A model with inputs.
#[derive(Decode)]
pub struct Vector {
	pub name: String,
	pub model: Vec<u8>,
	/// Label and inputs of each run.
	pub runs: Vec<(String, Vec<Tensor>)>,
}

/// A model of a real exporter; see tests/journeys.rs.
#[derive(Decode)]
struct Journey {
	name: String,
	_tolerance: u64,
	model: Vec<u8>,
	rows: Vec<(Vec<Tensor>, Vec<Tensor>)>,
}

/// All vectors, and the hash of the files that they come from.
pub fn vectors(testdata: &Path) -> Result<(Vec<Vector>, [u8; 32]), String> {
	let read = |name| fs::read(testdata.join(name)).map_err(|e| format!("{name}: {e}"));
	let [packed, journeys] = FILES.map(read);
	let raw = zstd::bulk::decompress(&packed?, MAX_BYTES).map_err(|e| e.to_string())?;
	let journeys = journeys?;
	let mut vectors = Vec::<Vector>::decode_all(&mut &raw[..]).map_err(|e| e.to_string())?;
	for journey in Vec::<Journey>::decode_all(&mut &journeys[..]).map_err(|e| e.to_string())? {
		let runs = journey.rows.into_iter().enumerate();
		vectors.push(Vector {
			name: format!("journey/{}", journey.name),
			model: journey.model,
			runs: runs.map(|(row, (inputs, _))| (format!("row{row}"), inputs)).collect(),
		});
	}
	let both = [keccak256(&raw), keccak256(&journeys)].concat();
	Ok((vectors, keccak256(&both)))
}

/// A model that was loaded.
pub struct Loaded {
	pub fuel: u64,
	pub image_hash: [u8; 32],
}

/// A run that gave outputs, encoded.
pub struct Ran {
	pub fuel: u64,
	pub outputs: Vec<u8>,
}

/// What has no result.
pub enum Ended {
	/// The engine refused it.
	Refused { error: EngineError, fuel: u64 },
	/// The engine reached `unreachable`: the same everywhere, but it should have refused. See
	/// [`KNOWN_TRAPS`].
	Trapped,
}

/// Vectors that trap, by the beginning of their names, and why. A record is written only when these
/// trap and nothing else does.
pub const KNOWN_TRAPS: &[(&str, &str)] = &[];

/// A result, or how it ended without one; in the outer error what no vector may give: a failure of
/// the executor, or that fuel or memory ran out.
pub type Observed<T> = Result<Result<T, Ended>, String>;

/// Something that runs the engine.
pub trait Executor {
	/// Loads a model in a fresh instance.
	fn load(&mut self, model: &[u8]) -> Observed<Loaded>;
	/// Runs the model loaded last on encoded inputs, in a fresh instance.
	fn run(&mut self, inputs: &[u8]) -> Observed<Ran>;
}

/// Keys of the record and their values.
pub type Lines = Vec<(String, String)>;

/// The engine that a record is of.
#[derive(Clone, Copy)]
pub struct Engine {
	pub hash: [u8; 32],
	pub profile: u32,
}

impl Engine {
	/// The record's first lines.
	pub fn head(&self, vectors: &[u8; 32]) -> Lines {
		vec![
			("engine".into(), hex::encode(self.hash)),
			("profile".into(), self.profile.to_string()),
			("vectors".into(), hex::encode(vectors)),
		]
	}

	/// What an executor makes of a model: the record's key and value, and whether it was loaded. An
	/// error is a trap or a failure of the executor.
	pub fn load(
		&self,
		executor: &mut dyn Executor,
		vector: &Vector,
	) -> Result<((String, String), bool), String> {
		let loaded = executor.load(&vector.model).map_err(|e| format!("{}: {e}", vector.name))?;
		let value = line(&loaded, |l| (l.fuel, vec![l.image_hash]));
		Ok(((vector.name.clone(), value), loaded.is_ok()))
	}

	/// What an executor makes of one run of the vector that it loaded last. An error is a trap, a
	/// failure of the executor, or a NaN in an output that isn't canonical.
	pub fn run(
		&self,
		executor: &mut dyn Executor,
		vector: &Vector,
		(label, tensors): &(String, Vec<Tensor>),
	) -> Result<(String, String), String> {
		let key = format!("{} {label}", vector.name);
		let inputs = tensors.encode();
		let ran = executor.run(&inputs).map_err(|e| format!("{key}: {e}"))?;
		if let Ok(ran) = &ran {
			check_nans(&ran.outputs).map_err(|e| format!("{key}: {e}"))?;
		}
		let value = line(&ran, |ran| {
			let output_hash = keccak256(&ran.outputs);
			let parts = ResultParts {
				engine_hash: self.hash,
				profile: self.profile,
				model_root: content_root_of(&vector.model),
				input_hash: keccak256(&inputs),
				output_hash,
			};
			(ran.fuel, vec![output_hash, parts.id()])
		});
		Ok((key, value))
	}

	/// All of a vector.
	pub fn observe(&self, executor: &mut dyn Executor, vector: &Vector) -> Result<Lines, String> {
		let (line, loaded) = self.load(executor, vector)?;
		let mut lines = vec![line];
		for run in vector.runs.iter().filter(|_| loaded) {
			lines.push(self.run(executor, vector, run)?);
		}
		Ok(lines)
	}

	/// The same for many vectors, in their order, with one executor for each thread.
	pub fn observe_all<E: Executor>(
		&self,
		make: impl Fn() -> Result<E, String> + Sync,
		vectors: &[&Vector],
		threads: usize,
	) -> Vec<Result<Lines, String>> {
		let next = AtomicUsize::new(0);
		let work = || {
			let mut done = Vec::new();
			let mut executor = make();
			loop {
				let index = next.fetch_add(1, Ordering::Relaxed);
				let Some(vector) = vectors.get(index) else { break done };
				let lines = match &mut executor {
					Ok(executor) => self.observe(executor, vector),
					Err(error) => Err(error.clone()),
				};
				done.push((index, lines));
			}
		};
		let mut all: Vec<_> = std::thread::scope(|scope| {
			let workers: Vec<_> = (0..threads.max(1)).map(|_| scope.spawn(work)).collect();
			workers.into_iter().flat_map(|worker| worker.join().expect("doesn't panic")).collect()
		});
		all.sort_by_key(|(index, _)| *index);
		all.into_iter().map(|(_, lines)| lines).collect()
	}
}

/// The value of what traps.
const TRAPPED: &str = "trapped";

/// What is wrong with the traps among observed lines: one that isn't known, or a known one that is gone.
pub fn unexpected_traps(vectors: &[Lines]) -> Vec<String> {
	let traps: Vec<&str> = vectors
		.iter()
		.flatten()
		.filter(|(_, value)| value == TRAPPED)
		.map(|(key, _)| key.as_str())
		.collect();
	let unknown = traps.iter().filter(|key| !KNOWN_TRAPS.iter().any(|(k, _)| key.starts_with(k)));
	let gone = KNOWN_TRAPS.iter().filter(|(k, _)| !traps.iter().any(|key| key.starts_with(k)));
	let unknown = unknown.map(|key| format!("{key} traps"));
	unknown
		.chain(gone.map(|(key, _)| format!("{key}… traps no more: not known any more")))
		.collect()
}

/// One value of a record.
fn line<T>(observed: &Result<T, Ended>, figures: impl Fn(&T) -> (u64, Vec<[u8; 32]>)) -> String {
	match observed {
		Ok(result) => {
			let (fuel, hashes) = figures(result);
			let mut text = fuel.to_string();
			for hash in hashes {
				write!(text, " {}", hex::encode(&hash[..16])).expect("into memory");
			}
			text
		},
		Err(Ended::Trapped) => TRAPPED.into(),
		Err(Ended::Refused { error, fuel }) => {
			let mut text = format!("refused {}", error.code.name());
			for (_, value) in error.named_args() {
				write!(text, " {value}").expect("into memory");
			}
			write!(text, " {fuel}").expect("into memory");
			text
		},
	}
}

/// Checks that every NaN in encoded outputs is the canonical one.
fn check_nans(outputs: &[u8]) -> Result<(), String> {
	let tensors = Vec::<Tensor>::decode_all(&mut &outputs[..]).map_err(|e| e.to_string())?;
	for tensor in &tensors {
		let (size, infinity, canonical) = match tensor.dtype {
			DType::Float16 => (2, 0x7c00, 0x7e00),
			DType::Float32 => (4, 0x7f80_0000, 0x7fc0_0000),
			DType::Float64 => (8, 0x7ff0_0000_0000_0000, 0x7ff8_0000_0000_0000),
			_ => continue,
		};
		for bytes in tensor.data.chunks_exact(size) {
			let mut wide = [0; 8];
			wide[..size].copy_from_slice(bytes);
			let bits = u64::from_le_bytes(wide);
			let magnitude = bits & (u64::MAX >> (65 - 8 * size));
			if magnitude > infinity && bits != canonical {
				return Err(format!("a NaN of an output is {bits:#x}"));
			}
		}
	}
	Ok(())
}

/// What a released engine gave.
pub struct Record(BTreeMap<String, String>);

impl Record {
	/// The committed one.
	pub fn read(testdata: &Path) -> Result<Self, String> {
		let text =
			fs::read_to_string(testdata.join(RECORD)).map_err(|e| format!("{RECORD}: {e}"))?;
		let mut lines = BTreeMap::new();
		let mut model = "";
		for line in text.lines().filter(|line| !line.starts_with('#')) {
			let (name, value) =
				line.split_once(": ").ok_or_else(|| format!("{RECORD}: no record: {line}"))?;
			let key = match name.strip_prefix('\t') {
				Some(run) => format!("{model} {run}"),
				None => {
					model = name;
					name.to_string()
				},
			};
			if lines.insert(key, value.to_string()).is_some() {
				return Err(format!("{RECORD}: twice: {line}"));
			}
		}
		Ok(Self(lines))
	}

	/// Checks that it is the record of this engine and of these vectors.
	pub fn is_of(&self, engine: &Engine, vectors: &[u8; 32]) -> Result<(), String> {
		match self.difference(&engine.head(vectors)) {
			None => Ok(()),
			Some(what) => Err(format!("{what}; run scripts/determinism/run --record")),
		}
	}

	/// The first line that differs from the record.
	pub fn difference(&self, lines: &[(String, String)]) -> Option<String> {
		lines.iter().find_map(|(key, value)| {
			let recorded = self.0.get(key).map_or("nothing", String::as_str);
			(recorded != value).then(|| format!("{key}: {value}, recorded is {recorded}"))
		})
	}

	/// Compares what an executor observed.
	pub fn compare(&self, observed: Vec<Result<Lines, String>>) -> Tally {
		let mut tally = Tally::default();
		for lines in observed {
			match lines {
				Ok(lines) => tally.count(&lines, self.difference(&lines)),
				Err(fault) => tally.count(&[], Some(fault)),
			}
		}
		tally
	}
}

/// What comparisons with a record gave.
#[derive(Default)]
pub struct Tally {
	pub models: usize,
	/// Loads and runs.
	pub comparisons: usize,
	/// What was otherwise, of each model the first thing.
	pub wrong: Vec<String>,
}

impl Tally {
	/// Counts one model with its lines.
	pub fn count(&mut self, lines: &[(String, String)], wrong: Option<String>) {
		self.models += 1;
		self.comparisons += lines.len();
		self.wrong.extend(wrong);
	}

	/// Tells the figures. An error if anything was otherwise.
	pub fn conclude(&self, executor: &str) -> Result<(), String> {
		for wrong in self.wrong.iter().take(20) {
			println!("differs: {wrong}");
		}
		println!(
			"{executor}: {} models, {} loads and runs compared, {} models differ",
			self.models,
			self.comparisons,
			self.wrong.len()
		);
		match self.models > 0 && self.wrong.is_empty() {
			true => Ok(()),
			false => Err(format!("{executor}: {} models differ", self.wrong.len())),
		}
	}
}

/// A record as text.
pub fn write_record(head: &Lines, vectors: &[Lines]) -> String {
	let mut text = String::from(
		"# What the released engine makes of the golden vectors: fuel and hashes. Written by\n\
		 # scripts/determinism/run --record; precompiles/engine/host/tests/common/golden.rs says how.\n",
	);
	for (key, value) in head {
		writeln!(text, "{key}: {value}").expect("into memory");
	}
	for vector in vectors {
		let model = vector.first().map_or("", |(name, _)| name);
		for (key, value) in vector {
			match key.strip_prefix(model).and_then(|rest| rest.strip_prefix(' ')) {
				Some(run) => writeln!(text, "\t{run}: {value}").expect("into memory"),
				None => writeln!(text, "{key}: {value}").expect("into memory"),
			}
		}
	}
	text
}
