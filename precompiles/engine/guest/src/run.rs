//! One run: inputs, operators, outputs.

use crate::{dtype, load::Loaded, nan};
use codec::DecodeAll;
use opg_engine_abi::{ErrorCode, Refusal, Tensor, TensorSpec};
use tract_onnx::prelude::{IntoTValue, TValue, TVec, Tensor as TractTensor};

/// Axis in [`ErrorCode::WrongShape`] that stands for the rank.
const RANK: u64 = 255;

/// Runs a model once on the SCALE encoding of `Vec<Tensor>`.
pub fn run(loaded: &Loaded, inputs: &[u8]) -> Result<Vec<Tensor>, Refusal> {
	let tensors = Vec::<Tensor>::decode_all(&mut &*inputs)
		.map_err(|_| Refusal::new(ErrorCode::MalformedInput, &[]))?;
	let specs = &loaded.signature.inputs;
	if tensors.len() != specs.len() {
		let args = [specs.len() as u64, tensors.len() as u64];
		return Err(Refusal::new(ErrorCode::WrongInputCount, &args));
	}
	let values = tensors
		.into_iter()
		.zip(specs)
		.enumerate()
		.map(|(index, (tensor, spec))| input(index as u64, tensor, spec))
		.collect::<Result<TVec<_>, _>>()?;

	let failed = |why: String| Refusal::at(ErrorCode::RunFailed, &[], &why);
	let values = loaded.plan.run(values).map_err(|error| failed(format!("{error:#}")))?;

	let specs = &loaded.signature.outputs;
	// More where something asks for lengths that only the run knows.
	if values.len() < specs.len() {
		return Err(failed(format!("{} outputs for {}", values.len(), specs.len())));
	}
	let max = u64::from(loaded.limits.output_bytes);
	let mut bytes = 0u64;
	let mut outputs = Vec::with_capacity(specs.len());
	for (value, spec) in values.iter().zip(specs) {
		let tensor = output(value, spec).map_err(failed)?;
		bytes = bytes.saturating_add(tensor.data.len() as u64);
		if bytes > max {
			return Err(Refusal::new(ErrorCode::OutputTooLarge, &[bytes, max]));
		}
		outputs.push(tensor);
	}
	Ok(outputs)
}

/// Checks an input against the signature and hands it to tract.
fn input(index: u64, mut tensor: Tensor, spec: &TensorSpec) -> Result<TValue, Refusal> {
	let refuse = |code, args: &[u64]| {
		Err(Refusal {
			error: opg_engine_abi::EngineError::new(code, args),
			node: spec.name.clone(),
		})
	};
	if tensor.dtype != spec.dtype {
		let codes = [index, u64::from(spec.dtype.code()), u64::from(tensor.dtype.code())];
		return refuse(ErrorCode::WrongDtype, &codes);
	}
	if tensor.shape.len() != spec.shape.len() {
		let ranks = [index, RANK, spec.shape.len() as u64, tensor.shape.len() as u64];
		return refuse(ErrorCode::WrongShape, &ranks);
	}
	for (axis, (expected, got)) in spec.shape.iter().zip(&tensor.shape).enumerate() {
		if expected != got {
			let dims = [index, axis as u64, u64::from(*expected), u64::from(*got)];
			return refuse(ErrorCode::WrongShape, &dims);
		}
	}
	let (expected, got) = (spec.byte_len().unwrap_or(u64::MAX), tensor.data.len() as u64);
	if expected != got {
		return refuse(ErrorCode::WrongDataLength, &[index, expected, got]);
	}
	nan::canonicalise(tensor.dtype, &mut tensor.data);
	let shape: TVec<usize> = tensor.shape.iter().map(|dim| *dim as usize).collect();
	// Safety: the data are as long as dtype and shape say, every bit pattern is a value of the
	// numeric dtypes, and booleans were just made 0 or 1.
	let value =
		unsafe { TractTensor::from_raw_dt(dtype::to_tract(tensor.dtype), &shape, &tensor.data) };
	match value {
		Ok(value) => Ok(value.into_tvalue()),
		Err(_) => refuse(ErrorCode::WrongDataLength, &[index, expected, got]),
	}
}

/// Takes an output from tract. It is what the signature says, or an error in words.
fn output(value: &TractTensor, spec: &TensorSpec) -> Result<Tensor, String> {
	let same_shape = value.shape().iter().copied().eq(spec.shape.iter().map(|dim| *dim as usize));
	if dtype::from_tract(value.datum_type()) != Some(spec.dtype) || !same_shape {
		let name = String::from_utf8_lossy(&spec.name);
		return Err(format!("{name}: {:?} {:?}", value.datum_type(), value.shape()));
	}
	let plain = value.try_as_plain_ram().map_err(|error| format!("{error:#}"))?;
	let mut data = plain.as_bytes().to_vec();
	nan::canonicalise(spec.dtype, &mut data);
	Ok(Tensor { dtype: spec.dtype, shape: spec.shape.clone(), data })
}
