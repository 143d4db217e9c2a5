//! When turns are taken: periods, ends, blocks with too little left, blocks that never came to it.

use super::mock::*;
use crate::{Agenda, Cursor, EndReason, Event, Terms};

fn ended(schedule: u64, reason: EndReason) -> Event<Test> {
	Event::ScheduleEnded { schedule, owner: bob(), reason }
}

fn missed(schedule: u64, due: u64, needed: u64) -> Event<Test> {
	Event::RunMissed { schedule, owner: bob(), due, needed }
}

/// What a run of `affine` may take, without the turn's bookkeeping.
fn needed(model: u32) -> u64 {
	let signature = Registry::signature(model).expect("it is active");
	Schedule::run_ref_time(&terms(model), &signature, costs(model).max_fuel())
}

/// What a block needs for one run of `affine` and no more.
fn for_one(model: u32) -> u64 {
	MaxRefTime::get() - Schedule::max_run_ref_time() + needed(model)
}

#[test]
fn turns_come_every_so_many_blocks_until_there_are_none() {
	chain(|| {
		let model = active("affine", 7);
		let id = create(terms(model));
		let mut ran = vec![];
		for _ in 0..20 {
			System::reset_events();
			end_block(u64::MAX);
			let block = System::block_number() - 1;
			for event in events() {
				match event {
					Event::RunSucceeded { .. } => ran.push(block),
					Event::ScheduleEnded { reason: EndReason::Complete, .. } => ran.push(0),
					other => panic!("{other:?}"),
				}
			}
		}
		assert_eq!(ran, [4, 7, 10, 13, 0]);
		assert!(!exists(id) && last(id).is_none());
		assert_eq!(held(), 0);
		assert!(Agenda::<Test>::iter().next().is_none());
		assert_eq!(Cursor::<Test>::get(), Some(21));
	});
}

#[test]
fn before_the_first_schedule_nothing_is_done() {
	chain(|| {
		go_to(50);
		assert_eq!(Cursor::<Test>::get(), None);
		let model = active("affine", 0);
		let id = create(terms(model));
		assert_eq!(Cursor::<Test>::get(), Some(50));
		go_to(54);
		assert_eq!(counts(id), (1, 0, 0));
	});
}

#[test]
fn a_turn_without_enough_left_is_missed_and_free() {
	chain(|| {
		let model = active("affine", 7);
		let id = create(terms(model));
		let before = (credit(), total(&author()));
		go_to(4);
		System::reset_events();
		let used = end_block(for_one(model) - 1);
		assert_eq!(event(), missed(id, 4, needed(model)));
		assert_eq!((credit(), total(&author())), before);
		assert_eq!(counts(id), (0, 0, 1));
		assert_eq!(progress(id).next, Some(7));
		assert!(used > 0 && used < for_one(model));
		go_to(7);
		end_block(for_one(model));
		assert_eq!(counts(id), (1, 0, 1));
	});
}

#[test]
fn a_schedule_that_is_always_missed_ends_with_its_turns() {
	chain(|| {
		let model = active("affine", 7);
		let id = create(terms(model));
		let before = credit();
		for _ in 0..14 {
			System::reset_events();
			end_block(for_one(model) - 1);
		}
		assert!(!exists(id));
		assert_eq!((held(), credit()), (0, before));
	});
}

#[test]
fn blocks_that_had_nothing_left_are_caught_up_as_missed() {
	chain(|| {
		let model = active("affine", 7);
		let first = create(Terms { every: 2, ..terms(model) });
		let second = create(terms(model));
		go_to(3);
		System::reset_events();
		for _ in 0..4 {
			assert_eq!(end_block(0), 0);
		}
		assert!(events().is_empty());
		assert_eq!(Cursor::<Test>::get(), Some(3));
		// Block 7: both turns are over. Nothing runs late.
		end_block(u64::MAX);
		assert_eq!(events(), [missed(first, 3, 0), missed(second, 4, 0)]);
		assert_eq!((progress(first).next, progress(second).next), (Some(9), Some(10)));
		assert_eq!(Cursor::<Test>::get(), Some(8));
		go_to(11);
		assert_eq!((counts(first), counts(second)), ((1, 0, 1), (1, 0, 1)));
	});
}

