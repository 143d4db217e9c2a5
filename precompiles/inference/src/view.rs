//! Questions: `quote`, `signature` and `receiptRoot`. Allowed in static calls.

use crate::{
	interface::IInference::{
		quoteCall, quoteReturn, receiptRootCall, signatureCall, signatureReturn,
		TensorSpec as AbiSpec,
	},
	weights, Config,
};
use alloc::{string::String, vec::Vec};
use opg_engine_abi::TensorSpec;
use opg_precompile_common::{ensure_question, revert, to_evm};
use pallet_inference::InferFault;
use polkadot_sdk::pallet_revive::precompiles::{alloy::sol_types::SolCall, Error, Ext};

pub(crate) fn quote<T: Config>(
	call: &quoteCall,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	ensure_question(env)?;
	env.charge(weights::quote::<T>())?;
	let quote = pallet_inference::Pallet::<T>::quote(call.modelId)
		.map_err(|fault| revert(fault.message()))?;
	Ok(quoteCall::abi_encode_returns(&quoteReturn {
		price: to_evm::<T>(quote.price),
		maxCompute: to_evm::<T>(quote.max_compute),
		expectedCompute: to_evm::<T>(quote.expected_compute),
	}))
}

pub(crate) fn signature<T: Config>(
	call: &signatureCall,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	ensure_question(env)?;
	env.charge(weights::signature::<T>())?;
	let signature = pallet_model_registry::Pallet::<T>::signature(call.modelId)
		.ok_or_else(|| revert(InferFault::UnknownModel { model: call.modelId }.message()))?;
	Ok(signatureCall::abi_encode_returns(&signatureReturn {
		inputs: specs(&signature.inputs),
		outputs: specs(&signature.outputs),
	}))
}

pub(crate) fn receipt_root<T: Config>(
	call: &receiptRootCall,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	ensure_question(env)?;
	env.charge(weights::receipt_root::<T>())?;
	let root = pallet_inference::Pallet::<T>::receipt_root(call.blockNumber).unwrap_or_default();
	Ok(receiptRootCall::abi_encode_returns(&root.0.into()))
}

fn specs(specs: &[TensorSpec]) -> Vec<AbiSpec> {
	specs
		.iter()
		.map(|spec| AbiSpec {
			name: String::from_utf8_lossy(&spec.name).into_owned(),
			dtype: spec.dtype.code(),
			shape: spec.shape.clone(),
		})
		.collect()
}
