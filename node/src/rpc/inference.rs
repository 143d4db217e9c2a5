//! `inference_quote`, `inference_quoteBatch`, `inference_dryRun`, `inference_receipt`,
//! `inference_receiptProof`.

use super::{
	error,
	types::{self, DryRun, DryRunOptions, InputTensor, Quote, Receipt, ReceiptProof},
	Hash,
};
use crate::service::Client;
use jsonrpsee::{core::RpcResult, proc_macros::rpc, types::ErrorObjectOwned};
use opg_engine_abi::{Limits, ModelSignature, Tensor};
use pallet_inference::{runtime_api::InferenceApi as _, InferFault};
use polkadot_sdk::{sc_client_api::HeaderBackend as _, sp_api::ProvideRuntimeApi, sp_core::H256};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// What a call costs, what it would give, and what one gave.
#[rpc(server, namespace = "inference")]
pub trait InferenceApi {
	/// What a call of the model costs in the state of block `at`, the best block when there is none.
	#[method(name = "quote", blocking)]
	fn quote(&self, model: u32, at: Option<Hash>) -> RpcResult<Quote>;

	/// What a batch of so many rows costs, all rows together.
	#[method(name = "quoteBatch", blocking)]
	fn quote_batch(&self, model: u32, rows: u32, at: Option<Hash>) -> RpcResult<Quote>;

	/// Runs the model without consequences. Exact for these inputs in that state; at most one
	/// block's fuel.
	#[method(name = "dryRun", blocking)]
	fn dry_run(
		&self,
		model: u32,
		inputs: Vec<InputTensor>,
		options: Option<DryRunOptions>,
		at: Option<Hash>,
	) -> RpcResult<DryRun>;

	/// A receipt, while the chain keeps it.
	#[method(name = "receipt", blocking)]
	fn receipt(&self, id: H256, at: Option<Hash>) -> RpcResult<Option<Receipt>>;

	/// A receipt, while the chain keeps it, with the proof that its block has it.
	#[method(name = "receiptProof", blocking)]
	fn receipt_proof(&self, id: H256, at: Option<Hash>) -> RpcResult<Option<ReceiptProof>>;
}

/// Answers from the runtime.
pub struct Inference {
	client: Arc<Client>,
	permits: Arc<Semaphore>,
}

impl Inference {
	/// Methods over `client`; dry runs take one of `permits` or fail at once.
	pub fn new(client: Arc<Client>, permits: Arc<Semaphore>) -> Self {
		Self { client, permits }
	}

	fn at(&self, at: Option<Hash>) -> Hash {
		at.unwrap_or_else(|| self.client.info().best_hash)
	}
}

impl InferenceApiServer for Inference {
	fn quote(&self, model: u32, at: Option<Hash>) -> RpcResult<Quote> {
		self.client
			.runtime_api()
			.quote(self.at(at), model)
			.map_err(error::call)?
			.map(Into::into)
			.map_err(|e| error::fault(&e))
	}

	fn quote_batch(&self, model: u32, rows: u32, at: Option<Hash>) -> RpcResult<Quote> {
		self.client
			.runtime_api()
			.quote_batch(self.at(at), model, rows)
			.map_err(error::call)?
			.map(Into::into)
			.map_err(|e| error::fault(&e))
	}

	fn dry_run(
		&self,
		model: u32,
		inputs: Vec<InputTensor>,
		options: Option<DryRunOptions>,
		at: Option<Hash>,
	) -> RpcResult<DryRun> {
		// Before the permit: what is too large costs this node nothing.
		check_sizes(&inputs)?;
		let _permit = self.permits.try_acquire().map_err(|_| error::busy())?;
		let at = self.at(at);
		let options = options.unwrap_or_default();
		let signature = self
			.client
			.runtime_api()
			.signature(at, model)
			.map_err(error::call)?
			.ok_or_else(|| error::fault(&InferFault::UnknownModel { model }))?;
		let tensors = arrange(inputs, &signature)?;
		let run = self
			.client
			.runtime_api()
			.dry_run(
				at,
				model,
				tensors,
				options.caller.map(|caller| caller.0),
				options.max_price.map(|amount| amount.0),
				options.max_fuel,
			)
			.map_err(error::call)?
			.map_err(|e| error::fault(&e))?;
		Ok(DryRun::new(run, &signature))
	}

	fn receipt(&self, id: H256, at: Option<Hash>) -> RpcResult<Option<Receipt>> {
		Ok(self.client.runtime_api().receipt(self.at(at), id).map_err(error::call)?.map(Into::into))
	}

	fn receipt_proof(&self, id: H256, at: Option<Hash>) -> RpcResult<Option<ReceiptProof>> {
		let proof = self.client.runtime_api().receipt_proof(self.at(at), id);
		Ok(proof.map_err(error::call)?.map(Into::into))
	}
}

