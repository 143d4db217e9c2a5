//! From a file to a plan that runs.

use crate::{counts, decode, dims, dtype, elementwise, validate};
use codec::Encode;
use opg_engine_abi::{ErrorCode, Limits, ModelSignature, Refusal, TensorSpec};
use std::sync::Arc;
use tract_onnx::{
	pb::ModelProto,
	prelude::{
		Framework, InferenceFact, InferenceModelExt, IntoRunnable, TractError, TractResult,
		TypedModel, TypedRunnableModel,
	},
};

/// A model that is ready to run.
pub struct Loaded {
	/// Its inputs and outputs.
	pub signature: ModelSignature,
	/// What it was loaded with.
	pub limits: Limits,
	/// tract's plan.
	pub plan: Arc<TypedRunnableModel>,
}

/// Loads a model.
pub fn load(limits: Limits, bytes: Vec<u8>) -> Result<Loaded, Refusal> {
	// The file is gone with this, and the message goes as early as can be: a load has room for three times
	// the file.
	let mut proto = decode::model(bytes, limits.model_bytes)?;
	let validate::Interface { inputs, outputs } = validate::model(&proto, &limits)?;
	validate::normalise(&mut proto);
	proto.graph.iter_mut().for_each(counts::expose);

	let model = optimise(proto, &inputs, outputs.len()).map_err(|error| analysis_failed(&error))?;
	let outputs = outputs
		.into_iter()
		.enumerate()
		.map(|(index, (name, declared))| {
			let spec = output_spec(&model, index, &name)?;
			// tract computes another type than the file promises: it would be another model.
			if declared.is_some_and(|dtype| dtype != spec.dtype) {
				let why = format!("{name}: declared {declared:?}, computed {:?}", spec.dtype);
				return Err(Refusal::at(ErrorCode::AnalysisFailed, &[], &why));
			}
			Ok(spec)
		})
		.collect::<Result<Vec<_>, _>>()?;
	dims::total_bytes(&outputs, limits.output_bytes)?;

	let signature = ModelSignature { inputs, outputs };
	let bytes = signature.encoded_size() as u64;
	if bytes > u64::from(limits.signature_bytes) {
		let args = [bytes, u64::from(limits.signature_bytes)];
		return Err(Refusal::new(ErrorCode::SignatureTooLarge, &args));
	}
	let plan = model.into_runnable().map_err(|error| analysis_failed(&error))?;
	Ok(Loaded { signature, limits, plan })
}

/// tract's part: shapes and types, then the operators that run.
fn optimise(proto: ModelProto, inputs: &[TensorSpec], outputs: usize) -> TractResult<TypedModel> {
	// What a file says about values inside of it may be wrong and adds nothing: all of it follows
	// from the inputs, which are concrete.
	let mut onnx = tract_onnx::onnx().with_ignore_value_info(true);
	crate::ops::register(&mut onnx);
	crate::ml::register(&mut onnx);
	let mut model = onnx.model_for_proto_model(&proto)?;
	drop(proto);
	for (index, spec) in inputs.iter().enumerate() {
		let shape: Vec<usize> = spec.shape.iter().map(|dim| *dim as usize).collect();
		let fact = InferenceFact::dt_shape(dtype::to_tract(spec.dtype), shape);
		model.set_input_fact(index, fact)?;
	}
	let mut model = model.into_typed()?;
	counts::resolve(&mut model)?;
	counts::release(&mut model, outputs)?;
	elementwise::check(&model)?;
	model.into_optimized()
}

/// What an output will be. Its shape must be numbers: one that depends on data isn't.
fn output_spec(model: &TypedModel, index: usize, name: &str) -> Result<TensorSpec, Refusal> {
	let fact = model.output_fact(index).map_err(|error| analysis_failed(&error))?;
	let failed = |why: &str| Refusal::at(ErrorCode::AnalysisFailed, &[], &format!("{name}: {why}"));
	let dtype = dtype::from_tract(fact.datum_type)
		.ok_or_else(|| failed(&format!("type {:?} has no ONNX dtype", fact.datum_type)))?;
	let shape = fact
		.shape
		.as_concrete()
		.ok_or_else(|| failed("the output's shape depends on data"))?
		.iter()
		.map(|dim| u32::try_from(*dim).map_err(|_| failed("a dimension doesn't fit 32 bits")))
		.collect::<Result<_, _>>()?;
	Ok(TensorSpec { name: name.as_bytes().to_vec(), dtype, shape })
}

/// tract's error, with the node that it names first: the rest is cut when it is long.
fn analysis_failed(error: &TractError) -> Refusal {
	let text = format!("{error:#}");
	// Nodes print as `#12 "name" Operator`.
	let node = text.split_once(" \"").and_then(|(_, rest)| rest.split_once("\" "));
	let place = match node {
		Some((name, _)) => format!("{name}: {}", error.root_cause()),
		None => text,
	};
	Refusal::at(ErrorCode::AnalysisFailed, &[], &place)
}
