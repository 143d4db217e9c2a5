//! What is refused changes nothing and hands the value back.

use super::mock::{
	onnx::{doubler, floats, table, widener},
	*,
};
use opg_precompile_inference::interface::IInference::{inferCall, tryInferCall};
use pallet_inference::{Receipts, ReceiptsOf};
use pallet_model_registry::{cost, Models};
use polkadot_sdk::{
	frame_support::{assert_ok, weights::Weight},
	pallet_revive::{
		precompiles::alloy::{
			primitives::U256,
			sol_types::{Panic, PanicKind, SolCall, SolError, SolValue},
		},
		TransactionLimits,
	},
};

fn four() -> Vec<u8> {
	floats(&[1.0, 2.0, 3.0, 4.0])
}

/// Calls both twins with that value and checks that they refuse it alike, that the one says
/// `text` and the other the code and its numbers, and that nothing has changed.
fn refused(model: u32, inputs: Vec<u8>, value: Balance, text: &str, code: u32, numbers: &[u64]) {
	let before = money();
	let infer = inferCall { modelId: model, inputs: inputs.clone().into() };
	let reason = reverted(call(value, infer));
	assert!(reason.starts_with(text), "{reason}");
	assert!(reason.contains("): "), "{reason}");
	assert_eq!(money(), before);

	let answer = returned::<tryInferCall>(call(
		value,
		tryInferCall { modelId: model, inputs: inputs.clone().into() },
	));
	assert_eq!(answer.code, code);
	let mut expected = [U256::ZERO; 4];
	for (to, from) in expected.iter_mut().zip(numbers) {
		*to = U256::from(*from);
	}
	assert_eq!(<[U256; 4]>::abi_decode_validate(&answer.data).unwrap(), expected);
	assert_eq!(money(), before);

	// The same for a contract in between: its value is back on its account.
	let middle = deploy(proxy(Kind::Call));
	let data = tryInferCall { modelId: model, inputs: inputs.into() }.abi_encode();
	let issuance = Balances::total_issuance();
	let answer = returned::<tryInferCall>(call_raw(middle, value, data));
	assert_eq!(answer.code, code);
	assert_eq!(Revive::evm_balance(&middle), value.into());
	assert_eq!(Balances::total_issuance(), issuance);

	assert_eq!(Receipts::<Test>::iter().count(), 0);
	assert!(ReceiptsOf::<Test>::get(1).is_empty());
}

#[test]
fn an_unknown_model() {
	ext().execute_with(|| {
		refused(9, four(), 5_000, "UnknownModel(model=9)", 256, &[9]);
	});
}

#[test]
fn a_draft() {
	ext().execute_with(|| {
		let id = draft(&doubler());
		refused(id, four(), 5_000, "ModelNotActive(model=1)", 257, &[1]);
	});
}

#[test]
fn a_paused_model() {
	ext().execute_with(|| {
		let id = publish(0);
		assert_ok!(ModelRegistry::pause(RuntimeOrigin::signed(owner()), id));
		refused(id, four(), 5_000, "ModelNotActive(model=1)", 257, &[1]);
	});
}

#[test]
fn a_retired_model() {
	ext().execute_with(|| {
		let id = publish(0);
		assert_ok!(ModelRegistry::retire(RuntimeOrigin::signed(owner()), id));
		System::set_block_number(11);
		refused(id, four(), 5_000, "ModelNotActive(model=1)", 257, &[1]);
	});
}

#[test]
fn a_disabled_engine() {
	ext().execute_with(|| {
		let id = publish(0);
		assert_ok!(ModelRegistry::disable_engine(RuntimeOrigin::root(), 1));
		System::set_block_number(2);
		refused(id, four(), 5_000, "EngineUnavailable(model=1)", 258, &[1]);
	});
}

#[test]
fn too_little_value() {
	ext().execute_with(|| {
		let id = publish(5_001);
		let text = "PriceAboveMax(price=5001,max=5000)";
		refused(id, four(), 5_000, text, 259, &[5_001, 5_000]);
	});
}

#[test]
fn inputs_of_another_length() {
	ext().execute_with(|| {
		let id = publish(0);
		let short = four()[1..].to_vec();
		let long = [four(), vec![0]].concat();
		refused(id, short, 0, "WrongDataLength(input=0,expected=16,got=15)", 35, &[0, 16, 15]);
		refused(id, long, 7_000, "WrongDataLength(input=0,expected=16,got=17)", 35, &[0, 16, 17]);
		refused(id, vec![], 0, "WrongDataLength(input=0,expected=16,got=0)", 35, &[0, 16, 0]);
	});
}

#[test]
fn outputs_that_no_call_can_return() {
	ext().execute_with(|| {
		let most = 128 * 1024 - 3 * 32;
		let id = draft(&widener(most / 4 + 1));
		activate(id);
		let numbers = [most as u64 + 4, most as u64];
		let text = "OutputTooLarge(bytes=130980,max=130976)";
		refused(id, floats(&[1.0]), 5_000, text, 38, &numbers);

		let id = draft(&widener(most / 4));
		activate(id);
		let inputs = floats(&[3.0]);
		let answer =
			returned::<tryInferCall>(call(0, tryInferCall { modelId: id, inputs: inputs.into() }));
		assert_eq!(answer.code, 0);
		assert_eq!(answer.data, floats(&vec![3.0; most / 4]));
	});
}

