//! The RPC: Substrate's own methods, and `inference_*`, `models_*`, `credit_*` and `schedule_*`.

pub mod credit;
pub mod error;
pub mod inference;
pub mod models;
pub mod schedule;
pub mod types;

use crate::service::{Backend, Block, Client, Pool};
use credit::{Credit, CreditApiServer};
use futures::channel::mpsc;
use inference::{Inference, InferenceApiServer};
use jsonrpsee::RpcModule;
use models::{Models, ModelsApiServer};
use opg_runtime::{AccountId, Nonce};
use polkadot_sdk::{
	pallet_transaction_payment_rpc::{TransactionPayment, TransactionPaymentApiServer},
	sc_consensus_grandpa::{
		FinalityProofProvider, GrandpaJustificationStream, SharedAuthoritySet, SharedVoterState,
	},
	sc_consensus_grandpa_rpc::{Grandpa, GrandpaApiServer},
	sc_consensus_manual_seal::{
		rpc::{ManualSeal, ManualSealApiServer},
		EngineCommand,
	},
	sc_rpc::SubscriptionTaskExecutor,
	sp_runtime::traits::{Block as BlockT, NumberFor},
	substrate_frame_rpc_system::{System, SystemApiServer},
};
use schedule::{ScheduleApiServer, Schedules};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Hash of a block.
type Hash = <Block as BlockT>::Hash;

/// What [`create_full`] needs.
pub struct FullDeps {
	/// The client.
	pub client: Arc<Client>,
	/// The transaction pool.
	pub pool: Arc<Pool>,
	/// Permits of dry runs, see [`permits`].
	pub permits: Arc<Semaphore>,
	/// What GRANDPA's methods need, on a node that runs it.
	pub finality: Option<(SubscriptionTaskExecutor, FinalityDeps)>,
	/// How blocks are made on request, on a development node.
	pub manual_seal: Option<ManualSealDeps>,
}

/// What the methods of a development node need.
pub struct ManualSealDeps {
	/// Where requests for blocks go.
	pub sink: mpsc::Sender<EngineCommand<Hash>>,
	/// Whether every transaction gets a block at once.
	pub automine: bool,
}

/// What GRANDPA's methods need.
#[derive(Clone)]
pub struct FinalityDeps {
	/// State of the voter.
	pub shared_voter_state: SharedVoterState,
	/// The authorities.
	pub shared_authority_set: SharedAuthoritySet<Hash, NumberFor<Block>>,
	/// Justifications as they are made.
	pub justification_stream: GrandpaJustificationStream<Block>,
	/// Proves finality from the database.
	pub proof_provider: Arc<FinalityProofProvider<Backend, Block>>,
}

/// Permits for dry runs: one that finds none fails at once instead of waiting, so that the runtime
/// instances that block import needs stay free.
pub fn permits(count: usize) -> Arc<Semaphore> {
	Arc::new(Semaphore::new(count.min(Semaphore::MAX_PERMITS)))
}

/// All methods beside those of the SDK's own server.
///
/// # Errors
/// When two methods have the same name.
pub fn create_full(
	deps: FullDeps,
) -> Result<RpcModule<()>, Box<dyn std::error::Error + Send + Sync>> {
	let FullDeps { client, pool, permits, finality, manual_seal } = deps;
	let mut module = RpcModule::new(());
	module.merge(SystemApiServer::<Hash, AccountId, Nonce>::into_rpc(System::new(
		client.clone(),
		pool,
	)))?;
	module.merge(TransactionPayment::<_, Block>::new(client.clone()).into_rpc())?;
	module.merge(Inference::new(client.clone(), permits).into_rpc())?;
	module.merge(Models::new(client.clone()).into_rpc())?;
	module.merge(Credit::new(client.clone()).into_rpc())?;
	module.merge(Schedules::new(client).into_rpc())?;
	if let Some((executor, deps)) = finality {
		module.merge(
			Grandpa::new(
				executor,
				deps.shared_authority_set,
				deps.shared_voter_state,
				deps.justification_stream,
				deps.proof_provider,
			)
			.into_rpc(),
		)?;
	}
	// What the Ethereum RPC asks for to know whether a transaction's block comes at once: it then waits
	// for the block before it answers `eth_sendRawTransaction`.
	let automine = manual_seal.as_ref().is_some_and(|deps| deps.automine);
	module.register_method("getAutomine", move |_, _, _| automine)?;
	if let Some(deps) = manual_seal {
		module.merge(ManualSeal::new(deps.sink).into_rpc())?;
	}
	Ok(module)
}
