//! State that isn't what the recorded hashes say gives the same typed error whether or not the node
//! has the model prepared, and harms nothing once it is right again.

use super::mock::*;
use crate::{InferFault, Source};
use opg_engine_abi::ErrorCode;
use pallet_model_registry::{Chunks, ModelId};
use polkadot_sdk::frame_support::BoundedVec;

/// The engine's error of a call in this state, without the checks of invariants that it breaks.
fn broken(id: ModelId) -> ErrorCode {
	let failed = Engine::do_infer(&bob(), &Source::Caller, id, four([1.0; 4]), Balance::MAX, FUEL)
		.expect_err("it is refused");
	assert!(failed.charged_fuel >= costs(id).load_fuel);
	let InferFault::Engine(error) = failed.fault else { panic!("{:?}", failed.fault) };
	error.code
}

#[test]
fn a_missing_or_forged_chunk_is_found_on_a_warm_node() {
	chain(|| {
		let id = active("affine", 10);
		let first = do_infer(id, four([1.0; 4])).expect("it succeeds");
		let chunk = Chunks::<Test>::take(id, 0).expect("the chunk is there");
		assert_eq!(broken(id), ErrorCode::StateMissing);
		let mut forged = chunk.to_vec();
		forged[20] ^= 1;
		Chunks::<Test>::insert(id, 0, BoundedVec::truncate_from(forged));
		assert_eq!(broken(id), ErrorCode::StateMismatch);
		Chunks::<Test>::insert(id, 0, chunk);
		let again = do_infer(id, four([1.0; 4])).expect("it succeeds");
		assert_eq!(again.result_id, first.result_id);
		assert_eq!(again.run_fuel, first.run_fuel);
	});
}

#[test]
fn a_forged_chunk_is_found_on_a_cold_node() {
	chain(|| {
		// Another test's model may be prepared, this one is read for the first time.
		let id = active("sum", 10);
		let chunk = Chunks::<Test>::get(id, 0).expect("the chunk is there");
		let mut forged = chunk.to_vec();
		let last = forged.len() - 1;
		forged[last] ^= 1;
		Chunks::<Test>::insert(id, 0, BoundedVec::truncate_from(forged));
		let inputs = || vec![floats(&[2], &[1.0; 2]), floats(&[2], &[2.0; 2])];
		let failed = Engine::do_infer(&bob(), &Source::Caller, id, inputs(), Balance::MAX, FUEL)
			.expect_err("it is refused");
		let InferFault::Engine(error) = failed.fault else { panic!("{:?}", failed.fault) };
		assert_eq!(error.code, ErrorCode::StateMismatch);
		Chunks::<Test>::insert(id, 0, chunk);
		do_infer(id, inputs()).expect("it succeeds");
	});
}
