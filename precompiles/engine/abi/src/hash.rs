//! The hashes that name models, inputs, outputs, results and receipts.
//!
//! All are keccak-256, so that a Solidity contract and any Ethereum library can recompute them.

use crate::{limits::CHUNK_BYTES, tensor::Tensor};
use alloc::vec::Vec;
use codec::Encode;
use sha3::{Digest, Keccak256};

/// keccak-256.
pub fn keccak256(data: &[u8]) -> [u8; 32] {
	Keccak256::digest(data).into()
}

/// Content root of a model or of an engine's stored bytes:
/// `keccak256(0x00 ‖ length u64 LE ‖ chunk size u32 LE ‖ keccak256(chunk 0) ‖ …)`.
pub fn content_root<'a>(
	length: u64,
	chunk_hashes: impl IntoIterator<Item = &'a [u8; 32]>,
) -> [u8; 32] {
	let mut hasher = Keccak256::new();
	hasher.update([0u8]);
	hasher.update(length.to_le_bytes());
	hasher.update(CHUNK_BYTES.to_le_bytes());
	for hash in chunk_hashes {
		hasher.update(hash);
	}
	hasher.finalize().into()
}

/// Hashes of the chunks of these bytes, in order.
pub fn chunk_hashes(bytes: &[u8]) -> Vec<[u8; 32]> {
	bytes.chunks(CHUNK_BYTES as usize).map(keccak256).collect()
}

/// Number of chunks of a content of that length.
pub const fn chunk_count(length: u64) -> u64 {
	length.div_ceil(CHUNK_BYTES as u64)
}

/// Content root of these bytes.
pub fn content_root_of(bytes: &[u8]) -> [u8; 32] {
	content_root(bytes.len() as u64, &chunk_hashes(bytes))
}

/// Hash of a run's inputs or outputs: keccak-256 of the SCALE encoding of `Vec<Tensor>`.
pub fn tensors_hash(tensors: &[Tensor]) -> [u8; 32] {
	keccak256(&tensors.encode())
}

/// `keccak256(abi.encode(tag, word, …))` for static words, as Solidity computes it: the tag is a
/// dynamic `string`, so its head is an offset and its text comes last (Contract ABI specification,
/// "Use of Dynamic Types").
fn tagged(tag: &str, words: &[[u8; 32]]) -> [u8; 32] {
	let mut hasher = Keccak256::new();
	let head = 32 * (words.len() as u64 + 1);
	hasher.update(word_u128(u128::from(head)));
	for word in words {
		hasher.update(word);
	}
	hasher.update(word_u128(tag.len() as u128));
	hasher.update(tag.as_bytes());
	let padding = (32 - tag.len() % 32) % 32;
	hasher.update(&[0u8; 32][..padding]);
	hasher.finalize().into()
}

/// A Solidity `uint` word.
pub fn word_u128(value: u128) -> [u8; 32] {
	let mut word = [0u8; 32];
	let (_, low) = word.split_at_mut(16);
	low.copy_from_slice(&value.to_be_bytes());
	word
}

/// What a result is made of. Anyone with the engine, the model and the input recomputes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResultParts {
	/// keccak-256 of the engine's raw wasm.
	pub engine_hash: [u8; 32],
	/// Number of the numeric profile.
	pub profile: u32,
	/// Content root of the model.
	pub model_root: [u8; 32],
	/// [`tensors_hash`] of the inputs.
	pub input_hash: [u8; 32],
	/// [`tensors_hash`] of the outputs.
	pub output_hash: [u8; 32],
}

impl ResultParts {
	/// `keccak256(abi.encode("OPG.result.1", engineHash, profile, modelRoot, inputHash,
	/// outputHash))` with types `(string, bytes32, uint32, bytes32, bytes32, bytes32)`.
	pub fn id(&self) -> [u8; 32] {
		tagged(
			"OPG.result.1",
			&[
				self.engine_hash,
				word_u128(u128::from(self.profile)),
				self.model_root,
				self.input_hash,
				self.output_hash,
			],
		)
	}
}

/// What a receipt is made of. Unlike a result it is unique: it names the place in the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReceiptParts {
	/// Hash of the chain's genesis block.
	pub genesis_hash: [u8; 32],
	/// Number of the block.
	pub block: u64,
	/// Position among the block's successful inferences, from 0.
	pub index: u32,
	/// Account that made the call (AccountId32; an Ethereum address is padded with 12 × 0xEE).
	pub caller: [u8; 32],
	/// Account that paid the price.
	pub payer: [u8; 32],
	/// Model.
	pub model_id: u32,
	/// [`ResultParts::id`].
	pub result_id: [u8; 32],
	/// Fuel of the run.
	pub fuel: u64,
	/// Price of the model, OPG base units.
	pub price: u128,
	/// Part of the price that went to the protocol, OPG base units.
	pub protocol_share: u128,
}

impl ReceiptParts {
	/// `keccak256(abi.encode("OPG.receipt.1", genesisHash, block, index, caller, payer, modelId,
	/// resultId, fuel, price, protocolShare))` with types `(string, bytes32, uint64, uint32,
	/// bytes32, bytes32, uint32, bytes32, uint64, uint256, uint256)`.
	pub fn id(&self) -> [u8; 32] {
		tagged(
			"OPG.receipt.1",
			&[
				self.genesis_hash,
				word_u128(u128::from(self.block)),
				word_u128(u128::from(self.index)),
				self.caller,
				self.payer,
				word_u128(u128::from(self.model_id)),
				self.result_id,
				word_u128(u128::from(self.fuel)),
				word_u128(self.price),
				word_u128(self.protocol_share),
			],
		)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::tensor::DType;
	use alloc::vec;

	#[test]
	fn keccak_is_ethereums() {
		// keccak256("") as in the Ethereum yellow paper, appendix on trie constants.
		assert_eq!(keccak256(b"")[..4], [0xc5, 0xd2, 0x46, 0x01]);
	}

	#[test]
	fn roots_bind_length_and_chunks() {
		let a = vec![1u8; CHUNK_BYTES as usize + 1];
		assert_eq!(chunk_hashes(&a).len(), 2);
		assert_eq!(chunk_count(a.len() as u64), 2);
		let mut b = a.clone();
		b.push(1);
		assert_ne!(content_root_of(&a), content_root_of(&b));
		assert_ne!(content_root_of(&[]), content_root_of(&[0]));
		assert_eq!(chunk_count(0), 0);
		assert_eq!(chunk_count(u64::from(CHUNK_BYTES)), 1);
	}

	#[test]
	fn ids_change_with_every_part() {
		let parts = ResultParts {
			engine_hash: [1; 32],
			profile: 1,
			model_root: [2; 32],
			input_hash: tensors_hash(&[Tensor {
				dtype: DType::Int8,
				shape: vec![1],
				data: vec![7],
			}]),
			output_hash: tensors_hash(&[]),
		};
		let id = parts.id();
		assert_ne!(id, ResultParts { profile: 2, ..parts }.id());
		assert_ne!(id, ResultParts { engine_hash: [3; 32], ..parts }.id());
		assert_ne!(id, ResultParts { output_hash: [3; 32], ..parts }.id());
		let receipt = ReceiptParts {
			genesis_hash: [0; 32],
			block: 1,
			index: 0,
			caller: [4; 32],
			payer: [4; 32],
			model_id: 1,
			result_id: id,
			fuel: 5,
			price: 6,
			protocol_share: 0,
		};
		assert_ne!(receipt.id(), ReceiptParts { index: 1, ..receipt }.id());
		assert_ne!(receipt.id(), ReceiptParts { price: 7, ..receipt }.id());
	}
}
