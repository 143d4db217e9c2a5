//! Engines in the chain specification: the compressed wasm as one hex string, split into chunks
//! like an upload.

use crate::{
	engines::genesis_content,
	pallet::*,
	types::{Chunk, EngineInfo, EngineVersion, MAX_CONTENT_BYTES},
};
use alloc::vec::Vec;
use opg_engine_abi::CHUNK_BYTES;
use polkadot_sdk::{
	frame_system,
	sp_core::{self, H256},
};

/// An engine that the chain starts with, callable from the first block on.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GenesisEngine {
	/// Version: 1 for the first, then without gaps.
	pub version: EngineVersion,
	/// Number of its numeric profile.
	pub profile: u32,
	/// keccak-256 of the raw wasm.
	pub raw_hash: H256,
	/// Bytes of the raw wasm.
	pub raw_len: u32,
	/// The wasm, compressed with zstd; `0x…` in JSON.
	#[serde(with = "sp_core::bytes")]
	pub compressed: Vec<u8>,
}

/// Writes the engines into state. The host checks the bytes against `raw_hash` when it compiles
/// them; the runtime can't decompress.
///
/// Panics on a specification that contradicts itself: such a chain must not start.
pub(crate) fn build<T: Config>(engines: &[GenesisEngine]) {
	let now = frame_system::Pallet::<T>::block_number();
	let mut expected: EngineVersion = 1;
	for engine in engines {
		assert_eq!(engine.version, expected, "engine versions start at 1 and have no gaps");
		expected = expected.saturating_add(1);
		assert!(!engine.compressed.is_empty(), "an engine has bytes");
		assert!(
			engine.compressed.len() <= MAX_CONTENT_BYTES as usize,
			"an engine is at most as long as a model"
		);
		let content = genesis_content(engine.version);
		assert!(Pallet::<T>::is_genesis_content(content), "too many engines");
		for (index, bytes) in engine.compressed.chunks(CHUNK_BYTES as usize).enumerate() {
			// `chunks` gives at most CHUNK_BYTES, the bound of the type.
			Chunks::<T>::insert(content, index as u32, Chunk::truncate_from(bytes.to_vec()));
		}
		Engines::<T>::insert(
			engine.version,
			EngineInfo {
				content,
				hash: engine.raw_hash,
				profile: engine.profile,
				raw_len: engine.raw_len,
				stored_len: engine.compressed.len() as u32,
				callable_from: now,
				disabled_from: None,
			},
		);
		CurrentEngine::<T>::put(engine.version);
	}
}
