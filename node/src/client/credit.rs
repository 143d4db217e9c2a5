//! Reads and calls of `pallet-credit`.

use super::{inclusion::Included, AtBlock, Chain};
use crate::{account::Account, model::failure::Failure, rpc::types::Amount};
use opg_runtime::AccountId;
use pallet_credit::{Allowance, Signature, Voucher};
use polkadot_sdk::sp_core::H160;
use serde_json::Value;
use subxt::{
	dynamic,
	ext::scale_decode::DecodeAsType,
	rpcs::rpc_params,
	transactions::Payload,
	utils::{Static, H256},
};

/// Name of the pallet in the runtime.
const PALLET: &str = "Credit";

/// Allowances that one question asks for.
const PAGE: u32 = 100;

/// What an account can spend in the state of a block, the best one when there is none, base units.
pub async fn balance(
	chain: &Chain,
	account: &AccountId,
	at: Option<H256>,
) -> Result<u128, Failure> {
	let params = rpc_params![account.to_string(), at];
	let Amount(credit) = chain.request("credit_balance", params).await?;
	Ok(credit)
}

/// Every allowance of a sponsor, as the RPC gives them.
pub async fn allowances(chain: &Chain, sponsor: &AccountId) -> Result<Vec<Value>, Failure> {
	let at = chain.best().await?.block_hash();
	let mut all: Vec<Value> = Vec::new();
	loop {
		let after = all.last().and_then(|one| one["beneficiary"].as_str()).map(String::from);
		let params = rpc_params![sponsor.to_string(), after, PAGE, at];
		let page: Vec<Value> = chain.request("credit_allowances", params).await?;
		let last = page.len() < PAGE as usize;
		all.extend(page);
		if last {
			return Ok(all);
		}
	}
}

/// A channel as the RPC gives it.
pub async fn channel(chain: &Chain, id: u64) -> Result<Value, Failure> {
	let channel: Option<Value> = chain.request("credit_channel", rpc_params![id]).await?;
	channel.ok_or_else(|| {
		Failure::new(
			"UnknownChannel",
			format!("UnknownChannel(channel={id})"),
			"check the id: a channel that was closed is gone",
		)
	})
}

/// The chain id that wallets sign with.
pub async fn evm_chain_id(chain: &AtBlock) -> Result<u64, Failure> {
	let unreadable = |error: String| {
		Failure::new(
			"Rpc",
			format!("the chain id can't be read: {error}"),
			"is it an OPG node of this version?",
		)
	};
	let entry = dynamic::storage::<(), u64>("ChainParams", "EvmChainId");
	let value =
		chain.storage().try_fetch(entry, ()).await.map_err(|e| unreadable(e.to_string()))?;
	let value = value.ok_or_else(|| unreadable("it isn't in the state".into()))?;
	value.decode().map_err(|e| unreadable(e.to_string()))
}

/// What a transaction's vouchers paid in all, base units.
pub fn redeemed(included: &Included) -> Result<u128, Failure> {
	#[derive(DecodeAsType)]
	#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
	struct VoucherRedeemed {
		amount: u128,
	}
	let events: Vec<VoucherRedeemed> = included.events(PALLET, "VoucherRedeemed")?;
	Ok(events.iter().fold(0, |sum, event| event.amount.saturating_add(sum)))
}

/// Moves OPG of the signer's balance to an account's credit.
pub fn deposit_to(account: &Account, amount: u128) -> impl Payload {
	dynamic::transaction(PALLET, "deposit_to", (Static(account.0.clone()), amount))
}

/// Moves OPG of the signer's credit to its balance.
pub fn withdraw(amount: u128) -> impl Payload {
	dynamic::transaction(PALLET, "withdraw", (amount,))
}

/// Lets an account spend of the signer's credit.
pub fn sponsor(beneficiary: &Account, allowance: Allowance<u128, u32>) -> impl Payload {
	dynamic::transaction(PALLET, "sponsor", (Static(beneficiary.0.clone()), Static(allowance)))
}

/// Takes an allowance back.
pub fn revoke(beneficiary: &Account) -> impl Payload {
	dynamic::transaction(PALLET, "revoke", (Static(beneficiary.0.clone()),))
}

/// Removes an allowance that has expired.
pub fn remove_expired(sponsor: &Account, beneficiary: &Account) -> impl Payload {
	let parties = (Static(sponsor.0.clone()), Static(beneficiary.0.clone()));
	dynamic::transaction(PALLET, "remove_expired", parties)
}

/// Opens a channel.
pub fn open_channel(payee: &Account, signer: H160, amount: u128, expires: u32) -> impl Payload {
	let arguments = (Static(payee.0.clone()), Static(signer), amount, expires);
	dynamic::transaction(PALLET, "open_channel", arguments)
}

/// Adds credit to a channel.
pub fn top_up(channel: u64, amount: u128) -> impl Payload {
	dynamic::transaction(PALLET, "top_up", (channel, amount))
}

/// Starts the period after which anybody may close a channel.
pub fn request_close(channel: u64) -> impl Payload {
	dynamic::transaction(PALLET, "request_close", (channel,))
}

/// Closes a channel.
pub fn close(channel: u64) -> impl Payload {
	dynamic::transaction(PALLET, "close", (channel,))
}

/// Redeems vouchers.
pub fn redeem(vouchers: Vec<(Voucher, Signature)>) -> impl Payload {
	dynamic::transaction(PALLET, "redeem", (Static(vouchers),))
}
