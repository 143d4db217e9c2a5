//! Weights of `opg_precompile_facades`, counted by hand: upper bounds, until `scripts/bench weights` has measured them on
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

/// Weights of `opg_precompile_facades`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> opg_precompile_facades::WeightInfo for WeightInfo<T> {
	fn call() -> Weight {
		Weight::from_parts(200_000_000, 0)
			.saturating_add(T::DbWeight::get().reads(8_u64))
	}
	fn elements(n: u32) -> Weight {
		Weight::from_parts(0, 0)
			.saturating_add(Weight::from_parts(4_000_000, 0).saturating_mul(n.into()))
	}
	fn numbers(n: u32) -> Weight {
		Weight::from_parts(0, 0)
			.saturating_add(Weight::from_parts(4_000_000, 0).saturating_mul(n.into()))
	}
	fn hash(n: u32) -> Weight {
		Weight::from_parts(0, 0)
			.saturating_add(Weight::from_parts(6_000, 0).saturating_mul(n.into()))
	}
	fn constant() -> Weight {
		Weight::from_parts(10_000_000, 0)
			.saturating_add(T::DbWeight::get().reads(1_u64))
	}
}
