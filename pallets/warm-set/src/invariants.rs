//! What must hold after every block. The tests check it after every step.

use crate::pallet::*;
use polkadot_sdk::{
	frame_support::{ensure, traits::Get},
	sp_runtime::TryRuntimeError,
};

impl<T: Config> Pallet<T> {
	/// Checks the pallet's state. Between blocks, with `ended`, also what `on_finalize` makes hold.
	///
	/// # Invariants
	/// 1. No model is in `Recent` twice, nor pinned twice.
	/// 2. No image is larger than `MaxImageBytes`; pinned ones together have `MaxBytes` at most.
	/// 3. Between blocks nothing is noted as run.
	pub fn do_try_state(ended: bool) -> Result<(), TryRuntimeError> {
		let recent = Recent::<T>::get();
		let pins = Pinned::<T>::get();
		let unique = |models: Vec<u32>| {
			models.iter().collect::<std::collections::BTreeSet<_>>().len() == models.len()
		};
		ensure!(unique(recent.iter().map(|one| one.model).collect()), "1: a model is there twice");
		ensure!(unique(pins.iter().map(|one| one.entry.model).collect()), "1: pinned twice");
		let largest = T::MaxImageBytes::get();
		ensure!(
			recent.iter().chain(pins.iter().map(|pin| &pin.entry)).all(|one| one.bytes <= largest),
			"2: an image is too large"
		);
		ensure!(Self::pinned_bytes(&pins) <= T::MaxBytes::get(), "2: pins are too large");
		ensure!(!ended || Touched::<T>::get().is_empty(), "3: a run is noted between blocks");
		Ok(())
	}
}
