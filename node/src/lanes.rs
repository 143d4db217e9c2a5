//! Which engine calls serve consensus, and which serve RPC.
//!
//! The engine's host treats the two differently: a call for consensus always runs, waits for an
//! engine that isn't compiled yet, and fills the caches; a call for RPC takes a permit or fails at
//! once, never compiles, and fills nothing that an import reads. So every call into the runtime
//! has to say what it is for, and what says nothing is RPC.
//!
//! The lane is a **task-local value**, set while a consensus future is polled:
//!
//! - [`ConsensusImport`] sets it around `import_block`. The client executes a block inside that
//!   future, synchronously, on the thread that polls it (`sc-service`,
//!   `Client::prepare_block_storage_changes`).
//! - [`ConsensusSpawner`] sets it around the proposer, which builds a block in one future of its
//!   own (`sc-basic-authorship`, `Proposer::propose_block`).
//!
//! [`EngineExtensions`] reads it when a runtime instance gets its extensions: once per instance,
//! at its first call, and from then on the instance keeps its lane.
//!
//! A proposal's `extra_extensions` can't carry the lane in an extension of the same type:
//! `Client::initialize_extensions` merges the factory's extensions *over* those that were
//! registered before (`sp-externalities`, `Extensions::merge`).

use opg_engine_host::{EngineHost, Lane};
use opg_engine_interface::EngineExt;
use polkadot_sdk::{
	sc_client_api::execution_extensions::ExtensionsFactory,
	sc_consensus::{BlockCheckParams, BlockImport, BlockImportParams, ImportResult},
	sp_core::traits::SpawnNamed,
	sp_externalities::Extensions,
	sp_runtime::traits::{Block as BlockT, NumberFor},
};
use std::{future::Future, sync::Arc};

use futures::{future::BoxFuture, FutureExt};
use jsonrpsee::core::async_trait;

tokio::task_local! {
	static LANE: Lane;
}

/// Runs a future whose engine calls serve consensus.
pub async fn consensus<F: Future>(future: F) -> F::Output {
	LANE.scope(Lane::Consensus, future).await
}

/// Runs a function whose engine calls serve consensus.
pub fn consensus_sync<R>(function: impl FnOnce() -> R) -> R {
	LANE.sync_scope(Lane::Consensus, function)
}

/// The lane of the running task: RPC unless something marked it.
pub fn current() -> Lane {
	LANE.try_with(|lane| *lane).unwrap_or(Lane::Rpc)
}

/// Gives every runtime instance the engine's host, with the lane of the task that made it.
pub struct EngineExtensions {
	host: Arc<EngineHost>,
}

impl EngineExtensions {
	/// Extensions that lead to `host`.
	pub fn new(host: Arc<EngineHost>) -> Self {
		Self { host }
	}
}

impl<Block: BlockT> ExtensionsFactory<Block> for EngineExtensions {
	fn extensions_for(&self, _: Block::Hash, _: NumberFor<Block>) -> Extensions {
		let mut extensions = Extensions::new();
		extensions.register(EngineExt { lane: current(), host: self.host.clone() });
		extensions
	}
}

/// A block import whose executions serve consensus. Wrap it around everything else.
#[derive(Clone)]
pub struct ConsensusImport<I>(I);

impl<I> ConsensusImport<I> {
	/// Wraps `inner`.
	pub fn new(inner: I) -> Self {
		Self(inner)
	}
}

#[async_trait]
impl<Block, I> BlockImport<Block> for ConsensusImport<I>
where
	Block: BlockT,
	I: BlockImport<Block> + Send + Sync,
{
	type Error = I::Error;

	async fn check_block(
		&self,
		block: BlockCheckParams<Block>,
	) -> Result<ImportResult, Self::Error> {
		self.0.check_block(block).await
	}

	async fn import_block(
		&self,
		block: BlockImportParams<Block>,
	) -> Result<ImportResult, Self::Error> {
		consensus(self.0.import_block(block)).await
	}
}

/// A spawner whose tasks serve consensus. Give it to the proposer factory and to nothing else.
#[derive(Clone)]
pub struct ConsensusSpawner<S>(S);

impl<S> ConsensusSpawner<S> {
	/// Wraps `inner`.
	pub fn new(inner: S) -> Self {
		Self(inner)
	}
}

impl<S: SpawnNamed + Clone> SpawnNamed for ConsensusSpawner<S> {
	fn spawn_blocking(
		&self,
		name: &'static str,
		group: Option<&'static str>,
		future: BoxFuture<'static, ()>,
	) {
		self.0.spawn_blocking(name, group, consensus(future).boxed());
	}

	fn spawn(
		&self,
		name: &'static str,
		group: Option<&'static str>,
		future: BoxFuture<'static, ()>,
	) {
		self.0.spawn(name, group, consensus(future).boxed());
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn is_consensus() -> bool {
		matches!(current(), Lane::Consensus)
	}

	#[tokio::test]
	async fn only_the_marked_future_serves_consensus() {
		assert!(!is_consensus());
		let unmarked = tokio::spawn(async { is_consensus() });
		assert!(consensus(async { is_consensus() }).await);
		assert!(consensus_sync(is_consensus));
		assert!(!is_consensus());
		assert!(!unmarked.await.unwrap());
	}

	#[tokio::test]
	async fn a_task_that_a_marked_future_spawns_is_unmarked() {
		let inner = consensus(async { tokio::spawn(async { is_consensus() }).await }).await;
		assert!(!inner.unwrap());
	}

	#[test]
	fn a_marked_spawner_marks_its_tasks() {
		use polkadot_sdk::sp_core::testing::TaskExecutor;
		let spawner = ConsensusSpawner::new(TaskExecutor::new());
		for blocking in [false, true] {
			let (tell, told) = futures::channel::oneshot::channel();
			let task = async move { tell.send(is_consensus()).expect("somebody listens") }.boxed();
			if blocking {
				spawner.spawn_blocking("test", None, task);
			} else {
				spawner.spawn("test", None, task);
			}
			assert_eq!(futures::executor::block_on(told), Ok(true));
		}
	}

	#[tokio::test]
	async fn the_mark_lasts_across_awaits() {
		let marked = consensus(async {
			tokio::task::yield_now().await;
			is_consensus()
		});
		assert!(marked.await);
	}
}
