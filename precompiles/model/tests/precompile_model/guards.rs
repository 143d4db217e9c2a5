//! Addresses without a model, static and delegate calls, value where none is taken, calldata that is
//! none.

use super::mock::{onnx::floats, *};
use opg_precompile_model::interface::IModel::{
	inputsCall, modelIdCall, outputsCall, predict_0Call, predict_1Call, priceCall,
};
use polkadot_sdk::pallet_revive::precompiles::alloy::sol_types::{
	Panic, PanicKind, SolCall, SolError,
};

fn predictions() -> [Vec<u8>; 2] {
	[
		predict_0Call { inputs: floats(&[1.0; 4]).into() }.abi_encode(),
		predict_1Call { values: vec![Default::default(); 4], decimals: 0 }.abi_encode(),
	]
}

fn questions() -> [Vec<u8>; 4] {
	[
		inputsCall {}.abi_encode(),
		outputsCall {}.abi_encode(),
		priceCall {}.abi_encode(),
		modelIdCall {}.abi_encode(),
	]
}

#[test]
fn an_address_without_a_model_says_so() {
	ext().execute_with(|| {
		for id in [0, 1, 77, u32::MAX] {
			for data in predictions().into_iter().chain(questions()) {
				let text = reverted(call_raw(contract(id), 0, data));
				assert_eq!(text, format!("UnknownModel(model={id}): check the model's id"));
			}
		}
		let before = money(1);
		for data in predictions() {
			reverted(call_raw(contract(1), 5_000, data));
		}
		assert_eq!(money(1), before);
	});
}

#[test]
fn delegate_calls_are_refused() {
	ext().execute_with(|| {
		let id = publish(0);
		let delegator = deploy(proxy(Kind::Delegate, id));
		for data in predictions().into_iter().chain(questions()) {
			let text = reverted(call_raw(delegator, 5_000, data));
			assert!(text.starts_with("DelegateCallDenied(): "), "{text}");
		}
	});
}

#[test]
fn a_prediction_changes_state() {
	ext().execute_with(|| {
		let id = publish(0);
		let asker = deploy(proxy(Kind::Static, id));
		for data in predictions() {
			let text = reverted(call_raw(asker, 0, data));
			assert!(text.starts_with("StaticCallDenied(): "), "{text}");
		}
	});
}

#[test]
fn questions_take_no_value() {
	ext().execute_with(|| {
		let id = publish(0);
		let before = money(id);
		for data in questions() {
			let text = reverted(call_raw(contract(id), 5, data));
			assert_eq!(text, "ValueRefused(value=5): this function takes no value");
		}
		assert_eq!(money(id), before);
	});
}

#[test]
fn calldata_that_is_no_abi_panics() {
	ext().execute_with(|| {
		let id = publish(0);
		let before = money(id);
		let [mut cut, _] = predictions();
		cut.truncate(40);
		let [_, mut long] = predictions();
		// More values than there are bytes.
		long[4 + 64..4 + 96].fill(0xff);
		for data in [vec![], vec![0xde, 0xad, 0xbe, 0xef], cut, long] {
			let output = call_raw(contract(id), 5_000, data).result.unwrap();
			assert!(output.did_revert());
			let panic = Panic::abi_decode_validate(&output.data).unwrap();
			assert_eq!(panic.kind(), Some(PanicKind::ResourceError));
		}
		assert_eq!(money(id), before);
	});
}
