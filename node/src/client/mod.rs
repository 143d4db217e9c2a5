//! # A client of the chain
//!
//! What the commands that need a chain do over a node's WebSocket: the node's own
//! RPC for reads, subxt for transactions. Calls and events are encoded by the metadata that the
//! chain gives, so the client keeps working when fields are added.
//!
//! | module | holds |
//! |---|---|
//! | [`key`] | the signing key |
//! | [`types`] | what the RPC answers |
//! | [`transaction`] | submitting a call |
//! | [`inclusion`] | finding its block, its events and errors |
//! | [`registry`] | reads and calls of `pallet-model-registry` |
//! | [`credit`], [`schedule`] | reads and calls of `pallet-credit` and `pallet-schedule` |
//! | [`command`], [`facts`] | what commands share, and what one tells |

pub mod command;
pub mod credit;
pub mod facts;
pub mod inclusion;
pub mod key;
pub mod registry;
pub mod schedule;
pub mod transaction;
pub mod types;

use crate::model::failure::Failure;
use serde::de::DeserializeOwned;
use std::sync::Arc;
use subxt::{
	backend::LegacyBackend,
	client::{ClientAtBlock, OnlineClientAtBlockImpl},
	config::RpcConfigFor,
	rpcs::{
		client::RpcParams,
		methods::legacy::{Block, LegacyRpcMethods},
		rpc_params, RpcClient,
	},
	utils::{AccountId32, H256},
	OnlineClient, SubstrateConfig,
};

/// The chain's types, as subxt names them.
pub type Config = SubstrateConfig;

/// The chain's state and metadata at a block.
pub type AtBlock = ClientAtBlock<Config, OnlineClientAtBlockImpl<Config>>;

/// A connection to a node.
pub struct Chain {
	url: String,
	rpc: RpcClient,
	legacy: LegacyRpcMethods<RpcConfigFor<Config>>,
	online: OnlineClient<Config>,
}

impl Chain {
	/// Connects to a node's WebSocket.
	pub async fn connect(url: &str) -> Result<Self, Failure> {
		let unreachable = |error: &dyn std::fmt::Display| {
			Failure::new(
				"Unreachable",
				format!("can't connect to {url}: {error}"),
				"start a node (`opg-node --dev`), or pass its WebSocket with --url",
			)
			.at(url)
		};
		let rpc = RpcClient::from_insecure_url(url).await.map_err(|e| unreachable(&e))?;
		let backend = LegacyBackend::builder().build(rpc.clone());
		let online = OnlineClient::from_backend_with_config(Config::new(), Arc::new(backend))
			.await
			.map_err(|e| unreachable(&e))?;
		Ok(Self { url: url.into(), legacy: LegacyRpcMethods::new(rpc.clone()), rpc, online })
	}

	/// Calls an RPC method. A refusal that the node explains keeps its code and remedy.
	pub async fn request<T: DeserializeOwned>(
		&self,
		method: &str,
		params: RpcParams,
	) -> Result<T, Failure> {
		self.rpc.request(method, params).await.map_err(|e| self.rpc_failure(method, e))
	}

	/// What a call of that model costs.
	pub async fn quote(&self, model: u32) -> Result<types::Quote, Failure> {
		self.request("inference_quote", rpc_params![model]).await
	}

	/// A model; `None` when no model has this id.
	pub async fn model(&self, model: u32) -> Result<Option<types::Model>, Failure> {
		self.request("models_get", rpc_params![model]).await
	}

	/// Inputs and outputs of a model; `None` until it is activated.
	pub async fn signature(&self, model: u32) -> Result<Option<types::Signature>, Failure> {
		self.request("models_signature", rpc_params![model]).await
	}

	/// The nonce of an account's next transaction, those in the node's pool included.
	pub async fn next_nonce(&self, account: &AccountId32) -> Result<u64, Failure> {
		self.legacy
			.system_account_next_index(account)
			.await
			.map_err(|e| self.rpc_failure("system_accountNextIndex", e))
	}

	/// The chain at its best block.
	pub async fn best(&self) -> Result<AtBlock, Failure> {
		let hash = self
			.legacy
			.chain_get_block_hash(None)
			.await
			.map_err(|e| self.rpc_failure("chain_getBlockHash", e))?
			.ok_or_else(|| self.failure("the node has no best block"))?;
		self.at(hash).await
	}

	/// The chain at a block.
	pub async fn at(&self, block: H256) -> Result<AtBlock, Failure> {
		self.online.at_block(block).await.map_err(|e| self.failure(e))
	}

	/// The chain at its newest final block.
	pub async fn finalized(&self) -> Result<AtBlock, Failure> {
		let hash = self
			.legacy
			.chain_get_finalized_head()
			.await
			.map_err(|e| self.rpc_failure("chain_getFinalizedHead", e))?;
		self.at(hash).await
	}

	/// Header and extrinsics of a block.
	async fn block(&self, hash: H256) -> Result<Block<RpcConfigFor<Config>>, Failure> {
		let details = self
			.legacy
			.chain_get_block(Some(hash))
			.await
			.map_err(|e| self.rpc_failure("chain_getBlock", e))?;
		Ok(details.ok_or_else(|| self.failure(format!("block {hash:?} isn't there")))?.block)
	}

	/// Hash of the genesis block.
	pub fn genesis_hash(&self) -> H256 {
		self.online.genesis_hash()
	}

	/// A failure of the connection or of what the node answered.
	fn failure(&self, error: impl std::fmt::Display) -> Failure {
		Failure::new("Rpc", error, "check the node's log; is it an OPG node of this version?")
			.at(&self.url)
	}

	fn rpc_failure(&self, method: &str, error: subxt::rpcs::Error) -> Failure {
		let subxt::rpcs::Error::User(error) = error else {
			return self.failure(format!("{method}: {error}"));
		};
		// The node's own refusals carry the same object as our `--json`.
		#[derive(serde::Deserialize)]
		struct Detail {
			code: String,
			message: Option<String>,
			node: Option<String>,
			hint: Option<String>,
		}
		let detail = error.data.as_ref().and_then(|d| serde_json::from_str::<Detail>(d.get()).ok());
		match detail {
			Some(detail) => Failure::new(
				&detail.code,
				detail.message.unwrap_or(error.message),
				detail.hint.unwrap_or_default(),
			)
			.at(detail.node.unwrap_or_default()),
			None => {
				let data =
					error.data.as_ref().map(|d| format!(": {}", d.get())).unwrap_or_default();
				self.failure(format!("{method}: {} ({}){data}", error.message, error.code))
			},
		}
	}
}
