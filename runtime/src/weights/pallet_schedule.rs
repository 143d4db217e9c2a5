//! Weights of `pallet_schedule`, measured.
//!
//! - Command: `scripts/bench weights`, which runs `opg-node benchmark pallet --chain dev --pallet
//!   pallet_schedule --extrinsic * --steps 20 --repeat 20 --disable-proof-recording`
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

/// Weights of `pallet_schedule`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_schedule::WeightInfo for WeightInfo<T> {
	// Storage: `ModelRegistry::Models` (r:1 w:0)
	// Proof: `ModelRegistry::Models` (`max_values`: None, `max_size`: Some(658), added: 3133, mode: `MaxEncodedLen`)
	// Storage: `ModelRegistry::Engines` (r:1 w:0)
	// Proof: `ModelRegistry::Engines` (`max_values`: None, `max_size`: Some(69), added: 2544, mode: `MaxEncodedLen`)
	// Storage: `ModelRegistry::Signatures` (r:1 w:0)
	// Proof: `ModelRegistry::Signatures` (`max_values`: None, `max_size`: Some(4110), added: 6585, mode: `MaxEncodedLen`)
	// Storage: `ModelRegistry::Beneficiaries` (r:1 w:0)
	// Proof: `ModelRegistry::Beneficiaries` (`max_values`: None, `max_size`: Some(301), added: 2776, mode: `MaxEncodedLen`)
	// Storage: `Schedule::NextScheduleId` (r:1 w:1)
	// Proof: `Schedule::NextScheduleId` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Schedule::Agenda` (r:17 w:1)
	// Proof: `Schedule::Agenda` (`max_values`: None, `max_size`: Some(205), added: 2680, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:1 w:1)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(229), added: 2704, mode: `MaxEncodedLen`)
	// Storage: `Schedule::Cursor` (r:1 w:1)
	// Proof: `Schedule::Cursor` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Schedule::ProgressOf` (r:0 w:1)
	// Proof: `Schedule::ProgressOf` (`max_values`: None, `max_size`: Some(83), added: 2558, mode: `MaxEncodedLen`)
	// Storage: `Schedule::Schedules` (r:0 w:1)
	// Proof: `Schedule::Schedules` (`max_values`: None, `max_size`: Some(4248), added: 6723, mode: `MaxEncodedLen`)
	fn create() -> Weight {
		// Minimum execution time: 173_968_000 picoseconds.
		Weight::from_parts(186_977_000, 0)
			.saturating_add(T::DbWeight::get().reads(25))
			.saturating_add(T::DbWeight::get().writes(7))
	}
	// Storage: `Schedule::Schedules` (r:1 w:1)
	// Proof: `Schedule::Schedules` (`max_values`: None, `max_size`: Some(4248), added: 6723, mode: `MaxEncodedLen`)
	// Storage: `Schedule::ProgressOf` (r:1 w:1)
	// Proof: `Schedule::ProgressOf` (`max_values`: None, `max_size`: Some(83), added: 2558, mode: `MaxEncodedLen`)
	// Storage: `Schedule::Agenda` (r:1 w:1)
	// Proof: `Schedule::Agenda` (`max_values`: None, `max_size`: Some(205), added: 2680, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:1 w:1)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(229), added: 2704, mode: `MaxEncodedLen`)
	// Storage: `Schedule::LastResult` (r:0 w:1)
	// Proof: `Schedule::LastResult` (`max_values`: None, `max_size`: Some(4158), added: 6633, mode: `MaxEncodedLen`)
	fn cancel() -> Weight {
		// Minimum execution time: 68_672_000 picoseconds.
		Weight::from_parts(76_003_000, 0)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	// Storage: `Schedule::Cursor` (r:1 w:1)
	// Proof: `Schedule::Cursor` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Schedule::Agenda` (r:1 w:0)
	// Proof: `Schedule::Agenda` (`max_values`: None, `max_size`: Some(205), added: 2680, mode: `MaxEncodedLen`)
	fn begin() -> Weight {
		// Minimum execution time: 4_186_000 picoseconds.
		Weight::from_parts(4_627_000, 0)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	// Storage: `Schedule::Agenda` (r:1 w:0)
	// Proof: `Schedule::Agenda` (`max_values`: None, `max_size`: Some(205), added: 2680, mode: `MaxEncodedLen`)
	fn agenda() -> Weight {
		// Minimum execution time: 3_555_000 picoseconds.
		Weight::from_parts(3_855_000, 0)
			.saturating_add(T::DbWeight::get().reads(1))
	}
	// Storage: `Schedule::Agenda` (r:257 w:2)
	// Proof: `Schedule::Agenda` (`max_values`: None, `max_size`: Some(205), added: 2680, mode: `MaxEncodedLen`)
	// Storage: `Schedule::Schedules` (r:1 w:1)
	// Proof: `Schedule::Schedules` (`max_values`: None, `max_size`: Some(4248), added: 6723, mode: `MaxEncodedLen`)
	// Storage: `Schedule::ProgressOf` (r:1 w:1)
	// Proof: `Schedule::ProgressOf` (`max_values`: None, `max_size`: Some(83), added: 2558, mode: `MaxEncodedLen`)
	// Storage: `ModelRegistry::Models` (r:1 w:0)
	// Proof: `ModelRegistry::Models` (`max_values`: None, `max_size`: Some(658), added: 3133, mode: `MaxEncodedLen`)
	// Storage: `ModelRegistry::Engines` (r:1 w:0)
	// Proof: `ModelRegistry::Engines` (`max_values`: None, `max_size`: Some(69), added: 2544, mode: `MaxEncodedLen`)
	// Storage: `ModelRegistry::Signatures` (r:1 w:0)
	// Proof: `ModelRegistry::Signatures` (`max_values`: None, `max_size`: Some(4110), added: 6585, mode: `MaxEncodedLen`)
	// Storage: `ModelRegistry::Beneficiaries` (r:1 w:0)
	// Proof: `ModelRegistry::Beneficiaries` (`max_values`: None, `max_size`: Some(301), added: 2776, mode: `MaxEncodedLen`)
	// Storage: `Inference::ReceiptsOf` (r:1 w:0)
	// Proof: `Inference::ReceiptsOf` (`max_values`: None, `max_size`: Some(32782), added: 35257, mode: `MaxEncodedLen`)
	// Storage: `Credit::Credits` (r:1 w:1)
	// Proof: `Credit::Credits` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:3 w:3)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(229), added: 2704, mode: `MaxEncodedLen`)
	// Storage: `Schedule::LastResult` (r:0 w:1)
	// Proof: `Schedule::LastResult` (`max_values`: None, `max_size`: Some(4158), added: 6633, mode: `MaxEncodedLen`)
	/// `n` was measured from 1 to 256.
	fn turn(n: u32, ) -> Weight {
		// Minimum execution time: 211_634_000 picoseconds.
		Weight::from_parts(199_842_042, 0)
			// Standard error: 17_202
			.saturating_add(Weight::from_parts(2_919_454, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(13))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(10))
	}
	// Storage: `Credit::Credits` (r:1 w:1)
	// Proof: `Credit::Credits` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:3 w:3)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Schedule::LastResult` (r:1 w:1)
	// Proof: `Schedule::LastResult` (`max_values`: None, `max_size`: Some(4158), added: 6633, mode: `MaxEncodedLen`)
	// Storage: `Schedule::Schedules` (r:1 w:0)
	// Proof: `Schedule::Schedules` (`max_values`: None, `max_size`: Some(4248), added: 6723, mode: `MaxEncodedLen`)
	// Storage: `Revive::AccountInfoOf` (r:1 w:0)
	// Proof: `Revive::AccountInfoOf` (`max_values`: None, `max_size`: Some(247), added: 2722, mode: `MaxEncodedLen`)
	// Storage: `Schedule::ProgressOf` (r:1 w:1)
	// Proof: `Schedule::ProgressOf` (`max_values`: None, `max_size`: Some(83), added: 2558, mode: `MaxEncodedLen`)
	fn run() -> Weight {
		// Minimum execution time: 255_219_000 picoseconds.
		Weight::from_parts(266_416_000, 0)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(6))
	}
}
