//! Weights of the calls and hooks.
//!
//! [`SubstrateWeight`] is counted by hand, for tests, like the registry's; the runtime has what
//! `crate::benchmarking` measures. An entry of the set is 44 bytes: the lists of a runtime with 64
//! and 16 places are 2.8 KB and less.

use core::marker::PhantomData;
use polkadot_sdk::{
	frame_support::{traits::Get, weights::Weight},
	frame_system,
};

/// One microsecond in picoseconds, the unit of `ref_time`.
const MICRO: u64 = 1_000_000;

/// Weights of the pallet's calls and hooks.
pub trait WeightInfo {
	/// `pin`.
	fn pin() -> Weight;
	/// `unpin`.
	fn unpin() -> Weight;
	/// The end of a block, with full lists.
	fn end_block() -> Weight;
}

/// Upper bounds from counting, for runtimes that have nothing better: tests.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> SubstrateWeight<T> {
	fn with(time: u64, reads: u64, writes: u64) -> Weight {
		Weight::from_parts(time, 0).saturating_add(T::DbWeight::get().reads_writes(reads, writes))
	}
}

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	/// Reads model, engine, signature, beneficiaries and the pins; writes the pins.
	fn pin() -> Weight {
		Self::with(MICRO.saturating_mul(60), 5, 1)
	}

	/// Reads and writes the pins.
	fn unpin() -> Weight {
		Self::with(MICRO.saturating_mul(25), 1, 1)
	}

	/// Reads and writes the three lists, and compares each entry with each other.
	fn end_block() -> Weight {
		Self::with(MICRO.saturating_mul(60), 3, 3)
	}
}
