//! What the node's RPC answers, as far as the commands need it. `crate::rpc::types` is the other
//! side.

use crate::{model::failure::Failure, rpc::types::Amount};
use opg_engine_abi::{DType, Tensor, TensorSpec};
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
