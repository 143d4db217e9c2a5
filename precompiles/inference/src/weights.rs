//! What this crate's own work costs, beside what `pallet-inference` declares for the run and what
//! pallet-revive charges for the call, its calldata and its events.
//!
//! [`SubstrateWeight`] is counted by hand, for tests; the runtime has what `crate::benchmarking`
//! measures.

use crate::Config;
use core::marker::PhantomData;
use opg_precompile_common::weights::counted;
use polkadot_sdk::{frame_support::weights::Weight, frame_system};

/// Weights of the functions, without the pallet's work where a model is run.
pub trait WeightInfo {
	/// `infer`, `inferSponsored`, `inferView` and their twins, with so many bytes of inputs: decoding the
	/// call, the mapping of a sponsor's address, the transfer that gives the value back, the caller's
	/// credit, reading a model with its engine and signature, splitting the inputs, joining and encoding
	/// outputs as long as they may be.
	fn run(bytes: u32) -> Weight;
	/// `inferTensors` and its twin, with so many bytes of inputs: the same with typed tensors.
	fn tensors(bytes: u32) -> Weight;
	/// `inferBatch` and its twin, with so many bytes of inputs, in as many rows as there may be.
	fn batch(bytes: u32) -> Weight;
	/// `pipeline` and its twin, with so many bytes of inputs and so many stages.
	fn pipeline(bytes: u32, stages: u32) -> Weight;
	/// `quote` and its twin.
	fn quote() -> Weight;
	/// `signature` and its twin.
	fn signature() -> Weight;
	/// `receiptRoot`.
	fn receipt_root() -> Weight;
}

/// Weights of this crate's own work in a runtime.
pub(crate) type Weights<T> = <T as Config>::WeightInfo;

/// A count of bytes for a weight.
pub(crate) fn bytes(count: usize) -> u32 {
	u32::try_from(count).unwrap_or(u32::MAX)
}

/// Upper bounds from counting, for runtimes that have nothing better: tests. Copying, decoding and
/// encoding at most 4 KiB of signature or 128 KiB of outputs takes tens of microseconds.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	/// The transfer is 60 µs and two accounts.
	fn run(_bytes: u32) -> Weight {
		counted::<T>(150, 7, 2)
	}

	fn tensors(bytes: u32) -> Weight {
		Self::run(bytes)
	}

	/// Up to 1,024 tensors are split off the inputs and as many are joined to the outputs, an allocation
	/// each.
	fn batch(bytes: u32) -> Weight {
		Self::run(bytes).saturating_add(counted::<T>(150, 0, 0))
	}

	/// For each more stage another model is read and compared with the one before.
	fn pipeline(bytes: u32, stages: u32) -> Weight {
		let more = u64::from(stages.saturating_sub(1));
		let stages = counted::<T>(more.saturating_mul(60), more.saturating_mul(4), 0);
		Self::run(bytes).saturating_add(stages)
	}

	/// The model with its engine and signature, and the fee multiplier.
	fn quote() -> Weight {
		counted::<T>(30, 4, 0)
	}

	/// At most 4 KiB, decoded and encoded.
	fn signature() -> Weight {
		counted::<T>(60, 1, 0)
	}

	fn receipt_root() -> Weight {
		counted::<T>(10, 1, 0)
	}
}
