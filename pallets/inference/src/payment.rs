//! Whose money pays a price. All of it comes from one place, so that a receipt has one payer.

use crate::{fault::InferFault, pallet::*, BalanceOf};
use codec::{Decode, DecodeWithMemTracking, Encode};
use pallet_credit::{self as credit, CreditFault};
use pallet_model_registry::{self as registry, ModelId};
use polkadot_sdk::{
	frame_support::{
		ensure,
		traits::{
			fungible::Inspect,
			tokens::{Fortitude, Preservation},
		},
	},
	sp_runtime::{traits::Zero, DispatchError},
};
use scale_info::TypeInfo;

/// What a caller offers to pay with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source<AccountId> {
	/// The caller's credit if it covers the whole price, else the caller's balance.
	Caller,
	/// The caller's balance alone.
	Balance,
	/// The caller's credit alone.
	Credit,
	/// This sponsor's credit, within what it allows the caller; never the caller's own money.
	Sponsor(AccountId),
}

/// Where the price of a call really comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub enum PaidFrom {
	/// The model is free: nothing is drawn, and the receipt's payer is the caller.
	#[codec(index = 0)]
	Nothing,
	/// The caller's balance.
	#[codec(index = 1)]
	Balance,
	/// The caller's credit.
	#[codec(index = 2)]
	Credit,
	/// A sponsor's credit.
	#[codec(index = 3)]
	Sponsor,
}

impl PaidFrom {
	/// The name, as the RPC prints it.
	pub fn name(self) -> &'static str {
		match self {
			Self::Nothing => "nothing",
			Self::Balance => "balance",
			Self::Credit => "credit",
			Self::Sponsor => "sponsor",
		}
	}
}

/// A payer that was found to have the price.
pub(crate) struct Payer<AccountId> {
	/// Who pays.
	pub(crate) account: AccountId,
	/// From what.
	pub(crate) from: PaidFrom,
}

type Credit<T> = credit::Pallet<T>;

impl<T: Config> Pallet<T> {
	/// Who pays the price of a call, or why nobody does. Nothing is moved or reserved.
	pub(crate) fn payer(
		caller: &T::AccountId,
		source: &Source<T::AccountId>,
		model: ModelId,
		price: BalanceOf<T>,
	) -> Result<Payer<T::AccountId>, InferFault> {
		let own = |from| Payer { account: caller.clone(), from };
		if price.is_zero() {
			return Ok(own(PaidFrom::Nothing));
		}
		match source {
			Source::Caller if Credit::<T>::credit_of(caller) >= price => Ok(own(PaidFrom::Credit)),
			Source::Caller | Source::Balance => {
				Self::ensure_funds(caller, price)?;
				Ok(own(PaidFrom::Balance))
			},
			Source::Credit => {
				Credit::<T>::ensure_credit(caller, price).map_err(InferFault::from)?;
				Ok(own(PaidFrom::Credit))
			},
			Source::Sponsor(sponsor) => {
				Credit::<T>::ensure_sponsored(sponsor, caller, model, price)
					.map_err(InferFault::from)?;
				Ok(Payer { account: sponsor.clone(), from: PaidFrom::Sponsor })
			},
		}
	}

	/// Whether an account can pay from its balance and stay alive.
	fn ensure_funds(payer: &T::AccountId, price: BalanceOf<T>) -> Result<(), InferFault> {
		let available = <T as registry::Config>::Currency::reducible_balance(
			payer,
			Preservation::Preserve,
			Fortitude::Polite,
		);
		ensure!(
			available >= price,
			InferFault::InsufficientFunds {
				needed: registry::Pallet::<T>::balance_u128(price),
				available: registry::Pallet::<T>::balance_u128(available),
			}
		);
		Ok(())
	}
}

impl From<CreditFault> for InferFault {
	/// A refusal to pay, or an error while paying.
	fn from(fault: CreditFault) -> Self {
		match fault {
			CreditFault::InsufficientFunds { needed, available } => {
				Self::InsufficientFunds { needed, available }
			},
			CreditFault::InsufficientCredit { needed, available } => {
				Self::InsufficientCredit { needed, available }
			},
			CreditFault::NotSponsored => Self::NotSponsored,
			CreditFault::AllowanceExpired { expired } => Self::AllowanceExpired { expired },
			CreditFault::ModelNotSponsored { model } => Self::ModelNotSponsored { model },
			CreditFault::AllowancePerCall { price, max } => Self::AllowancePerCall { price, max },
			CreditFault::AllowanceTotal { price, left } => Self::AllowanceTotal { price, left },
			CreditFault::Currency { error } => Self::PaymentFailed { error },
			// Faults of deposits and channels, which no payment meets.
			CreditFault::ZeroAmount
			| CreditFault::CreditTooSmall { .. }
			| CreditFault::AccountCannotTake { .. }
			| CreditFault::ExpiryInPast { .. }
			| CreditFault::NotExpired { .. }
			| CreditFault::UnknownChannel { .. }
			| CreditFault::NotPayer { .. }
			| CreditFault::ChannelIsClosing { .. }
			| CreditFault::NotClosable { .. }
			| CreditFault::ZeroSigner
			| CreditFault::BadVoucher { .. }
			| CreditFault::NoVouchers
			| CreditFault::IdsExhausted => {
				Self::PaymentFailed { error: DispatchError::Other("not a payment's fault") }
			},
		}
	}
}
