//! How a function takes inputs and gives outputs.

use crate::{
	weights::{self, WeightInfo, Weights},
	Config,
};
use alloc::vec::Vec;
use opg_engine_abi::{EngineError, ErrorCode, ModelSignature, Tensor};
use pallet_inference::InferFault;
use polkadot_sdk::frame_support::weights::Weight;

/// Bytes that an answer can have beside the three words of a code, an offset and a length: pallet-revive
/// returns 128 KiB.
pub const MAX_ANSWER_BYTES: u32 = 128 * 1024 - 3 * 32;

/// How a function takes inputs and gives outputs.
pub trait Form: Sized {
	/// What it makes of the outputs.
	type Answer;
	/// Why it refuses.
	type Fault: From<InferFault>;

	/// What a run in this form takes beside the pallet's work. Charged before any of it.
	fn weight<T: Config>(&self) -> Weight;

	/// The inputs as tensors of that signature. Also refuses a model whose outputs it can't return.
	/// Called before the run is charged.
	fn inputs(&self, signature: &ModelSignature) -> Result<Vec<Tensor>, Self::Fault>;

	/// What the outputs are returned as. When it refuses, the run is undone, and its compute paid.
	fn answer(self, outputs: Vec<Tensor>) -> Result<Self::Answer, Self::Fault>;
}

/// Raw data of all tensors, one after the other: `bytes` in, `bytes` out.
#[derive(Clone, Copy, Debug)]
pub struct Packed<'a>(pub &'a [u8]);

impl Form for Packed<'_> {
	type Answer = Vec<u8>;
	type Fault = InferFault;

	fn weight<T: Config>(&self) -> Weight {
		Weights::<T>::run(weights::bytes(self.0.len()))
	}

	fn inputs(&self, signature: &ModelSignature) -> Result<Vec<Tensor>, InferFault> {
		ensure_returnable(signature.output_bytes().unwrap_or(u64::MAX))?;
		Ok(unpack(signature, self.0)?)
	}

	fn answer(self, outputs: Vec<Tensor>) -> Result<Vec<u8>, InferFault> {
		Ok(concatenate(outputs))
	}
}

/// Whether so many bytes of outputs fit an answer.
pub fn ensure_returnable(bytes: u64) -> Result<(), InferFault> {
	let max = u64::from(MAX_ANSWER_BYTES);
	if bytes > max {
		return Err(EngineError::new(ErrorCode::OutputTooLarge, &[bytes, max]).into());
	}
	Ok(())
}

/// Splits raw data into the inputs of a signature.
pub(crate) fn unpack(
	signature: &ModelSignature,
	packed: &[u8],
) -> Result<Vec<Tensor>, EngineError> {
	signature.unpack_inputs(packed).map_err(|(expected, got)| {
		let input = input_at_end(signature, got);
		EngineError::new(ErrorCode::WrongDataLength, &[input, expected, got])
	})
}

/// Index of the input in which packed data of that length end; the last one when they go on.
pub(crate) fn input_at_end(signature: &ModelSignature, length: u64) -> u64 {
	let mut end = 0u64;
	let last = signature.inputs.len().saturating_sub(1);
	for (index, spec) in signature.inputs.iter().enumerate() {
		end = end.saturating_add(spec.byte_len().unwrap_or(u64::MAX));
		if length < end {
			return index as u64;
		}
	}
	last as u64
}

/// The raw data of all outputs, one after the other.
pub(crate) fn concatenate(tensors: Vec<Tensor>) -> Vec<u8> {
	let mut packed = Vec::with_capacity(pallet_inference::data_bytes(&tensors) as usize);
	for tensor in tensors {
		packed.extend_from_slice(&tensor.data);
	}
	packed
}

#[cfg(test)]
mod tests {
	use super::*;
	use alloc::vec;
	use opg_engine_abi::{DType, TensorSpec};

	#[test]
	fn a_wrong_length_names_the_input_in_which_the_data_end() {
		let spec = |len| TensorSpec { name: vec![], dtype: DType::Uint8, shape: vec![len] };
		let signature = ModelSignature { inputs: vec![spec(2), spec(0), spec(3)], outputs: vec![] };
		let ends = |length| input_at_end(&signature, length);
		assert_eq!([0, 1, 2, 3, 4, 6].map(ends), [0, 0, 2, 2, 2, 2]);
		assert_eq!(input_at_end(&ModelSignature::default(), 1), 0);
	}
}
