//! # The model commands
//!
//! For people without a chain: `prepare` fixes symbolic dimensions, `inspect` says what a file
//! holds and costs, `run` runs it with the very engine that the chain uses. With a chain: `publish`
//! brings a model there and `call` runs it there; `migrate` moves it to another engine and `beneficiaries`
//! names who is paid.
//!
//! Whatever fails prints a code, a place and a remedy and ends with exit status 1; under `--json`
//! it is one object `{"error": {"code", "message", "node", "hint"}}`.
//!
//! | module | holds |
//! |---|---|
//! | [`inspect`], [`prepare`], [`run`], [`publish`], [`call`], [`migrate`], [`beneficiaries`] | one command each |
//! | [`engine`] | the engine on this machine |
//! | [`dims`], [`wire`] | symbolic dimensions in the file's bytes |
//! | [`tensors`], [`canaries`] | inputs and outputs as files and JSON |
//! | [`price`] | fees, deposits and addresses |
//! | [`failure`], [`output`], [`amount`] | what is printed |

pub mod amount;
pub mod beneficiaries;
pub mod call;
pub mod canaries;
pub mod dims;
pub mod engine;
pub mod failure;
pub mod inspect;
pub mod migrate;
pub mod output;
pub mod prepare;
pub mod price;
pub mod publish;
pub mod run;
pub mod tensors;
pub mod wire;

use clap::{Args, Subcommand};
use polkadot_sdk::sc_cli;

/// Work with ONNX models.
#[derive(Debug, Args)]
pub struct ModelCmd {
	#[command(subcommand)]
	command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
	Prepare(prepare::PrepareCmd),
	Inspect(inspect::InspectCmd),
	Run(run::RunCmd),
	Publish(publish::PublishCmd),
	Call(call::CallCmd),
	Migrate(migrate::MigrateCmd),
	Beneficiaries(beneficiaries::BeneficiariesCmd),
}

impl ModelCmd {
	/// Runs the command. What fails is printed here, and the process ends with exit status 1.
	pub fn run(self) -> sc_cli::Result<()> {
		match self.command {
			Command::Prepare(cmd) => cmd.run(),
			Command::Inspect(cmd) => cmd.run(),
			Command::Run(cmd) => cmd.run(),
			Command::Publish(cmd) => cmd.run(),
			Command::Call(cmd) => cmd.run(),
			Command::Migrate(cmd) => cmd.run(),
			Command::Beneficiaries(cmd) => cmd.run(),
		}
		Ok(())
	}
}
