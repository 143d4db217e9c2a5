//! What the tests of this crate share, beside `opg-precompile-testing`.

pub use opg_precompile_testing::*;

use opg_precompile_inference::ADDRESS;
use polkadot_sdk::{pallet_revive::precompiles::alloy::sol_types::SolCall, sp_core::H160};

pub fn precompile() -> H160 {
	H160(ADDRESS)
}

/// Init code of a contract that passes everything on to the precompile.
pub fn proxy(kind: Kind) -> Vec<u8> {
	opg_precompile_testing::proxy(kind, ADDRESS)
}

/// Alice calls a function of the precompile.
pub fn call<C: SolCall>(value: Balance, call: C) -> CallResult {
	call_raw(precompile(), value, call.abi_encode())
}

/// Every balance that a call can move, and the issuance. A refused call leaves them as they were.
pub fn money() -> Vec<Balance> {
	balances_of(&[alice(), owner(), Treasury::get(), account_at(precompile())])
}
