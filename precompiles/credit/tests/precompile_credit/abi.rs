//! Address and selectors as `Credit.sol` tells them: literals, because contracts that are deployed
//! have them compiled in.

use opg_precompile_credit::{interface::ICredit, ADDRESS};
use polkadot_sdk::pallet_revive::precompiles::alloy::{
	hex, primitives::Address, sol_types::SolCall,
};

const SOURCE: &str = include_str!("../../Credit.sol");

/// The word after each `tag`, with what comes next.
fn tags<'a>(tag: &'a str) -> impl Iterator<Item = (&'a str, &'static str)> + 'a {
	SOURCE.match_indices(tag).map(move |(at, _)| {
		let rest = &SOURCE[at + tag.len()..];
		let (word, after) = rest.trim_start().split_once(char::is_whitespace).unwrap();
		(word, after.trim_start())
	})
}

#[test]
fn the_address_is_pinned() {
	let address = "0x000000000000000000000000000000000a040000";
	assert_eq!(hex::encode_prefixed(ADDRESS), address);
	let tagged: Vec<_> = tags("@custom:address").map(|(word, _)| word).collect();
	assert_eq!(tagged, [address]);
	// Solidity takes a literal with the checksum of EIP-55 alone.
	let literal = "0x000000000000000000000000000000000A040000";
	assert_eq!(Address::from(ADDRESS).to_checksum(None), literal);
	assert!(SOURCE.contains(&format!("address constant CREDIT_ADDRESS = {literal};")));
}

#[test]
fn the_selectors_are_pinned() {
	let expected = [
		("deposit", "d0e30db0", ICredit::depositCall::SELECTOR),
		("depositTo", "b760faf9", ICredit::depositToCall::SELECTOR),
		("withdraw", "2e1a7d4d", ICredit::withdrawCall::SELECTOR),
		("creditOf", "75807250", ICredit::creditOfCall::SELECTOR),
		("sponsor", "6317b85b", ICredit::sponsorCall::SELECTOR),
		("revoke", "74a8f103", ICredit::revokeCall::SELECTOR),
		("allowance", "dd62ed3e", ICredit::allowanceCall::SELECTOR),
		("openChannel", "30d65b02", ICredit::openChannelCall::SELECTOR),
		("topUp", "8ce5ae91", ICredit::topUpCall::SELECTOR),
		("requestClose", "bef35ccb", ICredit::requestCloseCall::SELECTOR),
		("close", "ac18dcc8", ICredit::closeCall::SELECTOR),
		("redeem", "2bc00548", ICredit::redeemCall::SELECTOR),
		("channelInfo", "8adb0bd4", ICredit::channelInfoCall::SELECTOR),
		("voucherDigest", "c8e16bc8", ICredit::voucherDigestCall::SELECTOR),
	];
	let tagged: Vec<_> = tags("@custom:selector")
		.map(|(selector, after)| {
			let name = after.strip_prefix("function ").unwrap().split('(').next().unwrap();
			(name, selector.strip_prefix("0x").unwrap())
		})
		.collect();
	assert_eq!(tagged.len(), expected.len());
	for ((name, literal, generated), tagged) in expected.into_iter().zip(tagged) {
		assert_eq!(literal, hex::encode(generated), "{name}");
		assert_eq!((name, literal), tagged);
	}
}
