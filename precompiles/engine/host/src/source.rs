//! Where the bytes of engines and models come from, and how they are verified.

use crate::{failure::Detailed, profile::MAX_ENGINE_BYTES};
use opg_engine_abi::{
	hash::{content_root, keccak256},
	EngineRef, ErrorCode, ModelRef, CHUNK_BYTES,
};

/// Content in chunks of [`CHUNK_BYTES`], the last one shorter.
pub trait ContentSource {
	/// The bytes of a chunk; `None` when it isn't there.
	fn chunk(&mut self, index: u32) -> Option<Vec<u8>>;

	/// A digest of the chunk that [`Self::chunk`] would give, without reading it if possible; `None`
	/// when it isn't there. It must be collision-resistant; a node gives the blake2-256 that the
	/// state trie holds. Digests of two sources are compared with each other, so a source of another
	/// kind only costs a second verification.
	fn chunk_digest(&mut self, index: u32) -> Option<[u8; 32]>;
}

/// Digests of the chunks of a verified content.
pub(crate) type Digests = Vec<[u8; 32]>;

/// Bytes in memory as a source, for files and tests. Digests are keccak-256, computed once.
pub struct MemorySource<'a> {
	bytes: &'a [u8],
	digests: Vec<Option<[u8; 32]>>,
}

impl<'a> MemorySource<'a> {
	/// Chunks these bytes.
	pub fn new(bytes: &'a [u8]) -> Self {
		let chunks = bytes.len().div_ceil(CHUNK_BYTES as usize);
		Self { bytes, digests: vec![None; chunks] }
	}

	fn slice(&self, index: u32) -> Option<&'a [u8]> {
		self.bytes.chunks(CHUNK_BYTES as usize).nth(index as usize)
	}
}

impl ContentSource for MemorySource<'_> {
	fn chunk(&mut self, index: u32) -> Option<Vec<u8>> {
		self.slice(index).map(<[u8]>::to_vec)
	}

	fn chunk_digest(&mut self, index: u32) -> Option<[u8; 32]> {
		let chunk = self.slice(index)?;
		let digest = self.digests.get_mut(index as usize)?;
		Some(*digest.get_or_insert_with(|| keccak256(chunk)))
	}
}

/// Whether the source still holds what was verified when these digests were taken.
pub(crate) fn unchanged(source: &mut dyn ContentSource, verified: &Digests) -> bool {
	(0u32..).zip(verified).all(|(index, digest)| source.chunk_digest(index) == Some(*digest))
}

/// Content that was read, with its digests.
struct Content {
	bytes: Vec<u8>,
	digests: Digests,
}

/// Reads `len` bytes. The faults are those of a missing chunk and of one with the wrong length.
fn read(source: &mut dyn ContentSource, len: u32) -> Result<Content, Detailed> {
	let mut bytes = Vec::with_capacity(len as usize);
	let chunks = len.div_ceil(CHUNK_BYTES);
	let mut digests = Vec::with_capacity(chunks as usize);
	let mut rest = len;
	for index in 0..chunks {
		let missing = || Detailed::free(ErrorCode::StateMissing, &[u64::from(index)]);
		let expected = rest.min(CHUNK_BYTES);
		let chunk = source.chunk(index).ok_or_else(missing)?;
		if chunk.len() != expected as usize {
			return Err(mismatch(index));
		}
		digests.push(source.chunk_digest(index).ok_or_else(missing)?);
		bytes.extend_from_slice(&chunk);
		rest = rest.saturating_sub(expected);
	}
	Ok(Content { bytes, digests })
}

/// The fault of a content that isn't what it should be. `chunk` is the first one that shows it; the
/// number of chunks when only the whole does.
fn mismatch(chunk: u32) -> Detailed {
	Detailed::free(ErrorCode::StateMismatch, &[u64::from(chunk)])
}

/// Reads an engine, decompresses it and checks length and hash.
pub(crate) fn read_engine(
	source: &mut dyn ContentSource,
	engine: &EngineRef,
) -> Result<(Vec<u8>, Digests), Detailed> {
	// zstd never makes a blob of that size longer by more than a few bytes a block; a bound before
	// anything is read or allocated.
	if engine.raw_len > MAX_ENGINE_BYTES || engine.stored_len > MAX_ENGINE_BYTES {
		return Err(crate::validate::Reason::TooLarge.fault());
	}
	let content = read(source, engine.stored_len)?;
	// Never allocates more than `raw_len` bytes; longer content is an error.
	let raw = zstd::bulk::decompress(&content.bytes, engine.raw_len as usize)
		.map_err(|_| mismatch(engine.chunks()))?;
	if raw.len() != engine.raw_len as usize || keccak256(&raw) != engine.hash {
		return Err(mismatch(engine.chunks()));
	}
	Ok((raw, content.digests))
}

/// Reads a model and checks its root. The caller has checked that it isn't too long.
pub(crate) fn read_model(
	source: &mut dyn ContentSource,
	model: &ModelRef,
) -> Result<(Vec<u8>, Digests), Detailed> {
	let content = read(source, model.len)?;
	let hashes = opg_engine_abi::hash::chunk_hashes(&content.bytes);
	if content_root(u64::from(model.len), &hashes) != model.root {
		return Err(mismatch(model.chunks()));
	}
	Ok((content.bytes, content.digests))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn memory_is_chunked() {
		let bytes = vec![3u8; CHUNK_BYTES as usize + 5];
		let mut source = MemorySource::new(&bytes);
		assert_eq!(source.chunk(0).map(|c| c.len()), Some(CHUNK_BYTES as usize));
		assert_eq!(source.chunk(1).map(|c| c.len()), Some(5));
		assert_eq!(source.chunk(2), None);
		assert_eq!(source.chunk_digest(1), Some(keccak256(&[3; 5])));
		assert_eq!(source.chunk_digest(2), None);
	}
}
