//! `model beneficiaries`: who is paid for a model's calls.

use super::{amount::grouped, failure::Failure, publish::ChainOptions};
use crate::{
	account::Account,
	client::{
		command::{connect, send, tell},
		facts::Facts,
		registry,
	},
};
use clap::Args;
use opg_runtime::AccountId;
use pallet_model_registry::{Beneficiary, BENEFICIARY_PARTS, MAX_BENEFICIARIES};
use serde_json::json;
use std::str::FromStr;

/// Parts per billion of one percent.
const PERCENT: u32 = BENEFICIARY_PARTS / 100;

/// Digits after the point that a percentage can have: a ten-millionth is one part.
const DECIMALS: usize = 7;

/// Name who is paid for a model's calls from now on.
///
/// Up to 8 accounts share the price, less the protocol's share. Parts round down, and the first account
/// takes the rest. A transfer of the model resets it to the owner.
#[derive(Debug, Args)]
pub struct BeneficiariesCmd {
	/// Id of the model.
	#[arg(value_name = "ID")]
	model: u32,

	/// Accounts with their shares, in percent (`5Grw…=62.5%`) or parts per billion (`5Grw…=625000000`).
	/// Together they are 100%.
	#[arg(value_name = "ACCOUNT=SHARE", required_unless_present = "owner")]
	shares: Vec<Share>,

	/// Pay the owner alone again.
	#[arg(long, conflicts_with = "shares")]
	owner: bool,

	#[allow(missing_docs)]
	#[clap(flatten)]
	chain: ChainOptions,

	/// Print one JSON object.
	#[arg(long)]
	json: bool,
}

/// An account and its parts per billion.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Share {
	account: Account,
	parts: u32,
}

impl FromStr for Share {
	type Err = String;

	fn from_str(text: &str) -> Result<Self, String> {
		let (account, share) = text.split_once('=').ok_or(
			"write ACCOUNT=SHARE, for example 5Grw…=62.5%, or =625000000 parts per billion",
		)?;
		let parts = match share.strip_suffix('%') {
			Some(percent) => parts_of_percent(percent),
			None => digits(share).then(|| share.parse().ok()).flatten(),
		};
		let parts =
			parts.filter(|parts| (1..=BENEFICIARY_PARTS).contains(parts)).ok_or_else(|| {
				format!(
					"a share is up to 100%, with {DECIMALS} digits after the point, and above 0"
				)
			})?;
		Ok(Self { account: account.parse()?, parts })
	}
}