#[test]
fn a_hook_that_is_never_called_forgets_nothing() {
	chain(|| {
		let model = active("affine", 7);
		let id = create(terms(model));
		System::set_block_number(40);
		System::reset_events();
		end_block(u64::MAX);
		assert_eq!(event(), missed(id, 4, 0));
		assert_eq!(progress(id).next, Some(43));
	});
}

#[test]
fn who_missed_a_turn_is_first_the_next_time() {
	chain(|| {
		let model = active("affine", 7);
		let ids = [(); 3].map(|()| create(Terms { runs: 100, ..terms(model) }));
		let mut ran = vec![];
		for _ in 0..28 {
			System::reset_events();
			// Enough for one run and the others' bookkeeping.
			end_block(for_one(model) + needed(model) / 2);
			ran.extend(events().into_iter().filter_map(|event| match event {
				Event::RunSucceeded { schedule, .. } => Some(schedule),
				_ => None,
			}));
		}
		assert_eq!(ran.len(), 9);
		for id in ids {
			assert_eq!(ran.iter().filter(|other| **other == id).count(), 3, "{ran:?}");
		}
	});
}

#[test]
fn turns_of_a_block_are_taken_in_order_and_bounded() {
	chain(|| {
		let model = active("affine", 0);
		let ids: Vec<_> = (0..MAX_RUNS + 2).map(|_| create(terms(model))).collect();
		go_to(5);
		let ran = |events: Vec<Event<Test>>| -> Vec<u64> {
			events
				.into_iter()
				.map(|event| match event {
					Event::RunSucceeded { schedule, .. } => schedule,
					other => panic!("{other:?}"),
				})
				.collect()
		};
		assert_eq!(ran(events()), ids[..MAX_RUNS as usize]);
		go_to(6);
		assert_eq!(ran(events()), ids[MAX_RUNS as usize..]);
	});
}

#[test]
fn a_later_turn_finds_the_next_block_with_room() {
	chain(|| {
		let model = active("affine", 0);
		let id = create(Terms { every: 2, ..terms(model) });
		go_to(2);
		// Blocks 5 and 6 are full before the turn of block 3 books block 5.
		for every in [3, 4] {
			for _ in 0..MAX_RUNS {
				create(Terms { every, ..terms(model) });
			}
		}
		go_to(4);
		assert_eq!(progress(id).next, Some(7));
		// The next period is counted from there.
		go_to(8);
		assert_eq!(progress(id).next, Some(9));
	});
}

#[test]
fn a_schedule_ends_when_there_is_no_room_far_and_wide() {
	chain(|| {
		let model = active("affine", 0);
		let id = create(Terms { every: 2, ..terms(model) });
		let deposit = held();
		// As if others had booked them.
		let other = |schedule| crate::Turn { schedule, misses: 0 };
		let others = || (1_000..1_000 + u64::from(MAX_RUNS)).map(other).collect::<Vec<_>>();
		for block in 5..5 + 256 {
			Agenda::<Test>::insert(block, frame_bounded(others()));
		}
		go_to_unchecked(4);
		assert!(!exists(id));
		assert_eq!(held(), 0);
		assert!(deposit > 0);
		assert!(events().contains(&ended(id, EndReason::NoRoom)));
		for block in 5..5 + 256 {
			Agenda::<Test>::remove(block);
		}
	});
}

fn frame_bounded(
	turns: Vec<crate::Turn>,
) -> polkadot_sdk::frame_support::BoundedVec<
	crate::Turn,
	polkadot_sdk::frame_support::traits::ConstU32<MAX_RUNS>,
> {
	turns.try_into().expect("as many as fit")
}

/// Without the invariants, which a test has broken.
fn go_to_unchecked(block: u64) {
	use polkadot_sdk::frame_support::{traits::Hooks, weights::Weight};
	while System::block_number() < block {
		let now = System::block_number();
		Schedule::on_idle(now, Weight::MAX);
		Inference::on_finalize(now);
		System::set_block_number(now + 1);
	}
}
