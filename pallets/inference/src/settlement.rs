//! The price: from the payer to the beneficiaries, less the protocol's share. Payouts that can't be
//! deposited become credit of the receiver.

use crate::{
	pallet::*,
	payment::{PaidFrom, Payer},
	split::{shares, split, Shares},
	BalanceOf,
};
use alloc::vec::Vec;
use pallet_credit as credit;
use pallet_model_registry::{Beneficiary, ModelId};
use polkadot_sdk::{frame_support::traits::Get, sp_runtime::DispatchError};

impl<T: Config> Pallet<T> {
	/// Moves the price, shared as [`crate::split`] says, and gives the protocol's share. What a payer
	/// would pay itself stays where it is.
	pub(crate) fn pay(
		caller: &T::AccountId,
		payer: &Payer<T::AccountId>,
		model: ModelId,
		beneficiaries: &[Beneficiary<T::AccountId>],
		price: BalanceOf<T>,
	) -> Result<BalanceOf<T>, DispatchError> {
		let Shares { protocol, rest } = shares(price, T::ProtocolShare::get());
		let amounts = split(rest, beneficiaries.iter().map(|one| one.parts));
		let treasury = T::Treasury::get();
		let receivers: Vec<_> = beneficiaries
			.iter()
			.map(|one| &one.account)
			.zip(amounts)
			.chain([(&treasury, protocol)])
			.collect();
		let receivers = receivers.iter().copied();
		let account = &payer.account;
		match payer.from {
			PaidFrom::Nothing => Ok(()),
			PaidFrom::Balance => receivers.clone().try_for_each(|(receiver, amount)| {
				credit::Pallet::<T>::pay_from_balance(account, receiver, amount)
			}),
			PaidFrom::Credit => credit::Pallet::<T>::pay_from_credit(account, None, receivers),
			PaidFrom::Sponsor => {
				credit::Pallet::<T>::spend_allowance(account, caller, model, price).and_then(|()| {
					credit::Pallet::<T>::pay_from_credit(account, Some(caller), receivers)
				})
			},
		}
		.map_err(|fault| fault.dispatch_error::<T>())?;
		Ok(protocol)
	}
}
