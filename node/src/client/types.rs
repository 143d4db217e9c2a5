//! What the node's RPC answers, as far as the commands need it. `crate::rpc::types` is the other
//! side.

use crate::{model::failure::Failure, rpc::types::Amount};
use opg_engine_abi::{hash::ReceiptParts, DType, ModelSignature, Tensor, TensorSpec};
use opg_runtime::AccountId;
use polkadot_sdk::sp_core;
use serde::Deserialize;
use subxt::utils::H256;

/// What a call costs, before it is made.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Quote {
	/// Price of the model.
	pub price: Amount,
	/// The most that the compute can cost.
	pub max_compute: Amount,
	/// What the compute costs for inputs like the owner's canaries.
	pub expected_compute: Amount,
	/// What `infer` needs as its `max_fuel`.
	pub max_fuel: u64,
}

/// A model.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Model {
	/// Id.
	pub id: u32,
	/// Owner, SS58.
	pub owner: String,
	/// Status in lower case.
	pub status: String,
	/// Hash of the engine.
	pub engine_hash: H256,
	/// Number of the engine's numeric profile.
	pub profile: u32,
	/// Content root.
	pub root: H256,
	/// Bytes of the ONNX file.
	pub length: u32,
	/// Deposit held on the owner's account.
	pub deposit: Amount,
	/// Name.
	pub name: String,
}

/// An input or output of a model.
#[derive(Clone, Debug, Deserialize)]
pub struct Spec {
	/// Name.
	pub name: String,
	/// NumPy name of the dtype.
	pub dtype: String,
	/// Length of each axis, outermost first.
	pub shape: Vec<u32>,
}

/// Inputs and outputs of a model, in order.
#[derive(Clone, Debug, Deserialize)]
pub struct Signature {
	/// Inputs.
	pub inputs: Vec<Spec>,
	/// Outputs.
	pub outputs: Vec<Spec>,
}

impl Signature {
	/// The signature as the engine has it.
	pub fn to_abi(&self) -> Result<ModelSignature, Failure> {
		let specs = |specs: &[Spec]| -> Result<Vec<TensorSpec>, Failure> {
			specs.iter().map(Spec::to_abi).collect()
		};
		Ok(ModelSignature { inputs: specs(&self.inputs)?, outputs: specs(&self.outputs)? })
	}
}

/// A settled inference.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Receipt {
	/// Block.
	pub block: u32,
	/// Position among the block's receipts.
	pub index: u32,
	/// Who called.
	pub caller: AccountId,
	/// Who paid the price.
	pub payer: AccountId,
	/// Model.
	pub model: u32,
	/// Id of the result.
	pub result_id: sp_core::H256,
	/// Hash of the inputs.
	pub input_hash: sp_core::H256,
	/// Hash of the outputs.
	pub output_hash: sp_core::H256,
	/// Fuel of the run alone.
	pub fuel: u64,
	/// Price, the protocol's share included.
	pub price: Amount,
	/// The protocol's share of the price.
	pub protocol_share: Amount,
}

impl Receipt {
	/// The receipt's id on the chain with that genesis block, made of its fields.
	pub fn id(&self, genesis_hash: [u8; 32]) -> [u8; 32] {
		ReceiptParts {
			genesis_hash,
			block: self.block.into(),
			index: self.index,
			caller: self.caller.clone().into(),
			payer: self.payer.clone().into(),
			model_id: self.model,
			result_id: self.result_id.0,
			fuel: self.fuel,
			price: self.price.0,
			protocol_share: self.protocol_share.0,
		}
		.id()
	}
}

/// A receipt with the proof that its block has it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReceiptProof {
	/// The receipt.
	pub receipt: Receipt,
	/// Root of the receipt's block.
	pub root: sp_core::H256,
	/// Position of the leaf.
	pub leaf_index: u32,
	/// Leaves of the tree.
	pub leaf_count: u32,
	/// The nodes beside the way to the root.
	pub proof: Vec<sp_core::H256>,
}

/// A tensor with its name.
#[derive(Clone, Debug, Deserialize)]
pub struct NamedTensor {
	/// Name.
	pub name: String,
	/// NumPy name of the dtype.
	pub dtype: String,
	/// Length of each axis, outermost first.
	pub shape: Vec<u32>,
	/// Row-major little-endian data, `0x…`.
	pub data: String,
}

/// A call made without consequences.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DryRun {
	/// Outputs, in signature order.
	pub outputs: Vec<NamedTensor>,
}

impl Spec {
	/// The specification as the engine has it.
	pub fn to_abi(&self) -> Result<TensorSpec, Failure> {
		Ok(TensorSpec {
			name: self.name.clone().into_bytes(),
			dtype: dtype(&self.dtype)?,
			shape: self.shape.clone(),
		})
	}
}

impl NamedTensor {
	/// The tensor as the engine has it.
	pub fn to_abi(&self) -> Result<Tensor, Failure> {
		let data = self.data.strip_prefix("0x").and_then(|digits| hex::decode(digits).ok());
		let data = data.ok_or_else(|| unexpected("data that is no hexadecimal"))?;
		Ok(Tensor { dtype: dtype(&self.dtype)?, shape: self.shape.clone(), data })
	}
}

fn dtype(name: &str) -> Result<DType, Failure> {
	DType::from_name(name).ok_or_else(|| unexpected(&format!("dtype `{name}`")))
}

fn unexpected(what: &str) -> Failure {
	Failure::new("Rpc", format!("the node answered {what}"), "use a client of the node's version")
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn tensors_are_read_from_json() {
		let json = r#"{"name":"y","dtype":"int16","shape":[2],"data":"0x01000200"}"#;
		let tensor: NamedTensor = serde_json::from_str(json).unwrap();
		let expected = Tensor { dtype: DType::Int16, shape: vec![2], data: vec![1, 0, 2, 0] };
		assert_eq!(tensor.to_abi(), Ok(expected));
		let odd = NamedTensor { data: "0x0".into(), ..tensor };
		assert_eq!(odd.to_abi().unwrap_err().code, "Rpc");
	}
}
