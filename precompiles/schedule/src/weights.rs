//! What this crate's own work costs, beside what pallet-revive charges for the call.
//!
//! [`SubstrateWeight`] is counted by hand, for tests; the runtime has what `crate::benchmarking`
//! measures.

use core::marker::PhantomData;
use polkadot_sdk::{
	frame_support::{traits::Get, weights::Weight},
	frame_system,
};

/// Weights of a call of a contract.
pub trait WeightInfo {
	/// Encoding the longest call, decoding the longest answer, and reading whether there is a contract.
	fn coding() -> Weight;
}

/// Upper bounds from counting, for runtimes that have nothing better: tests.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	/// 4 KiB are copied a few times.
	fn coding() -> Weight {
		Weight::from_parts(32_000_000, 0).saturating_add(T::DbWeight::get().reads(1))
	}
}
