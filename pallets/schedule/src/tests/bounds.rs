//! What turns use is never above what a block has left for them.

use super::mock::*;
use crate::{Event, Terms};

/// Counts what was run and missed.
fn counted() -> (usize, usize) {
	let of = |wanted: fn(&Event<Test>) -> bool| events().iter().filter(|e| wanted(e)).count();
	(
		of(|event| matches!(event, Event::RunSucceeded { .. })),
		of(|event| matches!(event, Event::RunMissed { .. })),
	)
}

#[test]
fn no_block_is_used_beyond_what_it_has_left() {
	chain(|| {
		let model = active("affine", 7);
		let took = 900_000_000;
		for number in 0..MAX_RUNS as u8 {
			let contract = script(number + 1, took, vec![Act::Take(1)]);
			create(Terms { every: 2, runs: 10_000, ..told(model, contract, 1) });
		}
		go_to(3);
		System::reset_events();
		let all = end_block(u64::MAX);
		assert_eq!(counted(), (MAX_RUNS as usize, 0));
		// From nothing to more than enough; `end_block` compares.
		let (mut some, mut none) = (0, 0);
		for step in 0..60 {
			System::reset_events();
			end_block(all * step / 40);
			match counted() {
				(0, 0) => none += 1,
				(run, missed) => {
					assert!(run + missed <= 2 * MAX_RUNS as usize);
					some += run;
				},
			}
		}
		assert!(some > 20 && none > 5, "{some} and {none}");
	});
}

#[test]
fn the_share_of_a_block_bounds_its_turns() {
	chain(|| {
		let model = active("affine", 7);
		for _ in 0..MAX_RUNS {
			create(terms(model));
		}
		let signature = Registry::signature(model).expect("it is active");
		let one = Schedule::run_ref_time(&terms(model), &signature, costs(model).max_fuel());
		MaxRefTime::set(MaxRefTime::get() - Schedule::max_run_ref_time() + one);
		assert_eq!(Schedule::max_run_ref_time(), one);
		go_to(4);
		let used = end_block(u64::MAX);
		assert!(used <= MaxRefTime::get());
		let ran: u32 = (1..=u64::from(MAX_RUNS)).map(|id| counts(id).0).sum();
		assert!((1..MAX_RUNS).contains(&ran));
		// One that takes a picosecond more can't be created.
		MaxRefTime::set(MaxRefTime::get() - 1);
		let refused = Schedule::create(signed(bob()), terms(model));
		assert_eq!(refused, Err(crate::Error::<Test>::TooHeavy.into()));
		// Those that exist fail.
		System::set_block_number(7);
		MaxRefTime::set(400_000_000_000);
	});
}

#[test]
fn a_run_that_became_too_heavy_fails() {
	chain(|| {
		let model = active("affine", 7);
		let id = create(terms(model));
		let whole = MaxRefTime::get();
		let fixed = whole - Schedule::max_run_ref_time();
		MaxRefTime::set(fixed + 1_000);
		go_to(5);
		assert!(matches!(
			progress(id).last_failure,
			Some((4, crate::Fault::TooHeavy { max: 1_000, needed })) if needed > 1_000
		));
		MaxRefTime::set(whole);
	});
}

#[test]
fn the_configuration_is_checked() {
	use polkadot_sdk::frame_support::traits::Hooks;
	chain(<Schedule as Hooks<u64>>::integrity_test);
}
