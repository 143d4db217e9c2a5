//! Addresses, selectors and the event as `Model.sol` tells them: literals, because contracts that are
//! deployed have them compiled in.

use opg_precompile_inference::interface::IInference;
use opg_precompile_model::{
	address,
	interface::IModel::{self, IModelCalls},
	BASE_ADDRESS,
};
use polkadot_sdk::pallet_revive::precompiles::alloy::{
	hex,
	sol_types::{SolCall, SolEvent, SolInterface},
};

const SOURCE: &str = include_str!("../../Model.sol");

#[test]
fn the_addresses_are_pinned() {
	assert_eq!(hex::encode_prefixed(BASE_ADDRESS), "0x000000000000000000000000000000000a030000");
	for (model, expected) in [
		(1, "0x000000010000000000000000000000000a030000"),
		(7, "0x000000070000000000000000000000000a030000"),
		(0x0102_0304, "0x010203040000000000000000000000000a030000"),
		(u32::MAX, "0xffffffff0000000000000000000000000a030000"),
	] {
		assert_eq!(hex::encode_prefixed(address(model)), expected);
	}
	assert!(SOURCE.contains("Model 7 is at `0x000000070000000000000000000000000a030000`"));
	assert!(SOURCE.contains("(uint160(modelId) << 128) | uint160(0x0A030000)"));
}

#[test]
fn the_selectors_are_pinned() {
	let expected = [
		("predict(bytes calldata", "a64139fa", IModel::predict_0Call::SELECTOR),
		("predict(int256[] calldata", "14fe8704", IModel::predict_1Call::SELECTOR),
		("tryPredict(bytes calldata", "573b2f0a", IModel::tryPredict_0Call::SELECTOR),
		("tryPredict(int256[] calldata", "9dc28ebf", IModel::tryPredict_1Call::SELECTOR),
		("predictView(bytes calldata", "6d80b313", IModel::predictView_0Call::SELECTOR),
		("predictView(int256[] calldata", "38d65b11", IModel::predictView_1Call::SELECTOR),
		("inputs()", "8c7a91ed", IModel::inputsCall::SELECTOR),
		("outputs()", "f65450ea", IModel::outputsCall::SELECTOR),
		("price()", "a035b1fe", IModel::priceCall::SELECTOR),
		("modelId()", "43cdaad2", IModel::modelIdCall::SELECTOR),
	];
	let tagged: Vec<_> = SOURCE
		.split("@custom:selector 0x")
		.skip(1)
		.map(|after| {
			let (selector, rest) = after.split_once(char::is_whitespace).unwrap();
			(selector, rest.trim_start().strip_prefix("function ").unwrap())
		})
		.collect();
	assert_eq!(tagged.len(), expected.len());
	assert_eq!(IModelCalls::COUNT, expected.len());
	for ((start, literal, generated), (selector, function)) in expected.into_iter().zip(tagged) {
		assert!(function.starts_with(start), "{function}");
		assert_eq!((literal, hex::encode(generated)), (selector, selector.into()), "{start}");
	}
}

#[test]
fn the_event_is_that_of_inference() {
	assert_eq!(IModel::Inferred::SIGNATURE, IInference::Inferred::SIGNATURE);
	assert_eq!(
		hex::encode(IModel::Inferred::SIGNATURE_HASH),
		"70deb9a955ea52318ee45402056c25a74de216321c44715638c472d77b347090"
	);
}
