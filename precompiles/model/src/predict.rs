//! `predict`, with raw data and with decimal numbers, its views, and their twins.

use crate::{
	decimal::{Converted, Decimal},
	fault::Fault,
	interface::IModel::{
		predictView_0Call, predictView_1Call, predict_0Call, predict_1Call, tryPredict_0Call,
		tryPredict_0Return, tryPredict_1Call, tryPredict_1Return,
	},
	weights::{self, WeightInfo, Weights},
	Config,
};
use alloc::vec::Vec;
use opg_precompile_common::{ensure_called_directly, ensure_mutable, ensure_question, revert};
use opg_precompile_inference::{fault::numbers, form::Packed, run, run_as, view_as};
use pallet_inference::InferFault;
use pallet_model_registry::{ModelId, Pallet};
use polkadot_sdk::pallet_revive::precompiles::{
	alloy::{
		primitives::{I256, U256},
		sol_types::{SolCall, SolValue},
	},
	Error, Ext,
};

/// Runs on raw data.
pub(crate) fn raw<T: Config>(
	model: ModelId,
	call: &predict_0Call,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	let outputs = run(model, &call.inputs, None, env)?.map_err(refused)?;
	Ok(predict_0Call::abi_encode_returns(&outputs.into()))
}

/// Runs on raw data, or returns the fault as a value.
pub(crate) fn try_raw<T: Config>(
	model: ModelId,
	call: &tryPredict_0Call,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	let (code, data) = match run(model, &call.inputs, None, env)? {
		Ok(outputs) => (0, outputs),
		Err(fault) if !has_account::<T>(model) => return Err(refused(fault)),
		Err(fault) => (fault.code(), numbers(&fault).map(U256::from).abi_encode()),
	};
	let answer = tryPredict_0Return { code, data: data.into() };
	Ok(tryPredict_0Call::abi_encode_returns(&answer))
}

/// Runs a free model on raw data without consequences.
pub(crate) fn raw_view<T: Config>(
	model: ModelId,
	call: &predictView_0Call,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	let outputs = view_as(model, Packed(&call.inputs), env)?.map_err(refused)?;
	Ok(predictView_0Call::abi_encode_returns(&outputs.into()))
}

/// Runs on decimal numbers.
pub(crate) fn decimal<T: Config>(
	model: ModelId,
	call: &predict_1Call,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	let values = Decimal { values: &call.values, decimals: call.decimals };
	match run_decimal(model, values, env)? {
		Ok(outputs) => Ok(predict_1Call::abi_encode_returns(&outputs)),
		Err(fault) => Err(revert(fault.message())),
	}
}

/// Runs on decimal numbers, or returns the fault as a value.
pub(crate) fn try_decimal<T: Config>(
	model: ModelId,
	call: &tryPredict_1Call,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	let values = Decimal { values: &call.values, decimals: call.decimals };
	let answer = match run_decimal(model, values, env)? {
		Ok(outputs) => tryPredict_1Return { code: 0, outputs, args: [U256::ZERO; 4] },
		Err(fault) if !has_account::<T>(model) => return Err(revert(fault.message())),
		Err(fault) => tryPredict_1Return {
			code: fault.code(),
			outputs: Vec::new(),
			args: fault.numbers().map(U256::from),
		},
	};
	Ok(tryPredict_1Call::abi_encode_returns(&answer))
}

/// Runs a free model on decimal numbers without consequences.
pub(crate) fn decimal_view<T: Config>(
	model: ModelId,
	call: &predictView_1Call,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	ensure_question(env)?;
	let values = Decimal { values: &call.values, decimals: call.decimals };
	let result = match charge(model, &values, env)? {
		Ok(()) => view_as(model, values, env)?,
		Err(fault) => Err(fault),
	};
	match result {
		Ok(outputs) => Ok(predictView_1Call::abi_encode_returns(&outputs)),
		Err(fault) => Err(revert(fault.message())),
	}
}

/// `infer` of the inference precompile, at this address, on decimal numbers.
fn run_decimal<T: Config>(
	model: ModelId,
	values: Decimal<'_>,
	env: &mut impl Ext<T = T>,
) -> Result<Result<Vec<I256>, Fault>, Error> {
	ensure_called_directly(env)?;
	ensure_mutable(env)?;
	// What is refused here is refused by the run for the same reason: it gives the value back.
	charge(model, &values, env)?.ok();
	run_as(model, values, None, env)
}

/// Charges the conversion of all numbers, or says what will be refused.
fn charge<T: Config>(
	model: ModelId,
	values: &Decimal<'_>,
	env: &mut impl Ext<T = T>,
) -> Result<Result<(), Fault>, Error> {
	env.charge(Weights::<T>::callable())?;
	let checked = Pallet::<T>::callable(model)
		.map_err(|why| InferFault::not_callable(model, why).into())
		.and_then(|callable| values.check(&callable.signature));
	match checked {
		Ok(Converted { given, returned }) => {
			let given = Weights::<T>::elements(weights::count(given));
			env.charge(given.saturating_add(Weights::<T>::numbers(weights::count(returned))))?;
			Ok(Ok(()))
		},
		Err(fault) => Ok(Err(fault)),
	}
}

/// Whether the model was ever activated, which endows its address. Before that pallet-revive has made the
/// account for a value, with the existential deposit of the transaction's origin: only a revert takes that
/// back.
/// The run has read the same entry, and its weight has that.
fn has_account<T: Config>(model: ModelId) -> bool {
	Pallet::<T>::signature(model).is_some()
}

fn refused(fault: InferFault) -> Error {
	revert(fault.message())
}
