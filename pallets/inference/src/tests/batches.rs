//! A batch is weighed before it runs: what it activates can't make its calls dearer than they
//! declared.

use super::mock::*;
use crate::{Call, Error};
use pallet_model_registry::{cost, ModelStatus, Models};
use polkadot_sdk::{frame_support::dispatch::GetDispatchInfo, sp_runtime::traits::Dispatchable};

fn batch(draft: u32, max_fuel: u64) -> RuntimeCall {
	let activate = RuntimeCall::Registry(pallet_model_registry::Call::activate {
		model: draft,
		run_limit: 0,
		canaries: Default::default(),
		max_fuel: FUEL,
	});
	let infer = RuntimeCall::Engine(Call::infer {
		model: draft,
		inputs: four([1.0; 4]),
		max_price: 0,
		max_fuel,
	});
	let calls = vec![activate, infer.clone(), infer];
	RuntimeCall::Utility(polkadot_sdk::pallet_utility::Call::batch_all { calls })
}

#[test]
fn fuel_below_the_need_is_refused_also_in_a_batch_with_activate() {
	chain(|| {
		let needed = costs(active("affine", 0)).max_fuel();
		let id = draft("affine", 0);
		let call = batch(id, needed - 1);
		let declared = call.get_dispatch_info().call_weight;
		let failed = call.dispatch(signed(alice())).expect_err("it is refused");
		check();
		assert_eq!(failed.error, Error::<Test>::FuelLimitTooLow.into());
		// The batch is charged the activation that it did, and less than it declared.
		let actual = failed.post_info.actual_weight.expect("the weight is refunded");
		assert!(actual.ref_time() < declared.ref_time());
		assert_eq!(Models::<Test>::get(id).map(|info| info.status), Some(ModelStatus::Draft));
		assert!(receipt_ids().is_empty());
	});
}

#[test]
fn a_batch_declares_all_its_fuel_and_is_refunded_what_it_did_not_use() {
	chain(|| {
		let needed = costs(active("affine", 0)).max_fuel();
		let id = draft("affine", 0);
		let call = batch(id, needed);
		let declared = call.get_dispatch_info().call_weight;
		assert!(declared.ref_time() >= cost::fuel_ref_time(FUEL + 2 * needed));
		let info = call.dispatch(signed(alice())).expect("it succeeds");
		check();
		assert_eq!(receipt_ids().len(), 2);
		let actual = info.actual_weight.expect("the weight is refunded");
		assert!(actual.ref_time() < cost::fuel_ref_time(FUEL));
		assert!(actual.ref_time() > 2 * cost::fuel_ref_time(costs(id).expected_fuel()));
	});
}
