//! The command line.

use crate::{
	credit::CreditCmd, engine_cmd::EngineCmd, model::ModelCmd, receipt::ReceiptCmd,
	schedule::ScheduleCmd,
};
use clap::{Args, Parser, ValueEnum};
use opg_engine_host::{Cpu, HostConfig};
#[cfg(feature = "runtime-benchmarks")]
use polkadot_sdk::frame_benchmarking_cli::BenchmarkCmd;
use polkadot_sdk::{
	sc_cli::{
		BuildSpecCmd, ChainInfoCmd, CheckBlockCmd, Database, ExportBlocksCmd, ExportChainSpecCmd,
		ExportStateCmd, ImportBlocksCmd, KeySubcommand, PurgeChainCmd, RevertCmd, RunCmd,
	},
	sc_storage_monitor::StorageMonitorParams,
};
use std::{num::NonZeroUsize, path::PathBuf, str::FromStr};

/// Bytes of one MiB.
const MIB: usize = 1024 * 1024;

/// The OPG node: a chain that runs ONNX models inside block execution.
#[derive(Debug, Parser)]
pub struct Cli {
	/// What to do instead of running a node.
	#[command(subcommand)]
	pub subcommand: Option<Subcommand>,

	/// Options of the node.
	#[clap(flatten)]
	pub run: RunArgs,
}

impl Cli {
	/// Names the database. Detecting it, the SDK's default, prefers a RocksDB folder when a build
	/// of the SDK in the same workspace turns that feature on.
	pub fn with_defaults(mut self) -> Self {
		let params = match &mut self.subcommand {
			None => &mut self.run.base.import_params.database_params,
			Some(Subcommand::CheckBlock(cmd)) => &mut cmd.import_params.database_params,
			Some(Subcommand::ImportBlocks(cmd)) => &mut cmd.import_params.database_params,
			Some(Subcommand::ExportBlocks(cmd)) => &mut cmd.database_params,
			Some(Subcommand::ExportState(cmd)) => &mut cmd.database_params,
			Some(Subcommand::PurgeChain(cmd)) => &mut cmd.database_params,
			Some(Subcommand::Revert(cmd)) => &mut cmd.database_params,
			Some(Subcommand::ChainInfo(cmd)) => &mut cmd.database_params,
			#[cfg(feature = "runtime-benchmarks")]
			Some(Subcommand::Benchmark(BenchmarkCmd::Storage(cmd))) => &mut cmd.database_params,
			#[cfg(feature = "runtime-benchmarks")]
			Some(Subcommand::Benchmark(_)) => return self,
			Some(
				Subcommand::Model(_)
				| Subcommand::Engine(_)
				| Subcommand::Receipt(_)
				| Subcommand::Credit(_)
				| Subcommand::Schedule(_)
				| Subcommand::Key(_)
				| Subcommand::BuildSpec(_)
				| Subcommand::ExportChainSpec(_),
			) => return self,
		};
		params.database.get_or_insert(Database::ParityDb);
		self
	}
}

/// Options of a running node.
#[derive(Debug, Args)]
pub struct RunArgs {
	#[allow(missing_docs)]
	#[clap(flatten)]
	pub base: RunCmd,

	/// When `--dev` makes a block: `instant` (for every transaction), `interval=MS` or `manual`
	/// (by the RPC method `engine_createBlock`). Blocks are finalised at once. The pool of such a
	/// chain is of the type `single-state`, whatever `--pool-type` says.
	#[arg(long, value_name = "instant|interval=MS|manual", help_heading = "Development")]
	pub sealing: Option<Sealing>,

	/// Validators of `--chain local`, 1 to 6: Alice, Bob, … . Every node of a network needs the
	/// same number. Same as `--chain local:N`.
	#[arg(long, value_name = "N", help_heading = "Development")]
	pub validators: Option<u32>,

	/// Milliseconds of a slot of `--chain local`, in place of 6,000. Same as `--chain local:N:MS`.
	#[arg(long, value_name = "MS", help_heading = "Development")]
	pub slot_duration: Option<u64>,

	#[allow(missing_docs)]
	#[clap(flatten)]
	pub engine: EngineArgs,

	#[allow(missing_docs)]
	#[clap(flatten)]
	pub storage_monitor: StorageMonitorParams,
}

/// Options of the engine that runs the models. None of them changes a result, a fuel figure or a
/// fee.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Engine")]
pub struct EngineArgs {
	/// Folder for compiled engines. It holds executable code: only its owner may reach it.
	///
	/// The default is `$OPG_ENGINE_CACHE`, else `opg-chain/engine` in `$XDG_CACHE_HOME` or
	/// `~/.cache`. It lies outside the base path, so `--dev` and `--tmp` keep it.
	#[arg(long, value_name = "PATH")]
	pub engine_cache_path: Option<PathBuf>,

	/// Memory for prepared models: 1,024 unless told otherwise. RPC gets a quarter more of its own.
	#[arg(long, value_name = "MiB")]
	pub engine_cache_mib: Option<NonZeroUsize>,

	/// Worker threads that the engine keeps when idle: one for each core unless told otherwise.
	/// Block execution never waits for one; more are started when needed.
	#[arg(long, value_name = "N")]
	pub inference_workers: Option<NonZeroUsize>,

