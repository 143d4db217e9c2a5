//! Weights of `opg_precompile_model`, measured.
//!
//! - Command: `scripts/bench weights`, which runs `opg-node benchmark pallet --chain dev --pallet
//!   opg_precompile_model --extrinsic * --steps 20 --repeat 20 --disable-proof-recording`
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

/// Weights of `opg_precompile_model`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> opg_precompile_model::WeightInfo for WeightInfo<T> {
	// Storage: `ModelRegistry::Models` (r:1 w:0)
	// Proof: `ModelRegistry::Models` (`max_values`: None, `max_size`: Some(658), added: 3133, mode: `MaxEncodedLen`)
	// Storage: `ModelRegistry::Engines` (r:1 w:0)
	// Proof: `ModelRegistry::Engines` (`max_values`: None, `max_size`: Some(69), added: 2544, mode: `MaxEncodedLen`)
	// Storage: `ModelRegistry::Signatures` (r:1 w:0)
	// Proof: `ModelRegistry::Signatures` (`max_values`: None, `max_size`: Some(4110), added: 6585, mode: `MaxEncodedLen`)
	// Storage: `ModelRegistry::Beneficiaries` (r:1 w:0)
	// Proof: `ModelRegistry::Beneficiaries` (`max_values`: None, `max_size`: Some(301), added: 2776, mode: `MaxEncodedLen`)
	fn callable() -> Weight {
		// Minimum execution time: 28_952_000 picoseconds.
		Weight::from_parts(31_556_000, 0)
			.saturating_add(T::DbWeight::get().reads(4))
	}
	/// `n` was measured from 1 to 4089.
	fn elements(n: u32, ) -> Weight {
		// Minimum execution time: 1_282_000 picoseconds.
		Weight::from_parts(182_605, 0)
			// Standard error: 208
			.saturating_add(Weight::from_parts(189_228, 0).saturating_mul(n.into()))
	}
	/// `n` was measured from 1 to 4089.
	fn numbers(n: u32, ) -> Weight {
		// Minimum execution time: 1_162_000 picoseconds.
		Weight::from_parts(2_269_390, 0)
			// Standard error: 211
			.saturating_add(Weight::from_parts(142_947, 0).saturating_mul(n.into()))
	}
	// Storage: `Revive::OriginalAccount` (r:1 w:0)
	// Proof: `Revive::OriginalAccount` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `Revive::CodeInfoOf` (r:1 w:0)
	// Proof: `Revive::CodeInfoOf` (`max_values`: None, `max_size`: Some(97), added: 2572, mode: `MaxEncodedLen`)
	// Storage: `Revive::PristineCode` (r:1 w:0)
	// Proof: `Revive::PristineCode` (`max_values`: None, `max_size`: None, mode: `Measured`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `ModelRegistry::Signatures` (r:1 w:0)
	// Proof: `ModelRegistry::Signatures` (`max_values`: None, `max_size`: Some(4110), added: 6585, mode: `MaxEncodedLen`)
	fn specs() -> Weight {
		// Minimum execution time: 52_568_000 picoseconds.
		Weight::from_parts(55_292_000, 0)
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
	fn info() -> Weight {
		// Minimum execution time: 28_943_000 picoseconds.
		Weight::from_parts(33_660_000, 0)
			.saturating_add(T::DbWeight::get().reads(5))
	}
}
