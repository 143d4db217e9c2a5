//! `inferView`: free models in static calls, and without a trace.

use super::mock::{
	onnx::{doubler, floats, table},
	*,
};
use opg_precompile_inference::interface::IInference::{
	inferCall, inferViewCall, quoteCall, signatureCall, tryInferViewCall, tryQuoteCall,
	trySignatureCall,
};
use pallet_inference::Receipts;
use polkadot_sdk::{
	frame_support::{assert_ok, weights::Weight},
	pallet_revive::{
		precompiles::alloy::{
			primitives::U256,
			sol_types::{SolCall, SolValue},
		},
		TransactionLimits,
	},
	sp_io,
	sp_runtime::StateVersion,
};

fn four() -> Vec<u8> {
	floats(&[1.0, 2.0, 4.0, 3.0])
}

fn view(id: u32) -> inferViewCall {
	inferViewCall { modelId: id, inputs: four().into() }
}

fn root() -> Vec<u8> {
	sp_io::storage::root(StateVersion::V1)
}

/// The code of an answer, and its numbers.
fn fault(data: &[u8]) -> [U256; 4] {
	<[U256; 4]>::abi_decode_validate(data).expect("four numbers")
}

#[test]
fn a_view_gives_what_a_call_gives_for_the_same_gas() {
	ext().execute_with(|| {
		let id = publish(0);
		let inferred = call(0, inferCall { modelId: id, inputs: four().into() });
		let gas = inferred.weight_consumed.ref_time();
		let outputs = returned::<inferCall>(inferred);
		let viewed = call(0, view(id));
		// No event, no beneficiaries.
		let less = viewed.weight_consumed.ref_time();
		assert!(less < gas && less > gas / 2, "{less} of {gas}");
		assert_eq!(returned::<inferViewCall>(viewed), outputs);
		assert_eq!(Receipts::<Test>::iter().count(), 1);

		let asker = deploy(proxy(Kind::Static));
		let before = (money(), Receipts::<Test>::iter().count());
		let viewed = call_raw(asker, 0, view(id).abi_encode());
		assert_eq!(returned::<inferViewCall>(viewed), outputs);
		let twin = tryInferViewCall { modelId: id, inputs: four().into() };
		let answer = returned::<tryInferViewCall>(call_raw(asker, 0, twin.abi_encode()));
		assert_eq!((answer.code, answer.data), (0, outputs));
		assert_eq!((money(), Receipts::<Test>::iter().count()), before);
	});
}

#[test]
fn a_view_changes_no_state() {
	ext().execute_with(|| {
		let id = publish(0);
		let _ = call(0, view(99));
		let before = root();
		returned::<inferViewCall>(call(0, view(id)));
		assert_eq!(root(), before);
	});
}

#[test]
fn a_model_with_a_price_has_no_view() {
	ext().execute_with(|| {
		let id = publish(77);
		let text = reverted(call(0, view(id)));
		let expected = "NotFree(price=77): a view pays nothing; make a call that pays the price";
		assert_eq!(text, expected);
		let twin = tryInferViewCall { modelId: id, inputs: four().into() };
		let answer = returned::<tryInferViewCall>(call(0, twin));
		assert_eq!(answer.code, 271);
		assert_eq!(fault(&answer.data)[0], U256::from(77));
	});
}

#[test]
fn what_a_call_refuses_a_view_refuses() {
	ext().execute_with(|| {
		let id = publish(0);
		let paused = publish(0);
		assert_ok!(ModelRegistry::pause(RuntimeOrigin::signed(owner()), paused));
		let fails = publish_file(&table(), 0);
		let short = four()[1..].to_vec();
		for (model, inputs, start, code) in [
			(9, four(), "UnknownModel(model=9): ", 256),
			(paused, four(), "ModelNotActive(model=2): ", 257),
			(draft(&doubler()), four(), "ModelNotActive(model=4): ", 257),
			(id, short, "WrongDataLength(input=0,expected=16,got=15): ", 35),
			(fails, 9i64.to_le_bytes().to_vec(), "RunFailed", 37),
		] {
			let inputs: polkadot_sdk::pallet_revive::precompiles::alloy::primitives::Bytes =
				inputs.into();
			let text = reverted(call(0, inferViewCall { modelId: model, inputs: inputs.clone() }));
			assert!(text.starts_with(start), "{text}");
			let twin = tryInferViewCall { modelId: model, inputs };
			assert_eq!(returned::<tryInferViewCall>(call(0, twin)).code, code);
		}
	});
}

#[test]
fn value_delegate_calls_and_too_little_gas_are_refused() {
	ext().execute_with(|| {
		let id = publish(0);
		let before = money();
		let text = reverted(call(5, view(id)));
		assert!(text.starts_with("ValueRefused(value=5): "), "{text}");
		assert_eq!(money(), before);
		let delegator = deploy(proxy(Kind::Delegate));
		let text = reverted(call_raw(delegator, 0, view(id).abi_encode()));
		assert!(text.starts_with("DelegateCallDenied(): "), "{text}");

		let enough = call(0, view(id)).weight_required;
		let tight = TransactionLimits::WeightAndDeposit {
			weight_limit: enough.saturating_sub(Weight::from_parts(1_000_000, 0)),
			deposit_limit: FUNDS,
		};
		let text = reverted(call_within(precompile(), 0, view(id).abi_encode(), tight));
		assert!(text.starts_with("GasTooLow(needed="), "{text}");
	});
}

#[test]
fn the_twins_of_questions_give_what_they_give_or_a_code() {
	ext().execute_with(|| {
		let id = publish(5);
		let asker = deploy(proxy(Kind::Static));
		let ask = |data: Vec<u8>| call_raw(asker, 0, data);
		let quote = ask(quoteCall { modelId: id }.abi_encode()).result.unwrap().data;
		let twin = tryQuoteCall { modelId: id }.abi_encode();
		let answer = returned::<tryQuoteCall>(ask(twin));
		assert_eq!((answer.code, answer.data.to_vec()), (0, quote));
		let signature = ask(signatureCall { modelId: id }.abi_encode()).result.unwrap().data;
		let twin = trySignatureCall { modelId: id }.abi_encode();
		let answer = returned::<trySignatureCall>(ask(twin));
		assert_eq!((answer.code, answer.data.to_vec()), (0, signature));

		let answer = returned::<tryQuoteCall>(call(0, tryQuoteCall { modelId: 9 }));
		assert_eq!((answer.code, fault(&answer.data)[0]), (256, U256::from(9)));
		let answer = returned::<trySignatureCall>(call(0, trySignatureCall { modelId: 9 }));
		assert_eq!((answer.code, fault(&answer.data)[0]), (256, U256::from(9)));
		let text = reverted(call(5, tryQuoteCall { modelId: id }));
		assert!(text.starts_with("ValueRefused(value=5): "), "{text}");
		let text = reverted(call(5, trySignatureCall { modelId: id }));
		assert!(text.starts_with("ValueRefused(value=5): "), "{text}");
	});
}
