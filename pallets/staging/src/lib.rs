//! # Staging
//!
//! Inputs that don't fit a contract call: uploaded in pieces to a buffer, then used by reference.
//! Knows nothing of models; who runs one on a buffer reads it with [`Pallet::read`].
//!
//! A buffer is of one account, which alone writes, reads and discards it. Its length is told when it
//! is begun; its pieces have [`PIECE_BYTES`] bytes, the last one the rest, and may come in any order
//! and again: the newest bytes of a piece count. It can be read when it has every piece, as often as
//! its owner likes, until it expires.
//!
//! State is bounded and paid for: an account has so many buffers with so many bytes together, and for
//! all of a buffer, written or not, a deposit is held that comes back with its removal. The owner may
//! discard it at any time; once it has expired it can't be used, and anybody may reap it: nothing is
//! swept by the chain itself, and a removal takes at most [`MAX_PIECES`] pieces.
//!
//! | module | holds |
//! |---|---|
//! | [`types`] | what is stored |
//! | [`fault`] | typed refusals with their numbers |
//! | `buffers` | beginning, writing, reading, removing |
//! | `invariants` | what must hold after every block |
//! | [`weights`] | the calls' weights |

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
pub mod benchmarking;
mod buffers;
pub mod fault;
#[cfg(feature = "std")]
mod invariants;
#[cfg(test)]
mod tests;
pub mod types;
pub mod weights;

pub use fault::StagingFault;
pub use pallet::*;
pub use types::*;
pub use weights::WeightInfo;

use frame_support::traits::fungible;
use frame_system::pallet_prelude::BlockNumberFor;
use polkadot_sdk::{frame_support, frame_system};

/// Balance of the currency that deposits are held in.
pub type BalanceOf<T> =
	<<T as Config>::Currency as fungible::Inspect<<T as frame_system::Config>::AccountId>>::Balance;

/// [`Buffer`] of a runtime.
pub type BufferOf<T> =
	Buffer<<T as frame_system::Config>::AccountId, BalanceOf<T>, BlockNumberFor<T>>;

