//! # The receipt commands
//!
//! `receipt show` prints what a receipt says. `receipt verify` checks one as far as it can be
//! checked: its id is made of its fields, its block's header holds the root that the proof leads to,
//! the result is made of that engine, that model and those inputs; and then it runs the model on this
//! machine and compares outputs and fuel. The node that is asked is trusted for one thing: that the
//! block it names is the chain's. Its hash is printed, to be compared with another node's.
//!
//! A receipt that verifies ends with exit status 0, one that doesn't (and whatever fails) with 1, and
//! a wrong command line with 2.
//!
//! | module | holds |
//! |---|---|
//! | [`show`], [`verify`] | one command each |
//! | [`find`] | a receipt with its proof and its block's header |
//! | [`block`] | the inputs, out of the block's extrinsics |
//! | [`replay`] | engine and model out of the state, and the run |
//! | [`checks`] | what was compared, and how it is printed |

pub mod block;
pub mod checks;
pub mod find;
pub mod replay;
pub mod show;
pub mod verify;

use clap::{Args, Subcommand};
use polkadot_sdk::{sc_cli, sp_core::H256};

/// Work with receipts of inferences.
#[derive(Debug, Args)]
pub struct ReceiptCmd {
	#[command(subcommand)]
	command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
	Show(show::ShowCmd),
	Verify(verify::VerifyCmd),
}

impl ReceiptCmd {
	/// Runs the command. What fails is printed here, and the process ends with exit status 1.
	pub fn run(self) -> sc_cli::Result<()> {
		match self.command {
			Command::Show(cmd) => cmd.run(),
			Command::Verify(cmd) => cmd.run(),
		}
		Ok(())
	}
}

/// Which receipt, and where.
#[derive(Debug, Args)]
pub struct Which {
	/// Id of the receipt.
	#[arg(value_name = "0x…", value_parser = parse_id)]
	pub receipt: H256,

	/// WebSocket of a node.
	#[arg(long, value_name = "WS", default_value = "ws://127.0.0.1:9944")]
	pub url: String,
}

fn parse_id(text: &str) -> Result<H256, String> {
	let digits = text.strip_prefix("0x").unwrap_or(text);
	let bytes = hex::decode(digits).map_err(|error| error.to_string())?;
	let id = <[u8; 32]>::try_from(bytes)
		.map_err(|bytes| format!("a receipt's id has 32 bytes, not {}", bytes.len()))?;
	Ok(H256(id))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn ids_are_read_with_and_without_a_prefix() {
		let digits = "ab".repeat(32);
		assert_eq!(parse_id(&digits), Ok(H256([0xab; 32])));
		assert_eq!(parse_id(&format!("0x{digits}")), Ok(H256([0xab; 32])));
		for bad in ["", "0x", "0xab", "ab".repeat(33).as_str(), "zz".repeat(32).as_str()] {
			assert!(parse_id(bad).is_err(), "{bad}");
		}
	}
}
