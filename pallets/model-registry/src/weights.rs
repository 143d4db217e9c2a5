//! Weights of the calls, without the fuel (that is [`crate::cost`]).
//!
//! [`SubstrateWeight`] is counted by hand, for tests; the runtime has what `crate::benchmarking`
//! measures. Storage accesses at the runtime's `DbWeight`, which covers entries of ordinary size,
//! plus a term for each byte of a chunk, plus a fixed term for decoding, checks and the event. The
//! times are rounded up from what the SDK's own generated weights give for calls of the same kind
//! (`pallet_balances::transfer_on_hold` 50 µs, `pallet_preimage::note_preimage` 2 ns a byte for
//! hashing alone).

use core::marker::PhantomData;
use polkadot_sdk::{
	frame_support::{traits::Get, weights::Weight},
	frame_system,
};

/// One microsecond in picoseconds, the unit of `ref_time`.
const MICRO: u64 = 1_000_000;
/// One nanosecond in picoseconds.
const NANO: u64 = 1_000;

/// Weights of the registry's calls.
pub trait WeightInfo {
	/// `create` with that many chunk hashes.
	fn create(chunks: u32) -> Weight;
	/// `upload_chunk` with that many bytes, without writing them to the disk.
	fn upload_chunk(bytes: u32) -> Weight;
	/// `activate` without its fuel, with canaries of that many bytes.
	fn activate(canary_bytes: u32) -> Weight;
	/// `migrate` without its fuel, with canaries of that many bytes.
	fn migrate(canary_bytes: u32) -> Weight;
	/// `set_price`.
	fn set_price() -> Weight;
	/// `set_beneficiaries`.
	fn set_beneficiaries() -> Weight;
	/// `transfer`.
	fn transfer() -> Weight;
	/// `pause`.
	fn pause() -> Weight;
	/// `resume`.
	fn resume() -> Weight;
	/// `freeze`.
	fn freeze() -> Weight;
	/// `retire`.
	fn retire() -> Weight;
	/// `reap` of that many chunks, without reading them from the disk.
	fn reap(chunks: u32) -> Weight;
	/// `set_engine` without the host's check of the engine.
	fn set_engine() -> Weight;
	/// `disable_engine`.
	fn disable_engine() -> Weight;
	/// `register_name`.
	fn register_name() -> Weight;
	/// `transfer_name`.
	fn transfer_name() -> Weight;
	/// `release_name`.
	fn release_name() -> Weight;
}

/// Upper bounds from counting, for runtimes that have nothing better: tests.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> SubstrateWeight<T> {
	fn with(time: u64, reads: u64, writes: u64) -> Weight {
		Weight::from_parts(time, 0).saturating_add(T::DbWeight::get().reads_writes(reads, writes))
	}

	/// Calls that read a model, change it and tell so.
	fn change() -> Weight {
		Self::with(MICRO.saturating_mul(30), 1, 1)
	}
}

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	/// Reads engine, id, account, hold; writes id, model, manifest, account, hold. Each hash is
	/// decoded, hashed into the root and written: 1 µs.
	fn create(chunks: u32) -> Weight {
		Self::with(MICRO.saturating_mul(u64::from(chunks).saturating_add(80)), 4, 5)
	}

	/// Reads model, manifest, chunk; writes model and chunk. Each byte is decoded, copied and hashed
	/// with keccak-256 (2 ns): 5 ns.
	fn upload_chunk(bytes: u32) -> Weight {
		let time = MICRO
			.saturating_mul(50)
			.saturating_add(NANO.saturating_mul(5).saturating_mul(bytes.into()));
		Self::with(time, 3, 2)
	}

	/// Reads model, engine and two accounts; writes model, signature, golden vectors and the accounts:
	/// the owner endows the model's address. Each canary byte is decoded, encoded again and hashed with keccak-256: 8 ns. Reading the content and running it is
	/// fuel.
	fn activate(canary_bytes: u32) -> Weight {
		let time = MICRO
			.saturating_mul(100)
			.saturating_add(NANO.saturating_mul(8).saturating_mul(canary_bytes.into()));
		Self::with(time, 4, 5)
	}

	/// As `activate` without the accounts, also reads signature and golden vectors, and hashes the canaries once more.
	fn migrate(canary_bytes: u32) -> Weight {
		let time = MICRO
			.saturating_mul(120)
			.saturating_add(NANO.saturating_mul(12).saturating_mul(canary_bytes.into()));
		Self::with(time, 4, 2)
	}

	fn set_price() -> Weight {
		Self::change()
	}

	/// Reads the model, writes the list.
	fn set_beneficiaries() -> Weight {
		Self::change()
	}

	/// Also reads and writes two accounts and their holds, and removes the list of beneficiaries.
	fn transfer() -> Weight {
		Self::with(MICRO.saturating_mul(80), 5, 6)
	}

	fn pause() -> Weight {
		Self::change()
	}

	fn resume() -> Weight {
		Self::change()
	}

	fn freeze() -> Weight {
		Self::change()
	}

	fn retire() -> Weight {
		Self::change()
	}

	/// Reads model, manifest, hold and the accounts of owner and address; writes them, signature, golden
	/// vectors and beneficiaries. Each chunk is copied out of the state's cache and deleted.
	fn reap(chunks: u32) -> Weight {
		let chunks = u64::from(chunks);
		Self::with(
			MICRO.saturating_mul(chunks.saturating_mul(75).saturating_add(80)),
			chunks.saturating_add(5),
			chunks.saturating_add(8),
		)
	}

	/// Reads the current version, the upload, account, hold; writes them and the engine.
	fn set_engine() -> Weight {
		Self::with(MICRO.saturating_mul(100), 4, 5)
	}

	fn disable_engine() -> Weight {
		Self::change()
	}

	/// Reads model, name, account, hold; writes name, account, hold. A name's entry has at most 600
	/// bytes.
	fn register_name() -> Weight {
		Self::with(MICRO.saturating_mul(80), 4, 3)
	}

	/// Reads and writes the name, two accounts and their holds.
	fn transfer_name() -> Weight {
		Self::with(MICRO.saturating_mul(80), 5, 5)
	}

	/// Reads and writes name, account, hold.
	fn release_name() -> Weight {
		Self::with(MICRO.saturating_mul(80), 3, 3)
	}
}
