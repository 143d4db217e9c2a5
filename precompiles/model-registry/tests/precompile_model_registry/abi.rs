//! Address and selectors as `ModelRegistry.sol` tells them: literals, because contracts that are
//! deployed have them compiled in. And a hint for every error that can be met.

use super::mock::Test;
use opg_precompile_model_registry::{
	fault::hint,
	interface::IModelRegistry::{self, IModelRegistryCalls},
	ADDRESS,
};
use pallet_model_registry::Error;
use polkadot_sdk::pallet_revive::precompiles::alloy::{
	hex,
	primitives::Address,
	sol_types::{SolCall, SolInterface},
};

const SOURCE: &str = include_str!("../../ModelRegistry.sol");

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
	let address = "0x000000000000000000000000000000000a020000";
	assert_eq!(hex::encode_prefixed(ADDRESS), address);
	let tagged: Vec<_> = tags("@custom:address").map(|(word, _)| word).collect();
	assert_eq!(tagged, [address]);
	// Solidity takes a literal with the checksum of EIP-55 alone.
	let literal = "0x000000000000000000000000000000000A020000";
	assert_eq!(Address::from(ADDRESS).to_checksum(None), literal);
	assert!(SOURCE.contains(&format!("address constant MODEL_REGISTRY_ADDRESS = {literal};")));
}

#[test]
fn the_selectors_are_pinned() {
	let expected = [
		("modelCount", "c6a645fe", IModelRegistry::modelCountCall::SELECTOR),
		("model", "75044588", IModelRegistry::modelCall::SELECTOR),
		("ownerOf", "23b7ec3b", IModelRegistry::ownerOfCall::SELECTOR),
		("priceOf", "e0b3cc90", IModelRegistry::priceOfCall::SELECTOR),
		("statusOf", "7b82ee2d", IModelRegistry::statusOfCall::SELECTOR),
		("costs", "b038a1eb", IModelRegistry::costsCall::SELECTOR),
		("beneficiaries", "42ac665e", IModelRegistry::beneficiariesCall::SELECTOR),
		("resolve", "461a4478", IModelRegistry::resolve_0Call::SELECTOR),
		("resolve", "832badcf", IModelRegistry::resolve_1Call::SELECTOR),
		("nameInfo", "4c178824", IModelRegistry::nameInfoCall::SELECTOR),
		("setPrice", "8e1857e8", IModelRegistry::setPriceCall::SELECTOR),
		("pause", "4cda9b55", IModelRegistry::pauseCall::SELECTOR),
		("resume", "2ec84ac2", IModelRegistry::resumeCall::SELECTOR),
		("transfer", "fe9e68d4", IModelRegistry::transferCall::SELECTOR),
		("setBeneficiaries", "c7c5d255", IModelRegistry::setBeneficiariesCall::SELECTOR),
		("registerName", "82fe9bec", IModelRegistry::registerNameCall::SELECTOR),
		("transferName", "37194d1e", IModelRegistry::transferNameCall::SELECTOR),
		("releaseName", "459f137f", IModelRegistry::releaseNameCall::SELECTOR),
	];
	let tagged: Vec<_> = tags("@custom:selector")
		.map(|(selector, after)| {
			let name = after.strip_prefix("function ").unwrap().split('(').next().unwrap();
			(name, selector.strip_prefix("0x").unwrap())
		})
		.collect();
	assert_eq!(tagged.len(), expected.len());
	assert_eq!(IModelRegistryCalls::COUNT, expected.len());
	for ((name, literal, generated), tagged) in expected.into_iter().zip(tagged) {
		assert_eq!(literal, hex::encode(generated), "{name}");
		assert_eq!((name, literal), tagged);
	}
}

#[test]
fn every_error_that_can_be_met_has_a_hint_of_its_own() {
	let fallback = hint(&Error::<Test>::WrongCanaries);
	let met = [
		Error::<Test>::UnknownModel,
		Error::NotOwner,
		Error::WrongStatus,
		Error::ModelIsFrozen,
		Error::PriceOfFrozenModel,
		Error::AlreadyOwner,
		Error::WrongParts,
		Error::DuplicateBeneficiary,
		Error::WrongName,
		Error::UnknownName,
		Error::NotNameOwner,
		Error::AlreadyRegistered,
		Error::TooManyVersions,
		Error::UnknownVersion,
		Error::IdsExhausted,
	];
	for error in &met {
		assert_ne!(hint(error), fallback, "{error:?}");
	}
}
