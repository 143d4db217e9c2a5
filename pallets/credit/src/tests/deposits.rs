//! Depositing and withdrawing.

use super::mock::*;
use crate::{CreditFault, Credits, Error, Event};
use polkadot_sdk::{
	frame_support::{assert_noop, assert_ok},
	pallet_balances,
	sp_runtime::DispatchError,
};

#[test]
fn a_deposit_becomes_credit_and_comes_back_whole() {
	chain(|| {
		accept(Credit::deposit(signed(alice()), 5_000));
		assert_eq!((free(&alice()), credit(&alice())), (FUNDS - 5_000, 5_000));
		assert_eq!(total(&Credit::pot()), ED + 5_000);
		accept(Credit::deposit_to(signed(bob()), alice(), 1));
		assert_eq!((free(&bob()), credit(&bob()), credit(&alice())), (FUNDS - 1, 0, 5_001));
		accept(Credit::withdraw(signed(alice()), 5_000));
		accept(Credit::withdraw(signed(alice()), 1));
		assert_eq!((free(&alice()), credit(&alice())), (FUNDS + 1, 0));
		// No entry is left behind.
		assert_eq!(Credits::<Test>::iter().count(), 0);
		assert_eq!(
			events(),
			[
				Event::CreditDeposited { from: alice(), account: alice(), amount: 5_000 },
				Event::CreditDeposited { from: bob(), account: alice(), amount: 1 },
				Event::CreditWithdrawn { account: alice(), amount: 5_000 },
				Event::CreditWithdrawn { account: alice(), amount: 1 },
			]
		);
	});
}

#[test]
fn a_credit_costs_at_least_an_existential_deposit() {
	chain(|| {
		let deposit = |amount| Credit::do_deposit(&alice(), &nobody(), amount);
		refuse(|| deposit(0), CreditFault::ZeroAmount);
		refuse(|| deposit(ED - 1), CreditFault::CreditTooSmall { least: ED, credit: ED - 1 });
		accept(Credit::deposit_to(signed(alice()), nobody(), ED));
		// It may be smaller than that later, and may be added to in any amount that brings it back.
		accept(Credit::deposit(signed(alice()), ED));
		accept(Credit::withdraw(signed(alice()), ED - 1));
		assert_eq!(credit(&alice()), 1);
		let again = |amount| Credit::do_deposit(&bob(), &alice(), amount);
		refuse(|| again(1), CreditFault::CreditTooSmall { least: ED, credit: 2 });
		accept(Credit::deposit(signed(alice()), ED - 1));
	});
}

#[test]
fn a_depositor_stays_alive() {
	chain(|| {
		let deposit = |amount| Credit::do_deposit(&alice(), &alice(), amount);
		let available = FUNDS - ED;
		refuse(
			|| deposit(FUNDS - ED + 1),
			CreditFault::InsufficientFunds { needed: FUNDS - ED + 1, available },
		);
		refuse(
			|| deposit(Balance::MAX),
			CreditFault::InsufficientFunds { needed: Balance::MAX, available },
		);
		refuse(
			|| Credit::do_deposit(&nobody(), &alice(), ED),
			CreditFault::InsufficientFunds { needed: ED, available: 0 },
		);
		accept(Credit::deposit(signed(alice()), FUNDS - ED));
		assert_eq!(free(&alice()), ED);
		refuse(
			|| deposit(Balance::MAX),
			DispatchError::Arithmetic(polkadot_sdk::sp_runtime::ArithmeticError::Overflow).into(),
		);
	});
}

#[test]
fn nobody_withdraws_more_than_its_credit() {
	chain(|| {
		deposit(5_000);
		let withdraw = |who: Account, amount| Credit::do_withdraw(&who, amount);
		refuse(|| withdraw(alice(), 0), CreditFault::ZeroAmount);
		for needed in [5_001, Balance::MAX] {
			refuse(
				|| withdraw(alice(), needed),
				CreditFault::InsufficientCredit { needed, available: 5_000 },
			);
		}
		refuse(|| withdraw(bob(), 1), CreditFault::InsufficientCredit { needed: 1, available: 0 });
		assert_noop!(Credit::withdraw(signed(bob()), 1), Error::<Test>::InsufficientCredit);
	});
}

#[test]
fn an_account_that_does_not_exist_withdraws_what_it_can_live_from() {
	chain(|| {
		accept(Credit::deposit_to(signed(alice()), nobody(), 2 * ED));
		refuse(
			|| Credit::do_withdraw(&nobody(), ED - 1),
			CreditFault::AccountCannotTake { amount: ED - 1, least: ED },
		);
		accept(Credit::withdraw(signed(nobody()), ED));
		accept(Credit::withdraw(signed(nobody()), ED - 1));
		assert_eq!((total(&nobody()), credit(&nobody())), (2 * ED - 1, 1));
	});
}

#[test]
fn credit_outlives_its_account() {
	chain(|| {
		deposit(5_000);
		assert_ok!(Balances::transfer_all(signed(alice()), bob(), false));
		check();
		assert_eq!((total(&alice()), credit(&alice())), (0, 5_000));
		// Made again by somebody else's transfer, it has its credit.
		assert_ok!(Balances::transfer_allow_death(signed(bob()), alice(), ED));
		accept(Credit::withdraw(signed(alice()), 1));
		assert_eq!((total(&alice()), credit(&alice())), (ED + 1, 4_999));
	});
}

#[test]
fn nobody_deposits_without_an_account() {
	chain(|| {
		for result in [
			Credit::deposit(RuntimeOrigin::none(), ED),
			Credit::deposit_to(RuntimeOrigin::root(), bob(), ED),
			Credit::withdraw(RuntimeOrigin::root(), ED),
		] {
			assert_eq!(result, Err(DispatchError::BadOrigin));
		}
	});
}

#[test]
fn the_largest_amounts_do_not_overflow() {
	let most = Balance::MAX - ED;
	chain_with(vec![(alice(), most)], Balance::MAX, || {
		assert_ok!(Credit::deposit(signed(alice()), most - ED));
		check_issuance(Balance::MAX);
		assert_eq!(credit(&alice()), most - ED);
		assert_ok!(Credit::withdraw(signed(alice()), most - ED));
		assert_eq!(pallet_balances::TotalIssuance::<Test>::get(), Balance::MAX);
	});
}
