//! Credit, allowances and channels, as JSON.

use super::Amount;
use opg_runtime::{AccountId, Balance, BlockNumber};
use pallet_credit as credit;
use polkadot_sdk::sp_core::H160;
use serde::Serialize;

/// What a sponsor lets a beneficiary spend.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Allowance {
	/// Whose credit it is of.
	pub sponsor: AccountId,
	/// Who may spend it.
	pub beneficiary: AccountId,
	/// Price of one call, at most.
	pub per_call: Amount,
	/// Prices of all calls together, at most.
	pub total: Amount,
	/// Prices paid so far.
	pub spent: Amount,
	/// Models that may be called; none: all.
	pub models: Vec<u32>,
	/// First block in which it no longer holds.
	pub expires: BlockNumber,
	/// Deposit held on the sponsor's account.
	pub deposit: Amount,
}

impl Allowance {
	/// An allowance with its parties.
	pub fn new(
		sponsor: AccountId,
		beneficiary: AccountId,
		entry: credit::Sponsorship<Balance, BlockNumber>,
	) -> Self {
		let credit::Allowance { per_call, total, models, expires } = entry.allowance;
		Self {
			sponsor,
			beneficiary,
			per_call: Amount(per_call),
			total: Amount(total),
			spent: Amount(entry.spent),
			models: models.into_inner(),
			expires,
			deposit: Amount(entry.deposit),
		}
	}
}

/// Money set aside for one payee, drawn by vouchers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Channel {
	/// Id.
	pub id: u64,
	/// Whose credit it came from, and gets the rest.
	pub payer: AccountId,
	/// Who is paid.
	pub payee: AccountId,
	/// Address of the key whose vouchers count.
	pub signer: H160,
	/// All that was put in.
	pub funds: Amount,
	/// What the payee has got of it.
	pub redeemed: Amount,
	/// First block in which the payer may close it without waiting.
	pub expires: BlockNumber,
	/// First block in which anybody may close it, once the payer has asked for that.
	pub closing: Option<BlockNumber>,
	/// Deposit held on the payer's account.
	pub deposit: Amount,
}

impl Channel {
	/// A channel with its id.
	pub fn new(id: u64, channel: credit::Channel<AccountId, Balance, BlockNumber>) -> Self {
		Self {
			id,
			payer: channel.payer,
			payee: channel.payee,
			signer: channel.signer,
			funds: Amount(channel.funds),
			redeemed: Amount(channel.redeemed),
			expires: channel.expires,
			closing: channel.closing,
			deposit: Amount(channel.deposit),
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use serde_json::json;

	#[test]
	fn amounts_keep_all_their_digits() {
		let account = |n: u8| AccountId::new([n; 32]);
		let allowance = credit::Allowance {
			per_call: u128::MAX,
			total: 1,
			models: vec![3, 1].try_into().unwrap(),
			expires: u32::MAX,
		};
		let entry = credit::Sponsorship { allowance, spent: 0, deposit: 5 };
		let shown = serde_json::to_value(Allowance::new(account(1), account(2), entry)).unwrap();
		assert_eq!(shown["perCall"], json!(u128::MAX.to_string()));
		assert_eq!(shown["models"], json!([3, 1]));
		assert_eq!(shown["sponsor"], json!(account(1).to_string()));
		let channel = credit::Channel {
			payer: account(1),
			payee: account(2),
			signer: H160::repeat_byte(7),
			funds: 10,
			redeemed: 4,
			expires: 9,
			closing: None,
			deposit: 5,
		};
		let shown = serde_json::to_value(Channel::new(u64::MAX, channel)).unwrap();
		assert_eq!(shown["id"], json!(u64::MAX));
		assert_eq!(shown["signer"], json!(format!("0x{}", "07".repeat(20))));
		assert_eq!(shown["closing"], json!(null));
		assert_eq!(shown["redeemed"], json!("4"));
	}
}
