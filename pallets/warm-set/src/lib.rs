//! # Warm set
//!
//! The models whose load isn't charged. A call of any other model pays for reading the model's bytes
//! and for loading it, whether or not the node that executes it has the prepared image in a cache:
//! charges must not depend on caches. This pallet makes some of that work disappear for everybody:
//! it is a deterministic set of models that every node keeps prepared, so that their calls can be
//! charged what they really take.
//!
//! A model is warm in a block when it is
//! - **recent**: among the last `MaxRecent` models that have run, or
//! - **pinned**: given a slot by `PinOrigin`, until a block or without end.
//!
//! The set is fixed for a block, but that a pin can be removed in it. What runs in a block is noted by
//! [`WarmSet::touch`], which `pallet-inference` calls with every settled inference, and joins the set
//! when the block ends; so a model's first call pays its load, every node has made its image while it
//! executed that block, and from the next block on the load is free until `MaxRecent` other models, or
//! `MaxBytes` of other images, have run more recently. A pin holds `PinDelay` blocks after it is set,
//! in which nodes prepare the image.
//!
//! An entry names the image by its hash, not only the model: a model that has migrated to another
//! engine version is cold again.
//!
//! What stays charged for a warm model is what stays to be done: finding and comparing the chunks'
//! digests, copying the image's pages, inputs and outputs, the run
//! (`pallet_model_registry::Callable::charged`). Fuel limits are checked, and weight is charged
//! before the work, as for a cold call, so that a transaction that was quoted while the model was warm
//! doesn't fail when it no longer is; the difference is refunded.
//!
//! Nodes ask [`runtime_api::WarmSetApi`] at every new best block, prepare what they lack (after a
//! start, a state sync, for a pin) and never evict what is in the set. A node that lacks an image
//! still computes the same: it only takes longer.
//!
//! | module | holds |
//! |---|---|
//! | `set` | which models stay: pure, with the bounds |
//! | [`types`] | entries, pins, what a node is told |
//! | `pins` | slots given by governance; an auction would call the same |
//! | [`runtime_api`] | what a node asks |
//! | `invariants` | what must hold after every block |
//! | [`weights`] | the calls' and hooks' weights |

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
#[cfg(feature = "std")]
mod invariants;
mod pins;
pub mod runtime_api;
mod set;
#[cfg(test)]
mod tests;
pub mod types;
pub mod weights;

pub use pallet::*;
pub use types::*;
pub use weights::WeightInfo;

use alloc::vec::Vec;
use pallet_inference::WarmSet;
use pallet_model_registry::{self as registry, ModelCosts, ModelId};
use polkadot_sdk::{
	frame_support,
	frame_support::traits::Get,
	frame_system::{self, pallet_prelude::BlockNumberFor},
	sp_core::H256,
};

/// [`Pin`] of a runtime.
pub type PinOf<T> = Pin<BlockNumberFor<T>>;

#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use frame_support::pallet_prelude::*;
	use frame_system::pallet_prelude::*;

	/// Version of the storage layout.
	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config:
		polkadot_sdk::frame_system::Config<RuntimeEvent: From<Event<Self>>> + registry::Config
	{
		/// Weights of the calls and hooks.
		type WeightInfo: WeightInfo;

		/// Who gives slots away.
		type PinOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// Models that are warm because they have run recently, at most.
		#[pallet::constant]
		type MaxRecent: Get<u32>;

		/// Slots for pinned models.
		#[pallet::constant]
		type MaxPinned: Get<u32>;

		/// Bytes of the prepared images of all warm models together. Every node keeps as much: its
		/// image cache must be larger.
		#[pallet::constant]
		type MaxBytes: Get<u64>;

		/// Bytes of one prepared image; a larger one is never warm. Less than `MaxBytes`, so that one
		/// model doesn't make all others cold.
		#[pallet::constant]
		type MaxImageBytes: Get<u64>;

		/// Blocks until a pin holds, in which nodes prepare the image.
		#[pallet::constant]
		type PinDelay: Get<BlockNumberFor<Self>>;
	}

	/// Models that have run recently, the most recent first. Changes at the end of a block only.
	#[pallet::storage]
	pub type Recent<T: Config> = StorageValue<_, BoundedVec<WarmModel, T::MaxRecent>, ValueQuery>;

	/// Pinned models.
	#[pallet::storage]
	pub type Pinned<T: Config> = StorageValue<_, BoundedVec<PinOf<T>, T::MaxPinned>, ValueQuery>;

	/// Models that have run in this block, in the order of their first run. Empty between blocks.
	#[pallet::storage]
	pub type Touched<T: Config> = StorageValue<_, BoundedVec<WarmModel, T::MaxRecent>, ValueQuery>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A model was pinned: its load isn't charged from the block `from` until the block `until`.
		ModelPinned { model: ModelId, from: BlockNumberFor<T>, until: Option<BlockNumberFor<T>> },
		/// A model's pin was removed.
		ModelUnpinned { model: ModelId },
	}

	#[pallet::error]
	pub enum Error<T> {
		/// The model isn't active, or its engine version is switched off.
		ModelNotActive,
		/// The model's prepared image is larger than one may be.
		ImageTooLarge,
		/// All slots, or all bytes for images, are taken.
		NoSlot,
		/// The pin would end before it begins.
		EndsTooEarly,
		/// The model isn't pinned.
		NotPinned,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		/// Pays for `on_finalize`.
		fn on_initialize(_now: BlockNumberFor<T>) -> Weight {
			<T as Config>::WeightInfo::end_block()
		}

		/// Adds what has run in this block.
		fn on_finalize(now: BlockNumberFor<T>) {
			Self::end_block(now);
		}

		fn integrity_test() {
			assert!(T::MaxRecent::get() > 0, "a warm set holds a model");
			assert!(
				T::MaxImageBytes::get() <= T::MaxBytes::get(),
				"the set must hold the largest image"
			);
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Pins a model, or changes the end of its pin. `until` is the first block in which it no
		/// longer holds; without one it holds until it is removed.
		///
		/// Errors: see [`Error`].
		#[pallet::call_index(0)]
		#[pallet::weight(<T as Config>::WeightInfo::pin())]
		pub fn pin(
			origin: OriginFor<T>,
			model: ModelId,
			until: Option<BlockNumberFor<T>>,
		) -> DispatchResult {
			T::PinOrigin::ensure_origin(origin)?;
			Self::do_pin(model, until)
		}

		/// Removes a model's pin, in this block.
		///
		/// Errors: it isn't pinned.
		#[pallet::call_index(1)]
		#[pallet::weight(<T as Config>::WeightInfo::unpin())]
		pub fn unpin(origin: OriginFor<T>, model: ModelId) -> DispatchResult {
			T::PinOrigin::ensure_origin(origin)?;
			Self::do_unpin(model)
		}
	}
}

