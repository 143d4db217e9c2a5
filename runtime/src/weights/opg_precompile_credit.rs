//! Weights of `opg_precompile_credit`, measured.
//!
//! - Command: `scripts/bench weights`, which runs `opg-node benchmark pallet --chain dev --pallet
//!   opg_precompile_credit --extrinsic * --steps 20 --repeat 20 --disable-proof-recording`
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

/// Weights of `opg_precompile_credit`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> opg_precompile_credit::WeightInfo for WeightInfo<T> {
	// Storage: `Revive::OriginalAccount` (r:2 w:0)
	// Proof: `Revive::OriginalAccount` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	fn change() -> Weight {
		// Minimum execution time: 6_570_000 picoseconds.
		Weight::from_parts(7_171_000, 0)
			.saturating_add(T::DbWeight::get().reads(2))
	}
	/// `n` was measured from 1 to 64.
	fn redeem(n: u32, ) -> Weight {
		// Minimum execution time: 1_643_000 picoseconds.
		Weight::from_parts(1_893_042, 0)
			// Standard error: 343
			.saturating_add(Weight::from_parts(286_858, 0).saturating_mul(n.into()))
	}
	// Storage: `Revive::OriginalAccount` (r:2 w:0)
	// Proof: `Revive::OriginalAccount` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `Revive::CodeInfoOf` (r:1 w:0)
	// Proof: `Revive::CodeInfoOf` (`max_values`: None, `max_size`: Some(97), added: 2572, mode: `MaxEncodedLen`)
	// Storage: `Revive::PristineCode` (r:1 w:0)
	// Proof: `Revive::PristineCode` (`max_values`: None, `max_size`: None, mode: `Measured`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Credit::Credits` (r:1 w:0)
	// Proof: `Credit::Credits` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	fn credit_of() -> Weight {
		// Minimum execution time: 24_226_000 picoseconds.
		Weight::from_parts(27_290_000, 0)
			.saturating_add(T::DbWeight::get().reads(6))
	}
	// Storage: `Revive::OriginalAccount` (r:3 w:0)
	// Proof: `Revive::OriginalAccount` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `Revive::CodeInfoOf` (r:1 w:0)
	// Proof: `Revive::CodeInfoOf` (`max_values`: None, `max_size`: Some(97), added: 2572, mode: `MaxEncodedLen`)
	// Storage: `Revive::PristineCode` (r:1 w:0)
	// Proof: `Revive::PristineCode` (`max_values`: None, `max_size`: None, mode: `Measured`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Credit::Sponsorships` (r:1 w:0)
	// Proof: `Credit::Sponsorships` (`max_values`: None, `max_size`: Some(229), added: 2704, mode: `MaxEncodedLen`)
	fn allowance() -> Weight {
		// Minimum execution time: 27_932_000 picoseconds.
		Weight::from_parts(29_885_000, 0)
			.saturating_add(T::DbWeight::get().reads(7))
	}
	// Storage: `Revive::OriginalAccount` (r:1 w:0)
	// Proof: `Revive::OriginalAccount` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `Revive::CodeInfoOf` (r:1 w:0)
	// Proof: `Revive::CodeInfoOf` (`max_values`: None, `max_size`: Some(97), added: 2572, mode: `MaxEncodedLen`)
	// Storage: `Revive::PristineCode` (r:1 w:0)
	// Proof: `Revive::PristineCode` (`max_values`: None, `max_size`: None, mode: `Measured`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Credit::Channels` (r:1 w:0)
	// Proof: `Credit::Channels` (`max_values`: None, `max_size`: Some(157), added: 2632, mode: `MaxEncodedLen`)
	fn channel_info() -> Weight {
		// Minimum execution time: 23_916_000 picoseconds.
		Weight::from_parts(25_528_000, 0)
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
	fn voucher_digest() -> Weight {
		// Minimum execution time: 23_445_000 picoseconds.
		Weight::from_parts(24_647_000, 0)
			.saturating_add(T::DbWeight::get().reads(4))
	}
}
