//! Weights of `pallet_warm_set`, measured.
//!
//! - Command: `scripts/bench weights`, which runs `opg-node benchmark pallet --chain dev --pallet
//!   pallet_warm_set --extrinsic * --steps 20 --repeat 20 --disable-proof-recording`
//!   (frame-benchmarking-cli 64.0.0, runtime Compiled)
//! - CPU: AMD EPYC
//! - Date: 2026-11-22
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
	// Storage: `ModelRegistry::Models` (r:1 w:0)
	// Proof: `ModelRegistry::Models` (`max_values`: None, `max_size`: Some(658), added: 3133, mode: `MaxEncodedLen`)
	// Storage: `ModelRegistry::Engines` (r:1 w:0)
	// Proof: `ModelRegistry::Engines` (`max_values`: None, `max_size`: Some(69), added: 2544, mode: `MaxEncodedLen`)
	// Storage: `ModelRegistry::Signatures` (r:1 w:0)
	// Proof: `ModelRegistry::Signatures` (`max_values`: None, `max_size`: Some(4110), added: 6585, mode: `MaxEncodedLen`)
	// Storage: `ModelRegistry::Beneficiaries` (r:1 w:0)
	// Proof: `ModelRegistry::Beneficiaries` (`max_values`: None, `max_size`: Some(301), added: 2776, mode: `MaxEncodedLen`)
	// Storage: `WarmSet::Pinned` (r:1 w:1)
	// Proof: `WarmSet::Pinned` (`max_values`: Some(1), `max_size`: Some(849), added: 1344, mode: `MaxEncodedLen`)
	fn pin() -> Weight {
		// Minimum execution time: 52_969_000 picoseconds.
		Weight::from_parts(62_373_000, 0)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	// Storage: `WarmSet::Pinned` (r:1 w:1)
	// Proof: `WarmSet::Pinned` (`max_values`: Some(1), `max_size`: Some(849), added: 1344, mode: `MaxEncodedLen`)
	fn unpin() -> Weight {
		// Minimum execution time: 9_604_000 picoseconds.
		Weight::from_parts(10_596_000, 0)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	// Storage: `WarmSet::Touched` (r:1 w:1)
	// Proof: `WarmSet::Touched` (`max_values`: Some(1), `max_size`: Some(2818), added: 3313, mode: `MaxEncodedLen`)
	// Storage: `WarmSet::Pinned` (r:1 w:1)
	// Proof: `WarmSet::Pinned` (`max_values`: Some(1), `max_size`: Some(849), added: 1344, mode: `MaxEncodedLen`)
	// Storage: `WarmSet::Recent` (r:1 w:1)
	// Proof: `WarmSet::Recent` (`max_values`: Some(1), `max_size`: Some(2818), added: 3313, mode: `MaxEncodedLen`)
	fn end_block() -> Weight {
		// Minimum execution time: 25_087_000 picoseconds.
		Weight::from_parts(27_530_000, 0)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}
}
