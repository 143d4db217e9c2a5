//! # Credit
//!
//! OPG that is prepaid for inference: credits, allowances that others may spend of them, and
//! channels that are drawn by vouchers signed off chain. Knows nothing of models but their ids.
//!
//! All of it lies in one account, the pot: `pot ≥ credits + channels + existential deposit`, to the
//! unit. Nothing is minted or burnt. A credit can be withdrawn at any time; an allowance reserves
//! nothing, and pays as long as the sponsor's credit does.
//!
//! State isn't free: a deposit into a credit leaves at least the existential deposit there (so an
//! entry costs what an account does), sponsorships and channels hold a deposit by item and byte that
//! comes back with them. Payouts that no account can take are credited too: there is one notion of
//! credit, and [`Pallet::withdraw`] claims it.
//!
//! | module | holds |
//! |---|---|
//! | [`types`] | what is stored, emitted and taken |
//! | [`fault`] | typed refusals with their numbers |
//! | `aside` | credit set aside for a run whose cost isn't known yet |
//! | `credits` | depositing, withdrawing, paying |
//! | `sponsorship` | allowances |
//! | `channels` | opening, redeeming, closing |
//! | [`reads`] | allowances and channels as clients see them |
//! | [`voucher`] | what a voucher's signer signs (EIP-712) |
//! | [`runtime_api`] | what a node asks |
//! | `invariants` | what must hold after every block |
//! | [`weights`] | the calls' weights |

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

mod aside;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod channels;
mod credits;
pub mod fault;
#[cfg(feature = "std")]
mod invariants;
pub mod reads;
pub mod runtime_api;
mod sponsorship;
#[cfg(test)]
mod tests;
pub mod types;
pub mod voucher;
pub mod weights;

pub use fault::{CreditFault, VoucherFault};
pub use pallet::*;
pub use types::*;
pub use weights::WeightInfo;

use polkadot_sdk::{frame_support, frame_system};

use frame_support::traits::fungible;
use frame_system::pallet_prelude::BlockNumberFor;

/// Balance of the currency that credits are in.
pub type BalanceOf<T> =
	<<T as Config>::Currency as fungible::Inspect<<T as frame_system::Config>::AccountId>>::Balance;

/// [`Allowance`] of a runtime.
pub type AllowanceOf<T> = Allowance<BalanceOf<T>, BlockNumberFor<T>>;

/// [`Sponsorship`] of a runtime.
pub type SponsorshipOf<T> = Sponsorship<BalanceOf<T>, BlockNumberFor<T>>;

/// [`Channel`] of a runtime.
pub type ChannelOf<T> =
	Channel<<T as frame_system::Config>::AccountId, BalanceOf<T>, BlockNumberFor<T>>;

