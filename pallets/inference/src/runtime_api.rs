//! What a node asks the runtime about models and inferences.

use crate::{
	fault::InferFault,
	types::{DryRun, Quote, Receipt, ReceiptProof},
};
use alloc::vec::Vec;
use codec::Codec;
use opg_engine_abi::{ModelSignature, Tensor};
use pallet_model_registry::{EngineView, ModelId, ModelView};
use polkadot_sdk::{sp_api, sp_core::H256};

sp_api::decl_runtime_apis! {
	/// Models, quotes, dry runs and receipts, for the RPC, the CLI and the node itself.
	pub trait InferenceApi<AccountId, Balance, BlockNumber>
	where
		AccountId: Codec,
		Balance: Codec,
		BlockNumber: Codec,
	{
		/// What a call costs, before it is made.
		fn quote(model: ModelId) -> Result<Quote<Balance>, InferFault>;

		/// Runs a model without consequences. With a caller, the price must be payable from its
		/// account; without limits, none apply but the model's own.
		fn dry_run(
			model: ModelId,
			inputs: Vec<Tensor>,
			caller: Option<AccountId>,
			max_price: Option<Balance>,
			max_fuel: Option<u64>,
		) -> Result<DryRun<Balance>, InferFault>;

		/// Inputs and outputs of a model; `None` until it is activated.
		fn signature(model: ModelId) -> Option<ModelSignature>;

		/// One model.
		fn model(model: ModelId) -> Option<ModelView<AccountId, Balance, BlockNumber>>;

		/// Models with ids from `from`, in order, at most `limit` (100 at most).
		fn models(from: ModelId, limit: u32) -> Vec<ModelView<AccountId, Balance, BlockNumber>>;

		/// A receipt that is still kept.
		fn receipt(id: H256) -> Option<Receipt<AccountId, Balance, BlockNumber>>;

		/// A receipt that is still kept, with the proof that its block has it.
		fn receipt_proof(id: H256) -> Option<ReceiptProof<AccountId, Balance, BlockNumber>>;

		/// What a batch of so many rows costs, before it is made: price, compute and fuel of all
		/// rows together.
		fn quote_batch(model: ModelId, rows: u32) -> Result<Quote<Balance>, InferFault>;

		/// Every engine version, in order: what a node compiles ahead.
		fn engines() -> Vec<EngineView<BlockNumber>>;
	}
}
