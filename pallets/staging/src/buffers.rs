//! Beginning, writing, reading, removing.

use crate::{fault::StagingFault, pallet::*, types::*, BalanceOf, BufferOf};
use alloc::vec::Vec;
use codec::MaxEncodedLen;
use frame_system::pallet_prelude::BlockNumberFor;
use polkadot_sdk::{
	frame_support::{
		ensure,
		storage::with_storage_layer,
		traits::{
			fungible::{hold::Mutate as _, Inspect, InspectHold},
			tokens::{Fortitude, Precision, Preservation},
			Get,
		},
	},
	frame_system,
	sp_runtime::{
		traits::{Saturating, UniqueSaturatedInto},
		DispatchError,
	},
};

/// Bytes of the keys of a buffer and of its owner's usage beside their maps' names: a hashed id (64
/// bits, concatenated), a hashed account (Blake2-128, concatenated).
const KEY_BYTES: usize = (8 + 8) + (16 + 32);

/// Bytes of a piece's key, likewise, and of its length before it.
const PIECE_KEY_BYTES: u32 = (8 + 8) + (8 + 1) + 4;

impl<T: Config> Pallet<T> {
	/// Deposit for a buffer of so many bytes, OPG base units: for everything that it can come to have
	/// in state.
	pub fn deposit(length: u32) -> BalanceOf<T> {
		let pieces = pieces(length);
		let own = BufferOf::<T>::max_encoded_len()
			.saturating_add(Usage::max_encoded_len())
			.saturating_add(KEY_BYTES);
		let bytes = u32::try_from(own)
			.unwrap_or(u32::MAX)
			.saturating_add(pieces.saturating_mul(PIECE_KEY_BYTES))
			.saturating_add(length);
		let items = pieces.saturating_add(2);
		T::DepositPerItem::get()
			.saturating_mul(items.into())
			.saturating_add(T::DepositPerByte::get().saturating_mul(bytes.into()))
	}

	/// Begins a buffer of `length` bytes for `owner`, whose deposit it holds.
	///
	/// Errors: a wrong length, too many buffers or bytes of the owner's, too little balance, no more
	/// ids. Nothing has changed then.
	pub fn do_begin(owner: T::AccountId, length: u32) -> Result<BufferId, StagingFault> {
		ensure!(
			(1..=MAX_LENGTH).contains(&length),
			StagingFault::WrongBufferLength { length, max: MAX_LENGTH }
		);
		let usage = Usages::<T>::get(&owner);
		let max = T::MaxBuffers::get();
		ensure!(usage.buffers < max, StagingFault::TooManyBuffers { max });
		let (bytes, max) = (usage.bytes.saturating_add(length), T::MaxBytes::get());
		ensure!(bytes <= max, StagingFault::TooManyBytes { bytes, max });
		let id = NextBufferId::<T>::get();
		let next = id.checked_add(1).ok_or(StagingFault::IdsExhausted)?;
		let deposit = Self::deposit(length);
		Self::hold(&owner, deposit)?;

		let expires = Self::now().saturating_add(T::Period::get());
		NextBufferId::<T>::put(next);
		Usages::<T>::insert(&owner, Usage { buffers: usage.buffers.saturating_add(1), bytes });
		let buffer = Buffer { owner: owner.clone(), length, written: 0, expires, deposit };
		Buffers::<T>::insert(id, buffer);
		Self::deposit_event(Event::BufferBegun { buffer: id, owner, length, expires, deposit });
		Ok(id)
	}

	/// Writes a piece of a buffer, also over what it had there.
	///
	/// Errors: no such buffer, not the owner, expired, no such piece, another length.
	pub fn do_write(
		owner: &T::AccountId,
		id: BufferId,
		index: u32,
		piece: Vec<u8>,
	) -> Result<(), StagingFault> {
		let mut buffer = Self::usable(owner, id)?;
		let count = buffer.pieces();
		let unknown = StagingFault::UnknownPiece { index, count };
		let expected = buffer.piece_length(index).ok_or(unknown)?;
		let got = u32::try_from(piece.len()).unwrap_or(u32::MAX);
		let wrong = StagingFault::WrongPieceLength { expected, got };
		ensure!(got == expected, wrong);
		// Neither fails: `expected` is at most `PIECE_BYTES`, and `index` below `MAX_PIECES`.
		let piece = Piece::try_from(piece).map_err(|_| wrong)?;
		let short = u8::try_from(index).map_err(|_| unknown)?;
		let bit = 1u16.checked_shl(index).ok_or(unknown)?;

		Pieces::<T>::insert(id, short, piece);
		buffer.written |= bit;
		let complete = buffer.missing().is_none();
		Buffers::<T>::insert(id, buffer);
		Self::deposit_event(Event::PieceWritten { buffer: id, index: short, complete });
		Ok(())
	}

