//! Weights of `opg_precompile_model_registry`, measured.
//!
//! - Command: `scripts/bench weights`, which runs `opg-node benchmark pallet --chain dev --pallet
//!   opg_precompile_model_registry --extrinsic * --steps 20 --repeat 20 --disable-proof-recording`
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

/// Weights of `opg_precompile_model_registry`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> opg_precompile_model_registry::WeightInfo for WeightInfo<T> {
	// Storage: `Revive::OriginalAccount` (r:1 w:0)
	// Proof: `Revive::OriginalAccount` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	fn change() -> Weight {
		// Minimum execution time: 5_247_000 picoseconds.
		Weight::from_parts(5_638_000, 0)
			.saturating_add(T::DbWeight::get().reads(1))
	}
	// Storage: `Revive::OriginalAccount` (r:8 w:0)
	// Proof: `Revive::OriginalAccount` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	/// `n` was measured from 0 to 8.
	fn addresses(n: u32, ) -> Weight {
		// Minimum execution time: 150_000 picoseconds.
		Weight::from_parts(1_583_227, 0)
			// Standard error: 5_094
			.saturating_add(Weight::from_parts(1_837_153, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
	}
	// Storage: `ModelRegistry::Names` (r:1 w:0)
	// Proof: `ModelRegistry::Names` (`max_values`: None, `max_size`: Some(648), added: 3123, mode: `MaxEncodedLen`)
	fn registered_name() -> Weight {
		// Minimum execution time: 9_645_000 picoseconds.
		Weight::from_parts(12_438_000, 0)
			.saturating_add(T::DbWeight::get().reads(1))
	}
	// Storage: `Revive::OriginalAccount` (r:1 w:0)
	// Proof: `Revive::OriginalAccount` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `Revive::CodeInfoOf` (r:1 w:0)
	// Proof: `Revive::CodeInfoOf` (`max_values`: None, `max_size`: Some(97), added: 2572, mode: `MaxEncodedLen`)
	// Storage: `Revive::PristineCode` (r:1 w:0)
	// Proof: `Revive::PristineCode` (`max_values`: None, `max_size`: None, mode: `Measured`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `ModelRegistry::Models` (r:1 w:0)
	// Proof: `ModelRegistry::Models` (`max_values`: None, `max_size`: Some(658), added: 3133, mode: `MaxEncodedLen`)
	fn question() -> Weight {
		// Minimum execution time: 37_426_000 picoseconds.
		Weight::from_parts(51_266_000, 0)
			.saturating_add(T::DbWeight::get().reads(5))
	}
	// Storage: `Revive::OriginalAccount` (r:1 w:0)
	// Proof: `Revive::OriginalAccount` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `Revive::CodeInfoOf` (r:1 w:0)
	// Proof: `Revive::CodeInfoOf` (`max_values`: None, `max_size`: Some(97), added: 2572, mode: `MaxEncodedLen`)
	// Storage: `Revive::PristineCode` (r:1 w:0)
	// Proof: `Revive::PristineCode` (`max_values`: None, `max_size`: None, mode: `Measured`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `ModelRegistry::Names` (r:1 w:0)
	// Proof: `ModelRegistry::Names` (`max_values`: None, `max_size`: Some(648), added: 3123, mode: `MaxEncodedLen`)
	fn name_question() -> Weight {
		// Minimum execution time: 34_361_000 picoseconds.
		Weight::from_parts(40_009_000, 0)
			.saturating_add(T::DbWeight::get().reads(5))
	}
	// Storage: `Revive::OriginalAccount` (r:1 w:0)
	// Proof: `Revive::OriginalAccount` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `Revive::CodeInfoOf` (r:1 w:0)
	// Proof: `Revive::CodeInfoOf` (`max_values`: None, `max_size`: Some(97), added: 2572, mode: `MaxEncodedLen`)
	// Storage: `Revive::PristineCode` (r:1 w:0)
	// Proof: `Revive::PristineCode` (`max_values`: None, `max_size`: None, mode: `Measured`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `ModelRegistry::Models` (r:1 w:0)
	// Proof: `ModelRegistry::Models` (`max_values`: None, `max_size`: Some(658), added: 3133, mode: `MaxEncodedLen`)
	// Storage: `ModelRegistry::Engines` (r:1 w:0)
	// Proof: `ModelRegistry::Engines` (`max_values`: None, `max_size`: Some(69), added: 2544, mode: `MaxEncodedLen`)
	// Storage: `ModelRegistry::Beneficiaries` (r:1 w:0)
	// Proof: `ModelRegistry::Beneficiaries` (`max_values`: None, `max_size`: Some(301), added: 2776, mode: `MaxEncodedLen`)
	// Storage: `WarmSet::Recent` (r:1 w:0)
	// Proof: `WarmSet::Recent` (`max_values`: Some(1), `max_size`: Some(2818), added: 3313, mode: `MaxEncodedLen`)
	// Storage: `WarmSet::Pinned` (r:1 w:0)
	// Proof: `WarmSet::Pinned` (`max_values`: Some(1), `max_size`: Some(849), added: 1344, mode: `MaxEncodedLen`)
	fn model() -> Weight {
		// Minimum execution time: 47_912_000 picoseconds.
		Weight::from_parts(57_586_000, 0)
			.saturating_add(T::DbWeight::get().reads(9))
	}
	// Storage: `Revive::OriginalAccount` (r:1 w:0)
	// Proof: `Revive::OriginalAccount` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `Revive::CodeInfoOf` (r:1 w:0)
	// Proof: `Revive::CodeInfoOf` (`max_values`: None, `max_size`: Some(97), added: 2572, mode: `MaxEncodedLen`)
	// Storage: `Revive::PristineCode` (r:1 w:0)
	// Proof: `Revive::PristineCode` (`max_values`: None, `max_size`: None, mode: `Measured`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `ModelRegistry::Models` (r:1 w:0)
	// Proof: `ModelRegistry::Models` (`max_values`: None, `max_size`: Some(658), added: 3133, mode: `MaxEncodedLen`)
	// Storage: `ModelRegistry::Engines` (r:1 w:0)
	// Proof: `ModelRegistry::Engines` (`max_values`: None, `max_size`: Some(69), added: 2544, mode: `MaxEncodedLen`)
	// Storage: `ModelRegistry::Beneficiaries` (r:1 w:0)
	// Proof: `ModelRegistry::Beneficiaries` (`max_values`: None, `max_size`: Some(301), added: 2776, mode: `MaxEncodedLen`)
	fn beneficiaries() -> Weight {
		// Minimum execution time: 42_553_000 picoseconds.
		Weight::from_parts(49_243_000, 0)
			.saturating_add(T::DbWeight::get().reads(7))
	}
}
