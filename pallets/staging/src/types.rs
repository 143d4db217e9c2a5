//! What the pallet stores.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use polkadot_sdk::frame_support::{pallet_prelude::ConstU32, BoundedVec};
use scale_info::TypeInfo;

/// Id of a buffer, from 1.
pub type BufferId = u64;

/// Bytes of every piece but a buffer's last: two of them would be over the 128 KiB that pallet-revive
/// takes as calldata, and one leaves room for the rest of a call.
pub const PIECE_BYTES: u32 = 64 * 1024;

/// Pieces of a buffer, at most.
pub const MAX_PIECES: u32 = 16;

/// Bytes of a buffer, at most: 1 MiB, what all inputs of a model may have together.
pub const MAX_LENGTH: u32 = PIECE_BYTES * MAX_PIECES;

/// Bytes of a piece.
pub type Piece = BoundedVec<u8, ConstU32<PIECE_BYTES>>;

/// A buffer without its bytes.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Buffer<AccountId, Balance, BlockNumber> {
	/// Who writes, reads and discards it.
	pub owner: AccountId,
	/// Its bytes.
	pub length: u32,
	/// Which pieces were written: bit `i`, from the least significant, is piece `i`.
	pub written: u16,
	/// First block in which it can't be used.
	pub expires: BlockNumber,
	/// What is held for it, OPG base units.
	pub deposit: Balance,
}

impl<AccountId, Balance, BlockNumber> Buffer<AccountId, Balance, BlockNumber> {
	/// Number of its pieces, at most [`MAX_PIECES`].
	pub fn pieces(&self) -> u32 {
		pieces(self.length)
	}

	/// Bytes of a piece; `None` when there is no such.
	pub fn piece_length(&self, index: u32) -> Option<u32> {
		let from = index.checked_mul(PIECE_BYTES)?;
		let rest = self.length.checked_sub(from)?;
		(rest > 0).then_some(rest.min(PIECE_BYTES))
	}

	/// Number of the first piece that wasn't written.
	pub fn missing(&self) -> Option<u32> {
		let first = self.written.trailing_ones();
		(first < self.pieces()).then_some(first)
	}
}

/// Pieces of a buffer of so many bytes.
pub const fn pieces(length: u32) -> u32 {
	length.div_ceil(PIECE_BYTES)
}

/// What an account has in buffers.
#[derive(
	Clone,
	Copy,
	Debug,
	Default,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct Usage {
	/// Buffers.
	pub buffers: u32,
	/// Their bytes together.
	pub bytes: u32,
}
