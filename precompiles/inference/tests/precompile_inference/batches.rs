//! `inferBatch` and `tryInferBatch`.

use super::mock::{
	onnx::{doubler, floats, table, widener},
	*,
};
use opg_precompile_inference::interface::IInference::{
	inferBatchCall, inferCall, tryInferBatchCall,
};
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

const PRICE: Balance = 12_345;
/// What `row` says when a fault isn't a row's.
const NO_ROW: u32 = u32::MAX;

/// Raw inputs of a row of the doubler.
fn row(n: u32) -> Vec<u8> {
	floats(&[n as f32, 1.0, 2.0, 3.0])
}

fn rows(count: u32) -> Vec<u8> {
	(0..count).flat_map(row).collect()
}

fn batch(model: u32, rows: u32, inputs: Vec<u8>) -> inferBatchCall {
	inferBatchCall { modelId: model, rows, inputs: inputs.into() }
}

fn try_batch(model: u32, rows: u32, inputs: Vec<u8>) -> tryInferBatchCall {
	tryInferBatchCall { modelId: model, rows, inputs: inputs.into() }
}

/// Ids of this block's receipts, in order.
fn receipts() -> Vec<polkadot_sdk::sp_core::H256> {
	ReceiptsOf::<Test>::get(System::block_number()).to_vec()
}

/// Both twins refuse a batch alike, and nothing has changed.
fn refused(
	(model, count, inputs): (u32, u32, Vec<u8>),
	value: Balance,
	text: &str,
	(code, at): (u32, u32),
	numbers: &[u64],
) {
	let before = money();
	let reason = reverted(call(value, batch(model, count, inputs.clone())));
	assert!(reason.starts_with(text), "{reason}");
	assert!(reason.contains("): "), "{reason}");
	assert_eq!(money(), before);
	let answer =
		returned::<tryInferBatchCall>(call(value, try_batch(model, count, inputs.clone())));
	assert_eq!((answer.code, answer.row), (code, at));
	let mut expected = [U256::ZERO; 4];
	for (to, from) in expected.iter_mut().zip(numbers) {
		*to = U256::from(*from);
	}
	assert_eq!(<[U256; 4]>::abi_decode_validate(&answer.data).unwrap(), expected);
	assert_eq!(money(), before);
	// The same for a contract in between: its value is back on its account.
	let middle = deploy(proxy(Kind::Call));
	let issuance = Balances::total_issuance();
	let data = try_batch(model, count, inputs).abi_encode();
	let answer = returned::<tryInferBatchCall>(call_raw(middle, value, data));
	assert_eq!((answer.code, answer.row), (code, at));
	assert_eq!(Revive::evm_balance(&middle), value.into());
	assert_eq!(Balances::total_issuance(), issuance);
	assert!(receipts().is_empty());
}

#[test]
fn rows_give_what_single_calls_give() {
	ext().execute_with(|| {
		let id = publish(PRICE);
		let mut outputs = Vec::new();
		for n in 0..5 {
			let single = inferCall { modelId: id, inputs: row(n).into() };
			outputs.extend_from_slice(&returned::<inferCall>(call(PRICE, single)));
		}
		let before = money();
		let of_batch = returned::<inferBatchCall>(call(5 * PRICE, batch(id, 5, rows(5))));
		assert_eq!(of_batch, outputs);
		let share = 5 * (PRICE * SHARE / 100) as i128;
		let moved: Vec<_> =
			money().iter().zip(&before).map(|(new, old)| *new as i128 - *old as i128).collect();
		assert_eq!(moved, [-5 * PRICE as i128, 5 * PRICE as i128 - share, share, 0, 0]);

		let twin = returned::<tryInferBatchCall>(call(9 * PRICE, try_batch(id, 5, rows(5))));
		assert_eq!((twin.code, twin.row, &twin.data[..]), (0, 0, &outputs[..]));

		// A receipt and an event for every run, with the same result for the same row.
		let ids = receipts();
		assert_eq!(ids.len(), 15);
		let result = |n: usize| Receipts::<Test>::get(ids[n]).unwrap();
		for n in 0..5 {
			for same in [n + 5, n + 10] {
				assert_eq!(result(same).result_id, result(n).result_id);
				assert_eq!(result(same).fuel, result(n).fuel);
				assert_eq!(result(same).price, PRICE);
			}
		}
		assert_eq!(logged(), ids);
	});
}

