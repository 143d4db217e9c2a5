//! Weights of `opg_precompile_inference`, measured.
//!
//! - Command: `scripts/bench weights`, which runs `opg-node benchmark pallet --chain dev --pallet
//!   opg_precompile_inference --extrinsic * --steps 20 --repeat 20 --disable-proof-recording`
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

/// Weights of `opg_precompile_inference`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> opg_precompile_inference::WeightInfo for WeightInfo<T> {
	// Storage: `Revive::OriginalAccount` (r:1 w:0)
	// Proof: `Revive::OriginalAccount` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:2 w:2)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Credit::Credits` (r:1 w:0)
	// Proof: `Credit::Credits` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	// Storage: `ModelRegistry::Models` (r:1 w:0)
	// Proof: `ModelRegistry::Models` (`max_values`: None, `max_size`: Some(658), added: 3133, mode: `MaxEncodedLen`)
	// Storage: `ModelRegistry::Engines` (r:1 w:0)
	// Proof: `ModelRegistry::Engines` (`max_values`: None, `max_size`: Some(69), added: 2544, mode: `MaxEncodedLen`)
	// Storage: `ModelRegistry::Signatures` (r:1 w:0)
	// Proof: `ModelRegistry::Signatures` (`max_values`: None, `max_size`: Some(4110), added: 6585, mode: `MaxEncodedLen`)
	// Storage: `ModelRegistry::Beneficiaries` (r:1 w:0)
	// Proof: `ModelRegistry::Beneficiaries` (`max_values`: None, `max_size`: Some(301), added: 2776, mode: `MaxEncodedLen`)
	/// `n` was measured from 16 to 1048576.
	fn run(n: u32, ) -> Weight {
		// Minimum execution time: 132_977_000 picoseconds.
		Weight::from_parts(138_948_009, 0)
			// Standard error: 2
			.saturating_add(Weight::from_parts(285, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	// Storage: `Revive::OriginalAccount` (r:1 w:0)
	// Proof: `Revive::OriginalAccount` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:2 w:2)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Credit::Credits` (r:1 w:0)
	// Proof: `Credit::Credits` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	// Storage: `ModelRegistry::Models` (r:1 w:0)
	// Proof: `ModelRegistry::Models` (`max_values`: None, `max_size`: Some(658), added: 3133, mode: `MaxEncodedLen`)
	// Storage: `ModelRegistry::Engines` (r:1 w:0)
	// Proof: `ModelRegistry::Engines` (`max_values`: None, `max_size`: Some(69), added: 2544, mode: `MaxEncodedLen`)
	// Storage: `ModelRegistry::Signatures` (r:1 w:0)
	// Proof: `ModelRegistry::Signatures` (`max_values`: None, `max_size`: Some(4110), added: 6585, mode: `MaxEncodedLen`)
	// Storage: `ModelRegistry::Beneficiaries` (r:1 w:0)
	// Proof: `ModelRegistry::Beneficiaries` (`max_values`: None, `max_size`: Some(301), added: 2776, mode: `MaxEncodedLen`)
	/// `n` was measured from 16 to 122880.
	fn tensors(n: u32, ) -> Weight {
		// Minimum execution time: 126_878_000 picoseconds.
		Weight::from_parts(133_404_973, 0)
			// Standard error: 7
			.saturating_add(Weight::from_parts(272, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	// Storage: `Revive::OriginalAccount` (r:1 w:0)
	// Proof: `Revive::OriginalAccount` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:2 w:2)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Credit::Credits` (r:1 w:0)
	// Proof: `Credit::Credits` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	// Storage: `ModelRegistry::Models` (r:1 w:0)
	// Proof: `ModelRegistry::Models` (`max_values`: None, `max_size`: Some(658), added: 3133, mode: `MaxEncodedLen`)
	// Storage: `ModelRegistry::Engines` (r:1 w:0)
	// Proof: `ModelRegistry::Engines` (`max_values`: None, `max_size`: Some(69), added: 2544, mode: `MaxEncodedLen`)
	// Storage: `ModelRegistry::Signatures` (r:1 w:0)
	// Proof: `ModelRegistry::Signatures` (`max_values`: None, `max_size`: Some(4110), added: 6585, mode: `MaxEncodedLen`)
	// Storage: `ModelRegistry::Beneficiaries` (r:1 w:0)
	// Proof: `ModelRegistry::Beneficiaries` (`max_values`: None, `max_size`: Some(301), added: 2776, mode: `MaxEncodedLen`)
	// Storage: `WarmSet::Recent` (r:1 w:0)
	// Proof: `WarmSet::Recent` (`max_values`: Some(1), `max_size`: Some(2818), added: 3313, mode: `MaxEncodedLen`)
	// Storage: `WarmSet::Pinned` (r:1 w:0)
	// Proof: `WarmSet::Pinned` (`max_values`: Some(1), `max_size`: Some(849), added: 1344, mode: `MaxEncodedLen`)
	/// `n` was measured from 1024 to 122880.
	fn batch(n: u32, ) -> Weight {
		// Minimum execution time: 702_222_000 picoseconds.
		Weight::from_parts(722_845_499, 0)
			// Standard error: 26
			.saturating_add(Weight::from_parts(342, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(10))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	// Storage: `Revive::OriginalAccount` (r:1 w:0)
	// Proof: `Revive::OriginalAccount` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:2 w:2)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Credit::Credits` (r:1 w:0)
	// Proof: `Credit::Credits` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	// Storage: `ModelRegistry::Models` (r:8 w:0)
	// Proof: `ModelRegistry::Models` (`max_values`: None, `max_size`: Some(658), added: 3133, mode: `MaxEncodedLen`)
	// Storage: `ModelRegistry::Engines` (r:1 w:0)
	// Proof: `ModelRegistry::Engines` (`max_values`: None, `max_size`: Some(69), added: 2544, mode: `MaxEncodedLen`)
	// Storage: `ModelRegistry::Signatures` (r:8 w:0)
	// Proof: `ModelRegistry::Signatures` (`max_values`: None, `max_size`: Some(4110), added: 6585, mode: `MaxEncodedLen`)
	// Storage: `ModelRegistry::Beneficiaries` (r:8 w:0)
	// Proof: `ModelRegistry::Beneficiaries` (`max_values`: None, `max_size`: Some(301), added: 2776, mode: `MaxEncodedLen`)
	/// `n` was measured from 16 to 122880.
	/// `s` was measured from 1 to 8.
	fn pipeline(n: u32, s: u32, ) -> Weight {
		// Minimum execution time: 168_530_000 picoseconds.
		Weight::from_parts(52_184_342, 0)
			// Standard error: 34
			.saturating_add(Weight::from_parts(689, 0).saturating_mul(n.into()))
			// Standard error: 568_573
			.saturating_add(Weight::from_parts(39_408_922, 0).saturating_mul(s.into()))
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().reads((3_u64).saturating_mul(s.into())))
			.saturating_add(T::DbWeight::get().writes(2))
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
	// Storage: `ModelRegistry::Signatures` (r:1 w:0)
	// Proof: `ModelRegistry::Signatures` (`max_values`: None, `max_size`: Some(4110), added: 6585, mode: `MaxEncodedLen`)
	// Storage: `ModelRegistry::Beneficiaries` (r:1 w:0)
	// Proof: `ModelRegistry::Beneficiaries` (`max_values`: None, `max_size`: Some(301), added: 2776, mode: `MaxEncodedLen`)
	// Storage: `WarmSet::Recent` (r:1 w:0)
	// Proof: `WarmSet::Recent` (`max_values`: Some(1), `max_size`: Some(2818), added: 3313, mode: `MaxEncodedLen`)
	// Storage: `WarmSet::Pinned` (r:1 w:0)
	// Proof: `WarmSet::Pinned` (`max_values`: Some(1), `max_size`: Some(849), added: 1344, mode: `MaxEncodedLen`)
	fn quote() -> Weight {
		// Minimum execution time: 64_846_000 picoseconds.
		Weight::from_parts(74_341_000, 0)
			.saturating_add(T::DbWeight::get().reads(10))
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
	fn signature() -> Weight {
		// Minimum execution time: 62_463_000 picoseconds.
		Weight::from_parts(67_420_000, 0)
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
	// Storage: `Inference::ReceiptRoots` (r:1 w:0)
	// Proof: `Inference::ReceiptRoots` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	fn receipt_root() -> Weight {
		// Minimum execution time: 21_642_000 picoseconds.
		Weight::from_parts(22_954_000, 0)
			.saturating_add(T::DbWeight::get().reads(5))
	}
}
