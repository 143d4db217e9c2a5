//! A payout that can't be deposited is credited, and never fails the call.

use super::mock::*;
use crate::{Credits, Error, Event};
use polkadot_sdk::frame_support::{assert_noop, assert_ok};

#[test]
fn a_share_below_the_existential_deposit_is_credited() {
	chain(|| {
		let treasury = Treasury::get();
		let id = active("affine", 1_000);
		accept(id, four([0.0; 4]));
		assert_eq!(total(&treasury), 0);
		assert_eq!(Credits::<Test>::get(&treasury), 50);
		assert_eq!(total(&Engine::pot()), ED + 50);
		assert_eq!(events()[0], Event::PayoutCredited { account: treasury.clone(), amount: 50 });
		// It can't be claimed while the account could not live from it.
		assert!(Engine::claim(signed(treasury.clone())).is_err());
		assert_eq!(Credits::<Test>::get(&treasury), 50);
		accept(id, four([0.0; 4]));
		assert_ok!(Engine::claim(signed(treasury.clone())));
		check();
		assert_eq!(
			events().pop(),
			Some(Event::CreditClaimed { account: treasury.clone(), amount: 100 })
		);
		assert_eq!(total(&treasury), 100);
		assert_eq!(total(&Engine::pot()), ED);
		// From now on it is paid directly.
		accept(id, four([0.0; 4]));
		assert_eq!(total(&treasury), 150);
		assert_noop!(Engine::claim(signed(treasury)), Error::<Test>::NoCredit);
	});
}

#[test]
fn a_share_that_can_be_deposited_is_not_credited() {
	chain(|| {
		let id = active("affine", 20 * ED);
		accept(id, four([0.0; 4]));
		assert_eq!(total(&Treasury::get()), ED);
		assert_eq!(Credits::<Test>::iter().count(), 0);
	});
}

#[test]
fn nothing_is_claimed_by_others() {
	chain(|| {
		let id = active("affine", 1_000);
		accept(id, four([0.0; 4]));
		assert_noop!(Engine::claim(signed(bob())), Error::<Test>::NoCredit);
	});
}