/// Receipts that the precompile's events name.
fn logged() -> Vec<polkadot_sdk::sp_core::H256> {
	use polkadot_sdk::pallet_revive::Event;
	System::events()
		.into_iter()
		.filter_map(|record| match record.event {
			RuntimeEvent::Revive(Event::ContractEmitted { topics, .. }) => Some(topics[3]),
			_ => None,
		})
		.collect()
}

#[test]
fn the_load_is_charged_once() {
	ext().execute_with(|| {
		let id = publish(0);
		let costs = Models::<Test>::get(id).unwrap().costs.unwrap();
		let one = call(0, batch(id, 1, rows(1)));
		let nine = call(0, batch(id, 9, rows(9)));
		let (used, most) = (one.weight_consumed.ref_time(), nine.weight_consumed.ref_time());
		assert!(most > used);
		assert!(most < 9 * used - 8 * cost::fuel_ref_time(costs.load_fuel));
		// What wasn't used of nine run limits comes back.
		let fuel = |id| Receipts::<Test>::get(id).unwrap().fuel;
		let used: u64 = receipts().into_iter().skip(1).map(fuel).sum();
		let unused = 9 * costs.run_limit - used;
		let back = nine.weight_required.ref_time() - most;
		assert_eq!(back, cost::fuel_ref_time(unused));
		returned::<inferBatchCall>(one);
		returned::<inferBatchCall>(nine);
	});
}

#[test]
fn a_batch_that_is_no_batch() {
	ext().execute_with(|| {
		let id = publish(0);
		let text = |rows| format!("WrongRowCount(rows={rows},max=64)");
		refused((id, 0, vec![]), 5_000, &text(0), (270, NO_ROW), &[0, 64]);
		refused((id, 65, rows(65)), 5_000, &text(65), (270, NO_ROW), &[65, 64]);
		let most = u32::MAX;
		refused((id, most, vec![]), 5_000, &text(most), (270, NO_ROW), &[most.into(), 64]);
		refused((9, 2, rows(2)), 5_000, "UnknownModel(model=9)", (256, NO_ROW), &[9]);
		let id = draft(&doubler());
		refused((id, 2, rows(2)), 5_000, "ModelNotActive(model=2)", (257, NO_ROW), &[2]);
	});
}

#[test]
fn inputs_of_another_length_name_the_row() {
	ext().execute_with(|| {
		let id = publish(0);
		let wrong = |row: u64, got: u64| {
			format!("WrongDataLength(row={row},input=0,expected=16,got={got})")
		};
		let check = |inputs: Vec<u8>, row: u64, got: u64| {
			let text = wrong(row, got);
			refused((id, 3, inputs), 7_000, &text, (35, row as u32), &[0, 16, got]);
		};
		check(vec![], 0, 0);
		check(rows(1), 1, 0);
		check(rows(3)[1..].to_vec(), 2, 15);
		check([rows(3), vec![0]].concat(), 2, 17);
		check(rows(5), 2, 48);
	});
}

#[test]
fn too_little_value_for_all_rows() {
	ext().execute_with(|| {
		let id = publish(PRICE);
		let (price, max) = (4 * PRICE as u64, 4 * PRICE as u64 - 1);
		let text = format!("PriceAboveMax(price={price},max={max})");
		refused((id, 4, rows(4)), max.into(), &text, (259, NO_ROW), &[price, max]);
	});
}

