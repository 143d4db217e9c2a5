//! Inputs and outputs as decimal numbers.

use crate::{fault::Fault, fixed};
use alloc::vec::Vec;
use opg_engine_abi::{DType, EngineError, ErrorCode, ModelSignature, Tensor, TensorSpec};
use opg_precompile_inference::{form::Form, Config, WeightInfo};
use pallet_inference::InferFault;
use polkadot_sdk::{
	frame_support::weights::Weight, pallet_revive::precompiles::alloy::primitives::I256,
};

/// Decimals of a call, at most: `10^38` is the largest power of ten in 128 bits.
pub(crate) const MAX_DECIMALS: u8 = 38;

/// Numbers that a call can return: a word each of pallet-revive's 128 KiB, less the words of a code, of
/// four numbers and of the array's offset and length.
pub(crate) const MAX_OUTPUT_VALUES: u64 = 128 * 1024 / 32 - 7;

/// All elements of all tensors, one after the other, times `10^decimals`.
pub(crate) struct Decimal<'a> {
	pub(crate) values: &'a [I256],
	pub(crate) decimals: u8,
}

/// Numbers that a call converts.
pub(crate) struct Converted {
	/// To elements of inputs.
	pub(crate) given: u64,
	/// From elements of outputs.
	pub(crate) returned: u64,
}

impl Decimal<'_> {
	/// Checks everything but the values themselves, and says how many numbers are converted.
	pub(crate) fn check(&self, signature: &ModelSignature) -> Result<Converted, Fault> {
		let (decimals, max) = (self.decimals, MAX_DECIMALS);
		if decimals > max {
			return Err(Fault::TooManyDecimals { decimals, max });
		}
		let (given, expected) = (self.values.len() as u64, elements(&signature.inputs));
		if given != expected {
			return Err(Fault::WrongValueCount { expected, got: given });
		}
		let returned = elements(&signature.outputs);
		if returned > MAX_OUTPUT_VALUES {
			let numbers = [returned.saturating_mul(32), MAX_OUTPUT_VALUES.saturating_mul(32)];
			let error = EngineError::new(ErrorCode::OutputTooLarge, &numbers);
			return Err(InferFault::from(error).into());
		}
		Ok(Converted { given, returned })
	}
}

impl Form for Decimal<'_> {
	type Answer = Vec<I256>;
	type Fault = Fault;

	/// As of inputs with the longest elements. The numbers are charged apart.
	fn weight<T: Config>(&self) -> Weight {
		let bytes = self.values.len().saturating_mul(DType::Float64.size());
		<T as Config>::WeightInfo::run(u32::try_from(bytes).unwrap_or(u32::MAX))
	}

	fn inputs(&self, signature: &ModelSignature) -> Result<Vec<Tensor>, Fault> {
		self.check(signature)?;
		let mut values = (0u64..).zip(self.values);
		let mut tensor = |spec: &TensorSpec| {
			// As many values as elements, so they end together; each takes a few bytes.
			let mut data = Vec::new();
			for (index, value) in values.by_ref().take(count(spec) as usize) {
				fixed::push(&mut data, spec.dtype, *value, self.decimals)
					.map_err(|fault| Fault::of_value(index, spec.dtype, fault))?;
			}
			Ok(Tensor { dtype: spec.dtype, shape: spec.shape.clone(), data })
		};
		signature.inputs.iter().map(&mut tensor).collect()
	}

	fn answer(self, outputs: Vec<Tensor>) -> Result<Vec<I256>, Fault> {
		let elements = outputs.iter().flat_map(|tensor| {
			let size = tensor.dtype.size().max(1);
			tensor.data.chunks(size).map(|element| (tensor.dtype, element))
		});
		let read = |(index, (dtype, element)): (u64, (DType, &[u8]))| {
			fixed::read(dtype, element, self.decimals)
				.map_err(|fault| Fault::of_output(index, fault))
		};
		(0u64..).zip(elements).map(read).collect()
	}
}

/// Elements of all these tensors together.
fn elements(specs: &[TensorSpec]) -> u64 {
	specs.iter().fold(0, |sum, spec| sum.saturating_add(count(spec)))
}

/// Elements of a tensor. A signature's lengths in bytes fit 64 bits, so its counts do.
fn count(spec: &TensorSpec) -> u64 {
	spec.shape.iter().fold(1, |product, length| product.saturating_mul((*length).into()))
}
