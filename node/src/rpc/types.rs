//! What the RPC takes and gives, as JSON.
//!
//! Amounts are decimal strings of base units (10⁻¹⁸ OPG), because JSON numbers lose digits above
//! 2⁵³; fuel, lengths and block numbers are numbers. Bytes and hashes are `0x…`.

pub mod credit;
pub mod schedule;

use crate::account::Account;
use opg_engine_abi::{DType, ModelSignature, Tensor, TensorSpec};
use opg_runtime::{AccountId, Balance, BlockNumber};
use pallet_inference as inference;
use pallet_model_registry as registry;
use polkadot_sdk::sp_core::{Bytes, H256};
use serde::{de::Error as _, Deserialize, Deserializer, Serialize, Serializer};

/// An amount in base units, as a decimal string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amount(pub Balance);

impl Serialize for Amount {
	fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
		serializer.collect_str(&self.0)
	}
}

impl<'de> Deserialize<'de> for Amount {
	fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
		let text = String::deserialize(deserializer)?;
		text.parse().map(Self).map_err(|_| {
			D::Error::custom("an amount is a decimal string of base units, such as \"1000\"")
		})
	}
}

/// A tensor that a caller passes.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InputTensor {
	/// Name of the input. When every tensor has one, their order doesn't matter; without names they
	/// are taken in signature order.
	#[serde(default)]
	pub name: Option<String>,
	/// NumPy name of the dtype, such as `float32`.
	pub dtype: String,
	/// Length of each axis, outermost first.
	pub shape: Vec<u32>,
	/// Row-major little-endian data.
	pub data: Bytes,
}

/// A tensor that a run returned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OutputTensor {
	/// Name of the output.
	pub name: String,
	/// NumPy name of the dtype.
	pub dtype: &'static str,
	/// Length of each axis, outermost first.
	pub shape: Vec<u32>,
	/// Row-major little-endian data.
	pub data: Bytes,
}

impl OutputTensor {
	/// A tensor with its name.
	pub fn new(name: &[u8], tensor: Tensor) -> Self {
		Self {
			name: text(name),
			dtype: tensor.dtype.name(),
			shape: tensor.shape,
			data: tensor.data.into(),
		}
	}
}

/// Options of a dry run.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DryRunOptions {
	/// Account that would pay; without it nobody's balance or credit is looked at.
	#[serde(default)]
	pub caller: Option<Account>,
	/// The most that the model's price may be; without it there is no limit.
	#[serde(default)]
	pub max_price: Option<Amount>,
	/// Fuel limit as `infer` takes it; without it the model's own.
	#[serde(default)]
	pub max_fuel: Option<u64>,
}

/// What a call costs, before it is made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
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
	/// Fuel charged for inputs like the owner's canaries.
	pub expected_fuel: u64,
	/// Whether the model is in the warm set now: `expected_*` have no load in them then.
	pub warm: bool,
}

impl From<inference::Quote<Balance>> for Quote {
	fn from(quote: inference::Quote<Balance>) -> Self {
		Self {
			price: Amount(quote.price),
			max_compute: Amount(quote.max_compute),
			expected_compute: Amount(quote.expected_compute),
			max_fuel: quote.max_fuel,
			expected_fuel: quote.expected_fuel,
			warm: quote.warm,
		}
	}
}

/// A call made without consequences: exact for these inputs in that block's state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DryRun {
	/// Outputs, in signature order.
	pub outputs: Vec<OutputTensor>,
	/// Fuel of the run alone.
	pub run_fuel: u64,
	/// Fuel that a call is charged for.
	pub charged_fuel: u64,
	/// What that compute costs, without the bytes of a transaction.
	pub compute: Amount,
	/// Price of the model.
	pub price: Amount,
	/// What the caller's `infer` would take the price from: `nothing`, `balance` or `credit`; `null`
	/// without a caller.
	pub paid_from: Option<&'static str>,
	/// Id of the result: anybody can recompute it.
	pub result_id: H256,
	/// Hash of the inputs.
	pub input_hash: H256,
	/// Hash of the outputs.
	pub output_hash: H256,
}

