//! Weights of `pallet_warm_set`, counted by hand: upper bounds, until `scripts/bench weights` has measured them on
//! the reference machine and writes this file.
//!
//! The proof size is 0: there is nobody to send a proof to.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(clippy::unnecessary_cast, missing_docs, unused_imports)]

use core::marker::PhantomData;
use polkadot_sdk::{
	frame_support::{traits::Get, weights::Weight},
	frame_system,
};

/// Weights of `pallet_warm_set`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_warm_set::WeightInfo for WeightInfo<T> {
	fn pin() -> Weight {
		Weight::from_parts(60_000_000, 0)
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	fn unpin() -> Weight {
		Weight::from_parts(25_000_000, 0)
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	fn end_block() -> Weight {
		Weight::from_parts(60_000_000, 0)
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
}
