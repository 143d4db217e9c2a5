//! Runs models through a released engine, as the chain does: for each job one load and any number of
//! runs under the limits of version 1, each from a fresh instance. One engine is compiled for all.
//! The conformance suite and the exporters' journeys call it; so may whatever else has many models
//! or many inputs.
//!
//! Usage: run_models [--engine RAW.wasm] [--cpu baseline|masked|no-fma] [--threads N] <JOBS >RESULTS
//!
//! - `--engine`  another engine than the newest released one, for instance one that isn't released
//! - `--cpu`     the instruction set that it is compiled for (see `opg_engine_host::Cpu`)
//! - `--threads` jobs at the same time (default 1); with more, results come in no fixed order
//!
//! A job is one line of JSON. `sets` holds the inputs of each run, `.npy` files in signature order;
//! without it the model is only loaded. With `out`, an existing folder, the outputs are written to
//! `<out>/<run>-<output>.npy`. With `stop`, the first run that isn't `ok` is the last one.
//!
//! ```json
//! {"id": "any text", "model": "m.onnx", "sets": [["x.npy", "y.npy"]], "out": "folder", "run_limit": 1000, "stop": true}
//! ```
//!
//! A result is one line too: `{"id", "load", "runs"}`. Every load and run has an `outcome`:
//!
//! | outcome | with |
//! |---|---|
//! | `ok` | a load: `fuel`, `image_hash`, `image_pages`, `memory_pages`, `inputs`, `outputs`; a run: `fuel`, `output_hash`, `outputs` |
//! | `refused` | `code`, `args`, `node`, `fuel`, `text`: a typed error |
//! | `trapped` | the same: fuel or memory ran out, or the guest trapped |
//! | `failed` | `text`: this machine's own trouble |
//! | `unreadable` | `text`: a file of the job |
//!
//! The exit status says whether all jobs had a result, whatever it was.

use codec::{Decode, Encode};
use opg_engine_abi::{
	hash::{content_root_of, keccak256},
	EngineRef, ErrorCode, ImageFuel, Limits, LoadReport, ModelRef, RunReport, Tensor, TensorSpec,
};
use opg_engine_host::{
	npy, Cpu, Detailed, EngineHost, HostConfig, Lane, MemorySource, Outcome, PROFILE,
};
use serde::Deserialize;
use serde_json::{json, Value};
use std::{
	error::Error,
	fs,
	io::{self, Write},
	path::{Path, PathBuf},
	sync::Arc,
};

type Failure = Box<dyn Error + Send + Sync>;

fn main() -> Result<(), Failure> {
	let mut config = HostConfig::default();
	let (mut raw, mut threads) = (None, 1usize);
	let mut args = std::env::args().skip(1);
	while let Some(option) = args.next() {
		let value = args.next().ok_or_else(|| format!("{option} needs a value"))?;
		match option.as_str() {
			"--engine" => raw = Some(fs::read(&value).map_err(|e| format!("{value}: {e}"))?),
			"--threads" => threads = value.parse()?,
			"--cpu" => {
				config.cpu = match value.as_str() {
					"baseline" => Cpu::Baseline,
					"masked" => Cpu::Masked,
					"no-fma" => Cpu::NoFma,
					_ => return Err(format!("no such cpu: {value}").into()),
				}
			},
			_ => return Err(format!("no such option: {option}").into()),
		}
	}
	let runner = Runner::new(config, raw)?;

	std::thread::scope(|scope| {
		let work = || -> Result<(), Failure> {
			let mut line = String::new();
			// Each call takes one whole line, whichever thread it is.
			while io::stdin().read_line(&mut line)? > 0 {
				if !line.trim().is_empty() {
					let result = runner.job(&line)?;
					let mut out = io::stdout().lock();
					writeln!(out, "{result}")?;
					out.flush()?;
				}
				line.clear();
			}
			Ok(())
		};
		let workers: Vec<_> = (0..threads.max(1)).map(|_| scope.spawn(work)).collect();
		workers.into_iter().try_for_each(|worker| worker.join().map_err(|_| "a worker panicked")?)
	})
}

struct Runner {
	host: Arc<EngineHost>,
	engine: EngineRef,
	stored: Vec<u8>,
}

impl Runner {
	/// Makes the engine ready: the given raw one, or the newest released one.
	fn new(config: HostConfig, raw: Option<Vec<u8>>) -> Result<Self, Failure> {
		let (engine, stored) = match raw {
			Some(raw) => {
				let stored = zstd::bulk::compress(&raw, 1)?;
				let engine = EngineRef {
					hash: keccak256(&raw),
					profile: PROFILE,
					raw_len: u32::try_from(raw.len())?,
					stored_len: u32::try_from(stored.len())?,
				};
				(engine, stored)
			},
			None => {
				let blob = opg_engine_blob::latest();
				let engine = EngineRef {
					hash: blob.hash,
					profile: blob.profile,
					raw_len: blob.raw_len,
					stored_len: u32::try_from(blob.compressed.len())?,
				};
				(engine, blob.compressed.to_vec())
			},
		};
		let host = EngineHost::new(config)?;
		let prepared = host.prepare_engine(&engine, &mut MemorySource::new(&stored))?;
		eprintln!("engine 0x{} ready after {} ms", hex::encode(engine.hash), prepared.millis);
		Ok(Self { host, engine, stored })
	}