	/// A buffer that its owner can read now: complete and not expired. Its bytes aren't read.
	///
	/// Errors: no such buffer, not the owner, expired, incomplete.
	pub fn readable(owner: &T::AccountId, id: BufferId) -> Result<BufferOf<T>, StagingFault> {
		let buffer = Self::usable(owner, id)?;
		match buffer.missing() {
			Some(missing) => Err(StagingFault::BufferIncomplete { buffer: id, missing }),
			None => Ok(buffer),
		}
	}

	/// The bytes of a buffer. Costs [`crate::weights::read`] of its length, which
	/// [`Self::readable`] gives.
	///
	/// Errors: as `readable`.
	pub fn read(owner: &T::AccountId, id: BufferId) -> Result<Vec<u8>, StagingFault> {
		let buffer = Self::readable(owner, id)?;
		let mut bytes = Vec::with_capacity(buffer.length as usize);
		for index in 0..buffer.pieces() {
			let missing = StagingFault::BufferIncomplete { buffer: id, missing: index };
			let short = u8::try_from(index).map_err(|_| missing)?;
			bytes.extend(Pieces::<T>::get(id, short).ok_or(missing)?);
		}
		Ok(bytes)
	}

	/// Removes a buffer for its owner, expired or not; says how many pieces it had.
	///
	/// Errors: no such buffer, not the owner.
	pub fn do_discard(owner: &T::AccountId, id: BufferId) -> Result<u32, StagingFault> {
		let buffer = Self::owned(owner, id)?;
		Self::remove(id, buffer)
	}

	/// Removes a buffer that has expired; says how many pieces it had.
	///
	/// Errors: no such buffer, not expired.
	pub fn do_reap(id: BufferId) -> Result<u32, StagingFault> {
		let buffer = Buffers::<T>::get(id).ok_or(StagingFault::UnknownBuffer { buffer: id })?;
		let now = Self::now();
		ensure!(
			now >= buffer.expires,
			StagingFault::BufferNotExpired { expires: u64_of(buffer.expires), now: u64_of(now) }
		);
		Self::remove(id, buffer)
	}

	fn owned(owner: &T::AccountId, id: BufferId) -> Result<BufferOf<T>, StagingFault> {
		let buffer = Buffers::<T>::get(id).ok_or(StagingFault::UnknownBuffer { buffer: id })?;
		ensure!(buffer.owner == *owner, StagingFault::NotBufferOwner { buffer: id });
		Ok(buffer)
	}

	fn usable(owner: &T::AccountId, id: BufferId) -> Result<BufferOf<T>, StagingFault> {
		let buffer = Self::owned(owner, id)?;
		let (now, expires) = (Self::now(), buffer.expires);
		ensure!(
			now < expires,
			StagingFault::BufferExpired { buffer: id, expired: u64_of(expires) }
		);
		Ok(buffer)
	}

	fn remove(id: BufferId, buffer: BufferOf<T>) -> Result<u32, StagingFault> {
		let pieces = buffer.pieces();
		let Buffer { owner, length, deposit, .. } = buffer;
		with_storage_layer(|| {
			T::Currency::release(&HoldReason::Buffer.into(), &owner, deposit, Precision::Exact)?;
			for index in 0..pieces {
				Pieces::<T>::remove(id, u8::try_from(index).unwrap_or(u8::MAX));
			}
			Buffers::<T>::remove(id);
			Usages::<T>::mutate_exists(&owner, |usage| {
				let before = usage.take().unwrap_or_default();
				let buffers = before.buffers.saturating_sub(1);
				let bytes = before.bytes.saturating_sub(length);
				*usage = (buffers > 0).then_some(Usage { buffers, bytes });
			});
			Self::deposit_event(Event::BufferRemoved { buffer: id, owner, deposit });
			Ok::<_, DispatchError>(())
		})
		.map_err(|error| StagingFault::Currency { error })?;
		Ok(pieces)
	}

	fn hold(who: &T::AccountId, deposit: BalanceOf<T>) -> Result<(), StagingFault> {
		let reason = HoldReason::Buffer.into();
		ensure!(
			T::Currency::can_hold(&reason, who, deposit),
			StagingFault::InsufficientFunds {
				needed: deposit.unique_saturated_into(),
				available: T::Currency::reducible_balance(
					who,
					Preservation::Preserve,
					Fortitude::Polite
				)
				.unique_saturated_into(),
			}
		);
		T::Currency::hold(&reason, who, deposit).map_err(|error| StagingFault::Currency { error })
	}

	fn now() -> BlockNumberFor<T> {
		frame_system::Pallet::<T>::block_number()
	}
}

/// A block number for a fault.
fn u64_of<N: UniqueSaturatedInto<u64>>(number: N) -> u64 {
	number.unique_saturated_into()
}
