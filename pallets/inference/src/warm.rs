//! Models whose load isn't charged: what this pallet asks and tells `pallet-warm-set`.

use pallet_model_registry::{ModelCosts, ModelId};
use polkadot_sdk::sp_core::H256;

/// A deterministic set of models that every node keeps prepared.
pub trait WarmSet {
	/// Whether the image of that hash is warm in this block. Within a block it changes only when a pin
	/// is removed.
	fn is_warm(model: ModelId, image_hash: H256) -> bool;

	/// A model has run and was paid.
	fn touch(model: ModelId, costs: &ModelCosts);

	/// Fills every list with other models, so that a benchmark meets the longest.
	#[cfg(feature = "runtime-benchmarks")]
	fn fill() {}

	/// Leaves the lists out of what a benchmark counts: it measures what comes after a first run.
	#[cfg(feature = "runtime-benchmarks")]
	fn whitelist() {}
}

/// No model is ever warm.
impl WarmSet for () {
	fn is_warm(_: ModelId, _: H256) -> bool {
		false
	}

	fn touch(_: ModelId, _: &ModelCosts) {}
}
