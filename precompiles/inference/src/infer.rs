//! `infer`, `inferSponsored`, `inferView` and their twins.

use crate::{
	fault,
	form::Packed,
	interface::IInference::{
		inferCall, inferSponsoredCall, inferViewCall, tryInferCall, tryInferReturn,
		tryInferSponsoredCall, tryInferViewCall,
	},
	run::{run, view_as},
	Config,
};
use alloc::vec::Vec;
use opg_precompile_common::revert;
use pallet_inference::InferFault;
use polkadot_sdk::pallet_revive::precompiles::{alloy::sol_types::SolCall, Error, Ext};

/// Runs or reverts. A revert rolls the frame back, so the value goes back with it.
pub(crate) fn infer<T: Config>(
	call: &inferCall,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	answer_or_revert(run(call.modelId, &call.inputs, None, env)?)
}

/// Runs with a sponsor's credit, or reverts.
pub(crate) fn infer_sponsored<T: Config>(
	call: &inferSponsoredCall,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	answer_or_revert(run(call.modelId, &call.inputs, Some(call.sponsor), env)?)
}

/// Runs a free model without consequences, or reverts.
pub(crate) fn infer_view<T: Config>(
	call: &inferViewCall,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	answer_or_revert(view_as(call.modelId, Packed(&call.inputs), env)?)
}

/// Runs or returns the fault as a value.
pub(crate) fn try_infer<T: Config>(
	call: &tryInferCall,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	Ok(answer_or_code(run(call.modelId, &call.inputs, None, env)?))
}

/// Runs with a sponsor's credit, or returns the fault as a value.
pub(crate) fn try_infer_sponsored<T: Config>(
	call: &tryInferSponsoredCall,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	Ok(answer_or_code(run(call.modelId, &call.inputs, Some(call.sponsor), env)?))
}

/// Runs a free model without consequences, or returns the fault as a value.
pub(crate) fn try_infer_view<T: Config>(
	call: &tryInferViewCall,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	Ok(answer_or_code(view_as(call.modelId, Packed(&call.inputs), env)?))
}

/// What functions return that give `bytes`, or the revert of a fault.
pub(crate) fn answer_or_revert(result: Result<Vec<u8>, InferFault>) -> Result<Vec<u8>, Error> {
	match result {
		Ok(outputs) => Ok(inferCall::abi_encode_returns(&outputs.into())),
		Err(fault) => Err(revert(fault.message())),
	}
}

/// What functions return that give a code and `bytes`.
pub(crate) fn answer_or_code(result: Result<Vec<u8>, InferFault>) -> Vec<u8> {
	match result {
		Ok(outputs) => {
			tryInferCall::abi_encode_returns(&tryInferReturn { code: 0, data: outputs.into() })
		},
		Err(fault) => fault::encode(&fault),
	}
}
