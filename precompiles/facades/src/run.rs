//! A run for somebody whose credit pays.

use crate::{model::refused, Config};
use alloc::{format, vec::Vec};
use opg_engine_abi::{DType, Tensor, TensorSpec};
use opg_precompile_common::{revert, AccountIdOf};
use opg_precompile_inference::{run_callable, view_callable};
use pallet_inference::{InferFault, Source};
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
		if !callable.price.is_zero() {
			let price = registry::Pallet::<T>::balance_u128(callable.price);
			return Err(revert(format!(
				"StaticCallDenied(price={price}): only a free model runs in a static call"
			)));
		}
		return view_callable(env, callable, &inputs);
	}
	run_callable(env, caller, &Source::Credit, Bounded::max_value(), callable, inputs, Ok)
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
