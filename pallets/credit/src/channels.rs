//! Channels: money set aside for a payee, drawn by vouchers.
//!
//! A payee can rely on a channel until it expires: before, the payer alone can't close it faster
//! than in `ClosePeriod` blocks, in all of which the payee can still redeem what it has.

use crate::{
	credits::u64_of,
	fault::{CreditFault, VoucherFault},
	pallet::*,
	types::{Channel, ChannelId, Signature, Voucher},
	voucher, BalanceOf, ChannelOf,
};
use codec::MaxEncodedLen;
use frame_system::pallet_prelude::BlockNumberFor;
use polkadot_sdk::{
	frame_support::{ensure, storage::with_storage_layer, traits::Get},
	frame_system,
	sp_core::H160,
	sp_runtime::{
		traits::{CheckedAdd, CheckedSub, Saturating, UniqueSaturatedFrom, Zero},
		ArithmeticError,
	},
};

/// Bytes of a channel's key: its id, hashed (Twox-64, concatenated).
const KEY_BYTES: usize = 8 + 8;

impl<T: Config> Pallet<T> {
	/// Deposit for a channel, OPG base units: every byte that it can come to have in state.
	pub fn channel_deposit() -> BalanceOf<T> {
		Self::deposit_for(ChannelOf::<T>::max_encoded_len().saturating_add(KEY_BYTES))
	}

	/// Opens a channel with `amount` of the payer's credit and says its id.
	///
	/// Errors: an amount of 0, no signer, an expiry in the past, too little credit, too little balance
	/// for the deposit.
	pub fn do_open_channel(
		payer: T::AccountId,
		payee: T::AccountId,
		signer: H160,
		amount: BalanceOf<T>,
		expires: BlockNumberFor<T>,
	) -> Result<ChannelId, CreditFault> {
		ensure!(!amount.is_zero(), CreditFault::ZeroAmount);
		ensure!(!signer.is_zero(), CreditFault::ZeroSigner);
		Self::ensure_future(expires)?;
		Self::ensure_credit(&payer, amount)?;
		let channel = NextChannelId::<T>::get();
		let next = channel.checked_add(1).ok_or(CreditFault::IdsExhausted)?;
		let deposit = Self::channel_deposit();
		Self::hold(HoldReason::Channel, &payer, deposit)?;
		Self::take_credit(&payer, amount)?;
		NextChannelId::<T>::put(next);
		Channels::<T>::insert(
			channel,
			Channel {
				payer: payer.clone(),
				payee: payee.clone(),
				signer,
				funds: amount,
				redeemed: Zero::zero(),
				expires,
				closing: None,
				deposit,
			},
		);
		Self::deposit_event(Event::ChannelOpened {
			channel,
			payer,
			payee,
			signer,
			amount,
			expires,
			deposit,
		});
		Ok(channel)
	}

	/// Adds `amount` of the payer's credit to a channel.
	///
	/// Errors: an amount of 0, no such channel, not the payer, closing, too little credit.
	pub fn do_top_up(
		payer: &T::AccountId,
		id: ChannelId,
		amount: BalanceOf<T>,
	) -> Result<(), CreditFault> {
		ensure!(!amount.is_zero(), CreditFault::ZeroAmount);
		let mut channel = Self::open_channel_of(payer, id)?;
		channel.funds = channel.funds.checked_add(&amount).ok_or(ArithmeticError::Overflow)?;
		Self::take_credit(payer, amount)?;
		Channels::<T>::insert(id, channel);
		Self::deposit_event(Event::ChannelToppedUp { channel: id, amount });
		Ok(())
	}

	/// Pays the payees of vouchers what they promise and wasn't paid yet, and says how much that is
	/// in all. One that can't be redeemed refuses the whole batch.
	///
	/// A voucher above the channel's funds is paid as far as they go, and again after a top-up.
	pub fn do_redeem(vouchers: &[(Voucher, Signature)]) -> Result<BalanceOf<T>, CreditFault> {
		ensure!(!vouchers.is_empty(), CreditFault::NoVouchers);
		let domain = voucher::domain_separator(T::EvmChainId::get(), &T::VoucherContract::get());
		with_storage_layer(|| {
			let mut paid: BalanceOf<T> = Zero::zero();
			for (index, (voucher, signature)) in (0u8..).zip(vouchers) {
				let amount = Self::redeem_one(&domain, index, voucher, signature)?;
				paid = paid.saturating_add(amount);
			}
			Ok(paid)
		})
	}

