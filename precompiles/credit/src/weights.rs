//! What this crate's own work costs, beside what `pallet-credit` declares for its calls and what
//! pallet-revive charges for the call and its calldata. Upper bounds from counting.

use polkadot_sdk::{
	frame_support::{traits::Get, weights::Weight},
	frame_system,
};

/// Decoding, the mapping of two addresses to accounts, and the event.
pub(crate) fn change<T: frame_system::Config>() -> Weight {
	Weight::from_parts(30_000_000, 0).saturating_add(T::DbWeight::get().reads(2))
}

/// Answering a question: at most two mappings of addresses and an entry; for a digest the chain id,
/// the genesis-given part of the domain and seven hashes.
pub(crate) fn question<T: frame_system::Config>() -> Weight {
	Weight::from_parts(40_000_000, 0).saturating_add(T::DbWeight::get().reads(3))
}
