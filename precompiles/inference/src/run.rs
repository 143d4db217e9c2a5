//! `infer` and `tryInfer`, and their twins with a sponsor.

use crate::{
	fault,
	interface::IInference::{
		inferCall, inferSponsoredCall, tryInferCall, tryInferReturn, tryInferSponsoredCall,
		Inferred,
	},
	payment::Offer,
	weights, Config,
};
use alloc::{format, vec::Vec};
use opg_engine_abi::{EngineError, ErrorCode, ModelSignature, Tensor};
use opg_precompile_common::{self as guard, address_of, revert, to_evm, AccountIdOf};
use pallet_inference::{InferError, InferFault};
use pallet_model_registry::{self as registry, ModelId};
use polkadot_sdk::{
	frame_support::weights::Weight,
	pallet_revive::{
		precompiles::{
			alloy::{
				primitives::Address,
				sol_types::{SolCall, SolEvent},
			},
			Error, Ext, RuntimeCosts, H256,
		},
		BalanceOf,
	},
};

/// Bytes of outputs that a call can return: pallet-revive's 128 KiB of return data less the three
/// words of code, offset and length.
pub(crate) const MAX_OUTPUT_BYTES: u32 = 128 * 1024 - 3 * 32;

/// Topics of the event `Inferred`: its name and three indexed arguments.
pub(crate) const EVENT_TOPICS: u32 = 4;
/// Bytes of the data of the event `Inferred`: fuel and price.
pub(crate) const EVENT_BYTES: u32 = 2 * 32;

/// Runs or reverts. A revert rolls the frame back, so the value goes back with it.
pub(crate) fn infer<T: Config>(
	call: &inferCall,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	answer_or_revert(run(call.modelId, &call.inputs, None, env)?)
}

/// Runs with a sponsor's credit, or reverts.
pub(crate) fn infer_sponsored<T: Config>(
	call: &inferSponsoredCall,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	answer_or_revert(run(call.modelId, &call.inputs, Some(call.sponsor), env)?)
}

/// Runs or returns the fault as a value.
pub(crate) fn try_infer<T: Config>(
	call: &tryInferCall,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	Ok(answer_or_code(run(call.modelId, &call.inputs, None, env)?))
}

/// Runs with a sponsor's credit, or returns the fault as a value.
pub(crate) fn try_infer_sponsored<T: Config>(
	call: &tryInferSponsoredCall,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	Ok(answer_or_code(run(call.modelId, &call.inputs, Some(call.sponsor), env)?))
}

/// What `infer` and `inferSponsored` return.
fn answer_or_revert(result: Result<Vec<u8>, InferFault>) -> Result<Vec<u8>, Error> {
	match result {
		Ok(outputs) => Ok(inferCall::abi_encode_returns(&outputs.into())),
		Err(fault) => Err(revert(fault.message())),
	}
}

/// What `tryInfer` and `tryInferSponsored` return.
fn answer_or_code(result: Result<Vec<u8>, InferFault>) -> Vec<u8> {
	match result {
		Ok(outputs) => {
			tryInferCall::abi_encode_returns(&tryInferReturn { code: 0, data: outputs.into() })
		},
		Err(fault) => fault::encode(&fault),
	}
}

