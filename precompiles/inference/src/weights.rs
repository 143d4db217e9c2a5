//! What this crate's own work costs, beside what `pallet-inference` declares for the run and what
//! pallet-revive charges for the call and its calldata.
//!
//! Execution times are upper bounds from counting: hashing, decoding and encoding at most 4 KiB of
//! signature or 128 KiB of outputs takes tens of microseconds.

use polkadot_sdk::{
	frame_support::{traits::Get, weights::Weight},
	frame_system,
};

/// Reading a model with its engine and signature, splitting the inputs, encoding the outputs, the
/// mapping of a sponsor's address, the caller's credit, and the transfer that gives the value back
/// (60 µs, two accounts).
pub(crate) fn run_overhead<T: frame_system::Config>() -> Weight {
	Weight::from_parts(150_000_000, 0).saturating_add(T::DbWeight::get().reads_writes(7, 2))
}

/// What a batch takes beside what a run does: up to 1,024 tensors are split off the inputs and as many
/// are joined to the outputs, an allocation each.
pub(crate) fn batch_overhead<T: frame_system::Config>() -> Weight {
	run_overhead::<T>().saturating_add(Weight::from_parts(150_000_000, 0))
}

/// What a pipeline takes beside its runs: what a run does, and for each more stage another model that is
/// read and compared with the one before.
pub(crate) fn pipeline_overhead<T: frame_system::Config>(stages: u32) -> Weight {
	let more = u64::from(stages.saturating_sub(1));
	run_overhead::<T>()
		.saturating_add(Weight::from_parts(60_000_000u64.saturating_mul(more), 0))
		.saturating_add(T::DbWeight::get().reads(more.saturating_mul(4)))
}

/// Answering `receiptRoot`.
pub(crate) fn receipt_root<T: frame_system::Config>() -> Weight {
	Weight::from_parts(10_000_000, 0).saturating_add(T::DbWeight::get().reads(1))
}

/// Answering `quote`: the model with its engine and signature, and the fee multiplier.
pub(crate) fn quote<T: frame_system::Config>() -> Weight {
	Weight::from_parts(30_000_000, 0).saturating_add(T::DbWeight::get().reads(4))
}

/// Answering `signature`: at most 4 KiB, decoded and encoded.
pub(crate) fn signature<T: frame_system::Config>() -> Weight {
	Weight::from_parts(60_000_000, 0).saturating_add(T::DbWeight::get().reads(1))
}
