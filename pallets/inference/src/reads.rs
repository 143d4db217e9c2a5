//! Quotes and dry runs.

use crate::{fault::InferFault, pallet::*, payment::Source, types::*, BalanceOf};
use alloc::vec::Vec;
use opg_engine_abi::Tensor;
use pallet_model_registry::{self as registry, ModelId};
use polkadot_sdk::sp_runtime::traits::Convert;

impl<T: Config> Pallet<T> {
	/// What a call of a model costs now. Inputs are counted at the signature's size.
	pub fn quote(model: ModelId) -> Result<Quote<BalanceOf<T>>, InferFault> {
		Self::quote_with_weights(model).map(|(quote, _)| quote)
	}

	/// What a call of a model costs now, and its weights.
	pub fn quote_with_weights(
		model: ModelId,
	) -> Result<(Quote<BalanceOf<T>>, QuotedWeights), InferFault> {
		let callable = registry::Pallet::<T>::callable(model)
			.map_err(|why| InferFault::not_callable(model, why))?;
		let costs = &callable.costs;
		let warm = Self::is_warm(&callable);
		let expected_fuel = callable.charged(costs.typical_fuel, warm);
		let bytes = registry::cost::signature_bytes(&callable.signature.inputs);
		let beneficiaries = callable.beneficiaries.len() as u32;
		let weights = QuotedWeights {
			max: Self::infer_weight(bytes, beneficiaries, costs.max_fuel()),
			expected: Self::infer_weight(bytes, beneficiaries, expected_fuel),
			input_bytes: costs.input_bytes,
		};
		let quote = Quote {
			price: callable.price,
			max_compute: T::ComputeFee::convert(weights.max),
			expected_compute: T::ComputeFee::convert(weights.expected),
			max_fuel: costs.max_fuel(),
			expected_fuel,
			warm,
		};
		Ok((quote, weights))
	}

	/// Runs a model without consequences: what a call with these inputs gives in this state. With
	/// a caller, the price must be payable from its credit or its balance.
	pub fn dry_run(
		model: ModelId,
		inputs: Vec<Tensor>,
		caller: Option<T::AccountId>,
		max_price: Option<BalanceOf<T>>,
		max_fuel: Option<u64>,
	) -> Result<DryRun<BalanceOf<T>>, InferFault> {
		let callable = Self::checked(model, &inputs, max_price, max_fuel)?;
		let paid_from = match caller {
			Some(caller) => {
				Some(Self::payer(&caller, &Source::Caller, model, callable.price)?.from)
			},
			None => None,
		};
		let run = Self::execute(&callable, &inputs).map_err(|failed| failed.fault)?;
		let beneficiaries = callable.beneficiaries.len() as u32;
		let charged_fuel = callable.charged(run.run_fuel, Self::is_warm(&callable));
		let weight = Self::infer_weight(data_bytes(&inputs), beneficiaries, charged_fuel);
		Ok(DryRun {
			outputs: run.tensors,
			run_fuel: run.run_fuel,
			charged_fuel,
			compute: T::ComputeFee::convert(weight),
			price: callable.price,
			paid_from,
			result_id: run.result_id,
			input_hash: run.input_hash,
			output_hash: run.output_hash,
		})
	}
}
