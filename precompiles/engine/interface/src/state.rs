//! Chunks in state as the engine's executor reads them.

use codec::Decode;
use opg_engine_abi::{hash::keccak256, request::chunk_key, RunFault};
use opg_engine_host::{ContentSource, Outcome};
use polkadot_sdk::sp_externalities::Externalities;
use std::{cell::RefCell, panic::resume_unwind};

/// The state of one call. Engine and model are read from it in turns.
pub(crate) struct Shared<'a>(RefCell<&'a mut dyn Externalities>);

/// One content in state.
pub(crate) struct Content<'s, 'a> {
	state: &'s Shared<'a>,
	prefix: &'s [u8],
}

impl<'a> Shared<'a> {
	pub(crate) fn new(externalities: &'a mut dyn Externalities) -> Self {
		Self(RefCell::new(externalities))
	}

	/// The content whose chunks lie at `prefix ++ index`.
	pub(crate) fn content<'s>(&'s self, prefix: &'s [u8]) -> Content<'s, 'a> {
		Content { state: self, prefix }
	}
}

impl ContentSource for Content<'_, '_> {
	fn chunk(&mut self, index: u32) -> Option<Vec<u8>> {
		self.state.0.borrow_mut().storage(&chunk_key(self.prefix, index)).map(chunk_of_value)
	}

	fn chunk_digest(&mut self, index: u32) -> Option<[u8; 32]> {
		let key = chunk_key(self.prefix, index);
		let mut state = self.state.0.borrow_mut();
		// The state trie holds large values by hash, so this doesn't read the chunk. The hash is
		// blake2-256 in this chain; with a hasher of another length the value itself is hashed.
		match <[u8; 32]>::try_from(state.storage_hash(&key)?) {
			Ok(hash) => Some(hash),
			Err(_) => state.storage(&key).map(|value| keccak256(&value)),
		}
	}
}

/// The bytes of a chunk out of the value that state holds, their SCALE encoding. For sources of a
/// node's own, which read state through the client.
///
/// A value that is no such encoding gives no bytes: no chunk is empty, so the executor refuses it as
/// one of the wrong length, on every node alike.
pub fn chunk_of_value(mut value: Vec<u8>) -> Vec<u8> {
	let mut rest = &value[..];
	let len = codec::Compact::<u32>::decode(&mut rest).ok().map(|len| len.0 as usize);
	if len != Some(rest.len()) {
		return Vec::new();
	}
	let head = value.len().saturating_sub(rest.len());
	value.drain(..head);
	value
}

/// The result for the runtime. A failure of the node is none: see the crate's documentation.
pub(crate) fn answer<T>(what: &str, outcome: Outcome<T>) -> Result<T, RunFault> {
	match outcome {
		Ok(result) => result.map_err(|detailed| detailed.fault),
		// Nothing that the operator must see, and anybody can ask for it as often as they like: it
		// unwinds without the panic hook, which would print a report with a backtrace each time.
		Err(failure) if failure.is_refusal() => {
			log::debug!(target: "engine", "engine {what} for RPC is turned away: {failure}");
			resume_unwind(Box::new(failure.to_string()))
		},
		Err(failure) => {
			log::error!(target: "engine", "engine {what} failed on this node: {failure}");
			panic!("engine {what} failed on this node: {failure}");
		},
	}
}
