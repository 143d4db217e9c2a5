//! What this crate's own work costs, beside what `pallet-staging` declares, what the run of
//! `opg-precompile-inference` charges, and what pallet-revive charges for the call, its calldata and its
//! events.
//!
//! [`SubstrateWeight`] is counted by hand, for tests; the runtime has what `crate::benchmarking`
//! measures.

use crate::Config;
use core::marker::PhantomData;
use opg_precompile_common::weights::counted;
use polkadot_sdk::{frame_support::weights::Weight, frame_system};

/// Weights of the functions, without the pallet's work where a function changes or reads a buffer.
pub trait WeightInfo {
	/// `begin`, `discard` and `reap`: decoding the call, the address of the caller, reading the buffer that
	/// was begun, and encoding answer and event.
	fn change() -> Weight;
	/// `write` of a piece of that many bytes: decoding and copying it.
	fn write(bytes: u32) -> Weight;
	/// `infer` and `tryInfer` before the run: decoding the call, and for a refusal the transfer that gives
	/// the value back.
	fn run() -> Weight;
	/// `bufferInfo`.
	fn buffer_info() -> Weight;
	/// `depositFor`.
	fn deposit_for() -> Weight;
}

/// Weights of this crate's own work in a runtime.
pub(crate) type Weights<T> = <T as Config>::WeightInfo;

/// Upper bounds from counting, for runtimes that have nothing better: tests.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	/// As `run`.
	fn change() -> Weight {
		counted::<T>(80, 3, 2)
	}

	/// As `run`: there is place for 64 KiB in it.
	fn write(_bytes: u32) -> Weight {
		counted::<T>(80, 3, 2)
	}

	/// The transfer is 60 µs and two accounts.
	fn run() -> Weight {
		counted::<T>(80, 3, 2)
	}

	fn buffer_info() -> Weight {
		counted::<T>(30, 1, 0)
	}

	fn deposit_for() -> Weight {
		counted::<T>(30, 1, 0)
	}
}
