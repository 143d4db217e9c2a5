//! What this crate's own work takes, measured: everything but the run, which `pallet-inference` charges.
//!
//! Each of the functions that run a model is put together here from its own parts, in their order, with
//! the run's outputs made up; the others are called as a contract calls them.

use crate::{
	form::{concatenate, Form, Packed, MAX_ANSWER_BYTES},
	infer::answer_or_code,
	interface::IInference::{
		inferBatchCall, inferSponsoredCall, inferTensorsCall, quoteCall, receiptRootCall,
		signatureCall, tryInferBatchCall, tryInferBatchReturn, tryPipelineCall, tryPipelineReturn,
		IInferenceCalls as Function, Tensor as AbiTensor,
	},
	InferencePrecompile, Tensors, ADDRESS,
};
use alloc::{vec, vec::Vec};
use core::marker::PhantomData;
use opg_engine_abi::Tensor;
use opg_precompile_common::{
	abi::Calls,
	account_of,
	benchmarking::{Contract, Value},
};
use pallet_inference::{ReceiptRoots, MAX_BATCH_ROWS, MAX_PIPELINE_STAGES};
use pallet_model_registry::{benchmarking as models, ModelId, MAX_BENEFICIARIES};
use polkadot_sdk::{
	frame_benchmarking::v2::*,
	frame_system::pallet_prelude::BlockNumberFor,
	pallet_revive::precompiles::alloy::{
		primitives::Address,
		sol_types::{SolCall, SolInterface},
	},
	sp_core::H256,
	sp_runtime::traits::One,
};

pub use crate::Config;

/// Stands for this crate among the pallets that are measured.
pub struct Pallet<T: Config>(PhantomData<T>);

/// Bytes of the inputs or outputs of a model beside the first: one each.
const OTHERS: u32 = 15;

/// Bytes of inputs, at most: all that inputs may have, of which calldata hold an eighth.
const MAX_INPUT_BYTES: u32 = 1024 * 1024;

/// Bytes of inputs that calldata hold beside the rest of a call, rounded down.
const MAX_CALL_BYTES: u32 = 120 * 1024;

/// Bytes of outputs that typed tensors have place for beside types, shapes and offsets, rounded down.
const MAX_TENSOR_BYTES: u32 = 120 * 1024;

/// A model with the longest signature, whose inputs have so many bytes together, and its outputs.
fn active<T: Config>(index: u32, input_bytes: u32, output_bytes: u32) -> ModelId {
	models::active_model::<T>(
		&models::rich::<T>("owner", index),
		input_bytes.saturating_sub(OTHERS),
		output_bytes.saturating_sub(OTHERS),
		MAX_BENEFICIARIES,
	)
}

/// What such a model gives.
fn given(output_bytes: u32) -> Vec<Tensor> {
	models::tensors(output_bytes.saturating_sub(OTHERS))
}

/// What is done for every caller: a sponsor's address is mapped, the value goes back, the credit is read.
fn offer<T: Config>(sponsor: Address, value: &Value<T>) {
	assert!(account_of::<T>(sponsor) != *value.caller());
	value.give_back();
	assert!(pallet_credit::Pallet::<T>::credit_of(value.caller()) < One::one());
}

fn decoded(data: &[u8]) -> Function {
	let Ok(Calls::Decoded(function)) = Calls::<Function, Tensors>::abi_decode_validate(data) else {
		panic!("it is a call")
	};
	function
}

#[benchmarks]
pub mod benchmarks {
	use super::*;

	/// `n` bytes of inputs; as many as a call returns of outputs.
	#[benchmark]
	pub fn run(n: Linear<{ OTHERS + 1 }, { MAX_INPUT_BYTES }>) {
		let id = active::<T>(0, n, MAX_ANSWER_BYTES);
		let value = Value::<T>::default();
		let sponsor = Address::repeat_byte(1);
		let inputs = vec![1; n as usize].into();
		let data = inferSponsoredCall { sponsor, modelId: id, inputs }.abi_encode();
		let outputs = given(MAX_ANSWER_BYTES);
		let answers;
		#[block]
		{
			let Function::inferSponsored(call) = decoded(&data) else { panic!("it is another") };
			offer::<T>(call.sponsor, &value);
			let form = Packed(&call.inputs);
			let Ok(prepared) = crate::run::prepare::<T, _>(call.modelId, &form) else {
				panic!("the model is active")
			};
			assert_eq!(prepared.1.len(), outputs.len());
			answers = form.answer(outputs).map(|answer| answer_or_code(Ok(answer)));
		}
		let longest = MAX_ANSWER_BYTES.saturating_add(3 * 32) as usize;
		assert!(answers.is_ok_and(|answer| answer.len() == longest));
	}

