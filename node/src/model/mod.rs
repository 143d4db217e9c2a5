//! # The model commands
//!
//! For people without a chain: `prepare` fixes symbolic dimensions, `inspect` says what a file
//! holds and costs, `run` runs it with the very engine that the chain uses. With a chain: `publish`
//! brings a model there and `call` runs it there.
//!
//! Whatever fails prints a code, a place and a remedy and ends with exit status 1; under `--json`
//! it is one object `{"error": {"code", "message", "node", "hint"}}`.
//!
//! | module | holds |
//! |---|---|
//! | [`inspect`], [`prepare`], [`run`], [`publish`], [`call`] | one command each |
//! | [`engine`] | the engine on this machine |
//! | [`dims`], [`wire`] | symbolic dimensions in the file's bytes |
//! | [`tensors`] | inputs and outputs as files and JSON |
//! | [`price`] | fees, deposits and addresses |
//! | [`failure`], [`output`], [`amount`] | what is printed |

pub mod amount;
pub mod call;
pub mod dims;
pub mod engine;
pub mod failure;
pub mod inspect;
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
		}
		Ok(())
	}
}
