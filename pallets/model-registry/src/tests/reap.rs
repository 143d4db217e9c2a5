//! `reap`: bounded, refunding, by anybody.

use super::{mock::*, refuse};
use crate::{cost::reap_weight, Chunks, Error, Event, Manifests, ModelStatus, Models, Signatures};
use opg_engine_abi::CHUNK_BYTES;

type Weights = <Test as crate::Config>::WeightInfo;

const CHUNK: usize = CHUNK_BYTES as usize;

#[test]
fn a_retired_model_is_removed_in_bounded_steps() {
	chain(|| {
		let id = complete(&content(4 * CHUNK + 1));
		let deposit = model(id).deposit;
		accept(Registry::retire(signed(alice()), id));
		let info = accept(Registry::reap(signed(bob()), id));
		assert_eq!(info.actual_weight, Some(reap_weight::<Weights>(2)));
		assert_eq!(
			last_event(),
			Event::ModelReaped { model: id, chunks: 2, remaining: 3, released: deposit / 5 * 2 }
		);
		assert_eq!(model(id).uploaded, 3);
		assert_eq!(held(&alice()), deposit - deposit / 5 * 2);
		accept(Registry::reap(signed(bob()), id));
		let info = accept(Registry::reap(signed(charlie()), id));
		assert_eq!(info.actual_weight, Some(reap_weight::<Weights>(1)));
		assert!(!Models::<Test>::contains_key(id));
		assert!(!Manifests::<Test>::contains_key(id));
		assert_eq!(Chunks::<Test>::iter_prefix(id).count(), 0);
		assert_eq!(held(&alice()), 0);
		assert_eq!(Balances::free_balance(alice()), FUNDS);
		refuse!(Registry::reap(signed(bob()), id), Error::<Test>::UnknownModel);
	});
}

#[test]
fn an_active_models_signature_goes_too() {
	chain(|| {
		let id = active("affine");
		accept(Registry::retire(signed(alice()), id));
		go_to(11);
		accept(Registry::reap(signed(bob()), id));
		assert!(!Signatures::<Test>::contains_key(id));
		assert_eq!(Balances::free_balance(alice()), FUNDS);
	});
}

#[test]
fn an_expired_draft_is_reaped_whether_or_not_it_is_complete() {
	chain(|| {
		let bytes = content(2 * CHUNK + 1);
		let id = draft(&bytes);
		accept(Registry::upload_chunk(signed(bob()), id, 0, bytes[..CHUNK].to_vec()));
		go_to(100);
		refuse!(Registry::reap(signed(bob()), id), Error::<Test>::NotReapable);
		go_to(101);
		accept(Registry::reap(signed(bob()), id));
		assert_eq!(model(id).status, ModelStatus::Retired);
		// It can't be filled again meanwhile.
		refuse!(
			Registry::upload_chunk(signed(bob()), id, 2, bytes[2 * CHUNK..].to_vec()),
			Error::<Test>::WrongStatus
		);
		accept(Registry::reap(signed(bob()), id));
		assert!(!Models::<Test>::contains_key(id));
		assert_eq!(Balances::free_balance(alice()), FUNDS);
	});
}

#[test]
fn what_is_in_use_is_not_reaped() {
	chain(|| {
		let id = active("affine");
		refuse!(Registry::reap(signed(alice()), id), Error::<Test>::NotReapable);
		go_to(200);
		refuse!(Registry::reap(signed(alice()), id), Error::<Test>::NotReapable);
		accept(Registry::pause(signed(alice()), id));
		refuse!(Registry::reap(signed(alice()), id), Error::<Test>::NotReapable);
	});
}
