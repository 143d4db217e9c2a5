//! Result ids and receipts are what Solidity computes with `keccak256(abi.encode(…))`.

use opg_engine_abi::hash::{ReceiptParts, ResultParts};
use polkadot_sdk::pallet_revive::precompiles::alloy::{
	primitives::{keccak256, FixedBytes, U256},
	sol_types::{sol_data, SolType},
};

type Word = sol_data::FixedBytes<32>;

#[test]
fn a_result_id_is_abi_encoded() {
	let parts = ResultParts {
		engine_hash: [1; 32],
		profile: 0xdead_beef,
		model_root: [2; 32],
		input_hash: [3; 32],
		output_hash: [4; 32],
	};
	type Tuple = (sol_data::String, Word, sol_data::Uint<32>, Word, Word, Word);
	let encoded = Tuple::abi_encode_params(&(
		"OPG.result.1",
		FixedBytes(parts.engine_hash),
		parts.profile,
		FixedBytes(parts.model_root),
		FixedBytes(parts.input_hash),
		FixedBytes(parts.output_hash),
	));
	assert_eq!(parts.id(), keccak256(encoded).0);
}

#[test]
fn a_receipt_is_abi_encoded() {
	let parts = ReceiptParts {
		genesis_hash: [1; 32],
		block: u64::MAX - 1,
		index: 7,
		caller: [2; 32],
		payer: [3; 32],
		model_id: u32::MAX,
		result_id: [4; 32],
		fuel: 1_234_567_890_123,
		price: u128::MAX,
		protocol_share: 1,
	};
	type Tuple = (
		sol_data::String,
		Word,
		sol_data::Uint<64>,
		sol_data::Uint<32>,
		Word,
		Word,
		sol_data::Uint<32>,
		Word,
		sol_data::Uint<64>,
		sol_data::Uint<256>,
		sol_data::Uint<256>,
	);
	let encoded = Tuple::abi_encode_params(&(
		"OPG.receipt.1",
		FixedBytes(parts.genesis_hash),
		parts.block,
		parts.index,
		FixedBytes(parts.caller),
		FixedBytes(parts.payer),
		parts.model_id,
		FixedBytes(parts.result_id),
		parts.fuel,
		U256::from(parts.price),
		U256::from(parts.protocol_share),
	));
	assert_eq!(parts.id(), keccak256(encoded).0);
}
