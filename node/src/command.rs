//! What the command line starts.

use crate::{
	chain_spec,
	cli::{Cli, Subcommand},
	hardware,
	service::{self, Block, Partial},
};
use opg_engine_host::EngineHost;
use polkadot_sdk::{
	sc_cli::{self, SubstrateCli, TransactionPoolType},
	sc_consensus_grandpa,
	sc_service::{ChainSpec, ChainType, Configuration, PartialComponents},
};
use std::sync::Arc;

impl SubstrateCli for Cli {
	fn impl_name() -> String {
		"OPG Node".into()
	}

	fn impl_version() -> String {
		env!("SUBSTRATE_CLI_IMPL_VERSION").into()
	}

	fn description() -> String {
		"A node of the OPG chain, which runs ONNX models inside block execution.\n\n\
		 `opg-node --dev` starts a chain of one on this machine. `opg-node model --help` shows what \
		 can be done with a model."
			.into()
	}

	fn author() -> String {
		env!("CARGO_PKG_AUTHORS").into()
	}

	fn support_url() -> String {
		"the docs folder of the repository".into()
	}

	fn copyright_start_year() -> i32 {
		2026
	}

	fn load_spec(&self, id: &str) -> Result<Box<dyn ChainSpec>, String> {
		chain_spec::load(id, self.run.validators, self.run.slot_duration)
	}
}

/// Parses the command line and runs what it says.
pub fn run() -> sc_cli::Result<()> {
	let mut cli = Cli::from_args().with_defaults();
	match cli.subcommand.take() {
		None => run_node(&cli),
		Some(Subcommand::Model(cmd)) => cmd.run(),
		Some(Subcommand::Engine(cmd)) => cmd.run(),
		Some(Subcommand::Receipt(cmd)) => cmd.run(),
		Some(Subcommand::Credit(cmd)) => cmd.run(),
		Some(Subcommand::Schedule(cmd)) => cmd.run(),
		Some(Subcommand::Key(cmd)) => cmd.run(&cli),
		Some(Subcommand::BuildSpec(cmd)) => {
			let runner = cli.create_runner(&cmd)?;
			runner.sync_run(|config| cmd.run(config.chain_spec, config.network))
		},
		Some(Subcommand::ExportChainSpec(cmd)) => {
			let spec = cli.load_spec(&cmd.chain)?;
			cmd.run(spec)
		},
		Some(Subcommand::CheckBlock(cmd)) => {
			let runner = cli.create_runner(&cmd)?;
			runner.async_run(|config| {
				let PartialComponents { client, task_manager, import_queue, .. } =
					partial(&cli, &config)?;
				Ok((cmd.run(client, import_queue), task_manager))
			})
		},
		Some(Subcommand::ExportBlocks(cmd)) => {
			let runner = cli.create_runner(&cmd)?;
			runner.async_run(|config| {
				let PartialComponents { client, task_manager, .. } = partial(&cli, &config)?;
				Ok((cmd.run(client, config.database), task_manager))
			})
		},
		Some(Subcommand::ExportState(cmd)) => {
			let runner = cli.create_runner(&cmd)?;
			runner.async_run(|config| {
				let PartialComponents { client, task_manager, .. } = partial(&cli, &config)?;
				Ok((cmd.run(client, config.chain_spec), task_manager))
			})
		},
		Some(Subcommand::ImportBlocks(cmd)) => {
			let runner = cli.create_runner(&cmd)?;
			runner.async_run(|config| {
				let PartialComponents { client, task_manager, import_queue, .. } =
					partial(&cli, &config)?;
				Ok((cmd.run(client, import_queue), task_manager))
			})
		},
		Some(Subcommand::PurgeChain(cmd)) => {
			let runner = cli.create_runner(&cmd)?;
			runner.sync_run(|config| cmd.run(config.database))
		},
		Some(Subcommand::Revert(cmd)) => {
			let runner = cli.create_runner(&cmd)?;
			runner.async_run(|config| {
				let PartialComponents { client, task_manager, backend, .. } =
					partial(&cli, &config)?;
				let revert_grandpa = Box::new(|client, _, blocks| {
					sc_consensus_grandpa::revert(client, blocks)?;
					Ok(())
				});
				Ok((cmd.run(client, backend, Some(revert_grandpa)), task_manager))
			})
		},
		Some(Subcommand::ChainInfo(cmd)) => {
			let runner = cli.create_runner(&cmd)?;
			runner.sync_run(|config| cmd.run::<Block>(&config))
		},
		#[cfg(feature = "runtime-benchmarks")]
		Some(Subcommand::Benchmark(cmd)) => {
			let runner = cli.create_runner(&cmd)?;
			runner.sync_run(|config| {
				let host = engine_host(&cli)?;
				crate::benchmark::run(cmd, config, host)
			})
		},
	}
}

fn partial(cli: &Cli, config: &Configuration) -> sc_cli::Result<Partial> {
	Ok(service::new_partial(config, engine_host(cli)?)?)
}

fn run_node(cli: &Cli) -> sc_cli::Result<()> {
	let runner = cli.create_runner(&cli.run.base)?;
	let is_dev = runner.config().chain_spec.chain_type() == ChainType::Development;
	if !is_dev && cli.run.sealing.is_some() {
		return Err("--sealing goes with --dev only: other chains make blocks in slots".into());
	}
	let validates = runner.config().role.is_authority() && !is_dev;
	hardware::check_cpu(validates, cli.run.engine.engine_cpu)?;
	let host = engine_host(cli)?;
	hardware::check_engine(&host, cli.run.engine.engine_cpu)?;
	let options = service::Options::from_args(&cli.run);
	// A development chain has no forks, and the fork-aware pool may tell of a transaction before
	// a block can take it: instant sealing would then leave it waiting for the next one.
	let mut dev_pool = cli.run.base.pool_config.clone();
	dev_pool.pool_type = TransactionPoolType::SingleState;
	let is_local = runner.config().chain_spec.chain_type() == ChainType::Local;
	runner.run_node_until_exit(|mut config| async move {
		if is_local {
			// A network on one machine may never have the three peers that warp sync waits for.
			config.network.min_peers_to_start_warp_sync = Some(1);
		}
		if is_dev {
			config.transaction_pool = dev_pool.transaction_pool(true);
			service::dev::start(config, host, options).await
		} else {
			service::full::start(config, host, options).await
		}
		.map_err(sc_cli::Error::Service)
	})
}

/// The engine's host, one for the process: block import, authoring and RPC share its caches.
fn engine_host(cli: &Cli) -> sc_cli::Result<Arc<EngineHost>> {
	EngineHost::configure_global(cli.run.engine.host_config())
		.map_err(|e| sc_cli::Error::Application(Box::new(e)))
}
