//! What this crate's own work takes, measured: everything but the run, which `opg-precompile-inference` and
//! `pallet-inference` charge.

use crate::{
	address,
	decimal::{Decimal, MAX_DECIMALS, MAX_OUTPUT_VALUES},
	interface::IModel::{
		inputsCall, predict_1Call, priceCall, tryPredict_1Call, tryPredict_1Return,
		IModelCalls as Function,
	},
	ModelPrecompile,
};
use alloc::{vec, vec::Vec};
use core::marker::PhantomData;
use opg_engine_abi::{DType, ModelSignature, Tensor, TensorSpec};
use opg_precompile_common::benchmarking::Contract;
use opg_precompile_inference::form::Form;
use pallet_model_registry::{
	benchmarking as models, ModelId, Pallet as Registry, MAX_BENEFICIARIES,
};
use polkadot_sdk::{
	frame_benchmarking::v2::*,
	pallet_revive::precompiles::alloy::{
		primitives::{I256, U256},
		sol_types::{SolCall, SolInterface},
	},
};

pub use crate::Config;

/// Stands for this crate among the pallets that are measured.
pub struct Pallet<T: Config>(PhantomData<T>);

/// A model with the longest entries.
fn active<T: Config>() -> ModelId {
	let owner = models::rich::<T>("owner", 0);
	models::active_model::<T>(&owner, 1, 1, MAX_BENEFICIARIES)
}

/// `count` elements of the longest format.
fn specs_of(count: u32) -> Vec<TensorSpec> {
	vec![TensorSpec { name: b"x".to_vec(), dtype: DType::Float64, shape: vec![count] }]
}

/// Numbers that an answer holds.
const MAX_NUMBERS: u32 = MAX_OUTPUT_VALUES as u32;

#[benchmarks]
pub mod benchmarks {
	use super::*;

	#[benchmark]
	pub fn callable() {
		let id = active::<T>();
		let found;
		#[block]
		{
			found = Registry::<T>::callable(id);
		}
		assert!(found.is_ok());
	}

	/// `n` numbers with as many digits and decimals as there may be.
	#[benchmark]
	pub fn elements(n: Linear<1, MAX_NUMBERS>) {
		let signature = ModelSignature { inputs: specs_of(n), outputs: Vec::new() };
		let value = I256::try_from(i128::MAX).unwrap_or_default();
		let data =
			predict_1Call { values: vec![value; n as usize], decimals: MAX_DECIMALS }.abi_encode();
		let converted;
		#[block]
		{
			let Ok(Function::predict_1(call)) = Function::abi_decode_validate(&data) else {
				panic!("it is a call")
			};
			let form = Decimal { values: &call.values, decimals: call.decimals };
			converted = form.inputs(&signature).is_ok();
		}
		assert!(converted);
	}

	/// `n` elements with as many decimals as there may be.
	#[benchmark]
	pub fn numbers(n: Linear<1, MAX_NUMBERS>) {
		let element = 1_234.567_890_123_456_f64.to_le_bytes();
		let data = element.repeat(n as usize);
		let outputs = vec![Tensor { dtype: DType::Float64, shape: vec![n], data }];
		let form = Decimal { values: &[], decimals: MAX_DECIMALS };
		let mut answer = Vec::new();
		#[block]
		{
			if let Ok(outputs) = form.answer(outputs) {
				let given = tryPredict_1Return { code: 0, outputs, args: [U256::ZERO; 4] };
				answer = tryPredict_1Call::abi_encode_returns(&given);
			}
		}
		assert!(answer.len() > 32 * n as usize);
	}

	/// The longest.
	#[benchmark]
	pub fn specs() {
		let mut contract = Contract::<T>::default();
		let id = active::<T>();
		let data = inputsCall {}.abi_encode();
		let answer;
		#[block]
		{
			answer = contract.call::<ModelPrecompile<T>>(&address(id), &data);
		}
		assert!(answer.is_ok());
	}

	#[benchmark]
	pub fn info() {
		let mut contract = Contract::<T>::default();
		let id = active::<T>();
		let data = priceCall {}.abi_encode();
		let answer;
		#[block]
		{
			answer = contract.call::<ModelPrecompile<T>>(&address(id), &data);
		}
		assert!(answer.is_ok());
	}
}
