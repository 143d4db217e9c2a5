//! `inferTensors` and `tryInferTensors`: inputs and outputs that say their types and shapes.
//!
//! Their calldata isn't decoded before it is charged: see `opg_precompile_common::abi`. Whatever the
//! offsets say, at most [`MAX_TENSORS`] tensors of [`MAX_RANK`] axes are looked at, and data is copied
//! only when it is as long as the model's signature says.

use crate::{
	form::{ensure_returnable, Form},
	infer::answer_or_code,
	interface::IInference::{inferTensorsCall, tryInferTensorsCall, Tensor as AbiTensor},
	run::run_as,
	weights::{self, WeightInfo, Weights},
	Config,
};
use alloc::vec::Vec;
use opg_engine_abi::{EngineError, ErrorCode, ModelSignature, Tensor, TensorSpec};
use opg_precompile_common::{
	abi::{malformed, Raw, RawCall},
	calldata::Tuple,
	ensure_called_directly, revert,
};
use pallet_inference::InferFault;
use pallet_model_registry::ModelId;
use polkadot_sdk::{
	frame_support::weights::Weight,
	pallet_revive::precompiles::{
		alloy::sol_types::{SolCall, SolValue},
		Error, Ext,
	},
};

/// The functions whose calldata isn't decoded.
pub enum Tensors {}

impl Raw for Tensors {
	const SELECTORS: &'static [[u8; 4]] =
		&[inferTensorsCall::SELECTOR, tryInferTensorsCall::SELECTOR];
}

/// Inputs of a model, at most: `Limits::tensors`.
const MAX_TENSORS: usize = 16;
/// Axes of a tensor, at most: `Limits::rank`.
const MAX_RANK: usize = 8;
/// What `WrongShape` has as its axis when the ranks differ.
const RANK: u64 = 255;

/// Runs, or reverts or returns the fault as a value, as the selector says.
pub(crate) fn call<T: Config>(
	call: &RawCall<Tensors>,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	ensure_called_directly(env)?;
	let (model, given) = read(&call.args).ok_or_else(malformed)?;
	let result = run_as(model, given, None, env)?;
	if call.selector == tryInferTensorsCall::SELECTOR {
		return Ok(answer_or_code(result.map(|tensors| tensors.abi_encode())));
	}
	match result {
		Ok(tensors) => Ok(inferTensorsCall::abi_encode_returns(&tensors)),
		Err(fault) => Err(revert(fault.message())),
	}
}

/// A tensor as it was passed.
struct Given<'a> {
	dtype: u8,
	rank: usize,
	/// Empty when it has more axes than any tensor.
	shape: Vec<u32>,
	data: &'a [u8],
}

/// Tensors as they were passed.
pub(crate) struct GivenTensors<'a> {
	count: usize,
	/// Empty when they are more than any model takes.
	tensors: Vec<Given<'a>>,
}

/// Reads the arguments; `None` when they are no encoding of any.
pub(crate) fn read(args: &[u8]) -> Option<(ModelId, GivenTensors<'_>)> {
	let args = Tuple::new(args);
	let model = args.small(0)?;
	let elements = args.array(1, 1)?;
	let count = elements.len();
	let looked_at = if count > MAX_TENSORS { 0 } else { count };
	let tensors = elements.tuples().take(looked_at).map(|tensor| read_tensor(tensor?));
	Some((model, GivenTensors { count, tensors: tensors.collect::<Option<_>>()? }))
}

