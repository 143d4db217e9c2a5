//! A node of a network: AURA makes blocks in slots, GRANDPA finalises them.

use super::{Backend, Block, Client, Options, Partial, Pool, JUSTIFICATION_PERIOD};
use crate::rpc::{self, FinalityDeps, FullDeps};
use futures::FutureExt;
use opg_engine_host::EngineHost;
use polkadot_sdk::{
	sc_client_api::{Backend as _, BlockBackend},
	sc_consensus_aura::{self, CompatibilityMode, SlotProportion, StartAuraParams},
	sc_consensus_grandpa::{
		self, warp_proof::NetworkProvider, FinalityProofProvider, GrandpaParams, SharedVoterState,
		VotingRulesBuilder,
	},
	sc_consensus_slots::BackoffAuthoringOnFinalizedHeadLagging,
	sc_network::{
		config::{FullNetworkConfiguration, NetworkBackendType},
		service::traits::NetworkService,
		Litep2pNetworkBackend, NetworkBackend, NetworkWorker,
	},
	sc_network_sync::WarpSyncConfig,
	sc_offchain::{OffchainWorkerOptions, OffchainWorkers},
	sc_service::{
		self, error::Error as ServiceError, BuildNetworkParams, Configuration, KeystoreContainer,
		SpawnTasksParams, TaskManager,
	},
	sc_telemetry::Telemetry,
	sc_transaction_pool_api::OffchainTransactionPoolFactory,
	sp_consensus_aura::{
		inherents::InherentDataProvider as AuraInherentDataProvider,
		sr25519::AuthorityPair as AuraPair,
	},
	sp_runtime::traits::Block as BlockT,
	sp_timestamp,
};
use std::{sync::Arc, time::Duration};

/// How long GRANDPA collects votes before it sends them on: the SDK's usual third of a second.
const GOSSIP_DURATION: Duration = Duration::from_millis(333);

/// Part of a slot in which a block is made: 2 s of execution fit 6 s with room for the way to the
/// other validators and their own execution.
const PROPOSAL_SLOT_PORTION: f32 = 2.0 / 3.0;

/// Starts the node.
///
/// # Errors
/// When a part can't be started, or when this machine may not validate (see [`crate::hardware`]).
pub async fn start(
	config: Configuration,
	host: Arc<EngineHost>,
	options: Options,
) -> Result<TaskManager, ServiceError> {
	match config.network.network_backend {
		NetworkBackendType::Libp2p => {
			start_with::<NetworkWorker<Block, <Block as BlockT>::Hash>>(config, host, options).await
		},
		NetworkBackendType::Litep2p => {
			start_with::<Litep2pNetworkBackend>(config, host, options).await
		},
	}
}