impl DryRun {
	/// A dry run with the outputs' names.
	pub fn new(run: inference::DryRun<Balance>, signature: &ModelSignature) -> Self {
		let names = signature.outputs.iter().map(|spec| &spec.name[..]);
		Self {
			outputs: names
				.zip(run.outputs)
				.map(|(name, tensor)| OutputTensor::new(name, tensor))
				.collect(),
			run_fuel: run.run_fuel,
			charged_fuel: run.charged_fuel,
			compute: Amount(run.compute),
			price: Amount(run.price),
			paid_from: run.paid_from.map(inference::PaidFrom::name),
			result_id: run.result_id,
			input_hash: run.input_hash,
			output_hash: run.output_hash,
		}
	}
}

/// A settled inference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Receipt {
	/// Block.
	pub block: BlockNumber,
	/// Position among the block's inferences.
	pub index: u32,
	/// Who called.
	pub caller: AccountId,
	/// Who paid the price.
	pub payer: AccountId,
	/// Model.
	pub model: u32,
	/// Id of the result.
	pub result_id: H256,
	/// Hash of the inputs.
	pub input_hash: H256,
	/// Hash of the outputs.
	pub output_hash: H256,
	/// Fuel of the run alone.
	pub fuel: u64,
	/// Price, the protocol's share included.
	pub price: Amount,
	/// The protocol's share of the price.
	pub protocol_share: Amount,
}

impl From<inference::Receipt<AccountId, Balance, BlockNumber>> for Receipt {
	fn from(receipt: inference::Receipt<AccountId, Balance, BlockNumber>) -> Self {
		Self {
			block: receipt.block,
			index: receipt.index,
			caller: receipt.caller,
			payer: receipt.payer,
			model: receipt.model,
			result_id: receipt.result_id,
			input_hash: receipt.input_hash,
			output_hash: receipt.output_hash,
			fuel: receipt.fuel,
			price: Amount(receipt.price),
			protocol_share: Amount(receipt.protocol_share),
		}
	}
}

/// A receipt with the proof that its block has it; `pallet_inference::proof` says how the tree is
/// made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReceiptProof {
	/// The receipt, whose id is the leaf.
	pub receipt: Receipt,
	/// Root of the receipt's block, as in the digest of the block's header.
	pub root: H256,
	/// Position of the leaf, from 0.
	pub leaf_index: u32,
	/// Leaves of the tree.
	pub leaf_count: u32,
	/// The nodes beside the way from the leaf to the root, the lowest first.
	pub proof: Vec<H256>,
}

impl From<inference::ReceiptProof<AccountId, Balance, BlockNumber>> for ReceiptProof {
	fn from(proof: inference::ReceiptProof<AccountId, Balance, BlockNumber>) -> Self {
		Self {
			receipt: proof.receipt.into(),
			root: proof.root,
			leaf_index: proof.leaf_index,
			leaf_count: proof.leaf_count,
			proof: proof.proof,
		}
	}
}

/// An input or output of a model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Spec {
	/// Name.
	pub name: String,
	/// NumPy name of the dtype.
	pub dtype: &'static str,
	/// Length of each axis, outermost first.
	pub shape: Vec<u32>,
}

impl From<TensorSpec> for Spec {
	fn from(spec: TensorSpec) -> Self {
		Self { name: text(&spec.name), dtype: spec.dtype.name(), shape: spec.shape }
	}
}

/// Inputs and outputs of a model, in order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Signature {
	/// Inputs.
	pub inputs: Vec<Spec>,
	/// Outputs.
	pub outputs: Vec<Spec>,
}

impl From<ModelSignature> for Signature {
	fn from(signature: ModelSignature) -> Self {
		Self {
			inputs: signature.inputs.into_iter().map(Into::into).collect(),
			outputs: signature.outputs.into_iter().map(Into::into).collect(),
		}
	}
}

/// What activation measured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Costs {
	/// Fuel of the load.
	pub load_fuel: u64,
	/// Fuel of everything that the engine's fuel doesn't see.
	pub overhead_fuel: u64,
	/// Fuel of the owner's most expensive canary.
	pub typical_fuel: u64,
	/// Fuel that one run may use.
	pub run_limit: u64,
	/// What `infer` needs as its `max_fuel`.
	pub max_fuel: u64,
	/// Pages (4 KiB) of the prepared image.
	pub image_pages: u32,
	/// Hash of the prepared image.
	pub image_hash: H256,
	/// WebAssembly pages (64 KiB) of memory after the load.
	pub memory_pages: u32,
	/// Bytes of all inputs together.
	pub input_bytes: u32,
	/// Bytes of all outputs together.
	pub output_bytes: u32,
}

