//! A chain of one, for development: blocks are sealed on demand and finalised at once.

use super::{banner, Block, Client, Options, Partial};
use crate::{
	cli::Sealing,
	rpc::{self, FullDeps, ManualSealDeps},
};
use codec::Decode;
use futures::{channel::mpsc, Stream, StreamExt};
use opg_engine_host::EngineHost;
use opg_runtime::Runtime;
use polkadot_sdk::{
	pallet_timestamp,
	sc_client_api::StorageProvider,
	sc_consensus_aura,
	sc_consensus_manual_seal::{
		self, consensus::aura::AuraConsensusDataProvider, EngineCommand, ManualSealParams,
	},
	sc_network::{config::FullNetworkConfiguration, Litep2pNetworkBackend, NetworkBackend},
	sc_service::{
		self, error::Error as ServiceError, BuildNetworkParams, Configuration, SpawnTasksParams,
		TaskManager,
	},
	sc_telemetry::Telemetry,
	sc_transaction_pool_api::TransactionPool,
	sp_consensus_aura::SlotDuration,
	sp_core::storage::StorageKey,
	sp_runtime::traits::Block as BlockT,
	sp_timestamp::{self, Timestamp},
};
use std::{pin::Pin, sync::Arc, time::Duration};

/// Hash of a block.
type Hash = <Block as BlockT>::Hash;

/// When to make a block, as manual seal is told.
type Commands = Pin<Box<dyn Stream<Item = EngineCommand<Hash>> + Send>>;

/// Calls of `engine_createBlock` that may wait.
const MANUAL_SEAL_QUEUE: usize = 1_000;

/// Starts the node.
///
/// # Errors
/// When a part can't be started.
pub async fn start(
	mut config: Configuration,
	host: Arc<EngineHost>,
	options: Options,
) -> Result<TaskManager, ServiceError> {
	let Partial {
		client,
		backend,
		mut task_manager,
		import_queue,
		keystore_container,
		select_chain,
		transaction_pool,
		other: (block_import, _grandpa_link, mut telemetry),
	} = super::open(&config, host)?;

	// A chain of one has no peers; another node couldn't check its finality.
	config.network.default_peers_set.in_peers = 0;
	config.network.default_peers_set.out_peers = 0;
	let prometheus = config.prometheus_registry().cloned();
	let net_config = FullNetworkConfiguration::<_, _, Litep2pNetworkBackend>::new(
		&config.network,
		prometheus.clone(),
	);
	let metrics =
		<Litep2pNetworkBackend as NetworkBackend<Block, Hash>>::register_notification_metrics(
			prometheus.as_ref(),
		);
	let (network, system_rpc_tx, tx_handler_controller, sync_service, _bitswap) =
		sc_service::build_network(BuildNetworkParams {
			config: &config,
			net_config,
			client: client.clone(),
			transaction_pool: transaction_pool.clone(),
			spawn_handle: task_manager.spawn_handle(),
			spawn_essential_handle: task_manager.spawn_essential_handle(),
			import_queue,
			block_announce_validator_builder: None,
			warp_sync_config: None,
			block_relay: None,
			metrics,
			gap_sync_body_policy: None,
		})?;

	let (seal_sink, seal_stream) = mpsc::channel(MANUAL_SEAL_QUEUE);
	let commands = commands(options.sealing, &transaction_pool, seal_stream);
	let slot_duration = sc_consensus_aura::slot_duration(&*client)?;
	let proposer = super::proposer(
		&config,
		&client,
		&transaction_pool,
		&task_manager,
		telemetry.as_ref().map(Telemetry::handle),
	);
	let clock = client.clone();
	let seal = sc_consensus_manual_seal::run_manual_seal(ManualSealParams {
		block_import,
		env: proposer,
		client: client.clone(),
		pool: transaction_pool.clone(),
		commands_stream: commands,
		select_chain,
		consensus_data_provider: Some(Box::new(
			AuraConsensusDataProvider::<Block>::new_with_slot_duration(slot_duration),
		)),
		create_inherent_data_providers: move |parent, ()| {
			let timestamp = next_timestamp(&clock, parent, slot_duration);
			async move { Ok(sp_timestamp::InherentDataProvider::new(timestamp?)) }
		},
	});
	task_manager.spawn_essential_handle().spawn_blocking("sealing", Some("block-authoring"), seal);

	let rpc_builder = {
		let client = client.clone();
		let pool = transaction_pool.clone();
		let permits = rpc::permits(options.rpc_permits);
		let automine = options.sealing == Sealing::Instant;
		Box::new(move |_| {
			rpc::create_full(FullDeps {
				client: client.clone(),
				pool: pool.clone(),
				permits: permits.clone(),
				finality: None,
				manual_seal: Some(ManualSealDeps { sink: seal_sink.clone(), automine }),
			})
			.map_err(Into::into)
		})
	};
	let database = config.database.path().map(ToOwned::to_owned);
	let banner = banner::text(&config, options.sealing);
	sc_service::spawn_tasks(SpawnTasksParams {
		config,
		client,
		backend,
		task_manager: &mut task_manager,
		keystore: keystore_container.keystore(),
		transaction_pool,
		rpc_builder,
		network,
		system_rpc_tx,
		tx_handler_controller,
		sync_service,
		telemetry: telemetry.as_mut(),
		tracing_execute_block: None,
	})?;
	super::watch_disk(options.storage_monitor, database, &task_manager)?;
	println!("{banner}");
	Ok(task_manager)
}

/// When to make blocks: as `--sealing` says, and whenever RPC asks for one.
fn commands(
	sealing: Sealing,
	pool: &super::Pool,
	on_request: mpsc::Receiver<EngineCommand<Hash>>,
) -> Commands {
	let seal = |create_empty| EngineCommand::SealNewBlock {
		create_empty,
		finalize: true,
		parent_hash: None,
		sender: None,
	};
	match sealing {
		Sealing::Manual => on_request.boxed(),
		Sealing::Instant => {
			// One block may take several transactions: an empty block for the rest helps nobody.
			let imports = pool.import_notification_stream().map(move |_| seal(false));
			futures::stream::select(imports, on_request).boxed()
		},
		Sealing::Interval(ms) => {
			let ticks = futures::stream::unfold((), move |()| async move {
				tokio::time::sleep(Duration::from_millis(ms)).await;
				Some((seal(true), ()))
			});
			futures::stream::select(ticks, on_request).boxed()
		},
	}
}

/// Time of the block after `parent`: now, or a slot after the parent when that is later. So time
/// never stands still between two blocks of one slot, and comes back to the clock by itself.
fn next_timestamp(
	client: &Client,
	parent: Hash,
	slot_duration: SlotDuration,
) -> Result<Timestamp, Box<dyn std::error::Error + Send + Sync>> {
	let key = StorageKey(pallet_timestamp::Now::<Runtime>::hashed_key().to_vec());
	let last = match client.storage(parent, &key)? {
		Some(data) => u64::decode(&mut &data.0[..])?,
		None => 0,
	};
	Ok(Timestamp::new((*Timestamp::current()).max(last.saturating_add(slot_duration.as_millis()))))
}
