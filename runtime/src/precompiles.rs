//! The runtime's precompiles: which contracts of ours answer at which Ethereum addresses.

use polkadot_sdk::*;

use crate::{weights, AccountId, Runtime};
use alloc::vec::Vec;
use pallet_model_registry::ModelId;
use pallet_revive::AddressMapper;
use sp_core::H160;
use sp_runtime::traits::Convert;

/// The precompiles that pallet-revive calls, beside its built-in ones. Linear search in this
/// order: the ones called most come first.
pub type Precompiles = (
	opg_precompile_inference::InferencePrecompile<Runtime>,
	opg_precompile_model::ModelPrecompile<Runtime>,
	opg_precompile_credit::CreditPrecompile<Runtime>,
	opg_precompile_model_registry::ModelRegistryPrecompile<Runtime>,
	opg_precompile_staging::StagingPrecompile<Runtime>,
	opg_precompile_facades::OpenGradientPrecompile<Runtime>,
	opg_precompile_facades::RitualPrecompile<Runtime>,
	opg_precompile_facades::VerifierPrecompile<Runtime>,
);

impl opg_precompile_inference::Config for Runtime {
	type WeightInfo = weights::opg_precompile_inference::WeightInfo<Runtime>;
}

impl opg_precompile_model::Config for Runtime {
	type WeightInfo = weights::opg_precompile_model::WeightInfo<Runtime>;
}

impl opg_precompile_credit::Config for Runtime {
	type WeightInfo = weights::opg_precompile_credit::WeightInfo<Runtime>;
}

impl opg_precompile_model_registry::Config for Runtime {
	type WeightInfo = weights::opg_precompile_model_registry::WeightInfo<Runtime>;
}

impl opg_precompile_staging::Config for Runtime {
	type WeightInfo = weights::opg_precompile_staging::WeightInfo<Runtime>;
}

impl opg_precompile_facades::Config for Runtime {
	type WeightInfo = weights::opg_precompile_facades::WeightInfo<Runtime>;
}

// No precompile, but the caller of contracts.
impl opg_precompile_schedule::Config for Runtime {
	type WeightInfo = weights::opg_precompile_schedule::WeightInfo<Runtime>;
}

/// `Inference.sol`: runs a model.
pub const INFERENCE: H160 = H160(opg_precompile_inference::ADDRESS);

/// `ModelRegistry.sol`: models, their owners and names.
pub const MODEL_REGISTRY: H160 = H160(opg_precompile_model_registry::ADDRESS);

/// `Credit.sol`: prepaid OPG.
pub const CREDIT: H160 = H160(opg_precompile_credit::ADDRESS);

/// `Staging.sol`: inputs that don't fit a call.
pub const STAGING: H160 = H160(opg_precompile_staging::ADDRESS);

/// Behind the forwarders of OpenGradient's precompile and hub.
pub const OPENGRADIENT: H160 = H160(opg_precompile_facades::opengradient::ADDRESS);

/// Behind the forwarder of Ritual's ONNX precompile.
pub const RITUAL: H160 = H160(opg_precompile_facades::ritual::ADDRESS);

/// `ProofVerifier.sol`: verifies inferences by running them again.
pub const PROOF_VERIFIER: H160 = H160(opg_precompile_facades::verifier::ADDRESS);

/// The fixed addresses of [`Precompiles`].
pub const ADDRESSES: [H160; 7] =
	[INFERENCE, MODEL_REGISTRY, CREDIT, STAGING, OPENGRADIENT, RITUAL, PROOF_VERIFIER];

/// The addresses of other systems at which the genesis has contracts.
pub fn forwarders() -> impl Iterator<Item = H160> {
	opg_precompile_facades::forwarder::ALL.into_iter().map(|forwarder| H160(forwarder.address))
}

/// `Model.sol`: a model's own address.
pub const fn model(model: ModelId) -> H160 {
	H160(opg_precompile_model::address(model))
}

/// The account of a model's own address, which its owner endows with the activation.
pub struct ModelAccount;

impl Convert<ModelId, Option<AccountId>> for ModelAccount {
	fn convert(id: ModelId) -> Option<AccountId> {
		Some(<Runtime as pallet_revive::Config>::AddressMapper::to_fallback_account_id(&model(id)))
	}
}

/// The accounts of [`ADDRESSES`] and [`forwarders`]. Genesis gives each the existential deposit: else
/// the first call that carries value would take it from the transaction's origin, beyond what was
/// quoted, and Revive's genesis would mint a contract's on top of the issuance.
pub fn accounts() -> Vec<AccountId> {
	ADDRESSES
		.into_iter()
		.chain(forwarders())
		.map(|address| {
			<Runtime as pallet_revive::Config>::AddressMapper::to_fallback_account_id(&address)
		})
		.collect()
}
