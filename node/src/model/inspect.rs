//! `model inspect`: what a file holds, whether the engine takes it, and what a call would cost.

use super::{
	amount::{self, grouped, Amount},
	engine::{Engine, EngineOptions},
	failure::{finish, Failure},
	output::{emit, hex, printable, table, Rows},
	price,
	tensors::read_file,
};
use clap::Args;
use opg_engine_abi::{
	hash::{chunk_count, content_root_of},
	DType, ErrorCode, Inspection, Limits, LoadReport, RawSpec, TensorSpec,
};
use pallet_model_registry::ModelCosts;
use serde_json::{json, Map, Value};
use std::path::PathBuf;

/// Fuel that looking at a file, its load and its run may use, each. It is more than any transaction
/// may spend, so nothing that can be called on chain is cut off, and little enough that a hostile
/// file is refused within seconds.
const MAX_FUEL: u64 = 4_000_000_000;

/// Show what a model holds, whether it is supported, and what it costs.
#[derive(Debug, Args)]
pub struct InspectCmd {
	/// ONNX file.
	#[arg(value_name = "FILE")]
	file: PathBuf,

	/// Print one JSON object. For a model that is refused it has a member `error`.
	#[arg(long)]
	json: bool,

	#[allow(missing_docs)]
	#[clap(flatten)]
	engine: EngineOptions,
}

/// What was found, as far as it went.
struct Report {
	bytes: u64,
	root: [u8; 32],
	inspection: Inspection,
	loaded: Option<LoadReport>,
	costs: Option<ModelCosts>,
	deposit: Option<Amount>,
	refusal: Option<Failure>,
}

impl InspectCmd {
	pub(super) fn run(self) {
		finish(self.json, self.inspect());
	}

	fn inspect(&self) -> Result<(), Failure> {
		let max = u64::from(Limits::V1.model_bytes);
		let file = read_file(&self.file, max, ErrorCode::ModelTooLarge)?;
		let engine = Engine::open(&self.engine)?;
		let inspection = engine.inspect(&file, MAX_FUEL)?;
		let mut report = Report {
			bytes: file.len() as u64,
			root: content_root_of(&file),
			inspection,
			loaded: None,
			costs: None,
			deposit: price::manifest(&file, 1, "").map(|m| price::deposit(&m)),
			refusal: None,
		};
		match engine.load(&file, MAX_FUEL) {
			Ok(loaded) => {
				match engine.measure(&loaded, &[], None, MAX_FUEL) {
					Ok(measured) => report.costs = Some(measured.costs),
					Err(failure) => report.refusal = Some(on_zeros(too_much(failure))),
				}
				report.loaded = Some(loaded.report);
			},
			Err(failure) => report.refusal = Some(too_much(failure)),
		}
		if self.json {
			emit(report.to_json());
		} else {
			emit(report.to_text());
		}
		match report.refusal {
			// The object has the error in it already.
			Some(_) if self.json => std::process::exit(1),
			Some(failure) => {
				emit("");
				Err(failure)
			},
			None => Ok(()),
		}
	}
}

impl Report {
	fn to_json(&self) -> Value {
		let i = &self.inspection;
		let mut object = Map::new();
		let mut put = |key: &str, value: Value| object.insert(key.into(), value);
		put("bytes", self.bytes.into());
		put("contentRoot", hex(&self.root).into());
		put("chunks", chunk_count(self.bytes).into());
		put("irVersion", i.ir_version.into());
		put("producer", text(&i.producer).into());
		let opset = |(domain, version): &(Vec<u8>, u64)| json!({ "domain": domain_name(domain), "version": version });
		put("opsets", i.opsets.iter().map(opset).collect());
		put("parameters", i.parameters.into());
		let operators = i.operators.iter().map(|op| {
			json!({
				"domain": domain_name(&op.domain),
				"name": text(&op.name),
				"opset": op.opset,
				"nodes": op.count,
				"supported": op.supported,
			})
		});
		put("operators", operators.collect());
		put("supported", self.refusal.is_none().into());
		match &self.loaded {
			Some(report) => {
				put("inputs", report.signature.inputs.iter().map(spec_json).collect());
				put("outputs", report.signature.outputs.iter().map(spec_json).collect());
				put("loadFuel", report.load_fuel.into());
				put("imagePages", report.image_pages.into());
				put("imageHash", hex(&report.image_hash).into());
				put("memoryPages", report.memory_pages.into());
			},
			None => {
				put("inputs", i.inputs.iter().map(raw_json).collect());
				put("outputs", i.outputs.iter().map(raw_json).collect());
			},
		}
		if let Some(costs) = &self.costs {
			put("runFuel", costs.typical_fuel.into());
			put("runLimit", costs.run_limit.into());
			put("overheadFuel", costs.overhead_fuel.into());
			put("expectedFuel", costs.expected_fuel().into());
			put("maxFuel", costs.max_fuel().into());
			// Amounts are strings: they don't fit a double.
			put(
				"expectedCompute",
				price::compute_at_rest(costs.expected_fuel()).0.to_string().into(),
			);
			put("maxCompute", price::compute_at_rest(costs.max_fuel()).0.to_string().into());
			put("fitsTransaction", price::fits_transaction(costs).into());
		}
		if let Some(deposit) = self.deposit {
			put("deposit", deposit.0.to_string().into());
		}
		if let Some(failure) = &self.refusal {
			put("error", failure.to_json());
		}
		Value::Object(object)
	}

