//! `quote` and `signature`.

use super::mock::*;
use opg_precompile_inference::interface::IInference::{quoteCall, signatureCall};
use polkadot_sdk::{
	frame_support::assert_ok,
	pallet_revive::precompiles::alloy::{primitives::U256, sol_types::SolCall},
};

#[test]
fn a_quote_is_the_pallets() {
	ext().execute_with(|| {
		let id = publish(1_234);
		let expected = Inference::quote(id).unwrap();
		let quote = returned::<quoteCall>(call(0, quoteCall { modelId: id }));
		assert_eq!(quote.price, U256::from(1_234));
		assert_eq!(quote.price, U256::from(expected.price));
		assert_eq!(quote.maxCompute, U256::from(expected.max_compute));
		assert_eq!(quote.expectedCompute, U256::from(expected.expected_compute));
		assert!(quote.expectedCompute < quote.maxCompute);
	});
}

#[test]
fn a_signature_tells_names_dtypes_and_shapes() {
	ext().execute_with(|| {
		let id = publish(0);
		let signature = returned::<signatureCall>(call(0, signatureCall { modelId: id }));
		let inputs: Vec<_> =
			signature.inputs.iter().map(|s| (&s.name[..], s.dtype, s.shape.clone())).collect();
		let outputs: Vec<_> =
			signature.outputs.iter().map(|s| (&s.name[..], s.dtype, s.shape.clone())).collect();
		assert_eq!(inputs, [("x", 1, vec![1, 4])]);
		assert_eq!(outputs, [("label", 7, vec![1]), ("doubled", 1, vec![1, 4])]);
	});
}

#[test]
fn an_unknown_model_is_refused() {
	ext().execute_with(|| {
		let text = "UnknownModel(model=7): check the model's id";
		assert_eq!(reverted(call(0, quoteCall { modelId: 7 })), text);
		assert_eq!(reverted(call(0, signatureCall { modelId: 7 })), text);
	});
}

#[test]
fn a_paused_model_has_a_signature_and_no_quote() {
	ext().execute_with(|| {
		let id = publish(0);
		assert_ok!(ModelRegistry::pause(RuntimeOrigin::signed(owner()), id));
		returned::<signatureCall>(call(0, signatureCall { modelId: id }));
		let text = reverted(call(0, quoteCall { modelId: id }));
		assert!(text.starts_with("ModelNotActive(model=1): "), "{text}");
	});
}

#[test]
fn value_is_refused() {
	ext().execute_with(|| {
		let before = money();
		let text = "ValueRefused(value=5): this function takes no value";
		assert_eq!(reverted(call(5, quoteCall { modelId: 1 })), text);
		assert_eq!(reverted(call(5, signatureCall { modelId: 1 })), text);
		assert_eq!(money(), before);
	});
}

#[test]
fn static_calls_are_answered_and_delegate_calls_refused() {
	ext().execute_with(|| {
		let id = publish(3);
		let question = quoteCall { modelId: id }.abi_encode();

		let asker = deploy(proxy(Kind::Static));
		let quote = returned::<quoteCall>(call_raw(asker, 0, question.clone()));
		assert_eq!(quote.price, U256::from(3));

		let delegator = deploy(proxy(Kind::Delegate));
		for question in [question, signatureCall { modelId: id }.abi_encode()] {
			let text = reverted(call_raw(delegator, 0, question));
			assert!(text.starts_with("DelegateCallDenied(): "), "{text}");
		}
	});
}
