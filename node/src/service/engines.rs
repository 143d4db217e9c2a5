//! Compiles engines before they are needed.
//!
//! Compiling one takes seconds: too long for the way of a block. So a starting node compiles the
//! engines of its best state before it imports or authors anything, and a running node compiles a
//! new version on sight, one at a time, while the chain still waits for the version's first
//! callable block. A call that comes before its engine is ready waits, in the consensus lane, and
//! is refused in the RPC lane.

use super::{Block, Client};
use codec::Decode;
use futures::{stream, StreamExt};
use opg_engine_abi::request::chunk_key;
use opg_engine_host::{ContentSource, EngineHost, Prepared};
use opg_runtime::BlockNumber;
use pallet_inference::runtime_api::InferenceApi as _;
use pallet_model_registry::EngineView;
use polkadot_sdk::{
	sc_client_api::{BlockchainEvents, HeaderBackend, StorageProvider},
	sc_service::{error::Error as ServiceError, TaskManager},
	sp_api::ProvideRuntimeApi,
	sp_core::storage::StorageKey,
	sp_runtime::traits::Block as BlockT,
};
use std::sync::Arc;

/// Target of log lines about the engine.
pub(crate) const LOG_TARGET: &str = "engine";

/// Hash of a block.
type Hash = <Block as BlockT>::Hash;

/// Chunks of an engine or a model in the state of one block.
pub(super) struct StateSource<'a> {
	pub(super) client: &'a Client,
	pub(super) at: Hash,
	pub(super) prefix: &'a [u8],
}

impl StateSource<'_> {
	fn key(&self, index: u32) -> StorageKey {
		StorageKey(chunk_key(self.prefix, index))
	}

	/// A state that can't be read has no chunks: preparing then fails and says which is missing.
	fn readable<T>(
		&self,
		result: Result<Option<T>, polkadot_sdk::sp_blockchain::Error>,
	) -> Option<T> {
		result.unwrap_or_else(|error| {
			log::warn!(target: LOG_TARGET, "The state of block {} can't be read: {error}", self.at);
			None
		})
	}
}

impl ContentSource for StateSource<'_> {
	fn chunk(&mut self, index: u32) -> Option<Vec<u8>> {
		let stored = self.readable(self.client.storage(self.at, &self.key(index)))?;
		Vec::<u8>::decode(&mut &stored.0[..]).ok()
	}

	fn chunk_digest(&mut self, index: u32) -> Option<[u8; 32]> {
		self.readable(self.client.storage_hash(self.at, &self.key(index))).map(|hash| hash.0)
	}
}

/// Compiles every engine of the best state that isn't switched off, or reads it from disk.
///
/// # Errors
/// When an engine that calls may use can't be prepared: this node could not execute blocks.
pub fn prepare_best(client: &Client, host: &EngineHost) -> Result<(), ServiceError> {
	let info = client.info();
	for engine in engines(client, info.best_hash)? {
		if engine.disabled_from.is_some_and(|from| info.best_number >= from) {
			continue;
		}
		prepare(client, host, info.best_hash, &engine).map_err(ServiceError::Application)?;
	}
	Ok(())
}

/// Compiles new engine versions as they appear in imported blocks.
pub fn spawn_watch(task_manager: &TaskManager, client: Arc<Client>, host: Arc<EngineHost>) {
	// Finality comes also after a state sync, when no single block is announced.
	let imported = client.import_notification_stream().map(|block| block.hash);
	let finalised = client.finality_notification_stream().map(|block| block.hash);
	let mut blocks = stream::select(imported, finalised);
	let watch = async move {
		while let Some(at) = blocks.next().await {
			let engines = match engines(&client, at) {
				Ok(engines) => engines,
				Err(error) => {
					// A block of another fork may be gone by now; the next one is asked again.
					log::debug!(target: LOG_TARGET, "No list of engines at block {at}: {error}");
					continue;
				},
			};
			for engine in engines {
				if host.is_prepared(&engine.engine.hash) {
					continue;
				}
				if let Err(error) = prepare(&client, &host, at, &engine) {
					// Tried again at the next block, and at the latest when it is called.
					log::error!(target: LOG_TARGET, "{error}");
				}
			}
		}
	};
	task_manager.spawn_handle().spawn_blocking("engine-compiler", Some("engine"), watch);
}

fn engines(client: &Client, at: Hash) -> Result<Vec<EngineView<BlockNumber>>, ServiceError> {
	client.runtime_api().engines(at).map_err(|error| ServiceError::Application(Box::new(error)))
}

fn prepare(
	client: &Client,
	host: &EngineHost,
	at: Hash,
	engine: &EngineView<BlockNumber>,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
	let EngineView { version, engine, prefix, .. } = engine;
	log::info!(
		target: LOG_TARGET,
		"Preparing engine version {version} ({}): compiling it takes about ten seconds, reading it \
		 from disk less than one",
		hex::encode(engine.hash),
	);
	let mut source = StateSource { client, at, prefix };
	let prepared = host
		.prepare_engine(engine, &mut source)
		.map_err(|error| format!("Engine version {version} can't be prepared: {error}"))?;
	log::info!(
		target: LOG_TARGET,
		"Engine version {version} is ready: {} in {} ms",
		match prepared {
			Prepared { compiled: true, .. } => "compiled",
			Prepared { from_disk: true, .. } => "read from disk",
			Prepared { .. } => "found in memory",
		},
		prepared.millis,
	);
	Ok(())
}
