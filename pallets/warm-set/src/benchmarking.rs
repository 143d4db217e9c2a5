//! What the calls and hooks take, measured, with every list full.
//!
//! Test them with `cargo test -p pallet-warm-set --features runtime-benchmarks`.

use crate::{pallet::*, types::*, PinOf};
use alloc::vec::Vec;
use pallet_model_registry::{benchmarking as models, ModelId, MAX_BENEFICIARIES};
use polkadot_sdk::{
	frame_benchmarking::{benchmarking::add_to_whitelist, v2::*},
	frame_support::{
		traits::{EnsureOrigin, Get},
		BoundedVec,
	},
	frame_system::{pallet_prelude::BlockNumberFor, Pallet as System},
	sp_core::H256,
	sp_runtime::traits::Zero,
};

/// Entries of made-up models from that number on.
fn entries(from: ModelId, count: u32) -> Vec<WarmModel> {
	(from..from.saturating_add(count))
		.map(|model| WarmModel { model, image_hash: H256::repeat_byte(9), bytes: 1 })
		.collect()
}

/// A pin of a made-up model.
fn pin_of<T: crate::Config>(entry: WarmModel, until: Option<BlockNumberFor<T>>) -> PinOf<T> {
	Pin { entry, from: Zero::zero(), until }
}

/// The first made-up model of each list.
const RECENT: ModelId = 1_000_000;
const PINNED: ModelId = 2_000_000;
const TOUCHED: ModelId = 3_000_000;

/// Fills all lists, but the one of this block to the last place.
pub(crate) fn fill<T: crate::Config>() {
	Recent::<T>::put(BoundedVec::truncate_from(entries(RECENT, T::MaxRecent::get())));
	let pins = entries(PINNED, T::MaxPinned::get());
	let pins = pins.into_iter().map(|entry| pin_of::<T>(entry, None)).collect();
	Pinned::<T>::put(BoundedVec::<PinOf<T>, _>::truncate_from(pins));
	let touched = entries(TOUCHED, T::MaxRecent::get().saturating_sub(1));
	Touched::<T>::put(BoundedVec::truncate_from(touched));
}

/// Leaves the lists out of what a benchmark counts.
pub(crate) fn whitelist<T: crate::Config>() {
	for key in [
		Recent::<T>::hashed_key().to_vec(),
		Pinned::<T>::hashed_key().to_vec(),
		Touched::<T>::hashed_key().to_vec(),
	] {
		add_to_whitelist(key.into());
	}
}

/// A model that can be pinned.
fn model<T: crate::Config>() -> ModelId {
	let owner = models::rich::<T>("owner", 0);
	models::active_model::<T>(&owner, 1, 1, MAX_BENEFICIARIES)
}

#[benchmarks]
mod benchmarks {
	use super::*;

	/// The last slot.
	#[benchmark]
	fn pin() -> Result<(), BenchmarkError> {
		let origin = T::PinOrigin::try_successful_origin()
			.map_err(|()| BenchmarkError::Stop("nobody pins"))?;
		let model = model::<T>();
		fill::<T>();
		Pinned::<T>::mutate(|pins| pins.pop());
		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, model, None);
		assert!(Pinned::<T>::get().iter().any(|one| one.entry.model == model));
		Ok(())
	}

	/// The first of all slots.
	#[benchmark]
	fn unpin() -> Result<(), BenchmarkError> {
		let origin = T::PinOrigin::try_successful_origin()
			.map_err(|()| BenchmarkError::Stop("nobody unpins"))?;
		fill::<T>();
		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, PINNED);
		assert!(Pinned::<T>::get().iter().all(|one| one.entry.model != PINNED));
		Ok(())
	}

	/// As many models as there may be have run, all others leave, and a pin is over.
	#[benchmark]
	fn end_block() {
		let now = System::<T>::block_number();
		fill::<T>();
		let touched = entries(TOUCHED, T::MaxRecent::get());
		Touched::<T>::put(BoundedVec::truncate_from(touched));
		Pinned::<T>::mutate(|pins| {
			if let Some(last) = pins.iter_mut().last() {
				*last = pin_of::<T>(last.entry, Some(now));
			}
		});
		let before = Pinned::<T>::get().len();
		#[block]
		{
			crate::Pallet::<T>::end_block(now);
		}
		assert_eq!(Pinned::<T>::get().len().saturating_add(1), before);
		assert!(Recent::<T>::get().iter().all(|entry| entry.model >= TOUCHED));
	}

	impl_benchmark_test_suite!(Pallet, crate::tests::mock::ext(), crate::tests::mock::Test);
}
