//! The account of a model's own address.
//!
//! Contracts call a model at its address with value, which passes through the account there. That
//! account must exist by then: else the first such call would take its existential deposit from
//! whoever sent the transaction, beyond what was quoted. So activation endows it at the owner's cost,
//! and reaping gives the owner what is on it.

use crate::{pallet::*, types::*};
use polkadot_sdk::{
	frame_support::traits::{
		fungible::{Inspect as _, Mutate as _},
		tokens::{Fortitude, Preservation},
	},
	sp_runtime::{
		traits::{Convert, Saturating, Zero},
		DispatchResult,
	},
};

/// Models without addresses of their own.
pub struct NoModelAccounts;

impl<AccountId> Convert<ModelId, Option<AccountId>> for NoModelAccounts {
	fn convert(_: ModelId) -> Option<AccountId> {
		None
	}
}

impl<T: Config> Pallet<T> {
	/// Gives the account of a model's address what it lacks to the existential deposit.
	pub(crate) fn endow_address(owner: &T::AccountId, model: ModelId) -> DispatchResult {
		let Some(account) = T::ModelAccount::convert(model) else {
			return Ok(());
		};
		let there = T::Currency::balance(&account);
		let missing = T::Currency::minimum_balance().saturating_sub(there);
		if !missing.is_zero() {
			T::Currency::transfer(owner, &account, missing, Preservation::Preserve)?;
		}
		Ok(())
	}

	/// Gives the owner what is on the account of a model's address. What others have put on hold or
	/// frozen there stays.
	pub(crate) fn empty_address(owner: &T::AccountId, model: ModelId) -> DispatchResult {
		let Some(account) = T::ModelAccount::convert(model) else {
			return Ok(());
		};
		let rest =
			T::Currency::reducible_balance(&account, Preservation::Expendable, Fortitude::Polite);
		if !rest.is_zero() {
			T::Currency::transfer(&account, owner, rest, Preservation::Expendable)?;
		}
		Ok(())
	}
}
