//! Why something was refused, with all its numbers: for precompiles and tools. An extrinsic's
//! [`DispatchError`] keeps only the kind.

use crate::{
	pallet::{Config, Error},
	types::{ChannelId, ModelId},
};
use alloc::string::{String, ToString};
use codec::{Decode, DecodeWithMemTracking, Encode};
use core::fmt;
use polkadot_sdk::{
	frame_support::PalletError,
	sp_runtime::{ArithmeticError, DispatchError},
};
use scale_info::TypeInfo;

/// What is wrong with a voucher.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo, PalletError,
)]
pub enum VoucherFault {
	/// No channel has this id (any more).
	#[codec(index = 0)]
	UnknownChannel,
	/// Its last block is over.
	#[codec(index = 1)]
	Expired,
	/// All that it promises is paid already, or all that the channel has.
	#[codec(index = 2)]
	NothingToRedeem,
	/// `v` isn't 0, 1, 27 or 28, `s` is in the upper half, or no key fits.
	#[codec(index = 3)]
	MalformedSignature,
	/// Somebody else than the channel's signer signed it, or signed something else.
	#[codec(index = 4)]
	WrongSigner,
}

impl VoucherFault {
	/// The name, as errors print it.
	pub fn name(self) -> &'static str {
		match self {
			Self::UnknownChannel => "UnknownChannel",
			Self::Expired => "Expired",
			Self::NothingToRedeem => "NothingToRedeem",
			Self::MalformedSignature => "MalformedSignature",
			Self::WrongSigner => "WrongSigner",
		}
	}
}

/// Why something was refused. Amounts are OPG base units, expiries block numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CreditFault {
	/// An amount of 0 where something has to move.
	ZeroAmount,
	/// The account can't pay that much and stay alive.
	InsufficientFunds {
		/// What it would pay.
		needed: u128,
		/// What it can.
		available: u128,
	},
	/// The credit is smaller than that.
	InsufficientCredit {
		/// What would be taken.
		needed: u128,
		/// The credit.
		available: u128,
	},
	/// A deposit would leave a credit below the existential deposit.
	CreditTooSmall {
		/// The least credit after a deposit.
		least: u128,
		/// What it would be.
		credit: u128,
	},
	/// The account can't take the amount: it doesn't exist, and could not live from it.
	AccountCannotTake {
		/// The amount.
		amount: u128,
		/// The existential deposit.
		least: u128,
	},
	/// The sponsor has allowed the beneficiary nothing.
	NotSponsored,
	/// The allowance has expired.
	AllowanceExpired {
		/// First block in which it no longer held.
		expired: u64,
	},
	/// The allowance is for other models.
	ModelNotSponsored {
		/// The model.
		model: ModelId,
	},
	/// The price is above what the allowance gives for one call.
	AllowancePerCall {
		/// The price.
		price: u128,
		/// The allowance for one call.
		max: u128,
	},
	/// The price is above what is left of the allowance.
	AllowanceTotal {
		/// The price.
		price: u128,
		/// What is left.
		left: u128,
	},
	/// Something would expire before it begins.
	ExpiryInPast {
		/// The expiry.
		expires: u64,
		/// The block now.
		now: u64,
	},
	/// The allowance hasn't expired yet.
	NotExpired {
		/// First block in which it will have.
		expires: u64,
		/// The block now.
		now: u64,
	},
	/// No channel has this id (any more).
	UnknownChannel {
		/// The id.
		channel: ChannelId,
	},
	/// Only the channel's payer may do this.
	NotPayer {
		/// The channel.
		channel: ChannelId,
	},
	/// The payer has asked to close the channel.
	ChannelIsClosing {
		/// First block in which anybody may close it.
		from: u64,
	},
	/// The caller may not close the channel now.
	NotClosable {
		/// First block in which it may; the largest number when the payer has to ask first.
		from: u64,
	},
	/// No key has the address 0.
	ZeroSigner,
	/// A voucher can't be redeemed; then none of its batch is.
	BadVoucher {
		/// Its place in the batch, from 0.
		index: u8,
		/// What is wrong with it.
		why: VoucherFault,
	},
	/// An empty batch.
	NoVouchers,
	/// No more ids are left.
	IdsExhausted,
	/// The currency refused a transfer or a hold.
	Currency {
		/// Why.
		error: DispatchError,
	},
}

