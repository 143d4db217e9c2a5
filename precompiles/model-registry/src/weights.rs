//! What this crate's own work costs, beside what `pallet-model-registry` declares for its calls and what
//! pallet-revive charges for the call and its calldata. Upper bounds from counting.

use polkadot_sdk::{
	frame_support::{traits::Get, weights::Weight},
	frame_system,
};

/// Decoding, the mapping of an address to an account, and the event.
pub(crate) fn change<T: frame_system::Config>() -> Weight {
	Weight::from_parts(30_000_000, 0).saturating_add(T::DbWeight::get().reads(1))
}

/// The mapping of so many addresses to accounts.
pub(crate) fn addresses<T: frame_system::Config>(count: u32) -> Weight {
	T::DbWeight::get().reads(count.into())
}

/// Reading a name after it was registered.
pub(crate) fn name<T: frame_system::Config>() -> Weight {
	Weight::from_parts(20_000_000, 0).saturating_add(T::DbWeight::get().reads(1))
}

/// Answering a question: one entry, decoded and encoded, and the address of an account.
pub(crate) fn question<T: frame_system::Config>() -> Weight {
	Weight::from_parts(30_000_000, 0).saturating_add(T::DbWeight::get().reads(2))
}

/// Answering `model`: the model, its engine and beneficiaries, the warm set's pin, set and entry.
pub(crate) fn model<T: frame_system::Config>() -> Weight {
	Weight::from_parts(60_000_000, 0).saturating_add(T::DbWeight::get().reads(7))
}

/// Answering `beneficiaries`: as `model`, and the addresses of eight accounts.
pub(crate) fn beneficiaries<T: frame_system::Config>() -> Weight {
	model::<T>().saturating_add(T::DbWeight::get().reads(8))
}
