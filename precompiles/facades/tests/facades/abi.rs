//! Addresses, selectors and topics: what other systems' clients have compiled in.

use opg_precompile_facades::{
	forwarder::{OPENGRADIENT, OPENGRADIENT_HUB, RITUAL_ONNX},
	opengradient::{
		self,
		interface::{IOpenGradientHub, IOpenGradientInference},
	},
	ritual,
	verifier::{self, interface::IProofVerifier},
};
use polkadot_sdk::{
	pallet_revive::precompiles::alloy::sol_types::{SolCall, SolEvent},
	sp_core::hex2array,
};

#[test]
fn addresses_are_those_that_clients_know() {
	assert_eq!(OPENGRADIENT.address, hex2array!("00000000000000000000000000000000000000f4"));
	assert_eq!(OPENGRADIENT_HUB.address, hex2array!("8383c9bd7462f12eb996dd02f78234c0421a6fae"));
	assert_eq!(RITUAL_ONNX.address, hex2array!("0000000000000000000000000000000000000800"));
	assert_eq!(opengradient::ADDRESS, hex2array!("000000000000000000000000000000000a060000"));
	assert_eq!(ritual::ADDRESS, hex2array!("000000000000000000000000000000000a070000"));
	assert_eq!(verifier::ADDRESS, hex2array!("000000000000000000000000000000000a080000"));
}

/// Those of the ABI files in the Python package opengradient 1.1.4.
#[test]
fn opengradient_selectors_and_topic() {
	use IOpenGradientHub::{runCall, InferenceResult};
	use IOpenGradientInference::{runLLMChatCall, runLLMCompletionCall, runModelInferenceCall};
	assert_eq!(
		runModelInferenceCall::SIGNATURE,
		"runModelInference((uint8,string,((string,(int128,int128)[],uint32[])[],\
		 (string,string[])[])))"
	);
	assert_eq!(runModelInferenceCall::SELECTOR, hex2array!("7289e9c2"));
	assert_eq!(runCall::SELECTOR, hex2array!("cbf09d80"));
	assert_eq!(runLLMChatCall::SELECTOR, hex2array!("e39aa7e7"));
	assert_eq!(runLLMCompletionCall::SELECTOR, hex2array!("14800c61"));
	assert_eq!(
		InferenceResult::SIGNATURE_HASH.0,
		hex2array!("c1396ff68bc2d8630100df29ce5561fa99078c602e8676ab72a53e37095d7168")
	);
}

#[test]
fn proof_verifier_selectors() {
	use IProofVerifier::{proofProfileCall, proofSystemCall, supportsInterfaceCall, verifyCall};
	assert_eq!(verifyCall::SELECTOR, hex2array!("fc2b4271"));
	assert_eq!(supportsInterfaceCall::SELECTOR, hex2array!("01ffc9a7"));
	let solidity = include_str!("../../ProofVerifier.sol");
	for selector in [proofSystemCall::SELECTOR, proofProfileCall::SELECTOR, verifyCall::SELECTOR] {
		let hex: String = selector.iter().map(|byte| format!("{byte:02x}")).collect();
		assert!(solidity.contains(&format!("@custom:selector 0x{hex}")), "0x{hex}");
	}
}
