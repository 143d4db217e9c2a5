//! Weights of the calls.
//!
//! [`SubstrateWeight`] is counted by hand, for tests; the runtime has what `crate::benchmarking`
//! measures. Storage accesses at the runtime's `DbWeight`, and times rounded up from what the SDK's
//! own generated weights give for calls of the same kind (a transfer is 60 µs, a hold 50 µs,
//! `pallet_revive`'s `ecdsa_recover` 45 µs).

use core::marker::PhantomData;
use polkadot_sdk::{
	frame_support::{traits::Get, weights::Weight},
	frame_system,
};

/// One microsecond in picoseconds, the unit of `ref_time`.
const MICRO: u64 = 1_000_000;

/// Weights of the pallet's calls.
pub trait WeightInfo {
	/// `deposit` and `deposit_to`.
	fn deposit() -> Weight;
	/// `withdraw`.
	fn withdraw() -> Weight;
	/// `sponsor`.
	fn sponsor() -> Weight;
	/// `revoke`.
	fn revoke() -> Weight;
	/// `remove_expired`.
	fn remove_expired() -> Weight;
	/// `open_channel`.
	fn open_channel() -> Weight;
	/// `top_up`.
	fn top_up() -> Weight;
	/// `redeem` of that many vouchers.
	fn redeem(vouchers: u32) -> Weight;
	/// `request_close`.
	fn request_close() -> Weight;
	/// `close`.
	fn close() -> Weight;
}

/// Upper bounds from counting, for runtimes that have nothing better: tests.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> SubstrateWeight<T> {
	fn with(time: u64, reads: u64, writes: u64) -> Weight {
		Weight::from_parts(time, 0).saturating_add(T::DbWeight::get().reads_writes(reads, writes))
	}
}

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	/// Reads and writes payer, pot and credit.
	fn deposit() -> Weight {
		Self::with(MICRO.saturating_mul(80), 3, 3)
	}

	/// Reads and writes credit, pot and account.
	fn withdraw() -> Weight {
		Self::with(MICRO.saturating_mul(80), 3, 3)
	}

	/// Reads and writes sponsorship, account and hold.
	fn sponsor() -> Weight {
		Self::with(MICRO.saturating_mul(80), 3, 3)
	}

	/// As `sponsor`.
	fn revoke() -> Weight {
		Self::sponsor()
	}

	/// As `sponsor`.
	fn remove_expired() -> Weight {
		Self::sponsor()
	}

	/// Reads and writes credit, next id, account and hold; writes the channel.
	fn open_channel() -> Weight {
		Self::with(MICRO.saturating_mul(100), 4, 5)
	}

	/// Reads and writes channel and credit.
	fn top_up() -> Weight {
		Self::with(MICRO.saturating_mul(50), 2, 2)
	}

	/// Once the chain id and the pot. For each voucher: recovering its key (60 µs), seven hashes and
	/// decoding (10 µs), a transfer (60 µs) and the event (10 µs); reads and writes its channel, its
	/// payee and that one's credit.
	fn redeem(vouchers: u32) -> Weight {
		let vouchers = u64::from(vouchers);
		Self::with(
			MICRO.saturating_mul(vouchers.saturating_mul(160).saturating_add(40)),
			vouchers.saturating_mul(3).saturating_add(2),
			vouchers.saturating_mul(3).saturating_add(1),
		)
	}

	/// Reads and writes the channel.
	fn request_close() -> Weight {
		Self::with(MICRO.saturating_mul(40), 1, 1)
	}

	/// Reads and writes channel, credit, account and hold.
	fn close() -> Weight {
		Self::with(MICRO.saturating_mul(100), 4, 4)
	}
}
