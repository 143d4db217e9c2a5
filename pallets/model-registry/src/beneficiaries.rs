//! Who is paid for a model's calls.
//!
//! The owner, until it names up to [`MAX_BENEFICIARIES`] accounts with their parts. What a payer pays
//! doesn't depend on it, so a change takes effect at once. `pallet-inference` does the paying.

use crate::{pallet::*, types::*};
use alloc::{vec, vec::Vec};
use polkadot_sdk::{frame_support::ensure, sp_runtime::DispatchResult};

/// Whether a list may be stored: empty (the owner again), or distinct accounts with parts that
/// make the whole.
pub(crate) fn check<AccountId: PartialEq>(list: &[Beneficiary<AccountId>]) -> Result<(), Fault> {
	if list.is_empty() {
		return Ok(());
	}
	for (i, one) in list.iter().enumerate() {
		if one.parts == 0 {
			return Err(Fault::Parts);
		}
		if list.iter().take(i).any(|earlier| earlier.account == one.account) {
			return Err(Fault::Twice);
		}
	}
	let sum: u64 = list.iter().fold(0, |sum, one| sum.saturating_add(one.parts.into()));
	if sum != u64::from(BENEFICIARY_PARTS) {
		return Err(Fault::Parts);
	}
	Ok(())
}

/// Why a list may not be stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
	/// A part is 0, or they don't make the whole.
	Parts,
	/// An account is there twice.
	Twice,
}

impl<T: Config> Pallet<T> {
	pub(crate) fn do_set_beneficiaries(
		caller: T::AccountId,
		model: ModelId,
		list: BeneficiaryList<T::AccountId>,
	) -> DispatchResult {
		let info = Self::owned(&caller, model)?;
		ensure!(
			!matches!(info.status, ModelStatus::Retired | ModelStatus::Engine),
			Error::<T>::WrongStatus
		);
		check(&list).map_err(|fault| match fault {
			Fault::Parts => Error::<T>::WrongParts,
			Fault::Twice => Error::<T>::DuplicateBeneficiary,
		})?;
		if list.is_empty() {
			Beneficiaries::<T>::remove(model);
		} else {
			Beneficiaries::<T>::insert(model, &list);
		}
		Self::deposit_event(Event::BeneficiariesSet { model, beneficiaries: list });
		Ok(())
	}

	/// Who is paid for a model of that owner.
	pub(crate) fn paid(model: ModelId, owner: &T::AccountId) -> Vec<Beneficiary<T::AccountId>> {
		let list = Beneficiaries::<T>::get(model).into_inner();
		if list.is_empty() {
			return vec![Beneficiary { account: owner.clone(), parts: BENEFICIARY_PARTS }];
		}
		list
	}
}

#[cfg(test)]
mod unit {
	use super::*;

	fn list(parts: &[u32]) -> Vec<Beneficiary<u8>> {
		(0..).zip(parts).map(|(account, parts)| Beneficiary { account, parts: *parts }).collect()
	}

	#[test]
	fn parts_make_the_whole() {
		assert_eq!(check(&list(&[])), Ok(()));
		assert_eq!(check(&list(&[BENEFICIARY_PARTS])), Ok(()));
		assert_eq!(check(&list(&[1, 999_999_998, 1])), Ok(()));
		for wrong in [&[0][..], &[1], &[999_999_999], &[BENEFICIARY_PARTS, 1], &[u32::MAX; 8]] {
			assert_eq!(check(&list(wrong)), Err(Fault::Parts));
		}
		assert_eq!(check(&list(&[BENEFICIARY_PARTS, 0])), Err(Fault::Parts));
		let mut twice = list(&[500_000_000; 2]);
		assert_eq!(check(&twice), Ok(()));
		twice[1].account = 0;
		assert_eq!(check(&twice), Err(Fault::Twice));
	}
}
