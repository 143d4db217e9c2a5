//! What this crate's own work costs, beside what `pallet-inference` declares for the run and what
//! pallet-revive charges for the calls, their data and their events.
//!
//! [`SubstrateWeight`] is counted by hand, for tests; the runtime has what `crate::benchmarking`
//! measures.

use crate::Config;
use core::marker::PhantomData;
use opg_precompile_common::weights::counted;
use polkadot_sdk::{frame_support::weights::Weight, frame_system};

/// Weights of the functions, without the run.
pub trait WeightInfo {
	/// What every call takes before any number is converted: copying 128 KiB of calldata, the caller's
	/// mapping, a name of 64 versions, a model with its engine, signature and beneficiaries, and the names
	/// of inputs compared with each other.
	fn call() -> Weight;
	/// Reading so many numbers of a call and converting them to elements of inputs.
	fn elements(count: u32) -> Weight;
	/// Converting so many elements of outputs to numbers and encoding them.
	fn numbers(count: u32) -> Weight;
	/// `verify`: encoding and hashing so many bytes of inputs and outputs.
	fn hash(bytes: u32) -> Weight;
	/// `proofSystem`, `proofProfile` and `supportsInterface`.
	fn constant() -> Weight;
}

/// Weights of this crate's own work in a runtime.
pub(crate) type Weights<T> = <T as Config>::WeightInfo;

/// A count of numbers or bytes for a weight.
pub(crate) fn count(count: u64) -> u32 {
	u32::try_from(count).unwrap_or(u32::MAX)
}

/// What converting so many numbers of a call and of an answer takes.
pub(crate) fn values<T: Config>(given: u64, returned: u64) -> Weight {
	let given = Weights::<T>::elements(count(given));
	given.saturating_add(Weights::<T>::numbers(count(returned)))
}

/// Upper bounds from counting, for runtimes that have nothing better: tests.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	fn call() -> Weight {
		counted::<T>(200, 8, 0)
	}

	/// A division or multiplication of 256 bits and shifts, and its share of an allocation: 4 µs.
	fn elements(count: u32) -> Weight {
		Weight::from_parts(4_000_000, 0).saturating_mul(count.into())
	}

	/// The same, up to twenty divisions of 128 bits by ten, and encoding 64 bytes.
	fn numbers(count: u32) -> Weight {
		Weight::from_parts(4_000_000, 0).saturating_mul(count.into())
	}

	/// keccak-256 passes 200 MB a second.
	fn hash(bytes: u32) -> Weight {
		Weight::from_parts(6_000, 0).saturating_mul(bytes.into())
	}

	fn constant() -> Weight {
		counted::<T>(10, 1, 0)
	}
}
