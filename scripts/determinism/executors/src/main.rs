//! Runs the golden vectors through other executors than the node's and compares with the record. For
//! people `scripts/determinism/run` calls it.
//!
//! Usage: opg-determinism-executors native|pulley|wasmi [--threads N] [--every N]
//!
//! - `native`    wasmtime's Cranelift with every feature of this processor
//! - `pulley`    wasmtime's interpreter
//! - `wasmi`     an independent implementation
//! - `--every N` takes every Nth model only
//!
//! Outputs, fuel, result ids and the hashes of prepared images are compared. Ends with a line of figures,
//! and with status 0 only if nothing differs.

#[path = "../../../../precompiles/engine/host/tests/common/golden.rs"]
#[allow(dead_code)]
mod golden;
mod guest;
mod with_wasmi;
mod with_wasmtime;

use golden::{Engine, Record, Vector};
use guest::{Guest, Started};
use std::path::Path;
use with_wasmtime::Form;

fn main() -> Result<(), String> {
	let mut args = std::env::args().skip(1);
	let executor = args.next().ok_or("which executor? native, pulley or wasmi")?;
	let (mut threads, mut every) = (1, 1);
	while let Some(option) = args.next() {
		let number = args.next().and_then(|value| value.parse::<usize>().ok());
		match (option.as_str(), number) {
			("--threads", Some(number)) => threads = number,
			("--every", Some(number)) if number > 0 => every = number,
			_ => return Err(format!("no such option, or no number: {option}")),
		}
	}

	let testdata =
		Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../precompiles/engine/testdata");
	let (vectors, hash) = golden::vectors(&testdata)?;
	let record = Record::read(&testdata)?;
	let blob = opg_engine_blob::latest();
	let check = Check {
		engine: Engine { hash: blob.hash, profile: blob.profile },
		record,
		vectors: vectors.iter().step_by(every).collect(),
		threads,
	};
	check.record.is_of(&check.engine, &hash)?;
	let wasm = blob.wasm();
	match executor.as_str() {
		"native" => {
			let name = "Cranelift with all features of this processor";
			check.run(name, with_wasmtime::Runtime::new(Form::Native, &wasm)?)
		},
		"pulley" => check.run("Pulley", with_wasmtime::Runtime::new(Form::Pulley, &wasm)?),
		"wasmi" => check.run("wasmi", with_wasmi::Runtime::new(&wasm)?),
		_ => Err(format!("no such executor: {executor}")),
	}
}

/// What is to be compared.
struct Check<'a> {
	engine: Engine,
	record: Record,
	vectors: Vec<&'a Vector>,
	threads: usize,
}

impl Check<'_> {
	fn run<R: guest::Runtime + Send + Sync>(&self, name: &str, runtime: R) -> Result<(), String> {
		let started = Started::new(runtime)?;
		let make = || Ok(Guest::new(started.clone()));
		let observed = self.engine.observe_all(make, &self.vectors, self.threads);
		self.record.compare(observed).conclude(name)
	}
}
