//! The node: what every kind of node shares. [`full`] runs AURA and GRANDPA, [`dev`] seals on
//! demand.

pub mod banner;
pub mod dev;
pub mod engines;
pub mod full;
pub mod warm;

use crate::{
	cli::{RunArgs, Sealing},
	executor::Gated,
	hardware,
	lanes::{ConsensusImport, ConsensusSpawner, EngineExtensions},
	metrics,
};
use opg_engine_host::EngineHost;
use opg_runtime::RuntimeApi;
use polkadot_sdk::{
	sc_basic_authorship::ProposerFactory,
	sc_client_api::ExecutorProvider,
	sc_consensus::{DefaultImportQueue, LongestChain},
	sc_consensus_aura::{self, CompatibilityMode, ImportQueueParams},
	sc_consensus_grandpa::{self, GrandpaBlockImport, GrandpaPruningFilter, LinkHalf},
	sc_executor::WasmExecutor,
	sc_service::{
		self, error::Error as ServiceError, Configuration, PartialComponents, TFullBackend,
		TFullClient, TaskManager,
	},
	sc_storage_monitor::{StorageMonitorParams, StorageMonitorService},
	sc_telemetry::{Telemetry, TelemetryHandle, TelemetryWorker},
	sc_transaction_pool::{self, TransactionPoolHandle},
	sp_consensus_aura::{
		inherents::InherentDataProvider as AuraInherentDataProvider,
		sr25519::AuthorityPair as AuraPair,
	},
	sp_io::SubstrateHostFunctions,
	sp_timestamp,
};
use std::{path::PathBuf, sync::Arc};

pub use opg_runtime::opaque::Block;

/// What the runtime may call: Substrate's host functions and the engine's.
pub type HostFunctions = (SubstrateHostFunctions, opg_engine_interface::HostFunctions);
/// Executes the runtime, with limits for what RPC asks for.
pub type Executor = Gated<WasmExecutor<HostFunctions>>;
/// The client.
pub type Client = TFullClient<Block, RuntimeApi, Executor>;
/// The database.
pub type Backend = TFullBackend<Block>;
/// The transaction pool.
pub type Pool = TransactionPoolHandle<Block, Client>;
/// The fork choice.
pub type SelectChain = LongestChain<Backend, Block>;
/// GRANDPA's block import: it finalises, and watches changes of the authorities.
pub type Grandpa = GrandpaBlockImport<Backend, Block, Client, SelectChain>;
/// What blocks are imported through.
pub type Import = ConsensusImport<Grandpa>;
/// GRANDPA's link from block import to the voter.
pub type GrandpaLink = LinkHalf<Block, Client, SelectChain>;
/// Builds blocks, with engine calls in the consensus lane.
pub type Proposer = ProposerFactory<Pool, Client>;
/// What [`new_partial`] makes.
pub type Partial = PartialComponents<
	Client,
	Backend,
	SelectChain,
	DefaultImportQueue<Block>,
	Pool,
	(Import, GrandpaLink, Option<Telemetry>),
>;

/// Blocks between two GRANDPA justifications that are kept. Warp sync needs those at changes of the
/// authorities, which are always kept; these serve light clients.
pub(crate) const JUSTIFICATION_PERIOD: u32 = 512;

/// Options of the node that aren't part of Substrate's configuration.
#[derive(Clone, Debug)]
pub struct Options {
	/// When a development node makes a block.
	pub sealing: Sealing,
	/// Engine calls that RPC may make at the same time.
	pub rpc_permits: usize,
	/// When to stop because the disk is full.
	pub storage_monitor: StorageMonitorParams,
}

impl Options {
	/// Takes them from the command line.
	pub fn from_args(args: &RunArgs) -> Self {
		Self {
			sealing: args.sealing.unwrap_or(Sealing::Instant),
			rpc_permits: args.engine.host_config().rpc_permits,
			storage_monitor: args.storage_monitor.clone(),
		}
	}
}

