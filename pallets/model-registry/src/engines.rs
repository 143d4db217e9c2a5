//! Engine versions: append-only, callable after a delay, switched off by root.

use crate::{activation::refused, pallet::*, types::*, ModelInfoOf};
use alloc::vec::Vec;
use opg_engine_abi::request::EngineRef;
use opg_engine_interface as engine;
use polkadot_sdk::{
	frame_support::{
		ensure,
		traits::{fungible::hold::Mutate as _, tokens::Precision, Get},
	},
	frame_system::{self, pallet_prelude::BlockNumberFor},
	sp_core::H256,
	sp_runtime::{
		traits::{One, Saturating, Zero},
		DispatchResult,
	},
};

/// Ids from here on are kept for the contents of genesis engines, the first at the top: more
/// versions than any chain starts with.
const GENESIS_CONTENT: ModelId = u32::MAX - 0xffff;

/// Id of the content of the engine of that version in genesis.
pub(crate) const fn genesis_content(version: EngineVersion) -> ModelId {
	u32::MAX.saturating_sub(version)
}

impl<T: Config> Pallet<T> {
	/// Whether an id is kept for the content of a genesis engine.
	pub(crate) fn is_genesis_content(id: ModelId) -> bool {
		id >= GENESIS_CONTENT
	}

	pub(crate) fn do_set_engine(
		version: EngineVersion,
		upload: ModelId,
		hash: H256,
		raw_len: u32,
		profile: u32,
	) -> DispatchResult {
		let info = Self::ready_upload(version, upload)?;
		let engine = EngineRef { hash: hash.0, profile, raw_len, stored_len: info.length };
		engine::check_engine(engine, &Self::chunk_prefix(upload))
			.map_err(|error| refused::<T>(error.code))?;
		Self::install_engine(version, upload, info, engine)
	}

	/// A complete draft that may become the engine of that version.
	pub(crate) fn ready_upload(
		version: EngineVersion,
		upload: ModelId,
	) -> Result<ModelInfoOf<T>, Error<T>> {
		let next = CurrentEngine::<T>::get().saturating_add(1);
		ensure!(version == next, Error::<T>::WrongEngineVersion);
		let info = Models::<T>::get(upload).ok_or(Error::<T>::UnknownModel)?;
		ensure!(matches!(info.status, ModelStatus::Draft), Error::<T>::WrongStatus);
		ensure!(info.uploaded == info.chunks, Error::<T>::UploadIncomplete);
		Ok(info)
	}

	/// Makes an upload, which was checked, the engine of that version.
	pub(crate) fn install_engine(
		version: EngineVersion,
		upload: ModelId,
		mut info: ModelInfoOf<T>,
		engine: EngineRef,
	) -> DispatchResult {
		let EngineRef { hash, profile, raw_len, stored_len } = engine;
		let hash = H256(hash);
		T::Currency::release(
			&HoldReason::ModelStorage.into(),
			&info.owner,
			info.deposit,
			Precision::Exact,
		)?;
		info.deposit = Zero::zero();
		info.status = ModelStatus::Engine;
		let now = frame_system::Pallet::<T>::block_number();
		let callable_from = now.saturating_add(T::EngineDelay::get());
		Engines::<T>::insert(
			version,
			EngineInfo {
				content: upload,
				hash,
				profile,
				raw_len,
				stored_len,
				callable_from,
				disabled_from: None,
			},
		);
		CurrentEngine::<T>::put(version);
		Models::<T>::insert(upload, info);
		Self::deposit_event(Event::EngineSet {
			version,
			content: upload,
			hash,
			profile,
			callable_from,
		});
		Ok(())
	}

	pub(crate) fn do_disable_engine(version: EngineVersion) -> DispatchResult {
		let mut engine = Engines::<T>::get(version).ok_or(Error::<T>::UnknownEngine)?;
		ensure!(engine.disabled_from.is_none(), Error::<T>::EngineIsDisabled);
		let from = frame_system::Pallet::<T>::block_number().saturating_add(One::one());
		engine.disabled_from = Some(from);
		Engines::<T>::insert(version, engine);
		Self::deposit_event(Event::EngineDisabled { version, from });
		Ok(())
	}

	/// Every engine version, in order.
	pub fn engine_views() -> Vec<EngineView<BlockNumberFor<T>>> {
		(1..=CurrentEngine::<T>::get())
			.filter_map(|version| {
				let engine = Engines::<T>::get(version)?;
				Some(EngineView {
					version,
					engine: engine.engine_ref(),
					prefix: Self::chunk_prefix(engine.content),
					callable_from: engine.callable_from,
					disabled_from: engine.disabled_from,
				})
			})
			.collect()
	}
}
