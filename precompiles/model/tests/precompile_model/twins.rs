//! `tryPredict` and `predictView`: what they give, and codes instead of reverts.

use super::mock::*;
use opg_engine_abi::DType;
use opg_precompile_inference::interface::IInference::tryInferCall;
use opg_precompile_model::{
	fault::Fault,
	interface::IModel::{
		predictView_0Call, predictView_1Call, predict_0Call, predict_1Call, tryPredict_0Call,
		tryPredict_1Call,
	},
};
use pallet_inference::{InferFault, Receipts};
use pallet_model_registry::ModelId;
use polkadot_sdk::{
	frame_support::assert_ok,
	pallet_revive::precompiles::alloy::{
		primitives::{I256, U256},
		sol_types::SolCall,
	},
};

const PRICE: Balance = 4_321;

fn ints(values: &[i128]) -> Vec<I256> {
	values.iter().map(|value| I256::try_from(*value).unwrap()).collect()
}

fn raw() -> Vec<u8> {
	onnx::floats(&[0.5, -1.0, 8.25, 3.0])
}

fn count() -> usize {
	Receipts::<Test>::iter().count()
}

/// `predict` and `tryPredict` refuse it alike and change nothing.
fn refused(model: ModelId, value: Balance, values: &[i128], decimals: u8, code: u32, n: [u64; 2]) {
	let values = ints(values);
	let before = (money(model), count());
	let text = reverted(call(model, value, predict_1Call { values: values.clone(), decimals }));
	assert_eq!((money(model), count()), before);
	let answer =
		returned::<tryPredict_1Call>(call(model, value, tryPredict_1Call { values, decimals }));
	assert_eq!((money(model), count()), before);
	assert_eq!(answer.code, code, "{text}");
	assert_eq!(answer.outputs, []);
	assert_eq!(answer.args, [n[0], n[1], 0, 0].map(U256::from), "{text}");
}

#[test]
fn raw_data_is_as_of_try_infer() {
	ext().execute_with(|| {
		let id = publish(PRICE);
		let expected =
			returned::<predict_0Call>(call(id, PRICE, predict_0Call { inputs: raw().into() }));
		let twin = tryPredict_0Call { inputs: raw().into() };
		let answer = returned::<tryPredict_0Call>(call(id, PRICE * 2, twin));
		assert_eq!((answer.code, answer.data), (0, expected));

		let before = (money(id), count());
		for (model, value, inputs) in [(id, PRICE - 1, raw()), (id, PRICE, raw()[1..].to_vec())] {
			let twin = tryPredict_0Call { inputs: inputs.clone().into() };
			let answer = returned::<tryPredict_0Call>(call(model, value, twin));
			let same = tryInferCall { modelId: model, inputs: inputs.into() };
			let same = returned::<tryInferCall>(call_raw(inference(), value, same.abi_encode()));
			assert_ne!(answer.code, 0);
			assert_eq!((answer.code, answer.data), (same.code, same.data));
			assert_eq!((money(id), count()), before);
		}
	});
}

#[test]
fn decimal_numbers_come_with_their_code() {
	ext().execute_with(|| {
		let id = publish(PRICE);
		let values = ints(&[50, -100, 825, 300]);
		let twin = tryPredict_1Call { values: values.clone(), decimals: 2 };
		let answer = returned::<tryPredict_1Call>(call(id, PRICE, twin));
		let expected =
			returned::<predict_1Call>(call(id, PRICE, predict_1Call { values, decimals: 2 }));
		assert_eq!((answer.code, answer.outputs), (0, expected));
		assert_eq!(answer.args, [U256::ZERO; 4]);
		assert_eq!(count(), 2);
	});
}

#[test]
fn every_refusal_has_a_code() {
	ext().execute_with(|| {
		let id = publish(PRICE);
		let table = publish_file(&onnx::table(), PRICE);
		refused(id, PRICE, &[0; 4], 39, 512, [39, 38]);
		refused(id, PRICE, &[0; 3], 0, 513, [4, 3]);
		refused(table, PRICE, &[15], 1, 514, [0, 7]);
		refused(table, PRICE, &[1 << 63], 0, 515, [0, 7]);
		refused(id, PRICE, &[0, i128::MAX, 0, 0], 0, 516, [2, 0]);
		refused(id, PRICE - 1, &[0; 4], 0, 259, [PRICE as u64, PRICE as u64 - 1]);
		refused(table, PRICE, &[9], 0, 37, [0, 0]);
		let paused = publish(PRICE);
		assert_ok!(ModelRegistry::pause(RuntimeOrigin::signed(owner()), paused));
		refused(paused, PRICE, &[0; 4], 0, 257, [paused.into(), 0]);
		let wide = publish_file(&onnx::widener(4_090), 0);
		refused(wide, 0, &[1], 0, 38, [130_880, 130_848]);
	});
}

/// Else the existential deposit that pallet-revive took from the origin would stay on the address.
#[test]
fn before_its_activation_a_model_has_no_codes() {
	ext().execute_with(|| {
		let draft = draft(&onnx::doubler());
		for (model, start) in
			[(draft, "ModelNotActive(model=1): "), (77, "UnknownModel(model=77): ")]
		{
			let before = money(model);
			let text = reverted(call(model, PRICE, tryPredict_0Call { inputs: raw().into() }));
			assert!(text.starts_with(start), "{text}");
			let twin = tryPredict_1Call { values: ints(&[0; 4]), decimals: 0 };
			let text = reverted(call(model, PRICE, twin));
			assert!(text.starts_with(start), "{text}");
			assert_eq!(money(model), before);
		}
	});
}

