//! A run: guards, charges, payment, settlement, event. And a view, which has no settlement and no
//! event.

use crate::{
	form::{Form, Packed},
	interface::IInference::Inferred,
	payment::Offer,
	Config,
};
use alloc::{format, vec::Vec};
use core::mem;
use opg_engine_abi::Tensor;
use opg_precompile_common::{self as guard, address_of, revert, to_evm, AccountIdOf};
use pallet_inference::{InferError, InferFault, Source};
use pallet_model_registry::{self as registry, CallableOf, ModelId};
use polkadot_sdk::{
	frame_support::{
		storage::{with_transaction, TransactionOutcome},
		weights::Weight,
	},
	pallet_revive::{
		precompiles::{
			alloy::{primitives::Address, sol_types::SolEvent},
			Error, Ext, RuntimeCosts, H256,
		},
		BalanceOf,
	},
	sp_runtime::DispatchError,
};

/// What the event `Inferred` costs: its name and three indexed arguments are topics, fuel and price
/// data.
pub(crate) const EVENT: RuntimeCosts = RuntimeCosts::DepositEvent { num_topic: 4, len: 2 * 32 };

/// What is charged for an event that isn't emitted.
pub(crate) const NO_EVENT: RuntimeCosts = RuntimeCosts::Precompile(Weight::zero());

/// Runs a model on raw data and returns the raw data of its outputs: [`run_as`] with [`Packed`].
pub fn run<T: Config>(
	model: ModelId,
	packed: &[u8],
	sponsor: Option<Address>,
	env: &mut impl Ext<T = T>,
) -> Result<Result<Vec<u8>, InferFault>, Error> {
	run_as(model, Packed(packed), sponsor, env)
}

/// Runs a model and returns its answer. With a fault nothing has changed but that the value is back
/// with the caller. Also for a precompile at another address: guards, charges, payment and the event,
/// from the address that was called, are the same.
pub fn run_as<T: Config, F: Form>(
	model: ModelId,
	form: F,
	sponsor: Option<Address>,
	env: &mut impl Ext<T = T>,
) -> Result<Result<F::Answer, F::Fault>, Error> {
	guard::ensure_called_directly(env)?;
	guard::ensure_mutable(env)?;
	env.charge(form.weight::<T>())?;
	let caller = guard::caller(env)?;
	let offer = match sponsor {
		Some(address) => Offer::of_sponsor(env, address)?,
		None => Offer::of_caller(env, &caller)?,
	};
	let (callable, inputs) = match prepare::<T, F>(model, &form) {
		Ok(prepared) => prepared,
		Err(fault) => return Ok(Err(fault)),
	};
	let (source, max_price) = offer.for_price(&caller, callable.price);
	let answer = |outputs| form.answer(outputs);
	run_callable(env, &caller, &source, max_price, &callable, inputs, answer)
}

/// Runs a model that may be called, pays at most `max_price` for it, and emits the event: for a precompile
/// that has checked how it was called and charged what it does itself. With a fault nothing has changed.
/// What `answer` refuses is undone; its compute is paid.
///
/// # Errors
/// `GasTooLow` before any work, when the gas left isn't enough for the largest fuel that the model is
/// charged in this block.
pub fn run_callable<T: Config, Answer, Fault: From<InferFault>>(
	env: &mut impl Ext<T = T>,
	caller: &AccountIdOf<T>,
	source: &Source<AccountIdOf<T>>,
	max_price: BalanceOf<T>,
	callable: &CallableOf<T>,
	inputs: Vec<Tensor>,
	answer: impl FnOnce(Vec<Tensor>) -> Result<Answer, Fault>,
) -> Result<Result<Answer, Fault>, Error> {
	let model = callable.model;
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

	// An answer that is refused after all undoes the settlement.
	let outcome = with_transaction(|| {
		let max_fuel = callable.costs.max_fuel();
		let result = pallet_inference::Pallet::<T>::do_infer(
			caller, source, model, inputs, max_price, max_fuel,
		);
		match result {
			Ok(mut inference) => match answer(mem::take(&mut inference.tensors)) {
				Ok(answer) => TransactionOutcome::Commit(Ok(Ok((inference, answer)))),
				Err(fault) => {
					let used = weight(inference.beneficiaries, inference.charged_fuel);
					TransactionOutcome::Rollback(Ok::<_, DispatchError>(Err((fault, used))))
				},
			},
			Err(InferError { fault, charged_fuel }) => {
				TransactionOutcome::Rollback(Ok(Err((fault.into(), weight(0, charged_fuel)))))
			},
		}
	})?;
	match outcome {
		Ok((inference, answer)) => {
			env.adjust_gas(charged, weight(inference.beneficiaries, inference.charged_fuel));
			let (receipt, fuel) = (inference.receipt, inference.run_fuel);
			deposit_event::<T>(env, model, caller, receipt, fuel, inference.price);
			Ok(Ok(answer))
		},
		Err((fault, used)) => {
			env.adjust_gas(charged, used);
			env.frame_meter_mut().adjust_weight(event, NO_EVENT);
			Ok(Err(fault))
		},
	}
}

