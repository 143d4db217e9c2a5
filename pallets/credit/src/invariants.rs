//! What must hold after every block. The tests check it after every step.

use crate::{pallet::*, BalanceOf};
use alloc::collections::BTreeMap;
use polkadot_sdk::{
	frame_support::{
		ensure,
		traits::fungible::{Inspect, InspectHold},
	},
	frame_system,
	sp_runtime::{
		traits::{Saturating, Zero},
		TryRuntimeError,
	},
};

impl<T: Config> Pallet<T> {
	/// Checks the pallet's state.
	///
	/// # Invariants
	/// 1. The pot holds every credit, what every channel can still pay, and its existential
	///    deposit; no credit is 0.
	/// 2. Every account holds, for reason `Sponsorship`, exactly the deposits of its sponsorships,
	///    and for reason `Channel` those of its channels.
	/// 3. Of no allowance more is spent than its total; none allows nothing.
	/// 4. Of no channel more is redeemed than its funds; its id is below `NextChannelId` and its
	///    signer isn't 0.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		let mut sum: BalanceOf<T> = Zero::zero();
		for credit in Credits::<T>::iter_values() {
			ensure!(!credit.is_zero(), "1: a credit is 0");
			sum = sum.saturating_add(credit);
		}
		let mut deposits = BTreeMap::<(u8, T::AccountId), BalanceOf<T>>::new();
		for (sponsor, _, sponsorship) in Sponsorships::<T>::iter() {
			let held = deposits.entry((0, sponsor)).or_insert_with(Zero::zero);
			*held = held.saturating_add(sponsorship.deposit);
			let allowance = sponsorship.allowance;
			ensure!(sponsorship.spent <= allowance.total, "3: more is spent than allowed");
			ensure!(
				!allowance.per_call.is_zero() && !allowance.total.is_zero(),
				"3: an allowance of nothing"
			);
		}
		for (id, channel) in Channels::<T>::iter() {
			let held = deposits.entry((1, channel.payer)).or_insert_with(Zero::zero);
			*held = held.saturating_add(channel.deposit);
			ensure!(channel.redeemed <= channel.funds, "4: more is redeemed than there is");
			ensure!(id > 0 && id < NextChannelId::<T>::get(), "4: an id is out of range");
			ensure!(!channel.signer.is_zero(), "4: a channel has no signer");
			sum = sum.saturating_add(channel.funds.saturating_sub(channel.redeemed));
		}
		let needed = sum.saturating_add(T::Currency::minimum_balance());
		let pot = T::Currency::total_balance(&Self::pot());
		ensure!(pot >= needed, "1: the pot doesn't hold credits and channels");
		for account in frame_system::Account::<T>::iter_keys() {
			for (index, reason) in [(0, HoldReason::Sponsorship), (1, HoldReason::Channel)] {
				let deposit = deposits.remove(&(index, account.clone())).unwrap_or_else(Zero::zero);
				let held = T::Currency::balance_on_hold(&reason.into(), &account);
				ensure!(held == deposit, "2: held funds aren't the sum of the deposits");
			}
		}
		ensure!(deposits.is_empty(), "2: an account that doesn't exist holds a deposit");
		Ok(())
	}
}
