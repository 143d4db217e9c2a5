//! Questions: `quote`, `signature` and `receiptRoot`. Allowed in static calls.

use crate::{
	infer::answer_or_code,
	interface::IInference::{
		quoteCall, quoteReturn, receiptRootCall, signatureCall, signatureReturn, tryQuoteCall,
		trySignatureCall, TensorSpec as AbiSpec,
	},
	refused,
	run::EVENT,
	weights::{WeightInfo, Weights},
	Config,
};
use alloc::vec::Vec;
use opg_engine_abi::TensorSpec;
use opg_precompile_common::{ensure_question, models, to_evm};
use pallet_inference::InferFault;
use pallet_model_registry::ModelId;
use polkadot_sdk::{
	frame_support::{traits::Get, weights::Weight},
	pallet_revive::{
		evm::fees::InfoT,
		precompiles::{
			alloy::{primitives::U256, sol_types::SolCall},
			Error, Ext, Token,
		},
		Config as ReviveConfig,
	},
	sp_runtime::traits::UniqueSaturatedInto,
};

pub(crate) fn quote<T: Config>(
	call: &quoteCall,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	quote_of(call.modelId, env)?.map_err(refused)
}

pub(crate) fn try_quote<T: Config>(
	call: &tryQuoteCall,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	Ok(answer_or_code(quote_of(call.modelId, env)?))
}

/// A quote as `quote` returns it.
fn quote_of<T: Config>(
	model: ModelId,
	env: &mut impl Ext<T = T>,
) -> Result<Result<Vec<u8>, InferFault>, Error> {
	ensure_question(env)?;
	env.charge(Weights::<T>::quote())?;
	let quoted = match pallet_inference::Pallet::<T>::quote_with_weights(model) {
		Ok(quoted) => quoted,
		Err(fault) => return Ok(Err(fault)),
	};
	let (quote, weights) = quoted;
	let call = Weights::<T>::run(weights.input_bytes).saturating_add(Token::<T>::weight(&EVENT));
	Ok(Ok(quoteCall::abi_encode_returns(&quoteReturn {
		price: to_evm::<T>(quote.price),
		maxCompute: to_evm::<T>(quote.max_compute),
		expectedCompute: to_evm::<T>(quote.expected_compute),
		maxGas: gas::<T>(weights.max.saturating_add(call)),
		expectedGas: gas::<T>(weights.expected.saturating_add(call)),
	})))
}

/// Gas of so much weight, as Ethereum transactions count it; rounded up.
fn gas<T: Config>(weight: Weight) -> U256 {
	let fee = <T as ReviveConfig>::FeeInfo::weight_to_fee(&weight);
	let fee: u128 = fee.unique_saturated_into();
	U256::from(fee.div_ceil(u128::from(<T as ReviveConfig>::GasScale::get()).max(1)))
}

pub(crate) fn signature<T: Config>(
	call: &signatureCall,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	signature_of(call.modelId, env)?.map_err(refused)
}

pub(crate) fn try_signature<T: Config>(
	call: &trySignatureCall,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	Ok(answer_or_code(signature_of(call.modelId, env)?))
}

/// A signature as `signature` returns it.
fn signature_of<T: Config>(
	model: ModelId,
	env: &mut impl Ext<T = T>,
) -> Result<Result<Vec<u8>, InferFault>, Error> {
	ensure_question(env)?;
	env.charge(Weights::<T>::signature())?;
	let signature = pallet_model_registry::Pallet::<T>::signature(model);
	Ok(signature.ok_or(InferFault::UnknownModel { model }).map(|signature| {
		signatureCall::abi_encode_returns(&signatureReturn {
			inputs: specs(&signature.inputs),
			outputs: specs(&signature.outputs),
		})
	}))
}

pub(crate) fn receipt_root<T: Config>(
	call: &receiptRootCall,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	ensure_question(env)?;
	env.charge(Weights::<T>::receipt_root())?;
	let root = pallet_inference::Pallet::<T>::receipt_root(call.blockNumber).unwrap_or_default();
	Ok(receiptRootCall::abi_encode_returns(&root.0.into()))
}

fn specs(specs: &[TensorSpec]) -> Vec<AbiSpec> {
	models::specs(specs, |name, dtype, shape| AbiSpec { name, dtype, shape })
}
