//! Payments out of a balance and out of a credit.

use super::mock::*;
use crate::{CreditFault, Event};
use polkadot_sdk::{frame_support::storage::with_storage_layer, sp_runtime::DispatchError};

/// Pays these shares of Alice's credit.
fn pay(shares: &[(Account, Balance)]) -> Result<(), CreditFault> {
	with_storage_layer(|| {
		let shares = shares.iter().map(|(receiver, amount)| (receiver, *amount));
		Credit::pay_from_credit(&alice(), None, shares)
	})
}

#[test]
fn a_balance_pays_accounts_and_credits_the_others() {
	chain(|| {
		let pay = |to: Account, amount| Credit::pay_from_balance(&alice(), &to, amount);
		assert_eq!(pay(bob(), 1), Ok(()));
		assert_eq!(pay(alice(), 1), Ok(()));
		assert_eq!(pay(bob(), 0), Ok(()));
		assert_eq!((free(&alice()), free(&bob())), (FUNDS - 1, FUNDS + 1));
		assert_eq!(pay(nobody(), ED - 1), Ok(()));
		check();
		assert_eq!((total(&nobody()), credit(&nobody())), (0, ED - 1));
		assert_eq!(events(), [Event::PayoutCredited { account: nobody(), amount: ED - 1 }]);
		assert_eq!(pay(nobody(), ED), Ok(()));
		check();
		assert_eq!((total(&nobody()), credit(&nobody())), (ED, ED - 1));
		accept(Credit::withdraw(signed(nobody()), ED - 1));
	});
}

#[test]
fn a_credit_pays_accounts_and_credits_the_others() {
	chain(|| {
		deposit(1_000);
		assert_eq!(pay(&[(bob(), 300), (nobody(), 5), (alice(), 200), (charlie(), 0)]), Ok(()));
		check();
		// What it pays itself stays where it is.
		assert_eq!((credit(&alice()), free(&bob())), (695, FUNDS + 300));
		assert_eq!(credit(&nobody()), 5);
		assert_eq!(
			events()[1..],
			[
				Event::PayoutCredited { account: nobody(), amount: 5 },
				Event::CreditSpent { account: alice(), beneficiary: None, amount: 305 },
			]
		);
		assert_eq!(pay(&[(bob(), 695)]), Ok(()));
		check();
		assert_eq!(crate::Credits::<Test>::iter().count(), 1);
	});
}

#[test]
fn a_credit_pays_no_more_than_it_is() {
	chain(|| {
		deposit(1_000);
		refuse(
			|| pay(&[(bob(), 1_000), (charlie(), 1)]),
			CreditFault::InsufficientCredit { needed: 1_001, available: 1_000 },
		);
		refuse(
			|| pay(&[(bob(), Balance::MAX), (charlie(), 1)]),
			DispatchError::Arithmetic(polkadot_sdk::sp_runtime::ArithmeticError::Overflow).into(),
		);
		assert_eq!(pay(&[(alice(), Balance::MAX)]), Ok(()));
		assert_eq!(credit(&alice()), 1_000);
	});
}

#[test]
fn a_balance_pays_no_more_than_keeps_it_alive() {
	chain(|| {
		let pay =
			|amount| with_storage_layer(|| Credit::pay_from_balance(&alice(), &bob(), amount));
		for amount in [FUNDS, FUNDS - ED + 1, Balance::MAX] {
			assert!(matches!(pay(amount), Err(CreditFault::Currency { .. })));
			assert_eq!(free(&alice()), FUNDS);
		}
		check();
		assert_eq!(pay(FUNDS - ED), Ok(()));
		check();
	});
}