	/// Calls that RPC may execute at the same time, inferences among them: one for every two cores, at
	/// least 2, unless told otherwise. Some wait for their turn, more are turned away: so RPC never
	/// delays a block.
	#[arg(long, value_name = "N")]
	pub inference_rpc_permits: Option<usize>,

	/// Code that the engine is compiled to. `masked` and `nofma` exist to check that results don't
	/// depend on it. `nofma` runs on machines without FMA, 10 to 35 times slower, and isn't safe for
	/// validators: it computes the same values, but a NaN inside a model may have other bits.
	#[arg(long, value_name = "CODE", value_enum, default_value_t = EngineCpu::Baseline)]
	pub engine_cpu: EngineCpu,
}

impl EngineArgs {
	/// The configuration of the engine's host.
	pub fn host_config(&self) -> HostConfig {
		let defaults = HostConfig::default();
		HostConfig {
			cache_dir: self.engine_cache_path.clone().or(defaults.cache_dir),
			cpu: self.engine_cpu.into(),
			image_cache_bytes: self
				.engine_cache_mib
				.map_or(defaults.image_cache_bytes, |mib| mib.get().saturating_mul(MIB)),
			workers: self.inference_workers.map_or(defaults.workers, NonZeroUsize::get),
			rpc_permits: self.inference_rpc_permits.unwrap_or(defaults.rpc_permits),
		}
	}
}

/// Code that the engine is compiled to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum EngineCpu {
	/// x86-64-v3 or aarch64: what validators run.
	Baseline,
	/// AVX and FMA without AVX2, BMI, LZCNT and POPCNT: for cross-checks, the same results.
	Masked,
	/// Library-call FMA, no AVX: for cross-checks, never for networks of value.
	#[value(name = "nofma")]
	NoFma,
}

impl From<EngineCpu> for Cpu {
	fn from(cpu: EngineCpu) -> Self {
		match cpu {
			EngineCpu::Baseline => Cpu::Baseline,
			EngineCpu::Masked => Cpu::Masked,
			EngineCpu::NoFma => Cpu::NoFma,
		}
	}
}

/// When a development node makes a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sealing {
	/// For every transaction that reaches the pool.
	Instant,
	/// Every so many milliseconds, with or without transactions.
	Interval(u64),
	/// When `engine_createBlock` is called.
	Manual,
}

impl FromStr for Sealing {
	type Err = String;

	fn from_str(s: &str) -> Result<Self, Self::Err> {
		match s.split_once('=') {
			None if s == "instant" => Ok(Self::Instant),
			None if s == "manual" => Ok(Self::Manual),
			Some(("interval", ms)) => match ms.parse() {
				Ok(ms) if ms > 0 => Ok(Self::Interval(ms)),
				_ => Err(format!("`{ms}` is no number of milliseconds above 0")),
			},
			_ => Err("expected instant, interval=MS or manual".into()),
		}
	}
}

/// What the binary does besides running a node.
#[derive(Debug, clap::Subcommand)]
pub enum Subcommand {
	/// Work with ONNX models: prepare, inspect, run, publish, call, migrate, beneficiaries.
	Model(ModelCmd),

	/// Work with the engine that runs the models.
	Engine(EngineCmd),

	/// Work with receipts of inferences: show, verify.
	Receipt(ReceiptCmd),

	/// Work with prepaid credit: deposit, withdraw, sponsor, channels, vouchers.
	Credit(CreditCmd),

	/// Work with schedules, which run a model every so many blocks.
	Schedule(ScheduleCmd),

	/// Make, inspect and insert keys.
	#[command(subcommand)]
	Key(KeySubcommand),

	/// Write a chain specification (the former name of `export-chain-spec`, kept for scripts).
	BuildSpec(BuildSpecCmd),

	/// Write a chain specification.
	ExportChainSpec(ExportChainSpecCmd),

	/// Execute a block again and check it.
	CheckBlock(CheckBlockCmd),

	/// Write blocks to a file.
	ExportBlocks(ExportBlocksCmd),

	/// Write the state of a block as a chain specification.
	ExportState(ExportStateCmd),

	/// Import blocks from a file.
	ImportBlocks(ImportBlocksCmd),

	/// Remove the whole chain.
	PurgeChain(PurgeChainCmd),

	/// Take blocks off the end of the chain.
	Revert(RevertCmd),

	/// Print what the database holds.
	ChainInfo(ChainInfoCmd),

	/// Measure weights: `scripts/bench weights` does it for all pallets.
	#[cfg(feature = "runtime-benchmarks")]
	#[command(subcommand)]
	Benchmark(BenchmarkCmd),
}

#[cfg(test)]
mod tests {
	use super::*;
	use clap::CommandFactory;

	#[test]
	fn the_command_line_is_consistent() {
		Cli::command().debug_assert();
	}

	#[test]
	fn sealing_is_parsed() {
		assert_eq!("instant".parse(), Ok(Sealing::Instant));
		assert_eq!("manual".parse(), Ok(Sealing::Manual));
		assert_eq!("interval=500".parse(), Ok(Sealing::Interval(500)));
		for bad in ["", "interval", "interval=", "interval=0", "interval=x", "instant=1"] {
			assert!(bad.parse::<Sealing>().is_err(), "{bad}");
		}
	}

	#[test]
	fn the_database_is_named() {
		let cli = Cli::parse_from(["opg-node", "--dev"]).with_defaults();
		let database = cli.run.base.import_params.database_params.database;
		assert!(matches!(database, Some(Database::ParityDb)));
	}
}
