//! The Merkle root over a block's receipts: how it is made, and how a receipt is proved by it.
//!
//! - The leaves are the ids of the block's receipts, in their order. The hash of a leaf is the
//!   keccak-256 of its 32 bytes.
//! - A node is the keccak-256 of its two children, left and right, one after the other.
//! - A row with an odd number of nodes passes the last one up as it is.
//! - The root of a single receipt is the hash of its leaf.
//!
//! This is the tree of the SDK's `binary-merkle-tree`. No leaf can pass for a node: what is hashed
//! for a leaf has 32 bytes, for a node 64, and whoever verifies a receipt makes its id himself, from
//! its fields.
//!
//! The root is made when the block is finalised, from the list that its calls made; every `infer`
//! is charged for its own leaf and node, so that a block pays for the receipts it has and not for
//! the most it could have. It is kept as long as the receipts are, and stands in the block's header
//! for good, as the digest item `Consensus("opgr", root)`: a light client checks a receipt with the
//! header alone. A block without receipts has no root.

use crate::{pallet::*, types::ReceiptProof, ReceiptProofOf};
use alloc::vec::Vec;
use polkadot_sdk::{
	binary_merkle_tree::{merkle_proof, merkle_root},
	frame_system::{self, pallet_prelude::BlockNumberFor},
	sp_core::H256,
	sp_io::hashing::keccak_256,
	sp_runtime::{traits::Keccak256, ConsensusEngineId, DigestItem},
};

/// Names the digest item that holds the root.
pub const DIGEST_ID: ConsensusEngineId = *b"opgr";

/// Root over these ids; zeros for none.
pub fn root(ids: &[H256]) -> H256 {
	merkle_root::<Keccak256, _>(ids)
}

/// The nodes that lead from the leaf at `index` to the root, the lowest first; `None` when there
/// is no such leaf.
pub fn prove(ids: &[H256], index: u32) -> Option<Vec<H256>> {
	// The SDK's function panics on such an index.
	if index as usize >= ids.len() {
		return None;
	}
	Some(merkle_proof::<Keccak256, _, _>(ids, index).proof)
}

/// Whether the receipt `id` is the leaf at `index` of the `count` under `root`. The proof must have
/// exactly the nodes that such a leaf has.
pub fn verifies(root: H256, id: H256, index: u32, count: u32, proof: &[H256]) -> bool {
	if index >= count {
		return false;
	}
	let (mut index, mut count) = (index, count);
	let mut proof = proof.iter();
	let mut node = keccak_256(&id.0);
	while count > 1 {
		// The last node of an odd row has no sibling.
		let alone = index % 2 == 0 && index.saturating_add(1) == count;
		if !alone {
			let Some(sibling) = proof.next() else { return false };
			let (left, right) = if index % 2 == 0 { (node, sibling.0) } else { (sibling.0, node) };
			node = keccak_256(&[left, right].concat());
		}
		index /= 2;
		count = count.div_ceil(2);
	}
	proof.next().is_none() && H256(node) == root
}

impl<T: Config> Pallet<T> {
	/// Makes the root of the block that ends, and puts it in the state and the header.
	pub(crate) fn close_receipts(now: BlockNumberFor<T>) {
		let ids = ReceiptsOf::<T>::get(now);
		if ids.is_empty() {
			return;
		}
		let root = root(&ids);
		ReceiptRoots::<T>::insert(now, root);
		let item = DigestItem::Consensus(DIGEST_ID, root.as_bytes().to_vec());
		frame_system::Pallet::<T>::deposit_log(item);
	}

	/// Root of a block, while its receipts are kept; `None` for a block without receipts and for the
	/// one that isn't finalised yet.
	pub fn receipt_root(block: u64) -> Option<H256> {
		ReceiptRoots::<T>::get(BlockNumberFor::<T>::try_from(block).ok()?)
	}

	/// A receipt that is still kept, with its proof; `None` in the block that has it before that
	/// block is finalised.
	pub fn receipt_proof(id: H256) -> Option<ReceiptProofOf<T>> {
		let receipt = Receipts::<T>::get(id)?;
		let root = ReceiptRoots::<T>::get(receipt.block)?;
		let ids = ReceiptsOf::<T>::get(receipt.block);
		Some(ReceiptProof {
			root,
			leaf_index: receipt.index,
			leaf_count: ids.len() as u32,
			proof: prove(&ids, receipt.index)?,
			receipt,
		})
	}
}

