//! Sponsorships: what others may spend of an account's credit.

use crate::{
	credits::{u128_of, u64_of},
	fault::CreditFault,
	pallet::*,
	types::{Allowance, ModelId, Sponsorship},
	AllowanceOf, BalanceOf, SponsorshipOf,
};
use codec::MaxEncodedLen;
use frame_system::pallet_prelude::BlockNumberFor;
use polkadot_sdk::{
	frame_support::{
		ensure,
		traits::{
			fungible::{hold::Mutate as _, Inspect, InspectHold},
			tokens::{Fortitude, Precision, Preservation},
		},
	},
	frame_system,
	sp_runtime::traits::{Saturating, Zero},
};

/// Bytes of a sponsorship's key: two hashed accounts (Blake2-128, concatenated).
const KEY_BYTES: usize = 2 * (16 + 32);

impl<T: Config> Pallet<T> {
	/// Deposit for a sponsorship, OPG base units: every byte that it can come to have in state.
	pub fn sponsorship_deposit() -> BalanceOf<T> {
		Self::deposit_for(SponsorshipOf::<T>::max_encoded_len().saturating_add(KEY_BYTES))
	}

	/// Creates an allowance, or replaces the one that is there: what was spent of that is forgotten.
	///
	/// Errors: an allowance of nothing, an expiry in the past, too little balance for the deposit.
	pub fn do_sponsor(
		sponsor: T::AccountId,
		beneficiary: T::AccountId,
		allowance: AllowanceOf<T>,
	) -> Result<(), CreditFault> {
		let Allowance { per_call, total, expires, .. } = allowance;
		ensure!(!per_call.is_zero() && !total.is_zero(), CreditFault::ZeroAmount);
		Self::ensure_future(expires)?;
		let deposit = match Sponsorships::<T>::get(&sponsor, &beneficiary) {
			Some(before) => before.deposit,
			None => {
				let deposit = Self::sponsorship_deposit();
				Self::hold(HoldReason::Sponsorship, &sponsor, deposit)?;
				deposit
			},
		};
		let stored = Sponsorship { allowance: allowance.clone(), spent: Zero::zero(), deposit };
		Sponsorships::<T>::insert(&sponsor, &beneficiary, stored);
		Self::deposit_event(Event::Sponsored { sponsor, beneficiary, allowance, deposit });
		Ok(())
	}

	/// Takes an allowance back, with its deposit.
	///
	/// Errors: there is none.
	pub fn do_revoke(sponsor: T::AccountId, beneficiary: T::AccountId) -> Result<(), CreditFault> {
		let sponsorship =
			Sponsorships::<T>::get(&sponsor, &beneficiary).ok_or(CreditFault::NotSponsored)?;
		Self::remove_sponsorship(sponsor, beneficiary, sponsorship)
	}

	/// Removes an allowance that has expired; its deposit goes back to the sponsor.
	///
	/// Errors: there is none, or it hasn't expired.
	pub fn do_remove_expired(
		sponsor: T::AccountId,
		beneficiary: T::AccountId,
	) -> Result<(), CreditFault> {
		let sponsorship =
			Sponsorships::<T>::get(&sponsor, &beneficiary).ok_or(CreditFault::NotSponsored)?;
		let (now, expires) = (Self::now(), sponsorship.allowance.expires);
		ensure!(
			now >= expires,
			CreditFault::NotExpired { expires: u64_of(expires), now: u64_of(now) }
		);
		Self::remove_sponsorship(sponsor, beneficiary, sponsorship)
	}

	fn remove_sponsorship(
		sponsor: T::AccountId,
		beneficiary: T::AccountId,
		sponsorship: SponsorshipOf<T>,
	) -> Result<(), CreditFault> {
		Self::release(HoldReason::Sponsorship, &sponsor, sponsorship.deposit)?;
		Sponsorships::<T>::remove(&sponsor, &beneficiary);
		Self::deposit_event(Event::SponsorshipRemoved { sponsor, beneficiary });
		Ok(())
	}

	/// Whether the sponsor pays that price for a call of the beneficiary's in this block: within
	/// the allowance, and out of a credit that covers it.
	pub fn ensure_sponsored(
		sponsor: &T::AccountId,
		beneficiary: &T::AccountId,
		model: ModelId,
		price: BalanceOf<T>,
	) -> Result<SponsorshipOf<T>, CreditFault> {
		let sponsorship =
			Sponsorships::<T>::get(sponsor, beneficiary).ok_or(CreditFault::NotSponsored)?;
		let Allowance { per_call, total, models, expires } = &sponsorship.allowance;
		ensure!(
			Self::now() < *expires,
			CreditFault::AllowanceExpired { expired: u64_of(*expires) }
		);
		ensure!(
			models.is_empty() || models.contains(&model),
			CreditFault::ModelNotSponsored { model }
		);
		ensure!(
			price <= *per_call,
			CreditFault::AllowancePerCall { price: u128_of(price), max: u128_of(*per_call) }
		);
		let left = total.saturating_sub(sponsorship.spent);
		ensure!(
			price <= left,
			CreditFault::AllowanceTotal { price: u128_of(price), left: u128_of(left) }
		);
		Self::ensure_credit(sponsor, price)?;
		Ok(sponsorship)
	}

	/// Counts a price against an allowance that covers it; [`Self::pay_from_credit`] moves it.
	pub fn spend_allowance(
		sponsor: &T::AccountId,
		beneficiary: &T::AccountId,
		model: ModelId,
		price: BalanceOf<T>,
	) -> Result<(), CreditFault> {
		let mut sponsorship = Self::ensure_sponsored(sponsor, beneficiary, model, price)?;
		sponsorship.spent = sponsorship.spent.saturating_add(price);
		Sponsorships::<T>::insert(sponsor, beneficiary, sponsorship);
		Ok(())
	}

	pub(crate) fn now() -> BlockNumberFor<T> {
		frame_system::Pallet::<T>::block_number()
	}

	pub(crate) fn ensure_future(expires: BlockNumberFor<T>) -> Result<(), CreditFault> {
		let now = Self::now();
		ensure!(
			expires > now,
			CreditFault::ExpiryInPast { expires: u64_of(expires), now: u64_of(now) }
		);
		Ok(())
	}

	pub(crate) fn hold(
		reason: HoldReason,
		who: &T::AccountId,
		deposit: BalanceOf<T>,
	) -> Result<(), CreditFault> {
		let reason = reason.into();
		ensure!(
			T::Currency::can_hold(&reason, who, deposit),
			CreditFault::InsufficientFunds {
				needed: u128_of(deposit),
				available: u128_of(T::Currency::reducible_balance(
					who,
					Preservation::Preserve,
					Fortitude::Polite
				)),
			}
		);
		Ok(T::Currency::hold(&reason, who, deposit)?)
	}

	pub(crate) fn release(
		reason: HoldReason,
		who: &T::AccountId,
		deposit: BalanceOf<T>,
	) -> Result<(), CreditFault> {
		T::Currency::release(&reason.into(), who, deposit, Precision::Exact)?;
		Ok(())
	}
}
