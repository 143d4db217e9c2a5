//! Weights of the calls.
//!
//! Computed by hand until the generated benchmarks come: storage accesses at the runtime's
//! `DbWeight`, and times rounded up from what the SDK's own generated weights give for calls of the
//! same kind (a hold is 50 µs).

use crate::types::pieces;
use core::marker::PhantomData;
use polkadot_sdk::{
	frame_support::{traits::Get, weights::Weight},
	frame_system,
};

/// One microsecond in picoseconds, the unit of `ref_time`.
const MICRO: u64 = 1_000_000;
/// One nanosecond in picoseconds.
const NANO: u64 = 1_000;

/// Weights of the pallet's calls, and of reading a buffer.
pub trait WeightInfo {
	/// `begin`.
	fn begin() -> Weight;
	/// `write` of a piece of that many bytes.
	fn write(bytes: u32) -> Weight;
	/// `discard` and `reap` of a buffer with that many pieces.
	fn remove(pieces: u32) -> Weight;
	/// Looking at a buffer without its bytes.
	fn look() -> Weight;
	/// Reading a buffer of that many bytes, which was looked at before.
	fn read(bytes: u32) -> Weight;
}

/// Weights from the runtime's `DbWeight`.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> SubstrateWeight<T> {
	fn with(time: u64, reads: u64, writes: u64) -> Weight {
		Weight::from_parts(time, 0).saturating_add(T::DbWeight::get().reads_writes(reads, writes))
	}
}

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	/// Reads and writes usage, next id, account and hold; writes the buffer.
	fn begin() -> Weight {
		Self::with(MICRO.saturating_mul(80), 4, 5)
	}

	/// Reads and writes the buffer; writes the piece, over one that may be there. Each byte is decoded,
	/// copied, hashed into the trie and written to disk twice, log and table, as for a model's chunk:
	/// 10 ns.
	fn write(bytes: u32) -> Weight {
		let time = MICRO
			.saturating_mul(40)
			.saturating_add(NANO.saturating_mul(10).saturating_mul(bytes.into()));
		Self::with(time, 2, 2)
	}

	/// Reads and writes buffer, usage, account and hold; removes each piece.
	fn remove(pieces: u32) -> Weight {
		let pieces = u64::from(pieces);
		Self::with(
			MICRO.saturating_mul(pieces.saturating_mul(5).saturating_add(80)),
			4,
			pieces.saturating_add(4),
		)
	}

	/// Reads the buffer.
	fn look() -> Weight {
		Self::with(MICRO.saturating_mul(10), 1, 0)
	}

	/// Reads each piece. Each byte is read from the disk, decoded and copied: 4 ns.
	fn read(bytes: u32) -> Weight {
		let time = MICRO
			.saturating_mul(20)
			.saturating_add(NANO.saturating_mul(4).saturating_mul(bytes.into()));
		Self::with(time, u64::from(pieces(bytes)).saturating_add(1), 0)
	}
}
