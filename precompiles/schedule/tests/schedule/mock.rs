//! What the tests of this crate share, beside `opg-precompile-testing`.

pub use opg_precompile_testing::*;

use opg_precompile_schedule::ADDRESS;
use polkadot_sdk::{sp_core::H160, sp_runtime::AccountId32};

/// Who calls contracts for schedules.
pub fn caller() -> AccountId32 {
	opg_precompile_schedule::account::<Test>()
}

/// Runs a test on a chain at block 1, on which the caller has the existential deposit and `advance`.
pub fn chain(advance: Balance, test: impl FnOnce()) {
	let own = account_at(H160(ADDRESS));
	ext_of(vec![(alice(), FUNDS), (own.clone(), ED + advance)]).execute_with(|| {
		assert_eq!(caller(), own);
		test();
	});
}

/// What the caller has.
pub fn balance() -> Balance {
	Balances::free_balance(caller())
}

/// Deploys a contract with this code.
pub fn deploy(code: &[u8]) -> H160 {
	opg_precompile_testing::deploy(contracts::init_code(code))
}

/// A contract's slot.
pub fn slot(contract: H160, slot: u8) -> Option<Vec<u8>> {
	let mut key = [0; 32];
	key[31] = slot;
	Revive::get_storage(contract, key).expect("there is a contract")
}
