//! What the pallet stores, emits and answers.

use crate::payment::PaidFrom;
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use opg_engine_abi::Tensor;
use pallet_model_registry::{cost, ModelId};
use polkadot_sdk::{frame_support::weights::Weight, sp_core::H256};
use scale_info::TypeInfo;

/// A settled inference, kept for a bounded time. `opg_engine_abi::hash::ReceiptParts` says how its
/// id is made.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Receipt<AccountId, Balance, BlockNumber> {
	/// Block.
	pub block: BlockNumber,
	/// Position among the block's successful inferences, from 0.
	pub index: u32,
	/// Who made the call.
	pub caller: AccountId,
	/// Who paid the price: the caller, also when there was none to pay, or its sponsor.
	pub payer: AccountId,
	/// Model.
	pub model: ModelId,
	/// `opg_engine_abi::hash::ResultParts::id`: what anybody recomputes off chain.
	pub result_id: H256,
	/// keccak-256 of the SCALE encoding of the inputs, as they were passed.
	pub input_hash: H256,
	/// keccak-256 of the SCALE encoding of the outputs.
	pub output_hash: H256,
	/// Fuel of the run alone.
	pub fuel: u64,
	/// Price, OPG base units, the protocol's share included.
	pub price: Balance,
	/// The protocol's share of the price, OPG base units.
	pub protocol_share: Balance,
}

/// A receipt and what proves that its block has it: see [`crate::proof`].
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct ReceiptProof<AccountId, Balance, BlockNumber> {
	/// The receipt. Its id, made from its fields, is the leaf.
	pub receipt: Receipt<AccountId, Balance, BlockNumber>,
	/// Root of the receipt's block, as in the digest of the block's header.
	pub root: H256,
	/// Position of the leaf, from 0: the receipt's index.
	pub leaf_index: u32,
	/// Leaves of the tree: receipts of the block.
	pub leaf_count: u32,
	/// The nodes beside the way from the leaf to the root, the lowest first.
	pub proof: Vec<H256>,
}

/// What `do_infer` gives when everything went well and is settled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inference<Balance> {
	/// SCALE encoding of the outputs, `Vec<Tensor>`.
	pub outputs: Vec<u8>,
	/// The outputs, in signature order.
	pub tensors: Vec<Tensor>,
	/// Fuel of the run alone.
	pub run_fuel: u64,
	/// Fuel to charge: load (of a model that isn't warm), overhead and run.
	pub charged_fuel: u64,
	/// Price, OPG base units.
	pub price: Balance,
	/// The protocol's share of the price, OPG base units.
	pub protocol_share: Balance,
	/// Accounts that shared the rest.
	pub beneficiaries: u32,
	/// Id of the receipt.
	pub receipt: H256,
	/// Id of the result.
	pub result_id: H256,
}

/// What a run left when it was settled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled<Balance> {
	/// Id of the receipt.
	pub receipt: H256,
	/// Id of the result.
	pub result_id: H256,
	/// Fuel of the run alone.
	pub run_fuel: u64,
	/// Price, OPG base units.
	pub price: Balance,
	/// The protocol's share of the price, OPG base units.
	pub protocol_share: Balance,
}

/// What a call costs, before it is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct Quote<Balance> {
	/// Price of the model now, OPG base units.
	pub price: Balance,
	/// The most that the compute can cost, OPG base units: a trap in the run costs that much, less
	/// what paying the beneficiaries takes.
	pub max_compute: Balance,
	/// What the compute of a run like the owner's canaries costs, OPG base units.
	pub expected_compute: Balance,
	/// What `infer` needs as its `max_fuel`.
	pub max_fuel: u64,
	/// Fuel charged for a run like the owner's canaries.
	pub expected_fuel: u64,
	/// Whether the model is in the warm set now, so that `expected_*` have no load in them. `max_*`
	/// always have.
	pub warm: bool,
}

/// The weights behind a [`Quote`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuotedWeights {
	/// Of a call that uses its largest fuel.
	pub max: Weight,
	/// Of a call like the owner's canaries.
	pub expected: Weight,
	/// Bytes of the inputs' data.
	pub input_bytes: u32,
}

/// A call made without consequences: exact for these inputs in this state.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct DryRun<Balance> {
	/// The outputs, in signature order.
	pub outputs: Vec<Tensor>,
	/// Fuel of the run alone.
	pub run_fuel: u64,
	/// Fuel that a call is charged for.
	pub charged_fuel: u64,
	/// What that compute costs, OPG base units, without the bytes of a transaction.
	pub compute: Balance,
	/// Price of the model now, OPG base units.
	pub price: Balance,
	/// What `infer` by that caller would take the price from; `None` without a caller.
	pub paid_from: Option<PaidFrom>,
	/// Id of the result.
	pub result_id: H256,
	/// keccak-256 of the SCALE encoding of the inputs.
	pub input_hash: H256,
	/// keccak-256 of the SCALE encoding of the outputs.
	pub output_hash: H256,
}

/// Bytes that these tensors are weighed with as a call's arguments: see
/// `pallet_model_registry::cost::argument_bytes`.
pub fn data_bytes(tensors: &[Tensor]) -> u64 {
	cost::argument_bytes(tensors)
}
