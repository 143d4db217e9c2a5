//! Target `calldata`: calls of the inference precompile as pallet-revive decodes them.
//!
//! The precompile's crate needs the whole SDK; its ABI is generated from `Inference.sol` by the same
//! macro of the same version, which is what is fuzzed here.

use alloy_sol_types::SolInterface;

#[allow(missing_docs, clippy::all)]
mod interface {
	alloy_sol_types::sol!("../../inference/Inference.sol");
}
use interface::IInference::IInferenceCalls;

/// What decodes strictly encodes to a call that decodes to the same; what isn't strict never panics.
pub fn check(input: &[u8]) {
	let loose = IInferenceCalls::abi_decode(input);
	// pallet-revive decodes in this way (pallet-revive 0.20.2, precompiles.rs:390).
	let Ok(call) = IInferenceCalls::abi_decode_validate(input) else { return };
	assert!(loose.is_ok(), "valid calldata that don't decode");
	let encoded = call.abi_encode();
	assert_eq!(encoded.len(), call.abi_encoded_size() + 4, "another length");
	let again = IInferenceCalls::abi_decode_validate(&encoded).expect("an encoding decodes");
	assert_eq!(again.abi_encode(), encoded, "another encoding");
	assert_eq!(again.selector(), call.selector(), "another function");
}
