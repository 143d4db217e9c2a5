//! Why something was refused, with all its numbers: for precompiles and tools. An extrinsic's
//! [`DispatchError`] keeps only the kind.

use crate::{
	pallet::{Config, Error},
	types::BufferId,
};
use alloc::string::{String, ToString};
use core::fmt;
use polkadot_sdk::sp_runtime::DispatchError;

/// Why something was refused. Lengths are bytes, amounts OPG base units, expiries block numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StagingFault {
	/// No buffer has this id (any more).
	UnknownBuffer {
		/// The id.
		buffer: BufferId,
	},
	/// The buffer is somebody else's.
	NotBufferOwner {
		/// The buffer.
		buffer: BufferId,
	},
	/// The buffer has expired.
	BufferExpired {
		/// The buffer.
		buffer: BufferId,
		/// First block in which it couldn't be used.
		expired: u64,
	},
	/// The buffer hasn't expired yet.
	BufferNotExpired {
		/// First block in which it can be reaped.
		expires: u64,
		/// The block now.
		now: u64,
	},
	/// The buffer lacks a piece.
	BufferIncomplete {
		/// The buffer.
		buffer: BufferId,
		/// Number of the first piece that it lacks.
		missing: u32,
	},
	/// A length of 0, or above the largest.
	WrongBufferLength {
		/// The length.
		length: u32,
		/// The largest.
		max: u32,
	},
	/// The account has as many buffers as it may.
	TooManyBuffers {
		/// So many.
		max: u32,
	},
	/// The account's buffers would have more bytes than they may.
	TooManyBytes {
		/// What they would have.
		bytes: u32,
		/// What they may.
		max: u32,
	},
	/// The buffer has no piece of that number.
	UnknownPiece {
		/// The number.
		index: u32,
		/// How many pieces it has.
		count: u32,
	},
	/// The piece has another length.
	WrongPieceLength {
		/// The piece's.
		expected: u32,
		/// What was passed.
		got: u32,
	},
	/// The account can't pay the deposit and stay alive.
	InsufficientFunds {
		/// The deposit.
		needed: u128,
		/// What it can pay.
		available: u128,
	},
	/// No more ids are left.
	IdsExhausted,
	/// The currency refused to hold or release a deposit.
	Currency {
		/// Why.
		error: DispatchError,
	},
}

impl StagingFault {
	/// A number for contracts, from 768: below are the codes of inference and of decimal numbers.
	pub fn code(&self) -> u32 {
		match self {
			Self::UnknownBuffer { .. } => 768,
			Self::NotBufferOwner { .. } => 769,
			Self::BufferExpired { .. } => 770,
			Self::BufferNotExpired { .. } => 771,
			Self::BufferIncomplete { .. } => 772,
			Self::WrongBufferLength { .. } => 773,
			Self::TooManyBuffers { .. } => 774,
			Self::TooManyBytes { .. } => 775,
			Self::UnknownPiece { .. } => 776,
			Self::WrongPieceLength { .. } => 777,
			Self::InsufficientFunds { .. } => 778,
			Self::IdsExhausted => 779,
			Self::Currency { .. } => 780,
		}
	}

