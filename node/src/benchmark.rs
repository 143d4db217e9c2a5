//! `opg-node benchmark`: measures what weights are made of, with the engine's host functions and this
//! node's chain specifications. In builds with the feature `runtime-benchmarks` only.

use crate::service::{self, Backend, Block};
use opg_engine_host::EngineHost;
use polkadot_sdk::{
	frame_benchmarking_cli::{BenchmarkCmd, SUBSTRATE_REFERENCE_HARDWARE},
	sc_cli,
	sc_service::{Configuration, PartialComponents},
	sp_runtime::traits::HashingFor,
};
use std::sync::Arc;

/// Runs the command on the chain that `--chain` names, in a folder that is removed afterwards.
///
/// # Errors
/// When a benchmark fails, or the command needs what this chain has no use for.
pub fn run(
	command: BenchmarkCmd,
	config: Configuration,
	host: Arc<EngineHost>,
) -> sc_cli::Result<()> {
	match command {
		BenchmarkCmd::Pallet(cmd) => cmd
			.run_with_spec::<HashingFor<Block>, opg_engine_interface::HostFunctions>(Some(
				config.chain_spec,
			)),
		BenchmarkCmd::Overhead(cmd) => cmd
			.run_with_default_builder_and_spec::<Block, opg_engine_interface::HostFunctions>(Some(
				config.chain_spec,
			)),
		BenchmarkCmd::Storage(cmd) => {
			let PartialComponents { client, backend, .. } = service::new_partial(&config, host)?;
			let (db, storage) = (backend.expose_db(), backend.expose_storage());
			let cache = backend.expose_shared_trie_cache();
			cmd.run::<Block, Backend, _>(config, client, db, storage, cache)
		},
		BenchmarkCmd::Machine(cmd) => cmd.run(&config, SUBSTRATE_REFERENCE_HARDWARE.clone()),
		BenchmarkCmd::Block(_) | BenchmarkCmd::Extrinsic(_) => {
			Err("use `scripts/bench chain`: it measures whole blocks".into())
		},
	}
}
