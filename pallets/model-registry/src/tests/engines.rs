//! `set_engine` and `disable_engine`.

use super::{mock::*, refuse};
use crate::{CurrentEngine, Engines, Error, Event, ModelId, ModelStatus, NotCallable};
use opg_engine_abi::{hash::keccak256, ErrorCode};
use polkadot_sdk::{
	frame_support::{assert_err, dispatch::DispatchResult},
	sp_runtime::DispatchError,
};

/// The committed engine, uploaded by Alice.
pub(super) fn upload() -> ModelId {
	complete(opg_engine_blob::latest().compressed)
}

pub(super) fn set(version: u32, upload: ModelId) -> DispatchResult {
	let engine = opg_engine_blob::latest();
	let hash = engine.hash.into();
	Registry::set_engine(
		RuntimeOrigin::root(),
		version,
		upload,
		hash,
		engine.raw_len,
		engine.profile,
	)
}

/// One zstd frame of a short content, stored raw: RFC 8878, 3.1.1.
fn zstd_raw(bytes: &[u8]) -> Vec<u8> {
	let len = u8::try_from(bytes.len()).expect("a short content");
	let block = (u32::from(len) << 3 | 1).to_le_bytes();
	let mut frame = vec![0x28, 0xb5, 0x2f, 0xfd, 0x20, len];
	frame.extend_from_slice(&block[..3]);
	frame.extend_from_slice(bytes);
	frame
}

#[test]
fn a_complete_upload_becomes_the_next_version() {
	chain(|| {
		let id = upload();
		let before = Balances::free_balance(alice());
		let deposit = model(id).deposit;
		accept(set(2, id));
		let engine = opg_engine_blob::latest();
		assert_eq!(
			last_event(),
			Event::EngineSet {
				version: 2,
				content: id,
				hash: engine.hash.into(),
				profile: engine.profile,
				callable_from: 4,
			}
		);
		assert_eq!(CurrentEngine::<Test>::get(), 2);
		assert_eq!(Engines::<Test>::get(2).map(|e| (e.content, e.callable_from)), Some((id, 4)));
		// It belongs to everybody now: no deposit, no owner's rights, never reaped.
		assert_eq!(model(id).status, ModelStatus::Engine);
		assert_eq!(Balances::free_balance(alice()), before + deposit);
		refuse!(Registry::retire(signed(alice()), id), Error::<Test>::WrongStatus);
		refuse!(Registry::transfer(signed(alice()), id, bob()), Error::<Test>::WrongStatus);
		refuse!(Registry::set_price(signed(alice()), id, 1), Error::<Test>::WrongStatus);
		refuse!(set(3, id), Error::<Test>::WrongStatus);
		go_to(200);
		refuse!(Registry::reap(signed(alice()), id), Error::<Test>::NotReapable);
	});
}

#[test]
fn versions_coexist_and_a_new_one_is_callable_after_the_delay() {
	chain(|| {
		let old = active("affine");
		accept(set(2, upload()));
		let bytes = file("affine");
		let mut newer = manifest(&bytes);
		newer.engine = 2;
		let id = crate::NextModelId::<Test>::get();
		accept(Registry::create(signed(alice()), newer));
		accept(Registry::upload_chunk(signed(bob()), id, 0, bytes));
		assert_err!(
			activate(id, 0, vec![], FUEL).map_err(|failed| failed.error),
			Error::<Test>::EngineNotCallable
		);
		go_to(4);
		accept(activate(id, 0, vec![], FUEL));
		assert_eq!(model(id).costs, model(old).costs);
		assert!(Registry::callable(old).is_ok());
	});
}

#[test]
fn only_the_engine_origin_and_only_in_order() {
	chain(|| {
		let id = upload();
		let engine = opg_engine_blob::latest();
		refuse!(
			Registry::set_engine(
				signed(alice()),
				2,
				id,
				engine.hash.into(),
				engine.raw_len,
				engine.profile
			),
			DispatchError::BadOrigin
		);
		refuse!(set(1, id), Error::<Test>::WrongEngineVersion);
		refuse!(set(3, id), Error::<Test>::WrongEngineVersion);
		refuse!(set(2, id + 1), Error::<Test>::UnknownModel);
		let incomplete = draft(&content(7));
		refuse!(set(2, incomplete), Error::<Test>::UploadIncomplete);
		let model = active("affine");
		refuse!(set(2, model), Error::<Test>::WrongStatus);
	});
}

#[test]
fn an_invalid_engine_is_refused() {
	chain(|| {
		let set = |bytes: &[u8], wasm: &[u8]| {
			Registry::set_engine(
				RuntimeOrigin::root(),
				2,
				complete(bytes),
				keccak256(wasm).into(),
				wasm.len() as u32,
				1,
			)
		};
		let invalid = |result: DispatchResult| {
			check();
			let codes = [ErrorCode::EngineInvalid, ErrorCode::StateMismatch];
			assert!(codes.iter().any(|code| result == Err(refused(*code).into())), "{result:?}");
		};
		// No zstd frame, no wasm, an empty module, and one with an import.
		invalid(set(&content(100), &content(100)));
		invalid(set(&zstd_raw(b"hello"), b"hello"));
		let empty = b"\0asm\x01\0\0\0";
		invalid(set(&zstd_raw(empty), empty));
		let mut import = empty.to_vec();
		import.extend_from_slice(&[1, 4, 1, 0x60, 0, 0, 2, 7, 1, 1, b'e', 1, b'f', 0, 0]);
		invalid(set(&zstd_raw(&import), &import));
		// A good engine under another hash or length.
		let engine = opg_engine_blob::latest();
		let id = upload();
		let set = |hash: [u8; 32], raw_len| {
			Registry::set_engine(RuntimeOrigin::root(), 2, id, hash.into(), raw_len, 1)
		};
		invalid(set([7; 32], engine.raw_len));
		invalid(set(engine.hash, engine.raw_len - 1));
		invalid(set(engine.hash, engine.raw_len + 1));
	});
}

#[test]
fn a_disabled_engine_stops_in_the_next_block() {
	chain(|| {
		let id = active("affine");
		refuse!(Registry::disable_engine(signed(alice()), 1), DispatchError::BadOrigin);
		refuse!(Registry::disable_engine(RuntimeOrigin::root(), 2), Error::<Test>::UnknownEngine);
		accept(Registry::disable_engine(RuntimeOrigin::root(), 1));
		assert_eq!(last_event(), Event::EngineDisabled { version: 1, from: 2 });
		assert!(Registry::callable(id).is_ok());
		refuse!(
			Registry::disable_engine(RuntimeOrigin::root(), 1),
			Error::<Test>::EngineIsDisabled
		);
		go_to(2);
		assert_eq!(Registry::callable(id).err(), Some(NotCallable::EngineUnavailable));
		assert_eq!(Registry::model_view(id).map(|view| view.callable), Some(false));
	});
}
