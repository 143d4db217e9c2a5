//! Engines in the chain specification.

use super::mock::*;
use crate::{genesis, Chunks, Engines, Models};
use opg_engine_abi::CHUNK_BYTES;

#[test]
fn an_engine_lies_in_chunks_like_an_upload() {
	chain(|| {
		let engine = Engines::<Test>::get(1).expect("version 1 is there");
		let artefact = opg_engine_blob::latest();
		assert_eq!(engine.hash.0, artefact.hash);
		assert_eq!((engine.profile, engine.raw_len), (artefact.profile, artefact.raw_len));
		assert_eq!(engine.stored_len as usize, artefact.compressed.len());
		assert!(engine.is_callable(1));
		assert!(!Models::<Test>::contains_key(engine.content));
		let mut stored = Vec::new();
		for index in 0..engine.engine_ref().chunks() {
			let chunk = Chunks::<Test>::get(engine.content, index).expect("the chunk is there");
			assert!(chunk.len() <= CHUNK_BYTES as usize);
			stored.extend_from_slice(&chunk);
		}
		assert_eq!(stored, artefact.compressed);
	});
}

#[test]
#[should_panic(expected = "engine versions start at 1 and have no gaps")]
fn a_gap_between_versions_stops_the_chain_from_starting() {
	chain(|| {
		let mut engine = genesis_engine();
		engine.version = 2;
		genesis::build::<Test>(&[engine]);
	});
}

#[test]
#[should_panic(expected = "an engine has bytes")]
fn an_empty_engine_stops_the_chain_from_starting() {
	chain(|| {
		let mut engine = genesis_engine();
		engine.compressed.clear();
		genesis::build::<Test>(&[engine]);
	});
}
