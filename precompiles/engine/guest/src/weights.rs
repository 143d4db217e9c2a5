//! Tensors inside a file: initialisers and tensors in attributes.

use crate::dims;
use opg_engine_abi::{DType, ErrorCode, Limits, Refusal};
use tract_onnx::pb::{tensor_proto::DataLocation, TensorProto};

/// Checks that a tensor holds what it says: a dtype that the engine knows, dimensions that are
/// numbers, and exactly as many elements as they ask for.
pub fn check(tensor: &TensorProto, name: &str, limits: &Limits) -> Result<(), Refusal> {
	let external = Some(DataLocation::External as i32);
	if tensor.data_location == external || !tensor.external_data.is_empty() {
		return Err(Refusal::at(ErrorCode::ExternalData, &[], name));
	}
	let dtype = dims::dtype(u64::try_from(tensor.data_type).unwrap_or(0), name)?;
	dims::rank(tensor.dims.len(), limits, name)?;
	let malformed = || Refusal::at(ErrorCode::MalformedGraph, &[], name);
	if tensor.segment.is_some() {
		return Err(malformed());
	}
	let expected = dims::elements(&tensor.dims).ok_or_else(malformed)?;
	// The field that holds the elements when `raw_data` doesn't (onnx.proto, TensorProto).
	let typed = match dtype {
		DType::Float32 => tensor.float_data.len(),
		DType::Float64 => tensor.double_data.len(),
		DType::Int64 => tensor.int64_data.len(),
		DType::Uint32 | DType::Uint64 => tensor.uint64_data.len(),
		_ => tensor.int32_data.len(),
	};
	let (unit, got) = match (tensor.raw_data.len(), typed) {
		(0, typed) => (1, typed),
		(raw, 0) => (dtype.size() as u64, raw),
		// Elements in two places.
		_ => return Err(malformed()),
	};
	if expected.checked_mul(unit) != Some(got as u64) {
		return Err(malformed());
	}
	Ok(())
}

/// Moves unsigned elements to where tract reads them. ONNX keeps 32 and 64-bit unsigned integers
/// in `uint64_data`; tract 0.23.9 looks for them in `int32_data` and `int64_data` (tensor.rs:184)
/// and would find none.
pub fn move_unsigned(tensor: &mut TensorProto) {
	if tensor.uint64_data.is_empty() {
		return;
	}
	let elements = std::mem::take(&mut tensor.uint64_data);
	tensor.raw_data = if u64::try_from(tensor.data_type) == Ok(u64::from(DType::Uint32.code())) {
		elements.iter().flat_map(|n| (*n as u32).to_le_bytes()).collect()
	} else {
		elements.iter().flat_map(|n| n.to_le_bytes()).collect()
	};
}
