//! `model run`: runs a model on this machine, with the result, fuel and ids that the chain gives.

use super::{
	amount::{self, grouped},
	dims::{self, Place, Plan},
	engine::{Engine, EngineOptions, Ran},
	failure::{finish, Failure},
	output::{emit, hex, path_texts, printable, Rows},
	tensors::{self, read_file},
};
use clap::Args;
use opg_engine_abi::{ErrorCode, Limits, ModelSignature};
use serde_json::{json, Value};
use std::path::PathBuf;

/// Run a model on this machine: same outputs, fuel and result id as on chain.
#[derive(Debug, Args)]
pub struct RunCmd {
	/// ONNX file. Symbolic dimensions are taken from the inputs' shapes.
	#[arg(value_name = "FILE")]
	file: PathBuf,

	/// An input saved with `numpy.save`. May be repeated; one may leave its name out.
	#[arg(long = "input", value_name = "NAME=FILE.npy")]
	inputs: Vec<String>,

	/// Write each output to `<name>.npy` in this folder.
	#[arg(long, value_name = "DIR")]
	out_dir: Option<PathBuf>,

	/// Fuel that the run may use.
	#[arg(long, value_name = "FUEL", default_value_t = Limits::V1.run_fuel)]
	run_limit: u64,

	/// Print one JSON object, with the outputs' data.
	#[arg(long)]
	json: bool,

	#[allow(missing_docs)]
	#[clap(flatten)]
	engine: EngineOptions,
}

impl RunCmd {
	pub(super) fn run(self) {
		finish(self.json, self.execute());
	}

	fn execute(&self) -> Result<(), Failure> {
		let max = u64::from(Limits::V1.model_bytes);
		let file = read_file(&self.file, max, ErrorCode::ModelTooLarge)?;
		let declared = dims::declared(&file)?;
		let names: Vec<String> = declared
			.iter()
			.filter(|tensor| tensor.place == Place::Input)
			.map(|tensor| tensor.name.clone())
			.collect();
		let inputs = tensors::read_inputs(&self.inputs, &names)?;
		let shapes = names.iter().zip(&inputs).map(|(n, t)| (n.as_str(), t.shape.as_slice()));
		let plan = Plan::from_shapes(shapes, &declared)?;
		let file = if plan.is_empty() { file } else { dims::fix(&file, &plan)? };

		let engine = Engine::open(&self.engine)?;
		let loaded = engine.load(&file, Limits::V1.load_fuel)?;
		let signature = &loaded.report.signature;
		tensors::check_inputs(&inputs, &signature.inputs)?;
		let ran = engine.run(&loaded, &inputs, self.run_limit)?;
		let load_fuel = loaded.report.load_fuel;
		let paths = match &self.out_dir {
			Some(folder) => {
				tensors::write_outputs(folder, &tensors::names(&signature.outputs), &ran.outputs)?
			},
			None => Vec::new(),
		};
		if self.json {
			emit(to_json(signature, &ran, load_fuel, &paths));
		} else {
			print(signature, &ran, load_fuel, &paths);
		}
		Ok(())
	}
}

fn to_json(signature: &ModelSignature, ran: &Ran, load_fuel: u64, paths: &[PathBuf]) -> Value {
	json!({
		"outputs": tensors::list_to_json(&tensors::names(&signature.outputs), &ran.outputs),
		"files": path_texts(paths),
		"runFuel": ran.fuel,
		"loadFuel": load_fuel,
		"engineHash": hex(&ran.parts.engine_hash),
		"profile": ran.parts.profile,
		"modelRoot": hex(&ran.parts.model_root),
		"inputHash": hex(&ran.parts.input_hash),
		"outputHash": hex(&ran.parts.output_hash),
		"resultId": hex(&ran.parts.id()),
	})
}

fn print(signature: &ModelSignature, ran: &Ran, load_fuel: u64, paths: &[PathBuf]) {
	let mut rows = Rows::default();
	output_rows(&mut rows, &tensors::names(&signature.outputs), &ran.outputs);
	for path in paths {
		rows.add("Written", path.display());
	}
	rows.add("Run fuel", grouped(ran.fuel))
		.add("Load fuel", grouped(load_fuel))
		.add("Model root", hex(&ran.parts.model_root))
		.add("Result id", hex(&ran.parts.id()))
		.print();
}

/// One row for each output: name, dtype, shape, size and first values.
pub(crate) fn output_rows(rows: &mut Rows, names: &[String], outputs: &[opg_engine_abi::Tensor]) {
	for (name, tensor) in names.iter().zip(outputs) {
		let what = format!(
			"{}: {} {:?}, {}\n{}",
			printable(name),
			tensor.dtype.name(),
			tensor.shape,
			amount::bytes(tensor.data.len() as u64),
			tensors::preview(tensor),
		);
		rows.add("Output", what);
	}
}
