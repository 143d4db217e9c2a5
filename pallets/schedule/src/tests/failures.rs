//! Runs that fail: recorded with their reason, charged what they used, to the unit, and nothing else
//! has changed.

use super::mock::*;
use crate::{CallFault, EndReason, Event, Fault, Input, Terms};
use codec::Encode;
use polkadot_sdk::{frame_support::assert_ok, sp_runtime::DispatchError};

fn failed(schedule: u64, model: u32, fault: Fault, fee: Balance) -> Event<Test> {
	Event::RunFailed { schedule, owner: bob(), model, fault, fee }
}

/// Bob's credit falls by exactly the fee, which the author gets, and Alice gets nothing.
fn fails_for(fee: Balance, until: u64) {
	let before = (credit(), total(&author()), total(&alice()), total(&Treasury::get()));
	go_to(until);
	assert_eq!(before.0 - credit(), fee);
	assert_eq!(total(&author()) - before.1, fee);
	assert_eq!((total(&alice()), total(&Treasury::get())), (before.2, before.3));
}

/// A run that couldn't begin, for a reason of `pallet-inference`.
fn refused(id: u64, model: u32, code: u32) {
	fails_for(fee(turn(1)), 5);
	assert_eq!(event(), failed(id, model, Fault::Inference { code }, fee(turn(1))));
	assert_eq!(counts(id), (0, 1, 0));
	assert_eq!(progress(id).last_failure, Some((4, Fault::Inference { code })));
}

#[test]
fn a_paused_model_costs_the_bookkeeping() {
	chain(|| {
		let model = active("affine", 7);
		let id = create(terms(model));
		assert_ok!(Registry::pause(signed(alice()), model));
		refused(id, model, 257);
		// It goes on when the model does.
		assert_ok!(Registry::resume(signed(alice()), model));
		go_to(8);
		assert_eq!(counts(id), (1, 1, 0));
		assert_eq!(progress(id).failures, 0);
	});
}

#[test]
fn a_retired_model_ends_its_schedule_in_time() {
	chain(|| {
		let model = active("affine", 7);
		let id = create(Terms { runs: 20, ..terms(model) });
		assert_ok!(Registry::retire(signed(alice()), model));
		// Retired from block 11 on.
		go_to(11);
		assert_eq!(counts(id), (3, 0, 0));
		fails_for(2 * fee(turn(1)), 17);
		assert_eq!(counts(id), (3, 2, 0));
		fails_for(fee(turn(1)), 20);
		assert!(!exists(id));
		let events = events();
		let fault = Fault::Inference { code: 257 };
		assert_eq!(events[0], failed(id, model, fault, fee(turn(1))));
		let reason = EndReason::Failing;
		assert_eq!(events[1], Event::ScheduleEnded { schedule: id, owner: bob(), reason });
		assert_eq!(held(), 0);
	});
}

#[test]
fn a_price_above_the_highest_is_not_paid() {
	chain(|| {
		let model = active("affine", 7);
		let id = create(Terms { every: 2, max_price: 8, ..terms(model) });
		assert_ok!(Registry::set_price(signed(alice()), model, 9));
		// The new price holds from block 6 on.
		let before = total(&alice());
		go_to(6);
		assert_eq!(counts(id), (2, 0, 0));
		assert_eq!(total(&alice()), before + 2 * 7);
		fails_for(fee(turn(1)), 8);
		let fault = Fault::Inference { code: 259 };
		assert_eq!(progress(id).last_failure, Some((7, fault)));
	});
}

#[test]
fn a_switched_off_engine_costs_the_bookkeeping() {
	chain(|| {
		let model = active("affine", 7);
		let id = create(terms(model));
		assert_ok!(Registry::disable_engine(RuntimeOrigin::root(), 1));
		refused(id, model, 258);
	});
}

#[test]
fn all_that_a_run_may_cost_must_be_there() {
	chain(|| {
		let model = active("affine", 7);
		let id = create(told(model, script(1, 0, vec![]), 900));
		let signature = Registry::signature(model).expect("it is active");
		let most = Schedule::run_ref_time(&told(model, Default::default(), 900), &signature, {
			costs(model).max_fuel()
		});
		let needed = fee(turn(1) + most) + 900 + 7;
		let leave = |amount| {
			Credit::do_withdraw(&bob(), credit() - amount).expect("it is there");
		};
		leave(needed - 1);
		fails_for(fee(turn(1)), 5);
		let fault = Fault::InsufficientCredit { needed, available: needed - 1 };
		assert_eq!(event(), failed(id, model, fault, fee(turn(1))));
		assert_ok!(Credit::do_deposit(&bob(), &bob(), CREDIT));
		leave(needed);
		go_to(8);
		assert_eq!(counts(id), (1, 1, 0));
	});
}

