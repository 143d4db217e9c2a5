//! `infer_batch`: rows are what single calls are, less what they have in common.

use super::mock::*;
use crate::{
	batch::{rows_bytes, BatchRows, MAX_BATCH_ROWS},
	data_bytes, Call, Event, InferFault, Receipts, Source,
};
use opg_engine_abi::Tensor;
use pallet_model_registry::{cost, Beneficiary, BeneficiaryList, Models};
use polkadot_sdk::{
	frame_support::{dispatch::GetDispatchInfo, weights::Weight},
	sp_core::H256,
	sp_runtime::traits::Convert,
};

/// Rows of inputs of the model `affine`.
fn rows(count: u32) -> Vec<Vec<Tensor>> {
	(0..count).map(|n| four([n as f32, 1.0, -2.5, 1e6])).collect()
}

fn length(id: u32) -> u32 {
	Models::<Test>::get(id).map(|info| info.length).expect("the model is there")
}

/// What a call and a row have in common: everything but their place in the block.
fn common(id: H256) -> (H256, H256, H256, u64, Balance, Balance) {
	let r = Receipts::<Test>::get(id).expect("the receipt is kept");
	(r.result_id, r.input_hash, r.output_hash, r.fuel, r.price, r.protocol_share)
}

#[test]
fn rows_give_what_single_calls_give() {
	chain(|| {
		MaxReceipts::set(100);
		let id = active("affine", 1_019);
		let singles: Vec<_> =
			rows(7).into_iter().map(|row| do_infer(id, row).expect("it succeeds")).collect();
		let after_singles = (total(&alice()), total(&bob()));
		let paid = (after_singles.0, FUNDS - after_singles.1);
		go_to(2);
		let mut outputs = Vec::new();
		let batch = Engine::do_infer_batch(
			&bob(),
			&Source::Caller,
			id,
			rows(7),
			7 * 1_019,
			FUEL,
			|tensors| outputs.push(tensors),
		)
		.expect("it succeeds");
		check();
		assert_eq!(outputs, singles.iter().map(|one| one.tensors.clone()).collect::<Vec<_>>());
		assert_eq!(batch.rows.len(), 7);
		for (row, single) in batch.rows.iter().zip(&singles) {
			assert_eq!(row.result_id, single.result_id);
			assert_eq!(row.run_fuel, single.run_fuel);
			assert_eq!((row.price, row.protocol_share), (single.price, single.protocol_share));
			assert_eq!(common(row.receipt), common(single.receipt));
			assert_ne!(row.receipt, single.receipt);
		}
		// To the unit what the single calls moved.
		assert_eq!(FUNDS - total(&bob()), 2 * paid.1);
		let ids: Vec<H256> = batch.rows.iter().map(|row| row.receipt).collect();
		assert_eq!(crate::ReceiptsOf::<Test>::get(2).to_vec(), ids);
		let told: Vec<H256> = events()
			.into_iter()
			.filter_map(|event| match event {
				Event::Inferred { receipt, output, .. } => {
					assert!(!output.is_empty());
					Some(receipt)
				},
				_ => None,
			})
			.collect();
		assert_eq!(told, ids);
		// Every row is proved like a call.
		go_to(3);
		for id in ids {
			assert!(Engine::receipt_proof(id).is_some());
		}
	});
}

#[test]
fn a_batch_of_one_is_charged_what_a_call_is() {
	chain(|| {
		let id = active("two-chunks", 100);
		let inputs = || vec![floats(&[1, 400], &[0.5; 400])];
		let call = accept(id, inputs());
		let batch = Engine::infer_batch(
			signed(bob()),
			id,
			BatchRows::truncate_from(vec![inputs()]),
			100,
			FUEL,
		)
		.expect("it succeeds");
		check();
		// But for the bytes of a row.
		let (bytes, of_rows) = (data_bytes(&inputs()), rows_bytes(&[inputs()]));
		let row = Engine::infer_weight(of_rows, 1, 0) - Engine::infer_weight(bytes, 1, 0);
		assert_eq!(batch.actual_weight, call.actual_weight.map(|weight| weight + row));
		let quote = Engine::quote_batch(id, 1).expect("it is callable");
		assert_eq!(quote.max_fuel, costs(id).max_fuel());
		assert_eq!(quote.expected_fuel, costs(id).expected_fuel());
	});
}

