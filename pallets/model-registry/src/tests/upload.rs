//! `upload_chunk`: anybody, checked against the manifest.

use super::{mock::*, refuse};
use crate::{Chunks, Error, Event};
use codec::Encode;
use opg_engine_abi::CHUNK_BYTES;
use polkadot_sdk::{sp_io, sp_runtime::DispatchError};

const CHUNK: usize = CHUNK_BYTES as usize;

#[test]
fn anybody_may_upload_in_any_order() {
	chain(|| {
		let bytes = content(2 * CHUNK + 5);
		let id = draft(&bytes);
		accept(Registry::upload_chunk(signed(bob()), id, 2, bytes[2 * CHUNK..].to_vec()));
		assert_eq!(last_event(), Event::ChunkUploaded { model: id, index: 2, missing: 2 });
		accept(Registry::upload_chunk(signed(charlie()), id, 0, bytes[..CHUNK].to_vec()));
		accept(Registry::upload_chunk(signed(alice()), id, 1, bytes[CHUNK..2 * CHUNK].to_vec()));
		assert_eq!(last_event(), Event::ChunkUploaded { model: id, index: 1, missing: 0 });
		assert_eq!(model(id).uploaded, 3);
	});
}

#[test]
fn a_chunk_lies_where_the_host_is_told() {
	chain(|| {
		let bytes = content(CHUNK + 5);
		let id = complete(&bytes);
		for (index, chunk) in (0u32..).zip(bytes.chunks(CHUNK)) {
			let mut key = Registry::chunk_prefix(id);
			key.extend(index.to_le_bytes());
			assert_eq!(Chunks::<Test>::hashed_key_for(id, index), key);
			let stored = sp_io::storage::get(&key).expect("the chunk is stored");
			assert_eq!(stored.to_vec(), chunk.to_vec().encode());
		}
	});
}

#[test]
fn a_wrong_chunk_is_refused() {
	chain(|| {
		let bytes = content(CHUNK + 5);
		let id = draft(&bytes);
		let upload = |model, index, chunk: &[u8]| {
			Registry::upload_chunk(signed(bob()), model, index, chunk.to_vec())
		};
		refuse!(upload(9, 0, &bytes[..CHUNK]), Error::<Test>::UnknownModel);
		refuse!(upload(id, 2, &bytes[CHUNK..]), Error::<Test>::ChunkOutOfRange);
		refuse!(upload(id, u32::MAX, &bytes[CHUNK..]), Error::<Test>::ChunkOutOfRange);
		refuse!(upload(id, 0, &bytes[..CHUNK - 1]), Error::<Test>::WrongChunkSize);
		refuse!(upload(id, 0, &bytes[..CHUNK + 1]), Error::<Test>::WrongChunkSize);
		refuse!(upload(id, 1, &bytes[..CHUNK]), Error::<Test>::WrongChunkSize);
		refuse!(upload(id, 1, &[]), Error::<Test>::WrongChunkSize);
		let mut forged = bytes[..CHUNK].to_vec();
		forged[7] ^= 1;
		refuse!(upload(id, 0, &forged), Error::<Test>::WrongChunkHash);
		accept(upload(id, 0, &bytes[..CHUNK]));
		refuse!(upload(id, 0, &bytes[..CHUNK]), Error::<Test>::ChunkAlreadyUploaded);
		refuse!(
			Registry::upload_chunk(RuntimeOrigin::none(), id, 1, bytes[CHUNK..].to_vec()),
			DispatchError::BadOrigin
		);
	});
}

#[test]
fn only_a_draft_takes_chunks() {
	chain(|| {
		let bytes = content(5);
		let id = draft(&bytes);
		accept(Registry::retire(signed(alice()), id));
		refuse!(Registry::upload_chunk(signed(bob()), id, 0, bytes), Error::<Test>::WrongStatus);
	});
}
