//! A run for somebody whose credit pays.

use crate::{model::refused, Config};
use alloc::{format, vec::Vec};
use opg_engine_abi::{DType, Tensor, TensorSpec};
use opg_precompile_common::{revert, AccountIdOf};
use opg_precompile_inference::{deposit_event, gas_too_low, EVENT, NO_EVENT};
use pallet_inference::{InferError, InferFault, Source};
use pallet_model_registry::{self as registry, CallableOf};
use polkadot_sdk::{
	pallet_revive::precompiles::{Error, Ext},
	sp_runtime::traits::{Bounded, Zero},
};

/// Runs a model and gives its outputs, or why it didn't run. A price is taken from `caller`'s credit, all of
/// it if need be: none of these interfaces can say how much a call may cost.
///
/// In a static call nothing can be paid and no receipt be kept: free models run there, others are refused.
pub(crate) fn run<T: Config>(
	env: &mut impl Ext<T = T>,
	caller: &AccountIdOf<T>,
	callable: &CallableOf<T>,
	inputs: Vec<Tensor>,
) -> Result<Result<Vec<Tensor>, InferFault>, Error> {
	if env.is_read_only() {
		run_static(env, callable, inputs)
	} else {
		run_paid(env, caller, callable, inputs)
	}
}

fn run_paid<T: Config>(
	env: &mut impl Ext<T = T>,
	caller: &AccountIdOf<T>,
	callable: &CallableOf<T>,
	inputs: Vec<Tensor>,
) -> Result<Result<Vec<Tensor>, InferFault>, Error> {
	let bytes = pallet_inference::data_bytes(&inputs);
	let weight = |beneficiaries: u32, fuel: u64| {
		pallet_inference::Pallet::<T>::infer_weight(bytes, beneficiaries, fuel)
	};
	// Everything is charged before the work, so that running out of gas never wastes a run.
	let event = env.frame_meter_mut().charge_weight_token(EVENT)?;
	let most = pallet_inference::Pallet::<T>::most_charged(callable, 1);
	let needed = weight(callable.beneficiaries.len() as u32, most);
	let left = env.frame_meter().weight_left().unwrap_or_default();
	let charged = env.charge(needed).map_err(|_| gas_too_low(needed, left))?;

	let result = pallet_inference::Pallet::<T>::do_infer(
		caller,
		&Source::Credit,
		callable.model,
		inputs,
		Bounded::max_value(),
		callable.costs.max_fuel(),
	);
	match result {
		Ok(inference) => {
			env.adjust_gas(charged, weight(inference.beneficiaries, inference.charged_fuel));
			let (receipt, fuel) = (inference.receipt, inference.run_fuel);
			deposit_event::<T>(env, callable.model, caller, receipt, fuel, inference.price);
			Ok(Ok(inference.tensors))
		},
		Err(InferError { fault, charged_fuel }) => {
			env.adjust_gas(charged, weight(0, charged_fuel));
			env.frame_meter_mut().adjust_weight(event, NO_EVENT);
			Ok(Err(fault))
		},
	}
}

/// A run that fails stays charged at the model's largest fuel.
fn run_static<T: Config>(
	env: &mut impl Ext<T = T>,
	callable: &CallableOf<T>,
	inputs: Vec<Tensor>,
) -> Result<Result<Vec<Tensor>, InferFault>, Error> {
	if !callable.price.is_zero() {
		let price = registry::Pallet::<T>::balance_u128(callable.price);
		return Err(revert(format!(
			"StaticCallDenied(price={price}): only a free model runs in a static call"
		)));
	}
	let bytes = pallet_inference::data_bytes(&inputs);
	let weight = |fuel: u64| pallet_inference::Pallet::<T>::infer_weight(bytes, 0, fuel);
	let needed = weight(pallet_inference::Pallet::<T>::most_charged(callable, 1));
	let left = env.frame_meter().weight_left().unwrap_or_default();
	let charged = env.charge(needed).map_err(|_| gas_too_low(needed, left))?;
	let free = Some(Zero::zero());
	match pallet_inference::Pallet::<T>::dry_run(callable.model, inputs, None, free, None) {
		Ok(run) => {
			env.adjust_gas(charged, weight(run.charged_fuel));
			Ok(Ok(run.outputs))
		},
		Err(fault) => Ok(Err(fault)),
	}
}

/// The outputs, or the fault as a revert.
pub(crate) fn outputs(result: Result<Vec<Tensor>, InferFault>) -> Result<Vec<Tensor>, Error> {
	result.map_err(refused)
}

/// Elements of a tensor. A signature's lengths in bytes fit 64 bits, so its counts do.
pub(crate) fn count(spec: &TensorSpec) -> u64 {
	spec.shape.iter().fold(1, |product, length| product.saturating_mul((*length).into()))
}

/// The elements of a tensor, each as its bytes.
pub(crate) fn elements(dtype: DType, data: &[u8]) -> impl Iterator<Item = &[u8]> {
	data.chunks_exact(dtype.size())
}