#[test]
fn the_load_is_charged_once_and_every_row_its_run_and_its_overhead() {
	chain(|| {
		MaxReceipts::set(100);
		let id = active("two-chunks", 0);
		let row = |n: u32| vec![floats(&[1, 400], &[n as f32; 400])];
		let costs = costs(id);
		let cold = cost::bytes_fuel(length(id));
		assert!(cold > 0 && cold < costs.overhead_fuel);
		for count in [1u32, 2, 5, MAX_BATCH_ROWS] {
			MaxReceipts::set(1_000);
			let batch = Engine::do_infer_batch(
				&bob(),
				&Source::Caller,
				id,
				(0..count).map(row).collect(),
				0,
				Engine::quote_batch(id, count).map(|quote| quote.max_fuel).unwrap_or_default(),
				|_| (),
			)
			.expect("its own need is enough");
			let runs: u64 = batch.rows.iter().map(|row| row.run_fuel).sum();
			let n = u64::from(count);
			let saved = (n - 1) * (costs.load_fuel + cold);
			let singles = n * costs.charged(0) + runs;
			assert_eq!(batch.charged_fuel, singles - saved);
			let max_fuel = singles - saved - runs + n * costs.run_limit;
			assert_eq!(Engine::quote_batch(id, count).map(|quote| quote.max_fuel), Ok(max_fuel));
		}
		check();
	});
}

#[test]
fn the_weight_is_declared_from_the_arguments_and_refunded_to_what_was_used() {
	chain(|| {
		MaxReceipts::set(100);
		let id = active("affine", 5);
		let bytes = rows_bytes(&rows(3));
		assert_eq!(bytes, 3 * (data_bytes(&four([0.0; 4])) + 16));
		let declared = |model, max_fuel| {
			let rows = BatchRows::truncate_from(rows(3));
			RuntimeCall::Engine(Call::infer_batch { model, rows, max_price: 0, max_fuel })
				.get_dispatch_info()
				.call_weight
		};
		assert_eq!(declared(id, 7), Engine::infer_batch_weight(bytes, 3, 8, 7));
		assert_eq!(declared(99, 7), declared(id, 7));
		assert_eq!(declared(id, u64::MAX).ref_time(), u64::MAX);
		let quote = Engine::quote_batch(id, 3).expect("it is callable");
		let info = Engine::infer_batch(
			signed(bob()),
			id,
			BatchRows::truncate_from(rows(3)),
			quote.price,
			quote.max_fuel,
		)
		.expect("the quote is enough");
		check();
		let weight = info.actual_weight.expect("the weight is refunded");
		assert_eq!(weight, Engine::infer_batch_weight(bytes, 3, 1, quote.expected_fuel));
		assert_eq!(Fee::convert(weight), quote.expected_compute);
		assert!(quote.expected_compute < quote.max_compute);
		assert_eq!(quote.price, 15);
		let one = Engine::quote(id).expect("it is callable");
		assert!(quote.max_fuel < 3 * one.max_fuel);
		assert!(quote.max_compute < 3 * one.max_compute);
		// A row is weighed with its settlement.
		let settled = |rows| Engine::infer_batch_weight(0, rows, 2, 0);
		let more: Weight = settled(2) - settled(1);
		assert!(more.ref_time() > 260_000_000);
		assert_eq!(settled(0), settled(1));
	});
}