#[test]
fn a_run_that_is_undone_is_charged() {
	ext().execute_with(|| {
		let id = publish(PRICE);
		let twin = |value: i128| tryPredict_1Call { values: ints(&[0, value, 0, 0]), decimals: 0 };
		let ran = call(id, PRICE, twin(1));
		let undone = call(id, PRICE, twin(i128::MAX));
		let (ran, undone) = (ran.weight_consumed.ref_time(), undone.weight_consumed.ref_time());
		assert!(undone > ran / 10 * 9, "{undone} of {ran}");
	});
}

#[test]
fn messages_name_codes_and_numbers() {
	let dtype = DType::Int64;
	for (fault, code, text) in [
		(
			Fault::TooManyDecimals { decimals: 39, max: 38 },
			512,
			"TooManyDecimals(decimals=39,max=38): ",
		),
		(
			Fault::WrongValueCount { expected: 4, got: 3 },
			513,
			"WrongValueCount(expected=4,got=3): ",
		),
		(Fault::ValueNotWhole { index: 2, dtype }, 514, "ValueNotWhole(index=2,dtype=int64): "),
		(Fault::ValueOutOfRange { index: 2, dtype }, 515, "ValueOutOfRange(index=2,dtype=int64): "),
		(Fault::OutputNotFinite { index: 2 }, 516, "OutputNotFinite(index=2): "),
		(Fault::OutputOutOfRange { index: 2 }, 517, "OutputOutOfRange(index=2): "),
		(Fault::Infer(InferFault::UnknownModel { model: 2 }), 256, "UnknownModel(model=2): "),
	] {
		assert_eq!(fault.code(), code);
		assert!(fault.message().starts_with(text), "{}", fault.message());
		let first = if code == 512 {
			39
		} else if code == 513 {
			4
		} else {
			2
		};
		assert_eq!(fault.numbers()[0], first);
	}
}

#[test]
fn views_of_free_models_answer_static_calls() {
	ext().execute_with(|| {
		let free = publish(0);
		let asker = deploy(proxy(Kind::Static, free));
		let before = (money(free), count());
		let view = predictView_0Call { inputs: raw().into() }.abi_encode();
		let outputs = returned::<predictView_0Call>(call_raw(asker, 0, view));
		assert_eq!(outputs[8..], onnx::floats(&[1.0, -2.0, 16.5, 6.0]));
		let view = predictView_1Call { values: ints(&[5, -10, 82, 30]), decimals: 1 }.abi_encode();
		let outputs = returned::<predictView_1Call>(call_raw(asker, 0, view));
		assert_eq!(outputs, ints(&[20, 10, -20, 164, 60]));
		assert_eq!((money(free), count()), before);

		let paid = publish(9);
		let values = || ints(&[0; 4]);
		for (model, view) in [
			(paid, predictView_0Call { inputs: raw().into() }.abi_encode()),
			(paid, predictView_1Call { values: values(), decimals: 0 }.abi_encode()),
		] {
			let text = reverted(call_raw(contract(model), 0, view));
			assert!(text.starts_with("NotFree(price=9): "), "{text}");
		}
		for (values, decimals, start) in [
			(ints(&[0; 3]), 0, "WrongValueCount(expected=4,got=3): "),
			(values(), 40, "TooManyDecimals(decimals=40,max=38): "),
			(ints(&[0, i128::MAX, 0, 0]), 0, "OutputNotFinite(index=2): "),
		] {
			let text = reverted(call(free, 0, predictView_1Call { values, decimals }));
			assert!(text.starts_with(start), "{text}");
		}
		let text = reverted(call(free, 1, predictView_1Call { values: values(), decimals: 0 }));
		assert!(text.starts_with("ValueRefused(value=1): "), "{text}");
		let text = reverted(call(77, 0, predictView_1Call { values: values(), decimals: 0 }));
		assert!(text.starts_with("UnknownModel(model=77): "), "{text}");
		let delegator = deploy(proxy(Kind::Delegate, free));
		let view = predictView_1Call { values: values(), decimals: 0 }.abi_encode();
		let text = reverted(call_raw(delegator, 0, view));
		assert!(text.starts_with("DelegateCallDenied(): "), "{text}");
	});
}

#[test]
fn twins_refuse_static_and_delegate_calls() {
	ext().execute_with(|| {
		let id = publish(0);
		for data in [
			tryPredict_0Call { inputs: raw().into() }.abi_encode(),
			tryPredict_1Call { values: ints(&[0; 4]), decimals: 0 }.abi_encode(),
		] {
			let text = reverted(call_raw(deploy(proxy(Kind::Static, id)), 0, data.clone()));
			assert!(text.starts_with("StaticCallDenied(): "), "{text}");
			let text = reverted(call_raw(deploy(proxy(Kind::Delegate, id)), 0, data));
			assert!(text.starts_with("DelegateCallDenied(): "), "{text}");
		}
	});
}
