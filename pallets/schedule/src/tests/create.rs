//! Creation: what is refused, the deposit, the first turn; cancellation.

use super::mock::*;
use crate::{Agenda, Delivery, EndReason, Error, Event, Input, NextScheduleId, Terms};
use polkadot_sdk::{
	frame_support::{assert_noop, assert_ok},
	pallet_balances,
	sp_core::H160,
	sp_runtime::{DispatchError, TokenError},
};

#[test]
fn a_schedule_is_created_with_a_deposit_that_comes_back() {
	chain(|| {
		let model = active("affine", 7);
		let before = total(&bob());
		let id = create(terms(model));
		let deposit = held();
		assert!(deposit > 0);
		assert_eq!(total(&bob()), before);
		assert_eq!(
			events(),
			[Event::ScheduleCreated { schedule: id, owner: bob(), model, first: 4, deposit }]
		);
		assert_eq!(progress(id).next, Some(4));
		assert_eq!(Schedule::view(id).expect("it exists").schedule.deposit, deposit);
		assert_ok!(Schedule::cancel(signed(bob()), id));
		assert_eq!(held(), 0);
		assert!(!exists(id));
		assert_eq!(events()[1..], [ended(id, EndReason::Cancelled)]);
		// Ids are never used twice.
		assert_eq!(create(terms(model)), id + 1);
	});
}

fn ended(schedule: u64, reason: EndReason) -> Event<Test> {
	Event::ScheduleEnded { schedule, owner: bob(), reason }
}

#[test]
fn longer_data_holds_a_higher_deposit() {
	chain(|| {
		let affine = active("affine", 0);
		let longer = active("two-chunks", 0);
		create(terms(affine));
		let short = held();
		let input = Input::Fixed(vec![0; 1600].try_into().expect("it fits"));
		create(Terms { input, ..terms(longer) });
		// 1,600 bytes of inputs in place of 16, with one more for their length, and as many of outputs.
		assert_eq!(held() - 2 * short, (1600 - 16 + 1 + 1600 - 16) * 10);
	});
}

#[test]
fn what_could_never_run_is_refused() {
	chain(|| {
		let model = active("affine", 7);
		let good = || terms(model);
		let refused = |terms: Terms<Balance, u64>, error: Error<Test>| {
			assert_noop!(Schedule::create(signed(bob()), terms), error);
		};
		refused(Terms { every: 1, ..good() }, Error::PeriodTooShort);
		refused(Terms { every: u64::MAX, ..good() }, Error::PeriodTooLong);
		refused(Terms { runs: 0, ..good() }, Error::NoRuns);
		refused(Terms { model: model + 1, ..good() }, Error::UnknownModel);
		refused(Terms { max_price: 6, ..good() }, Error::PriceAboveMax);
		let needed = costs(model).max_fuel();
		refused(Terms { max_fuel: needed - 1, ..good() }, Error::FuelLimitTooLow);
		refused(Terms { max_fuel: u64::MAX, ..good() }, Error::TooHeavy);
		let short = packed(&[1.0, 2.0, 3.0]);
		refused(Terms { input: Input::Fixed(short.clone()), ..good() }, Error::WrongInputLength);
		let input = Input::LastOutput { initial: short };
		refused(Terms { input, ..good() }, Error::WrongInputLength);
		let contract = H160::repeat_byte(1);
		let input = Input::Contract { contract, ref_time: u64::MAX };
		refused(Terms { input, ..good() }, Error::TooHeavy);
		let delivery = Some(Delivery { contract, ref_time: u64::MAX, deposit_limit: 0 });
		refused(Terms { delivery, ..good() }, Error::TooHeavy);
		assert_ok!(Registry::pause(signed(alice()), model));
		refused(good(), Error::ModelNotActive);
		assert_ok!(Registry::resume(signed(alice()), model));
		assert_ok!(Registry::disable_engine(RuntimeOrigin::root(), 1));
		System::set_block_number(2);
		refused(good(), Error::EngineUnavailable);
		System::set_block_number(1);
		assert_noop!(Schedule::create(RuntimeOrigin::root(), good()), DispatchError::BadOrigin);
	});
}

