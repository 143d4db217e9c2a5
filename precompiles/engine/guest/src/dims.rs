//! Shapes as a file declares them, and their arithmetic.

use opg_engine_abi::{DType, ErrorCode, Limits, Refusal};
use tract_onnx::pb::{
	tensor_shape_proto::dimension::Value as Dimension, type_proto::Value as Type, ValueInfoProto,
};

/// Elements of a shape; `None` when a dimension is negative or the product doesn't fit 64 bits.
pub fn elements(dims: &[i64]) -> Option<u64> {
	dims.iter().try_fold(1u64, |n, dim| n.checked_mul(u64::try_from(*dim).ok()?))
}

/// What a file says about an input or output: dtype code (0 when it doesn't say) and dimensions
/// (`Err` with its name for one that isn't a number; `None` when there is no shape).
pub struct Declared<'a> {
	/// ONNX dtype code.
	pub dtype: u64,
	/// Dimensions, outermost first.
	pub shape: Option<Vec<Result<i64, &'a str>>>,
}

/// Reads what a file says about an input or output.
pub fn declared(info: &ValueInfoProto) -> Declared<'_> {
	let Some(Type::TensorType(tensor)) = info.r#type.as_ref().and_then(|t| t.value.as_ref()) else {
		return Declared { dtype: 0, shape: None };
	};
	let shape = tensor.shape.as_ref().map(|shape| {
		let dimension = |d: &'_ Option<Dimension>| match d {
			Some(Dimension::DimValue(value)) => Ok(*value),
			_ => Err(()),
		};
		shape
			.dim
			.iter()
			.map(|d| {
				dimension(&d.value).map_err(|()| match &d.value {
					Some(Dimension::DimParam(name)) => name.as_str(),
					_ => "",
				})
			})
			.collect()
	});
	Declared { dtype: u64::try_from(tensor.elem_type).unwrap_or(0), shape }
}

/// Checks a rank.
pub fn rank(rank: usize, limits: &Limits, name: &str) -> Result<(), Refusal> {
	if rank as u64 > u64::from(limits.rank) {
		return Err(Refusal::at(
			ErrorCode::RankTooLarge,
			&[rank as u64, u64::from(limits.rank)],
			name,
		));
	}
	Ok(())
}

/// The dtype of an ONNX code.
pub fn dtype(code: u64, name: &str) -> Result<DType, Refusal> {
	DType::from_code(code).ok_or_else(|| Refusal::at(ErrorCode::DtypeUnsupported, &[code], name))
}

/// The shape of the model's input number `index`. Every dimension must be a positive number:
/// exporters write 0 and −1 for "unknown" as well as names.
pub fn concrete(declared: &Declared, index: usize, name: &str) -> Result<Vec<u32>, Refusal> {
	let symbolic =
		|axis: usize| Refusal::at(ErrorCode::SymbolicDimension, &[index as u64, axis as u64], name);
	let dims = declared.shape.as_ref().ok_or_else(|| symbolic(0))?;
	dims.iter()
		.enumerate()
		.map(|(axis, dim)| match dim {
			Ok(value) if *value > 0 => u32::try_from(*value).map_err(|_| {
				Refusal::at(ErrorCode::TensorTooLarge, &[*value as u64, u64::from(u32::MAX)], name)
			}),
			_ => Err(symbolic(axis)),
		})
		.collect()
}

/// Bytes of all tensors together, checked against a limit.
pub fn total_bytes<'a>(
	specs: impl IntoIterator<Item = &'a opg_engine_abi::TensorSpec>,
	max: u32,
) -> Result<(), Refusal> {
	let bytes = specs
		.into_iter()
		.try_fold(0u64, |n, spec| n.checked_add(spec.byte_len()?))
		.unwrap_or(u64::MAX);
	if bytes > u64::from(max) {
		return Err(Refusal::new(ErrorCode::TensorTooLarge, &[bytes, u64::from(max)]));
	}
	Ok(())
}