impl From<registry::ModelCosts> for Costs {
	fn from(costs: registry::ModelCosts) -> Self {
		Self {
			load_fuel: costs.load_fuel,
			overhead_fuel: costs.overhead_fuel,
			typical_fuel: costs.typical_fuel,
			run_limit: costs.run_limit,
			max_fuel: costs.max_fuel(),
			image_pages: costs.image_pages,
			image_hash: costs.image_hash,
			memory_pages: costs.memory_pages,
			input_bytes: costs.input_bytes,
			output_bytes: costs.output_bytes,
		}
	}
}

/// A receiver of a model's price.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Beneficiary {
	/// Account.
	pub account: AccountId,
	/// Its share, in parts per billion.
	pub parts: u32,
}

/// A price that was announced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PendingPrice {
	/// Price.
	pub price: Amount,
	/// First block in which it holds.
	pub from: BlockNumber,
}

/// A model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Model {
	/// Id.
	pub id: u32,
	/// Owner.
	pub owner: AccountId,
	/// `draft`, `active`, `paused`, `retiring`, `retired` or `engine`.
	pub status: &'static str,
	/// Block from which it is retired, when that is announced.
	pub retires_at: Option<BlockNumber>,
	/// Whether a call would be accepted now.
	pub callable: bool,
	/// Engine version.
	pub engine: u32,
	/// Hash of the engine.
	pub engine_hash: H256,
	/// Number of the engine's numeric profile.
	pub profile: u32,
	/// Content root of the ONNX file.
	pub root: H256,
	/// Bytes of the ONNX file.
	pub length: u32,
	/// Chunks of the file.
	pub chunks: u32,
	/// Chunks that were uploaded.
	pub uploaded: u32,
	/// Deposit held on the owner's account.
	pub deposit: Amount,
	/// Name.
	pub name: String,
	/// Where the model's card is.
	pub card_uri: String,
	/// Hash of the card.
	pub card_hash: Option<H256>,
	/// Price of a call, without the compute.
	pub price: Amount,
	/// Announced price.
	pub pending_price: Option<PendingPrice>,
	/// Who shares the price, less the protocol's share.
	pub beneficiaries: Vec<Beneficiary>,
	/// Never paused, retired or made dearer.
	pub frozen: bool,
	/// Block in which it was created.
	pub created: BlockNumber,
	/// What a call is charged, from activation on.
	pub costs: Option<Costs>,
}

impl From<registry::ModelView<AccountId, Balance, BlockNumber>> for Model {
	fn from(view: registry::ModelView<AccountId, Balance, BlockNumber>) -> Self {
		let (status, retires_at) = match view.status {
			registry::ModelStatus::Draft => ("draft", None),
			registry::ModelStatus::Active => ("active", None),
			registry::ModelStatus::Paused => ("paused", None),
			registry::ModelStatus::Retiring { at, .. } => ("retiring", Some(at)),
			registry::ModelStatus::Retired => ("retired", None),
			registry::ModelStatus::Engine => ("engine", None),
		};
		Self {
			id: view.id,
			owner: view.owner,
			status,
			retires_at,
			callable: view.callable,
			engine: view.engine,
			engine_hash: view.engine_hash,
			profile: view.profile,
			root: view.root,
			length: view.length,
			chunks: view.chunks,
			uploaded: view.uploaded,
			deposit: Amount(view.deposit),
			name: text(&view.name),
			card_uri: text(&view.card_uri),
			card_hash: view.card_hash,
			price: Amount(view.price),
			pending_price: view
				.pending_price
				.map(|(price, from)| PendingPrice { price: Amount(price), from }),
			beneficiaries: view
				.beneficiaries
				.into_iter()
				.map(|registry::Beneficiary { account, parts }| Beneficiary { account, parts })
				.collect(),
			frozen: view.frozen,
			created: view.created,
			costs: view.costs.map(Into::into),
		}
	}
}

/// Text that was checked to be UTF-8 when it was stored.
fn text(bytes: &[u8]) -> String {
	String::from_utf8_lossy(bytes).into_owned()
}

/// The dtype with that NumPy name.
pub(super) fn dtype(name: &str) -> Option<DType> {
	DType::from_name(name)
}