fn read_tensor(tensor: Tuple<'_>) -> Option<Given<'_>> {
	let axes = tensor.array(1, 1)?;
	let rank = axes.len();
	let looked_at = if rank > MAX_RANK { 0 } else { rank };
	let shape = axes.items().take(looked_at).map(|axis| axis.small(0)).collect::<Option<_>>()?;
	Some(Given { dtype: tensor.small(0)?, rank, shape, data: tensor.bytes(2)? })
}

impl Form for GivenTensors<'_> {
	type Answer = Vec<AbiTensor>;
	type Fault = InferFault;

	/// Elements may share their data in the call, and each copies it.
	fn weight<T: Config>(&self) -> Weight {
		let bytes =
			self.tensors.iter().fold(0, |sum: usize, one| sum.saturating_add(one.data.len()));
		Weights::<T>::tensors(weights::bytes(bytes))
	}

	fn inputs(&self, signature: &ModelSignature) -> Result<Vec<Tensor>, InferFault> {
		ensure_returnable(encoded_bytes(&signature.outputs))?;
		let (expected, got) = (signature.inputs.len() as u64, self.count as u64);
		if expected != got {
			return Err(EngineError::new(ErrorCode::WrongInputCount, &[expected, got]).into());
		}
		let tensors = (0u64..).zip(signature.inputs.iter().zip(&self.tensors));
		Ok(tensors.map(|(i, (spec, given))| given.tensor(i, spec)).collect::<Result<_, _>>()?)
	}

	fn answer(self, outputs: Vec<Tensor>) -> Result<Vec<AbiTensor>, InferFault> {
		let tensor = |Tensor { dtype, shape, data }| AbiTensor {
			dtype: dtype.code(),
			shape,
			data: data.into(),
		};
		Ok(outputs.into_iter().map(tensor).collect())
	}
}

impl Given<'_> {
	/// The tensor, if it is what input number `i` must be.
	fn tensor(&self, i: u64, spec: &TensorSpec) -> Result<Tensor, EngineError> {
		let wrong = |code, args: &[u64]| Err(EngineError::new(code, args));
		if spec.dtype.code() != self.dtype {
			let (expected, got) = (spec.dtype.code().into(), self.dtype.into());
			return wrong(ErrorCode::WrongDtype, &[i, expected, got]);
		}
		let (expected, got) = (spec.shape.len() as u64, self.rank as u64);
		if expected != got {
			return wrong(ErrorCode::WrongShape, &[i, RANK, expected, got]);
		}
		for (axis, (expected, got)) in (0u64..).zip(spec.shape.iter().zip(&self.shape)) {
			if expected != got {
				let args = [i, axis, u64::from(*expected), u64::from(*got)];
				return wrong(ErrorCode::WrongShape, &args);
			}
		}
		let (expected, got) = (spec.byte_len().unwrap_or(u64::MAX), self.data.len() as u64);
		if expected != got {
			return wrong(ErrorCode::WrongDataLength, &[i, expected, got]);
		}
		Ok(Tensor { dtype: spec.dtype, shape: self.shape.clone(), data: self.data.to_vec() })
	}
}

/// Bytes of these tensors as `abi.encode(Tensor[])`: offset and length of the array; and for each its
/// offset, dtype, two offsets, two lengths, the shape, and the data in whole words.
fn encoded_bytes(specs: &[TensorSpec]) -> u64 {
	const WORD: u64 = 32;
	specs.iter().fold(2 * WORD, |sum, spec| {
		let data = spec.byte_len().unwrap_or(u64::MAX).div_ceil(WORD);
		let words = data.saturating_add(6).saturating_add(spec.shape.len() as u64);
		sum.saturating_add(words.saturating_mul(WORD))
	})
}

#[cfg(test)]
mod tests {
	use super::*;
	use alloc::vec;
	use opg_engine_abi::{DType, Limits};

	#[test]
	fn the_limits_are_the_engines() {
		assert_eq!(MAX_TENSORS as u32, Limits::V1.tensors);
		assert_eq!(MAX_RANK as u32, Limits::V1.rank);
	}

	#[test]
	fn the_size_of_an_answer_is_known_before() {
		for shapes in [vec![], vec![vec![]], vec![vec![1, 4]], vec![vec![3], vec![2, 2, 9], vec![]]]
		{
			let specs: Vec<_> = shapes
				.iter()
				.map(|shape| TensorSpec {
					name: vec![],
					dtype: DType::Float32,
					shape: shape.clone(),
				})
				.collect();
			let tensors: Vec<_> = specs
				.iter()
				.map(|spec| AbiTensor {
					dtype: 1,
					shape: spec.shape.clone(),
					data: vec![7; spec.byte_len().unwrap() as usize].into(),
				})
				.collect();
			let encoded = tensors.abi_encode();
			assert_eq!(encoded.len() as u64, encoded_bytes(&specs));
			assert_eq!(inferTensorsCall::abi_encode_returns(&tensors), encoded);
		}
	}
}
