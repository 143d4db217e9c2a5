//! `predict`, with raw data and with decimal numbers.

use crate::{
	fixed::{self, ValueFault},
	interface::IModel::{predict_0Call, predict_1Call},
	weights, Config,
};
use alloc::{format, vec::Vec};
use opg_engine_abi::{DType, EngineError, ErrorCode, TensorSpec};
use opg_precompile_common::{ensure_called_directly, ensure_mutable, revert};
use pallet_inference::InferFault;
use pallet_model_registry::{ModelId, Pallet};
use polkadot_sdk::pallet_revive::precompiles::{
	alloy::{primitives::I256, sol_types::SolCall},
	Error, Ext,
};

/// Decimals of a call, at most: `10^38` is the largest power of ten in 128 bits.
const MAX_DECIMALS: u8 = 38;

/// Bytes of a call's answer, at most: pallet-revive's 128 KiB.
const MAX_RETURN_BYTES: u64 = 128 * 1024;

/// Numbers that a call can return: one word each, less the two words of offset and length.
const MAX_OUTPUT_VALUES: u64 = MAX_RETURN_BYTES / 32 - 2;

/// Runs on raw data.
pub(crate) fn raw<T: Config>(
	model: ModelId,
	call: &predict_0Call,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	let outputs = run(model, &call.inputs, env)?;
	Ok(predict_0Call::abi_encode_returns(&outputs.into()))
}

/// Runs on decimal numbers.
pub(crate) fn decimal<T: Config>(
	model: ModelId,
	call: &predict_1Call,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	ensure_called_directly(env)?;
	ensure_mutable(env)?;
	env.charge(weights::callable::<T>())?;
	let decimals = call.decimals;
	if decimals > MAX_DECIMALS {
		return Err(revert(format!(
			"TooManyDecimals(decimals={decimals},max={MAX_DECIMALS}): pass fewer decimals"
		)));
	}
	let signature = Pallet::<T>::callable(model)
		.map_err(|why| refused(InferFault::not_callable(model, why)))?
		.signature;
	let (given, expected) = (call.values.len() as u64, elements(&signature.inputs));
	if given != expected {
		return Err(revert(format!(
			"WrongValueCount(expected={expected},got={given}): pass every element of every input"
		)));
	}
	let returned = elements(&signature.outputs);
	if returned > MAX_OUTPUT_VALUES {
		let numbers = [returned.saturating_mul(32), MAX_OUTPUT_VALUES.saturating_mul(32)];
		return Err(refused(EngineError::new(ErrorCode::OutputTooLarge, &numbers).into()));
	}
	env.charge(weights::values(given.saturating_add(returned)))?;

	let mut packed = Vec::new();
	// As many values as elements, so the two end together.
	for (index, (value, dtype)) in call.values.iter().zip(dtypes(&signature.inputs)).enumerate() {
		fixed::push(&mut packed, dtype, *value, decimals)
			.map_err(|fault| value_refused(index, dtype, fault))?;
	}
	let outputs = run(model, &packed, env)?;
	let mut rest = &outputs[..];
	let mut values = Vec::<I256>::with_capacity(returned as usize);
	for (index, dtype) in dtypes(&signature.outputs).enumerate() {
		// The engine's outputs are those of the signature, so no element is cut off.
		let (element, after) = rest.split_at(dtype.size().min(rest.len()));
		rest = after;
		values.push(
			fixed::read(dtype, element, decimals).map_err(|fault| output_refused(index, fault))?,
		);
	}
	Ok(predict_1Call::abi_encode_returns(&values))
}

/// `infer` of the inference precompile, at this address.
fn run<T: Config>(
	model: ModelId,
	packed: &[u8],
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	opg_precompile_inference::run(model, packed, None, env)?.map_err(refused)
}

fn refused(fault: InferFault) -> Error {
	revert(fault.message())
}

/// Elements of all these tensors together.
fn elements(specs: &[TensorSpec]) -> u64 {
	specs.iter().fold(0, |sum, spec| sum.saturating_add(count(spec)))
}

/// Elements of a tensor. A signature's lengths in bytes fit 64 bits, so its counts do.
fn count(spec: &TensorSpec) -> u64 {
	spec.shape.iter().fold(1, |product, length| product.saturating_mul((*length).into()))
}

/// The type of each element of all these tensors.
fn dtypes(specs: &[TensorSpec]) -> impl Iterator<Item = DType> + '_ {
	specs.iter().flat_map(|spec| (0..count(spec)).map(|_| spec.dtype))
}

fn value_refused(index: usize, dtype: DType, fault: ValueFault) -> Error {
	let name = dtype.name();
	revert(match fault {
		ValueFault::NotWhole => {
			format!(
				"ValueNotWhole(index={index},dtype={name}): pass a whole number of 10**decimals"
			)
		},
		ValueFault::OutOfRange | ValueFault::NotFinite => {
			format!("ValueOutOfRange(index={index},dtype={name}): pass a number that the type has")
		},
	})
}

fn output_refused(index: usize, fault: ValueFault) -> Error {
	revert(match fault {
		ValueFault::NotFinite => {
			format!("OutputNotFinite(index={index}): call predict(bytes) to see it")
		},
		ValueFault::OutOfRange | ValueFault::NotWhole => {
			format!("OutputOutOfRange(index={index}): ask for fewer decimals")
		},
	})
}
