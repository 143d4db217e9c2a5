//! The engine's dtypes and tract's.

use opg_engine_abi::DType;
use tract_onnx::prelude::DatumType;

/// tract's type for a dtype.
pub fn to_tract(dtype: DType) -> DatumType {
	match dtype {
		DType::Float32 => DatumType::F32,
		DType::Uint8 => DatumType::U8,
		DType::Int8 => DatumType::I8,
		DType::Uint16 => DatumType::U16,
		DType::Int16 => DatumType::I16,
		DType::Int32 => DatumType::I32,
		DType::Int64 => DatumType::I64,
		DType::Bool => DatumType::Bool,
		DType::Float16 => DatumType::F16,
		DType::Float64 => DatumType::F64,
		DType::Uint32 => DatumType::U32,
		DType::Uint64 => DatumType::U64,
	}
}

/// The dtype of what tract computes; `None` for what ONNX has no dtype for. tract's own dimension
/// type stands for 64-bit integers, and its quantised types for plain ones.
pub fn from_tract(datum: DatumType) -> Option<DType> {
	let plain = if datum == DatumType::TDim { DatumType::I64 } else { datum.unquantized() };
	DType::ALL.into_iter().find(|dtype| to_tract(*dtype) == plain)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn every_dtype_goes_there_and_back() {
		for dtype in DType::ALL {
			assert_eq!(from_tract(to_tract(dtype)), Some(dtype));
			assert_eq!(to_tract(dtype).size_of(), dtype.size());
		}
		assert_eq!(from_tract(DatumType::TDim), Some(DType::Int64));
		assert_eq!(from_tract(DatumType::String), None);
	}
}
