//! What others ask the registry.

use crate::{pallet::*, types::*, CallableOf, ModelInfoOf, ModelViewOf};
use alloc::vec::Vec;
use codec::Decode;
use opg_engine_abi::{request::ModelRef, Limits, ModelSignature};
use polkadot_sdk::{frame_support::ensure, frame_system};

/// Models that one query returns, at most.
pub const MAX_VIEWS: u32 = 100;

/// Ids that one query looks at, at most: reaped models leave gaps.
const MAX_VIEWED_IDS: u32 = 10_000;

impl<T: Config> Pallet<T> {
	/// The bounds that loads and runs are held to.
	pub fn limits() -> Limits {
		Limits::V1
	}

	/// A model's content as the host is told about it.
	pub(crate) fn model_ref(info: &ModelInfoOf<T>) -> ModelRef {
		ModelRef { root: info.root.0, len: info.length }
	}

	/// Inputs and outputs of a model; `None` until it is activated.
	pub fn signature(model: ModelId) -> Option<ModelSignature> {
		let stored = Signatures::<T>::get(model)?;
		ModelSignature::decode(&mut &stored[..]).ok()
	}

	/// Everything that a call of a model needs, or why it can't be called in this block.
	pub fn callable(model: ModelId) -> Result<CallableOf<T>, NotCallable> {
		let info = Models::<T>::get(model).ok_or(NotCallable::Unknown)?;
		let now = frame_system::Pallet::<T>::block_number();
		ensure!(info.status.at(now).is_callable(), NotCallable::NotActive);
		let engine = Engines::<T>::get(info.engine).ok_or(NotCallable::EngineUnavailable)?;
		ensure!(engine.is_callable(now), NotCallable::EngineUnavailable);
		// An active model has both: see the invariants.
		let costs = info.costs.ok_or(NotCallable::NotActive)?;
		let signature = Self::signature(model).ok_or(NotCallable::NotActive)?;
		Ok(Callable {
			model,
			price: info.price_at(now),
			costs,
			signature,
			engine: engine.engine_ref(),
			engine_prefix: Self::chunk_prefix(engine.content),
			model_ref: Self::model_ref(&info),
			model_prefix: Self::chunk_prefix(model),
			beneficiaries: Self::paid(model, &info.owner),
			owner: info.owner,
		})
	}

	/// A model as clients see it. Uploads of engines are shown too, with status `Engine`.
	pub fn model_view(model: ModelId) -> Option<ModelViewOf<T>> {
		let info = Models::<T>::get(model)?;
		let engine = Engines::<T>::get(info.engine)?;
		let now = frame_system::Pallet::<T>::block_number();
		let status = info.status.at(now);
		Some(ModelView {
			id: model,
			status,
			engine: info.engine,
			engine_hash: engine.hash,
			profile: engine.profile,
			root: info.root,
			length: info.length,
			chunks: info.chunks,
			uploaded: info.uploaded,
			deposit: info.deposit,
			price: info.price_at(now),
			pending_price: info.pending_price.filter(|(_, from)| now < *from),
			frozen: info.frozen,
			created: info.created,
			costs: info.costs,
			callable: status.is_callable() && engine.is_callable(now),
			beneficiaries: Self::paid(model, &info.owner),
			owner: info.owner,
			name: info.name.into_inner(),
			card_uri: info.card_uri.into_inner(),
			card_hash: info.card_hash,
		})
	}

	/// Models with ids from `from`, in order, at most `limit` and never more than [`MAX_VIEWS`].
	pub fn model_views(from: ModelId, limit: u32) -> Vec<ModelViewOf<T>> {
		let end = NextModelId::<T>::get().min(from.saturating_add(MAX_VIEWED_IDS));
		(from.max(1)..end)
			.filter_map(Self::model_view)
			.take(limit.min(MAX_VIEWS) as usize)
			.collect()
	}
}
