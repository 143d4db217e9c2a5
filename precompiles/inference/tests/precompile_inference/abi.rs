//! Address, selectors, topics and codes as `Inference.sol` tells them: literals, because contracts
//! that are deployed have them compiled in.

use opg_engine_abi::{EngineError, ErrorCode};
use opg_precompile_inference::{
	fault::numbers,
	interface::{IInference, InferenceLib},
	ADDRESS,
};
use pallet_inference::InferFault;
use polkadot_sdk::{
	pallet_revive::precompiles::alloy::{
		hex,
		sol_types::{SolCall, SolError, SolEvent},
	},
	sp_runtime::DispatchError,
};

const SOURCE: &str = include_str!("../../Inference.sol");

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
	let address = "0x000000000000000000000000000000000a010000";
	assert_eq!(hex::encode_prefixed(ADDRESS), address);
	let tagged: Vec<_> = tags("@custom:address").map(|(word, _)| word).collect();
	assert_eq!(tagged, [address]);
	assert!(SOURCE.contains(&format!("address constant INFERENCE_ADDRESS = {address};")));
}

#[test]
fn the_selectors_are_pinned() {
	let expected = [
		("infer", [0x9e, 0x70, 0xea, 0xa0], IInference::inferCall::SELECTOR),
		("tryInfer", [0x02, 0x1d, 0x7e, 0xa5], IInference::tryInferCall::SELECTOR),
		("inferSponsored", [0xec, 0xdb, 0x6c, 0x0d], IInference::inferSponsoredCall::SELECTOR),
		(
			"tryInferSponsored",
			[0x23, 0x56, 0x4d, 0x89],
			IInference::tryInferSponsoredCall::SELECTOR,
		),
		("inferBatch", [0xe6, 0x63, 0x86, 0x8d], IInference::inferBatchCall::SELECTOR),
		("tryInferBatch", [0x09, 0xc1, 0x56, 0x0c], IInference::tryInferBatchCall::SELECTOR),
		("inferView", [0x10, 0xfb, 0x91, 0x11], IInference::inferViewCall::SELECTOR),
		("tryInferView", [0x34, 0x43, 0x02, 0x06], IInference::tryInferViewCall::SELECTOR),
		("inferTensors", [0x4c, 0x00, 0xda, 0xde], IInference::inferTensorsCall::SELECTOR),
		("tryInferTensors", [0xaa, 0xfe, 0xb7, 0x7b], IInference::tryInferTensorsCall::SELECTOR),
		("pipeline", [0x67, 0x30, 0x19, 0xb5], IInference::pipelineCall::SELECTOR),
		("tryPipeline", [0x68, 0xbe, 0xb2, 0x6a], IInference::tryPipelineCall::SELECTOR),
		("tryQuote", [0xf2, 0xd9, 0x63, 0x2d], IInference::tryQuoteCall::SELECTOR),
		("trySignature", [0x63, 0x16, 0xa8, 0x58], IInference::trySignatureCall::SELECTOR),
		("quote", [0x6f, 0x8b, 0x0e, 0xac], IInference::quoteCall::SELECTOR),
		("signature", [0xad, 0x86, 0x5f, 0x3a], IInference::signatureCall::SELECTOR),
		("receiptRoot", [0x74, 0xe7, 0xe0, 0x3f], IInference::receiptRootCall::SELECTOR),
	];
	let tagged: Vec<_> = tags("@custom:selector")
		.map(|(selector, after)| {
			let name = after.strip_prefix("function ").unwrap().split('(').next().unwrap();
			(name, hex::decode(selector).unwrap())
		})
		.collect();
	assert_eq!(tagged.len(), expected.len());
	for (name, literal, generated) in expected {
		assert_eq!(literal, generated, "{name}");
		assert!(tagged.contains(&(name, literal.to_vec())), "{name}");
	}
}

#[test]
fn the_event_is_pinned() {
	assert_eq!(IInference::Inferred::SIGNATURE, "Inferred(address,uint32,bytes32,uint64,uint256)");
	assert_eq!(
		hex::encode(IInference::Inferred::SIGNATURE_HASH),
		"70deb9a955ea52318ee45402056c25a74de216321c44715638c472d77b347090"
	);
}

/// Name and number of arguments of a custom error.
fn shape(signature: &str) -> (&str, usize) {
	let (name, args) = signature.trim_end_matches(')').split_once('(').unwrap();
	(name, args.split(',').filter(|arg| !arg.is_empty()).count())
}

