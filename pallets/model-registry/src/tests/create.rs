//! `create`: manifest, deposit, draft.

use super::{mock::*, refuse};
use crate::{Error, Event, Manifests, ModelStatus, NextModelId, MAX_CONTENT_BYTES};
use opg_engine_abi::hash::content_root_of;
use polkadot_sdk::{
	frame_support::BoundedVec,
	sp_runtime::{DispatchError, TokenError},
};

#[test]
fn a_draft_holds_the_deposit_for_all_of_it() {
	chain(|| {
		let bytes = content(600_000);
		let id = draft(&bytes);
		assert_eq!(id, 1);
		assert_eq!(NextModelId::<Test>::get(), 2);
		let info = model(id);
		assert_eq!(info.owner, alice());
		assert_eq!(info.status, ModelStatus::Draft);
		assert_eq!(info.root.0, content_root_of(&bytes));
		assert_eq!((info.length, info.chunks, info.uploaded), (600_000, 2, 0));
		assert_eq!((info.price, info.pending_price, info.frozen), (0, None, false));
		assert_eq!(info.costs, None);
		// 2 chunks and 3 entries; the content, two hashes, name, URI and the fixed part.
		let expected = 7 * 1_000 + 10 * (600_000 + 64 + 7 + 24 + 512 + 4_096 + 256 + 288);
		assert_eq!(info.deposit, expected);
		assert_eq!(held(&alice()), expected);
		assert_eq!(Manifests::<Test>::get(id).map(|m| m.len()), Some(2));
		assert_eq!(
			last_event(),
			Event::ModelCreated { model: id, owner: alice(), root: info.root, deposit: expected }
		);
	});
}

#[test]
fn ids_are_never_used_twice() {
	chain(|| {
		let first = draft(&content(1));
		accept(Registry::retire(signed(alice()), first));
		accept(Registry::reap(signed(bob()), first));
		assert_eq!(draft(&content(1)), first + 1);
	});
}

#[test]
fn a_manifest_that_contradicts_itself_is_refused() {
	chain(|| {
		let good = manifest(&content(600_000));
		let mut empty = good.clone();
		empty.length = 0;
		refuse!(Registry::create(signed(alice()), empty), Error::<Test>::ContentEmpty);
		let mut long = good.clone();
		long.length = MAX_CONTENT_BYTES + 1;
		refuse!(Registry::create(signed(alice()), long), Error::<Test>::ContentTooLarge);
		let mut few = good.clone();
		few.chunk_hashes.truncate(1);
		refuse!(Registry::create(signed(alice()), few), Error::<Test>::WrongChunkCount);
		let mut many = good.clone();
		many.length = 524_288;
		refuse!(Registry::create(signed(alice()), many), Error::<Test>::WrongChunkCount);
		let mut name = good.clone();
		name.name = BoundedVec::truncate_from(vec![0xff]);
		refuse!(Registry::create(signed(alice()), name), Error::<Test>::TextNotUtf8);
		let mut uri = good;
		uri.card_uri = BoundedVec::truncate_from(vec![0xc0]);
		refuse!(Registry::create(signed(alice()), uri), Error::<Test>::TextNotUtf8);
	});
}

#[test]
fn the_largest_content_is_accepted() {
	chain(|| {
		let mut largest = manifest(&[1]);
		largest.length = MAX_CONTENT_BYTES;
		largest.chunk_hashes = BoundedVec::truncate_from(vec![Default::default(); 128]);
		accept(Registry::create(signed(alice()), largest));
		assert!(held(&alice()) > 10 * u128::from(MAX_CONTENT_BYTES));
	});
}

#[test]
fn an_unknown_or_disabled_engine_is_refused() {
	chain(|| {
		let mut unknown = manifest(&content(1));
		unknown.engine = 2;
		refuse!(Registry::create(signed(alice()), unknown), Error::<Test>::UnknownEngine);
		accept(Registry::disable_engine(RuntimeOrigin::root(), 1));
		go_to(2);
		refuse!(
			Registry::create(signed(alice()), manifest(&content(1))),
			Error::<Test>::EngineIsDisabled
		);
	});
}

#[test]
fn whoever_cannot_pay_the_deposit_creates_nothing() {
	chain(|| {
		let poor = account(9);
		refuse!(
			Registry::create(signed(poor), manifest(&content(1))),
			TokenError::FundsUnavailable
		);
		refuse!(
			Registry::create(RuntimeOrigin::none(), manifest(&content(1))),
			DispatchError::BadOrigin
		);
	});
}