#[test]
fn a_run_that_fails() {
	ext().execute_with(|| {
		let id = draft(&table());
		assert_ok!(ModelRegistry::set_price(RuntimeOrigin::signed(owner()), id, 100));
		activate(id);
		let index = |i: i64| i.to_le_bytes().to_vec();
		let infer = |i| call(100, inferCall { modelId: id, inputs: index(i).into() });
		let ran = infer(3);
		let used = ran.weight_consumed.ref_time();
		assert_eq!(returned::<inferCall>(ran), floats(&[4.0]));
		let before = money();

		// The compute that was used is paid for, the price isn't.
		let failed = infer(4);
		let load = Models::<Test>::get(id).unwrap().costs.unwrap().load_fuel;
		let spent = failed.weight_consumed.ref_time();
		assert!(spent > cost::fuel_ref_time(load) && spent <= used, "{spent} of {used}");
		let text = reverted(failed);
		assert!(text.starts_with("RunFailed("), "{text}");
		let twin = tryInferCall { modelId: id, inputs: index(4).into() };
		assert_eq!(returned::<tryInferCall>(call(5_000, twin)).code, 37);
		assert_eq!(money(), before);
		assert_eq!(Receipts::<Test>::iter().count(), 1);
	});
}

#[test]
fn static_and_delegate_calls() {
	ext().execute_with(|| {
		let id = publish(0);
		let infer = inferCall { modelId: id, inputs: four().into() }.abi_encode();
		let try_infer = tryInferCall { modelId: id, inputs: four().into() }.abi_encode();
		let asker = deploy(proxy(Kind::Static));
		let delegator = deploy(proxy(Kind::Delegate));
		let deployed = money();
		for data in [infer, try_infer] {
			let text = reverted(call_raw(asker, 0, data.clone()));
			assert!(text.starts_with("StaticCallDenied(): "), "{text}");
			let text = reverted(call_raw(delegator, 0, data.clone()));
			assert!(text.starts_with("DelegateCallDenied(): "), "{text}");
			let text = reverted(call_raw(delegator, 2_000, data));
			assert!(text.starts_with("DelegateCallDenied(): "), "{text}");
		}
		assert_eq!(money(), deployed);
		assert_eq!(Receipts::<Test>::iter().count(), 0);
	});
}

#[test]
fn calldata_that_is_no_abi() {
	ext().execute_with(|| {
		let id = publish(0);
		// Less than for a call that this crate decoded and refused.
		let unknown = inferCall { modelId: 9, inputs: four().into() };
		let refused = call(3_000, unknown).weight_consumed.ref_time();
		let before = money();
		let good = inferCall { modelId: id, inputs: four().into() }.abi_encode();
		let unknown = vec![0xde, 0xad, 0xbe, 0xef];
		let cut = good[..4 + 3 * 32 + 15].to_vec(); // ends before the last byte of inputs
		let mut wide = good;
		wide[4] = 1; // a model id of more than 32 bits
		for data in [vec![], unknown, cut, wide] {
			let result = call_raw(precompile(), 3_000, data);
			assert!(result.weight_consumed.ref_time() < refused);
			let output = result.result.unwrap();
			assert!(output.did_revert());
			let panic = Panic::abi_decode_validate(&output.data).unwrap();
			assert_eq!(panic.kind(), Some(PanicKind::ResourceError));
			assert_eq!(money(), before);
		}
	});
}

#[test]
fn too_little_gas() {
	ext().execute_with(|| {
		let id = publish(100);
		let before = money();
		let enough = call(100, inferCall { modelId: id, inputs: four().into() }).weight_required;
		let tight = TransactionLimits::WeightAndDeposit {
			weight_limit: enough.saturating_sub(Weight::from_parts(1_000_000, 0)),
			deposit_limit: FUNDS,
		};
		let after = money();
		assert_ne!(before, after);
		for data in [
			inferCall { modelId: id, inputs: four().into() }.abi_encode(),
			tryInferCall { modelId: id, inputs: four().into() }.abi_encode(),
		] {
			let text = reverted(call_within(precompile(), 100, data, tight.clone()));
			assert!(text.starts_with("GasTooLow(needed="), "{text}");
			assert_eq!(money(), after);
		}
	});
}

/// The least gas that suffices, which is what a wallet estimates, has a load in it only when the call has
/// one.
#[test]
fn gas_for_a_warm_model_has_no_load_in_it() {
	ext().execute_with(|| {
		let id = publish(0);
		let data = inferCall { modelId: id, inputs: four().into() }.abi_encode();
		let needed = || call_within(precompile(), 0, data.clone(), limits()).weight_required;
		let cold = needed();
		WarmModel::set(Some(id));
		let warm = needed();
		let costs = Models::<Test>::get(id).unwrap().costs.unwrap();
		let load = cost::fuel_weight(costs.load_fuel);
		assert!(cold.ref_time() - warm.ref_time() >= load.ref_time(), "{cold} {warm}");

		let estimate = TransactionLimits::WeightAndDeposit {
			weight_limit: warm.saturating_add(Weight::from_parts(1_000, 0)),
			deposit_limit: FUNDS,
		};
		let ran = call_within(precompile(), 0, data.clone(), estimate.clone());
		assert!(!ran.result.unwrap().did_revert());
		// No longer warm: refused before any work.
		WarmModel::set(None);
		let text = reverted(call_within(precompile(), 0, data.clone(), estimate));
		assert!(text.starts_with("GasTooLow(needed="), "{text}");
	});
}