/// Every custom error that the library has of its own, with its signature.
const CUSTOM: &[&str] = &[
	InferenceLib::UnknownModel::SIGNATURE,
	InferenceLib::ModelNotActive::SIGNATURE,
	InferenceLib::EngineUnavailable::SIGNATURE,
	InferenceLib::PriceAboveMax::SIGNATURE,
	InferenceLib::FuelLimitTooLow::SIGNATURE,
	InferenceLib::InsufficientFunds::SIGNATURE,
	InferenceLib::BlockFull::SIGNATURE,
	InferenceLib::PaymentFailed::SIGNATURE,
	InferenceLib::InsufficientCredit::SIGNATURE,
	InferenceLib::NotSponsored::SIGNATURE,
	InferenceLib::AllowanceExpired::SIGNATURE,
	InferenceLib::ModelNotSponsored::SIGNATURE,
	InferenceLib::AllowancePerCall::SIGNATURE,
	InferenceLib::AllowanceTotal::SIGNATURE,
	InferenceLib::WrongRowCount::SIGNATURE,
	InferenceLib::NotFree::SIGNATURE,
	InferenceLib::WrongStageCount::SIGNATURE,
	InferenceLib::WrongInputCount::SIGNATURE,
	InferenceLib::WrongDtype::SIGNATURE,
	InferenceLib::WrongShape::SIGNATURE,
	InferenceLib::WrongDataLength::SIGNATURE,
	InferenceLib::RunFailed::SIGNATURE,
	InferenceLib::OutputTooLarge::SIGNATURE,
	InferenceLib::OutOfFuel::SIGNATURE,
	InferenceLib::OutOfMemory::SIGNATURE,
];

/// A fault of every kind, with a different number at every place.
fn every_fault() -> Vec<InferFault> {
	let mut faults = vec![
		InferFault::UnknownModel { model: 11 },
		InferFault::ModelNotActive { model: 11 },
		InferFault::EngineUnavailable { model: 11 },
		InferFault::PriceAboveMax { price: 11, max: 12 },
		InferFault::FuelLimitTooLow { needed: 11, given: 12 },
		InferFault::InsufficientFunds { needed: 11, available: 12 },
		InferFault::BlockFull { max: 11 },
		InferFault::PaymentFailed { error: DispatchError::Exhausted },
		InferFault::InsufficientCredit { needed: 11, available: 12 },
		InferFault::NotSponsored,
		InferFault::AllowanceExpired { expired: 11 },
		InferFault::ModelNotSponsored { model: 11 },
		InferFault::AllowancePerCall { price: 11, max: 12 },
		InferFault::AllowanceTotal { price: 11, left: 12 },
		InferFault::WrongRowCount { rows: 11, max: 12 },
		InferFault::NotFree { price: 11 },
		InferFault::WrongStageCount { stages: 11, max: 12 },
	];
	faults.extend(ErrorCode::ALL.iter().map(|code| {
		let args = [11, 12, 13, 14];
		InferFault::Engine(EngineError::new(*code, &args[..code.arg_names().len()]))
	}));
	faults
}

#[test]
fn the_library_names_the_codes_as_the_chain_does() {
	let mut named = 0;
	for fault in every_fault() {
		let message = fault.message();
		let (name, rest) = message.split_once('(').unwrap();
		let args = rest.split_once(')').unwrap().0;
		// The numbers are those of the message, in its order. A text has none.
		let shown: Vec<u128> =
			args.split(',').filter_map(|arg| arg.split_once('=')?.1.parse().ok()).collect();
		let count = shown.len();
		assert_eq!(&numbers(&fault)[..count], shown, "{message}");
		assert_eq!(&numbers(&fault)[count..], vec![0; 4 - count], "{message}");

		if let Some(custom) = CUSTOM.iter().map(|s| shape(s)).find(|(own, _)| *own == name) {
			assert_eq!(custom.1, count, "{message}");
			let passed: Vec<_> = (0..count).map(|i| format!("args[{i}]")).collect();
			let line =
				format!("if (code == {}) revert {name}({});", fault.code(), passed.join(", "));
			assert!(SOURCE.contains(&line), "Inference.sol lacks: {line}");
			assert!(SOURCE.contains(&format!("Code {}.\n    error {name}(", fault.code())));
			named += 1;
		}
	}
	assert_eq!(named, CUSTOM.len());
	assert_eq!(SOURCE.matches("if (code == ").count(), CUSTOM.len());
	assert_eq!(shape(InferenceLib::EngineFault::SIGNATURE).0, "EngineFault");
}