	/// `n` bytes of inputs; as many as a call returns of outputs.
	#[benchmark]
	pub fn tensors(n: Linear<{ OTHERS + 1 }, { MAX_CALL_BYTES }>) {
		let id = active::<T>(0, n, MAX_TENSOR_BYTES);
		let value = Value::<T>::default();
		let abi = |tensor: Tensor| AbiTensor {
			dtype: tensor.dtype.code(),
			shape: tensor.shape,
			data: tensor.data.into(),
		};
		let inputs = given(n).into_iter().map(abi).collect();
		let data = inferTensorsCall { modelId: id, inputs }.abi_encode();
		let outputs = given(MAX_TENSOR_BYTES);
		let answers;
		#[block]
		{
			let Ok(Calls::Raw(call)) = Calls::<Function, Tensors>::abi_decode_validate(&data)
			else {
				panic!("it is a call")
			};
			let Some((id, form)) = crate::tensors::read(&call.args) else {
				panic!("it is encoded")
			};
			offer::<T>(Address::repeat_byte(1), &value);
			let Ok(prepared) = crate::run::prepare::<T, _>(id, &form) else {
				panic!("the model is active")
			};
			assert_eq!(prepared.1.len(), outputs.len());
			answers =
				form.answer(outputs).map(|answer| inferTensorsCall::abi_encode_returns(&answer));
		}
		assert!(answers.is_ok_and(|answer| answer.len() > MAX_TENSOR_BYTES as usize));
	}

	/// `n` bytes of inputs in as many rows as there may be.
	#[benchmark]
	pub fn batch(n: Linear<{ (OTHERS + 1) * MAX_BATCH_ROWS }, { MAX_CALL_BYTES }>) {
		let row = n.checked_div(MAX_BATCH_ROWS).unwrap_or_default();
		let out = crate::batch::MAX_OUTPUT_BYTES.checked_div(MAX_BATCH_ROWS).unwrap_or_default();
		let id = active::<T>(0, row, out);
		let value = Value::<T>::default();
		let data = inferBatchCall {
			modelId: id,
			rows: MAX_BATCH_ROWS,
			inputs: vec![1; row.saturating_mul(MAX_BATCH_ROWS) as usize].into(),
		}
		.abi_encode();
		let outputs = vec![given(out); MAX_BATCH_ROWS as usize];
		let answer;
		#[block]
		{
			let Function::inferBatch(call) = decoded(&data) else { panic!("it is another") };
			offer::<T>(Address::repeat_byte(1), &value);
			let prepared = crate::batch::prepare::<T>(call.modelId, call.rows, &call.inputs);
			let Ok(prepared) = prepared else { panic!("the model is active") };
			assert_eq!(prepared.rows.len(), outputs.len());
			let mut joined = Vec::new();
			for row in outputs {
				joined.extend(concatenate(row));
			}
			answer = tryInferBatchCall::abi_encode_returns(&tryInferBatchReturn {
				code: 0,
				row: 0,
				data: joined.into(),
			});
		}
		assert!(answer.len() > MAX_CALL_BYTES as usize);
	}

	/// `n` bytes of inputs, and of what each of the `s` stages gives, so that they fit each other.
	#[benchmark]
	pub fn pipeline(
		n: Linear<{ OTHERS + 1 }, { MAX_CALL_BYTES }>,
		s: Linear<1, { MAX_PIPELINE_STAGES }>,
	) {
		let ids: Vec<_> = (0..s).map(|stage| active::<T>(stage, n, n)).collect();
		let value = Value::<T>::default();
		let inputs = vec![1; n as usize].into();
		let data = tryPipelineCall { modelIds: ids, inputs }.abi_encode();
		let outputs = given(n);
		let answer;
		#[block]
		{
			let Function::tryPipeline(call) = decoded(&data) else { panic!("it is another") };
			offer::<T>(Address::repeat_byte(1), &value);
			let prepared = crate::pipeline::prepare::<T>(&call.modelIds, &call.inputs);
			let Ok((stages, inputs)) = prepared else { panic!("the models are active and fit") };
			assert!(stages.first().is_some() && inputs.len() == outputs.len());
			answer = tryPipelineCall::abi_encode_returns(&tryPipelineReturn {
				code: 0,
				stage: 0,
				data: concatenate(outputs).into(),
			});
		}
		assert!(answer.len() > n as usize);
	}

	#[benchmark]
	pub fn quote() {
		let mut contract = Contract::<T>::default();
		let id = active::<T>(0, 1024, 1024);
		let data = quoteCall { modelId: id }.abi_encode();
		let answer;
		#[block]
		{
			answer = contract.call::<InferencePrecompile<T>>(&ADDRESS, &data);
		}
		assert!(answer.is_ok());
	}

	/// The longest.
	#[benchmark]
	pub fn signature() {
		let mut contract = Contract::<T>::default();
		let id = active::<T>(0, 1024, 1024);
		let data = signatureCall { modelId: id }.abi_encode();
		let answer;
		#[block]
		{
			answer = contract.call::<InferencePrecompile<T>>(&ADDRESS, &data);
		}
		assert!(answer.is_ok());
	}

	#[benchmark]
	pub fn receipt_root() {
		let mut contract = Contract::<T>::default();
		let block = 1u32;
		ReceiptRoots::<T>::insert(BlockNumberFor::<T>::from(block), H256::repeat_byte(1));
		let data = receiptRootCall { blockNumber: block.into() }.abi_encode();
		let answer;
		#[block]
		{
			answer = contract.call::<InferencePrecompile<T>>(&ADDRESS, &data);
		}
		assert_eq!(answer.ok(), Some(vec![1; 32]));
	}
}
