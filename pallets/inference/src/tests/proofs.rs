//! Receipts are proved by the root that their block's header has.

use super::mock::*;
use crate::{
	proof::{root, verifies, DIGEST_ID},
	ReceiptRoots, ReceiptsOf,
};
use polkadot_sdk::{
	frame_support::traits::Hooks,
	sp_core::H256,
	sp_runtime::{Digest, DigestItem},
};

/// The roots in a header's digest.
fn roots(digest: &Digest) -> Vec<H256> {
	let of_ours = |item: &DigestItem| match item {
		DigestItem::Consensus(DIGEST_ID, root) => Some(H256::from_slice(root)),
		_ => None,
	};
	digest.logs().iter().filter_map(of_ours).collect()
}

/// Ends the block and enters the next one; gives the digest.
fn end_block() -> Digest {
	let now = System::block_number();
	Engine::on_finalize(now);
	let digest = System::digest();
	check();
	System::reset_events();
	System::initialize(&(now + 1), &H256::repeat_byte(now as u8), &Digest::default());
	Engine::on_initialize(now + 1);
	check();
	digest
}

#[test]
fn every_receipt_of_every_block_is_proved_by_its_header() {
	chain(|| {
		MaxReceipts::set(9);
		let id = active("affine", 10);
		for count in [1u64, 2, 3, 4, 5, 7, 8, 9] {
			let block = System::block_number();
			let mut ids = Vec::new();
			for n in 0..count {
				let inference = do_infer(id, four([n as f32; 4])).expect("there is room");
				assert_eq!(Engine::receipt_proof(inference.receipt), None, "the block isn't over");
				ids.push(inference.receipt);
			}
			assert_eq!(Engine::receipt_root(block), None);
			let digest = end_block();
			assert_eq!(roots(&digest), [root(&ids)]);
			assert_eq!(Engine::receipt_root(block), Some(root(&ids)));
			for (index, receipt) in (0u32..).zip(&ids) {
				let proof = Engine::receipt_proof(*receipt).expect("it is kept");
				assert_eq!((proof.leaf_index, proof.leaf_count), (index, count as u32));
				assert_eq!(proof.root, root(&ids));
				let made = Engine::receipt_id(&proof.receipt);
				assert_eq!(made, *receipt);
				assert!(verifies(proof.root, made, index, proof.leaf_count, &proof.proof));
				// A changed field is another receipt.
				let mut forged = proof.receipt.clone();
				forged.price += 1;
				let forged = Engine::receipt_id(&forged);
				assert!(!verifies(proof.root, forged, index, proof.leaf_count, &proof.proof));
			}
		}
	});
}

#[test]
fn a_block_without_receipts_has_no_root() {
	chain(|| {
		let id = active("branch", 10);
		refusal(bob(), id, branch(true), Balance::MAX, FUEL);
		assert!(roots(&end_block()).is_empty());
		assert_eq!(Engine::receipt_root(1), None);
		assert_eq!(ReceiptRoots::<Test>::iter().count(), 0);
		assert_eq!(Engine::receipt_proof(H256::zero()), None);
	});
}

#[test]
fn a_root_is_pruned_with_its_receipts() {
	chain(|| {
		let id = active("affine", 10);
		let receipt = do_infer(id, four([0.0; 4])).expect("there is room").receipt;
		go_to(5);
		let later = do_infer(id, four([0.0; 4])).expect("there is room").receipt;
		go_to(20);
		assert!(Engine::receipt_proof(receipt).is_some());
		assert_eq!(ReceiptRoots::<Test>::iter().count(), 2);
		go_to(21);
		assert_eq!(Engine::receipt_proof(receipt), None);
		assert_eq!(Engine::receipt_root(1), None);
		assert!(Engine::receipt_proof(later).is_some());
		go_to(25);
		assert_eq!(ReceiptRoots::<Test>::iter().count(), 0);
	});
}

#[test]
fn a_block_number_that_cannot_be_has_no_root() {
	chain(|| {
		let id = active("affine", 10);
		accept(id, four([0.0; 4]));
		go_to(2);
		assert!(Engine::receipt_root(1).is_some());
		for block in [0, 2, 3, u64::from(u32::MAX), u64::MAX] {
			assert_eq!(Engine::receipt_root(block), None);
		}
	});
}

#[test]
fn the_invariants_find_a_wrong_missing_or_foreign_root() {
	chain(|| {
		let id = active("affine", 10);
		accept(id, four([0.0; 4]));
		go_to(2);
		let right = ReceiptRoots::<Test>::get(1).expect("the root is there");
		ReceiptRoots::<Test>::insert(1, H256::zero());
		assert!(Engine::do_try_state().is_err());
		ReceiptRoots::<Test>::remove(1);
		assert!(Engine::do_try_state().is_err());
		ReceiptRoots::<Test>::insert(1, right);
		ReceiptRoots::<Test>::insert(2, right);
		assert!(Engine::do_try_state().is_err());
		ReceiptRoots::<Test>::remove(2);
		ReceiptsOf::<Test>::insert(2, polkadot_sdk::frame_support::BoundedVec::default());
		assert!(Engine::do_try_state().is_err());
		ReceiptsOf::<Test>::remove(2);
	});
}
