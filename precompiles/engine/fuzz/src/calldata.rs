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

/// How many functions there are: so many values of the first byte choose one.
pub const FUNCTIONS: usize = IInferenceCalls::COUNT;

/// What decodes strictly encodes to a call that decodes to the same; what isn't strict never panics.
/// `true` for a call.
pub fn check(input: &[u8]) -> bool {
	let calldata = calldata(input);
	let loose = IInferenceCalls::abi_decode(&calldata);
	// pallet-revive decodes in this way (pallet-revive 0.20.2, precompiles.rs:390).
	let Ok(call) = IInferenceCalls::abi_decode_validate(&calldata) else { return false };
	assert!(loose.is_ok(), "valid calldata that don't decode");
	let encoded = call.abi_encode();
	assert_eq!(encoded.len(), call.abi_encoded_size() + 4, "another length");
	let again = IInferenceCalls::abi_decode_validate(&encoded).expect("an encoding decodes");
	assert_eq!(again.abi_encode(), encoded, "another encoding");
	assert_eq!(again.selector(), call.selector(), "another function");
	true
}

/// The first byte chooses a function, or bytes as they are. Then words, which a fuzzer would hardly hit
/// upon: a small number, a multiple of a word's length, all ones, or as they are.
fn calldata(input: &[u8]) -> Vec<u8> {
	let Some((kind, mut rest)) = input.split_first() else { return Vec::new() };
	let chosen = usize::from(*kind) % (FUNCTIONS + 1);
	let Some(selector) = IInferenceCalls::selector_at(chosen) else { return rest.to_vec() };
	let mut calldata = selector.to_vec();
	while let Some((form, after)) = rest.split_first() {
		let mut word = [0; 32];
		rest = after;
		match form {
			0..64 => word[31] = *form,
			64..128 => word[30..].copy_from_slice(&(u16::from(form - 64) * 32).to_be_bytes()),
			128..144 => word[usize::from(form - 128)..].fill(0xff),
			_ => {
				let (own, others) = rest.split_at(rest.len().min(32));
				word[..own.len()].copy_from_slice(own);
				rest = others;
			},
		}
		calldata.extend_from_slice(&word);
	}
	// Not always a whole number of words.
	calldata.truncate(calldata.len() - usize::from(*kind >= 128).min(calldata.len()));
	calldata
}
