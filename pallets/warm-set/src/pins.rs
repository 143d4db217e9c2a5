//! Slots for pinned models.
//!
//! [`Pallet::do_pin`] and [`Pallet::do_unpin`] know nothing of who decides: today `PinOrigin` alone
//! calls them; a pallet that sells slots for a time would call them with the end of the lease.

use crate::{pallet::*, types::*, PinOf};
use pallet_model_registry::{self as registry, ModelId};
use polkadot_sdk::{
	frame_support::{ensure, traits::Get},
	frame_system::{self, pallet_prelude::BlockNumberFor},
	sp_runtime::{traits::Saturating, DispatchResult},
};

impl<T: Config> Pallet<T> {
	/// Pins a model until a block, or without end. A model that is pinned already with the same image
	/// gets the new end and keeps its start.
	pub fn do_pin(model: ModelId, until: Option<BlockNumberFor<T>>) -> DispatchResult {
		let callable =
			registry::Pallet::<T>::callable(model).map_err(|_| Error::<T>::ModelNotActive)?;
		let entry = WarmModel::new(model, &callable.costs);
		ensure!(entry.bytes <= T::MaxImageBytes::get(), Error::<T>::ImageTooLarge);
		let now = frame_system::Pallet::<T>::block_number();

		let mut pins = Pinned::<T>::get();
		let from = pins
			.iter()
			.find(|pin| pin.entry == entry && !pin.is_over(now))
			.map_or(now.saturating_add(T::PinDelay::get()), |pin| pin.from);
		ensure!(until.is_none_or(|until| until > from.max(now)), Error::<T>::EndsTooEarly);
		pins.retain(|pin| pin.entry.model != model && !pin.is_over(now));
		let bytes = Self::pinned_bytes(&pins).saturating_add(entry.bytes);
		ensure!(bytes <= T::MaxBytes::get(), Error::<T>::NoSlot);
		pins.try_push(PinOf::<T> { entry, from, until }).map_err(|_| Error::<T>::NoSlot)?;
		Pinned::<T>::put(pins);
		Self::deposit_event(Event::ModelPinned { model, from, until });
		Ok(())
	}

	/// Removes a model's pin.
	pub fn do_unpin(model: ModelId) -> DispatchResult {
		let mut pins = Pinned::<T>::get();
		let before = pins.len();
		pins.retain(|pin| pin.entry.model != model);
		ensure!(pins.len() < before, Error::<T>::NotPinned);
		Pinned::<T>::put(pins);
		Self::deposit_event(Event::ModelUnpinned { model });
		Ok(())
	}
}
