//! `credit deposit`, `credit withdraw`, `credit show`: one account's credit.

use crate::{
	account::Account,
	client::{
		command::{connect, send, signer, tell, NodeOptions},
		credit,
		facts::Facts,
		Chain,
	},
	model::{amount::Amount, failure::Failure, output::printable, publish::ChainOptions},
};
use clap::Args;
use std::str::FromStr;

/// Move OPG from the signer's balance to a credit, which pays for calls.
///
/// It can be withdrawn at any time. The signer's account stays alive, and a credit is never below the
/// existential deposit after a deposit.
#[derive(Debug, Args)]
pub struct DepositCmd {
	/// OPG to move, for example 2.5.
	#[arg(value_name = "OPG")]
	amount: Amount,

	/// Account that gets the credit: SS58, 0x and 32 bytes, or a contract's address. The default is the
	/// signer's own. It is that account's then.
	#[arg(long, value_name = "ACCOUNT")]
	to: Option<Account>,

	#[allow(missing_docs)]
	#[clap(flatten)]
	chain: ChainOptions,

	/// Print one JSON object.
	#[arg(long)]
	json: bool,
}

impl DepositCmd {
	pub(super) fn run(self) {
		tell(self.json, self.deposit());
	}

	async fn deposit(&self) -> Result<Facts, Failure> {
		let account = match &self.to {
			Some(account) => account.clone(),
			None => Account(signer(&self.chain)?),
		};
		let chain = connect(&self.chain).await?;
		let call = credit::deposit_to(&account, self.amount.0);
		let included = send(&chain, &self.chain, &call).await?;
		let left = credit::balance(&chain, &account.0, Some(included.block.block_hash())).await?;
		let mut facts = Facts::default();
		facts
			.add("Account", "account", &account, account.to_string())
			.amount("Deposited", "amount", self.amount.0)
			.amount("Credit", "credit", left)
			.included(&included)?;
		Ok(facts)
	}
}

/// How much to withdraw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
	All,
	Some(Amount),
}

impl FromStr for Part {
	type Err = String;

	fn from_str(text: &str) -> Result<Self, String> {
		if text == "all" {
			return Ok(Self::All);
		}
		text.parse().map(Self::Some)
	}
}

/// Move OPG from the signer's credit to its balance.
///
/// Also claims payouts that the account couldn't take when they were made.
#[derive(Debug, Args)]
pub struct WithdrawCmd {
	/// OPG to move, or `all`.
	#[arg(value_name = "OPG|all")]
	amount: Part,

	#[allow(missing_docs)]
	#[clap(flatten)]
	chain: ChainOptions,

	/// Print one JSON object.
	#[arg(long)]
	json: bool,
}

impl WithdrawCmd {
	pub(super) fn run(self) {
		tell(self.json, self.withdraw());
	}

	async fn withdraw(&self) -> Result<Facts, Failure> {
		let account = signer(&self.chain)?;
		let chain = connect(&self.chain).await?;
		let amount = match self.amount {
			Part::Some(amount) => amount.0,
			Part::All => credit::balance(&chain, &account, None).await?,
		};
		let included = send(&chain, &self.chain, &credit::withdraw(amount)).await?;
		let left = credit::balance(&chain, &account, Some(included.block.block_hash())).await?;
		let mut facts = Facts::default();
		facts
			.add("Account", "account", &account, account.to_string())
			.amount("Withdrawn", "amount", amount)
			.amount("Credit", "credit", left)
			.included(&included)?;
		Ok(facts)
	}
}

/// Show an account's credit, and what it lets others spend of it.
#[derive(Debug, Args)]
pub struct ShowCmd {
	/// Account: SS58, 0x and 32 bytes, or an Ethereum or contract address.
	#[arg(value_name = "ACCOUNT")]
	account: Account,

	#[allow(missing_docs)]
	#[clap(flatten)]
	node: NodeOptions,

	/// Print one JSON object.
	#[arg(long)]
	json: bool,
}

impl ShowCmd {
	pub(super) fn run(self) {
		tell(self.json, self.show());
	}

	async fn show(&self) -> Result<Facts, Failure> {
		let chain = Chain::connect(&self.node.url).await?;
		let left = credit::balance(&chain, &self.account.0, None).await?;
		let allowances = credit::allowances(&chain, &self.account.0).await?;
		let lines: Vec<String> = allowances.iter().map(allowance_line).collect();
		let mut facts = Facts::default();
		facts
			.add("Account", "account", &self.account, self.account.to_string())
			.amount("Credit", "credit", left)
			.lines("Allowances", "allowances", &lines, allowances);
		Ok(facts)
	}
}

/// One allowance in one line.
fn allowance_line(allowance: &serde_json::Value) -> String {
	let amount = |key: &str| {
		let units = allowance[key].as_str().and_then(|units| units.parse().ok());
		units.map_or_else(|| "?".into(), |units| Amount(units).to_string())
	};
	let models = match allowance["models"].as_array() {
		Some(models) if !models.is_empty() => {
			let ids: Vec<String> = models.iter().map(ToString::to_string).collect();
			format!("models {}", ids.join(", "))
		},
		_ => "all models".into(),
	};
	let line = format!(
		"{}: {} a call, {} of {} spent, {models}, until block {}",
		allowance["beneficiary"].as_str().unwrap_or("?"),
		amount("perCall"),
		amount("spent"),
		amount("total"),
		allowance["expires"],
	);
	printable(&line)
}

#[cfg(test)]
mod tests {
	use super::*;
	use serde_json::json;

	#[test]
	fn a_part_is_an_amount_or_all() {
		assert_eq!("all".parse(), Ok(Part::All));
		assert_eq!("0.5".parse(), Ok(Part::Some(Amount(500_000_000_000_000_000))));
		for wrong in ["", "All", "-1", "1 OPG", "1e18", "0.0000000000000000001"] {
			assert!(wrong.parse::<Part>().is_err(), "{wrong}");
		}
	}

	#[test]
	fn an_allowance_is_one_line() {
		let allowance = json!({
			"beneficiary": "5Bob\u{1b}", "perCall": "1000000000000000000", "spent": "0",
			"total": "2500000000000000000", "models": [1, 7], "expires": 90,
		});
		assert_eq!(
			allowance_line(&allowance),
			"5Bob�: 1 OPG a call, 0 OPG of 2.5 OPG spent, models 1, 7, until block 90"
		);
		assert_eq!(
			allowance_line(&json!({"models": []})),
			"?: ? a call, ? of ? spent, all models, until block null"
		);
	}
}
