//! What this crate's own work takes, measured: everything but the run, which `pallet-inference` charges.
//!
//! What reads, converts and encodes is measured with OpenGradient's interface: a number of it has two words
//! and decimals of its own, one of Ritual's has one word.

use crate::{
	calldata::Tuple,
	forwarder::OPENGRADIENT,
	model,
	opengradient::{
		input::Tensors,
		interface::{
			IOpenGradientInference::runModelInferenceCall, OgModelInferenceRequest, OgModelInput,
			OgNumber, OgNumberTensor,
		},
		output, Request,
	},
	raw::RawCall,
	verifier::{self, interface::IProofVerifier::proofProfileCall, VerifierPrecompile},
};
use alloc::{format, string::String, vec, vec::Vec};
use codec::Encode;
use core::marker::PhantomData;
use opg_engine_abi::{DType, Tensor, TensorSpec};
use opg_precompile_common::{account_of, address_of, benchmarking::Contract, ieee::MAX_DECIMALS};
use pallet_model_registry::{
	benchmarking as models, names::MAX_NAME_VERSIONS, Pallet as Registry, MAX_BENEFICIARIES,
};
use polkadot_sdk::{
	frame_benchmarking::v2::*,
	pallet_revive::precompiles::alloy::{
		primitives::Address,
		sol_types::{SolCall, SolInterface},
	},
	sp_io::hashing::keccak_256,
};

pub use crate::Config;

/// Stands for this crate among the pallets that are measured.
pub struct Pallet<T: Config>(PhantomData<T>);

/// Bytes of calldata, at most.
const MAX_CALL_BYTES: usize = 128 * 1024;

/// Numbers that calldata and an answer hold, rounded down.
const MAX_NUMBERS: u32 = 2_000;

/// Bytes that are hashed, at most: all that inputs may have.
const MAX_HASHED: u32 = 1024 * 1024;

/// The number with most digits and decimals.
fn number() -> OgNumber {
	OgNumber { value: i128::MAX, decimals: MAX_DECIMALS.into() }
}

/// A call with one such number for every element.
fn request(reference: &str, specs: &[TensorSpec]) -> Vec<u8> {
	let tensor = |spec: &TensorSpec| {
		let count = spec.shape.iter().fold(1u32, |product, length| product.saturating_mul(*length));
		OgNumberTensor {
			name: String::from_utf8_lossy(&spec.name).into_owned(),
			values: vec![number(); count as usize],
			shape: spec.shape.clone(),
		}
	};
	let numbers = specs.iter().map(tensor).collect();
	let request = OgModelInferenceRequest {
		mode: 0,
		modelCID: reference.into(),
		input: OgModelInput { numbers, strings: Vec::new() },
	};
	runModelInferenceCall { request }.abi_encode()
}

/// Reads a call of [`request`].
fn read(data: &[u8]) -> Request<'_> {
	let Some((selector, arguments)) = data.split_first_chunk::<4>() else {
		panic!("there is a selector")
	};
	let request = Request::read(&OPENGRADIENT, *selector, Tuple::new(arguments));
	let Ok(request) = request else { panic!("it is a call") };
	request
}

/// `count` elements of the longest format.
fn specs_of(count: u32) -> Vec<TensorSpec> {
	vec![TensorSpec { name: b"x".to_vec(), dtype: DType::Float64, shape: vec![count] }]
}

#[benchmarks]
pub mod benchmarks {
	use super::*;

	/// The last version of the longest name, the longest signature, and the longest calldata.
	#[benchmark]
	pub fn call() {
		let owner = models::rich::<T>("owner", 0);
		let id = models::active_model::<T>(&owner, 1, 1, MAX_BENEFICIARIES);
		let alias = models::name::<T>(&owner, id);
		let reference = format!("{}@{MAX_NAME_VERSIONS}", String::from_utf8_lossy(&alias));
		let Some(signature) = Registry::<T>::signature(id) else { panic!("it is active") };
		let mut data = request(&reference, &signature.inputs);
		assert!(data.len() < MAX_CALL_BYTES);
		data.resize(MAX_CALL_BYTES, 0);
		let caller = Address::repeat_byte(1);
		let (compared, found, bytes);
		#[block]
		{
			let Ok(raw) = RawCall::abi_decode_validate(&data) else { panic!("anything is a call") };
			assert!(address_of::<T>(&account_of::<T>(caller)) == caller);
			let request = read(raw.data());
			let Ok(callable) = model::callable::<T>(request.model) else {
				panic!("the model is active")
			};
			let specs = &callable.signature.inputs;
			// Every name with every other, all of which are the same: more than a search takes.
			let equal =
				|one: &TensorSpec| specs.iter().filter(|spec| spec.name == one.name).count();
			compared = specs.iter().map(equal).sum::<usize>();
			found = Tensors::find(specs, request.input).is_ok();
			bytes = output::encoded_bytes(&callable.signature.outputs);
		}
		assert!(found && bytes > 0);
		assert_eq!(compared, signature.inputs.len().saturating_mul(signature.inputs.len()));
	}

	/// `n` numbers with as many digits and decimals as there may be.
	#[benchmark]
	pub fn elements(n: Linear<1, MAX_NUMBERS>) {
		let specs = specs_of(n);
		let data = request("x", &specs);
		let mut converted = Vec::new();
		#[block]
		{
			if let Ok(found) = Tensors::find(&specs, read(&data).input) {
				converted = found.convert().unwrap_or_default();
			}
		}
		assert!(converted.iter().all(|tensor| tensor.data.len() == 8 * n as usize));
		assert_eq!(converted.len(), 1);
	}

	/// `n` elements whose digits end in as many zeros as there may be.
	#[benchmark]
	pub fn numbers(n: Linear<1, MAX_NUMBERS>) {
		let specs = specs_of(n);
		let data = 1.5f64.to_le_bytes().repeat(n as usize);
		let outputs = vec![Tensor { dtype: DType::Float64, shape: vec![n], data }];
		let answer;
		#[block]
		{
			answer = output::encode(&specs, &outputs);
		}
		assert!(answer.is_ok_and(|answer| answer.len() > 64 * n as usize));
	}

	/// `n` bytes.
	#[benchmark]
	pub fn hash(n: Linear<1, MAX_HASHED>) {
		let data = vec![1; n as usize];
		let tensors = vec![Tensor { dtype: DType::Uint8, shape: vec![n], data }];
		let digest;
		#[block]
		{
			digest = keccak_256(&tensors.encode());
		}
		assert_ne!(digest, [0; 32]);
	}

	/// The dearest: `proofProfile`.
	#[benchmark]
	pub fn constant() {
		let mut contract = Contract::<T>::default();
		let data = proofProfileCall {}.abi_encode();
		let answer;
		#[block]
		{
			answer = contract.call::<VerifierPrecompile<T>>(&verifier::ADDRESS, &data);
		}
		assert!(answer.is_ok());
	}
}
