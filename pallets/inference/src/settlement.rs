//! The price: from the payer to the beneficiaries, less the protocol's share; and credits for payouts
//! that could not be deposited.

use crate::{
	fault::InferFault,
	pallet::*,
	split::{shares, split, Shares},
	BalanceOf,
};
use pallet_model_registry::{self as registry, Beneficiary};
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
		traits::{CheckedAdd, Zero},
		ArithmeticError, DispatchError, DispatchResult,
	},
};

type Currency<T> = <T as registry::Config>::Currency;

impl<T: Config> Pallet<T> {
	/// Whether the payer can pay and stay alive. A free model needs no funds.
	pub(crate) fn ensure_funds(
		payer: &T::AccountId,
		price: BalanceOf<T>,
	) -> Result<(), InferFault> {
		if price.is_zero() {
			return Ok(());
		}
		let available =
			Currency::<T>::reducible_balance(payer, Preservation::Preserve, Fortitude::Polite);
		ensure!(
			available >= price,
			InferFault::InsufficientFunds {
				needed: registry::Pallet::<T>::balance_u128(price),
				available: registry::Pallet::<T>::balance_u128(available),
			}
		);
		Ok(())
	}

	/// Moves the price, shared as [`crate::split`] says, and gives the protocol's share.
	pub(crate) fn pay(
		payer: &T::AccountId,
		beneficiaries: &[Beneficiary<T::AccountId>],
		price: BalanceOf<T>,
	) -> Result<BalanceOf<T>, DispatchError> {
		let Shares { protocol, rest } = shares(price, T::ProtocolShare::get());
		let amounts = split(rest, beneficiaries.iter().map(|one| one.parts));
		for (beneficiary, amount) in beneficiaries.iter().zip(amounts) {
			Self::pay_out(payer, &beneficiary.account, amount)?;
		}
		Self::pay_out(payer, &T::Treasury::get(), protocol)?;
		Ok(protocol)
	}

	/// Pays one receiver, or credits it when its account can't take the amount (it doesn't exist
	/// and the amount is below the existential deposit).
	fn pay_out(
		payer: &T::AccountId,
		receiver: &T::AccountId,
		amount: BalanceOf<T>,
	) -> DispatchResult {
		if amount.is_zero() || payer == receiver {
			return Ok(());
		}
		let taken =
			Currency::<T>::can_deposit(receiver, amount, Provenance::Extant).into_result().is_ok();
		if taken {
			Currency::<T>::transfer(payer, receiver, amount, Preservation::Preserve)?;
			return Ok(());
		}
		Currency::<T>::transfer(payer, &Self::pot(), amount, Preservation::Preserve)?;
		let credit =
			Credits::<T>::get(receiver).checked_add(&amount).ok_or(ArithmeticError::Overflow)?;
		Credits::<T>::insert(receiver, credit);
		Self::deposit_event(Event::PayoutCredited { account: receiver.clone(), amount });
		Ok(())
	}

	pub(crate) fn do_claim(account: T::AccountId) -> DispatchResult {
		let amount = Credits::<T>::take(&account);
		ensure!(!amount.is_zero(), Error::<T>::NoCredit);
		Currency::<T>::transfer(&Self::pot(), &account, amount, Preservation::Preserve)?;
		Self::deposit_event(Event::CreditClaimed { account, amount });
		Ok(())
	}
}

impl<T: Config> GenesisConfig<T> {
	/// Gives the pot its existential deposit, unless the specification endowed it: without one it
	/// could not take a credit below it.
	pub(crate) fn endow_pot() {
		let pot = Pallet::<T>::pot();
		let least = Currency::<T>::minimum_balance();
		if Currency::<T>::total_balance(&pot) < least {
			let minted = Currency::<T>::mint_into(&pot, least);
			assert!(minted.is_ok(), "a new chain's pot can be endowed");
		}
	}
}
