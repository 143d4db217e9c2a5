//! Weights that are counted by hand, for the tests of precompiles: a runtime has measured ones.

use polkadot_sdk::{
	frame_support::{traits::Get, weights::Weight},
	frame_system,
};

/// Picoseconds of `ref_time` in a microsecond.
const MICRO: u64 = 1_000_000;

/// That many microseconds, and accesses of the database at what `T` says that they cost.
pub fn counted<T: frame_system::Config>(micros: u64, reads: u64, writes: u64) -> Weight {
	Weight::from_parts(micros.saturating_mul(MICRO), 0)
		.saturating_add(T::DbWeight::get().reads_writes(reads, writes))
}
