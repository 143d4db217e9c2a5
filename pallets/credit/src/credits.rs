//! Credits: depositing, withdrawing, and paying from them.

use crate::{fault::CreditFault, pallet::*, BalanceOf};
use polkadot_sdk::{
	frame_support::{
		ensure,
		traits::{
			fungible::{Inspect, Mutate},
			tokens::{Fortitude, Preservation, Provenance},
			Get,
		},
	},
	sp_runtime::{
		traits::{CheckedAdd, CheckedSub, Saturating, UniqueSaturatedInto, Zero},
		ArithmeticError,
	},
};

impl<T: Config> Pallet<T> {
	/// What an account can spend from the pot, OPG base units.
	pub fn credit_of(account: &T::AccountId) -> BalanceOf<T> {
		Credits::<T>::get(account)
	}

	/// Moves `amount` from the balance of `from`, which stays alive, to the credit of `account`.
	///
	/// Errors: an amount of 0, too little balance, a credit that would stay below the existential
	/// deposit: entries are paid for like accounts.
	pub fn do_deposit(
		from: &T::AccountId,
		account: &T::AccountId,
		amount: BalanceOf<T>,
	) -> Result<(), CreditFault> {
		ensure!(!amount.is_zero(), CreditFault::ZeroAmount);
		let credit = Self::credit_of(account);
		let credit = credit.checked_add(&amount).ok_or(ArithmeticError::Overflow)?;
		let least = T::Currency::minimum_balance();
		ensure!(
			credit >= least,
			CreditFault::CreditTooSmall { least: u128_of(least), credit: u128_of(credit) }
		);
		let available =
			T::Currency::reducible_balance(from, Preservation::Preserve, Fortitude::Polite);
		ensure!(
			available >= amount,
			CreditFault::InsufficientFunds {
				needed: u128_of(amount),
				available: u128_of(available)
			}
		);
		T::Currency::transfer(from, &Self::pot(), amount, Preservation::Preserve)?;
		Self::set_credit(account, credit);
		Self::deposit_event(Event::CreditDeposited {
			from: from.clone(),
			account: account.clone(),
			amount,
		});
		Ok(())
	}

	/// Moves `amount` from an account's credit to its balance.
	///
	/// Errors: an amount of 0, too little credit, an account that can't take the amount.
	pub fn do_withdraw(account: &T::AccountId, amount: BalanceOf<T>) -> Result<(), CreditFault> {
		ensure!(!amount.is_zero(), CreditFault::ZeroAmount);
		Self::ensure_credit(account, amount)?;
		ensure!(
			Self::can_take(account, amount),
			CreditFault::AccountCannotTake {
				amount: u128_of(amount),
				least: u128_of(T::Currency::minimum_balance())
			}
		);
		Self::take_credit(account, amount)?;
		T::Currency::transfer(&Self::pot(), account, amount, Preservation::Preserve)?;
		Self::deposit_event(Event::CreditWithdrawn { account: account.clone(), amount });
		Ok(())
	}

	/// Whether an account's credit covers `amount`.
	pub fn ensure_credit(account: &T::AccountId, amount: BalanceOf<T>) -> Result<(), CreditFault> {
		let available = Self::credit_of(account);
		ensure!(
			available >= amount,
			CreditFault::InsufficientCredit {
				needed: u128_of(amount),
				available: u128_of(available)
			}
		);
		Ok(())
	}

	/// Pays a receiver from an account's balance, or credits the receiver when its account can't
	/// take the amount. The payer stays alive; what it would pay itself stays where it is.
	///
	/// Call it in a storage layer: after an error some of it may have happened.
	pub fn pay_from_balance(
		payer: &T::AccountId,
		receiver: &T::AccountId,
		amount: BalanceOf<T>,
	) -> Result<(), CreditFault> {
		if amount.is_zero() || payer == receiver {
			return Ok(());
		}
		if Self::can_take(receiver, amount) {
			T::Currency::transfer(payer, receiver, amount, Preservation::Preserve)?;
			return Ok(());
		}
		T::Currency::transfer(payer, &Self::pot(), amount, Preservation::Preserve)?;
		Self::credit_payout(receiver, amount)
	}

