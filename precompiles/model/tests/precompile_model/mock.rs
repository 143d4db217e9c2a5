//! What the tests of this crate share, beside `opg-precompile-testing`.

pub use opg_precompile_testing::*;

use opg_precompile_inference::ADDRESS as INFERENCE;
use opg_precompile_model::address;
use pallet_model_registry::ModelId;
use polkadot_sdk::{pallet_revive::precompiles::alloy::sol_types::SolCall, sp_core::H160};

/// The contract of a model.
pub fn contract(model: ModelId) -> H160 {
	H160(address(model))
}

/// `Inference.sol`.
pub fn inference() -> H160 {
	H160(INFERENCE)
}

/// Init code of a contract that passes everything on to a model's.
pub fn proxy(kind: Kind, model: ModelId) -> Vec<u8> {
	opg_precompile_testing::proxy(kind, address(model))
}

/// Alice calls a function of a model's contract.
pub fn call<C: SolCall>(model: ModelId, value: Balance, call: C) -> CallResult {
	call_raw(contract(model), value, call.abi_encode())
}

/// Every balance that a call of that model can move, and the issuance. A refused call leaves them as
/// they were.
pub fn money(model: ModelId) -> Vec<Balance> {
	balances_of(&[alice(), owner(), Treasury::get(), account_at(contract(model))])
}
