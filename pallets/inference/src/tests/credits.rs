//! A payout that can't be deposited becomes credit of its receiver, and never fails the call.

use super::mock::*;
use pallet_credit::{Credits, Event};
use polkadot_sdk::frame_support::assert_ok;

#[test]
fn a_share_below_the_existential_deposit_is_credited() {
	chain(|| {
		let treasury = Treasury::get();
		let id = active("affine", 1_000);
		accept(id, four([0.0; 4]));
		assert_eq!(total(&treasury), 0);
		assert_eq!(credit(&treasury), 50);
		assert_eq!(total(&Credit::pot()), ED + 50);
		assert_eq!(
			credit_events()[0],
			Event::PayoutCredited { account: treasury.clone(), amount: 50 }
		);
		// It can't be withdrawn while the account could not live from it.
		assert!(Credit::withdraw(signed(treasury.clone()), 50).is_err());
		assert_eq!(credit(&treasury), 50);
		accept(id, four([0.0; 4]));
		assert_ok!(Credit::withdraw(signed(treasury.clone()), 100));
		check();
		assert_eq!(
			credit_events().pop(),
			Some(Event::CreditWithdrawn { account: treasury.clone(), amount: 100 })
		);
		assert_eq!(total(&treasury), 100);
		assert_eq!(total(&Credit::pot()), ED);
		// From now on it is paid directly.
		accept(id, four([0.0; 4]));
		assert_eq!(total(&treasury), 150);
		assert_eq!(credit(&treasury), 0);
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