	fn to_text(&self) -> String {
		let i = &self.inspection;
		let opsets: Vec<String> =
			i.opsets.iter().map(|(d, v)| format!("{} {v}", domain_name(d))).collect();
		let mut rows = Rows::default();
		rows.add("Size", amount::bytes(self.bytes))
			.add("Content root", hex(&self.root))
			.add("Chunks", chunk_count(self.bytes))
			.add("Producer", text(&i.producer))
			.add("Opsets", opsets.join(", "))
			.add("Parameters", grouped(i.parameters));
		let (inputs, outputs) = match &self.loaded {
			Some(report) => {
				let lines = |specs: &[TensorSpec]| specs.iter().map(spec_text).collect::<Vec<_>>();
				(lines(&report.signature.inputs), lines(&report.signature.outputs))
			},
			None => {
				let lines = |specs: &[RawSpec]| specs.iter().map(raw_text).collect::<Vec<_>>();
				(lines(&i.inputs), lines(&i.outputs))
			},
		};
		rows.add("Inputs", inputs.join("\n")).add("Outputs", outputs.join("\n"));
		let operators: Vec<Vec<String>> = i
			.operators
			.iter()
			.map(|op| {
				let domain =
					if op.domain.is_empty() { String::new() } else { text(&op.domain) + "." };
				let support = if op.supported { "supported" } else { "NOT SUPPORTED" };
				vec![
					format!("{domain}{}", text(&op.name)),
					format!("opset {}", op.opset),
					format!("× {}", grouped(op.count)),
					support.into(),
				]
			})
			.collect();
		rows.add("Operators", table(&operators));
		if let Some(report) = &self.loaded {
			let memory = u64::from(report.memory_pages)
				.saturating_mul(u64::from(opg_engine_abi::limits::WASM_PAGE_BYTES));
			rows.add("Load fuel", grouped(report.load_fuel))
				.add("Memory", amount::bytes(memory))
				.add("Image pages", grouped(report.image_pages));
		}
		if let Some(costs) = &self.costs {
			rows.add("Run fuel", format!("{} (inputs of zeros)", grouped(costs.typical_fuel)))
				.add("Fuel of a call", {
					format!(
						"{} expected, {} at most",
						grouped(costs.expected_fuel()),
						grouped(costs.max_fuel())
					)
				})
				.add("Compute", {
					format!(
						"{} expected, {} at most, while the chain is at rest",
						price::compute_at_rest(costs.expected_fuel()),
						price::compute_at_rest(costs.max_fuel())
					)
				})
				.add("Fits a transaction", {
					let fits = price::fits_transaction(costs);
					if fits {
						"yes"
					} else {
						"NO: it can't be activated"
					}
				});
		}
		if let Some(deposit) = self.deposit {
			rows.add("Deposit", format!("{deposit}, returned on removal"));
		}
		rows.to_text()
	}
}

/// A model that needs more than [`MAX_FUEL`] can't be called on chain at all.
fn too_much(failure: Failure) -> Failure {
	if failure.code == ErrorCode::OutOfFuel.name() {
		return Failure {
			hint: "no transaction may use that much: shrink the model".into(),
			..failure
		};
	}
	failure
}

/// The model loads, but a run on zeros fails: other inputs may do.
fn on_zeros(failure: Failure) -> Failure {
	let message = format!("{}, on inputs of zeros", failure.message);
	if failure.code == ErrorCode::OutOfFuel.name() {
		return Failure { message, ..failure };
	}
	let hint = "publish it with inputs that work: model publish --canary NAME=FILE.npy".into();
	Failure { message, hint, ..failure }
}

fn text(bytes: &[u8]) -> String {
	printable(&String::from_utf8_lossy(bytes))
}

fn domain_name(domain: &[u8]) -> String {
	if domain.is_empty() {
		"ai.onnx".into()
	} else {
		text(domain)
	}
}

fn spec_text(spec: &TensorSpec) -> String {
	format!("{}: {} {:?}", text(&spec.name), spec.dtype.name(), spec.shape)
}

fn spec_json(spec: &TensorSpec) -> Value {
	json!({ "name": text(&spec.name), "dtype": spec.dtype.name(), "shape": spec.shape })
}

fn dtype_name(code: u64) -> String {
	match DType::from_code(code) {
		Some(dtype) => dtype.name().into(),
		None => format!("dtype {code} (not supported)"),
	}
}

fn raw_text(spec: &RawSpec) -> String {
	let axes: Vec<String> = spec
		.shape
		.iter()
		.map(|dim| match dim {
			Ok(size) => size.to_string(),
			Err(name) if name.is_empty() => "?".into(),
			Err(name) => text(name),
		})
		.collect();
	format!("{}: {} [{}]", text(&spec.name), dtype_name(spec.dtype), axes.join(", "))
}

/// A symbolic dimension is its name, an unknown one is null.
fn raw_json(spec: &RawSpec) -> Value {
	let axes: Vec<Value> = spec
		.shape
		.iter()
		.map(|dim| match dim {
			Ok(size) => (*size).into(),
			Err(name) if name.is_empty() => Value::Null,
			Err(name) => text(name).into(),
		})
		.collect();
	let dtype = match DType::from_code(spec.dtype) {
		Some(dtype) => dtype.name().into(),
		None => Value::from(spec.dtype),
	};
	json!({ "name": text(&spec.name), "dtype": dtype, "shape": axes })
}
