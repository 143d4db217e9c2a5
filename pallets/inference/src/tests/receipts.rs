//! Receipts: unique, bounded for each block, pruned after a time.

use super::mock::*;
use crate::{Error, InferFault, Receipts, ReceiptsOf, WeightInfo};
use polkadot_sdk::frame_support::traits::Hooks;

#[test]
fn a_block_holds_a_bounded_number() {
	chain(|| {
		let id = active("affine", 10);
		let mut ids = Vec::new();
		for index in 0..3 {
			let inference = do_infer(id, four([0.0; 4])).expect("there is room");
			let receipt = Receipts::<Test>::get(inference.receipt).expect("it is kept");
			assert_eq!((receipt.block, receipt.index), (1, index));
			ids.push(inference.receipt);
		}
		assert_eq!(ReceiptsOf::<Test>::get(1).to_vec(), ids);
		let (fault, error, fuel) = refusal(bob(), id, four([0.0; 4]), Balance::MAX, FUEL);
		assert_eq!(fault, InferFault::BlockFull { max: 3 });
		assert_eq!(error, Error::<Test>::BlockFull.into());
		assert_eq!(fuel, 0);
		go_to(2);
		accept(id, four([0.0; 4]));
		assert_eq!(ReceiptsOf::<Test>::get(2).len(), 1);
	});
}

#[test]
fn receipts_are_pruned_when_they_are_old() {
	chain(|| {
		let id = active("affine", 10);
		accept(id, four([0.0; 4]));
		accept(id, four([1.0; 4]));
		go_to(5);
		accept(id, four([2.0; 4]));
		go_to(20);
		assert_eq!(receipt_ids().len(), 3);
		Engine::on_finalize(20);
		System::set_block_number(21);
		let weight = Engine::on_initialize(21);
		check();
		let expected = <Test as crate::Config>::WeightInfo::prune(2)
			+ <Test as crate::Config>::WeightInfo::close(1);
		assert_eq!(weight, expected);
		assert_eq!(receipt_ids().len(), 1);
		assert!(!ReceiptsOf::<Test>::contains_key(1));
		go_to(25);
		assert!(receipt_ids().is_empty());
	});
}

#[test]
fn a_failed_call_has_no_receipt() {
	chain(|| {
		let id = active("branch", 10);
		refusal(bob(), id, branch(true), Balance::MAX, FUEL);
		assert!(receipt_ids().is_empty());
	});
}
