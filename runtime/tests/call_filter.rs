//! What no block could hold isn't dispatched, whoever asks: dry runs of pallet-revive dispatch calls
//! without the checks that transactions pass.

use opg_runtime::{
	configs::system::{FitsBlock, MAXIMUM_BLOCK_WEIGHT},
	AccountId, Runtime, RuntimeCall, RuntimeOrigin,
};
use polkadot_sdk::{
	frame_support::{
		assert_noop, assert_ok, dispatch::GetDispatchInfo, traits::Contains, weights::Weight,
	},
	frame_system, pallet_revive, pallet_utility,
	sp_core::H160,
	sp_io::TestExternalities,
	sp_runtime::traits::Dispatchable,
};

fn remark() -> RuntimeCall {
	frame_system::Call::<Runtime>::remark { remark: vec![] }.into()
}

/// A contract call with that limit of execution time, picoseconds.
fn contract_call(ref_time: u64) -> RuntimeCall {
	pallet_revive::Call::<Runtime>::call {
		dest: H160::repeat_byte(1),
		value: 0,
		weight_limit: Weight::from_parts(ref_time, 0),
		storage_deposit_limit: 0,
		data: vec![],
	}
	.into()
}

fn batch(calls: Vec<RuntimeCall>) -> RuntimeCall {
	pallet_utility::Call::<Runtime>::batch_all { calls }.into()
}

#[test]
fn what_fits_a_block_is_a_call() {
	assert!(FitsBlock::contains(&remark()));
	assert!(FitsBlock::contains(&batch(vec![remark(); 100])));
	let own = contract_call(0).get_dispatch_info().call_weight.ref_time();
	let most = MAXIMUM_BLOCK_WEIGHT.ref_time() - own;
	assert!(FitsBlock::contains(&contract_call(most)));
	assert!(!FitsBlock::contains(&contract_call(most + 1)));
	assert!(!FitsBlock::contains(&contract_call(u64::MAX)));
}

#[test]
fn a_batch_is_as_heavy_as_its_calls() {
	let half = MAXIMUM_BLOCK_WEIGHT.ref_time() / 2;
	let two = vec![contract_call(half); 2];
	assert!(two.iter().all(FitsBlock::contains));
	assert!(!FitsBlock::contains(&batch(two.clone())));
	assert!(!FitsBlock::contains(&batch(vec![remark(), batch(two)])));
}

#[test]
fn it_is_refused_before_it_does_anything() {
	TestExternalities::default().execute_with(|| {
		let signed = || RuntimeOrigin::signed(AccountId::new([1; 32]));
		assert_ok!(remark().dispatch(signed()));
		let refused = contract_call(u64::MAX);
		assert_noop!(refused.dispatch(signed()), frame_system::Error::<Runtime>::CallFiltered);
	});
}
