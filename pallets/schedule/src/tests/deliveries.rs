//! Telling contracts: what they get, what they take, and that they can't break anything.

use super::mock::*;
use crate::{CallFault, Delivered, EndReason, Event, Terms};
use polkadot_sdk::{frame_support::assert_ok, sp_runtime::DispatchError};

/// What the run of block 4 gave: delivery, fee, deposit, released.
fn ran(model: u32) -> (Delivered, Balance, Balance, Balance) {
	let found = events().into_iter().find_map(|event| match event {
		Event::RunSucceeded { fee, deposit, released, delivered, price, .. } => {
			assert_eq!(price, 7);
			Some((delivered, fee, deposit, released))
		},
		_ => None,
	});
	let found = found.unwrap_or_else(|| panic!("no run of {model}: {:?}", events()));
	found
}

/// Runs a schedule with that contract once; gives what [`ran`] does, and what the owner's credit
/// lost.
fn deliver(
	acts: Vec<Act>,
	took: u64,
	limit: Balance,
) -> ((Delivered, Balance, Balance, Balance), u64) {
	let model = active("affine", 7);
	let id = create(told(model, script(1, took, acts), limit));
	let before = credit();
	go_to(5);
	let (delivered, paid, deposit, released) = ran(model);
	assert_eq!(before + released - credit(), 7 + paid + deposit);
	let used = took.min(1_000_000_000);
	let (turn, run) = bookkeeping();
	let values = [1.0, 2.0, 3.0, 4.0];
	assert_eq!(paid, fee(turn + run + affine_ref_time(model, &values) + OVERHEAD + used));
	((delivered, paid, deposit, released), id)
}

#[test]
fn a_contract_is_told() {
	chain(|| {
		let ((delivered, _, deposit, released), id) = deliver(vec![], 40_000_000, 500);
		assert_eq!((delivered, deposit, released), (Delivered::Told, 0, 0));
		let result = last(id).expect("it has run");
		assert_eq!(result.delivered, Delivered::Told);
		let output = raw(&[3.0, 5.0, 7.0, 9.0]);
		let (schedule, receipt) = (id, result.receipt.0);
		assert_eq!(calls(), [(1, Call::Told { schedule, model: 1, receipt, output })]);
	});
}

#[test]
fn what_its_state_takes_is_the_owners_and_no_more() {
	for (take, limit) in [(1, 500), (499, 500), (500, 500), (ED, ED)] {
		chain(|| {
			let before = total(&contracts());
			let ((delivered, _, deposit, released), _) = deliver(vec![Act::Take(take)], 0, limit);
			assert_eq!((delivered, deposit, released), (Delivered::Told, take, 0));
			assert_eq!(total(&contracts()), before + take);
		});
	}
	chain(|| {
		let ((delivered, _, deposit, _), _) = deliver(vec![Act::Take(501)], 0, 500);
		assert!(matches!(delivered, Delivered::Failed(CallFault::Failed(_))));
		assert_eq!(deposit, 0);
	});
}

#[test]
fn what_it_frees_is_the_owners() {
	chain(|| {
		let before = total(&contracts());
		let ((_, _, deposit, released), _) = deliver(vec![Act::Free(30)], 0, 500);
		assert_eq!((deposit, released), (0, 30));
		assert_eq!(total(&contracts()), before - 30);
	});
	chain(|| {
		let ((_, _, deposit, released), _) = deliver(vec![Act::Take(100), Act::Free(30)], 0, 500);
		assert_eq!((deposit, released), (70, 0));
	});
}

#[test]
fn a_delivery_that_fails_does_not_undo_its_run() {
	for (fault, took) in [
		(CallFault::Reverted, 1_000_000),
		(CallFault::BadAnswer, 0),
		(CallFault::Failed(DispatchError::Exhausted), 1_000_000_000),
	] {
		chain(|| {
			let before = total(&contracts());
			let acts = vec![Act::Take(50), Act::Fail(fault)];
			let ((delivered, _, deposit, released), id) = deliver(acts, took, 500);
			assert_eq!((delivered, deposit, released), (Delivered::Failed(fault), 0, 0));
			assert_eq!(total(&contracts()), before);
			assert_eq!(counts(id), (1, 0, 0));
			let result = last(id).expect("it has run");
			assert_eq!(result.delivered, delivered);
			assert!(pallet_inference::Receipts::<Test>::contains_key(result.receipt));
		});
	}
}

#[test]
fn a_delivery_out_of_weight_costs_its_limit() {
	chain(|| {
		let ((delivered, ..), _) = deliver(vec![], 1_000_000_001, 500);
		assert_eq!(delivered, Delivered::Failed(CallFault::Failed(DispatchError::Exhausted)));
	});
}

