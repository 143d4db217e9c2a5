//! Refusals as contracts see them: `Error(string)` in the grammar `Code(key=value,…): hint`, or a
//! code with four numbers.

use crate::interface::IInference::tryInferCall;
use crate::interface::IInference::tryInferReturn;
use alloc::{string::String, vec::Vec};
use pallet_inference::InferFault;
use polkadot_sdk::pallet_revive::precompiles::{
	alloy::{
		primitives::U256,
		sol_types::{SolCall, SolValue},
	},
	Error,
};

/// A revert with `Error(string)`.
pub(crate) fn revert(text: impl Into<String>) -> Error {
	Error::Revert(text.into().into())
}

/// What `tryInfer` returns for a fault.
pub(crate) fn encode(fault: &InferFault) -> Vec<u8> {
	let numbers = numbers(fault).map(U256::from);
	tryInferCall::abi_encode_returns(&tryInferReturn {
		code: fault.code(),
		data: numbers.abi_encode().into(),
	})
}

/// The numbers that go with a fault's code, in the order of the custom error's arguments in
/// `InferenceLib`; unused ones are 0.
pub fn numbers(fault: &InferFault) -> [u128; 4] {
	match *fault {
		InferFault::UnknownModel { model }
		| InferFault::ModelNotActive { model }
		| InferFault::EngineUnavailable { model } => [u128::from(model), 0, 0, 0],
		InferFault::PriceAboveMax { price, max } => [price, max, 0, 0],
		InferFault::FuelLimitTooLow { needed, given } => {
			[u128::from(needed), u128::from(given), 0, 0]
		},
		InferFault::InsufficientFunds { needed, available } => [needed, available, 0, 0],
		InferFault::BlockFull { max } => [u128::from(max), 0, 0, 0],
		InferFault::PaymentFailed { .. } => [0; 4],
		InferFault::Engine(error) => error.args.map(u128::from),
	}
}
