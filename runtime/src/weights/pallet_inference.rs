//! Weights of `pallet_inference`, measured.
//!
//! - Command: `scripts/bench weights`, which runs `opg-node benchmark pallet --chain dev --pallet
//!   pallet_inference --extrinsic * --steps 20 --repeat 20 --disable-proof-recording`
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

/// Weights of `pallet_inference`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_inference::WeightInfo for WeightInfo<T> {
	// Storage: `ModelRegistry::Models` (r:1 w:0)
	// Proof: `ModelRegistry::Models` (`max_values`: None, `max_size`: Some(658), added: 3133, mode: `MaxEncodedLen`)
	// Storage: `ModelRegistry::Engines` (r:1 w:0)
	// Proof: `ModelRegistry::Engines` (`max_values`: None, `max_size`: Some(69), added: 2544, mode: `MaxEncodedLen`)
	// Storage: `ModelRegistry::Signatures` (r:1 w:0)
	// Proof: `ModelRegistry::Signatures` (`max_values`: None, `max_size`: Some(4110), added: 6585, mode: `MaxEncodedLen`)
	// Storage: `ModelRegistry::Beneficiaries` (r:1 w:0)
	// Proof: `ModelRegistry::Beneficiaries` (`max_values`: None, `max_size`: Some(301), added: 2776, mode: `MaxEncodedLen`)
	// Storage: `Inference::ReceiptsOf` (r:1 w:1)
	// Proof: `Inference::ReceiptsOf` (`max_values`: None, `max_size`: Some(32782), added: 35257, mode: `MaxEncodedLen`)
	// Storage: `Credit::Sponsorships` (r:1 w:1)
	// Proof: `Credit::Sponsorships` (`max_values`: None, `max_size`: Some(229), added: 2704, mode: `MaxEncodedLen`)
	// Storage: `Credit::Credits` (r:1 w:1)
	// Proof: `Credit::Credits` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	// Storage: `WarmSet::Recent` (r:1 w:0)
	// Proof: `WarmSet::Recent` (`max_values`: Some(1), `max_size`: Some(2818), added: 3313, mode: `MaxEncodedLen`)
	// Storage: `WarmSet::Pinned` (r:1 w:0)
	// Proof: `WarmSet::Pinned` (`max_values`: Some(1), `max_size`: Some(849), added: 1344, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:10 w:10)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Revive::OriginalAccount` (r:8 w:8)
	// Proof: `Revive::OriginalAccount` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	// Storage: `WarmSet::Touched` (r:1 w:1)
	// Proof: `WarmSet::Touched` (`max_values`: Some(1), `max_size`: Some(2818), added: 3313, mode: `MaxEncodedLen`)
	// Storage: `Inference::Receipts` (r:0 w:1)
	// Proof: `Inference::Receipts` (`max_values`: None, `max_size`: Some(244), added: 2719, mode: `MaxEncodedLen`)
	/// `b` was measured from 755 to 1048576.
	/// `n` was measured from 0 to 8.
	fn infer(b: u32, n: u32, ) -> Weight {
		// Minimum execution time: 582_213_000 picoseconds.
		Weight::from_parts(614_842_000, 0)
			// Standard error: 22
			.saturating_add(Weight::from_parts(3_271, 0).saturating_mul(b.into()))
			// Standard error: 2_967_822
			.saturating_add(Weight::from_parts(28_067_755, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(14))
			.saturating_add(T::DbWeight::get().reads((2_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(8))
			.saturating_add(T::DbWeight::get().writes((2_u64).saturating_mul(n.into())))
	}
	// Storage: `System::BlockHash` (r:1 w:0)
	// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	// Storage: `Inference::Receipts` (r:0 w:1)
	// Proof: `Inference::Receipts` (`max_values`: None, `max_size`: Some(244), added: 2719, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:1 w:1)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// `n` was measured from 0 to 8.
	fn row(n: u32, ) -> Weight {
		// Minimum execution time: 158_645_000 picoseconds.
		Weight::from_parts(143_059_499, 0)
			// Standard error: 554_163
			.saturating_add(Weight::from_parts(37_305_155, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	// Storage: `Inference::ReceiptsOf` (r:1 w:1)
	// Proof: `Inference::ReceiptsOf` (`max_values`: None, `max_size`: Some(32782), added: 35257, mode: `MaxEncodedLen`)
	// Storage: `Inference::Receipts` (r:0 w:1024)
	// Proof: `Inference::Receipts` (`max_values`: None, `max_size`: Some(244), added: 2719, mode: `MaxEncodedLen`)
	// Storage: `Inference::ReceiptRoots` (r:0 w:1)
	// Proof: `Inference::ReceiptRoots` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// `n` was measured from 0 to 1024.
	fn prune(n: u32, ) -> Weight {
		// Minimum execution time: 2_334_000 picoseconds.
		Weight::from_parts(2_514_000, 0)
			// Standard error: 4_340
			.saturating_add(Weight::from_parts(1_302_136, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(2))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(n.into())))
	}
	// Storage: `Inference::ReceiptsOf` (r:1 w:0)
	// Proof: `Inference::ReceiptsOf` (`max_values`: None, `max_size`: Some(32782), added: 35257, mode: `MaxEncodedLen`)
	// Storage: `Inference::ReceiptRoots` (r:0 w:1)
	// Proof: `Inference::ReceiptRoots` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// `n` was measured from 1 to 1024.
	fn close(n: u32, ) -> Weight {
		// Minimum execution time: 11_407_000 picoseconds.
		Weight::from_parts(10_748_708, 0)
			// Standard error: 11_677
			.saturating_add(Weight::from_parts(1_203_556, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
}