#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use frame_support::{pallet_prelude::*, PalletId};
	use frame_system::pallet_prelude::*;
	use polkadot_sdk::{
		sp_core::H160,
		sp_runtime::traits::{AccountIdConversion, Zero},
	};

	/// Version of the storage layout.
	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	/// Names the account that holds credits and channels.
	const POT: PalletId = PalletId(*b"opg/cred");

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: polkadot_sdk::frame_system::Config<RuntimeEvent: From<Event<Self>>> {
		/// What credits are in, and deposits are held in.
		type Currency: fungible::Mutate<Self::AccountId>
			+ fungible::hold::Mutate<Self::AccountId, Reason = Self::RuntimeHoldReason>;

		/// The runtime's hold reasons.
		type RuntimeHoldReason: From<HoldReason>;

		/// Weights of the calls.
		type WeightInfo: WeightInfo;

		/// Deposit for a sponsorship or channel, because each costs trie nodes whatever it holds.
		#[pallet::constant]
		type DepositPerItem: Get<BalanceOf<Self>>;

		/// Deposit for each of its bytes in state: every full node keeps it.
		#[pallet::constant]
		type DepositPerByte: Get<BalanceOf<Self>>;

		/// Blocks between a payer's request to close a channel and the first block in which it can be
		/// closed: time for the payee to redeem, and to notice.
		#[pallet::constant]
		type ClosePeriod: Get<BlockNumberFor<Self>>;

		/// The chain id in the vouchers' domain.
		type EvmChainId: Get<u64>;

		/// The address in the vouchers' domain: the credit precompile's.
		#[pallet::constant]
		type VoucherContract: Get<H160>;
	}

	#[pallet::extra_constants]
	impl<T: Config> Pallet<T> {
		/// Account that holds credits and channels.
		#[pallet::constant_name(PotAccount)]
		pub fn pot() -> T::AccountId {
			POT.into_account_truncating()
		}

		/// Deposit for a sponsorship, OPG base units.
		#[pallet::constant_name(SponsorshipDeposit)]
		fn deposit_of_sponsorship() -> BalanceOf<T> {
			Self::sponsorship_deposit()
		}

		/// Deposit for a channel, OPG base units.
		#[pallet::constant_name(ChannelDeposit)]
		fn deposit_of_channel() -> BalanceOf<T> {
			Self::channel_deposit()
		}
	}

	/// Why this pallet holds funds.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// Deposit for a sponsorship in state.
		#[codec(index = 0)]
		Sponsorship,
		/// Deposit for a channel in state.
		#[codec(index = 1)]
		Channel,
	}

	/// What accounts can spend from the pot. No entry is 0.
	#[pallet::storage]
	pub type Credits<T: Config> =
		StorageMap<_, Blake2_128Concat, T::AccountId, BalanceOf<T>, ValueQuery>;

	/// What sponsors let beneficiaries spend: by sponsor, then by beneficiary.
	#[pallet::storage]
	pub type Sponsorships<T: Config> = StorageDoubleMap<
		_,
		Blake2_128Concat,
		T::AccountId,
		Blake2_128Concat,
		T::AccountId,
		SponsorshipOf<T>,
	>;

	/// Channels that aren't closed.
	#[pallet::storage]
	pub type Channels<T: Config> = StorageMap<_, Twox64Concat, ChannelId, ChannelOf<T>>;

	/// Id that the next channel gets; ids are never used twice.
	#[pallet::storage]
	pub type NextChannelId<T: Config> = StorageValue<_, ChannelId, ValueQuery, FirstChannelId>;

	/// The first id: 0 is no channel.
	#[pallet::type_value]
	pub fn FirstChannelId() -> ChannelId {
		1
	}

	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		#[serde(skip)]
		pub _config: core::marker::PhantomData<T>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		/// Endows the pot, unless the specification did.
		fn build(&self) {
			Self::endow_pot();
		}
	}

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// OPG went from a balance to a credit.
		CreditDeposited { from: T::AccountId, account: T::AccountId, amount: BalanceOf<T> },
		/// OPG went from a credit to its account's balance.
		CreditWithdrawn { account: T::AccountId, amount: BalanceOf<T> },
		/// A credit paid others for a call: of its own account's, or of the beneficiary whom the
		/// account sponsors. Parts of the price that the account would have got itself aren't in it.
		CreditSpent {
			account: T::AccountId,
			beneficiary: Option<T::AccountId>,
			amount: BalanceOf<T>,
		},
		/// A payout could not be deposited and was credited.
		PayoutCredited { account: T::AccountId, amount: BalanceOf<T> },
		/// A sponsor created or replaced an allowance.
		Sponsored {
			sponsor: T::AccountId,
			beneficiary: T::AccountId,
			allowance: AllowanceOf<T>,
			deposit: BalanceOf<T>,
		},
		/// An allowance was revoked, or removed after it had expired.
		SponsorshipRemoved { sponsor: T::AccountId, beneficiary: T::AccountId },
		/// A channel was opened with `amount` of the payer's credit.
		ChannelOpened {
			channel: ChannelId,
			payer: T::AccountId,
			payee: T::AccountId,
			signer: H160,
			amount: BalanceOf<T>,
			expires: BlockNumberFor<T>,
			deposit: BalanceOf<T>,
		},
		/// `amount` of the payer's credit was added to a channel.
		ChannelToppedUp { channel: ChannelId, amount: BalanceOf<T> },
		/// A channel paid its payee.
		VoucherRedeemed { channel: ChannelId, payee: T::AccountId, amount: BalanceOf<T> },
		/// A payer asked to close a channel: from block `from` on anybody may.
		ChannelClosing { channel: ChannelId, from: BlockNumberFor<T> },
		/// A channel was closed, and what it had left is the payer's credit again.
		ChannelClosed { channel: ChannelId, payer: T::AccountId, returned: BalanceOf<T> },
	}

	/// The kinds of [`CreditFault`]; its numbers don't fit a module's error.
	#[pallet::error]
	pub enum Error<T> {
		/// An amount of 0 where something has to move.
		ZeroAmount,
		/// The account can't pay that much and stay alive.
		InsufficientFunds,
		/// The credit is smaller than that.
		InsufficientCredit,
		/// The deposit would leave a credit below the existential deposit.
		CreditTooSmall,
		/// The account can't take the amount: it doesn't exist, and could not live from it.
		AccountCannotTake,
		/// The sponsor has allowed the beneficiary nothing.
		NotSponsored,
		/// The allowance has expired.
		AllowanceExpired,
		/// The allowance is for other models.
		ModelNotSponsored,
		/// The price is above what the allowance gives for one call.
		AllowancePerCall,
		/// The price is above what is left of the allowance.
		AllowanceTotal,
		/// It would expire before it begins.
		ExpiryInPast,
		/// The allowance hasn't expired yet.
		NotExpired,
		/// No channel has this id (any more).
		UnknownChannel,
		/// The caller isn't the channel's payer.
		NotPayer,
		/// The payer has asked to close the channel.
		ChannelIsClosing,
		/// The caller may not close the channel now.
		NotClosable,
		/// No key has the address 0.
		ZeroSigner,
		/// A voucher can't be redeemed; then none of its batch is. `index` is its place, from 0.
		BadVoucher { index: u8, why: VoucherFault },
		/// The batch is empty.
		NoVouchers,
		/// No more ids are left.
		IdsExhausted,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			assert!(!T::ClosePeriod::get().is_zero(), "a payee must have time to redeem");
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Moves `amount` from the caller's balance, which stays alive, to its credit.
		///
		/// Errors: an amount of 0, too little balance, a credit that would stay below the existential
		/// deposit.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::deposit())]
		pub fn deposit(
			origin: OriginFor<T>,
			#[pallet::compact] amount: BalanceOf<T>,
		) -> DispatchResult {
			let caller = ensure_signed(origin)?;
			Self::do_deposit(&caller, &caller, amount).map_err(|f| f.dispatch_error::<T>())
		}

		/// Moves `amount` from the caller's balance, which stays alive, to another account's credit.
		/// It is that account's then.
		///
		/// Errors: as `deposit`.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::deposit())]
		pub fn deposit_to(
			origin: OriginFor<T>,
			account: T::AccountId,
			#[pallet::compact] amount: BalanceOf<T>,
		) -> DispatchResult {
			let caller = ensure_signed(origin)?;
			Self::do_deposit(&caller, &account, amount).map_err(|f| f.dispatch_error::<T>())
		}

		/// Moves `amount` from the caller's credit to its balance, at any time. Also claims payouts
		/// that could not be deposited.
		///
		/// Errors: an amount of 0, too little credit, an account that can't take the amount.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::withdraw())]
		pub fn withdraw(
			origin: OriginFor<T>,
			#[pallet::compact] amount: BalanceOf<T>,
		) -> DispatchResult {
			let caller = ensure_signed(origin)?;
			Self::do_withdraw(&caller, amount).map_err(|f| f.dispatch_error::<T>())
		}

		/// Lets an account or contract spend of the caller's credit for calls that name the caller as
		/// sponsor. Replaces an allowance that is there, and forgets what was spent of that. Reserves
		/// nothing.
		///
		/// Errors: an allowance of nothing, an expiry in the past, too little balance for the deposit.
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::sponsor())]
		pub fn sponsor(
			origin: OriginFor<T>,
			beneficiary: T::AccountId,
			allowance: AllowanceOf<T>,
		) -> DispatchResult {
			let caller = ensure_signed(origin)?;
			Self::do_sponsor(caller, beneficiary, allowance).map_err(|f| f.dispatch_error::<T>())
		}

		/// Takes an allowance back, at once; its deposit comes back.
		///
		/// Errors: there is none.
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::revoke())]
		pub fn revoke(origin: OriginFor<T>, beneficiary: T::AccountId) -> DispatchResult {
			let caller = ensure_signed(origin)?;
			Self::do_revoke(caller, beneficiary).map_err(|f| f.dispatch_error::<T>())
		}

		/// Removes an allowance that has expired. Anybody may; the deposit goes to the sponsor.
		///
		/// Errors: there is none, or it hasn't expired.
		#[pallet::call_index(5)]
		#[pallet::weight(T::WeightInfo::remove_expired())]
		pub fn remove_expired(
			origin: OriginFor<T>,
			sponsor: T::AccountId,
			beneficiary: T::AccountId,
		) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_remove_expired(sponsor, beneficiary).map_err(|f| f.dispatch_error::<T>())
		}

		/// Opens a channel to `payee` with `amount` of the caller's credit. Vouchers signed by the
		/// key of address `signer` draw it; before block `expires` the caller can close it only with
		/// `ClosePeriod` blocks of notice.
		///
		/// Errors: an amount of 0, no signer, an expiry in the past, too little credit, too little
		/// balance for the deposit.
		#[pallet::call_index(6)]
		#[pallet::weight(T::WeightInfo::open_channel())]
		pub fn open_channel(
			origin: OriginFor<T>,
			payee: T::AccountId,
			signer: H160,
			#[pallet::compact] amount: BalanceOf<T>,
			expires: BlockNumberFor<T>,
		) -> DispatchResult {
			let caller = ensure_signed(origin)?;
			Self::do_open_channel(caller, payee, signer, amount, expires)
				.map(|_| ())
				.map_err(|f| f.dispatch_error::<T>())
		}

		/// Adds `amount` of the caller's credit to its channel.
		///
		/// Errors: an amount of 0, no such channel, not the payer, closing, too little credit.
		#[pallet::call_index(7)]
		#[pallet::weight(T::WeightInfo::top_up())]
		pub fn top_up(
			origin: OriginFor<T>,
			channel: ChannelId,
			#[pallet::compact] amount: BalanceOf<T>,
		) -> DispatchResult {
			let caller = ensure_signed(origin)?;
			Self::do_top_up(&caller, channel, amount).map_err(|f| f.dispatch_error::<T>())
		}

		/// Pays the payees of vouchers what they promise and wasn't paid yet. Anybody may; with one
		/// that can't be redeemed nothing happens.
		///
		/// Errors: no vouchers; a voucher with an unknown channel, expired, with nothing to redeem,
		/// with a malformed signature or of another signer.
		#[pallet::call_index(8)]
		#[pallet::weight(T::WeightInfo::redeem(vouchers.len() as u32))]
		pub fn redeem(origin: OriginFor<T>, vouchers: VoucherList) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_redeem(&vouchers).map(|_| ()).map_err(|f| f.dispatch_error::<T>())
		}

		/// Starts the period after which anybody may close the caller's channel. Its payee can redeem
		/// until it is closed.
		///
		/// Errors: no such channel, not the payer, closing already.
		#[pallet::call_index(9)]
		#[pallet::weight(T::WeightInfo::request_close())]
		pub fn request_close(origin: OriginFor<T>, channel: ChannelId) -> DispatchResult {
			let caller = ensure_signed(origin)?;
			Self::do_request_close(&caller, channel).map_err(|f| f.dispatch_error::<T>())
		}

		/// Closes a channel: the rest becomes the payer's credit again, the deposit goes back to its
		/// account. The payee may at any time, the payer once the channel has expired, anybody once
		/// the period that the payer started is over.
		///
		/// Errors: no such channel, not closable by the caller now.
		#[pallet::call_index(10)]
		#[pallet::weight(T::WeightInfo::close())]
		pub fn close(origin: OriginFor<T>, channel: ChannelId) -> DispatchResult {
			let caller = ensure_signed(origin)?;
			Self::do_close(&caller, channel).map_err(|f| f.dispatch_error::<T>())
		}
	}
}