#[test]
fn beneficiaries_get_for_rows_what_they_get_for_calls() {
	chain(|| {
		MaxReceipts::set(100);
		let id = active("affine", 19);
		let list = [(alice(), 1), (charlie(), 333_333_333), (account(9), 666_666_666)]
			.map(|(account, parts)| Beneficiary { account, parts });
		let list = BeneficiaryList::truncate_from(list.to_vec());
		Registry::set_beneficiaries(signed(alice()), id, list).expect("it is set");
		let state = || {
			let receivers = [alice(), bob(), charlie(), account(9), Treasury::get()];
			receivers.map(|who| (total(&who), credit(&who)))
		};
		let delta = |before: [(Balance, Balance); 5], after: [(Balance, Balance); 5]| {
			let change = |a: Balance, b: Balance| b as i128 - a as i128;
			before.iter().zip(after).map(|(a, b)| (change(a.0, b.0), change(a.1, b.1))).collect()
		};
		let start = state();
		for row in rows(5) {
			accept(id, row);
		}
		let middle = state();
		Engine::infer_batch(signed(bob()), id, BatchRows::truncate_from(rows(5)), 95, FUEL)
			.expect("it succeeds");
		check();
		let singles: Vec<(i128, i128)> = delta(start, middle);
		let batch: Vec<(i128, i128)> = delta(middle, state());
		assert_eq!(singles, batch);
	});
}

#[test]
fn large_outputs_reach_the_caller_and_not_the_events() {
	chain(|| {
		MaxReceipts::set(100);
		let id = active("wide", 0);
		let rows: Vec<_> = (0..4).map(|n| vec![floats(&[1], &[n as f32])]).collect();
		let mut outputs = Vec::new();
		Engine::do_infer_batch(&bob(), &Source::Caller, id, rows, 0, FUEL, |tensors| {
			outputs.push(tensors)
		})
		.expect("it succeeds");
		check();
		for (n, tensors) in outputs.iter().enumerate() {
			assert_eq!(*tensors, [floats(&[2048], &[n as f32; 2048])]);
		}
		assert_eq!(outputs.len(), 4);
		for event in events() {
			assert!(matches!(event, Event::Inferred { output, .. } if output.is_empty()));
		}
	});
}

#[test]
fn a_batch_has_one_payer() {
	chain(|| {
		MaxReceipts::set(100);
		let id = active("affine", 1_000);
		let call = |source| {
			let result = Engine::do_infer_batch(&bob(), &source, id, rows(2), 2_000, FUEL, |_| ());
			check();
			result.map(|batch| batch.rows.len()).map_err(|error| error.fault.fault)
		};
		// A credit that covers one row pays none.
		Credit::deposit(signed(bob()), 1_999).expect("it is deposited");
		assert_eq!(call(Source::Caller), Ok(2));
		assert_eq!((total(&bob()), credit(&bob())), (FUNDS - 1_999 - 2_000, 1_999));
		assert_eq!(
			call(Source::Credit),
			Err(InferFault::InsufficientCredit { needed: 2_000, available: 1_999 })
		);
		Credit::deposit(signed(bob()), 101).expect("it is deposited");
		assert_eq!(call(Source::Caller), Ok(2));
		assert_eq!((total(&bob()), credit(&bob())), (FUNDS - 2_100 - 2_000, 100));

		// To a sponsor all rows together are one call.
		Credit::deposit(signed(charlie()), 10_000).expect("it is deposited");
		let sponsor = |per_call| {
			let allowance = pallet_credit::Allowance {
				per_call,
				total: 3_000,
				models: Default::default(),
				expires: 50,
			};
			Credit::sponsor(signed(charlie()), bob(), allowance).expect("it is allowed");
		};
		sponsor(1_999);
		let max = InferFault::AllowancePerCall { price: 2_000, max: 1_999 };
		assert_eq!(call(Source::Sponsor(charlie())), Err(max));
		sponsor(2_000);
		assert_eq!(call(Source::Sponsor(charlie())), Ok(2));
		assert_eq!(credit(&charlie()), 8_000);
		let left = InferFault::AllowanceTotal { price: 2_000, left: 1_000 };
		assert_eq!(call(Source::Sponsor(charlie())), Err(left));
		let paid_by = |who: Account| {
			Receipts::<Test>::iter_values().filter(|receipt| receipt.payer == who).count()
		};
		assert_eq!((paid_by(bob()), paid_by(charlie())), (4, 2));
	});
}
