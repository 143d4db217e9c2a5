//! Credit that is set aside while something runs, then paid, advanced or put back.

use super::mock::*;
use crate::{CreditFault, Event};
use polkadot_sdk::frame_support::{
	storage::with_storage_layer,
	traits::{fungible::Mutate, tokens::Preservation},
};

/// Sets 600 of Alice's 1,000 aside, pays Bob 100, advances Charlie 250 of which 180 come back.
#[test]
fn what_is_set_aside_is_paid_advanced_or_put_back() {
	chain(|| {
		deposit(1_000);
		go_to(2);
		let done = with_storage_layer(|| {
			Credit::set_aside(&alice(), 600)?;
			// Nobody can spend it meanwhile.
			let needed = CreditFault::InsufficientCredit { needed: 401, available: 400 };
			assert_eq!(Credit::do_withdraw(&alice(), 401), Err(needed));
			Balances::transfer(&Credit::pot(), &bob(), 100, Preservation::Preserve)?;
			Credit::advance(&charlie(), 250)?;
			Credit::take_in(&charlie(), &alice(), 180)?;
			Credit::put_back(&alice(), 600, 600 - 100 - 250)
		});
		assert_eq!(done, Ok(()));
		check();
		assert_eq!(credit(&alice()), 1_000 - 100 - 250 + 180);
		assert_eq!((free(&bob()), free(&charlie())), (FUNDS + 100, FUNDS + 250 - 180));
		assert_eq!(
			events(),
			[
				Event::CreditDeposited { from: charlie(), account: alice(), amount: 180 },
				Event::CreditSpent { account: alice(), beneficiary: None, amount: 350 },
			]
		);
	});
}

#[test]
fn all_of_a_credit_can_be_set_aside_and_put_back() {
	chain(|| {
		deposit(1_000);
		go_to(2);
		let done = with_storage_layer(|| {
			Credit::set_aside(&alice(), 1_000)?;
			assert_eq!(credit(&alice()), 0);
			Credit::advance(&charlie(), 0)?;
			Credit::take_in(&charlie(), &alice(), 0)?;
			Credit::put_back(&alice(), 1_000, 1_000)
		});
		assert_eq!(done, Ok(()));
		check();
		assert_eq!(credit(&alice()), 1_000);
		// Nothing was spent.
		assert!(events().is_empty());
		// Any amount comes back, also one that couldn't begin a credit.
		assert_eq!(Credit::take_in(&charlie(), &bob(), 1), Ok(()));
		check();
		assert_eq!(credit(&bob()), 1);
	});
}

#[test]
fn more_than_there_is_cannot_be_set_aside() {
	chain(|| {
		deposit(1_000);
		refuse(
			|| Credit::set_aside(&alice(), 1_001),
			CreditFault::InsufficientCredit { needed: 1_001, available: 1_000 },
		);
		// Nor taken in from an account that must live.
		assert!(with_storage_layer(|| Credit::take_in(&charlie(), &alice(), FUNDS)).is_err());
		check();
	});
}
