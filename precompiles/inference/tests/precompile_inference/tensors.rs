//! `inferTensors`: what it takes and gives, and calldata that isn't what it seems.

use super::mock::{
	onnx::{floats, widener},
	*,
};
use opg_precompile_inference::interface::IInference::{
	inferCall, inferTensorsCall, tryInferTensorsCall, Tensor,
};
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
};

fn tensor(dtype: u8, shape: &[u32], data: Vec<u8>) -> Tensor {
	Tensor { dtype, shape: shape.to_vec(), data: data.into() }
}

fn four() -> Tensor {
	tensor(1, &[1, 4], floats(&[1.0, 2.0, 4.0, 3.0]))
}

fn infer(id: u32, inputs: &[Tensor]) -> inferTensorsCall {
	inferTensorsCall { modelId: id, inputs: inputs.to_vec() }
}

fn try_infer(id: u32, inputs: &[Tensor]) -> tryInferTensorsCall {
	tryInferTensorsCall { modelId: id, inputs: inputs.to_vec() }
}

/// Both twins refuse it alike and change nothing.
fn refused(id: u32, inputs: &[Tensor], value: Balance, text: &str, code: u32, numbers: &[u64]) {
	let before = money();
	let reason = reverted(call(value, infer(id, inputs)));
	assert!(reason.starts_with(&format!("{text}: ")), "{reason}");
	assert_eq!(money(), before);
	let answer = returned::<tryInferTensorsCall>(call(value, try_infer(id, inputs)));
	let mut expected = [U256::ZERO; 4];
	for (to, from) in expected.iter_mut().zip(numbers) {
		*to = U256::from(*from);
	}
	let given = <[U256; 4]>::abi_decode_validate(&answer.data).unwrap();
	assert_eq!((answer.code, given), (code, expected));
	assert_eq!(money(), before);
	assert_eq!(Receipts::<Test>::iter().count(), 0);
}

#[test]
fn outputs_say_what_they_are() {
	ext().execute_with(|| {
		let id = publish(1_000);
		let outputs = returned::<inferTensorsCall>(call(1_500, infer(id, &[four()])));
		let seen: Vec<_> =
			outputs.iter().map(|t| (t.dtype, t.shape.clone(), t.data.to_vec())).collect();
		let label = (7, vec![1], 2i64.to_le_bytes().to_vec());
		assert_eq!(seen, [label, (1, vec![1, 4], floats(&[2.0, 4.0, 8.0, 6.0]))]);

		let answer = returned::<tryInferTensorsCall>(call(1_000, try_infer(id, &[four()])));
		assert_eq!(answer.code, 0);
		assert_eq!(answer.data.to_vec(), outputs.abi_encode());

		// The same run as that of `infer`: the same result, fuel and price.
		let packed = inferCall { modelId: id, inputs: four().data };
		returned::<inferCall>(call(1_000, packed));
		let receipts: Vec<_> = Receipts::<Test>::iter_values().collect();
		assert_eq!(receipts.len(), 3);
		for receipt in &receipts[1..] {
			let parts = |r: &pallet_inference::ReceiptOf<Test>| (r.result_id, r.fuel, r.price);
			assert_eq!(parts(receipt), parts(&receipts[0]));
		}
	});
}

#[test]
fn tensors_that_the_model_does_not_take() {
	ext().execute_with(|| {
		let id = publish(0);
		let data = || floats(&[0.0; 4]);
		refused(id, &[], 7, "WrongInputCount(expected=1,got=0)", 32, &[1, 0]);
		refused(id, &[four(), four()], 7, "WrongInputCount(expected=1,got=2)", 32, &[1, 2]);
		let many = vec![tensor(1, &[], vec![]); 17];
		refused(id, &many, 0, "WrongInputCount(expected=1,got=17)", 32, &[1, 17]);
		for dtype in [0, 7, 16, 255] {
			let text = format!("WrongDtype(input=0,expected=1,got={dtype})");
			refused(id, &[tensor(dtype, &[1, 4], data())], 0, &text, 33, &[0, 1, dtype.into()]);
		}
		let text = "WrongShape(input=0,axis=255,expected=2,got=1)";
		refused(id, &[tensor(1, &[4], data())], 0, text, 34, &[0, 255, 2, 1]);
		let text = "WrongShape(input=0,axis=255,expected=2,got=9)";
		refused(id, &[tensor(1, &[1; 9], data())], 0, text, 34, &[0, 255, 2, 9]);
		let text = "WrongShape(input=0,axis=0,expected=1,got=4)";
		refused(id, &[tensor(1, &[4, 1], data())], 0, text, 34, &[0, 0, 1, 4]);
		let text = "WrongDataLength(input=0,expected=16,got=15)";
		refused(id, &[tensor(1, &[1, 4], data()[1..].to_vec())], 0, text, 35, &[0, 16, 15]);
		refused(9, &[four()], 50, "UnknownModel(model=9)", 256, &[9]);
		let text = "PriceAboveMax(price=10,max=9)";
		let priced = publish(10);
		refused(priced, &[four()], 9, text, 259, &[10, 9]);
	});
}