/// Runs a model and returns the raw data of its outputs. With a fault nothing has changed but that
/// the value is back with the caller. Also for a precompile at another address: guards, charges, payment
/// and the event, from the address that was called, are the same.
pub fn run<T: Config>(
	model: ModelId,
	packed: &[u8],
	sponsor: Option<Address>,
	env: &mut impl Ext<T = T>,
) -> Result<Result<Vec<u8>, InferFault>, Error> {
	guard::ensure_called_directly(env)?;
	guard::ensure_mutable(env)?;
	env.charge(weights::run_overhead::<T>())?;
	let caller = guard::caller(env)?;
	let offer = match sponsor {
		Some(address) => Offer::of_sponsor(env, address)?,
		None => Offer::of_caller(env, &caller)?,
	};

	let Prepared { price, inputs, max_fuel, beneficiaries } = match prepare::<T>(model, packed) {
		Ok(prepared) => prepared,
		Err(fault) => return Ok(Err(fault)),
	};
	let bytes = pallet_inference::data_bytes(&inputs);
	let weight = |beneficiaries: u32, fuel: u64| {
		pallet_inference::Pallet::<T>::infer_weight(bytes, beneficiaries, fuel)
	};

	// Everything is charged before the work, so that running out of gas never wastes a run.
	let event = env.frame_meter_mut().charge_weight_token(RuntimeCosts::DepositEvent {
		num_topic: EVENT_TOPICS,
		len: EVENT_BYTES,
	})?;
	let needed = weight(beneficiaries, max_fuel);
	let left = env.frame_meter().weight_left().unwrap_or_default();
	let charged = env.charge(needed).map_err(|_| gas_too_low(needed, left))?;

	let (source, max_price) = offer.for_price(&caller, price);
	let result = pallet_inference::Pallet::<T>::do_infer(
		&caller, &source, model, inputs, max_price, max_fuel,
	);
	match result {
		Ok(inference) => {
			env.adjust_gas(charged, weight(inference.beneficiaries, inference.charged_fuel));
			let (receipt, fuel) = (inference.receipt, inference.run_fuel);
			deposit_event::<T>(env, model, &caller, receipt, fuel, inference.price);
			Ok(Ok(concatenate(inference.tensors)))
		},
		Err(InferError { fault, charged_fuel }) => {
			env.adjust_gas(charged, weight(0, charged_fuel));
			env.frame_meter_mut()
				.adjust_weight(event, RuntimeCosts::Precompile(Default::default()));
			Ok(Err(fault))
		},
	}
}

/// The revert of a call that was given too little gas.
pub(crate) fn gas_too_low(needed: Weight, left: Weight) -> Error {
	revert(format!(
		"GasTooLow(needed={},left={}): raise the gas limit; the numbers are picoseconds",
		needed.ref_time(),
		left.ref_time(),
	))
}

/// What is known before a call is charged.
struct Prepared<T: Config> {
	/// The price now.
	price: BalanceOf<T>,
	/// The inputs as tensors.
	inputs: Vec<Tensor>,
	/// The most fuel that the call uses.
	max_fuel: u64,
	/// Accounts that share the price.
	beneficiaries: u32,
}

fn prepare<T: Config>(model: ModelId, packed: &[u8]) -> Result<Prepared<T>, InferFault> {
	let callable = registry::Pallet::<T>::callable(model)
		.map_err(|why| InferFault::not_callable(model, why))?;
	let outputs = callable.costs.output_bytes;
	if outputs > MAX_OUTPUT_BYTES {
		let numbers = [u64::from(outputs), u64::from(MAX_OUTPUT_BYTES)];
		return Err(EngineError::new(ErrorCode::OutputTooLarge, &numbers).into());
	}
	let inputs = callable.signature.unpack_inputs(packed).map_err(|(expected, got)| {
		let input = input_at_end(&callable.signature, got);
		EngineError::new(ErrorCode::WrongDataLength, &[input, expected, got])
	})?;
	Ok(Prepared {
		price: callable.price,
		inputs,
		max_fuel: callable.costs.max_fuel(),
		beneficiaries: callable.beneficiaries.len() as u32,
	})
}

/// Index of the input in which packed data of that length end; the last one when they go on.
pub(crate) fn input_at_end(signature: &ModelSignature, length: u64) -> u64 {
	let mut end = 0u64;
	let last = signature.inputs.len().saturating_sub(1);
	for (index, spec) in signature.inputs.iter().enumerate() {
		end = end.saturating_add(spec.byte_len().unwrap_or(u64::MAX));
		if length < end {
			return index as u64;
		}
	}
	last as u64
}

/// The raw data of all outputs, one after the other.
pub(crate) fn concatenate(tensors: Vec<Tensor>) -> Vec<u8> {
	let mut packed = Vec::with_capacity(pallet_inference::data_bytes(&tensors) as usize);
	for tensor in tensors {
		packed.extend_from_slice(&tensor.data);
	}
	packed
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

#[cfg(test)]
mod tests {
	use super::*;
	use alloc::vec;
	use opg_engine_abi::{DType, TensorSpec};

	#[test]
	fn a_wrong_length_names_the_input_in_which_the_data_end() {
		let spec = |len| TensorSpec { name: vec![], dtype: DType::Uint8, shape: vec![len] };
		let signature = ModelSignature { inputs: vec![spec(2), spec(0), spec(3)], outputs: vec![] };
		let ends = |length| input_at_end(&signature, length);
		assert_eq!([0, 1, 2, 3, 4, 6].map(ends), [0, 0, 2, 2, 2, 2]);
		assert_eq!(input_at_end(&ModelSignature::default(), 1), 0);
	}
}