	fn redeem_one(
		domain: &[u8; 32],
		index: u8,
		voucher: &Voucher,
		signature: &Signature,
	) -> Result<BalanceOf<T>, CreditFault> {
		let bad = |why| CreditFault::BadVoucher { index, why };
		let id = voucher.channel;
		let mut channel =
			Channels::<T>::get(id).ok_or_else(|| bad(VoucherFault::UnknownChannel))?;
		ensure!(u64_of(Self::now()) <= voucher.valid_until_block, bad(VoucherFault::Expired));
		// Balances have at most 128 bits; narrower ones saturate, and the funds cap either.
		let promised = BalanceOf::<T>::unique_saturated_from(voucher.cumulative).min(channel.funds);
		let amount = promised
			.checked_sub(&channel.redeemed)
			.filter(|amount| !amount.is_zero())
			.ok_or_else(|| bad(VoucherFault::NothingToRedeem))?;
		let signer = voucher::signer(&voucher::digest(domain, voucher), signature)
			.ok_or_else(|| bad(VoucherFault::MalformedSignature))?;
		ensure!(signer == channel.signer, bad(VoucherFault::WrongSigner));

		channel.redeemed = promised;
		let payee = channel.payee.clone();
		Channels::<T>::insert(id, channel);
		Self::pay_from_pot(&payee, amount)?;
		Self::deposit_event(Event::VoucherRedeemed { channel: id, payee, amount });
		Ok(amount)
	}

	/// Starts the period after which anybody may close a channel.
	///
	/// Errors: no such channel, not the payer, closing already.
	pub fn do_request_close(payer: &T::AccountId, id: ChannelId) -> Result<(), CreditFault> {
		let mut channel = Self::open_channel_of(payer, id)?;
		let from = Self::now().saturating_add(T::ClosePeriod::get());
		channel.closing = Some(from);
		Channels::<T>::insert(id, channel);
		Self::deposit_event(Event::ChannelClosing { channel: id, from });
		Ok(())
	}

	/// Closes a channel: the rest goes back to the payer's credit, the deposit to its account.
	///
	/// The payee may at any time, the payer once the channel has expired, anybody once the period
	/// that the payer started is over.
	///
	/// Errors: no such channel, not closable by the caller now.
	pub fn do_close(caller: &T::AccountId, id: ChannelId) -> Result<(), CreditFault> {
		let channel = Channels::<T>::get(id).ok_or(CreditFault::UnknownChannel { channel: id })?;
		if *caller != channel.payee {
			let expiry = Some(channel.expires).filter(|_| *caller == channel.payer);
			let from = channel.closing.into_iter().chain(expiry).min();
			ensure!(
				from.is_some_and(|from| Self::now() >= from),
				CreditFault::NotClosable { from: from.map_or(u64::MAX, u64_of) }
			);
		}
		// Never below: an invariant.
		let returned = channel.funds.saturating_sub(channel.redeemed);
		Self::release(HoldReason::Channel, &channel.payer, channel.deposit)?;
		Self::add_credit(&channel.payer, returned)?;
		Channels::<T>::remove(id);
		Self::deposit_event(Event::ChannelClosed { channel: id, payer: channel.payer, returned });
		Ok(())
	}

	/// A channel of that payer's that isn't closing.
	fn open_channel_of(payer: &T::AccountId, id: ChannelId) -> Result<ChannelOf<T>, CreditFault> {
		let channel = Channels::<T>::get(id).ok_or(CreditFault::UnknownChannel { channel: id })?;
		ensure!(channel.payer == *payer, CreditFault::NotPayer { channel: id });
		match channel.closing {
			Some(from) => Err(CreditFault::ChannelIsClosing { from: u64_of(from) }),
			None => Ok(channel),
		}
	}
}
