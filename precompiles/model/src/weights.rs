//! What this crate's own work costs, beside what the run of `opg-precompile-inference` charges and what
//! pallet-revive charges for the call and its calldata.
//!
//! [`SubstrateWeight`] is counted by hand, for tests; the runtime has what `crate::benchmarking`
//! measures.

use crate::Config;
use core::marker::PhantomData;
use opg_precompile_common::weights::counted;
use polkadot_sdk::{frame_support::weights::Weight, frame_system};

/// Weights of the functions, without the run.
pub trait WeightInfo {
	/// What every function with decimal numbers takes before any is converted: reading a model with its
	/// engine, signature and beneficiaries.
	fn callable() -> Weight;
	/// Decoding so many numbers of a call and converting them to elements of inputs.
	fn elements(count: u32) -> Weight;
	/// Converting so many elements of outputs to numbers and encoding them.
	fn numbers(count: u32) -> Weight;
	/// `inputs` and `outputs`.
	fn specs() -> Weight;
	/// `price` and `modelId`.
	fn info() -> Weight;
}

/// Weights of this crate's own work in a runtime.
pub(crate) type Weights<T> = <T as Config>::WeightInfo;

/// A count of numbers for a weight.
pub(crate) fn count(count: u64) -> u32 {
	u32::try_from(count).unwrap_or(u32::MAX)
}

/// Upper bounds from counting, for runtimes that have nothing better: tests.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	fn callable() -> Weight {
		counted::<T>(60, 4, 0)
	}

	/// For each number a division, a multiplication and shifts of 256 bits, its share of decoding, and of
	/// an allocation: 2 µs. The conversion alone takes 0.1 µs natively, and a few times that in the
	/// runtime's WebAssembly.
	fn elements(count: u32) -> Weight {
		counted::<T>(u64::from(count).saturating_mul(2), 0, 0)
	}

	fn numbers(count: u32) -> Weight {
		counted::<T>(u64::from(count).saturating_mul(2), 0, 0)
	}

	/// At most 4 KiB, decoded and encoded.
	fn specs() -> Weight {
		counted::<T>(60, 1, 0)
	}

	fn info() -> Weight {
		counted::<T>(20, 1, 0)
	}
}
