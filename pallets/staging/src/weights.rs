//! Weights of the calls, and what of a buffer's bytes no benchmark sees.
//!
//! [`SubstrateWeight`] is counted by hand, for tests; the runtime has what `crate::benchmarking`
//! measures. Storage accesses at the runtime's `DbWeight`, and times rounded up from what the SDK's
//! own generated weights give for calls of the same kind (a hold is 50 µs).

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

/// Execution time of writing one byte of a piece to state, in picoseconds, beside the call: it is hashed
/// into the trie when the block ends (1 ns) and written to disk twice, log and table (4 ns). A benchmark
/// ends before that, and a write of ordinary size is all that `DbWeight` stands for.
pub const WRITE_BYTE_PS: u64 = 5_000;

/// Execution time of reading one byte of a piece from the disk, in picoseconds: 1 ns. A benchmark reads
/// memory, and a read of ordinary size is all that `DbWeight` stands for.
pub const READ_BYTE_PS: u64 = 1_000;

/// Weight of writing a piece of that many bytes.
pub fn write<W: WeightInfo>(bytes: u32) -> Weight {
	W::write(bytes).saturating_add(bytes_weight(WRITE_BYTE_PS, bytes))
}

/// Weight of reading a buffer of that many bytes, which was looked at before.
pub fn read<W: WeightInfo>(bytes: u32) -> Weight {
	W::read(pieces(bytes)).saturating_add(bytes_weight(READ_BYTE_PS, bytes))
}

fn bytes_weight(byte_ps: u64, bytes: u32) -> Weight {
	Weight::from_parts(byte_ps.saturating_mul(bytes.into()), 0)
}

/// Weights of the pallet's calls, and of reading a buffer.
pub trait WeightInfo {
	/// `begin`.
	fn begin() -> Weight;
	/// `write` of a piece of that many bytes, without writing them to the disk.
	fn write(bytes: u32) -> Weight;
	/// `discard` and `reap` of a buffer with that many pieces.
	fn remove(pieces: u32) -> Weight;
	/// Looking at a buffer without its bytes.
	fn look() -> Weight;
	/// Reading a buffer of that many pieces, which was looked at before, without reading their bytes from
	/// the disk.
	fn read(pieces: u32) -> Weight;
}

/// Upper bounds from counting, for runtimes that have nothing better: tests.
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

	/// Reads and writes the buffer; writes the piece, over one that may be there. Each byte is decoded
	/// and copied: 5 ns.
	fn write(bytes: u32) -> Weight {
		let time = MICRO
			.saturating_mul(40)
			.saturating_add(NANO.saturating_mul(5).saturating_mul(bytes.into()));
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

	/// Reads the buffer and each piece of 64 KiB, each byte of which is decoded and copied: 3 ns.
	fn read(pieces: u32) -> Weight {
		let pieces = u64::from(pieces);
		Self::with(
			MICRO.saturating_mul(pieces.saturating_mul(200).saturating_add(20)),
			pieces.saturating_add(1),
			0,
		)
	}
}