	/// One job. An error is a line that is no job, or outputs that can't be written.
	fn job(&self, line: &str) -> Result<Value, Failure> {
		let job: Job = serde_json::from_str(line).map_err(|e| format!("{line}: {e}"))?;
		let bytes = match fs::read(&job.model) {
			Ok(bytes) => bytes,
			Err(e) => {
				let load = unreadable(format!("{}: {e}", job.model.display()));
				return Ok(json!({ "id": job.id, "load": load, "runs": [] }));
			},
		};
		let model = Model {
			at: ModelRef { root: content_root_of(&bytes), len: u32::try_from(bytes.len())? },
			bytes,
		};
		let loaded = self.load(&model);
		let mut runs = Vec::new();
		if let Ok(Ok(report)) = &loaded {
			for (index, set) in job.sets.iter().enumerate() {
				let inputs = match set.iter().map(|path| read_npy(path)).collect() {
					Ok(inputs) => inputs,
					Err(text) => {
						runs.push(unreadable(text));
						continue;
					},
				};
				let ran = self.run(&model, report, inputs, job.run_limit);
				if let (Some(out), Ok(Ok(report))) = (&job.out, &ran) {
					for (number, tensor) in tensors(report)?.iter().enumerate() {
						let path = out.join(format!("{index}-{number}.npy"));
						fs::write(&path, npy::write(tensor))
							.map_err(|e| format!("{}: {e}", path.display()))?;
					}
				}
				let ok = matches!(ran, Ok(Ok(_)));
				runs.push(outcome(ran, run_json)?);
				if job.stop && !ok {
					break;
				}
			}
		}
		Ok(json!({ "id": job.id, "load": outcome(loaded, load_json)?, "runs": runs }))
	}

	fn load(&self, model: &Model) -> Outcome<LoadReport> {
		self.host.load(
			Lane::Consensus,
			&self.engine,
			&mut MemorySource::new(&self.stored),
			&model.at,
			&mut MemorySource::new(&model.bytes),
			&Limits::V1,
			Limits::V1.load_fuel,
			ImageFuel::default(),
		)
	}

	fn run(
		&self,
		model: &Model,
		loaded: &LoadReport,
		inputs: Vec<Tensor>,
		limit: Option<u64>,
	) -> Outcome<RunReport> {
		self.host.run(
			Lane::Consensus,
			&self.engine,
			&mut MemorySource::new(&self.stored),
			&model.at,
			&mut MemorySource::new(&model.bytes),
			&Limits::V1,
			loaded.load_fuel,
			loaded.image_hash,
			&inputs.encode(),
			limit.unwrap_or(Limits::V1.run_fuel),
		)
	}
}

/// One line of the input.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Job {
	id: String,
	model: PathBuf,
	#[serde(default)]
	sets: Vec<Vec<PathBuf>>,
	out: Option<PathBuf>,
	run_limit: Option<u64>,
	#[serde(default)]
	stop: bool,
}

/// A model with its reference.
struct Model {
	at: ModelRef,
	bytes: Vec<u8>,
}

fn read_npy(path: &Path) -> Result<Tensor, String> {
	let file = fs::read(path).map_err(|e| format!("{}: {e}", path.display()))?;
	npy::read(&file).map_err(|e| format!("{}: {e}", path.display()))
}

fn tensors(report: &RunReport) -> Result<Vec<Tensor>, Failure> {
	Ok(Vec::decode(&mut report.outputs.as_slice())?)
}

/// An outcome as JSON; `describe` adds what a success has.
fn outcome<T>(
	outcome: Outcome<T>,
	describe: fn(&T) -> Result<Value, Failure>,
) -> Result<Value, Failure> {
	Ok(match outcome {
		Ok(Ok(report)) => describe(&report)?,
		Ok(Err(fault)) => fault_json(&fault),
		Err(failure) => json!({ "outcome": "failed", "text": failure.to_string() }),
	})
}

fn load_json(report: &LoadReport) -> Result<Value, Failure> {
	Ok(json!({
		"outcome": "ok",
		"fuel": report.load_fuel,
		"image_hash": hex::encode(report.image_hash),
		"image_pages": report.image_pages,
		"memory_pages": report.memory_pages,
		"inputs": report.signature.inputs.iter().map(spec_json).collect::<Vec<_>>(),
		"outputs": report.signature.outputs.iter().map(spec_json).collect::<Vec<_>>(),
	}))
}

fn spec_json(spec: &TensorSpec) -> Value {
	let name = String::from_utf8_lossy(&spec.name);
	json!({ "name": name, "dtype": spec.dtype.name(), "shape": spec.shape })
}

fn run_json(report: &RunReport) -> Result<Value, Failure> {
	let outputs: Vec<_> = tensors(report)?
		.iter()
		.map(|tensor| json!({ "dtype": tensor.dtype.name(), "shape": tensor.shape }))
		.collect();
	Ok(json!({
		"outcome": "ok",
		"fuel": report.fuel,
		"output_hash": hex::encode(keccak256(&report.outputs)),
		"outputs": outputs,
	}))
}

fn fault_json(fault: &Detailed) -> Value {
	let error = fault.refusal.error;
	let outcome = match error.code {
		ErrorCode::OutOfFuel | ErrorCode::OutOfMemory | ErrorCode::Trapped => "trapped",
		_ => "refused",
	};
	json!({
		"outcome": outcome,
		"code": error.code.name(),
		"args": error.named_args().map(|(_, value)| value).collect::<Vec<_>>(),
		"node": fault.refusal.node(),
		"fuel": fault.fault.fuel,
		"text": error.to_string(),
	})
}

fn unreadable(text: String) -> Value {
	json!({ "outcome": "unreadable", "text": text })
}
