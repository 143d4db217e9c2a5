//! What this crate's own work costs, beside what `pallet-staging` declares, what the run of
//! `opg-precompile-inference` charges, and what pallet-revive charges for the call and its calldata.
//! Upper bounds from counting.

use pallet_staging::{Config, WeightInfo};
use polkadot_sdk::frame_support::{traits::Get, weights::Weight};

/// Finding the caller's account, and giving the value of a refused call back (a transfer: 60 µs, two
/// accounts).
pub(crate) fn guards<T: Config>() -> Weight {
	Weight::from_parts(80_000_000, 0).saturating_add(T::DbWeight::get().reads_writes(3, 2))
}

/// Looking at a buffer.
pub(crate) fn look<T: Config>() -> Weight {
	T::WeightInfo::look()
}

/// Answering a question: a buffer, or arithmetic.
pub(crate) fn question<T: Config>() -> Weight {
	T::WeightInfo::look().saturating_add(Weight::from_parts(20_000_000, 0))
}
