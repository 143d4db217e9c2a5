//! Refusals as contracts see them: `Error(string)` in the grammar `Code(key=value,…): hint`, or a
//! code with four numbers.

use crate::interface::IInference::tryInferCall;
use crate::interface::IInference::tryInferReturn;
use alloc::vec::Vec;
use pallet_inference::InferFault;
use polkadot_sdk::pallet_revive::precompiles::alloy::{
	primitives::U256,
	sol_types::{SolCall, SolValue},
};

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
		| InferFault::EngineUnavailable { model }
		| InferFault::ModelNotSponsored { model } => [u128::from(model), 0, 0, 0],
		InferFault::PriceAboveMax { price, max } => [price, max, 0, 0],
		InferFault::FuelLimitTooLow { needed, given } => {
			[u128::from(needed), u128::from(given), 0, 0]
		},
		InferFault::InsufficientFunds { needed, available } => [needed, available, 0, 0],
		InferFault::BlockFull { max } => [u128::from(max), 0, 0, 0],
		InferFault::PaymentFailed { .. } | InferFault::NotSponsored => [0; 4],
		InferFault::InsufficientCredit { needed, available } => [needed, available, 0, 0],
		InferFault::AllowanceExpired { expired } => [u128::from(expired), 0, 0, 0],
		InferFault::AllowancePerCall { price, max } => [price, max, 0, 0],
		InferFault::AllowanceTotal { price, left } => [price, left, 0, 0],
		InferFault::Engine(error) => error.args.map(u128::from),
	}
}