#[test]
fn outputs_that_no_call_can_return() {
	ext().execute_with(|| {
		// What is around the data of one tensor of rank 2: ten words.
		let most = (128 * 1024 - 3 * 32 - 10 * 32) / 4;
		let one = tensor(1, &[1, 1], floats(&[3.0]));
		let wide = publish_file(&widener(most + 1), 0);
		let text = "OutputTooLarge(bytes=131008,max=130976)";
		refused(wide, std::slice::from_ref(&one), 3, text, 38, &[131_008, 130_976]);
		let fits = publish_file(&widener(most), 0);
		let answer = returned::<tryInferTensorsCall>(call(0, try_infer(fits, &[one])));
		assert_eq!((answer.code, answer.data.len()), (0, 130_976));
	});
}

#[test]
fn calldata_that_is_no_encoding() {
	ext().execute_with(|| {
		let id = publish(0);
		let before = money();
		let good = infer(id, &[four()]).abi_encode();
		let selectors = [inferTensorsCall::SELECTOR, tryInferTensorsCall::SELECTOR];
		let mut all = Vec::new();
		// Cut everywhere: at the end it is the last word's padding, which nobody misses.
		let needed = good.len() - 16;
		all.extend((4..needed).map(|length| good[..length].to_vec()));
		// One bit too many in every word that is a number, an offset or a length.
		for word in (4..good.len() - 32).step_by(32) {
			for byte in [0, 23, 24] {
				let mut wrong = good.clone();
				wrong[word + byte] |= 0x80;
				all.push(wrong);
			}
		}
		for mut data in all {
			for selector in selectors {
				data[..4].copy_from_slice(&selector);
				// Shapes may be wrong without being malformed; nothing runs either way.
				let reverted = reverted_data(call_raw(precompile(), 3, data.clone()));
				assert_eq!(reverted[..4], [0x4e, 0x48, 0x7b, 0x71], "Panic(uint256)");
				assert_eq!(money(), before);
			}
		}
		assert_eq!(Receipts::<Test>::iter().count(), 0);
	});
}

/// Calldata in which `count` offsets point to one and the same tensor with `length` bytes.
fn aliased(id: u32, count: usize, length: usize) -> Vec<u8> {
	let word = |n: usize| U256::from(n).to_be_bytes::<32>();
	let mut data = inferTensorsCall::SELECTOR.to_vec();
	data.extend(word(id as usize));
	data.extend(word(64));
	data.extend(word(count));
	for _ in 0..count {
		data.extend(word(32 * count));
	}
	data.extend(tensor(1, &[1, 4], vec![0; length]).abi_encode()[32..].iter());
	data
}

#[test]
fn a_thousand_offsets_to_one_tensor_cost_no_more_than_a_refusal() {
	ext().execute_with(|| {
		let id = publish(0);
		// The decoder would make 90 MB of it.
		let many = aliased(id, 1_000, 90_000);
		let honest = infer(id, &[tensor(1, &[1, 4], vec![0; 90_000])]).abi_encode();
		let refused = |data: Vec<u8>| {
			let result = call_raw(precompile(), 0, data);
			let used = result.weight_consumed.ref_time();
			(reverted(result), used)
		};
		let (text, used) = refused(many);
		assert!(text.starts_with("WrongInputCount(expected=1,got=1000): "), "{text}");
		let (text, as_much) = refused(honest);
		assert!(text.starts_with("WrongDataLength(input=0,expected=16,got=90000): "), "{text}");
		assert!(used <= as_much + as_much / 10, "{used}, {as_much}");

		// One offset twice is what it says: two inputs.
		let (text, _) = refused(aliased(id, 2, 16));
		assert!(text.starts_with("WrongInputCount(expected=1,got=2): "), "{text}");
		let outputs = returned::<inferTensorsCall>(call_raw(precompile(), 0, aliased(id, 1, 16)));
		assert_eq!(outputs.len(), 2);
	});
}

#[test]
fn static_and_delegate_calls_and_too_little_gas() {
	ext().execute_with(|| {
		let id = publish(0);
		for data in [infer(id, &[four()]).abi_encode(), try_infer(id, &[four()]).abi_encode()] {
			let text = reverted(call_raw(deploy(proxy(Kind::Static)), 0, data.clone()));
			assert!(text.starts_with("StaticCallDenied(): "), "{text}");
			let text = reverted(call_raw(deploy(proxy(Kind::Delegate)), 0, data.clone()));
			assert!(text.starts_with("DelegateCallDenied(): "), "{text}");
			let enough = call_raw(precompile(), 0, data.clone()).weight_required;
			let tight = TransactionLimits::WeightAndDeposit {
				weight_limit: enough.saturating_sub(Weight::from_parts(1_000_000, 0)),
				deposit_limit: FUNDS,
			};
			let text = reverted(call_within(precompile(), 0, data, tight));
			assert!(text.starts_with("GasTooLow(needed="), "{text}");
		}
	});
}