#[test]
fn who_cannot_pay_the_bookkeeping_is_ended_at_once() {
	chain(|| {
		let model = active("affine", 7);
		let id = create(Terms { runs: 20, ..terms(model) });
		// Less than the fee of the bookkeeping.
		Credit::do_withdraw(&bob(), CREDIT - 3).expect("it is there");
		fails_for(3, 5);
		assert!(!exists(id));
		assert_eq!(held(), 0);
		let reason = EndReason::Unpaid;
		assert_eq!(events()[1], Event::ScheduleEnded { schedule: id, owner: bob(), reason });
		// The same when it couldn't have run anyway.
		let id = create(Terms { runs: 20, ..terms(model) });
		assert_ok!(Registry::pause(signed(alice()), model));
		assert_ok!(Credit::do_deposit(&bob(), &bob(), ED));
		fails_for(ED, 9);
		assert!(!exists(id));
	});
}

#[test]
fn who_can_pay_the_bookkeeping_is_ended_after_some_failures() {
	chain(|| {
		let model = active("affine", 7);
		let id = create(Terms { runs: 20, ..terms(model) });
		let one = fee(turn(1));
		Credit::do_withdraw(&bob(), CREDIT - 3 * one).expect("it is there");
		fails_for(2 * one, 10);
		assert_eq!(counts(id), (0, 2, 0));
		fails_for(one, 11);
		assert!(!exists(id));
		let reason = EndReason::Failing;
		assert_eq!(events()[1], Event::ScheduleEnded { schedule: id, owner: bob(), reason });
	});
}

#[test]
fn credit_that_runs_out_stops_the_payment_not_the_chain() {
	chain(|| {
		let model = active("affine", 7);
		let id = create(Terms { runs: 50, every: 2, ..terms(model) });
		let before = credit();
		go_to(4);
		let cost = before - credit();
		let most = fee(turn(1) + {
			let signature = Registry::signature(model).expect("it is active");
			Schedule::run_ref_time(&terms(model), &signature, costs(model).max_fuel())
		}) + 7;
		// Enough for three runs more.
		let left = 2 * cost + most;
		Credit::do_withdraw(&bob(), credit() - left).expect("it is there");
		go_to(10);
		assert_eq!(counts(id), (4, 0, 0));
		assert_eq!(credit(), left - 3 * cost);
		go_to(12);
		assert_eq!(counts(id), (4, 1, 0));
	});
}

#[test]
fn an_engines_fault_is_charged_its_fuel_and_no_price() {
	chain(|| {
		let model = active("gather", 7);
		let index = |i: i64| Input::Fixed(i.to_le_bytes().to_vec().try_into().expect("it fits"));
		let id = create(Terms { input: index(3), ..terms(model) });
		let signature = Registry::signature(model).expect("it is active");
		let inputs = signature.unpack_inputs(&3i64.to_le_bytes()).expect("they fit");
		let bytes = pallet_inference::data_bytes(&inputs);
		let source = pallet_inference::Source::Credit;
		let same = Inference::do_infer(&bob(), &source, model, inputs, 7, FUEL)
			.expect_err("it is out of range");
		let work = Inference::infer_weight(bytes, 0, same.charged_fuel).ref_time();
		let (turn, run) = bookkeeping();
		fails_for(fee(turn + run + work), 5);
		let fault = Fault::Inference { code: same.fault.code() };
		assert!(same.fault.code() < 256);
		assert_eq!(event(), failed(id, model, fault, fee(turn + run + work)));
		assert!(last(id).is_none());
	});
}

#[test]
fn a_contract_that_gives_no_inputs_is_charged() {
	chain(|| {
		let model = active("affine", 7);
		for (fault, took) in [
			(CallFault::Reverted, 70_000_000),
			(CallFault::BadAnswer, 0),
			(CallFault::Failed(DispatchError::Exhausted), 2_000_000_000),
		] {
			let contract = script(1, took, vec![Act::Fail(fault)]);
			let input = Input::Contract { contract, ref_time: 2_000_000_000 };
			let id = create(Terms { input, ..terms(model) });
			let (turn, run) = bookkeeping();
			let paid = fee(turn + run + OVERHEAD + took);
			fails_for(paid, System::block_number() + 4);
			assert_eq!(event(), failed(id, model, Fault::Input(fault), paid));
			assert_ok!(Schedule::cancel(signed(bob()), id));
		}
	});
}

