//! # The credit commands
//!
//! Prepaid OPG for inference: a credit of one's own, allowances for others, and channels that are drawn by
//! vouchers signed off chain. Amounts are in OPG, with up to 18 digits after the point; under `--json`
//! they are base units (10⁻¹⁸ OPG) as decimal strings.
//!
//! Whatever fails prints a code, a place and a remedy and ends with exit status 1.
//!
//! | module | holds |
//! |---|---|
//! | [`own`] | `deposit`, `withdraw`, `show` |
//! | [`sponsor`] | `sponsor`, `revoke`, `remove-expired` |
//! | [`channel`] | `channel open`, `top-up`, `close`, `show` |
//! | [`voucher`] | `voucher sign`, `redeem` |

pub mod channel;
pub mod own;
pub mod sponsor;
pub mod voucher;

use clap::{Args, Subcommand};
use polkadot_sdk::sc_cli;

/// Work with prepaid credit: deposit, sponsor, channels, vouchers.
#[derive(Debug, Args)]
pub struct CreditCmd {
	#[command(subcommand)]
	command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
	Deposit(own::DepositCmd),
	Withdraw(own::WithdrawCmd),
	Show(own::ShowCmd),
	Sponsor(sponsor::SponsorCmd),
	Revoke(sponsor::RevokeCmd),
	RemoveExpired(sponsor::RemoveExpiredCmd),
	Channel(channel::ChannelCmd),
	Voucher(voucher::VoucherCmd),
}

impl CreditCmd {
	/// Runs the command. What fails is printed here, and the process ends with exit status 1.
	pub fn run(self) -> sc_cli::Result<()> {
		match self.command {
			Command::Deposit(cmd) => cmd.run(),
			Command::Withdraw(cmd) => cmd.run(),
			Command::Show(cmd) => cmd.run(),
			Command::Sponsor(cmd) => cmd.run(),
			Command::Revoke(cmd) => cmd.run(),
			Command::RemoveExpired(cmd) => cmd.run(),
			Command::Channel(cmd) => cmd.run(),
			Command::Voucher(cmd) => cmd.run(),
		}
		Ok(())
	}
}
