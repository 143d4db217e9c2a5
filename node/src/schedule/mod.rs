//! # The schedule commands
//!
//! A schedule runs a model every so many blocks, paid from its owner's prepaid credit (`opg-node credit
//! deposit`). Amounts are in OPG, times of contracts in milliseconds of execution, periods in blocks; under
//! `--json` amounts are base units (10⁻¹⁸ OPG) as decimal strings, and times picoseconds.
//!
//! Whatever fails prints a code, a place and a remedy and ends with exit status 1.
//!
//! | module | holds |
//! |---|---|
//! | [`create`] | `create` |
//! | [`show`] | `show`, `list` |
//! | [`cancel`] | `cancel` |

pub mod cancel;
pub mod create;
pub mod show;

use clap::{Args, Subcommand};
use polkadot_sdk::sc_cli;

/// Work with schedules, which run a model every so many blocks.
#[derive(Debug, Args)]
pub struct ScheduleCmd {
	#[command(subcommand)]
	command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
	Create(create::CreateCmd),
	Cancel(cancel::CancelCmd),
	Show(show::ShowCmd),
	List(show::ListCmd),
}

impl ScheduleCmd {
	/// Runs the command. What fails is printed here, and the process ends with exit status 1.
	pub fn run(self) -> sc_cli::Result<()> {
		match self.command {
			Command::Create(cmd) => cmd.run(),
			Command::Cancel(cmd) => cmd.run(),
			Command::Show(cmd) => cmd.run(),
			Command::List(cmd) => cmd.run(),
		}
		Ok(())
	}
}