impl CreditFault {
	/// The name, as errors print it.
	pub fn name(&self) -> &'static str {
		match self {
			Self::ZeroAmount => "ZeroAmount",
			Self::InsufficientFunds { .. } => "InsufficientFunds",
			Self::InsufficientCredit { .. } => "InsufficientCredit",
			Self::CreditTooSmall { .. } => "CreditTooSmall",
			Self::AccountCannotTake { .. } => "AccountCannotTake",
			Self::NotSponsored => "NotSponsored",
			Self::AllowanceExpired { .. } => "AllowanceExpired",
			Self::ModelNotSponsored { .. } => "ModelNotSponsored",
			Self::AllowancePerCall { .. } => "AllowancePerCall",
			Self::AllowanceTotal { .. } => "AllowanceTotal",
			Self::ExpiryInPast { .. } => "ExpiryInPast",
			Self::NotExpired { .. } => "NotExpired",
			Self::UnknownChannel { .. } => "UnknownChannel",
			Self::NotPayer { .. } => "NotPayer",
			Self::ChannelIsClosing { .. } => "ChannelIsClosing",
			Self::NotClosable { .. } => "NotClosable",
			Self::ZeroSigner => "ZeroSigner",
			Self::BadVoucher { .. } => "BadVoucher",
			Self::NoVouchers => "NoVouchers",
			Self::IdsExhausted => "IdsExhausted",
			Self::Currency { .. } => "Currency",
		}
	}

	/// What a user can do about it.
	pub fn hint(&self) -> &'static str {
		match self {
			Self::ZeroAmount => "name an amount above 0",
			Self::InsufficientFunds { .. } => "fund the account",
			Self::InsufficientCredit { .. } => "deposit credit",
			Self::CreditTooSmall { .. } => "deposit at least the existential deposit",
			Self::AccountCannotTake { .. } => "fund the account first, or withdraw more at once",
			Self::NotSponsored => "ask the sponsor for an allowance",
			Self::AllowanceExpired { .. } => "ask the sponsor for a new allowance",
			Self::ModelNotSponsored { .. } => "call a model that the allowance names",
			Self::AllowancePerCall { .. } => "call a cheaper model, or ask for a higher allowance",
			Self::AllowanceTotal { .. } => "ask the sponsor for a new allowance",
			Self::ExpiryInPast { .. } => "name a later block",
			Self::NotExpired { .. } => "wait until it expires, or let the sponsor revoke it",
			Self::UnknownChannel { .. } => "check the channel's id; a closed one is gone",
			Self::NotPayer { .. } => "call it from the payer's account",
			Self::ChannelIsClosing { .. } => "open a new channel",
			Self::NotClosable { .. } => "let the payer ask to close it, and wait",
			Self::ZeroSigner => "name the address of the key that signs vouchers",
			Self::BadVoucher { why, .. } => match why {
				VoucherFault::UnknownChannel => "check the channel's id; a closed one is gone",
				VoucherFault::Expired => "ask the payer for a new voucher",
				VoucherFault::NothingToRedeem => "leave it out: it is paid already",
				VoucherFault::MalformedSignature => "use v 0, 1, 27 or 28 and the lower s",
				VoucherFault::WrongSigner => "check key, chain id, contract and every field",
			},
			Self::NoVouchers => "pass at least one voucher",
			Self::IdsExhausted => "no channel can be opened any more",
			Self::Currency { .. } => "check the account's balance and holds",
		}
	}

	/// The grammar of errors everywhere: `Code(key=value,…): hint`.
	pub fn message(&self) -> String {
		let mut text = self.to_string();
		text.push_str(": ");
		text.push_str(self.hint());
		text
	}

	/// The error of an extrinsic.
	pub fn dispatch_error<T: Config>(&self) -> DispatchError {
		match *self {
			Self::ZeroAmount => Error::<T>::ZeroAmount,
			Self::InsufficientFunds { .. } => Error::<T>::InsufficientFunds,
			Self::InsufficientCredit { .. } => Error::<T>::InsufficientCredit,
			Self::CreditTooSmall { .. } => Error::<T>::CreditTooSmall,
			Self::AccountCannotTake { .. } => Error::<T>::AccountCannotTake,
			Self::NotSponsored => Error::<T>::NotSponsored,
			Self::AllowanceExpired { .. } => Error::<T>::AllowanceExpired,
			Self::ModelNotSponsored { .. } => Error::<T>::ModelNotSponsored,
			Self::AllowancePerCall { .. } => Error::<T>::AllowancePerCall,
			Self::AllowanceTotal { .. } => Error::<T>::AllowanceTotal,
			Self::ExpiryInPast { .. } => Error::<T>::ExpiryInPast,
			Self::NotExpired { .. } => Error::<T>::NotExpired,
			Self::UnknownChannel { .. } => Error::<T>::UnknownChannel,
			Self::NotPayer { .. } => Error::<T>::NotPayer,
			Self::ChannelIsClosing { .. } => Error::<T>::ChannelIsClosing,
			Self::NotClosable { .. } => Error::<T>::NotClosable,
			Self::ZeroSigner => Error::<T>::ZeroSigner,
			Self::BadVoucher { index, why } => Error::<T>::BadVoucher { index, why },
			Self::NoVouchers => Error::<T>::NoVouchers,
			Self::IdsExhausted => Error::<T>::IdsExhausted,
			Self::Currency { error } => return error,
		}
		.into()
	}
}