/// Runs a free model without consequences, also in a static call.
pub fn view_as<T: Config, F: Form>(
	model: ModelId,
	form: F,
	env: &mut impl Ext<T = T>,
) -> Result<Result<F::Answer, F::Fault>, Error> {
	guard::ensure_question(env)?;
	env.charge(form.weight::<T>())?;
	let (callable, inputs) = match prepare::<T, F>(model, &form) {
		Ok(prepared) => prepared,
		Err(fault) => return Ok(Err(fault)),
	};
	match view_callable(env, &callable, &inputs)? {
		Ok(outputs) => Ok(form.answer(outputs)),
		Err(fault) => Ok(Err(fault.into())),
	}
}

/// Runs a free model that may be called, without consequences: for a precompile that has checked how it was
/// called and charged what it does itself. A run that fails pays for what it used.
///
/// # Errors
/// As [`run_callable`].
pub fn view_callable<T: Config>(
	env: &mut impl Ext<T = T>,
	callable: &CallableOf<T>,
	inputs: &[Tensor],
) -> Result<Result<Vec<Tensor>, InferFault>, Error> {
	let bytes = pallet_inference::data_bytes(inputs);
	let weight = |fuel: u64| pallet_inference::Pallet::<T>::infer_weight(bytes, 0, fuel);
	let needed = weight(pallet_inference::Pallet::<T>::most_charged(callable, 1));
	let left = env.frame_meter().weight_left().unwrap_or_default();
	let charged = env.charge(needed).map_err(|_| gas_too_low(needed, left))?;
	let max_fuel = callable.costs.max_fuel();
	let (result, charged_fuel) =
		match pallet_inference::Pallet::<T>::do_view(callable.model, inputs, max_fuel) {
			Ok((outputs, charged_fuel)) => (Ok(outputs), charged_fuel),
			Err(InferError { fault, charged_fuel }) => (Err(fault), charged_fuel),
		};
	env.adjust_gas(charged, weight(charged_fuel));
	Ok(result)
}

/// The revert of a call that was given too little gas.
pub(crate) fn gas_too_low(needed: Weight, left: Weight) -> Error {
	revert(format!(
		"GasTooLow(needed={},left={}): raise the gas limit; the numbers are picoseconds",
		needed.ref_time(),
		left.ref_time(),
	))
}

/// What calling a model needs, and the inputs as tensors.
pub(crate) fn prepare<T: Config, F: Form>(
	model: ModelId,
	form: &F,
) -> Result<(CallableOf<T>, Vec<Tensor>), F::Fault> {
	let callable = registry::Pallet::<T>::callable(model)
		.map_err(|why| InferFault::not_callable(model, why))?;
	let inputs = form.inputs(&callable.signature)?;
	Ok((callable, inputs))
}

/// Emits `Inferred` from the address that was called; it is charged already.
pub(crate) fn deposit_event<T: Config>(
	env: &mut impl Ext<T = T>,
	model: ModelId,
	caller: &AccountIdOf<T>,
	receipt: H256,
	fuel: u64,
	price: BalanceOf<T>,
) {
	let event = Inferred {
		caller: address_of::<T>(caller),
		modelId: model,
		receipt: receipt.0.into(),
		fuel,
		price: to_evm::<T>(price),
	};
	let (topics, data) = event.encode_log_data().split();
	let topics = topics.into_iter().map(|topic| H256(topic.0)).collect();
	env.deposit_event(topics, data.to_vec());
}
