//! Runs on buffers.

use super::mock::{
	onnx::{adder, floats},
	*,
};
use opg_precompile_inference::interface::IInference;
use opg_precompile_staging::interface::IStaging::{inferCall, tryInferCall};
use pallet_inference::Receipts;
use polkadot_sdk::{
	frame_support::weights::Weight,
	pallet_revive::{
		precompiles::alloy::{
			primitives::U256,
			sol_types::{SolCall, SolValue},
		},
		TransactionLimits,
	},
	sp_core::H160,
};

const PRICE: Balance = 1_000;

fn count() -> usize {
	Receipts::<Test>::iter().count()
}

/// Both twins refuse it alike and change nothing.
fn refused_run(model: u32, buffer: u64, value: Balance, start: &str, code: u32, n: [u64; 3]) {
	let before = (money(), count());
	let text = reverted(call(value, inferCall { modelId: model, bufferId: buffer }));
	assert!(text.starts_with(start), "{text}");
	assert_eq!((money(), count()), before);
	let twin = tryInferCall { modelId: model, bufferId: buffer };
	let answer = returned::<tryInferCall>(call(value, twin));
	let numbers = <[U256; 4]>::abi_decode_validate(&answer.data).unwrap();
	assert_eq!((answer.code, numbers), (code, [n[0], n[1], n[2], 0].map(U256::from)), "{text}");
	assert_eq!((money(), count()), before);
}

#[test]
fn a_run_on_a_buffer_is_an_inference() {
	ext().execute_with(|| {
		let id = publish(PRICE);
		let data = floats(&[1.0, 2.0, 4.0, 3.0]);
		let buffer = stage(&data);
		let before = money();
		let outputs =
			returned::<inferCall>(call(PRICE + 5, inferCall { modelId: id, bufferId: buffer }));
		let moved: Vec<_> =
			money().iter().zip(&before).map(|(new, old)| *new as i128 - *old as i128).collect();
		assert_eq!(moved, [-1_000, 900, 100, 0, 0, 0]);

		// Again, and by hand: the same result.
		let twin = tryInferCall { modelId: id, bufferId: buffer };
		let answer = returned::<tryInferCall>(call(PRICE, twin));
		assert_eq!((answer.code, &answer.data), (0, &outputs));
		let by_hand = IInference::inferCall { modelId: id, inputs: data.into() }.abi_encode();
		let inference = H160(opg_precompile_inference::ADDRESS);
		let same = returned::<IInference::inferCall>(call_raw(inference, PRICE, by_hand));
		assert_eq!(same, outputs);
		let results: Vec<_> =
			Receipts::<Test>::iter_values().map(|r| (r.result_id, r.caller, r.price)).collect();
		assert_eq!(results.len(), 3);
		assert!(results.iter().all(|result| *result == results[0]));
	});
}

#[test]
fn inputs_that_no_call_carries() {
	ext().execute_with(|| {
		// 150,528 float32: an image of 3×224×224, 602,112 bytes.
		let wide = publish_file(&onnx::summer(150_528), PRICE);
		let values: Vec<f32> = (0..150_528).map(|n| (n % 7) as f32).collect();
		let buffer = stage(&floats(&values));
		let run = call(PRICE, inferCall { modelId: wide, bufferId: buffer });
		let used = run.weight_consumed.ref_time();
		let sum = values.iter().sum::<f32>();
		assert_eq!(returned::<inferCall>(run), floats(&[sum]));
		// Reading it alone: 4 ns a byte.
		assert!(used > 602_112 * 4_000);
	});
}

#[test]
fn buffers_that_cannot_be_used() {
	ext().execute_with(|| {
		let id = publish(PRICE);
		refused_run(id, 5, PRICE, "UnknownBuffer(buffer=5): ", 768, [5, 0, 0]);
		let buffer = stage(&floats(&[0.0; 4]));
		// Somebody else's: of the account behind a contract, it is.
		let contract = deploy(proxy(Kind::Call));
		let twin = tryInferCall { modelId: id, bufferId: buffer }.abi_encode();
		let answer = returned::<tryInferCall>(call_raw(contract, PRICE, twin));
		assert_eq!(answer.code, 769);
		assert_eq!(Revive::evm_balance(&contract), PRICE.into());
		let foreign = inferCall { modelId: id, bufferId: buffer }.abi_encode();
		let text = reverted(call_raw(contract, 0, foreign));
		assert!(text.starts_with("NotBufferOwner(buffer=1): "), "{text}");

		let incomplete = returned::<opg_precompile_staging::interface::IStaging::beginCall>(call(
			0,
			opg_precompile_staging::interface::IStaging::beginCall { length: 16 },
		));
		let text = "BufferIncomplete(buffer=2,missing=0): ";
		refused_run(id, incomplete, PRICE, text, 772, [2, 0, 0]);
		System::set_block_number(11);
		let text = "BufferExpired(buffer=1,expired=11): ";
		refused_run(id, buffer, PRICE, text, 770, [1, 11, 0]);
	});
}

#[test]
fn what_a_run_refuses() {
	ext().execute_with(|| {
		let id = publish(PRICE);
		let buffer = stage(&[0; 15]);
		let text = "WrongDataLength(input=0,expected=16,got=15): ";
		refused_run(id, buffer, PRICE, text, 35, [0, 16, 15]);
		refused_run(9, buffer, PRICE, "UnknownModel(model=9): ", 256, [9, 0, 0]);
		let buffer = stage(&[0; 16]);
		let text = "PriceAboveMax(price=1000,max=999): ";
		refused_run(id, buffer, PRICE - 1, text, 259, [1_000, 999, 0]);
	});
}

#[test]
fn with_too_little_gas_nothing_happens() {
	ext().execute_with(|| {
		let id = publish_file(&adder(30_000), PRICE);
		let buffer = stage(&vec![0; 120_000]);
		let infer = inferCall { modelId: id, bufferId: buffer };
		let enough = call(PRICE, infer.clone()).weight_required.ref_time();
		let before = (money(), count());
		for part in 1..30 {
			let limits = TransactionLimits::WeightAndDeposit {
				weight_limit: Weight::from_parts(enough / 30 * part, u64::MAX),
				deposit_limit: FUNDS,
			};
			let result = call_within(precompile(), PRICE, infer.abi_encode(), limits).result;
			assert!(!result.is_ok_and(|output| !output.did_revert()), "{part}");
			assert_eq!((money(), count()), before);
		}
	});
}
