//! `inferBatch` and `tryInferBatch`.
//!
//! Rows come as one `bytes`, not as `bytes[]`: pallet-revive decodes calldata before any of this
//! code runs or charges, and thousands of array elements may point to the same 100 KiB, each of
//! which the decoder copies. All rows of a model have the same length, so nothing is lost.

use crate::{
	fault,
	form::{concatenate, input_at_end},
	interface::IInference::{inferBatchCall, tryInferBatchCall, tryInferBatchReturn},
	payment::Offer,
	run::{deposit_event, gas_too_low, EVENT, NO_EVENT},
	weights::{self, WeightInfo, Weights},
	Config,
};
use alloc::vec::Vec;
use opg_engine_abi::{EngineError, ErrorCode, Tensor};
use opg_precompile_common::{self as guard, revert};
use pallet_inference::{batch::rows_bytes, BatchError, BatchFault, InferFault, MAX_BATCH_ROWS};
use pallet_model_registry::{self as registry, ModelId};
use polkadot_sdk::{
	pallet_revive::{
		precompiles::{alloy::sol_types::SolCall, Error, Ext},
		BalanceOf,
	},
	sp_runtime::traits::Saturating,
};

/// Bytes of outputs that a batch can return: pallet-revive's 128 KiB of return data less the four
/// words of code, row, offset and length.
pub(crate) const MAX_OUTPUT_BYTES: u32 = 128 * 1024 - 4 * 32;

/// Runs all rows or reverts. A revert rolls the frame back, so the value goes back with it.
pub(crate) fn infer<T: Config>(
	call: &inferBatchCall,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	match run(call.modelId, call.rows, &call.inputs, env)? {
		Ok(outputs) => Ok(inferBatchCall::abi_encode_returns(&outputs.into())),
		Err(fault) => Err(revert(fault.message())),
	}
}

/// Runs all rows or returns the fault as a value.
pub(crate) fn try_infer<T: Config>(
	call: &tryInferBatchCall,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	match run(call.modelId, call.rows, &call.inputs, env)? {
		Ok(outputs) => Ok(tryInferBatchCall::abi_encode_returns(&tryInferBatchReturn {
			code: 0,
			row: 0,
			data: outputs.into(),
		})),
		Err(fault) => Ok(fault::encode_batch(&fault)),
	}
}

/// Runs a batch and returns the raw data of all outputs. With a fault nothing has changed but that
/// the value is back with the caller.
fn run<T: Config>(
	model: ModelId,
	rows: u32,
	packed: &[u8],
	env: &mut impl Ext<T = T>,
) -> Result<Result<Vec<u8>, BatchFault>, Error> {
	guard::ensure_called_directly(env)?;
	guard::ensure_mutable(env)?;
	env.charge(Weights::<T>::batch(weights::bytes(packed.len())))?;
	let caller = guard::caller(env)?;
	let offer = Offer::of_caller(env, &caller)?;

	let Prepared { price, rows, max_fuel, most_charged, beneficiaries } =
		match prepare::<T>(model, rows, packed) {
			Ok(prepared) => prepared,
			Err(fault) => return Ok(Err(fault)),
		};
	let bytes = rows_bytes(&rows);
	let weight = |rows: u32, beneficiaries: u32, fuel: u64| {
		pallet_inference::Pallet::<T>::infer_batch_weight(bytes, rows, beneficiaries, fuel)
	};

	// Everything is charged before the work, so that running out of gas never wastes a run.
	let count = rows.len() as u32;
	let mut events = Vec::with_capacity(rows.len());
	for _ in 0..count {
		events.push(env.frame_meter_mut().charge_weight_token(EVENT)?);
	}
	let needed = weight(count, beneficiaries, most_charged);
	let left = env.frame_meter().weight_left().unwrap_or_default();
	let charged = env.charge(needed).map_err(|_| gas_too_low(needed, left))?;

	let (source, max_price) = offer.for_price(&caller, price);
	let mut outputs = Vec::new();
	let result = pallet_inference::Pallet::<T>::do_infer_batch(
		&caller,
		&source,
		model,
		rows,
		max_price,
		max_fuel,
		|tensors| outputs.extend(concatenate(tensors)),
	);
	match result {
		Ok(batch) => {
			env.adjust_gas(charged, weight(count, batch.beneficiaries, batch.charged_fuel));
			for row in batch.rows {
				deposit_event::<T>(env, model, &caller, row.receipt, row.run_fuel, row.price);
			}
			Ok(Ok(outputs))
		},
		Err(BatchError { fault, charged_fuel, rows_run }) => {
			env.adjust_gas(charged, weight(rows_run, 0, charged_fuel));
			for event in events {
				env.frame_meter_mut().adjust_weight(event, NO_EVENT);
			}
			Ok(Err(fault))
		},
	}
}

/// What is known before a batch is charged.
pub(crate) struct Prepared<T: Config> {
	/// The price of all rows now.
	price: BalanceOf<T>,
	/// The inputs of each row as tensors.
	pub(crate) rows: Vec<Vec<Tensor>>,
	/// The fuel limit that no batch of so many rows exceeds.
	max_fuel: u64,
	/// The most fuel that the batch is charged in this block.
	most_charged: u64,
	/// Accounts that share the price.
	beneficiaries: u32,
}

pub(crate) fn prepare<T: Config>(
	model: ModelId,
	rows: u32,
	packed: &[u8],
) -> Result<Prepared<T>, BatchFault> {
	// Before anything is made of the number.
	if !(1..=MAX_BATCH_ROWS).contains(&rows) {
		return Err(InferFault::WrongRowCount { rows, max: MAX_BATCH_ROWS }.into());
	}
	let callable = registry::Pallet::<T>::callable(model)
		.map_err(|why| InferFault::not_callable(model, why))?;
	let outputs = u64::from(callable.costs.output_bytes).saturating_mul(rows.into());
	if outputs > u64::from(MAX_OUTPUT_BYTES) {
		let numbers = [outputs, u64::from(MAX_OUTPUT_BYTES)];
		return Err(InferFault::from(EngineError::new(ErrorCode::OutputTooLarge, &numbers)).into());
	}
	let signature = &callable.signature;
	let length = usize::try_from(signature.input_bytes().unwrap_or(u64::MAX)).unwrap_or(usize::MAX);
	let mut rest = packed;
	let mut unpacked = Vec::with_capacity(rows as usize);
	for row in 0..rows {
		// The last row has all that is left: too much of it is as wrong as too little.
		let last = row.saturating_add(1) == rows;
		let end = if last { rest.len() } else { rest.len().min(length) };
		// Never beyond the end, so it doesn't panic.
		let (data, after) = rest.split_at(end);
		rest = after;
		unpacked.push(signature.unpack_inputs(data).map_err(|(expected, got)| {
			let input = input_at_end(signature, got);
			let numbers = [input, expected, got];
			BatchFault {
				row: Some(row),
				fault: EngineError::new(ErrorCode::WrongDataLength, &numbers).into(),
			}
		})?);
	}
	Ok(Prepared {
		// One that no balance can express is above every limit, and refused there.
		price: callable.price.saturating_mul(rows.into()),
		rows: unpacked,
		max_fuel: callable.max_batch_fuel(rows),
		most_charged: pallet_inference::Pallet::<T>::most_charged(&callable, rows),
		beneficiaries: callable.beneficiaries.len() as u32,
	})
}
