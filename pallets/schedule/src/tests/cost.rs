//! What a turn can cost: what a client is told before is never less than what is taken.

use super::{mock::*, scripted::Act};
use crate::{agenda::MAX_LOOKUPS, Event, Fault, Input, Terms};
use pallet_inference::InferFault;

/// The price, the fee and the deposit that the schedule was said to cost, together.
fn most(id: u64) -> Balance {
	let cost = Schedule::cost(id).expect("it exists").expect("its model can be called");
	cost.price + cost.max_fee + cost.deposit_limit
}

#[test]
fn no_run_costs_more_than_was_said() {
	chain(|| {
		let model = active("affine", 7);
		let answer = Act::Answer(raw(&[1.0; 4]));
		// Both take all the time that they may; the deposit is all that it may be.
		let asked = script(10, 5_000_000_000, vec![answer]);
		let told_one = script(11, 1_000_000_000, vec![Act::Take(900)]);
		let input = Input::Contract { contract: asked, ref_time: 5_000_000_000 };
		let id = create(Terms { input, ..told(model, told_one, 900) });
		let cost = Schedule::cost(id).expect("it exists").expect("its model can be called");
		assert_eq!((cost.price, cost.deposit_limit), (7, 900));
		go_to(4);
		let before = credit();
		System::reset_events();
		end_block(u64::MAX);
		let Event::RunSucceeded { price, fee, deposit, .. } = event() else {
			panic!("{:?}", event());
		};
		assert_eq!((price, deposit), (7, 900));
		// All but the unused fuel and the blocks that needn't be looked at.
		let unused = super::mock::fee(turn(MAX_LOOKUPS) - turn(1));
		assert!(fee <= cost.max_fee - unused, "{fee} of {} less {unused}", cost.max_fee);
		assert!(before - credit() <= most(id));
	});
}

#[test]
fn credit_of_what_was_said_is_enough() {
	chain(|| {
		let model = active("affine", 7);
		let id = create(terms(model));
		let enough = most(id);
		let keep = |amount| {
			Credit::do_deposit(&bob(), &bob(), enough).expect("Bob has the funds");
			Credit::withdraw(signed(bob()), credit() - amount).expect("Bob has more");
		};
		keep(enough);
		go_to(4);
		System::reset_events();
		end_block(u64::MAX);
		assert!(matches!(event(), Event::RunSucceeded { .. }), "{:?}", event());
		// A turn that finds room in the first block needs that much less, and not one unit less still.
		keep(enough - super::mock::fee(turn(MAX_LOOKUPS) - turn(1)) - 1);
		go_to(7);
		System::reset_events();
		end_block(u64::MAX);
		assert!(
			matches!(event(), Event::RunFailed { fault: Fault::InsufficientCredit { .. }, .. }),
			"{:?}",
			event()
		);
	});
}

#[test]
fn what_cannot_be_called_has_no_cost() {
	chain(|| {
		assert_eq!(Schedule::cost(1), None);
		assert_eq!(Schedule::cost(u64::MAX), None);
		let model = active("affine", 7);
		let id = create(terms(model));
		assert!(matches!(Schedule::cost(id), Some(Ok(_))));
		Registry::pause(signed(alice()), model).expect("the owner pauses it");
		assert_eq!(Schedule::cost(id), Some(Err(InferFault::ModelNotActive { model })));
	});
}