	/// Pays these receivers from an account's credit: a price's shares, for a call of its own or of
	/// `beneficiary`. What the payer would pay itself stays in its credit.
	///
	/// Call it in a storage layer: after an error some of it may have happened.
	pub fn pay_from_credit<'a>(
		payer: &T::AccountId,
		beneficiary: Option<&T::AccountId>,
		shares: impl Iterator<Item = (&'a T::AccountId, BalanceOf<T>)> + Clone,
	) -> Result<(), CreditFault>
	where
		T::AccountId: 'a,
	{
		let others = shares.filter(|(receiver, _)| *receiver != payer);
		let mut amount: BalanceOf<T> = Zero::zero();
		for (_, share) in others.clone() {
			amount = amount.checked_add(&share).ok_or(ArithmeticError::Overflow)?;
		}
		if amount.is_zero() {
			return Ok(());
		}
		Self::take_credit(payer, amount)?;
		for (receiver, share) in others {
			Self::pay_from_pot(receiver, share)?;
		}
		Self::deposit_event(Event::CreditSpent {
			account: payer.clone(),
			beneficiary: beneficiary.cloned(),
			amount,
		});
		Ok(())
	}

	/// Pays out of the pot what was in a credit or a channel before.
	pub(crate) fn pay_from_pot(
		receiver: &T::AccountId,
		amount: BalanceOf<T>,
	) -> Result<(), CreditFault> {
		if amount.is_zero() {
			return Ok(());
		}
		if Self::can_take(receiver, amount) {
			T::Currency::transfer(&Self::pot(), receiver, amount, Preservation::Preserve)?;
			return Ok(());
		}
		Self::credit_payout(receiver, amount)
	}

	/// Whether a transfer of the amount to the account works: it exists, or can live from it.
	fn can_take(account: &T::AccountId, amount: BalanceOf<T>) -> bool {
		T::Currency::can_deposit(account, amount, Provenance::Extant).into_result().is_ok()
	}

	/// Credits what could not be paid out. The money is in the pot already.
	fn credit_payout(account: &T::AccountId, amount: BalanceOf<T>) -> Result<(), CreditFault> {
		Self::add_credit(account, amount)?;
		Self::deposit_event(Event::PayoutCredited { account: account.clone(), amount });
		Ok(())
	}

	pub(crate) fn add_credit(
		account: &T::AccountId,
		amount: BalanceOf<T>,
	) -> Result<(), CreditFault> {
		let credit = Self::credit_of(account);
		let credit = credit.checked_add(&amount).ok_or(ArithmeticError::Overflow)?;
		Self::set_credit(account, credit);
		Ok(())
	}

	pub(crate) fn take_credit(
		account: &T::AccountId,
		amount: BalanceOf<T>,
	) -> Result<(), CreditFault> {
		let credit = Self::credit_of(account);
		let left = credit.checked_sub(&amount).ok_or(CreditFault::InsufficientCredit {
			needed: u128_of(amount),
			available: u128_of(credit),
		})?;
		Self::set_credit(account, left);
		Ok(())
	}

	/// An entry exists only while there is credit.
	fn set_credit(account: &T::AccountId, credit: BalanceOf<T>) {
		if credit.is_zero() {
			Credits::<T>::remove(account);
		} else {
			Credits::<T>::insert(account, credit);
		}
	}

	/// Deposit for one entry with that many bytes of key and value.
	pub(crate) fn deposit_for(bytes: usize) -> BalanceOf<T> {
		let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
		T::DepositPerByte::get()
			.saturating_mul(bytes.into())
			.saturating_add(T::DepositPerItem::get())
	}
}

impl<T: Config> GenesisConfig<T> {
	/// Gives the pot its existential deposit, unless the specification endowed it: without one it
	/// could not take a credit below it.
	pub(crate) fn endow_pot() {
		let pot = Pallet::<T>::pot();
		let least = T::Currency::minimum_balance();
		if T::Currency::total_balance(&pot) < least {
			let minted = T::Currency::mint_into(&pot, least);
			assert!(minted.is_ok(), "a new chain's pot can be endowed");
		}
	}
}

/// An amount as errors write it. Balances are at most 128 bits wide.
pub(crate) fn u128_of(amount: impl UniqueSaturatedInto<u128>) -> u128 {
	amount.unique_saturated_into()
}

/// A block number as errors write it.
pub(crate) fn u64_of(block: impl UniqueSaturatedInto<u64>) -> u64 {
	block.unique_saturated_into()
}
