//! Questions. Allowed in static calls.

use crate::{
	interface::IModel::{inputsCall, modelIdCall, outputsCall, priceCall, TensorSpec as AbiSpec},
	unknown,
	weights::{WeightInfo, Weights},
	Config,
};
use alloc::vec::Vec;
use opg_engine_abi::{ModelSignature, TensorSpec};
use opg_precompile_common::{ensure_question, models, to_evm};
use pallet_model_registry::{ModelId, ModelInfoOf, Models, Pallet};
use polkadot_sdk::{
	frame_system,
	pallet_revive::precompiles::{alloy::sol_types::SolCall, Error, Ext},
};

pub(crate) fn inputs<T: Config>(
	model: ModelId,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	let signature = signature(model, env)?;
	Ok(inputsCall::abi_encode_returns(&specs(&signature.inputs)))
}

pub(crate) fn outputs<T: Config>(
	model: ModelId,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	let signature = signature(model, env)?;
	Ok(outputsCall::abi_encode_returns(&specs(&signature.outputs)))
}

pub(crate) fn price<T: Config>(
	model: ModelId,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	let now = frame_system::Pallet::<T>::block_number();
	let price = info(model, env)?.price_at(now);
	Ok(priceCall::abi_encode_returns(&to_evm::<T>(price)))
}

pub(crate) fn model_id<T: Config>(
	model: ModelId,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	info(model, env)?;
	Ok(modelIdCall::abi_encode_returns(&model))
}

fn signature<T: Config>(
	model: ModelId,
	env: &mut impl Ext<T = T>,
) -> Result<ModelSignature, Error> {
	ensure_question(env)?;
	env.charge(Weights::<T>::specs())?;
	Pallet::<T>::signature(model).ok_or_else(|| unknown(model))
}

fn info<T: Config>(model: ModelId, env: &mut impl Ext<T = T>) -> Result<ModelInfoOf<T>, Error> {
	ensure_question(env)?;
	env.charge(Weights::<T>::info())?;
	Models::<T>::get(model).ok_or_else(|| unknown(model))
}

fn specs(specs: &[TensorSpec]) -> Vec<AbiSpec> {
	models::specs(specs, |name, dtype, shape| AbiSpec { name, dtype, shape })
}
