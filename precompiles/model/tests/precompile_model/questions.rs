//! `inputs`, `outputs`, `price` and `modelId`.

use super::mock::*;
use opg_precompile_model::interface::IModel::{
	inputsCall, modelIdCall, outputsCall, priceCall, TensorSpec,
};
use polkadot_sdk::{
	frame_support::assert_ok,
	pallet_revive::precompiles::alloy::{primitives::U256, sol_types::SolCall},
};

fn shown(specs: Vec<TensorSpec>) -> Vec<(String, u8, Vec<u32>)> {
	specs.into_iter().map(|spec| (spec.name, spec.dtype, spec.shape)).collect()
}

#[test]
fn a_model_tells_what_it_takes_and_returns() {
	ext().execute_with(|| {
		let id = publish(0);
		let inputs = returned::<inputsCall>(call(id, 0, inputsCall {}));
		let outputs = returned::<outputsCall>(call(id, 0, outputsCall {}));
		assert_eq!(shown(inputs), [("x".into(), 1, vec![1, 4])]);
		assert_eq!(
			shown(outputs),
			[("label".into(), 7, vec![1]), ("doubled".into(), 1, vec![1, 4])]
		);
	});
}

#[test]
fn the_price_is_the_one_of_now() {
	ext().execute_with(|| {
		let id = publish(5);
		assert_ok!(ModelRegistry::set_price(RuntimeOrigin::signed(owner()), id, 9));
		let price = || returned::<priceCall>(call(id, 0, priceCall {}));
		assert_eq!(price(), U256::from(5));
		System::set_block_number(System::block_number() + 10);
		assert_eq!(price(), U256::from(9));
	});
}

#[test]
fn a_draft_has_an_id_and_no_signature() {
	ext().execute_with(|| {
		let id = draft(&onnx::doubler());
		assert_eq!(returned::<modelIdCall>(call(id, 0, modelIdCall {})), id);
		let text = reverted(call(id, 0, inputsCall {}));
		assert!(text.starts_with("UnknownModel(model=1): "), "{text}");
	});
}

#[test]
fn static_calls_are_answered() {
	ext().execute_with(|| {
		let id = publish(3);
		let asker = deploy(proxy(Kind::Static, id));
		let price = returned::<priceCall>(call_raw(asker, 0, priceCall {}.abi_encode()));
		assert_eq!(price, U256::from(3));
	});
}

#[test]
fn an_address_has_code() {
	ext().execute_with(|| {
		// Solidity looks whether there is code before it calls.
		for id in [0, 1, u32::MAX] {
			assert_eq!(Revive::code(&contract(id)).len(), 5);
		}
	});
}
