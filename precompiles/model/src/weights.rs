//! What this crate's own work costs, beside what the run of `opg-precompile-inference` charges and what
//! pallet-revive charges for the call and its calldata. Upper bounds from counting.

use polkadot_sdk::{
	frame_support::{traits::Get, weights::Weight},
	frame_system,
};

/// Converting one number: a division, a multiplication and shifts of 256 bits, its share of decoding
/// and encoding, and of two allocations: 2 µs. The conversion alone takes 0.1 µs natively, and a few
/// times that in the runtime's WebAssembly.
const VALUE_PS: u64 = 2_000_000;

/// What `predict` with decimal numbers takes before any is converted: reading a model with its engine,
/// signature and beneficiaries.
pub(crate) fn callable<T: frame_system::Config>() -> Weight {
	Weight::from_parts(60_000_000, 0).saturating_add(T::DbWeight::get().reads(4))
}

/// Converting so many numbers.
pub(crate) fn values(count: u64) -> Weight {
	Weight::from_parts(VALUE_PS.saturating_mul(count), 0)
}

/// Answering `inputs` and `outputs`: at most 4 KiB, decoded and encoded.
pub(crate) fn specs<T: frame_system::Config>() -> Weight {
	Weight::from_parts(60_000_000, 0).saturating_add(T::DbWeight::get().reads(1))
}

/// Answering `price` and `modelId`: the model.
pub(crate) fn info<T: frame_system::Config>() -> Weight {
	Weight::from_parts(20_000_000, 0).saturating_add(T::DbWeight::get().reads(1))
}
