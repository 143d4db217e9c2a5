//! Metadata of the OPG runtime under the name of the package that the build script of
//! `pallet-revive-eth-rpc` asks for metadata.
//!
//! It is part of the metadata only: the pallets and runtime APIs that the server uses.
//! `runtime/tests/ethereum_rpc.rs` compares it with the runtime's.

/// Metadata, SCALE-encoded with its prefix `meta`.
pub const METADATA: &[u8] = include_bytes!("../metadata.scale");

/// What the build script takes for a runtime.
pub struct Runtime;

impl Runtime {
	/// Metadata in a version of its format: 16 is what there is.
	pub fn metadata_at_version(version: u32) -> Option<Vec<u8>> {
		(version == 16).then(|| METADATA.to_vec())
	}
}
