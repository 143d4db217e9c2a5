//! Batches that are refused or fail: nothing changes, and what was used is charged.

use super::mock::*;
use crate::{
	batch::{rows_bytes, BatchRows, MAX_BATCH_ROWS},
	BatchError, BatchFault, Error, InferFault, Source,
};
use codec::{Decode, Encode};
use opg_engine_abi::{EngineError, ErrorCode, Tensor};
use pallet_model_registry::{cost, Models, RefusalCode};
use polkadot_sdk::{
	sp_io,
	sp_runtime::{DispatchError, StateVersion},
};

fn rows(count: u32) -> Vec<Vec<Tensor>> {
	(0..count).map(|n| four([n as f32; 4])).collect()
}

/// A batch of Bob's that must fail and change nothing: how, and the extrinsic's error.
fn refused(
	id: u32,
	rows: Vec<Vec<Tensor>>,
	max_price: Balance,
	max_fuel: u64,
) -> (BatchError, DispatchError) {
	let root = || sp_io::storage::root(StateVersion::V1);
	let before = root();
	let failed = Engine::do_infer_batch(
		&bob(),
		&Source::Caller,
		id,
		rows.clone(),
		max_price,
		max_fuel,
		|_| (),
	)
	.expect_err("it is refused");
	assert_eq!(root(), before);
	let Ok(rows) = BatchRows::try_from(rows) else {
		return (failed, DispatchError::Other("no extrinsic has so many rows"));
	};
	let bytes = rows_bytes(&rows);
	let extrinsic = Engine::infer_batch(signed(bob()), id, rows, max_price, max_fuel)
		.expect_err("it is refused");
	assert_eq!(root(), before);
	check();
	assert_eq!(extrinsic.error, failed.fault.dispatch_error::<Test>());
	assert_eq!(
		extrinsic.post_info.actual_weight,
		Some(Engine::infer_batch_weight(bytes, failed.rows_run, 0, failed.charged_fuel))
	);
	(failed, extrinsic.error)
}

/// The fault of a batch that must be refused as a whole, without charge.
fn free(id: u32, rows: Vec<Vec<Tensor>>, max_price: Balance, max_fuel: u64) -> InferFault {
	let (failed, _) = refused(id, rows, max_price, max_fuel);
	assert_eq!((failed.charged_fuel, failed.rows_run, failed.fault.row), (0, 0, None));
	failed.fault.fault
}

#[test]
fn a_batch_has_at_least_one_row_and_at_most_so_many() {
	chain(|| {
		MaxReceipts::set(100);
		let id = active("affine", 0);
		let max = MAX_BATCH_ROWS;
		assert_eq!(free(id, vec![], 0, FUEL), InferFault::WrongRowCount { rows: 0, max });
		let many = free(id, rows(max + 1), 0, u64::MAX);
		assert_eq!(many, InferFault::WrongRowCount { rows: max + 1, max });
		for count in [0, max + 1, u32::MAX] {
			let quote = Engine::quote_batch(id, count);
			assert_eq!(quote.err(), Some(InferFault::WrongRowCount { rows: count, max }));
		}
		// An extrinsic with more isn't even decoded, whatever else it says.
		assert!(BatchRows::decode(&mut &rows(max + 1).encode()[..]).is_err());
		let bomb = (codec::Compact(u32::MAX), vec![0u8; 1_000]).encode();
		assert!(BatchRows::decode(&mut &bomb[..]).is_err());
		Engine::infer_batch(signed(bob()), id, BatchRows::truncate_from(rows(max)), 0, 16 * FUEL)
			.expect("so many are accepted");
		check();
	});
}

#[test]
fn what_cannot_be_called_is_refused() {
	chain(|| {
		assert_eq!(free(7, rows(2), 0, FUEL), InferFault::UnknownModel { model: 7 });
		assert_eq!(Engine::quote_batch(7, 1).err(), Some(InferFault::UnknownModel { model: 7 }));
		let id = draft("affine", 0);
		assert_eq!(free(id, rows(2), 0, FUEL), InferFault::ModelNotActive { model: id });
	});
}

#[test]
fn the_limits_are_for_all_rows_together() {
	chain(|| {
		let id = active("affine", 500);
		assert_eq!(
			free(id, rows(3), 1_499, FUEL),
			InferFault::PriceAboveMax { price: 1_500, max: 1_499 }
		);
		let quote = Engine::quote_batch(id, 3).expect("it is callable");
		let (needed, given) = (quote.max_fuel, quote.max_fuel - 1);
		assert_eq!(free(id, rows(3), 1_500, given), InferFault::FuelLimitTooLow { needed, given });
		Engine::infer_batch(signed(bob()), id, BatchRows::truncate_from(rows(3)), 1_500, needed)
			.expect("both are enough");
		check();
	});
}

#[test]
fn prices_beyond_every_balance_are_refused() {
	chain(|| {
		let id = active("affine", Balance::MAX / 2);
		let available = FUNDS - ED;
		assert_eq!(
			free(id, rows(2), Balance::MAX, FUEL),
			InferFault::InsufficientFunds { needed: Balance::MAX - 1, available }
		);
		// Three don't fit the type: no limit admits them, and a quote shows the largest amount.
		assert_eq!(
			free(id, rows(3), Balance::MAX, FUEL),
			InferFault::PriceAboveMax { price: Balance::MAX, max: Balance::MAX }
		);
		assert_eq!(Engine::quote_batch(id, 3).map(|quote| quote.price), Ok(Balance::MAX));
		let id = active("affine", Balance::MAX);
		assert_eq!(
			free(id, rows(2), Balance::MAX, FUEL),
			InferFault::PriceAboveMax { price: Balance::MAX, max: Balance::MAX }
		);
	});
}

