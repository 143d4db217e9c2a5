//! Weights of the calls and turns, without inference and contracts.
//!
//! [`SubstrateWeight`] is counted by hand, for tests; the runtime has what `crate::benchmarking`
//! measures. Storage accesses at the runtime's `DbWeight`, and times rounded up from what the SDK's
//! own generated weights give for calls of the same kind (a transfer is 60 µs, a hold 50 µs).

use crate::agenda::MAX_FIRST_SHIFT;
use core::marker::PhantomData;
use polkadot_sdk::{
	frame_support::{traits::Get, weights::Weight},
	frame_system,
};

/// One microsecond in picoseconds, the unit of `ref_time`.
const MICRO: u64 = 1_000_000;

/// Weights of the pallet's calls and turns.
pub trait WeightInfo {
	/// `create`.
	fn create() -> Weight;
	/// `cancel`.
	fn cancel() -> Weight;
	/// Finding the first block that isn't done, once a block.
	fn begin() -> Weight;
	/// Looking into a block's agenda.
	fn agenda() -> Weight;
	/// Bookkeeping of a turn, with so many blocks looked at for the next one.
	fn turn(lookups: u32) -> Weight;
	/// What a run adds to that, without inference and contracts.
	fn run() -> Weight;
}

/// Upper bounds from counting, for runtimes that have nothing better: tests.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> SubstrateWeight<T> {
	fn with(time: u64, reads: u64, writes: u64) -> Weight {
		Weight::from_parts(time, 0).saturating_add(T::DbWeight::get().reads_writes(reads, writes))
	}
}

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	/// Reads model, engine, signature, beneficiaries, next id, cursor, account, hold and every block's
	/// agenda that may be looked at; writes next id, cursor, account, hold, an agenda, schedule and
	/// progress. A hold, and decoding and encoding of 4 KiB of inputs.
	fn create() -> Weight {
		Self::with(MICRO.saturating_mul(150), u64::from(MAX_FIRST_SHIFT).saturating_add(9), 7)
	}

	/// Reads schedule, progress, agenda, account and hold; writes them and the result.
	fn cancel() -> Weight {
		Self::with(MICRO.saturating_mul(120), 5, 6)
	}

	/// Reads and writes the cursor.
	fn begin() -> Weight {
		Self::with(MICRO.saturating_mul(20), 1, 1)
	}

	/// Reads the agenda.
	fn agenda() -> Weight {
		Self::with(MICRO.saturating_mul(5), 1, 0)
	}

	/// Reads agenda, schedule, progress, model, engine, signature, beneficiaries, the block's receipts,
	/// the author, the owner's credit, the accounts of pot, author and treasury, and each agenda that
	/// is looked at; writes both agendas, progress, credit and those accounts. A fee shared among two
	/// (120 µs) and an event. If it ends, a hold is released: reads the owner's account and hold, writes
	/// them and removes schedule and result.
	fn turn(lookups: u32) -> Weight {
		let lookups = u64::from(lookups);
		Self::with(
			MICRO.saturating_mul(lookups.saturating_mul(2).saturating_add(250)),
			lookups.saturating_add(15),
			11,
		)
	}

	/// Reads and writes the result of 4 KiB, the owner's credit, the account that calls contracts and
	/// the pot: two transfers.
	fn run() -> Weight {
		Self::with(MICRO.saturating_mul(180), 4, 4)
	}
}
