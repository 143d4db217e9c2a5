//! Address, selectors, topics and codes as `Staging.sol` and `StagingLib.sol` tell them: literals, because
//! contracts that are deployed have them compiled in.

use opg_precompile_inference::interface::IInference;
use opg_precompile_staging::{
	interface::IStaging::{self, IStagingCalls},
	ADDRESS,
};
use pallet_staging::{StagingFault, MAX_LENGTH, PIECE_BYTES};
use polkadot_sdk::pallet_revive::precompiles::alloy::{
	hex,
	sol_types::{SolCall, SolEvent, SolInterface},
};

const SOURCE: &str = include_str!("../../Staging.sol");
const LIBRARY: &str = include_str!("../../StagingLib.sol");

#[test]
fn the_address_is_pinned() {
	let address = "0x000000000000000000000000000000000a090000";
	assert_eq!(hex::encode_prefixed(ADDRESS), address);
	assert!(SOURCE.contains(&format!("@custom:address {address}")));
	assert!(SOURCE.contains(&format!("address constant STAGING_ADDRESS = {address};")));
}

#[test]
fn the_selectors_are_pinned() {
	let expected = [
		("begin", "ef2e1ee1", IStaging::beginCall::SELECTOR),
		("write", "7f1077bb", IStaging::writeCall::SELECTOR),
		("discard", "c93aa3f2", IStaging::discardCall::SELECTOR),
		("reap", "6801e153", IStaging::reapCall::SELECTOR),
		("infer", "0fb2412d", IStaging::inferCall::SELECTOR),
		("tryInfer", "177e20e8", IStaging::tryInferCall::SELECTOR),
		("bufferInfo", "927b5461", IStaging::bufferInfoCall::SELECTOR),
		("depositFor", "c91b15f4", IStaging::depositForCall::SELECTOR),
	];
	assert_eq!(IStagingCalls::COUNT, expected.len());
	let tagged: Vec<_> = SOURCE
		.split("@custom:selector 0x")
		.skip(1)
		.map(|after| {
			let (selector, rest) = after.split_once(char::is_whitespace).unwrap();
			let function = rest.trim_start().strip_prefix("function ").unwrap();
			(function.split('(').next().unwrap(), selector)
		})
		.collect();
	assert_eq!(tagged, expected.map(|(name, literal, _)| (name, literal)));
	for (name, literal, generated) in expected {
		assert_eq!(literal, hex::encode(generated), "{name}");
	}
}

#[test]
fn the_events_are_pinned() {
	assert_eq!(IStaging::BufferBegun::SIGNATURE, "BufferBegun(address,uint64,uint32,uint64)");
	assert_eq!(IStaging::Inferred::SIGNATURE_HASH, IInference::Inferred::SIGNATURE_HASH);
}

#[test]
fn the_library_names_the_codes_as_the_chain_does() {
	let faults = [
		StagingFault::UnknownBuffer { buffer: 1 },
		StagingFault::NotBufferOwner { buffer: 1 },
		StagingFault::BufferExpired { buffer: 1, expired: 2 },
		StagingFault::BufferIncomplete { buffer: 1, missing: 2 },
	];
	for fault in faults {
		let (name, code) = (fault.name(), fault.code());
		let count = fault.to_string().matches('=').count();
		let args: Vec<_> = (0..count).map(|i| format!("args[{i}]")).collect();
		let line = format!("if (code == {code}) revert {name}({});", args.join(", "));
		assert!(LIBRARY.contains(&line), "{line}");
		assert!(LIBRARY.contains(&format!("Code {code}.\n    error {name}(")), "{name}");
	}
	// Only these can a run meet.
	assert_eq!(LIBRARY.matches("revert ").count(), faults.len());
}

#[test]
fn the_numbers_in_the_texts_are_the_pallets() {
	assert_eq!((PIECE_BYTES, MAX_LENGTH), (65_536, 1_048_576));
	assert!(LIBRARY.contains("PIECE_BYTES = 65_536;"));
	assert!(SOURCE.contains("Bytes, 1 to 1,048,576."));
	assert!(SOURCE.contains("Its 65,536 bytes"));
}
