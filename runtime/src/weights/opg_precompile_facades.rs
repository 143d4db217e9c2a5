//! Weights of `opg_precompile_facades`, measured.
//!
//! - Command: `scripts/bench weights`, which runs `opg-node benchmark pallet --chain dev --pallet
//!   opg_precompile_facades --extrinsic * --steps 20 --repeat 20 --disable-proof-recording`
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

/// Weights of `opg_precompile_facades`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> opg_precompile_facades::WeightInfo for WeightInfo<T> {
	// Storage: `Revive::OriginalAccount` (r:1 w:0)
	// Proof: `Revive::OriginalAccount` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `ModelRegistry::Names` (r:1 w:0)
	// Proof: `ModelRegistry::Names` (`max_values`: None, `max_size`: Some(648), added: 3123, mode: `MaxEncodedLen`)
	// Storage: `ModelRegistry::Models` (r:1 w:0)
	// Proof: `ModelRegistry::Models` (`max_values`: None, `max_size`: Some(658), added: 3133, mode: `MaxEncodedLen`)
	// Storage: `ModelRegistry::Engines` (r:1 w:0)
	// Proof: `ModelRegistry::Engines` (`max_values`: None, `max_size`: Some(69), added: 2544, mode: `MaxEncodedLen`)
	// Storage: `ModelRegistry::Signatures` (r:1 w:0)
	// Proof: `ModelRegistry::Signatures` (`max_values`: None, `max_size`: Some(4110), added: 6585, mode: `MaxEncodedLen`)
	// Storage: `ModelRegistry::Beneficiaries` (r:1 w:0)
	// Proof: `ModelRegistry::Beneficiaries` (`max_values`: None, `max_size`: Some(301), added: 2776, mode: `MaxEncodedLen`)
	fn call() -> Weight {
		// Minimum execution time: 84_405_000 picoseconds.
		Weight::from_parts(88_622_000, 0)
			.saturating_add(T::DbWeight::get().reads(6))
	}
	/// `n` was measured from 1 to 2000.
	fn elements(n: u32, ) -> Weight {
		// Minimum execution time: 1_132_000 picoseconds.
		Weight::from_parts(794_770, 0)
			// Standard error: 98
			.saturating_add(Weight::from_parts(260_043, 0).saturating_mul(n.into()))
	}
	/// `n` was measured from 1 to 2000.
	fn numbers(n: u32, ) -> Weight {
		// Minimum execution time: 2_313_000 picoseconds.
		Weight::from_parts(971_184, 0)
			// Standard error: 538
			.saturating_add(Weight::from_parts(492_217, 0).saturating_mul(n.into()))
	}
	/// `n` was measured from 1 to 1048576.
	fn hash(n: u32, ) -> Weight {
		// Minimum execution time: 981_000 picoseconds.
		Weight::from_parts(1_021_000, 0)
			// Standard error: 0
			.saturating_add(Weight::from_parts(2_764, 0).saturating_mul(n.into()))
	}
	// Storage: `Revive::OriginalAccount` (r:1 w:0)
	// Proof: `Revive::OriginalAccount` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `Revive::CodeInfoOf` (r:1 w:0)
	// Proof: `Revive::CodeInfoOf` (`max_values`: None, `max_size`: Some(97), added: 2572, mode: `MaxEncodedLen`)
	// Storage: `Revive::PristineCode` (r:1 w:0)
	// Proof: `Revive::PristineCode` (`max_values`: None, `max_size`: None, mode: `Measured`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	fn constant() -> Weight {
		// Minimum execution time: 19_940_000 picoseconds.
		Weight::from_parts(21_322_000, 0)
			.saturating_add(T::DbWeight::get().reads(4))
	}
}