#[test]
fn outputs_must_fit_what_is_done_with_them() {
	chain(|| {
		let sum = active("sum", 0);
		let refused = |terms: Terms<Balance, u64>, error: Error<Test>| {
			assert_noop!(Schedule::create(signed(bob()), terms), error);
		};
		let initial = packed(&[0.0; 4]);
		let input = Input::LastOutput { initial };
		refused(Terms { input, ..terms(sum) }, Error::OutputsAreNotInputs);
		let wide = active("wide", 0);
		let input = Input::Fixed(packed(&[1.0]));
		let fixed = || Terms { input: input.clone(), ..terms(wide) };
		let contract = H160::repeat_byte(1);
		let delivery = Some(Delivery { contract, ref_time: 0, deposit_limit: 0 });
		refused(Terms { delivery, ..fixed() }, Error::OutputTooLong);
		// Without a delivery they needn't fit: the receipt has their hash.
		create(fixed());
	});
}

#[test]
fn a_deposit_that_cannot_be_held_creates_nothing() {
	chain(|| {
		let model = active("affine", 0);
		let poor = account(7);
		let amount = 5_000;
		assert_ok!(pallet_balances::Pallet::<Test>::transfer_allow_death(
			signed(bob()),
			poor.clone(),
			amount
		));
		assert_noop!(
			Schedule::create(signed(poor), terms(model)),
			DispatchError::Token(TokenError::FundsUnavailable)
		);
	});
}

#[test]
fn a_full_block_shifts_the_first_turn_by_sixteen_blocks_at_most() {
	chain(|| {
		let model = active("affine", 0);
		for turn in 0..17 * MAX_RUNS {
			let id = create(terms(model));
			assert_eq!(progress(id).next, Some(4 + u64::from(turn / MAX_RUNS)));
		}
		let before = NextScheduleId::<Test>::get();
		assert_noop!(Schedule::create(signed(bob()), terms(model)), Error::<Test>::NoRoom);
		assert_eq!(NextScheduleId::<Test>::get(), before);
		// Another period finds room, and so does a place that became free.
		create(Terms { every: 4, ..terms(model) });
		assert_ok!(Schedule::cancel(signed(bob()), 2));
		assert_eq!(booked(4), [1, 3, 4]);
		let id = create(terms(model));
		assert_eq!(booked(4), [1, 3, 4, id]);
	});
}

#[test]
fn only_the_owner_cancels() {
	chain(|| {
		let model = active("affine", 0);
		let id = create(terms(model));
		assert_noop!(Schedule::cancel(signed(alice()), id), Error::<Test>::NotOwner);
		assert_noop!(Schedule::cancel(signed(bob()), id + 1), Error::<Test>::UnknownSchedule);
		assert_ok!(Schedule::cancel(signed(bob()), id));
		assert_noop!(Schedule::cancel(signed(bob()), id), Error::<Test>::UnknownSchedule);
		assert!(Agenda::<Test>::iter().next().is_none());
	});
}

#[test]
fn the_last_id_is_not_used() {
	chain(|| {
		let model = active("affine", 0);
		NextScheduleId::<Test>::put(u64::MAX);
		assert_noop!(Schedule::create(signed(bob()), terms(model)), Error::<Test>::IdsExhausted);
	});
}

#[test]
fn schedules_are_listed_in_order_and_bounds() {
	chain(|| {
		let model = active("affine", 0);
		for every in 2..7 {
			create(Terms { every, ..terms(model) });
		}
		assert_ok!(Schedule::cancel(signed(bob()), 2));
		let ids = |from, limit| -> Vec<u64> {
			Schedule::views(from, limit).iter().map(|view| view.id).collect()
		};
		assert_eq!(ids(0, 9), [1, 3, 4, 5]);
		assert_eq!(ids(2, 2), [3, 4]);
		assert!(ids(6, 9).is_empty() && ids(u64::MAX, 9).is_empty() && ids(0, 0).is_empty());
		assert!(Schedule::view(2).is_none());
	});
}
