//! What the tests of this crate share, beside `opg-precompile-testing`.

pub use opg_precompile_testing::owner as bob;
pub use opg_precompile_testing::*;

use opg_precompile_credit::ADDRESS;
use polkadot_sdk::{
	frame_support::traits::fungible::Inspect,
	pallet_revive::precompiles::alloy::sol_types::SolCall, sp_core::H160, sp_runtime::AccountId32,
};

pub fn precompile() -> H160 {
	H160(ADDRESS)
}

/// The precompile's account.
pub fn account_of_precompile() -> AccountId32 {
	account_at(precompile())
}

/// Init code of a contract that passes everything on to the precompile.
pub fn proxy(kind: Kind) -> Vec<u8> {
	opg_precompile_testing::proxy(kind, ADDRESS)
}

/// Alice calls a function of the precompile.
pub fn call<C: SolCall>(value: Balance, call: C) -> CallResult {
	call_raw(precompile(), value, call.abi_encode())
}

/// Every balance that a call can move, credits, and the issuance. A refused call leaves them as
/// they were.
pub fn money() -> Vec<Balance> {
	Credit::do_try_state().expect("the invariants hold");
	let mut all = Vec::new();
	for account in [alice(), bob(), account_of_precompile(), Credit::pot()] {
		all.push(<Balances as Inspect<AccountId32>>::total_balance(&account));
		all.push(Credit::credit_of(&account));
	}
	all.push(Balances::total_issuance());
	all
}

/// A call that must revert with a text that starts so, and move nothing.
pub fn refused(value: Balance, call: impl SolCall, start: &str) {
	let before = money();
	let text = reverted(self::call(value, call));
	assert!(text.starts_with(start), "{text}");
	assert!(text.contains("): "), "{text}");
	assert_eq!(money(), before);
}
