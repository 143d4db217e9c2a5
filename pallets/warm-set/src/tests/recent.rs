//! Which models are warm because they have run.

use super::mock::*;
use crate::Touched;
use polkadot_sdk::{
	frame_support::storage::{with_transaction, TransactionOutcome},
	sp_runtime::DispatchError,
};

#[test]
fn the_last_models_that_ran_are_warm() {
	chain(|| {
		let [a, b, c] = [(); 3].map(|()| active("affine"));
		run(a);
		assert!(recent().is_empty());
		next_block();
		assert_eq!(recent(), [a]);
		run(b);
		run(a);
		next_block();
		assert_eq!(recent(), [a, b]);
		next_block();
		assert_eq!(recent(), [a, b], "time alone makes nothing cold");
		run(c);
		next_block();
		assert_eq!(recent(), [c, a]);
		assert!(!quote(b).warm);
	});
}

#[test]
fn a_block_of_many_models_keeps_the_first() {
	chain(|| {
		let models = [(); 4].map(|()| active("affine"));
		for id in models {
			run(id);
		}
		assert_eq!(Touched::<Test>::get().len(), 2);
		next_block();
		assert_eq!(recent(), [models[1], models[0]]);
	});
}

#[test]
fn what_is_rolled_back_was_not_run() {
	chain(|| {
		let id = active("affine");
		let rolled_back = with_transaction(|| -> TransactionOutcome<Result<(), DispatchError>> {
			run(id);
			TransactionOutcome::Rollback(Ok(()))
		});
		assert_eq!(rolled_back, Ok(()));
		next_block();
		assert!(recent().is_empty());
	});
}

#[test]
fn large_images_are_never_warm() {
	chain(|| {
		let id = active("affine");
		let bytes = u64::from(costs(id).image_pages) * 4096;
		MaxImageBytes::set(bytes - 1);
		run(id);
		next_block();
		assert!(recent().is_empty());
		MaxImageBytes::set(bytes);
		run(id);
		next_block();
		assert_eq!(recent(), [id]);
	});
}

#[test]
fn images_together_stay_within_their_bytes() {
	chain(|| {
		let [a, b] = [(); 2].map(|()| active("affine"));
		let bytes = u64::from(costs(a).image_pages) * 4096;
		MaxImageBytes::set(bytes);
		MaxBytes::set(2 * bytes - 1);
		run(a);
		run(b);
		next_block();
		assert_eq!(recent(), [b]);
	});
}

#[test]
fn nodes_are_told_what_can_be_called() {
	chain(|| {
		let [a, b] = [(); 2].map(|()| active("affine"));
		run(a);
		run(b);
		next_block();
		let told = || Warm::views().into_iter().map(|view| view.model).collect::<Vec<_>>();
		assert_eq!(told(), [b, a]);
		let view = &Warm::views()[1];
		assert_eq!((view.load_fuel, view.image_hash), (costs(a).load_fuel, costs(a).image_hash));
		Registry::pause(signed(), b).expect("the owner pauses");
		assert_eq!(told(), [a]);
	});
}
