//! A verifier of inferences by running them again ([`ProofVerifier.sol`](../ProofVerifier.sol)): the draft
//! ERC-8274 with empty proofs.
//!
//! A verification costs what a run costs, its price too: else a contract that is given outputs computed off
//! chain would have a model's answers, vouched for by every validator, for nothing.

use crate::{
	calldata::Tuple,
	malformed, model, run,
	weights::{count, WeightInfo, Weights},
	Config,
};
use alloc::{format, string::String, vec::Vec};
use codec::Encode;
use core::marker::PhantomData;
use opg_engine_abi::{EngineError, ErrorCode};
use opg_precompile_common::{
	caller, ensure_called_directly, ensure_no_value, ensure_question, revert, suffix,
};
use pallet_inference::InferFault;
use polkadot_sdk::{
	frame_support::traits::Get,
	pallet_revive::{
		self,
		precompiles::{
			alloy::{
				primitives::{Address, U256},
				sol_types::{SolCall, SolValue},
			},
			AddressMatcher, Error, Ext, Precompile,
		},
	},
	sp_io::hashing::keccak_256,
};

/// What `ProofVerifier.sol` says, as Rust types.
#[allow(missing_docs, clippy::all)]
pub mod interface {
	use polkadot_sdk::pallet_revive::precompiles::alloy;

	alloy::sol!("ProofVerifier.sol");
}

use interface::IProofVerifier::{
	proofProfileCall, proofSystemCall, supportsInterfaceCall, verifyCall, IProofVerifierCalls,
};

/// Bytes 16 and 17 of the precompile's address.
pub const SUFFIX: u16 = 0x0a08;

const MATCHER: AddressMatcher = AddressMatcher::Fixed(suffix::<SUFFIX>());

/// Where the precompile is: `0x000000000000000000000000000000000a080000`.
pub const ADDRESS: [u8; 20] = MATCHER.base_address();

/// The kind of proof.
const PROOF_SYSTEM: &str = "reexecution/opg";

/// Domain of the profile.
const PROFILE: &str = "OPG.reexecution.1";

/// The precompile of a runtime: an element of `pallet_revive::Config::Precompiles`.
pub struct VerifierPrecompile<T>(PhantomData<T>);

impl<T: Config> Precompile for VerifierPrecompile<T> {
	type T = T;
	type Interface = IProofVerifierCalls;
	const MATCHER: AddressMatcher = MATCHER;
	const HAS_CONTRACT_INFO: bool = false;

	fn call(
		address: &[u8; 20],
		input: &IProofVerifierCalls,
		env: &mut impl Ext<T = T>,
	) -> Result<Vec<u8>, Error> {
		match input {
			IProofVerifierCalls::verify(call) => verify(call, env),
			IProofVerifierCalls::proofSystem(_) => {
				ensure_question(env)?;
				env.charge(Weights::<T>::constant())?;
				Ok(proofSystemCall::abi_encode_returns(&String::from(PROOF_SYSTEM)))
			},
			IProofVerifierCalls::proofProfile(_) => {
				ensure_question(env)?;
				env.charge(Weights::<T>::constant())?;
				let chain = U256::from(<T as pallet_revive::Config>::ChainId::get());
				let parts = (String::from(PROFILE), chain, Address::from(*address));
				let profile = keccak_256(&parts.abi_encode_params());
				Ok(proofProfileCall::abi_encode_returns(&profile.into()))
			},
			IProofVerifierCalls::supportsInterface(call) => {
				ensure_question(env)?;
				env.charge(Weights::<T>::constant())?;
				let supported = [supportsInterfaceCall::SELECTOR, interface_id()];
				let supported = supported.contains(&call.interfaceId.0);
				Ok(supportsInterfaceCall::abi_encode_returns(&supported))
			},
		}
	}
}

/// The ERC-165 id of the draft's `IProofVerifier`: its three selectors, combined by exclusive or.
fn interface_id() -> [u8; 4] {
	let mut id = verifyCall::SELECTOR;
	for selector in [proofSystemCall::SELECTOR, proofProfileCall::SELECTOR] {
		for (to, from) in id.iter_mut().zip(selector) {
			*to ^= from;
		}
	}
	id
}

fn verify<T: Config>(call: &verifyCall, env: &mut impl Ext<T = T>) -> Result<Vec<u8>, Error> {
	ensure_called_directly(env)?;
	ensure_no_value(env)?;
	env.charge(Weights::<T>::call())?;
	let caller = caller(env)?;
	if !call.proof.is_empty() {
		return Err(revert(format!(
			"ProofNotEmpty(bytes={}): pass no proof; the model is run again",
			call.proof.len()
		)));
	}
	let metadata = Tuple::new(&call.metadata);
	let model = metadata.small(0).ok_or_else(malformed)?;
	let packed = metadata.bytes(1).ok_or_else(malformed)?;
	let callable = model::of_id::<T>(model)?;
	let inputs = callable.signature.unpack_inputs(packed).map_err(|(expected, got)| {
		let last = callable.signature.inputs.len().saturating_sub(1) as u64;
		let numbers = [last, expected, got];
		model::refused(EngineError::new(ErrorCode::WrongDataLength, &numbers).into())
	})?;
	let bytes = (packed.len() as u64).saturating_add(callable.costs.output_bytes.into());
	env.charge(Weights::<T>::hash(count(bytes)))?;
	let valid = keccak_256(&inputs.encode()) == call.inputHash.0
		&& match run::run(env, &caller, &callable, inputs)? {
			Ok(outputs) => keccak_256(&outputs.encode()) == call.outputHash.0,
			// There is no output, whatever its hash.
			Err(InferFault::Engine(_)) => false,
			Err(fault) => return Err(model::refused(fault)),
		};
	Ok(verifyCall::abi_encode_returns(&valid))
}
