//! Inputs against a signature, before any work. The engine checks them again; the errors are the
//! same.

use opg_engine_abi::{EngineError, ErrorCode, ModelSignature, Tensor, TensorError};

/// What `WrongShape` has as its axis when the ranks differ.
const RANK: u64 = 255;

/// Checks number, dtypes, shapes and lengths.
pub(crate) fn check(signature: &ModelSignature, inputs: &[Tensor]) -> Result<(), EngineError> {
	let (expected, got) = (signature.inputs.len() as u64, inputs.len() as u64);
	if expected != got {
		return Err(EngineError::new(ErrorCode::WrongInputCount, &[expected, got]));
	}
	for (i, (spec, tensor)) in (0u64..).zip(signature.inputs.iter().zip(inputs)) {
		if spec.dtype != tensor.dtype {
			let (expected, got) = (spec.dtype.code().into(), tensor.dtype.code().into());
			return Err(EngineError::new(ErrorCode::WrongDtype, &[i, expected, got]));
		}
		check_shape(i, &spec.shape, &tensor.shape)?;
		match tensor.check() {
			Ok(()) => {},
			Err(TensorError::WrongLength { expected, got }) => {
				return Err(EngineError::new(ErrorCode::WrongDataLength, &[i, expected, got]))
			},
			Err(TensorError::TooLarge) => {
				let args = [i, u64::MAX, tensor.data.len() as u64];
				return Err(EngineError::new(ErrorCode::WrongDataLength, &args));
			},
		}
	}
	Ok(())
}

/// Checks the shape of input number `i`.
pub(crate) fn check_shape(i: u64, expected: &[u32], got: &[u32]) -> Result<(), EngineError> {
	let ranks = (expected.len() as u64, got.len() as u64);
	if ranks.0 != ranks.1 {
		return Err(EngineError::new(ErrorCode::WrongShape, &[i, RANK, ranks.0, ranks.1]));
	}
	for (axis, (expected, got)) in (0u64..).zip(expected.iter().zip(got)) {
		if expected != got {
			let args = [i, axis, u64::from(*expected), u64::from(*got)];
			return Err(EngineError::new(ErrorCode::WrongShape, &args));
		}
	}
	Ok(())
}

#[cfg(test)]
mod unit {
	use super::*;
	use alloc::{vec, vec::Vec};
	use opg_engine_abi::{DType, TensorSpec};

	fn signature() -> ModelSignature {
		let spec = TensorSpec { name: b"x".to_vec(), dtype: DType::Float32, shape: vec![1, 2] };
		ModelSignature { inputs: vec![spec], outputs: vec![] }
	}

	fn refusal(dtype: DType, shape: Vec<u32>, len: usize) -> Option<EngineError> {
		check(&signature(), &[Tensor { dtype, shape, data: vec![0; len] }]).err()
	}

	#[test]
	fn what_differs_is_named() {
		let error = |code, args: &[u64]| Some(EngineError::new(code, args));
		assert_eq!(refusal(DType::Float32, vec![1, 2], 8), None);
		assert_eq!(
			refusal(DType::Float64, vec![1, 2], 16),
			error(ErrorCode::WrongDtype, &[0, 1, 11])
		);
		assert_eq!(
			refusal(DType::Float32, vec![1, 3], 12),
			error(ErrorCode::WrongShape, &[0, 1, 2, 3])
		);
		assert_eq!(
			refusal(DType::Float32, vec![2], 8),
			error(ErrorCode::WrongShape, &[0, 255, 2, 1])
		);
		assert_eq!(
			refusal(DType::Float32, vec![1, 2], 7),
			error(ErrorCode::WrongDataLength, &[0, 8, 7])
		);
		assert_eq!(check(&signature(), &[]).err(), error(ErrorCode::WrongInputCount, &[1, 0]));
	}
}