async fn start_with<N>(
	config: Configuration,
	host: Arc<EngineHost>,
	options: Options,
) -> Result<TaskManager, ServiceError>
where
	N: NetworkBackend<Block, <Block as BlockT>::Hash>,
{
	let Partial {
		client,
		backend,
		mut task_manager,
		import_queue,
		keystore_container,
		select_chain,
		transaction_pool,
		other: (block_import, grandpa_link, mut telemetry),
	} = super::open(&config, host)?;

	let prometheus = config.prometheus_registry().cloned();
	let mut net_config =
		FullNetworkConfiguration::<_, _, N>::new(&config.network, prometheus.clone());
	let network_metrics = N::register_notification_metrics(prometheus.as_ref());
	let genesis_hash = client
		.block_hash(0)?
		.ok_or_else(|| ServiceError::Other("the database has no genesis block".into()))?;
	let grandpa_protocol =
		sc_consensus_grandpa::protocol_standard_name(&genesis_hash, &config.chain_spec);
	let (grandpa_config, grandpa_notifications) =
		sc_consensus_grandpa::grandpa_peers_set_config::<_, N>(
			grandpa_protocol.clone(),
			network_metrics.clone(),
			net_config.peer_store_handle(),
		);
	net_config.add_notification_protocol(grandpa_config);
	let warp_sync = Arc::new(NetworkProvider::new(
		backend.clone(),
		grandpa_link.shared_authority_set().clone(),
		Vec::new(),
	));

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
			warp_sync_config: Some(WarpSyncConfig::WithProvider(warp_sync)),
			block_relay: None,
			metrics: network_metrics,
			gap_sync_body_policy: None,
		})?;

	if config.offchain_worker.enabled {
		spawn_offchain_workers(
			&config,
			&task_manager,
			&client,
			&backend,
			&transaction_pool,
			&keystore_container,
			&network,
		)?;
	}

	let shared_voter_state = SharedVoterState::empty();
	let finality = FinalityDeps {
		shared_voter_state: shared_voter_state.clone(),
		shared_authority_set: grandpa_link.shared_authority_set().clone(),
		justification_stream: grandpa_link.justification_stream(),
		proof_provider: FinalityProofProvider::new_for_service(
			backend.clone(),
			Some(grandpa_link.shared_authority_set().clone()),
		),
	};
	let rpc_builder = {
		let client = client.clone();
		let pool = transaction_pool.clone();
		let permits = rpc::permits(options.rpc_permits);
		Box::new(move |executor| {
			rpc::create_full(FullDeps {
				client: client.clone(),
				pool: pool.clone(),
				permits: permits.clone(),
				finality: Some((executor, finality.clone())),
				manual_seal: None,
			})
			.map_err(Into::into)
		})
	};

	let role = config.role;
	let name = config.network.node_name.clone();
	let force_authoring = config.force_authoring;
	let enable_grandpa = !config.disable_grandpa;
	let database = config.database.path().map(ToOwned::to_owned);
	let proposer = super::proposer(
		&config,
		&client,
		&transaction_pool,
		&task_manager,
		telemetry.as_ref().map(Telemetry::handle),
	);

	sc_service::spawn_tasks(SpawnTasksParams {
		config,
		client: client.clone(),
		backend,
		task_manager: &mut task_manager,
		keystore: keystore_container.keystore(),
		transaction_pool: transaction_pool.clone(),
		rpc_builder,
		network: network.clone(),
		system_rpc_tx,
		tx_handler_controller,
		sync_service: sync_service.clone(),
		telemetry: telemetry.as_mut(),
		tracing_execute_block: None,
	})?;
	super::watch_disk(options.storage_monitor, database, &task_manager)?;

	if role.is_authority() {
		let slot_duration = sc_consensus_aura::slot_duration(&*client)?;
		let aura = sc_consensus_aura::start_aura::<AuraPair, _, _, _, _, _, _, _, _, _, _>(
			StartAuraParams {
				slot_duration,
				client: client.clone(),
				select_chain,
				block_import,
				proposer_factory: proposer,
				create_inherent_data_providers: move |_, ()| async move {
					let timestamp = sp_timestamp::InherentDataProvider::from_system_time();
					let slot = AuraInherentDataProvider::from_timestamp_and_slot_duration(
						*timestamp,
						slot_duration,
					);
					Ok((slot, timestamp))
				},
				force_authoring,
				backoff_authoring_blocks: Some(BackoffAuthoringOnFinalizedHeadLagging::default()),
				keystore: keystore_container.keystore(),
				sync_oracle: sync_service.clone(),
				justification_sync_link: sync_service.clone(),
				block_proposal_slot_portion: SlotProportion::new(PROPOSAL_SLOT_PORTION),
				max_block_proposal_slot_portion: None,
				telemetry: telemetry.as_ref().map(Telemetry::handle),
				compatibility_mode: CompatibilityMode::None,
			},
		)?;
		task_manager.spawn_essential_handle().spawn_blocking("aura", Some("block-authoring"), aura);
	}

	if enable_grandpa {
		let grandpa = sc_consensus_grandpa::run_grandpa_voter(GrandpaParams {
			config: sc_consensus_grandpa::Config {
				gossip_duration: GOSSIP_DURATION,
				justification_generation_period: JUSTIFICATION_PERIOD,
				name: Some(name),
				observer_enabled: false,
				keystore: role.is_authority().then(|| keystore_container.keystore()),
				local_role: role,
				telemetry: telemetry.as_ref().map(Telemetry::handle),
				protocol_name: grandpa_protocol,
			},
			link: grandpa_link,
			network,
			sync: sync_service,
			notification_service: grandpa_notifications,
			voting_rule: VotingRulesBuilder::default().build(),
			prometheus_registry: prometheus,
			shared_voter_state,
			telemetry: telemetry.as_ref().map(Telemetry::handle),
			offchain_tx_pool_factory: OffchainTransactionPoolFactory::new(transaction_pool),
		})?;
		task_manager.spawn_essential_handle().spawn_blocking("grandpa-voter", None, grandpa);
	}

	Ok(task_manager)
}

fn spawn_offchain_workers(
	config: &Configuration,
	task_manager: &TaskManager,
	client: &Arc<Client>,
	backend: &Arc<Backend>,
	pool: &Arc<Pool>,
	keystore: &KeystoreContainer,
	network: &Arc<dyn NetworkService>,
) -> Result<(), ServiceError> {
	let workers = OffchainWorkers::new(OffchainWorkerOptions {
		runtime_api_provider: client.clone(),
		keystore: Some(keystore.keystore()),
		offchain_db: backend.offchain_storage(),
		transaction_pool: Some(OffchainTransactionPoolFactory::new(pool.clone())),
		network_provider: Arc::new(network.clone()),
		is_validator: config.role.is_authority(),
		// The runtime has no use for HTTP, and a validator should not open connections for it.
		enable_http_requests: false,
		custom_extensions: |_| Vec::new(),
	})?;
	task_manager.spawn_handle().spawn(
		"offchain-workers-runner",
		"offchain-worker",
		workers.run(client.clone(), task_manager.spawn_handle()).boxed(),
	);
	Ok(())
}