	/// The name, as errors print it.
	pub fn name(&self) -> &'static str {
		match self {
			Self::UnknownBuffer { .. } => "UnknownBuffer",
			Self::NotBufferOwner { .. } => "NotBufferOwner",
			Self::BufferExpired { .. } => "BufferExpired",
			Self::BufferNotExpired { .. } => "BufferNotExpired",
			Self::BufferIncomplete { .. } => "BufferIncomplete",
			Self::WrongBufferLength { .. } => "WrongBufferLength",
			Self::TooManyBuffers { .. } => "TooManyBuffers",
			Self::TooManyBytes { .. } => "TooManyBytes",
			Self::UnknownPiece { .. } => "UnknownPiece",
			Self::WrongPieceLength { .. } => "WrongPieceLength",
			Self::InsufficientFunds { .. } => "InsufficientFunds",
			Self::IdsExhausted => "IdsExhausted",
			Self::Currency { .. } => "Currency",
		}
	}

	/// What a user can do about it.
	pub fn hint(&self) -> &'static str {
		match self {
			Self::UnknownBuffer { .. } => "check the buffer's id; a removed one is gone",
			Self::NotBufferOwner { .. } => "call it from the account that began the buffer",
			Self::BufferExpired { .. } => "begin a new buffer; anybody may reap this one",
			Self::BufferNotExpired { .. } => "wait until it expires, or let its owner discard it",
			Self::BufferIncomplete { .. } => "write the pieces that are missing",
			Self::WrongBufferLength { .. } => "name a length from 1 to max",
			Self::TooManyBuffers { .. } => "discard a buffer first",
			Self::TooManyBytes { .. } => "discard a buffer first",
			Self::UnknownPiece { .. } => "pieces count from 0",
			Self::WrongPieceLength { .. } => "every piece but the last has 65536 bytes",
			Self::InsufficientFunds { .. } => "fund the account",
			Self::IdsExhausted => "no buffer can be begun any more",
			Self::Currency { .. } => "check the account's balance and holds",
		}
	}

	/// The numbers in the order of the text, unused ones 0. A text has none.
	pub fn numbers(&self) -> [u128; 4] {
		let [first, second] = match *self {
			Self::UnknownBuffer { buffer } | Self::NotBufferOwner { buffer } => [buffer.into(), 0],
			Self::BufferExpired { buffer, expired } => [buffer.into(), expired.into()],
			Self::BufferNotExpired { expires, now } => [expires.into(), now.into()],
			Self::BufferIncomplete { buffer, missing } => [buffer.into(), missing.into()],
			Self::WrongBufferLength { length, max } => [length.into(), max.into()],
			Self::TooManyBuffers { max } => [max.into(), 0],
			Self::TooManyBytes { bytes, max } => [bytes.into(), max.into()],
			Self::UnknownPiece { index, count } => [index.into(), count.into()],
			Self::WrongPieceLength { expected, got } => [expected.into(), got.into()],
			Self::InsufficientFunds { needed, available } => [needed, available],
			Self::IdsExhausted | Self::Currency { .. } => [0, 0],
		};
		[first, second, 0, 0]
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
			Self::UnknownBuffer { .. } => Error::<T>::UnknownBuffer,
			Self::NotBufferOwner { .. } => Error::<T>::NotBufferOwner,
			Self::BufferExpired { .. } => Error::<T>::BufferExpired,
			Self::BufferNotExpired { .. } => Error::<T>::BufferNotExpired,
			Self::BufferIncomplete { .. } => Error::<T>::BufferIncomplete,
			Self::WrongBufferLength { .. } => Error::<T>::WrongBufferLength,
			Self::TooManyBuffers { .. } => Error::<T>::TooManyBuffers,
			Self::TooManyBytes { .. } => Error::<T>::TooManyBytes,
			Self::UnknownPiece { .. } => Error::<T>::UnknownPiece,
			Self::WrongPieceLength { .. } => Error::<T>::WrongPieceLength,
			Self::InsufficientFunds { .. } => Error::<T>::InsufficientFunds,
			Self::IdsExhausted => Error::<T>::IdsExhausted,
			Self::Currency { error } => return error,
		}
		.into()
	}
}

impl fmt::Display for StagingFault {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let name = self.name();
		match self {
			Self::UnknownBuffer { buffer } | Self::NotBufferOwner { buffer } => {
				write!(f, "{name}(buffer={buffer})")
			},
			Self::BufferExpired { buffer, expired } => {
				write!(f, "{name}(buffer={buffer},expired={expired})")
			},
			Self::BufferNotExpired { expires, now } => {
				write!(f, "{name}(expires={expires},now={now})")
			},
			Self::BufferIncomplete { buffer, missing } => {
				write!(f, "{name}(buffer={buffer},missing={missing})")
			},
			Self::WrongBufferLength { length, max } => {
				write!(f, "{name}(length={length},max={max})")
			},
			Self::TooManyBuffers { max } => write!(f, "{name}(max={max})"),
			Self::TooManyBytes { bytes, max } => write!(f, "{name}(bytes={bytes},max={max})"),
			Self::UnknownPiece { index, count } => write!(f, "{name}(index={index},count={count})"),
			Self::WrongPieceLength { expected, got } => {
				write!(f, "{name}(expected={expected},got={got})")
			},
			Self::InsufficientFunds { needed, available } => {
				write!(f, "{name}(needed={needed},available={available})")
			},
			Self::IdsExhausted => write!(f, "{name}()"),
			Self::Currency { error } => {
				write!(f, "{name}(error={})", <&'static str>::from(*error))
			},
		}
	}
}