/// Opens the database and makes everything that doesn't need the network.
///
/// # Errors
/// When the database can't be opened, or genesis can't be built.
pub fn new_partial(config: &Configuration, host: Arc<EngineHost>) -> Result<Partial, ServiceError> {
	let telemetry = config
		.telemetry_endpoints
		.clone()
		.filter(|endpoints| !endpoints.is_empty())
		.map(|endpoints| -> Result<_, polkadot_sdk::sc_telemetry::Error> {
			let worker = TelemetryWorker::new(16)?;
			let telemetry = worker.handle().new_telemetry(endpoints);
			Ok((worker, telemetry))
		})
		.transpose()?;

	let executor = sc_service::new_wasm_executor::<HostFunctions>(&config.executor);
	let executor = Gated::new(executor, host.config().rpc_permits);
	let gate = executor.gate().clone();
	let (client, backend, keystore_container, task_manager) =
		sc_service::new_full_parts::<Block, RuntimeApi, _>(
			config,
			telemetry.as_ref().map(|(_, telemetry)| telemetry.handle()),
			executor,
			// Warp sync serves proofs from these justifications: pruning must not drop their blocks.
			vec![Arc::new(GrandpaPruningFilter)],
		)?;
	let client = Arc::new(client);
	if let Some(registry) = config.prometheus_registry() {
		metrics::register_engine(registry, &host)?;
		metrics::register_gate(registry, &gate)?;
	}
	client.execution_extensions().set_extensions_factory(EngineExtensions::new(host));

	let telemetry = telemetry.map(|(worker, telemetry)| {
		task_manager.spawn_handle().spawn("telemetry", None, worker.run());
		telemetry
	});
	let select_chain = LongestChain::new(backend.clone());
	let transaction_pool = Arc::from(
		sc_transaction_pool::Builder::new(
			task_manager.spawn_essential_handle(),
			client.clone(),
			config.role.is_authority().into(),
		)
		.with_options(config.transaction_pool.clone())
		.with_prometheus(config.prometheus_registry())
		.build(),
	);
	let (grandpa, grandpa_link) = sc_consensus_grandpa::block_import(
		client.clone(),
		JUSTIFICATION_PERIOD,
		&client,
		select_chain.clone(),
		telemetry.as_ref().map(Telemetry::handle),
	)?;
	let block_import = ConsensusImport::new(grandpa.clone());
	let import_queue = import_queue(
		config,
		&client,
		block_import.clone(),
		grandpa,
		&task_manager,
		telemetry.as_ref().map(Telemetry::handle),
	)?;

	Ok(PartialComponents {
		client,
		backend,
		task_manager,
		import_queue,
		keystore_container,
		select_chain,
		transaction_pool,
		other: (block_import, grandpa_link, telemetry),
	})
}

/// [`new_partial`] for a running node. Its engines are compiled before the network starts: nothing
/// may be imported or authored while one is missing. So are the images of the warm set, whose loads
/// the chain doesn't pay for.
fn open(config: &Configuration, host: Arc<EngineHost>) -> Result<Partial, ServiceError> {
	let partial = new_partial(config, host.clone())?;
	engines::prepare_best(&partial.client, &host)?;
	hardware::report_speed(&host);
	warm::prepare_best(&partial.client, &host);
	engines::spawn_watch(&partial.task_manager, partial.client.clone(), host.clone());
	warm::spawn_watch(&partial.task_manager, partial.client.clone(), host);
	Ok(partial)
}

fn import_queue(
	config: &Configuration,
	client: &Arc<Client>,
	block_import: Import,
	grandpa: Grandpa,
	task_manager: &TaskManager,
	telemetry: Option<TelemetryHandle>,
) -> Result<DefaultImportQueue<Block>, ServiceError> {
	let slot_duration = sc_consensus_aura::slot_duration(&**client)?;
	Ok(sc_consensus_aura::import_queue::<AuraPair, _, _, _, _, _>(ImportQueueParams {
		block_import,
		justification_import: Some(Box::new(grandpa)),
		client: client.clone(),
		create_inherent_data_providers: move |_, ()| async move {
			let timestamp = sp_timestamp::InherentDataProvider::from_system_time();
			let slot = AuraInherentDataProvider::from_timestamp_and_slot_duration(
				*timestamp,
				slot_duration,
			);
			Ok((slot, timestamp))
		},
		spawner: &task_manager.spawn_essential_handle(),
		registry: config.prometheus_registry(),
		check_for_equivocation: Default::default(),
		telemetry,
		compatibility_mode: CompatibilityMode::None,
	})?)
}

/// The proposer: its engine calls serve consensus.
pub(crate) fn proposer(
	config: &Configuration,
	client: &Arc<Client>,
	pool: &Arc<Pool>,
	task_manager: &TaskManager,
	telemetry: Option<TelemetryHandle>,
) -> Proposer {
	ProposerFactory::new(
		ConsensusSpawner::new(task_manager.spawn_handle()),
		client.clone(),
		pool.clone(),
		config.prometheus_registry(),
		telemetry,
	)
}

/// Stops the node before the disk is full.
pub(crate) fn watch_disk(
	params: StorageMonitorParams,
	database: Option<PathBuf>,
	task_manager: &TaskManager,
) -> Result<(), ServiceError> {
	match database {
		Some(path) => {
			StorageMonitorService::try_spawn(params, path, &task_manager.spawn_essential_handle())
				.map_err(|e| ServiceError::Application(Box::new(e)))
		},
		None => Ok(()),
	}
}
