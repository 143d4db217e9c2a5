//! The inputs of a receipt, out of its block's extrinsics.
//!
//! Calls are found inside batches and the like too. Which call it was needs no rule: the receipt has
//! the hash of its inputs, and only inputs with this hash are taken. Inputs of contracts' calls
//! aren't there; they must be given.

use crate::{
	client::Chain,
	model::{failure::Failure, output::hex},
};
use codec::Decode;
use opg_engine_abi::{hash::tensors_hash, Tensor};
use opg_runtime::{RuntimeCall, UncheckedExtrinsic};
use pallet_inference::Call as Inference;
use polkadot_sdk::{pallet_sudo::Call as Sudo, pallet_utility::Call as Utility, sp_core::H256};
use serde::Deserialize;
use subxt::rpcs::rpc_params;

/// What `chain_getBlock` answers, as far as it is needed.
#[derive(Deserialize)]
struct SignedBlock {
	block: Block,
}

#[derive(Deserialize)]
struct Block {
	extrinsics: Vec<String>,
}

/// The inputs with that hash of a call of that model in a block.
pub async fn inputs(
	chain: &Chain,
	block: H256,
	model: u32,
	input_hash: H256,
) -> Result<Vec<Tensor>, Failure> {
	let answer: Option<SignedBlock> = chain.request("chain_getBlock", rpc_params![block]).await?;
	let extrinsics = answer.map(|signed| signed.block.extrinsics).unwrap_or_default();
	extrinsics
		.iter()
		.filter_map(|text| hex::decode(text.strip_prefix("0x")?).ok())
		// Of another runtime's format: its inputs must be given.
		.filter_map(|bytes| UncheckedExtrinsic::decode(&mut &bytes[..]).ok())
		.find_map(|extrinsic| find(&extrinsic.0.function, model, input_hash))
		.ok_or_else(|| {
			Failure::new(
				"InputsUnknown",
				format!("no extrinsic of block {} calls model {model} with them", hex(&block.0)),
				"pass the inputs of the contract's call with --input NAME=FILE.npy",
			)
		})
}

/// The inputs with that hash, in a call or in one that it contains.
fn find(call: &RuntimeCall, model: u32, input_hash: H256) -> Option<Vec<Tensor>> {
	let right = |inputs: &&Vec<Tensor>| tensors_hash(inputs) == input_hash.0;
	let mut calls = vec![call];
	while let Some(call) = calls.pop() {
		let found = match call {
			RuntimeCall::Inference(Inference::infer { model: called, inputs, .. })
				if *called == model =>
			{
				Some(inputs).filter(right)
			},
			RuntimeCall::Inference(Inference::infer_batch { model: called, rows, .. })
				if *called == model =>
			{
				rows.iter().find(right)
			},
			_ => None,
		};
		if found.is_some() {
			return found.cloned();
		}
		calls.extend(contained(call));
	}
	None
}

/// The calls that a call makes.
fn contained(call: &RuntimeCall) -> Vec<&RuntimeCall> {
	match call {
		RuntimeCall::Utility(
			Utility::batch { calls }
			| Utility::batch_all { calls }
			| Utility::force_batch { calls },
		) => calls.iter().collect(),
		RuntimeCall::Utility(
			Utility::as_derivative { call, .. }
			| Utility::dispatch_as { call, .. }
			| Utility::dispatch_as_fallible { call, .. }
			| Utility::with_weight { call, .. },
		) => vec![&**call],
		RuntimeCall::Utility(Utility::if_else { main, fallback }) => vec![&**main, &**fallback],
		RuntimeCall::Sudo(
			Sudo::sudo { call }
			| Sudo::sudo_unchecked_weight { call, .. }
			| Sudo::sudo_as { call, .. },
		) => vec![&**call],
		_ => Vec::new(),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use opg_engine_abi::DType;
	use pallet_inference::BatchRows;

	fn tensors(value: u8) -> Vec<Tensor> {
		vec![Tensor { dtype: DType::Uint8, shape: vec![1], data: vec![value] }]
	}

	fn infer(model: u32, value: u8) -> RuntimeCall {
		let inputs = tensors(value);
		RuntimeCall::Inference(Inference::infer { model, inputs, max_price: 0, max_fuel: 0 })
	}

	fn hash(value: u8) -> H256 {
		H256(tensors_hash(&tensors(value)))
	}

	#[test]
	fn inputs_are_found_in_calls_batches_and_what_contains_them() {
		let rows = BatchRows::truncate_from(vec![tensors(3), tensors(4)]);
		let batch = Inference::infer_batch { model: 7, rows, max_price: 0, max_fuel: 0 };
		let inner = RuntimeCall::Utility(Utility::batch_all { calls: vec![infer(7, 5)] });
		let sudo = RuntimeCall::Sudo(Sudo::sudo { call: Box::new(inner) });
		let calls = vec![infer(7, 1), infer(8, 2), RuntimeCall::Inference(batch), sudo];
		let all = RuntimeCall::Utility(Utility::force_batch { calls });
		for value in [1, 3, 4, 5] {
			assert_eq!(find(&all, 7, hash(value)), Some(tensors(value)), "{value}");
		}
		// Another model's, and none at all.
		assert_eq!(find(&all, 7, hash(2)), None);
		assert_eq!(find(&all, 8, hash(2)), Some(tensors(2)));
		assert_eq!(find(&all, 7, hash(6)), None);
	}
}
