//! `activate`: what the engine measures becomes the model's costs.

use super::mock::*;
use crate::{cost, Call, Event, ModelStatus, Signatures, WeightInfo};
use opg_engine_abi::{DType, Limits, Tensor};
use polkadot_sdk::frame_support::{dispatch::GetDispatchInfo, BoundedVec};

#[test]
fn a_complete_draft_becomes_callable() {
	chain(|| {
		let id = complete(&file("affine"));
		assert!(!Signatures::<Test>::contains_key(id));
		accept(activate(id, 0, vec![], FUEL));
		let info = model(id);
		assert_eq!(info.status, ModelStatus::Active);
		let costs = info.costs.expect("an active model has costs");
		assert!(costs.load_fuel > 0 && costs.typical_fuel > 0 && costs.image_pages > 0);
		assert_eq!((costs.input_bytes, costs.output_bytes), (16, 16));
		assert_eq!(costs.run_limit, cost::min_run_limit(costs.typical_fuel));
		assert_eq!(costs.max_fuel(), costs.load_fuel + costs.overhead_fuel + costs.run_limit);
		assert_eq!(
			last_event(),
			Event::ModelActivated {
				model: id,
				load_fuel: costs.load_fuel,
				run_limit: costs.run_limit,
				typical_fuel: costs.typical_fuel,
				max_fuel: costs.max_fuel(),
			}
		);
		let signature = Registry::signature(id).expect("an active model has a signature");
		assert_eq!(signature.inputs.len(), 1);
		assert_eq!(signature.inputs[0].name, b"x");
		assert_eq!(signature.inputs[0].dtype, DType::Float32);
		assert_eq!(signature.inputs[0].shape, [1, 4]);
		assert_eq!(signature.outputs[0].name, b"y");

		let callable = Registry::callable(id).expect("it is callable");
		assert_eq!(callable.engine.hash, opg_engine_blob::latest().hash);
		assert_eq!(callable.model_ref.root, info.root.0);
		assert_eq!(callable.costs, costs);
	});
}

#[test]
fn the_declared_weight_is_a_function_of_the_arguments_alone() {
	chain(|| {
		let call = |max_fuel, canaries: Vec<Vec<Tensor>>| {
			RuntimeCall::Registry(Call::activate {
				model: 77,
				run_limit: 0,
				canaries: BoundedVec::truncate_from(canaries),
				max_fuel,
			})
			.get_dispatch_info()
			.call_weight
		};
		let base = crate::weights::SubstrateWeight::<Test>::activate;
		assert_eq!(call(5, vec![]), base(0) + cost::fuel_weight(5));
		let canary = vec![floats(&[2], &[0.0; 2]); 3];
		assert_eq!(call(5, vec![canary]), base(3 * 28) + cost::fuel_weight(5));
		assert_eq!(call(u64::MAX, vec![]).ref_time(), u64::MAX);
	});
}

#[test]
fn only_what_was_used_is_charged() {
	chain(|| {
		let id = complete(&file("affine"));
		let used = fuel_of(accept(activate(id, 0, vec![], FUEL)), 0);
		let costs = model(id).costs.expect("an active model has costs");
		let image = cost::image_fuel(costs.image_pages, costs.memory_pages);
		// The image is made once and copied for the only run: counted twice here, once in a call.
		assert_eq!(used, costs.charged(costs.typical_fuel) + image);
		assert!(used < FUEL);
		// With that much, and some fuel because the engine looks at its limit now and then, it
		// succeeds again; another draft of the same file has the same costs.
		let again = complete(&file("affine"));
		accept(activate(again, 0, vec![], used + 1_000));
		assert_eq!(model(again).costs, Some(costs));
	});
}

#[test]
fn the_largest_canary_is_typical() {
	chain(|| {
		let inputs = |heavy: u8| {
			vec![
				Tensor { dtype: DType::Bool, shape: vec![], data: vec![heavy] },
				floats(&[48, 48], &[0.5; 48 * 48]),
			]
		};
		let light = complete(&file("branch"));
		accept(activate(light, 0, vec![inputs(0)], FUEL));
		let heavy = complete(&file("branch"));
		accept(activate(heavy, 0, vec![inputs(0), inputs(1), inputs(0)], FUEL));
		let typical = |id| model(id).costs.map(|costs| costs.typical_fuel);
		assert!(typical(heavy) > typical(light));
		// Without canaries the model is run on zeros, which take the light branch.
		let zeros = complete(&file("branch"));
		accept(activate(zeros, 0, vec![], FUEL));
		assert!(typical(zeros) < typical(heavy));
	});
}

#[test]
fn the_owner_may_choose_a_higher_run_limit() {
	chain(|| {
		let id = complete(&file("affine"));
		accept(activate(id, 50_000_000, vec![], FUEL));
		assert_eq!(model(id).costs.map(|costs| costs.run_limit), Some(50_000_000));
		const { assert!(50_000_000 < Limits::V1.run_fuel) };
	});
}

#[test]
fn a_model_of_several_chunks_is_activated() {
	chain(|| {
		let id = active("two-chunks");
		assert_eq!(model(id).chunks, 2);
		assert_eq!(model(id).costs.map(|costs| costs.input_bytes), Some(1_600));
	});
}