#[test]
fn outputs_that_no_batch_can_return() {
	ext().execute_with(|| {
		let most = 128 * 1024 - 4 * 32;
		let id = draft(&widener(most / 4 / 8));
		activate(id);
		let inputs = |count: usize| floats(&vec![1.0; count]);
		returned::<inferBatchCall>(call(0, batch(id, 7, inputs(7))));
		let answer = returned::<tryInferBatchCall>(call(0, try_batch(id, 8, inputs(8))));
		assert_eq!((answer.code, answer.data.len()), (0, most));
		let text = "OutputTooLarge(bytes=147312,max=130944)";
		let before = money();
		let reason = reverted(call(5_000, batch(id, 9, inputs(9))));
		assert!(reason.starts_with(text), "{reason}");
		assert_eq!(money(), before);
	});
}

#[test]
fn a_row_that_fails_takes_the_batch_with_it() {
	ext().execute_with(|| {
		let id = draft(&table());
		assert_ok!(ModelRegistry::set_price(RuntimeOrigin::signed(owner()), id, 100));
		activate(id);
		let inputs = |rows: &[i64]| rows.iter().flat_map(|i| i.to_le_bytes()).collect::<Vec<_>>();
		let ran = call(300, batch(id, 3, inputs(&[3, 2, 1])));
		let used = ran.weight_consumed.ref_time();
		assert_eq!(returned::<inferBatchCall>(ran), floats(&[4.0, 3.0, 2.0]));
		let kept = receipts();
		let before = money();
		let last = call(300, batch(id, 3, inputs(&[3, 2, 9])));
		let first = call(300, batch(id, 3, inputs(&[9, 2, 3])));
		let load = Models::<Test>::get(id).unwrap().costs.unwrap().load_fuel;
		let spent = |result: &CallResult| result.weight_consumed.ref_time();
		assert!(spent(&first) > cost::fuel_ref_time(load));
		assert!(spent(&first) < spent(&last) && spent(&last) < used);
		assert!(reverted(last).starts_with("RunFailed(row=2): "));
		assert!(reverted(first).starts_with("RunFailed(row=0): "));
		let answer = returned::<tryInferBatchCall>(call(900, try_batch(id, 3, inputs(&[3, 9, 1]))));
		assert_eq!((answer.code, answer.row), (37, 1));
		assert_eq!(money(), before);
		assert_eq!(receipts(), kept);
	});
}

#[test]
fn static_and_delegate_calls() {
	ext().execute_with(|| {
		let id = publish(0);
		let asker = deploy(proxy(Kind::Static));
		let delegator = deploy(proxy(Kind::Delegate));
		for data in [batch(id, 2, rows(2)).abi_encode(), try_batch(id, 2, rows(2)).abi_encode()] {
			let text = reverted(call_raw(asker, 0, data.clone()));
			assert!(text.starts_with("StaticCallDenied(): "), "{text}");
			let text = reverted(call_raw(delegator, 2_000, data));
			assert!(text.starts_with("DelegateCallDenied(): "), "{text}");
		}
		assert!(receipts().is_empty());
	});
}

#[test]
fn too_little_gas() {
	ext().execute_with(|| {
		let id = publish(100);
		let enough = call(300, batch(id, 3, rows(3))).weight_required;
		let tight = TransactionLimits::WeightAndDeposit {
			weight_limit: enough.saturating_sub(Weight::from_parts(1_000_000, 0)),
			deposit_limit: FUNDS,
		};
		let before = money();
		for data in [batch(id, 3, rows(3)).abi_encode(), try_batch(id, 3, rows(3)).abi_encode()] {
			let text = reverted(call_within(precompile(), 300, data, tight.clone()));
			assert!(text.starts_with("GasTooLow(needed="), "{text}");
			assert_eq!(money(), before);
		}
	});
}

#[test]
fn calldata_that_is_no_abi() {
	ext().execute_with(|| {
		let id = publish(0);
		let before = money();
		let good = batch(id, 2, rows(2)).abi_encode();
		let cut = good[..good.len() - 1].to_vec();
		let mut wide = good;
		wide[4 + 32] = 1; // more than 32 bits of rows
		for data in [cut, wide] {
			let output = call_raw(precompile(), 3_000, data).result.unwrap();
			assert!(output.did_revert());
			let panic = Panic::abi_decode_validate(&output.data).unwrap();
			assert_eq!(panic.kind(), Some(PanicKind::ResourceError));
			assert_eq!(money(), before);
		}
	});
}
