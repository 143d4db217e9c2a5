//! What an owner does with a model: price, ownership, pause, freeze, retirement.

use crate::{pallet::*, types::*, BalanceOf, ModelInfoOf};
use polkadot_sdk::{
	frame_support::{
		ensure,
		traits::{
			fungible::hold::Mutate as _,
			tokens::{Fortitude, Precision, Restriction},
			Get,
		},
	},
	frame_system,
	sp_runtime::{traits::Saturating, DispatchResult},
};

impl<T: Config> Pallet<T> {
	/// A model of that owner.
	pub(crate) fn owned(caller: &T::AccountId, model: ModelId) -> Result<ModelInfoOf<T>, Error<T>> {
		let info = Models::<T>::get(model).ok_or(Error::<T>::UnknownModel)?;
		ensure!(info.owner == *caller, Error::<T>::NotOwner);
		Ok(info)
	}

	pub(crate) fn do_set_price(
		caller: T::AccountId,
		model: ModelId,
		price: BalanceOf<T>,
	) -> DispatchResult {
		let mut info = Self::owned(&caller, model)?;
		let now = frame_system::Pallet::<T>::block_number();
		info.settle_price(now);
		let from = match info.status.at(now) {
			// Nobody can be relying on the price of what can't be called yet.
			ModelStatus::Draft => now,
			ModelStatus::Active | ModelStatus::Paused | ModelStatus::Retiring { .. } => {
				now.saturating_add(T::PriceDelay::get())
			},
			ModelStatus::Retired | ModelStatus::Engine => {
				return Err(Error::<T>::WrongStatus.into())
			},
		};
		ensure!(!info.frozen || price <= info.price, Error::<T>::PriceOfFrozenModel);
		info.pending_price = Some((price, from));
		info.settle_price(now);
		Models::<T>::insert(model, info);
		Self::deposit_event(Event::PriceChangeScheduled { model, price, from });
		Ok(())
	}

	/// Makes a deposit another account's, held there for the same reason.
	pub(crate) fn move_deposit(
		reason: HoldReason,
		from: &T::AccountId,
		to: &T::AccountId,
		deposit: BalanceOf<T>,
	) -> DispatchResult {
		T::Currency::transfer_on_hold(
			&reason.into(),
			from,
			to,
			deposit,
			Precision::Exact,
			Restriction::OnHold,
			Fortitude::Polite,
		)?;
		Ok(())
	}

	/// The deposit goes with the model instead of being taken from the new owner's funds: else
	/// anybody could lock a stranger's money by giving a large model away.
	pub(crate) fn do_transfer(
		caller: T::AccountId,
		model: ModelId,
		to: T::AccountId,
	) -> DispatchResult {
		let mut info = Self::owned(&caller, model)?;
		ensure!(!matches!(info.status, ModelStatus::Engine), Error::<T>::WrongStatus);
		ensure!(to != caller, Error::<T>::AlreadyOwner);
		Self::move_deposit(HoldReason::ModelStorage, &caller, &to, info.deposit)?;
		info.owner = to.clone();
		Models::<T>::insert(model, info);
		// They were the old owner's choice.
		Beneficiaries::<T>::remove(model);
		Self::deposit_event(Event::ModelTransferred { model, from: caller, to });
		Ok(())
	}

	pub(crate) fn do_pause(caller: T::AccountId, model: ModelId) -> DispatchResult {
		let mut info = Self::owned(&caller, model)?;
		ensure!(!info.frozen, Error::<T>::ModelIsFrozen);
		ensure!(matches!(info.status, ModelStatus::Active), Error::<T>::WrongStatus);
		info.status = ModelStatus::Paused;
		Models::<T>::insert(model, info);
		Self::deposit_event(Event::ModelPaused { model });
		Ok(())
	}

	pub(crate) fn do_resume(caller: T::AccountId, model: ModelId) -> DispatchResult {
		let mut info = Self::owned(&caller, model)?;
		ensure!(matches!(info.status, ModelStatus::Paused), Error::<T>::WrongStatus);
		info.status = ModelStatus::Active;
		Models::<T>::insert(model, info);
		Self::deposit_event(Event::ModelResumed { model });
		Ok(())
	}

	/// Only an active model: a paused one would be frozen for good in the wrong state.
	pub(crate) fn do_freeze(caller: T::AccountId, model: ModelId) -> DispatchResult {
		let mut info = Self::owned(&caller, model)?;
		ensure!(!info.frozen, Error::<T>::ModelIsFrozen);
		ensure!(matches!(info.status, ModelStatus::Active), Error::<T>::WrongStatus);
		info.settle_price(frame_system::Pallet::<T>::block_number());
		if info.pending_price.is_some_and(|(price, _)| price > info.price) {
			info.pending_price = None;
		}
		info.frozen = true;
		Models::<T>::insert(model, info);
		Self::deposit_event(Event::ModelFrozen { model });
		Ok(())
	}

	pub(crate) fn do_retire(caller: T::AccountId, model: ModelId) -> DispatchResult {
		let mut info = Self::owned(&caller, model)?;
		ensure!(!info.frozen, Error::<T>::ModelIsFrozen);
		let now = frame_system::Pallet::<T>::block_number();
		let at = match info.status {
			// Nobody can be relying on a draft.
			ModelStatus::Draft => {
				info.status = ModelStatus::Retired;
				now
			},
			ModelStatus::Active | ModelStatus::Paused => {
				let at = now.saturating_add(T::RetireDelay::get());
				let paused = matches!(info.status, ModelStatus::Paused);
				info.status = ModelStatus::Retiring { at, paused };
				at
			},
			ModelStatus::Retiring { .. } | ModelStatus::Retired | ModelStatus::Engine => {
				return Err(Error::<T>::WrongStatus.into())
			},
		};
		Models::<T>::insert(model, info);
		Self::deposit_event(Event::ModelRetired { model, at });
		Ok(())
	}
}