#[cfg(test)]
mod unit {
	use super::*;
	use polkadot_sdk::sp_core::hex2array;

	fn ids(count: u32) -> Vec<H256> {
		(0..count).map(|n| H256(keccak_256(&n.to_le_bytes()))).collect()
	}

	fn hash(left: H256, right: H256) -> H256 {
		H256(keccak_256(&[left.0, right.0].concat()))
	}

	fn leaf(id: H256) -> H256 {
		H256(keccak_256(&id.0))
	}

	#[test]
	fn the_tree_is_as_documented() {
		let ids = ids(5);
		let l: Vec<H256> = ids.iter().map(|id| leaf(*id)).collect();
		assert_eq!(root(&[]), H256::zero());
		assert_eq!(root(&ids[..1]), l[0]);
		assert_eq!(root(&ids[..2]), hash(l[0], l[1]));
		assert_eq!(root(&ids[..3]), hash(hash(l[0], l[1]), l[2]));
		let four = hash(hash(l[0], l[1]), hash(l[2], l[3]));
		assert_eq!(root(&ids[..4]), four);
		assert_eq!(root(&ids), hash(four, l[4]));
		assert_eq!(prove(&ids, 4), Some(vec![four]));
		assert_eq!(prove(&ids, 1), Some(vec![l[0], hash(l[2], l[3]), l[4]]));
		assert_eq!(prove(&ids, 5), None);
		assert_eq!(prove(&[], 0), None);
	}

	#[test]
	fn the_root_is_pinned() {
		let expected =
			hex2array!("470c6bd891a30ba381906ec8650a0401d3b032e70a3dc78b28a711adbf67ebdb");
		assert_eq!(root(&ids(7)).0, expected);
	}

	#[test]
	fn every_leaf_is_proved_in_every_tree() {
		for count in (1..=20).chain([31, 32, 33, 63, 64, 65, 127, 128, 129, 1023, 1024]) {
			let ids = ids(count);
			let top = root(&ids);
			for (index, id) in (0..count).zip(&ids) {
				let proof = prove(&ids, index).expect("the leaf is there");
				assert!(verifies(top, *id, index, count, &proof), "{index} of {count}");
				if count > 20 {
					continue;
				}
				// Another place, another id, a longer or shorter proof, another root.
				for other in 0..=count {
					let right = other == index;
					assert_eq!(
						verifies(top, *id, other, count, &proof),
						right,
						"{other} of {count}"
					);
				}
				for other in &ids {
					assert_eq!(verifies(top, *other, index, count, &proof), other == id);
				}
				let longer = [&proof[..], &[top]].concat();
				assert!(!verifies(top, *id, index, count, &longer));
				for cut in 0..proof.len() {
					let mut wrong = proof.clone();
					wrong[cut].0[31] ^= 1;
					assert!(!verifies(top, *id, index, count, &wrong));
					assert!(!verifies(top, *id, index, count, &proof[..cut]));
				}
				assert!(!verifies(leaf(top), *id, index, count, &proof));
			}
		}
	}

	#[test]
	fn a_node_is_no_receipt() {
		let ids = ids(4);
		let top = root(&ids);
		let right = hash(leaf(ids[2]), leaf(ids[3]));
		let left = hash(leaf(ids[0]), leaf(ids[1]));
		for claimed in [left, top, leaf(ids[0])] {
			assert!(!verifies(top, claimed, 0, 2, &[right]));
			assert!(!verifies(top, claimed, 0, 1, &[]));
		}
		assert!(!verifies(H256::zero(), ids[0], 0, 0, &[]));
	}

	#[test]
	fn extreme_numbers_are_refused_without_a_panic() {
		let id = ids(1)[0];
		assert!(!verifies(leaf(id), id, u32::MAX, u32::MAX, &[]));
		assert!(!verifies(leaf(id), id, u32::MAX - 1, u32::MAX, &[]));
		assert!(!verifies(leaf(id), id, 0, u32::MAX, &[id; 40]));
	}
}
