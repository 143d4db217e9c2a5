//! The library as contracts have it: compiled by solc, called on the chain.

use super::mock::{onnx::floats, *};
use opg_precompile_inference::interface::InferenceLib::PriceAboveMax;
use polkadot_sdk::{
	frame_support::{assert_ok, traits::fungible::Mutate},
	pallet_revive::precompiles::alloy::{
		self,
		primitives::U256,
		sol_types::{SolCall, SolError},
	},
	sp_core::H160,
	sp_runtime::AccountId32,
};

alloy::sol! {
	interface Stager {
		error UnknownBuffer(uint256 bufferId);
		error NotBufferOwner(uint256 bufferId);
		error BufferExpired(uint256 bufferId, uint256 expired);
		function stage(uint256 length) external returns (uint64);
		function infer(uint32 modelId, uint64 bufferId) external returns (bytes);
	}
}

/// Deploys `Stager.sol`, with balance for deposits.
fn stager() -> H160 {
	let source = "precompiles/staging/tests/contracts/Stager.sol";
	let contract = deploy(solidity::compile(source, "Stager"));
	let account = account_of(contract);
	assert_ok!(<Balances as Mutate<AccountId32>>::mint_into(&account, 100_000_000));
	contract
}

/// A call that must revert with that custom error.
fn custom<E: SolError>(contract: H160, call: impl SolCall) -> E {
	let data = reverted_data(call_raw(contract, 0, call.abi_encode()));
	E::abi_decode_validate(&data).unwrap_or_else(|_| panic!("another error: {data:?}"))
}

#[test]
fn a_contract_stages_and_runs() {
	ext().execute_with(|| {
		let contract = stager();
		let model = publish_file(&onnx::summer(20_000), 70);
		let stage = Stager::stageCall { length: U256::from(80_000) }.abi_encode();
		let buffer = returned::<Stager::stageCall>(call_raw(contract, 0, stage));
		let infer = Stager::inferCall { modelId: model, bufferId: buffer };
		let outputs = returned::<Stager::inferCall>(call_raw(contract, 70, infer.abi_encode()));
		assert_eq!(outputs, floats(&[20_000.0]));

		let error = custom::<PriceAboveMax>(contract, infer.clone());
		assert_eq!((error.price, error.maxPrice), (U256::from(70), U256::ZERO));
		let unknown = Stager::inferCall { modelId: model, bufferId: 9 };
		assert_eq!(custom::<Stager::UnknownBuffer>(contract, unknown).bufferId, U256::from(9));
		let alices = stage_by_alice();
		let foreign = Stager::inferCall { modelId: model, bufferId: alices };
		custom::<Stager::NotBufferOwner>(contract, foreign);
		System::set_block_number(11);
		let error = custom::<Stager::BufferExpired>(contract, infer);
		assert_eq!(error.expired, U256::from(11));
		Staging::do_try_state().expect("the invariants hold");
	});
}

fn stage_by_alice() -> u64 {
	super::mock::stage(&[0; 4])
}
