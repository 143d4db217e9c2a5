//! What a call declares and what it is charged.

use super::mock::*;
use crate::{data_bytes, Call, InferFault};
use codec::Encode;
use opg_engine_abi::{DType, EngineError, ErrorCode, Tensor};
use pallet_model_registry::cost;
use polkadot_sdk::frame_support::dispatch::GetDispatchInfo;

#[test]
fn the_declared_weight_is_a_function_of_the_arguments_alone() {
	chain(|| {
		let call = |model, inputs: Vec<Tensor>, max_fuel| {
			RuntimeCall::Engine(Call::infer { model, inputs, max_price: 0, max_fuel })
				.get_dispatch_info()
				.call_weight
		};
		let id = active("affine", 0);
		let bytes = data_bytes(&four([0.0; 4]));
		assert_eq!(call(id, four([0.0; 4]), 5), Engine::infer_weight(bytes, 8, 5));
		assert_eq!(call(77, four([0.0; 4]), 5), Engine::infer_weight(bytes, 8, 5));
		assert_eq!(
			Engine::infer_weight(16, 1, 1_005),
			Engine::infer_weight(16, 1, 5) + cost::fuel_weight(1_000)
		);
		assert_eq!(call(id, vec![], u64::MAX).ref_time(), u64::MAX);
	});
}

#[test]
fn a_call_is_charged_load_overhead_and_run() {
	chain(|| {
		let id = active("affine", 0);
		let costs = costs(id);
		let inference = do_infer(id, four([1.0; 4])).expect("it succeeds");
		assert_eq!(
			inference.charged_fuel,
			costs.load_fuel + costs.overhead_fuel + inference.run_fuel
		);
		assert_eq!(inference.run_fuel, costs.typical_fuel);
		assert!(inference.charged_fuel < costs.max_fuel());
		assert_eq!(
			fuel_of(accept(id, four([2.0; 4])), data_bytes(&four([2.0; 4]))),
			inference.charged_fuel
		);
	});
}

#[test]
fn a_run_that_hits_its_limit_is_charged_all_of_it() {
	chain(|| {
		// Activated on zeros, so its run limit is that of the light branch.
		let id = active("branch", 1_000);
		let costs = costs(id);
		do_infer(id, branch(false)).expect("the light branch fits");
		let (fault, _, fuel) = refusal(bob(), id, branch(true), Balance::MAX, FUEL);
		let limit = costs.run_limit;
		assert_eq!(fault, EngineError::new(ErrorCode::OutOfFuel, &[limit]).into());
		assert_eq!(fuel, costs.max_fuel());
		// And nothing stays behind: the light branch still costs the same.
		let inference = do_infer(id, branch(false)).expect("the light branch fits");
		assert_eq!(inference.run_fuel, costs.typical_fuel);
	});
}

#[test]
fn a_run_that_fails_is_charged_what_it_used_and_moves_no_price() {
	chain(|| {
		let id = active("gather", 1_000);
		let costs = costs(id);
		let index = |i: i64| vec![Tensor { dtype: DType::Int64, shape: vec![1], data: i.encode() }];
		let inference = do_infer(id, index(2)).expect("the index is in range");
		assert_eq!(inference.tensors, [floats(&[1], &[30.0])]);
		let before = total(&bob());
		let (fault, _, fuel) = refusal(bob(), id, index(3), Balance::MAX, FUEL);
		let InferFault::Engine(engine) = fault else { panic!("{fault:?}") };
		assert!(matches!(engine.code, ErrorCode::RunFailed | ErrorCode::Trapped), "{engine}");
		assert!(fuel > costs.load_fuel + costs.overhead_fuel && fuel <= costs.max_fuel());
		assert_eq!(total(&bob()), before);
	});
}
