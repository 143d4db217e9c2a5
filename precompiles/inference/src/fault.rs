//! Refusals as contracts see them: `Error(string)` in the grammar `Code(key=value,…): hint`, or a
//! code with four numbers.

use crate::interface::IInference::{
	tryInferBatchCall, tryInferBatchReturn, tryInferCall, tryInferReturn, tryPipelineCall,
	tryPipelineReturn,
};
use alloc::vec::Vec;
use pallet_inference::{BatchFault, InferFault, PipelineFault};
use polkadot_sdk::pallet_revive::precompiles::alloy::{
	primitives::U256,
	sol_types::{SolCall, SolValue},
};

/// What `tryInfer` returns for a fault.
pub(crate) fn encode(fault: &InferFault) -> Vec<u8> {
	tryInferCall::abi_encode_returns(&tryInferReturn {
		code: fault.code(),
		data: encode_numbers(fault).into(),
	})
}

/// What `tryInferBatch` returns for a fault.
pub(crate) fn encode_batch(batch: &BatchFault) -> Vec<u8> {
	tryInferBatchCall::abi_encode_returns(&tryInferBatchReturn {
		code: batch.fault.code(),
		row: batch.row.unwrap_or(u32::MAX),
		data: encode_numbers(&batch.fault).into(),
	})
}

/// What `tryPipeline` returns for a fault.
pub(crate) fn encode_pipeline(pipeline: &PipelineFault) -> Vec<u8> {
	tryPipelineCall::abi_encode_returns(&tryPipelineReturn {
		code: pipeline.fault.code(),
		stage: pipeline.stage.unwrap_or(u32::MAX),
		data: encode_numbers(&pipeline.fault).into(),
	})
}

fn encode_numbers(fault: &InferFault) -> Vec<u8> {
	numbers(fault).map(U256::from).abi_encode()
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
		InferFault::WrongRowCount { rows, max } => [u128::from(rows), u128::from(max), 0, 0],
		InferFault::NotFree { price } => [price, 0, 0, 0],
		InferFault::WrongStageCount { stages, max } => [u128::from(stages), u128::from(max), 0, 0],
		InferFault::Engine(error) => error.args.map(u128::from),
	}
}
