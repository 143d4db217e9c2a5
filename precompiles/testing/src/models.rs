//! Publishing models.

use crate::{chain::*, onnx, runtime::*};
use opg_engine_abi::hash::chunk_hashes;
use pallet_model_registry::{Manifest, ModelId, Models};
use polkadot_sdk::{frame_support::assert_ok, sp_runtime::AccountId32};

/// [`owner`] publishes [`onnx::doubler`] at that price.
pub fn publish(price: Balance) -> ModelId {
	publish_file(&onnx::doubler(), price)
}

/// [`owner`] publishes a model at that price.
pub fn publish_file(file: &[u8], price: Balance) -> ModelId {
	publish_by(owner(), file, price)
}

/// An account publishes a model at that price.
pub fn publish_by(owner: AccountId32, file: &[u8], price: Balance) -> ModelId {
	let id = draft_by(owner.clone(), file);
	assert_ok!(ModelRegistry::set_price(RuntimeOrigin::signed(owner.clone()), id, price));
	activate_by(owner, id);
	id
}

/// [`owner`] uploads a model.
pub fn draft(file: &[u8]) -> ModelId {
	draft_by(owner(), file)
}

/// An account uploads a model.
pub fn draft_by(owner: AccountId32, file: &[u8]) -> ModelId {
	let id = pallet_model_registry::NextModelId::<Test>::get();
	let hashes: Vec<_> = chunk_hashes(file).into_iter().map(Into::into).collect();
	let manifest = Manifest {
		length: file.len() as u32,
		chunk_hashes: hashes.try_into().expect("it is small"),
		engine: 1,
		name: b"doubler".to_vec().try_into().expect("it is short"),
		card_uri: Default::default(),
		card_hash: None,
	};
	let origin = RuntimeOrigin::signed(owner);
	assert_ok!(ModelRegistry::create(origin.clone(), manifest));
	assert_ok!(ModelRegistry::upload_chunk(origin, id, 0, file.to_vec()));
	id
}

/// [`owner`] activates its draft.
pub fn activate(id: ModelId) {
	activate_by(owner(), id);
}

/// An account activates its draft.
pub fn activate_by(owner: AccountId32, id: ModelId) {
	let origin = RuntimeOrigin::signed(owner);
	assert_ok!(ModelRegistry::activate(origin, id, 0, Default::default(), 1_000_000_000));
	assert!(Models::<Test>::get(id).is_some_and(|model| model.costs.is_some()));
}
