//! What a warm model's call is charged.

use super::mock::*;
use crate::WarmSet as _;
use pallet_inference::{InferFault, Source};
use pallet_model_registry::cost;
use polkadot_sdk::sp_core::H256;

#[test]
fn the_load_is_free_from_the_block_after_the_first_run() {
	chain(|| {
		let id = active("affine");
		let costs = costs(id);
		let cold = run(id);
		assert_eq!(cold.charged_fuel, costs.load_fuel + costs.overhead_fuel + cold.run_fuel);
		// The set is fixed for the block.
		assert_eq!(run(id).charged_fuel, cold.charged_fuel);
		next_block();
		let warm = run(id);
		let length = pallet_model_registry::Models::<Test>::get(id).expect("it is there").length;
		assert_eq!(
			cold.charged_fuel - warm.charged_fuel,
			costs.load_fuel + cost::bytes_fuel(length)
		);
		// Digests, pages, inputs, outputs and the run stay charged.
		assert!(warm.charged_fuel > cost::image_fuel(costs.image_pages, costs.memory_pages));
		assert_eq!(
			(warm.run_fuel, warm.result_id, warm.outputs),
			(cold.run_fuel, cold.result_id, cold.outputs)
		);
	});
}

#[test]
fn quotes_and_dry_runs_say_what_will_be_charged() {
	chain(|| {
		let id = active("affine");
		let cold = quote(id);
		assert!(!cold.warm);
		assert_eq!(dry_run(id).charged_fuel, run(id).charged_fuel);
		next_block();
		let warm = quote(id);
		assert!(warm.warm);
		assert!(warm.expected_fuel < cold.expected_fuel);
		assert!(warm.expected_compute < cold.expected_compute);
		// A transaction made with this quote also succeeds when the model is cold again.
		assert_eq!((warm.max_fuel, warm.max_compute), (cold.max_fuel, cold.max_compute));
		assert_eq!(dry_run(id).charged_fuel, run(id).charged_fuel);
	});
}

#[test]
fn a_warm_call_still_needs_the_fuel_limit_of_a_cold_one() {
	chain(|| {
		let id = active("affine");
		run(id);
		next_block();
		let needed = costs(id).max_fuel();
		let who = polkadot_sdk::sp_core::crypto::AccountId32::new([2; 32]);
		let call = |fuel| Inference::do_infer(&who, &Source::Caller, id, input(), 0, fuel);
		let refused = call(needed - 1).expect_err("the limit is too low").fault;
		assert_eq!(refused, InferFault::FuelLimitTooLow { needed, given: needed - 1 });
		assert!(call(needed).is_ok());
	});
}

#[test]
fn a_failing_run_of_a_warm_model_pays_no_load() {
	chain(|| {
		let id = active("gather");
		let index = |i: i64| {
			let data = i.to_le_bytes().to_vec();
			vec![opg_engine_abi::Tensor {
				dtype: opg_engine_abi::DType::Int64,
				shape: vec![1],
				data,
			}]
		};
		let costs = costs(id);
		let cold = call(id, index(3)).expect_err("the index is out of range").charged_fuel;
		assert!(cold > costs.load_fuel + costs.overhead_fuel);
		next_block();
		assert!(recent().is_empty(), "a failing run makes nothing warm");
		call(id, index(2)).expect("the index is in range");
		next_block();
		let warm = call(id, index(3)).expect_err("the index is out of range").charged_fuel;
		let length = pallet_model_registry::Models::<Test>::get(id).expect("it is there").length;
		assert_eq!(cold - warm, costs.load_fuel + cost::bytes_fuel(length));
	});
}

#[test]
fn another_image_of_the_model_is_cold() {
	chain(|| {
		let id = active("affine");
		run(id);
		next_block();
		assert!(Warm::is_warm(id, costs(id).image_hash));
		assert!(!Warm::is_warm(id, H256::zero()));
		assert!(!Warm::is_warm(id + 1, costs(id).image_hash));
	});
}

#[test]
fn a_warm_batch_pays_no_load() {
	chain(|| {
		let id = active("affine");
		let who = polkadot_sdk::sp_core::crypto::AccountId32::new([2; 32]);
		let batch = |rows: usize| {
			let rows = vec![input(); rows];
			Inference::do_infer_batch(&who, &Source::Caller, id, rows, 0, u64::MAX, |_| ())
				.expect("the batch succeeds")
		};
		let cold = batch(3);
		next_block();
		let warm = batch(3);
		let length = pallet_model_registry::Models::<Test>::get(id).expect("it is there").length;
		assert_eq!(
			cold.charged_fuel - warm.charged_fuel,
			costs(id).load_fuel + cost::bytes_fuel(length)
		);
		// Nobody gains by batching or splitting when there is no load to share.
		let single = run(id).charged_fuel;
		assert_eq!(warm.charged_fuel, 3 * single);
		assert_eq!(batch(1).charged_fuel, single);
		let quote = Inference::quote_batch(id, 3).expect("it is callable");
		assert!(quote.warm);
		assert_eq!(quote.expected_fuel, warm.charged_fuel);
	});
}
