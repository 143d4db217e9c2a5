//! The released engines.
//!
//! An engine is WebAssembly that a chain stores and identifies by keccak-256 of its raw bytes.
//! Another compiler gives other bytes, so the blobs are committed and ordinary builds don't compile
//! the guest; `scripts/engine build` makes them, `scripts/engine verify` reproduces them. Versions
//! are append-only: a chain may still run models with every one of them.

mod record;

/// A released engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EngineArtefact {
	/// Number of the version, from 1.
	pub version: u32,
	/// Number of its numeric profile: how hosts must execute it.
	pub profile: u32,
	/// keccak-256 of the raw wasm.
	pub hash: [u8; 32],
	/// Bytes of the raw wasm.
	pub raw_len: u32,
	/// The wasm as chains store it: one zstd frame.
	pub compressed: &'static [u8],
	/// Hash of the guest's sources (`scripts/engine source-hash`), hexadecimal.
	pub source_hash: &'static str,
}

const RECORD_V1: &str = include_str!("../engine-v1.json");

/// Version 1.
pub const ENGINE_V1: EngineArtefact = EngineArtefact {
	version: record::number(RECORD_V1, "version"),
	profile: record::number(RECORD_V1, "profile"),
	hash: record::hash(RECORD_V1, "hash"),
	raw_len: record::number(RECORD_V1, "raw_len"),
	compressed: include_bytes!("../engine-v1.wasm.zst"),
	source_hash: record::text(RECORD_V1, "source_hash"),
};

/// The newest version.
pub fn latest() -> &'static EngineArtefact {
	&ENGINE_V1
}

impl EngineArtefact {
	/// The raw wasm.
	///
	/// # Panics
	///
	/// When the committed blob is damaged.
	pub fn wasm(&self) -> Vec<u8> {
		// Blob and record were written together, and a test decompresses every version.
		zstd::bulk::decompress(self.compressed, self.raw_len as usize)
			.expect("a committed blob is one zstd frame of the recorded length; qed")
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use opg_engine_abi::hash::keccak256;

	#[test]
	fn blob_and_record_agree() {
		let engine = latest();
		assert_eq!((engine.version, engine.profile), (1, 1));
		let wasm = engine.wasm();
		assert_eq!(wasm.len(), engine.raw_len as usize);
		assert_eq!(keccak256(&wasm), engine.hash);
		assert!(wasm.starts_with(b"\0asm\x01\0\0\0"));
	}

	#[test]
	fn an_engine_fits_the_chain() {
		const { assert!(ENGINE_V1.raw_len <= 16 * 1024 * 1024) };
		assert_eq!(ENGINE_V1.source_hash.len(), 64);
	}
}
