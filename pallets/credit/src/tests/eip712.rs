//! What is signed is what EIP-712 says, compared with another implementation of it.

use super::mock::*;
use crate::voucher::{
	digest, domain_separator, signer, DOMAIN_NAME, DOMAIN_TYPE, DOMAIN_VERSION, VOUCHER_TYPE,
};
use alloy_core::{
	primitives::Address,
	sol,
	sol_types::{eip712_domain, Eip712Domain, SolStruct},
};
use polkadot_sdk::sp_core::H160;

sol! {
	struct Voucher {
		uint64 channel;
		uint128 cumulative;
		uint64 validUntilBlock;
	}
}

fn domain(chain_id: u64, contract: H160) -> Eip712Domain {
	eip712_domain! {
		name: DOMAIN_NAME,
		version: DOMAIN_VERSION,
		chain_id: chain_id,
		verifying_contract: Address::from(contract.0),
	}
}

#[test]
fn the_types_are_those_that_are_hashed() {
	assert_eq!(Voucher::eip712_encode_type(), VOUCHER_TYPE);
	assert_eq!(domain(1, CONTRACT).encode_type(), DOMAIN_TYPE);
}

#[test]
fn digests_are_those_of_another_implementation() {
	for chain_id in [0, 1, CHAIN_ID, u64::MAX] {
		for contract in [CONTRACT, H160::zero(), H160::repeat_byte(0xff)] {
			let theirs = domain(chain_id, contract);
			let ours = domain_separator(chain_id, &contract);
			assert_eq!(ours, theirs.separator().0);
			for (channel, cumulative, until) in
				[(0, 0, 0), (1, 2, 3), (u64::MAX, u128::MAX, u64::MAX), (7, 1 << 100, 1 << 40)]
			{
				let voucher = crate::Voucher { channel, cumulative, valid_until_block: until };
				let expected = Voucher { channel, cumulative, validUntilBlock: until };
				assert_eq!(digest(&ours, &voucher), expected.eip712_signing_hash(&theirs).0);
			}
		}
	}
}

#[test]
fn the_signer_is_the_keys_address() {
	let digest = digest(&domain_separator(CHAIN_ID, &CONTRACT), &voucher(1, 2));
	assert_eq!(signer(&digest, &sign_digest(KEY, &digest)), Some(SIGNER));
	assert_eq!(signer(&digest, &sign_digest(OTHER_KEY, &digest)), Some(OTHER_SIGNER));
}

#[test]
fn a_wallets_signature_is_known() {
	// Literals: what a wallet signs today must be redeemable after any change of ours.
	assert_eq!(
		polkadot_sdk::sp_core::bytes::to_hex(&domain_separator(CHAIN_ID, &CONTRACT), false),
		KNOWN_DOMAIN
	);
	assert_eq!(
		polkadot_sdk::sp_core::bytes::to_hex(
			&digest(&domain_separator(CHAIN_ID, &CONTRACT), &voucher(1, 2)),
			false
		),
		KNOWN_DIGEST
	);
}

const KNOWN_DOMAIN: &str = "0x38bdaad0843ce574846c288996a18ec9412927e4ad58107c5ac2e2684e157820";
const KNOWN_DIGEST: &str = "0x93c995a4df488149bc9d17541bcbe2db3b0ac6b6141859df51804c7f0594d066";
