//! The runtime's precompiles: which contracts of ours answer at fixed Ethereum addresses.

use polkadot_sdk::*;

use crate::{AccountId, Runtime};
use alloc::vec::Vec;
use pallet_revive::AddressMapper;
use sp_core::H160;

/// The precompiles that pallet-revive calls, beside its built-in ones. Linear search in this
/// order: the ones called most come first.
pub type Precompiles = (
	opg_precompile_inference::InferencePrecompile<Runtime>,
	opg_precompile_credit::CreditPrecompile<Runtime>,
);

/// `Inference.sol`: runs a model.
pub const INFERENCE: H160 = H160(opg_precompile_inference::ADDRESS);

/// `Credit.sol`: prepaid OPG.
pub const CREDIT: H160 = H160(opg_precompile_credit::ADDRESS);

/// The addresses of [`Precompiles`].
pub const ADDRESSES: [H160; 2] = [INFERENCE, CREDIT];

/// The accounts of [`Precompiles`]. Genesis gives each the existential deposit: else the first
/// call that carries value would take it from the transaction's origin, beyond what was quoted.
pub fn accounts() -> Vec<AccountId> {
	ADDRESSES
		.iter()
		.map(<Runtime as pallet_revive::Config>::AddressMapper::to_fallback_account_id)
		.collect()
}
