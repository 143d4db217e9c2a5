//! Static calls, delegate calls, value, and calldata that is none.

use super::mock::*;
use opg_precompile_model_registry::interface::IModelRegistry::{
	beneficiariesCall, costsCall, modelCall, modelCountCall, nameInfoCall, ownerOfCall, pauseCall,
	priceOfCall, registerNameCall, releaseNameCall, resolve_0Call, resolve_1Call, resumeCall,
	setBeneficiariesCall, setPriceCall, statusOfCall, transferCall, transferNameCall,
};
use polkadot_sdk::pallet_revive::precompiles::alloy::{
	primitives::{Address, U256},
	sol_types::{Panic, PanicKind, SolCall, SolError},
};

/// A call of every function that changes something.
fn changes() -> Vec<Vec<u8>> {
	let name = || "m".to_string();
	vec![
		setPriceCall { modelId: 1, price: U256::from(9) }.abi_encode(),
		pauseCall { modelId: 1 }.abi_encode(),
		resumeCall { modelId: 1 }.abi_encode(),
		transferCall { modelId: 1, to: Address::ZERO }.abi_encode(),
		setBeneficiariesCall { modelId: 1, list: vec![] }.abi_encode(),
		registerNameCall { modelId: 1, name: name() }.abi_encode(),
		transferNameCall { name: name(), to: Address::ZERO }.abi_encode(),
		releaseNameCall { name: name(), version: 1 }.abi_encode(),
	]
}

/// A call of every question.
fn questions() -> Vec<Vec<u8>> {
	let name = || "m".to_string();
	vec![
		modelCountCall {}.abi_encode(),
		modelCall { modelId: 1 }.abi_encode(),
		ownerOfCall { modelId: 1 }.abi_encode(),
		priceOfCall { modelId: 1 }.abi_encode(),
		statusOfCall { modelId: 1 }.abi_encode(),
		costsCall { modelId: 1 }.abi_encode(),
		beneficiariesCall { modelId: 1 }.abi_encode(),
		resolve_0Call { name: name() }.abi_encode(),
		resolve_1Call { name: name(), version: 1 }.abi_encode(),
		nameInfoCall { name: name() }.abi_encode(),
	]
}

#[test]
fn delegate_calls_are_refused() {
	ext().execute_with(|| {
		publish(0);
		let delegator = deploy(proxy(Kind::Delegate));
		let before = state();
		for data in [changes(), questions()].concat() {
			let text = reverted(call_raw(delegator, 0, data));
			assert!(text.starts_with("DelegateCallDenied(): "), "{text}");
		}
		assert_eq!(state(), before);
	});
}

#[test]
fn static_calls_are_answered_and_change_nothing() {
	ext().execute_with(|| {
		publish(3);
		returned::<registerNameCall>(call(0, registerNameCall { modelId: 1, name: "m".into() }));
		let asker = deploy(proxy(Kind::Static));
		let before = state();
		for data in changes() {
			let text = reverted(call_raw(asker, 0, data));
			assert!(text.starts_with("StaticCallDenied(): "), "{text}");
		}
		for data in questions() {
			let output = call_raw(asker, 0, data).result.unwrap();
			assert!(!output.did_revert());
		}
		assert_eq!(state(), before);
	});
}

#[test]
fn value_is_refused() {
	ext().execute_with(|| {
		publish(0);
		let before = state();
		for data in [changes(), questions()].concat() {
			let text = reverted(call_raw(precompile(), 5_000, data));
			assert_eq!(text, "ValueRefused(value=5000): this function takes no value");
		}
		assert_eq!(state(), before);
	});
}

#[test]
fn calldata_that_is_no_abi_panics() {
	ext().execute_with(|| {
		publish(0);
		let before = state();
		let mut cut = pauseCall { modelId: 1 }.abi_encode();
		cut.pop();
		let mut wide = pauseCall { modelId: 1 }.abi_encode();
		// An id of more than 32 bits.
		wide[4] = 1;
		let mut text = registerNameCall { modelId: 1, name: "m".into() }.abi_encode();
		// A name that is no UTF-8.
		let last = text.len() - 32;
		text[last] = 0xff;
		for data in [vec![], vec![0xde, 0xad, 0xbe, 0xef], cut, wide, text] {
			let output = call_raw(precompile(), 0, data).result.unwrap();
			assert!(output.did_revert());
			let panic = Panic::abi_decode_validate(&output.data).unwrap();
			assert_eq!(panic.kind(), Some(PanicKind::ResourceError));
		}
		assert_eq!(state(), before);
	});
}