impl fmt::Display for CreditFault {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let name = self.name();
		match self {
			Self::ZeroAmount
			| Self::NotSponsored
			| Self::ZeroSigner
			| Self::NoVouchers
			| Self::IdsExhausted => write!(f, "{name}()"),
			Self::InsufficientFunds { needed, available }
			| Self::InsufficientCredit { needed, available } => {
				write!(f, "{name}(needed={needed},available={available})")
			},
			Self::CreditTooSmall { least, credit } => {
				write!(f, "{name}(least={least},credit={credit})")
			},
			Self::AccountCannotTake { amount, least } => {
				write!(f, "{name}(amount={amount},least={least})")
			},
			Self::AllowanceExpired { expired } => write!(f, "{name}(expired={expired})"),
			Self::ModelNotSponsored { model } => write!(f, "{name}(model={model})"),
			Self::AllowancePerCall { price, max } => write!(f, "{name}(price={price},max={max})"),
			Self::AllowanceTotal { price, left } => write!(f, "{name}(price={price},left={left})"),
			Self::ExpiryInPast { expires, now } | Self::NotExpired { expires, now } => {
				write!(f, "{name}(expires={expires},now={now})")
			},
			Self::UnknownChannel { channel } | Self::NotPayer { channel } => {
				write!(f, "{name}(channel={channel})")
			},
			Self::ChannelIsClosing { from } | Self::NotClosable { from } => {
				write!(f, "{name}(from={from})")
			},
			Self::BadVoucher { index, why } => {
				write!(f, "{name}(index={index},why={})", why.name())
			},
			Self::Currency { error } => {
				write!(f, "{name}(error={})", <&'static str>::from(*error))
			},
		}
	}
}

impl From<DispatchError> for CreditFault {
	fn from(error: DispatchError) -> Self {
		Self::Currency { error }
	}
}

impl From<ArithmeticError> for CreditFault {
	fn from(error: ArithmeticError) -> Self {
		Self::Currency { error: error.into() }
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn faults_print_in_one_grammar() {
		let fault = CreditFault::BadVoucher { index: 3, why: VoucherFault::WrongSigner };
		assert_eq!(
			fault.message(),
			"BadVoucher(index=3,why=WrongSigner): check key, chain id, contract and every field"
		);
		let fault = CreditFault::AllowanceTotal { price: 2, left: 1 };
		assert_eq!(fault.to_string(), "AllowanceTotal(price=2,left=1)");
		let fault = CreditFault::from(DispatchError::Exhausted);
		assert_eq!(fault.to_string(), "Currency(error=Resources exhausted)");
		assert_eq!(CreditFault::NotSponsored.to_string(), "NotSponsored()");
	}
}
