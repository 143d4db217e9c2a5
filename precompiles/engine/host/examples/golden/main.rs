//! Runs the golden vectors through the released engine as a validator does. `scripts/determinism/run`
//! calls it.
//!
//! Usage: golden pack RAW.scale
//!        golden record [--threads N]
//!        golden check [--cpu baseline|masked|no-fma] [--threads N] [--every N]
//!        golden repeat COUNT [--seed N] [--cpu …] [--threads N] [--cache FOLDER|none]
//!
//! - `pack`    writes the file of vectors from what scripts/determinism/vectors.py wrote
//! - `record`  writes the record of what they give
//! - `check`   runs the self-test, and compares what they give with the record; `--every N` takes every
//!   Nth model only
//! - `repeat`  runs a few models again and again, with caches in changing states, and compares
//! - `--cache` keeps compiled engines elsewhere than a node does; `none`: compiles at every start
//!
//! Ends with a line of figures, and with status 0 only if nothing differs.

#[path = "../../tests/common/golden.rs"]
mod golden;
#[path = "../../tests/common/golden_host.rs"]
mod golden_host;
mod repeat;

use golden::{Record, Vector};
use golden_host::HostExecutor;
use opg_engine_host::{Cpu, EngineHost, HostConfig};
use std::{
	fs,
	path::{Path, PathBuf},
};

type Failure = Box<dyn std::error::Error + Send + Sync>;

fn main() -> Result<(), Failure> {
	let testdata = Path::new(env!("CARGO_MANIFEST_DIR")).join("../testdata");
	let mut options = Options::parse(std::env::args().skip(1))?;
	match (options.words.remove(0).as_str(), options.words.as_slice()) {
		("pack", [raw]) => pack(&testdata, Path::new(raw)),
		("record", []) => record(&testdata, &options),
		("check", []) => check(&testdata, &options),
		("repeat", [count]) => repeat::run(&testdata, count.parse()?, &options),
		_ => Err("usage: golden pack RAW | record | check | repeat COUNT".into()),
	}
}

/// The command line.
struct Options {
	words: Vec<String>,
	config: HostConfig,
	threads: usize,
	every: usize,
	seed: u64,
}

impl Options {
	fn parse(mut args: impl Iterator<Item = String>) -> Result<Self, Failure> {
		let (config, threads) =
			(HostConfig::default(), std::thread::available_parallelism()?.get());
		let mut options = Self { words: Vec::new(), config, threads, every: 1, seed: 1 };
		while let Some(word) = args.next() {
			if !word.starts_with("--") {
				options.words.push(word);
				continue;
			}
			let value = args.next().ok_or_else(|| format!("{word} needs a value"))?;
			match (word.as_str(), value.as_str()) {
				("--cpu", "baseline") => options.config.cpu = Cpu::Baseline,
				("--cpu", "masked") => options.config.cpu = Cpu::Masked,
				("--cpu", "no-fma") => options.config.cpu = Cpu::NoFma,
				("--cache", "none") => options.config.cache_dir = None,
				("--cache", folder) => options.config.cache_dir = Some(PathBuf::from(folder)),
				("--threads", number) => options.threads = number.parse()?,
				("--every", number) => options.every = number.parse::<usize>()?.max(1),
				("--seed", number) => options.seed = number.parse()?,
				_ => return Err(format!("no such option: {word} {value}").into()),
			}
		}
		if options.words.is_empty() {
			options.words.push(String::new());
		}
		Ok(options)
	}
}

fn pack(testdata: &Path, raw: &Path) -> Result<(), Failure> {
	let packed = zstd::bulk::compress(&fs::read(raw)?, 19)?;
	fs::write(testdata.join(golden::FILES[0]), &packed)?;
	let (vectors, _) = golden::vectors(testdata)?;
	let runs: usize = vectors.iter().map(|vector| vector.runs.len()).sum();
	println!("vectors: {} models, {runs} runs, {} bytes", vectors.len(), packed.len());
	Ok(())
}

fn record(testdata: &Path, options: &Options) -> Result<(), Failure> {
	let (vectors, hash) = golden::vectors(testdata)?;
	let engine = golden_host::engine();
	let host = EngineHost::new(options.config.clone())?;
	let all: Vec<&Vector> = vectors.iter().collect();
	let make = || Ok(HostExecutor::new(host.clone()));
	let (mut lines, mut faults) = (Vec::new(), Vec::new());
	for observed in engine.observe_all(make, &all, options.threads) {
		match observed {
			Ok(observed) => lines.push(observed),
			Err(fault) => faults.push(fault),
		}
	}
	faults.extend(golden::unexpected_traps(&lines));
	for fault in &faults {
		println!("fault: {fault}");
	}
	if !faults.is_empty() {
		return Err(format!("{} faults: no record is written", faults.len()).into());
	}
	let text = golden::write_record(&engine.head(&hash), &lines);
	fs::write(testdata.join(golden::RECORD), &text)?;
	let refused = text.lines().filter(|line| line.contains(": refused ")).count();
	println!(
		"recorded: {} lines, {refused} of them refusals, {} bytes",
		text.lines().count(),
		text.len()
	);
	Ok(())
}

fn check(testdata: &Path, options: &Options) -> Result<(), Failure> {
	let (vectors, hash) = golden::vectors(testdata)?;
	let record = Record::read(testdata)?;
	let engine = golden_host::engine();
	record.is_of(&engine, &hash)?;
	let host = EngineHost::new(options.config.clone())?;
	if options.config.cpu != Cpu::NoFma {
		host.self_test()?;
	}
	let make = || Ok(HostExecutor::new(host.clone()));
	let chosen: Vec<&Vector> = vectors.iter().step_by(options.every).collect();
	let name = match options.config.cpu {
		Cpu::Baseline => "Cranelift as validators have it",
		Cpu::Masked => "Cranelift without AVX2, SSE4.2, BMI",
		Cpu::NoFma => "Cranelift without AVX, FMA",
	};
	let tally = record.compare(engine.observe_all(make, &chosen, options.threads));
	Ok(tally.conclude(name)?)
}