#[test]
fn the_payer_must_have_the_price_of_all_rows() {
	chain(|| {
		let id = active("affine", FUNDS / 2);
		assert_eq!(
			free(id, rows(2), Balance::MAX, FUEL),
			InferFault::InsufficientFunds { needed: FUNDS, available: FUNDS - ED }
		);
		Engine::infer_batch(signed(bob()), id, BatchRows::truncate_from(rows(1)), FUNDS, FUEL)
			.expect("one can be paid");
		check();
	});
}

#[test]
fn the_block_must_have_room_for_every_row() {
	chain(|| {
		let id = active("affine", 0);
		accept(id, four([0.0; 4]));
		assert_eq!(free(id, rows(3), 0, FUEL), InferFault::BlockFull { max: 3 });
		Engine::infer_batch(signed(bob()), id, BatchRows::truncate_from(rows(2)), 0, FUEL)
			.expect("two have room");
		check();
		assert_eq!(free(id, rows(1), 0, FUEL), InferFault::BlockFull { max: 3 });
	});
}

#[test]
fn a_row_with_wrong_inputs_is_named_and_nothing_is_charged() {
	chain(|| {
		let id = active("affine", 100);
		let mut bad = rows(3);
		bad[2] = vec![floats(&[1, 3], &[0.0; 3])];
		let (failed, error) = refused(id, bad.clone(), 300, FUEL);
		let engine = EngineError::new(ErrorCode::WrongShape, &[0, 1, 4, 3]);
		assert_eq!(failed.fault, BatchFault { row: Some(2), fault: engine.into() });
		assert_eq!((failed.charged_fuel, failed.rows_run), (0, 0));
		let code = RefusalCode(ErrorCode::WrongShape);
		assert_eq!(error, Error::<Test>::RowRefused { row: 2, code }.into());
		assert!(failed.fault.message().starts_with("WrongShape(row=2,input=0,axis=1,"));
		// The first bad row is the one that is told.
		bad[1] = vec![];
		let (failed, _) = refused(id, bad, 300, FUEL);
		assert_eq!(failed.fault.row, Some(1));
	});
}

#[test]
fn a_row_that_runs_out_of_fuel_costs_one_load_the_rows_before_it_and_its_whole_limit() {
	chain(|| {
		let id = active("branch", 1_000);
		let costs = costs(id);
		let length = Models::<Test>::get(id).map(|info| info.length).expect("it is there");
		let each = costs.overhead_fuel - cost::bytes_fuel(length);
		let once = costs.load_fuel + cost::bytes_fuel(length);
		for heavy in 0..3usize {
			let batch = (0..3).map(|row| branch(row == heavy)).collect();
			let (failed, error) = refused(id, batch, 3_000, FUEL);
			let row = heavy as u32;
			let engine = EngineError::new(ErrorCode::OutOfFuel, &[costs.run_limit]);
			assert_eq!(failed.fault, BatchFault { row: Some(row), fault: engine.into() });
			assert_eq!(failed.rows_run, row + 1);
			let before = u64::from(row) * (each + costs.typical_fuel);
			assert_eq!(failed.charged_fuel, once + before + each + costs.run_limit);
			let code = RefusalCode(ErrorCode::OutOfFuel);
			assert_eq!(error, Error::<Test>::RowRefused { row: row as u8, code }.into());
		}
		// The worst: what the batch declared.
		let quote = Engine::quote_batch(id, 1).expect("it is callable");
		let (failed, _) = refused(id, vec![branch(true)], 1_000, quote.max_fuel);
		assert_eq!(failed.charged_fuel, quote.max_fuel);
		assert_eq!(total(&bob()), FUNDS);
		assert!(events().is_empty() && receipt_ids().is_empty());
	});
}

#[test]
fn nobody_pays_more_by_batching_than_by_single_calls() {
	chain(|| {
		MaxReceipts::set(1_000);
		let id = active("affine", 3);
		let one = Engine::quote(id).expect("it is callable");
		for count in 1..=MAX_BATCH_ROWS {
			let quote = Engine::quote_batch(id, count).expect("it is callable");
			assert_eq!(quote.price, one.price * Balance::from(count));
			let singles = one.max_fuel * u64::from(count);
			let saved = u64::from(count - 1) * costs(id).load_fuel;
			assert!(quote.max_fuel <= singles - saved);
			assert!(quote.max_fuel >= quote.expected_fuel);
		}
	});
}

#[test]
fn faults_without_a_row_print_as_ever() {
	let whole = BatchFault::from(InferFault::WrongRowCount { rows: 0, max: 64 });
	assert_eq!(
		whole.message(),
		"WrongRowCount(rows=0,max=64): split the rows into batches of at most max, at least 1"
	);
	let bare = EngineError::new(ErrorCode::RunFailed, &[]);
	let row = BatchFault { row: Some(63), fault: bare.into() };
	assert!(row.message().starts_with("RunFailed(row=63): "), "{}", row.message());
}
