//! Credit that is set aside while something runs whose cost is known only afterwards: first all that
//! it can cost, then what it did cost is paid and the rest put back. What is set aside lies in the pot
//! and in nobody's credit: no contract that runs meanwhile can spend it.
//!
//! Call all of these in one storage layer, in which every amount that was set aside is paid, advanced
//! or put back: the functions keep no books.

use crate::{fault::CreditFault, pallet::*, BalanceOf};
use polkadot_sdk::{
	frame_support::traits::{fungible::Mutate, tokens::Preservation},
	sp_runtime::traits::{Saturating, Zero},
};

impl<T: Config> Pallet<T> {
	/// Takes `amount` out of an account's credit. It stays in the pot.
	///
	/// Errors: too little credit.
	pub fn set_aside(account: &T::AccountId, amount: BalanceOf<T>) -> Result<(), CreditFault> {
		Self::take_credit(account, amount)
	}

	/// Ends what [`Self::set_aside`] began: of `aside`, which came from the account's credit, `rest`
	/// goes back there, and the difference has been paid out of the pot.
	pub fn put_back(
		account: &T::AccountId,
		aside: BalanceOf<T>,
		rest: BalanceOf<T>,
	) -> Result<(), CreditFault> {
		Self::add_credit(account, rest)?;
		let amount = aside.saturating_sub(rest);
		if !amount.is_zero() {
			Self::deposit_event(Event::CreditSpent {
				account: account.clone(),
				beneficiary: None,
				amount,
			});
		}
		Ok(())
	}

	/// Moves `amount` of what was set aside to an account's balance.
	pub fn advance(to: &T::AccountId, amount: BalanceOf<T>) -> Result<(), CreditFault> {
		if !amount.is_zero() {
			T::Currency::transfer(&Self::pot(), to, amount, Preservation::Preserve)?;
		}
		Ok(())
	}

	/// Moves `amount` from the balance of `from`, which stays alive, to the credit of `account`,
	/// however little: for what comes back of an advance.
	pub fn take_in(
		from: &T::AccountId,
		account: &T::AccountId,
		amount: BalanceOf<T>,
	) -> Result<(), CreditFault> {
		if amount.is_zero() {
			return Ok(());
		}
		T::Currency::transfer(from, &Self::pot(), amount, Preservation::Preserve)?;
		Self::add_credit(account, amount)?;
		Self::deposit_event(Event::CreditDeposited {
			from: from.clone(),
			account: account.clone(),
			amount,
		});
		Ok(())
	}
}
