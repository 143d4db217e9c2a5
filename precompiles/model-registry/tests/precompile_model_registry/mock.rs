//! What the tests of this crate share, beside `opg-precompile-testing`. Model 1 is warm here, and Alice
//! owns the models.

pub use opg_precompile_testing::owner as bob;
pub use opg_precompile_testing::*;

use codec::Encode;
use opg_precompile_model_registry::ADDRESS;
use pallet_model_registry::{ModelId, Models, Names};
use polkadot_sdk::{
	frame_support::traits::fungible::Inspect,
	pallet_revive::precompiles::alloy::sol_types::SolCall, sp_core::H160, sp_io,
	sp_runtime::AccountId32,
};

pub fn precompile() -> H160 {
	H160(ADDRESS)
}

/// Init code of a contract that passes everything on to the precompile.
pub fn proxy(kind: Kind) -> Vec<u8> {
	opg_precompile_testing::proxy(kind, ADDRESS)
}

/// A chain at block 1 on which model 1 will be warm.
pub fn ext() -> sp_io::TestExternalities {
	WarmModel::set(Some(1));
	opg_precompile_testing::ext()
}

/// Alice publishes [`onnx::doubler`] at that price.
pub fn publish(price: Balance) -> ModelId {
	publish_by(alice(), &onnx::doubler(), price)
}

/// Alice uploads a model.
pub fn draft(file: &[u8]) -> ModelId {
	draft_by(alice(), file)
}

/// Alice activates her draft.
pub fn activate(id: ModelId) {
	activate_by(alice(), id);
}

/// Alice calls a function of the precompile.
pub fn call<C: SolCall>(value: Balance, call: C) -> CallResult {
	call_raw(precompile(), value, call.abi_encode())
}

/// Balances, the registry's state as a hash, and the issuance. A refused call leaves them as they were.
pub fn state() -> (Vec<Balance>, Vec<u8>) {
	ModelRegistry::do_try_state().expect("the invariants hold");
	let mut money = Vec::new();
	for account in [alice(), bob()] {
		money.push(Balances::free_balance(&account));
		money.push(<Balances as Inspect<AccountId32>>::total_balance(&account));
	}
	money.push(Balances::total_issuance());
	let registry =
		(Models::<Test>::iter().collect::<Vec<_>>(), Names::<Test>::iter().collect::<Vec<_>>());
	(money, registry.encode())
}

/// A call that must revert with that text and change nothing.
pub fn refused(call: impl SolCall, text: &str) {
	let before = state();
	assert_eq!(reverted(self::call(0, call)), text);
	assert_eq!(state(), before);
}
