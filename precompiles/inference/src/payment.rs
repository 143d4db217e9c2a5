//! What a caller offers to pay for a run, and from what.

use crate::Config;
use opg_precompile_common::{account_of, ensure_no_value, give_back, value, AccountIdOf};
use pallet_inference::Source;
use polkadot_sdk::{
	pallet_revive::{
		precompiles::{alloy::primitives::Address, Error, Ext},
		BalanceOf,
	},
	sp_runtime::traits::{Bounded, Zero},
};

/// An offer, made before the price is known.
pub(crate) enum Offer<T: Config> {
	/// At most so much of the caller's balance; nothing: of the caller's credit.
	Value(BalanceOf<T>),
	/// What this sponsor allows the caller.
	Sponsor(AccountIdOf<T>),
}

impl<T: Config> Offer<T> {
	/// The value is the caller's limit. It goes back at once and the price is taken from the caller's
	/// balance: the excess is back, nothing stays here, and the receipt names who really paid.
	pub(crate) fn of_caller(env: &impl Ext<T = T>, caller: &AccountIdOf<T>) -> Result<Self, Error> {
		let value = value(env)?;
		give_back(env, caller, value)?;
		Ok(Self::Value(value))
	}

	/// A sponsor's money alone: value is refused.
	pub(crate) fn of_sponsor(env: &impl Ext<T = T>, sponsor: Address) -> Result<Self, Error> {
		ensure_no_value(env)?;
		Ok(Self::Sponsor(account_of::<T>(sponsor)))
	}

	/// What is drawn for that price, and the highest price that is paid from it.
	///
	/// Without value the caller's credit pays, if it covers the price. A value below the price is
	/// never made up from credit: it says what the caller is ready to pay. A sponsor has said in its
	/// allowance what it pays.
	pub(crate) fn for_price(
		self,
		caller: &AccountIdOf<T>,
		price: BalanceOf<T>,
	) -> (Source<AccountIdOf<T>>, BalanceOf<T>) {
		match self {
			Self::Sponsor(sponsor) => (Source::Sponsor(sponsor), Bounded::max_value()),
			Self::Value(value) => {
				let credit = pallet_credit::Pallet::<T>::credit_of(caller);
				if value.is_zero() && credit >= price {
					(Source::Credit, credit)
				} else {
					(Source::Balance, value)
				}
			},
		}
	}
}