/// Refuses what no model takes.
fn check_sizes(inputs: &[InputTensor]) -> Result<(), ErrorObjectOwned> {
	let limits = Limits::V1;
	let hint = "no model takes that much; check the model's signature";
	if inputs.len() > limits.tensors as usize {
		return Err(error::invalid(
			"TooManyTensors",
			format!("TooManyTensors(count={},max={})", inputs.len(), limits.tensors),
			hint,
		));
	}
	if let Some(input) = inputs.iter().find(|i| i.shape.len() > limits.rank as usize) {
		return Err(error::invalid(
			"RankTooLarge",
			format!("RankTooLarge(count={},max={})", input.shape.len(), limits.rank),
			hint,
		));
	}
	let bytes = inputs.iter().fold(0usize, |sum, input| sum.saturating_add(input.data.len()));
	if bytes > limits.input_bytes as usize {
		return Err(error::invalid(
			"TensorTooLarge",
			format!("TensorTooLarge(bytes={bytes},max={})", limits.input_bytes),
			hint,
		));
	}
	Ok(())
}

/// Puts named inputs into signature order; leaves unnamed ones as they are. Everything else about
/// them the chain checks.
fn arrange(
	inputs: Vec<InputTensor>,
	signature: &ModelSignature,
) -> Result<Vec<Tensor>, ErrorObjectOwned> {
	let named = inputs.iter().filter(|input| input.name.is_some()).count();
	if named == 0 {
		return inputs.into_iter().map(tensor).collect();
	}
	if named < inputs.len() {
		return Err(error::invalid(
			"MixedNames",
			format!("MixedNames(named={named},inputs={})", inputs.len()),
			"name all inputs, or none of them",
		));
	}
	let mut slots: Vec<Option<Tensor>> = signature.inputs.iter().map(|_| None).collect();
	for input in inputs {
		let name = input.name.clone().unwrap_or_default();
		let position = signature.inputs.iter().position(|spec| spec.name == name.as_bytes());
		let slot = position.and_then(|i| slots.get_mut(i)).filter(|slot| slot.is_none());
		match slot {
			Some(slot) => *slot = Some(tensor(input)?),
			None => {
				return Err(error::invalid(
					"UnknownInput",
					format!("UnknownInput(name={name})"),
					"the model has no such input, or it was given twice; see models_signature",
				))
			},
		}
	}
	// A missing one shortens the list, which the chain refuses with the numbers.
	Ok(slots.into_iter().flatten().collect())
}

fn tensor(input: InputTensor) -> Result<Tensor, ErrorObjectOwned> {
	let dtype = types::dtype(&input.dtype).ok_or_else(|| {
		error::invalid(
			"DtypeUnsupported",
			format!("DtypeUnsupported(dtype={})", input.dtype),
			"use float16, float32, float64, bool or an 8 to 64-bit integer, by its NumPy name",
		)
	})?;
	Ok(Tensor { dtype, shape: input.shape, data: input.data.0 })
}

#[cfg(test)]
mod tests {
	use super::*;
	use opg_engine_abi::{DType, TensorSpec};

	fn signature() -> ModelSignature {
		let spec = |name: &str, dtype| TensorSpec { name: name.into(), dtype, shape: vec![1] };
		ModelSignature {
			inputs: vec![spec("a", DType::Uint8), spec("b", DType::Float32)],
			outputs: vec![],
		}
	}

	fn input(name: Option<&str>, dtype: &str, bytes: usize) -> InputTensor {
		InputTensor {
			name: name.map(Into::into),
			dtype: dtype.into(),
			shape: vec![1],
			data: vec![0; bytes].into(),
		}
	}

	#[test]
	fn names_decide_the_order() {
		let inputs = vec![input(Some("b"), "float32", 4), input(Some("a"), "uint8", 1)];
		let tensors = arrange(inputs, &signature()).expect("names are known");
		assert_eq!(
			tensors.iter().map(|t| t.dtype).collect::<Vec<_>>(),
			[DType::Uint8, DType::Float32]
		);
	}

	#[test]
	fn positions_count_without_names() {
		let inputs = vec![input(None, "uint8", 1), input(None, "float32", 4)];
		assert_eq!(arrange(inputs, &signature()).expect("no names").len(), 2);
	}

	#[test]
	fn what_is_ambiguous_is_refused() {
		let a = || input(Some("a"), "uint8", 1);
		for inputs in [
			vec![a(), input(None, "float32", 4)],
			vec![a(), a()],
			vec![input(Some("c"), "uint8", 1)],
			vec![input(None, "complex64", 8)],
		] {
			let error = arrange(inputs, &signature()).expect_err("must be refused");
			assert_eq!(error.code(), error::INVALID_INPUT);
		}
	}

	#[test]
	fn sizes_are_bounded() {
		let limits = Limits::V1;
		assert!(check_sizes(&[input(None, "uint8", limits.input_bytes as usize)]).is_ok());
		assert!(check_sizes(&[input(None, "uint8", limits.input_bytes as usize + 1)]).is_err());
		assert!(check_sizes(&vec![input(None, "uint8", 0); limits.tensors as usize + 1]).is_err());
		let deep = InputTensor { shape: vec![1; 9], ..input(None, "uint8", 1) };
		assert!(check_sizes(&[deep]).is_err());
	}
}