/// Whether there are digits and nothing else.
fn digits(text: &str) -> bool {
	!text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// Parts per billion of a percentage such as `62.5`.
fn parts_of_percent(text: &str) -> Option<u32> {
	let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
	if !digits(whole) || !digits(part) || part.len() > DECIMALS {
		return None;
	}
	let part: u32 = format!("{part:0<DECIMALS$}").parse().ok()?;
	whole.parse::<u32>().ok()?.checked_mul(PERCENT)?.checked_add(part)
}

impl BeneficiariesCmd {
	pub(super) fn run(self) {
		tell(self.json, self.set());
	}

	/// The list, if the chain takes it.
	fn list(&self) -> Result<Vec<Beneficiary<AccountId>>, Failure> {
		let refused = |code: &str, message: String, hint: &str| Failure::new(code, message, hint);
		let shares = &self.shares;
		if shares.len() > MAX_BENEFICIARIES as usize {
			return Err(refused(
				"TooManyBeneficiaries",
				format!("TooManyBeneficiaries(count={},max={MAX_BENEFICIARIES})", shares.len()),
				"name fewer accounts, or pay a contract that shares further",
			));
		}
		let sum: u64 = shares.iter().map(|share| u64::from(share.parts)).sum();
		if !shares.is_empty() && sum != u64::from(BENEFICIARY_PARTS) {
			return Err(refused(
				"WrongParts",
				format!("WrongParts(sum={sum},needed={BENEFICIARY_PARTS})"),
				"shares must be 100% together: 1,000,000,000 parts",
			));
		}
		for (i, one) in shares.iter().enumerate() {
			if shares.iter().take(i).any(|other| other.account == one.account) {
				return Err(refused(
					"DuplicateBeneficiary",
					format!("DuplicateBeneficiary(account={})", one.account),
					"name each account once",
				));
			}
		}
		let entry =
			|share: &Share| Beneficiary { account: share.account.0.clone(), parts: share.parts };
		Ok(shares.iter().map(entry).collect())
	}

	async fn set(&self) -> Result<Facts, Failure> {
		let list = self.list()?;
		let chain = connect(&self.chain).await?;
		let call = registry::set_beneficiaries(self.model, list);
		let included = send(&chain, &self.chain, &call).await?;
		let shown: Vec<String> = match self.owner {
			true => vec!["the owner".into()],
			false => self.shares.iter().map(shown).collect(),
		};
		let values = self
			.shares
			.iter()
			.map(|share| json!({ "account": share.account.to_string(), "parts": share.parts }));
		let mut facts = Facts::default();
		facts
			.add("Model", "model", self.model, self.model)
			.lines("Beneficiaries", "beneficiaries", &shown, values.collect())
			.included(&included)?;
		Ok(facts)
	}
}

fn shown(share: &Share) -> String {
	format!("{} of {} parts: {}", grouped(share.parts), grouped(BENEFICIARY_PARTS), share.account)
}

#[cfg(test)]
mod tests {
	use super::*;
	use clap::Parser;

	const ALICE: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
	const BOB: &str = "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty";

	#[derive(Debug, Parser)]
	struct Line {
		#[clap(flatten)]
		cmd: BeneficiariesCmd,
	}

	fn list(shares: &[&str]) -> Result<Vec<u32>, String> {
		let line = ["beneficiaries", "7", "--suri", "//Alice"];
		let line = Line::try_parse_from(line.iter().chain(shares)).map_err(|e| e.to_string())?;
		let list = line.cmd.list().map_err(|failure| failure.code)?;
		Ok(list.into_iter().map(|one| one.parts).collect())
	}

	#[test]
	fn shares_are_percent_or_parts() {
		let share = |text: &str| format!("{ALICE}={text}").parse::<Share>().map(|s| s.parts);
		for (text, parts) in [
			("100%", 1_000_000_000),
			("62.5%", 625_000_000),
			("0.0000001%", 1),
			("33.3333333%", 333_333_333),
			("1", 1),
			("1000000000", 1_000_000_000),
		] {
			assert_eq!(share(text), Ok(parts), "{text}");
		}
		for wrong in [
			"",
			"%",
			"0",
			"0%",
			"100.0000001%",
			"101%",
			"0.00000001%",
			"-1%",
			"+1",
			"1e3",
			".5%",
			"5.%",
			"1000000001",
			"99999999999999999999%",
			"1 %",
		] {
			assert!(share(wrong).is_err(), "{wrong}");
		}
		assert!(ALICE.parse::<Share>().is_err());
		assert!("nobody=100%".parse::<Share>().is_err());
	}

	#[test]
	fn a_list_must_be_the_whole_and_name_each_once() {
		let of = |account: &str, share: &str| format!("{account}={share}");
		let (a, b) = (of(ALICE, "62.5%"), of(BOB, "375000000"));
		assert_eq!(list(&[&a, &b]), Ok(vec![625_000_000, 375_000_000]));
		assert_eq!(list(&["--owner"]), Ok(vec![]));
		assert_eq!(list(&[&a]), Err("WrongParts".into()));
		assert_eq!(
			list(&[&of(ALICE, "50%"), &of(ALICE, "50%")]),
			Err("DuplicateBeneficiary".into())
		);
		let many: Vec<String> =
			(0..9u8).map(|n| of(&format!("0x{}", format!("{n:02x}").repeat(32)), "1")).collect();
		let many: Vec<&str> = many.iter().map(String::as_str).collect();
		assert_eq!(list(&many), Err("TooManyBeneficiaries".into()));
		// Neither, or both.
		assert!(list(&[]).is_err_and(|error| error.contains("required")));
		assert!(list(&["--owner", &a]).is_err_and(|error| error.contains("cannot be used")));
	}
}
