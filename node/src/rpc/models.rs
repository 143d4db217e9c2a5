//! `models_get`, `models_list`, `models_signature`.

use super::{
	error,
	types::{Model, Signature},
	Hash,
};
use crate::service::Client;
use jsonrpsee::{core::RpcResult, proc_macros::rpc};
use pallet_inference::runtime_api::InferenceApi as _;
use polkadot_sdk::{sc_client_api::HeaderBackend as _, sp_api::ProvideRuntimeApi};
use std::sync::Arc;

/// Models that one answer lists when the caller names no number.
const DEFAULT_LIMIT: u32 = 20;

/// The registry's models.
#[rpc(server, namespace = "models")]
pub trait ModelsApi {
	/// One model in the state of block `at`, the best block when there is none.
	#[method(name = "get", blocking)]
	fn get(&self, model: u32, at: Option<Hash>) -> RpcResult<Option<Model>>;

	/// Models with ids from `from` (1 when there is none), in order: 20, or `limit`, 100 at most.
	#[method(name = "list", blocking)]
	fn list(
		&self,
		from: Option<u32>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<Model>>;

	/// Inputs and outputs of a model; null until it is activated.
	#[method(name = "signature", blocking)]
	fn signature(&self, model: u32, at: Option<Hash>) -> RpcResult<Option<Signature>>;
}

/// Answers from the runtime.
pub struct Models {
	client: Arc<Client>,
}

impl Models {
	/// Methods over `client`.
	pub fn new(client: Arc<Client>) -> Self {
		Self { client }
	}

	fn at(&self, at: Option<Hash>) -> Hash {
		at.unwrap_or_else(|| self.client.info().best_hash)
	}
}

impl ModelsApiServer for Models {
	fn get(&self, model: u32, at: Option<Hash>) -> RpcResult<Option<Model>> {
		let view = self.client.runtime_api().model(self.at(at), model).map_err(error::call)?;
		Ok(view.map(Into::into))
	}

	fn list(
		&self,
		from: Option<u32>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<Model>> {
		let views = self
			.client
			.runtime_api()
			.models(self.at(at), from.unwrap_or(1), limit.unwrap_or(DEFAULT_LIMIT))
			.map_err(error::call)?;
		Ok(views.into_iter().map(Into::into).collect())
	}

	fn signature(&self, model: u32, at: Option<Hash>) -> RpcResult<Option<Signature>> {
		let signature =
			self.client.runtime_api().signature(self.at(at), model).map_err(error::call)?;
		Ok(signature.map(Into::into))
	}
}
