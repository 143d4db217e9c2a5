//! Weights of the calls, without the fuel (that is `pallet_model_registry::cost`).
//!
//! [`SubstrateWeight`] is counted by hand, for tests; the runtime has what `crate::benchmarking`
//! measures. Storage accesses at the runtime's `DbWeight`, and times rounded up from what the SDK's
//! own generated weights give for calls of the same kind (a transfer is 60 µs).

use core::marker::PhantomData;
use polkadot_sdk::{
	frame_support::{traits::Get, weights::Weight},
	frame_system,
};

/// One microsecond in picoseconds, the unit of `ref_time`.
const MICRO: u64 = 1_000_000;
/// One nanosecond in picoseconds.
const NANO: u64 = 1_000;

/// Weights of the pallet's calls and hooks.
pub trait WeightInfo {
	/// `infer` without its fuel and its place in the block's root, with inputs of that many bytes and that
	/// many beneficiaries.
	fn infer(input_bytes: u32, beneficiaries: u32) -> Weight;
	/// What each further row of a batch takes, as `infer`, without the bytes of its inputs: what all rows
	/// read and write is in `infer`.
	fn row(beneficiaries: u32) -> Weight;
	/// Pruning that many receipts at a block's start.
	fn prune(receipts: u32) -> Weight;
	/// The root over that many receipts of a block, at least one, at its end.
	fn close(receipts: u32) -> Weight;
}

/// Upper bounds from counting, for runtimes that have nothing better: tests.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> SubstrateWeight<T> {
	fn with(time: u64, reads: u64, writes: u64) -> Weight {
		Weight::from_parts(time, 0).saturating_add(T::DbWeight::get().reads_writes(reads, writes))
	}
}

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	/// Reads model, engine, signature, beneficiaries, receipts of the block, genesis hash, the payer's
	/// credit, a sponsor's allowance, the accounts of payer, treasury and pot, and the three lists of
	/// the warm set; writes those accounts, the receipt, the block's list, the allowance, the credits
	/// of payer and treasury and the warm set's list of the block. Time: a transfer (60 µs), hashing,
	/// receipt and an event of at most 4 KiB (76 µs), the warm set's lists (10 µs). For each
	/// beneficiary a transfer, its account, and its credit. Each input byte is
	/// decoded and encoded again: 4 ns; what the engine does with it is fuel.
	fn infer(input_bytes: u32, beneficiaries: u32) -> Weight {
		let beneficiaries = u64::from(beneficiaries);
		let time = MICRO
			.saturating_mul(beneficiaries.saturating_mul(60).saturating_add(146))
			.saturating_add(NANO.saturating_mul(4).saturating_mul(input_bytes.into()));
		Self::with(
			time,
			beneficiaries.saturating_mul(2).saturating_add(14),
			beneficiaries.saturating_mul(2).saturating_add(9),
		)
	}

	/// The times of `infer`, and the write of a receipt. What all rows read and write (model, list of
	/// receipts, accounts) comes from the disk once.
	fn row(beneficiaries: u32) -> Weight {
		let time = u64::from(beneficiaries).saturating_mul(60).saturating_add(146);
		Self::with(MICRO.saturating_mul(time), 0, 1)
	}

	/// Reads and removes the block's list, removes each receipt and the root.
	fn prune(receipts: u32) -> Weight {
		let receipts = u64::from(receipts);
		Self::with(
			MICRO.saturating_mul(receipts.saturating_mul(2).saturating_add(5)),
			1,
			receipts.saturating_add(2),
		)
	}

	/// Reads the block's list, writes the root and a digest item of 39 bytes. A receipt adds two hashes to
	/// the Merkle tree: 4 µs.
	fn close(receipts: u32) -> Weight {
		let receipts = u64::from(receipts.saturating_sub(1));
		Self::with(MICRO.saturating_mul(receipts.saturating_mul(4).saturating_add(10)), 1, 1)
	}
}
