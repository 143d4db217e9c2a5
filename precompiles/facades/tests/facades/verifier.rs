//! Verification by running again.

use super::{
	contracts::{proxy, Kind},
	mock::*,
	onnx::{self, floats},
};
use codec::Encode;
use opg_engine_abi::{DType, Tensor};
use opg_precompile_facades::verifier::{
	interface::IProofVerifier::{
		proofProfileCall, proofSystemCall, supportsInterfaceCall, verifyCall,
	},
	ADDRESS,
};
use pallet_inference::Receipts;
use polkadot_sdk::{
	frame_support::traits::Get,
	pallet_revive,
	pallet_revive::precompiles::alloy::{
		primitives::{Address, U256},
		sol_types::{SolCall, SolValue},
	},
	sp_core::H160,
	sp_io::hashing::keccak_256,
};

const TO: H160 = H160(ADDRESS);

fn float_tensor(values: &[f32]) -> Tensor {
	Tensor { dtype: DType::Float32, shape: vec![1, values.len() as u32], data: floats(values) }
}

/// What a receipt calls the input hash of a tensor `float32[1,n]`.
pub fn input_hash(values: &[f32]) -> [u8; 32] {
	keccak_256(&vec![float_tensor(values)].encode())
}

/// What `onnx::doubler` makes of 0.5, -1, 8.25 and 3.
fn output_hash() -> [u8; 32] {
	let label = Tensor { dtype: DType::Int64, shape: vec![1], data: 2i64.to_le_bytes().to_vec() };
	keccak_256(&vec![label, float_tensor(&[1.0, -2.0, 16.5, 6.0])].encode())
}

const INPUT: [f32; 4] = [0.5, -1.0, 8.25, 3.0];

fn claim(model: u32) -> verifyCall {
	verifyCall {
		inputHash: input_hash(&INPUT).into(),
		outputHash: output_hash().into(),
		metadata: (model, floats(&INPUT)).abi_encode_params().into(),
		proof: Default::default(),
	}
}

fn valid(call: verifyCall) -> bool {
	returned::<verifyCall>(super::mock::call(TO, call.abi_encode()))
}

#[test]
fn what_is_so_is_valid() {
	ext().execute_with(|| {
		let id = publish(0);
		assert!(valid(claim(id)));
		let receipt = Receipts::<Test>::iter_values().next().unwrap();
		assert_eq!(receipt.input_hash.0, input_hash(&INPUT));
		assert_eq!(receipt.output_hash.0, output_hash());
	});
}

#[test]
fn what_is_not_so_is_invalid() {
	ext().execute_with(|| {
		let id = publish(0);
		let mut output = claim(id);
		output.outputHash.0[31] ^= 1;
		assert!(!valid(output));
		let ran = Receipts::<Test>::iter().count();
		let mut input = claim(id);
		input.inputHash.0[0] ^= 1;
		assert!(!valid(input));
		// It wasn't run.
		assert_eq!(Receipts::<Test>::iter().count(), ran);
		let mut other = claim(id);
		other.metadata = (id, floats(&[0.5, -1.0, 8.25, 3.5])).abi_encode_params().into();
		assert!(!valid(other));
	});
}

#[test]
fn a_run_that_fails_has_no_output() {
	ext().execute_with(|| {
		let id = publish_file(&onnx::table(), 0);
		let call = |index: i64| {
			let index = index.to_le_bytes().to_vec();
			let tensor = Tensor { dtype: DType::Int64, shape: vec![1], data: index.clone() };
			verifyCall {
				inputHash: keccak_256(&vec![tensor].encode()).into(),
				outputHash: output_hash().into(),
				metadata: (id, index).abi_encode_params().into(),
				proof: Default::default(),
			}
		};
		let before = money();
		assert!(!valid(call(9)));
		assert_eq!(money(), before);
		// In a static call too, where it pays for what it used, as one that runs.
		let viewer = deploy(proxy(Kind::Static, TO));
		let used = |index| {
			let result = super::mock::call(viewer, call(index).abi_encode());
			let used = result.weight_consumed.ref_time();
			assert!(!returned::<verifyCall>(result));
			used
		};
		assert!(used(9) <= used(3));
	});
}

/// As version 0.1 of the draft calls it.
#[test]
fn a_free_model_is_verified_in_a_static_call() {
	ext().execute_with(|| {
		let viewer = deploy(proxy(Kind::Static, TO));
		let call = claim(publish(0)).abi_encode();
		assert!(returned::<verifyCall>(super::mock::call(viewer, call)));
		assert_eq!(Receipts::<Test>::iter().count(), 0);
		let priced = claim(publish(9)).abi_encode();
		refused(viewer, priced, "StaticCallDenied(price=9): ");
		let delegating = deploy(proxy(Kind::Delegate, TO));
		refused(delegating, claim(1).abi_encode(), "DelegateCallDenied(): ");
	});
}

#[test]
fn questions_without_an_answer() {
	ext().execute_with(|| {
		let id = publish(0);
		let wrong = |call: verifyCall, start: &str| refused(TO, call.abi_encode(), start);
		wrong(claim(77), "UnknownModel(model=77): ");
		let mut proof = claim(id);
		proof.proof = vec![0; 3].into();
		wrong(proof, "ProofNotEmpty(bytes=3): ");
		for length in [0, 15, 17, 4_000] {
			let mut inputs = claim(id);
			inputs.metadata = (id, vec![0u8; length]).abi_encode_params().into();
			wrong(inputs, "WrongDataLength(");
		}
		let metadata = claim(id).metadata;
		// The last 16 bytes fill a word.
		for end in (0..metadata.len() - 16).step_by(5) {
			let mut cut = claim(id);
			cut.metadata = metadata[..end].to_vec().into();
			malformed(TO, cut.abi_encode());
		}
		malformed(TO, vec![1, 2, 3, 4, 5]);
		let before = money();
		let text = reverted(call_raw(TO, 1, claim(id).abi_encode()));
		assert!(text.starts_with("ValueRefused(value=1): "), "{text}");
		assert_eq!(money(), before);
	});
}

#[test]
fn the_verifier_describes_itself() {
	ext().execute_with(|| {
		let call = |data| super::mock::call(TO, data);
		let system = returned::<proofSystemCall>(call(proofSystemCall {}.abi_encode()));
		assert_eq!(system, "reexecution/opg");
		let profile = returned::<proofProfileCall>(call(proofProfileCall {}.abi_encode()));
		let chain: u64 = <Test as pallet_revive::Config>::ChainId::get();
		let parts = ("OPG.reexecution.1".to_string(), U256::from(chain), Address::from(ADDRESS));
		assert_eq!(profile.0, keccak_256(&parts.abi_encode_params()));
		let id: [u8; 4] = std::array::from_fn(|index| {
			verifyCall::SELECTOR[index]
				^ proofSystemCall::SELECTOR[index]
				^ proofProfileCall::SELECTOR[index]
		});
		for (interface, supported) in
			[(id, true), ([0x01, 0xff, 0xc9, 0xa7], true), ([0xff; 4], false), ([0; 4], false)]
		{
			let data = supportsInterfaceCall { interfaceId: interface.into() }.abi_encode();
			assert_eq!(returned::<supportsInterfaceCall>(call(data)), supported);
		}
	});
}
