//! Weights of `pallet_staging`, measured.
//!
//! - Command: `scripts/bench weights`, which runs `opg-node benchmark pallet --chain dev --pallet
//!   pallet_staging --extrinsic * --steps 20 --repeat 20 --disable-proof-recording`
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

/// Weights of `pallet_staging`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_staging::WeightInfo for WeightInfo<T> {
	// Storage: `Staging::Usages` (r:1 w:1)
	// Proof: `Staging::Usages` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	// Storage: `Staging::NextBufferId` (r:1 w:1)
	// Proof: `Staging::NextBufferId` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:1 w:1)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(229), added: 2704, mode: `MaxEncodedLen`)
	// Storage: `Staging::Buffers` (r:0 w:1)
	// Proof: `Staging::Buffers` (`max_values`: None, `max_size`: Some(74), added: 2549, mode: `MaxEncodedLen`)
	fn begin() -> Weight {
		// Minimum execution time: 61_531_000 picoseconds.
		Weight::from_parts(64_115_000, 0)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	// Storage: `Staging::Buffers` (r:1 w:1)
	// Proof: `Staging::Buffers` (`max_values`: None, `max_size`: Some(74), added: 2549, mode: `MaxEncodedLen`)
	// Storage: `Staging::Pieces` (r:0 w:1)
	// Proof: `Staging::Pieces` (`max_values`: None, `max_size`: Some(65565), added: 68040, mode: `MaxEncodedLen`)
	/// `n` was measured from 1 to 65536.
	fn write(n: u32, ) -> Weight {
		// Minimum execution time: 13_179_000 picoseconds.
		Weight::from_parts(16_523_609, 0)
			// Standard error: 9
			.saturating_add(Weight::from_parts(618, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	// Storage: `Staging::Buffers` (r:1 w:1)
	// Proof: `Staging::Buffers` (`max_values`: None, `max_size`: Some(74), added: 2549, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:1 w:1)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(229), added: 2704, mode: `MaxEncodedLen`)
	// Storage: `Staging::Usages` (r:1 w:1)
	// Proof: `Staging::Usages` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	// Storage: `Staging::Pieces` (r:0 w:16)
	// Proof: `Staging::Pieces` (`max_values`: None, `max_size`: Some(65565), added: 68040, mode: `MaxEncodedLen`)
	/// `n` was measured from 1 to 16.
	fn remove(n: u32, ) -> Weight {
		// Minimum execution time: 57_465_000 picoseconds.
		Weight::from_parts(57_900_919, 0)
			// Standard error: 107_007
			.saturating_add(Weight::from_parts(2_924_377, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(4))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(n.into())))
	}
	// Storage: `Staging::Buffers` (r:1 w:0)
	// Proof: `Staging::Buffers` (`max_values`: None, `max_size`: Some(74), added: 2549, mode: `MaxEncodedLen`)
	fn look() -> Weight {
		// Minimum execution time: 4_607_000 picoseconds.
		Weight::from_parts(5_128_000, 0)
			.saturating_add(T::DbWeight::get().reads(1))
	}
	// Storage: `Staging::Buffers` (r:1 w:0)
	// Proof: `Staging::Buffers` (`max_values`: None, `max_size`: Some(74), added: 2549, mode: `MaxEncodedLen`)
	// Storage: `Staging::Pieces` (r:16 w:0)
	// Proof: `Staging::Pieces` (`max_values`: None, `max_size`: Some(65565), added: 68040, mode: `MaxEncodedLen`)
	/// `n` was measured from 1 to 16.
	fn read(n: u32, ) -> Weight {
		// Minimum execution time: 46_609_000 picoseconds.
		Weight::from_parts(49_344_000, 0)
			// Standard error: 643_955
			.saturating_add(Weight::from_parts(45_617_656, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
	}
}
