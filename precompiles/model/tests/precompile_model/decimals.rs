//! `predict(int256[],uint8)`.

use super::mock::*;
use opg_precompile_model::interface::IModel::predict_1Call;
use pallet_inference::Receipts;
use polkadot_sdk::{
	frame_support::weights::Weight,
	pallet_revive::{
		precompiles::alloy::{primitives::I256, sol_types::SolCall},
		TransactionLimits,
	},
};

const PRICE: Balance = 12_345;

fn ints(values: &[i128]) -> Vec<I256> {
	values.iter().map(|value| I256::try_from(*value).unwrap()).collect()
}

fn predict(values: &[i128], decimals: u8) -> predict_1Call {
	predict_1Call { values: ints(values), decimals }
}

/// A call that must revert with a text that starts so, and move nothing.
fn refused(id: u32, call: predict_1Call, start: &str) {
	let before = (money(id), Receipts::<Test>::iter().count());
	let text = reverted(super::mock::call(id, PRICE, call));
	assert!(text.starts_with(start), "{text}");
	assert!(text.contains("): "), "{text}");
	assert_eq!((money(id), Receipts::<Test>::iter().count()), before);
}

#[test]
fn numbers_go_in_and_come_out_as_decimals() {
	ext().execute_with(|| {
		let id = publish(PRICE);
		let before = money(id);
		// A label, as an integer with the same decimals, and every element twice.
		let outputs = returned::<predict_1Call>(call(id, PRICE, predict(&[50, -100, 825, 300], 2)));
		assert_eq!(outputs, ints(&[200, 100, -200, 1_650, 600]));
		let outputs = returned::<predict_1Call>(call(id, PRICE, predict(&[5, -1, -2, 3], 0)));
		assert_eq!(outputs, ints(&[0, 10, -2, -4, 6]));
		assert_eq!(before[0] - money(id)[0], 2 * PRICE);
		assert_eq!(Receipts::<Test>::iter().count(), 2);
	});
}

#[test]
fn numbers_are_rounded_once_to_what_a_float_has() {
	ext().execute_with(|| {
		let id = publish(0);
		let tenth = 10i128.pow(17);
		let outputs = returned::<predict_1Call>(call(id, 0, predict(&[tenth, 0, 1, 0], 18)));
		// 0.1 as float32, doubled exactly: 0.200000002980232238769…; 1e-18 likewise.
		assert_eq!(outputs[1], ints(&[200_000_002_980_232_239])[0]);
		assert_eq!(outputs[3], ints(&[2])[0]);
	});
}

#[test]
fn as_many_decimals_as_there_are() {
	ext().execute_with(|| {
		let id = publish(0);
		let one = 10i128.pow(38);
		let outputs = returned::<predict_1Call>(call(id, 0, predict(&[one, 0, 0, 0], 38)));
		assert_eq!(
			outputs[1].to_string(),
			(I256::try_from(one).unwrap() * ints(&[2])[0]).to_string()
		);
		for decimals in [39, 255] {
			let text = reverted(call(id, 0, predict(&[0; 4], decimals)));
			assert_eq!(
				text,
				format!("TooManyDecimals(decimals={decimals},max=38): pass fewer decimals")
			);
		}
	});
}

#[test]
fn another_number_of_values_is_refused() {
	ext().execute_with(|| {
		let id = publish(PRICE);
		for (values, got) in [(&[][..], 0), (&[1; 3], 3), (&[1; 5], 5)] {
			let start = format!("WrongValueCount(expected=4,got={got}): ");
			refused(id, predict(values, 0), &start);
		}
	});
}

#[test]
fn numbers_that_the_type_lacks_are_refused() {
	ext().execute_with(|| {
		let id = publish(PRICE);
		let mut call = predict(&[0; 4], 0);
		call.values[2] = I256::MIN;
		refused(id, call, "ValueOutOfRange(index=2,dtype=float32): ");
		let table = publish_file(&onnx::table(), PRICE);
		refused(table, predict(&[15], 1), "ValueNotWhole(index=0,dtype=int64): ");
		refused(table, predict(&[1 << 63], 0), "ValueOutOfRange(index=0,dtype=int64): ");
		let outputs = returned::<predict_1Call>(super::mock::call(table, PRICE, predict(&[20], 1)));
		assert_eq!(outputs, ints(&[30]));
	});
}

#[test]
fn outputs_without_a_place_undo_the_run_but_not_its_gas() {
	ext().execute_with(|| {
		let id = publish(PRICE);
		// Twice 3e38 is infinity.
		let mut call = predict(&[0; 4], 0);
		call.values[1] = I256::try_from(3i128).unwrap() * I256::try_from(10i128.pow(38)).unwrap();
		let result = super::mock::call(id, PRICE, call.clone());
		let not_run = super::mock::call(id, PRICE, predict(&[0; 3], 0));
		assert!(
			result.weight_consumed.ref_time() > 2 * not_run.weight_consumed.ref_time(),
			"the run is charged"
		);
		refused(id, call, "OutputNotFinite(index=2): ");
	});
}

#[test]
fn faults_of_the_run_are_those_of_inference() {
	ext().execute_with(|| {
		let table = publish_file(&onnx::table(), PRICE);
		refused(table, predict(&[100], 0), "RunFailed");
		refused(9, predict(&[0], 0), "UnknownModel(model=9): ");
		let text = reverted(call(table, PRICE - 1, predict(&[0], 0)));
		assert!(text.starts_with("PriceAboveMax("), "{text}");
	});
}

#[test]
fn more_outputs_than_a_call_can_return_are_refused() {
	ext().execute_with(|| {
		let fits = publish_file(&onnx::widener(4_089), 0);
		let outputs = returned::<predict_1Call>(call(fits, 0, predict(&[7], 0)));
		assert_eq!(outputs, vec![ints(&[7])[0]; 4_089]);
		let wide = publish_file(&onnx::widener(4_090), PRICE);
		refused(wide, predict(&[7], 0), "OutputTooLarge(bytes=130880,max=130848): ");
	});
}

#[test]
fn with_too_little_gas_nothing_happens() {
	ext().execute_with(|| {
		let id = publish(PRICE);
		let needed = call(id, PRICE, predict(&[0; 4], 0)).weight_required.ref_time();
		let before = money(id);
		for part in 1..20 {
			let limits = TransactionLimits::WeightAndDeposit {
				weight_limit: Weight::from_parts(needed / 20 * part, u64::MAX),
				deposit_limit: FUNDS,
			};
			let data = predict(&[0; 4], 0).abi_encode();
			let result = call_within(contract(id), PRICE, data, limits).result;
			assert!(!result.is_ok_and(|output| !output.did_revert()), "{part}");
			assert_eq!(money(id), before);
		}
	});
}