#[test]
fn a_contract_that_takes_more_than_its_limit_is_stopped_there() {
	chain(|| {
		let model = active("affine", 7);
		let contract = script(1, 2_000_000_001, vec![Act::Answer(raw(&[1.0; 4]))]);
		let input = Input::Contract { contract, ref_time: 2_000_000_000 };
		let id = create(Terms { input, ..terms(model) });
		let (turn, run) = bookkeeping();
		fails_for(fee(turn + run + OVERHEAD + 2_000_000_000), 5);
		assert_eq!(counts(id), (0, 1, 0));
	});
}

#[test]
fn what_a_contract_did_to_give_inputs_is_undone_when_the_run_fails() {
	chain(|| {
		let model = active("affine", 7);
		let other = create(Terms { every: 100, ..terms(model) });
		for acts in [
			// It frees state of its own, creates and cancels schedules, and answers too little.
			vec![Act::Free(30), Act::Create(Box::new(terms(model))), Act::Cancel(other)],
			// It takes away the credit that would pay the price.
			vec![Act::Withdraw, Act::Answer(raw(&[1.0; 4]))],
		] {
			let contract = script(1, 1_000_000, acts);
			let input = Input::Contract { contract, ref_time: 1_000_000 };
			let id = create(Terms { input, runs: 1, ..terms(model) });
			let before = (total(&contracts()), total(&bob()));
			go_to(System::block_number() + 4);
			assert!(matches!(events()[0], Event::RunFailed { .. }), "{:?}", events());
			assert_eq!((total(&contracts()), total(&bob())), before);
			assert!(exists(other) && !exists(id));
			assert_eq!(crate::Schedules::<Test>::iter().count(), 1);
		}
	});
}

#[test]
fn failures_in_a_row_end_a_schedule_and_a_success_begins_anew() {
	chain(|| {
		let model = active("affine", 7);
		let id = create(Terms { every: 2, runs: 50, ..terms(model) });
		let pause = || Registry::pause(signed(alice()), model).expect("it is active");
		pause();
		go_to(6);
		assert_eq!((counts(id), progress(id).failures), ((0, 2, 0), 2));
		assert_ok!(Registry::resume(signed(alice()), model));
		go_to(8);
		assert_eq!((counts(id), progress(id).failures), ((1, 2, 0), 0));
		pause();
		go_to(12);
		assert!(exists(id));
		go_to(14);
		assert!(!exists(id));
	});
}

#[test]
fn a_missed_turn_is_no_failure() {
	chain(|| {
		let model = active("affine", 7);
		let id = create(Terms { every: 2, runs: 50, ..terms(model) });
		for _ in 0..20 {
			end_block(MaxRefTime::get() - Schedule::max_run_ref_time());
		}
		assert_eq!((counts(id), progress(id).failures), ((0, 0, 9), 0));
	});
}

#[test]
fn a_fee_that_cannot_be_paid_undoes_the_run() {
	chain(|| {
		let model = active("affine", 7);
		let id = create(told(model, script(1, 0, vec![Act::Take(5)]), 10));
		FeesFail::set(true);
		let before = total(&contracts());
		fails_for(0, 5);
		let fault = Fault::Payment(DispatchError::Other("no fees"));
		// What is said in words isn't in an event's bytes.
		assert_eq!(fault.encode(), Fault::Payment(DispatchError::Other("")).encode());
		assert_eq!(event().encode(), failed(id, model, fault, 0).encode());
		assert_eq!(total(&contracts()), before);
		assert!(last(id).is_none());
		assert_eq!(pallet_inference::Receipts::<Test>::iter().count(), 0);
		FeesFail::set(false);
	});
}

#[test]
fn a_block_without_room_for_a_receipt_is_missed() {
	chain(|| {
		MaxReceipts::set(1);
		let model = active("affine", 7);
		let (first, second) = (create(terms(model)), create(terms(model)));
		go_to(5);
		assert_eq!((counts(first), counts(second)), ((1, 0, 0), (0, 0, 1)));
		go_to(8);
		assert_eq!((counts(first), counts(second)), ((1, 0, 1), (1, 0, 1)));
		MaxReceipts::set(100);
	});
}
