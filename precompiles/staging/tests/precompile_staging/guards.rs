//! Static and delegate calls, value where none is taken, calldata that is none.

use super::mock::*;
use opg_precompile_staging::interface::IStaging::{
	beginCall, bufferInfoCall, depositForCall, discardCall, inferCall, reapCall, tryInferCall,
	writeCall,
};
use polkadot_sdk::pallet_revive::precompiles::alloy::sol_types::SolCall;

fn changes() -> [Vec<u8>; 4] {
	[
		beginCall { length: 4 }.abi_encode(),
		writeCall { bufferId: 1, index: 0, piece: vec![0; 4].into() }.abi_encode(),
		discardCall { bufferId: 1 }.abi_encode(),
		reapCall { bufferId: 1 }.abi_encode(),
	]
}

fn runs() -> [Vec<u8>; 2] {
	let (model, buffer) = (1, 1);
	[
		inferCall { modelId: model, bufferId: buffer }.abi_encode(),
		tryInferCall { modelId: model, bufferId: buffer }.abi_encode(),
	]
}

fn questions() -> [Vec<u8>; 2] {
	[bufferInfoCall { bufferId: 1 }.abi_encode(), depositForCall { length: 4 }.abi_encode()]
}

#[test]
fn delegate_calls_are_refused() {
	ext().execute_with(|| {
		stage(&[0; 4]);
		let delegator = deploy(proxy(Kind::Delegate));
		for data in changes().into_iter().chain(runs()).chain(questions()) {
			let text = reverted(call_raw(delegator, 5, data));
			assert!(text.starts_with("DelegateCallDenied(): "), "{text}");
		}
	});
}

#[test]
fn static_calls_ask_and_change_nothing() {
	ext().execute_with(|| {
		stage(&[0; 4]);
		let asker = deploy(proxy(Kind::Static));
		for data in changes().into_iter().chain(runs()) {
			let text = reverted(call_raw(asker, 0, data));
			assert!(text.starts_with("StaticCallDenied(): "), "{text}");
		}
		for data in questions() {
			assert!(!call_raw(asker, 0, data).result.unwrap().did_revert());
		}
	});
}

#[test]
fn value_is_taken_by_runs_alone() {
	ext().execute_with(|| {
		stage(&[0; 4]);
		let before = money();
		for data in changes().into_iter().chain(questions()) {
			let text = reverted(call_raw(precompile(), 5, data));
			assert_eq!(text, "ValueRefused(value=5): this function takes no value");
			assert_eq!(money(), before);
		}
	});
}

#[test]
fn calldata_that_is_no_abi_panics() {
	ext().execute_with(|| {
		stage(&[0; 4]);
		let before = money();
		let mut all = vec![vec![], vec![0xde, 0xad, 0xbe, 0xef]];
		for data in changes().into_iter().chain(runs()).chain(questions()) {
			all.push(data[..35].to_vec());
			let mut wide = data;
			wide[4] = 1; // more bits than the type has
			all.push(wide);
		}
		let [_, mut piece, ..] = changes();
		piece[4 + 96..4 + 128].fill(0xff); // the piece's length
		all.push(piece);
		for data in all {
			assert!(panicked(call_raw(precompile(), 5, data)));
			assert_eq!(money(), before);
		}
	});
}