#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use frame_support::pallet_prelude::*;
	use frame_system::pallet_prelude::*;
	use polkadot_sdk::sp_runtime::traits::Zero;

	/// Version of the storage layout.
	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: polkadot_sdk::frame_system::Config<RuntimeEvent: From<Event<Self>>> {
		/// What deposits are held in.
		type Currency: fungible::Mutate<Self::AccountId>
			+ fungible::hold::Mutate<Self::AccountId, Reason = Self::RuntimeHoldReason>;

		/// The runtime's hold reasons.
		type RuntimeHoldReason: From<HoldReason>;

		/// Weights of the calls.
		type WeightInfo: WeightInfo;

		/// Deposit for a buffer and for each of its pieces, because each costs trie nodes whatever it
		/// holds.
		#[pallet::constant]
		type DepositPerItem: Get<BalanceOf<Self>>;

		/// Deposit for each byte in state: every full node keeps it.
		#[pallet::constant]
		type DepositPerByte: Get<BalanceOf<Self>>;

		/// Blocks for which a buffer can be used.
		#[pallet::constant]
		type Period: Get<BlockNumberFor<Self>>;

		/// Buffers of one account, at most.
		#[pallet::constant]
		type MaxBuffers: Get<u32>;

		/// Bytes of all buffers of one account, at most.
		#[pallet::constant]
		type MaxBytes: Get<u32>;
	}

	/// Why this pallet holds funds.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// Deposit for a buffer in state.
		#[codec(index = 0)]
		Buffer,
	}

	/// Buffers that weren't removed.
	#[pallet::storage]
	pub type Buffers<T: Config> = StorageMap<_, Twox64Concat, BufferId, BufferOf<T>>;

	/// What was written of them, by buffer and piece.
	#[pallet::storage]
	pub type Pieces<T: Config> =
		StorageDoubleMap<_, Twox64Concat, BufferId, Twox64Concat, u8, Piece>;

	/// What each account has in buffers. No entry is empty.
	#[pallet::storage]
	pub type Usages<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, Usage, ValueQuery>;

	/// Id that the next buffer gets; ids are never used twice.
	#[pallet::storage]
	pub type NextBufferId<T: Config> = StorageValue<_, BufferId, ValueQuery, FirstBufferId>;

	/// The first id: 0 is no buffer.
	#[pallet::type_value]
	pub fn FirstBufferId() -> BufferId {
		1
	}

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A buffer of `length` bytes was begun; from block `expires` on it can't be used.
		BufferBegun {
			buffer: BufferId,
			owner: T::AccountId,
			length: u32,
			expires: BlockNumberFor<T>,
			deposit: BalanceOf<T>,
		},
		/// A piece was written. `complete`: the buffer has every piece now.
		PieceWritten { buffer: BufferId, index: u8, complete: bool },
		/// A buffer was discarded by its owner, or reaped after it had expired; the owner has its
		/// deposit back.
		BufferRemoved { buffer: BufferId, owner: T::AccountId, deposit: BalanceOf<T> },
	}

	/// The kinds of [`StagingFault`]; its numbers don't fit a module's error.
	#[pallet::error]
	pub enum Error<T> {
		/// No buffer has this id (any more).
		UnknownBuffer,
		/// The buffer is somebody else's.
		NotBufferOwner,
		/// The buffer has expired.
		BufferExpired,
		/// The buffer hasn't expired yet.
		BufferNotExpired,
		/// The buffer lacks a piece.
		BufferIncomplete,
		/// A length of 0, or above `MAX_LENGTH`.
		WrongBufferLength,
		/// The account has as many buffers as it may.
		TooManyBuffers,
		/// The account's buffers would have more bytes than they may.
		TooManyBytes,
		/// The buffer has no piece of that number.
		UnknownPiece,
		/// The piece has another length.
		WrongPieceLength,
		/// The account can't pay the deposit and stay alive.
		InsufficientFunds,
		/// No more ids are left.
		IdsExhausted,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			assert!(!T::Period::get().is_zero(), "a buffer must be usable");
			assert!(T::MaxBuffers::get() > 0, "an account may have a buffer");
			assert!(T::MaxBytes::get() >= MAX_LENGTH, "the largest buffer must be possible");
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Begins a buffer of `length` bytes, 1 to `MAX_LENGTH`, and holds its deposit.
		///
		/// Errors: a wrong length, too many buffers or bytes of the caller, too little balance.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::begin())]
		pub fn begin(origin: OriginFor<T>, length: u32) -> DispatchResult {
			let owner = ensure_signed(origin)?;
			Self::do_begin(owner, length).map(|_| ()).map_err(|f| f.dispatch_error::<T>())
		}

		/// Writes piece number `index`, from 0: `PIECE_BYTES` bytes, the last piece the rest.
		///
		/// Errors: no such buffer, not the owner, expired, no such piece, another length.
		#[pallet::call_index(1)]
		#[pallet::weight(weights::write::<T::WeightInfo>(piece.len() as u32))]
		pub fn write(
			origin: OriginFor<T>,
			buffer: BufferId,
			index: u8,
			piece: Piece,
		) -> DispatchResult {
			let owner = ensure_signed(origin)?;
			Self::do_write(&owner, buffer, index.into(), piece.into_inner())
				.map_err(|f| f.dispatch_error::<T>())
		}

		/// Removes a buffer of the caller's, expired or not, and gives its deposit back.
		///
		/// Errors: no such buffer, not the owner.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::remove(MAX_PIECES))]
		pub fn discard(origin: OriginFor<T>, buffer: BufferId) -> DispatchResultWithPostInfo {
			let owner = ensure_signed(origin)?;
			let removed = Self::do_discard(&owner, buffer).map_err(|f| f.dispatch_error::<T>())?;
			Ok(Some(T::WeightInfo::remove(removed)).into())
		}

		/// Removes a buffer that has expired, whoever calls; its owner has the deposit back.
		///
		/// Errors: no such buffer, not expired.
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::remove(MAX_PIECES))]
		pub fn reap(origin: OriginFor<T>, buffer: BufferId) -> DispatchResultWithPostInfo {
			ensure_signed(origin)?;
			let removed = Self::do_reap(buffer).map_err(|f| f.dispatch_error::<T>())?;
			Ok(Some(T::WeightInfo::remove(removed)).into())
		}
	}
}