impl<T: Config> WarmSet for Pallet<T> {
	fn is_warm(model: ModelId, image_hash: H256) -> bool {
		let is = |entry: &WarmModel| entry.model == model && entry.image_hash == image_hash;
		if Recent::<T>::get().iter().any(is) {
			return true;
		}
		let now = frame_system::Pallet::<T>::block_number();
		Pinned::<T>::get().iter().any(|pin| is(&pin.entry) && pin.holds(now))
	}

	fn touch(model: ModelId, costs: &ModelCosts) {
		let entry = WarmModel::new(model, costs);
		if entry.bytes > T::MaxImageBytes::get() {
			return;
		}
		let mut touched = Touched::<T>::get();
		if touched.contains(&entry) {
			return;
		}
		// Full: so many models have run in this block that the others wait for the next.
		if touched.try_push(entry).is_ok() {
			Touched::<T>::put(touched);
		}
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn fill() {
		benchmarking::fill::<T>();
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn whitelist() {
		benchmarking::whitelist::<T>();
	}
}

impl<T: Config> Pallet<T> {
	/// Bytes that pinned images take, also those whose pin doesn't hold yet.
	fn pinned_bytes(pins: &[PinOf<T>]) -> u64 {
		pins.iter().fold(0u64, |sum, pin| sum.saturating_add(pin.entry.bytes))
	}

	/// Makes the set of the next block.
	fn end_block(now: BlockNumberFor<T>) {
		let touched = Touched::<T>::take();
		let pins = Pinned::<T>::get();
		let held = pins.iter().filter(|pin| !pin.is_over(now)).cloned().collect::<Vec<_>>();
		if held.len() < pins.len() {
			// Not longer than what it was made from.
			Pinned::<T>::put(frame_support::BoundedVec::truncate_from(held.clone()));
		}
		let recent = Recent::<T>::get();
		let next = set::next(
			&recent,
			&touched,
			&held.iter().map(|pin| pin.entry).collect::<Vec<_>>(),
			T::MaxRecent::get() as usize,
			T::MaxBytes::get().saturating_sub(Self::pinned_bytes(&held)),
		);
		if next != recent[..] {
			// `set::next` gives `MaxRecent` at most.
			Recent::<T>::put(frame_support::BoundedVec::truncate_from(next));
		}
	}

	/// What nodes keep prepared after this block: pinned models first, those whose pin doesn't hold yet
	/// included, then recent ones. Models that can't be called now are left out.
	pub fn views() -> Vec<WarmView> {
		let pins = Pinned::<T>::get();
		let recent = Recent::<T>::get();
		pins.iter()
			.map(|pin| &pin.entry)
			.chain(recent.iter())
			.filter_map(|entry| {
				let callable = registry::Pallet::<T>::callable(entry.model).ok()?;
				let costs = callable.costs;
				(costs.image_hash == entry.image_hash).then(|| WarmView {
					model: entry.model,
					engine: callable.engine,
					engine_prefix: callable.engine_prefix,
					content: callable.model_ref,
					content_prefix: callable.model_prefix,
					limits: registry::Pallet::<T>::limits(),
					load_fuel: costs.load_fuel,
					image_hash: costs.image_hash,
				})
			})
			.collect()
	}
}
