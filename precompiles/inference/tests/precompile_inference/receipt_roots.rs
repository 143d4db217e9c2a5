//! `receiptRoot`.

use super::mock::{onnx::floats, *};
use opg_precompile_inference::interface::IInference::{inferCall, receiptRootCall};
use pallet_inference::proof::root;
use polkadot_sdk::{
	frame_support::traits::Hooks, pallet_revive::precompiles::alloy::sol_types::SolCall,
	sp_core::H256,
};

fn ask(block: u64) -> H256 {
	let question = receiptRootCall { blockNumber: block };
	H256(returned::<receiptRootCall>(call(0, question)).0)
}

/// Runs a model and ends block 1.
fn with_a_receipt() -> H256 {
	let id = publish(0);
	let inputs = floats(&[1.0, 2.0, 3.0, 4.0]);
	returned::<inferCall>(call(0, inferCall { modelId: id, inputs: inputs.into() }));
	assert_eq!(ask(1), H256::zero());
	Inference::on_finalize(1);
	System::set_block_number(2);
	let ids = pallet_inference::ReceiptsOf::<Test>::get(1);
	assert_eq!(ids.len(), 1);
	root(&ids)
}

#[test]
fn a_root_is_told_while_it_is_kept() {
	ext().execute_with(|| {
		let expected = with_a_receipt();
		assert_eq!(ask(1), expected);
		for block in [0, 2, u64::from(u32::MAX), u64::MAX] {
			assert_eq!(ask(block), H256::zero());
		}
		Inference::on_initialize(101);
		assert_eq!(ask(1), H256::zero());
	});
}

#[test]
fn static_calls_are_answered_value_and_delegate_calls_refused() {
	ext().execute_with(|| {
		let expected = with_a_receipt();
		let question = receiptRootCall { blockNumber: 1 };
		let asker = deploy(proxy(Kind::Static));
		let answer = returned::<receiptRootCall>(call_raw(asker, 0, question.abi_encode()));
		assert_eq!(H256(answer.0), expected);
		let delegator = deploy(proxy(Kind::Delegate));
		let text = reverted(call_raw(delegator, 0, question.abi_encode()));
		assert!(text.starts_with("DelegateCallDenied(): "), "{text}");
		let text = "ValueRefused(value=5): this function takes no value";
		assert_eq!(reverted(call(5, question)), text);
	});
}