#[test]
fn money_that_somebody_sent_to_the_caller_is_not_spent() {
	chain(|| {
		let gift = 10_000;
		let model = active("affine", 7);
		let id = create(told(model, script(1, 0, vec![Act::Take(501)]), 500));
		let send = polkadot_sdk::pallet_balances::Pallet::<Test>::transfer_allow_death;
		go_to(4);
		assert_ok!(send(signed(alice()), Caller::get(), gift));
		// Taking more than was advanced undoes the whole run: no contract can, a broken runtime could.
		let before = (credit(), total(&contracts()));
		System::reset_events();
		let now = System::block_number();
		use polkadot_sdk::frame_support::{traits::Hooks, weights::Weight};
		Schedule::on_idle(now, Weight::MAX);
		assert!(matches!(event(), Event::RunFailed { fee: 0, .. }));
		assert_eq!((credit(), total(&contracts())), before);
		assert_eq!(total(&Caller::get()), ED + gift);
		assert_eq!(counts(id), (0, 1, 0));
		script(1, 0, vec![Act::Take(500)]);
		System::set_block_number(7);
		Schedule::on_idle(7, Weight::MAX);
		assert_eq!(counts(id), (1, 1, 0));
		assert_eq!(total(&contracts()), before.1 + 500);
		assert_eq!(total(&Caller::get()), ED + gift);
		Inference::on_finalize(7);
		System::set_block_number(8);
		assert_ok!(send(signed(Caller::get()), alice(), gift));
	});
}

#[test]
fn a_contract_can_cancel_its_schedule() {
	chain(|| {
		let model = active("affine", 7);
		let id = create(told(model, script(1, 0, vec![Act::Cancel(1), Act::Take(5)]), 9));
		assert_eq!(id, 1);
		let before = credit();
		go_to(5);
		let (delivered, paid, deposit, _) = ran(model);
		// The run is paid all the same.
		assert_eq!((delivered, deposit), (Delivered::Told, 5));
		assert_eq!(before - credit(), 7 + paid + 5);
		assert!(!exists(id) && last(id).is_none());
		assert_eq!(held(), 0);
		let ends = |event: &Event<Test>| {
			matches!(event, Event::ScheduleEnded { reason: EndReason::Cancelled, .. })
		};
		assert_eq!(events().iter().filter(|event| ends(event)).count(), 1);
		go_to(12);
		assert_eq!(calls().len(), 1);
	});
}

#[test]
fn a_contract_can_cancel_in_the_last_turn() {
	chain(|| {
		let model = active("affine", 7);
		create(Terms { runs: 1, ..told(model, script(1, 0, vec![Act::Cancel(1)]), 0) });
		go_to(5);
		let ends = |event: &Event<Test>| matches!(event, Event::ScheduleEnded { .. });
		assert_eq!(events().iter().filter(|event| ends(event)).count(), 1);
		assert_eq!(held(), 0);
	});
}

#[test]
fn a_contract_can_cancel_before_the_run() {
	chain(|| {
		let model = active("affine", 7);
		let acts = vec![Act::Cancel(1), Act::Answer(raw(&[1.0; 4]))];
		let contract = script(1, 0, acts);
		let input = crate::Input::Contract { contract, ref_time: 0 };
		create(Terms { input, ..told(model, script(2, 0, vec![]), 0) });
		go_to(5);
		assert_eq!(ran(model).0, Delivered::Told);
		assert!(!exists(1) && last(1).is_none());
	});
}

#[test]
fn a_contract_can_cancel_another_schedule_of_the_block() {
	chain(|| {
		let model = active("affine", 7);
		create(told(model, script(1, 0, vec![Act::Cancel(2)]), 0));
		create(terms(model));
		create(terms(model));
		go_to(5);
		assert!(!exists(2));
		assert_eq!((counts(1), counts(3)), ((1, 0, 0), (1, 0, 0)));
		// The second time there is nothing to cancel: that delivery fails.
		go_to(8);
		let delivered = last(1).expect("it has run").delivered;
		assert!(matches!(delivered, Delivered::Failed(CallFault::Failed(_))));
	});
}

#[test]
fn a_contract_can_take_the_credit_away_and_the_run_is_paid() {
	chain(|| {
		let model = active("affine", 7);
		let id = create(told(model, script(1, 0, vec![Act::Withdraw, Act::Take(3)]), 500));
		let before = credit() + total(&bob());
		go_to(5);
		let (delivered, paid, deposit, _) = ran(model);
		assert_eq!((delivered, deposit), (Delivered::Told, 3));
		assert_eq!(before - credit() - total(&bob()), 7 + paid + 3);
		// What was set aside and not used is all that is left.
		assert!(credit() > 0 && credit() < 10_000_000);
		assert_eq!(counts(id), (1, 0, 0));
	});
}

#[test]
fn a_contract_can_create_schedules() {
	chain(|| {
		let model = active("affine", 7);
		let act = Act::Create(Box::new(Terms { every: 2, ..terms(model) }));
		create(told(model, script(1, 0, vec![act]), 0));
		go_to(5);
		// Never in the block that is running.
		assert_eq!(progress(2).next, Some(6));
		go_to(8);
		assert_eq!(counts(2), (1, 0, 0));
		assert_eq!(counts(1), (2, 0, 0));
	});
}

#[test]
fn the_hook_within_the_hook_runs_no_turn_twice() {
	chain(|| {
		let model = active("affine", 7);
		for _ in 0..3 {
			create(told(model, script(1, 0, vec![Act::Reenter]), 0));
		}
		go_to(5);
		assert_eq!(calls().len(), 3);
		for id in 1..=3 {
			assert_eq!((counts(id), progress(id).next), ((1, 0, 0), Some(7)));
		}
	});
}
