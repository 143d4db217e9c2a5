//! `credit sponsor`, `credit revoke`, `credit remove-expired`: what others may spend of a credit.

use crate::{
	account::Account,
	client::{
		command::{connect, send, tell},
		credit,
		facts::Facts,
	},
	model::{amount::Amount, failure::Failure, publish::ChainOptions},
};
use clap::Args;
use pallet_credit::{Allowance, ModelList, MAX_MODELS};

/// Let an account or contract spend of the signer's credit.
///
/// It reserves nothing: the signer's credit must cover each call when it is made. An allowance that is
/// there is replaced, and what was spent of it is forgotten. A deposit is held until it is revoked.
#[derive(Debug, Args)]
pub struct SponsorCmd {
	/// Who may spend: SS58, 0x and 32 bytes, or an Ethereum or contract address.
	#[arg(value_name = "ACCOUNT")]
	beneficiary: Account,

	/// Price of one call, at most, in OPG. A batch counts as one call.
	#[arg(long, value_name = "OPG")]
	per_call: Amount,

	/// Prices of all calls together, at most, in OPG.
	#[arg(long, value_name = "OPG")]
	total: Amount,

	/// Id of a model that may be called; may be given 16 times. Without any: all models.
	#[arg(long = "model", value_name = "ID")]
	models: Vec<u32>,

	#[allow(missing_docs)]
	#[clap(flatten)]
	until: Until,

	#[allow(missing_docs)]
	#[clap(flatten)]
	chain: ChainOptions,

	/// Print one JSON object.
	#[arg(long)]
	json: bool,
}

/// When something ends: exactly one of both.
#[derive(Clone, Copy, Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Until {
	/// First block in which it no longer holds.
	#[arg(long, value_name = "BLOCK")]
	pub expires: Option<u32>,

	/// Blocks from now on for which it holds.
	#[arg(long, value_name = "N")]
	pub blocks: Option<u32>,
}

impl Until {
	/// The block, counted from block `now`.
	pub fn block(self, now: u64) -> u32 {
		let from_now = || u64::from(self.blocks.unwrap_or(0)).saturating_add(now);
		self.expires.unwrap_or_else(|| u32::try_from(from_now()).unwrap_or(u32::MAX))
	}
}

impl SponsorCmd {
	pub(super) fn run(self) {
		tell(self.json, self.sponsor());
	}

	fn models(&self) -> Result<ModelList, Failure> {
		ModelList::try_from(self.models.clone()).map_err(|models| {
			Failure::new(
				"Usage",
				format!("{} models are more than {MAX_MODELS}", models.len()),
				"name fewer, or none for all models",
			)
		})
	}

	async fn sponsor(&self) -> Result<Facts, Failure> {
		let models = self.models()?;
		let chain = connect(&self.chain).await?;
		let expires = self.until.block(chain.best().await?.block_number());
		let allowance =
			Allowance { per_call: self.per_call.0, total: self.total.0, models, expires };
		let call = credit::sponsor(&self.beneficiary, allowance);
		let included = send(&chain, &self.chain, &call).await?;
		let mut facts = Facts::default();
		facts
			.add("Beneficiary", "beneficiary", &self.beneficiary, self.beneficiary.to_string())
			.amount("A call", "perCall", self.per_call.0)
			.amount("All calls", "total", self.total.0)
			.add("Until block", "expires", expires, expires)
			.included(&included)?;
		Ok(facts)
	}
}

/// Take an allowance back, at once; its deposit comes back.
#[derive(Debug, Args)]
pub struct RevokeCmd {
	/// Who may not spend any more.
	#[arg(value_name = "ACCOUNT")]
	beneficiary: Account,

	#[allow(missing_docs)]
	#[clap(flatten)]
	chain: ChainOptions,

	/// Print one JSON object.
	#[arg(long)]
	json: bool,
}

impl RevokeCmd {
	pub(super) fn run(self) {
		tell(self.json, self.revoke());
	}

	async fn revoke(&self) -> Result<Facts, Failure> {
		let chain = connect(&self.chain).await?;
		let included = send(&chain, &self.chain, &credit::revoke(&self.beneficiary)).await?;
		let mut facts = Facts::default();
		facts
			.add("Beneficiary", "beneficiary", &self.beneficiary, self.beneficiary.to_string())
			.included(&included)?;
		Ok(facts)
	}
}

/// Remove an allowance that has expired. Anybody may; the deposit goes back to the sponsor.
#[derive(Debug, Args)]
pub struct RemoveExpiredCmd {
	/// Who gave it.
	#[arg(value_name = "SPONSOR")]
	sponsor: Account,

	/// Who had it.
	#[arg(value_name = "BENEFICIARY")]
	beneficiary: Account,

	#[allow(missing_docs)]
	#[clap(flatten)]
	chain: ChainOptions,

	/// Print one JSON object.
	#[arg(long)]
	json: bool,
}

impl RemoveExpiredCmd {
	pub(super) fn run(self) {
		tell(self.json, self.remove());
	}

	async fn remove(&self) -> Result<Facts, Failure> {
		let chain = connect(&self.chain).await?;
		let call = credit::remove_expired(&self.sponsor, &self.beneficiary);
		let included = send(&chain, &self.chain, &call).await?;
		let mut facts = Facts::default();
		facts
			.add("Sponsor", "sponsor", &self.sponsor, self.sponsor.to_string())
			.add("Beneficiary", "beneficiary", &self.beneficiary, self.beneficiary.to_string())
			.included(&included)?;
		Ok(facts)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn an_end_is_a_block_or_a_number_of_blocks() {
		let until = |expires, blocks| Until { expires, blocks };
		assert_eq!(until(Some(9), None).block(100), 9);
		assert_eq!(until(None, Some(9)).block(100), 109);
		assert_eq!(until(None, Some(u32::MAX)).block(100), u32::MAX);
		assert_eq!(until(None, Some(1)).block(u64::MAX), u32::MAX);
	}
}
