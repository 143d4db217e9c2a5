//! What the runtime asks of the engine: which engine, which model, under which limits.
//!
//! An engine and a model are named by digests, never by an id: ids differ between forks, and a
//! node's caches must not care where the bytes came from. Where the bytes lie is told apart from
//! what they must be: the `*_prefix` fields are storage key prefixes, and the key of chunk `i` is
//! `prefix ++ i.to_le_bytes()` (`i` as `u32`).

use crate::limits::{Limits, CHUNK_BYTES};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// An engine: the WebAssembly blob and the numeric profile it runs under.
///
/// In state the blob lies zstd-compressed in chunks of [`CHUNK_BYTES`]; its identity is the hash of
/// the uncompressed bytes, so how it was compressed doesn't matter.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Hash,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct EngineRef {
	/// keccak-256 of the raw (uncompressed) WebAssembly.
	pub hash: [u8; 32],
	/// Number of the numeric profile.
	pub profile: u32,
	/// Bytes of the raw WebAssembly.
	pub raw_len: u32,
	/// Bytes as stored, compressed.
	pub stored_len: u32,
}

impl EngineRef {
	/// Chunks of the stored bytes.
	pub const fn chunks(&self) -> u32 {
		self.stored_len.div_ceil(CHUNK_BYTES)
	}
}

/// A model: the content root and length of its ONNX file.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Hash,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct ModelRef {
	/// [`crate::hash::content_root`] of the file.
	pub root: [u8; 32],
	/// Bytes of the file.
	pub len: u32,
}

impl ModelRef {
	/// Chunks of the file.
	pub const fn chunks(&self) -> u32 {
		self.len.div_ceil(CHUNK_BYTES)
	}
}

/// What making a prepared image costs, in fuel: work of the host that the guest's fuel doesn't see.
#[derive(
	Clone,
	Copy,
	Debug,
	Default,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct ImageFuel {
	/// For each WebAssembly page (64 KiB) of memory, which is compared.
	pub memory_page: u64,
	/// For each changed page (4 KiB), which is hashed and kept.
	pub changed_page: u64,
}

/// A request to load a model: analyse it, measure the fuel, take the prepared image.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct LoadRequest {
	/// Engine to load it with.
	pub engine: EngineRef,
	/// Storage key prefix of the engine's chunks.
	pub engine_prefix: Vec<u8>,
	/// Model to load.
	pub model: ModelRef,
	/// Storage key prefix of the model's chunks.
	pub model_prefix: Vec<u8>,
	/// Bounds that the load is held to.
	pub limits: Limits,
	/// Fuel that the load, at most [`Limits::load_fuel`], and its image may use together. Work stops
	/// where it ends.
	pub max_fuel: u64,
	/// What the image is counted with.
	pub image_fuel: ImageFuel,
}

/// A request to run a model that was loaded before.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct RunRequest {
	/// Engine that the model was loaded with.
	pub engine: EngineRef,
	/// Storage key prefix of the engine's chunks.
	pub engine_prefix: Vec<u8>,
	/// Model to run.
	pub model: ModelRef,
	/// Storage key prefix of the model's chunks.
	pub model_prefix: Vec<u8>,
	/// Bounds that it was loaded with.
	pub limits: Limits,
	/// Fuel that the load used, as [`crate::LoadReport`] said. A node that has to load the model
	/// again compares.
	pub load_fuel: u64,
	/// Hash of the prepared image, as [`crate::LoadReport`] said. A node that has to load the model
	/// again compares, so that one whose engine computes something else stops instead of forking.
	pub image_hash: [u8; 32],
	/// Fuel that the run may use; [`Limits::run_fuel`] when that is less.
	pub run_limit: u64,
}

/// Storage key of a chunk: `prefix ++ index.to_le_bytes()`. The value there is the SCALE encoding of
/// the chunk's bytes as `Vec<u8>`.
pub fn chunk_key(prefix: &[u8], index: u32) -> Vec<u8> {
	let mut key = Vec::with_capacity(prefix.len().saturating_add(4));
	key.extend_from_slice(prefix);
	key.extend_from_slice(&index.to_le_bytes());
	key
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn keys_end_with_the_index() {
		assert_eq!(chunk_key(&[7, 8], 0x0102), [7, 8, 2, 1, 0, 0]);
	}

	#[test]
	fn chunks_are_counted_up() {
		let model = |len| ModelRef { root: [0; 32], len };
		assert_eq!(model(0).chunks(), 0);
		assert_eq!(model(1).chunks(), 1);
		assert_eq!(model(CHUNK_BYTES).chunks(), 1);
		assert_eq!(model(CHUNK_BYTES + 1).chunks(), 2);
		assert_eq!(model(u32::MAX).chunks(), 8192);
		let engine = EngineRef { hash: [0; 32], profile: 1, raw_len: 1, stored_len: CHUNK_BYTES };
		assert_eq!(engine.chunks(), 1);
	}
}
