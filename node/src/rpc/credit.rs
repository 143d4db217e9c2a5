//! `credit_balance`, `credit_allowance`, `credit_allowances`, `credit_channel`, `credit_channels`.

use super::{
	error,
	types::{
		credit::{Allowance, Channel},
		Amount,
	},
	Hash,
};
use crate::{account::Account, service::Client};
use jsonrpsee::{core::RpcResult, proc_macros::rpc};
use pallet_credit::runtime_api::CreditApi as _;
use polkadot_sdk::{sc_client_api::HeaderBackend as _, sp_api::ProvideRuntimeApi};
use std::sync::Arc;

/// Entries that one answer lists when the caller names no number.
const DEFAULT_LIMIT: u32 = 20;

/// Prepaid credit. Accounts are SS58 addresses, `0x` and 32 bytes, or Ethereum addresses.
#[rpc(server, namespace = "credit")]
pub trait CreditApi {
	/// What an account can spend, in the state of block `at`, the best block when there is none.
	#[method(name = "balance", blocking)]
	fn balance(&self, account: Account, at: Option<Hash>) -> RpcResult<Amount>;

	/// What a sponsor lets a beneficiary spend, if anything; it may have expired.
	#[method(name = "allowance", blocking)]
	fn allowance(
		&self,
		sponsor: Account,
		beneficiary: Account,
		at: Option<Hash>,
	) -> RpcResult<Option<Allowance>>;

	/// Whom a sponsor lets spend what: 20, or `limit`, 100 at most, from the one after the beneficiary
	/// `after` on, in the state's order.
	#[method(name = "allowances", blocking)]
	fn allowances(
		&self,
		sponsor: Account,
		after: Option<Account>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<Allowance>>;

	/// A channel that isn't closed.
	#[method(name = "channel", blocking)]
	fn channel(&self, channel: u64, at: Option<Hash>) -> RpcResult<Option<Channel>>;

	/// Channels with ids from `from` (1 when there is none), in order: 20, or `limit`, 100 at most.
	#[method(name = "channels", blocking)]
	fn channels(
		&self,
		from: Option<u64>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<Channel>>;
}

/// Answers from the runtime.
pub struct Credit {
	client: Arc<Client>,
}

impl Credit {
	/// Methods over `client`.
	pub fn new(client: Arc<Client>) -> Self {
		Self { client }
	}

	fn at(&self, at: Option<Hash>) -> Hash {
		at.unwrap_or_else(|| self.client.info().best_hash)
	}
}

impl CreditApiServer for Credit {
	fn balance(&self, account: Account, at: Option<Hash>) -> RpcResult<Amount> {
		let credit = self.client.runtime_api().credit(self.at(at), account.0);
		Ok(Amount(credit.map_err(error::call)?))
	}

	fn allowance(
		&self,
		Account(sponsor): Account,
		Account(beneficiary): Account,
		at: Option<Hash>,
	) -> RpcResult<Option<Allowance>> {
		let entry = self
			.client
			.runtime_api()
			.allowance(self.at(at), sponsor.clone(), beneficiary.clone())
			.map_err(error::call)?;
		Ok(entry.map(|entry| Allowance::new(sponsor, beneficiary, entry)))
	}

	fn allowances(
		&self,
		Account(sponsor): Account,
		after: Option<Account>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<Allowance>> {
		let after = after.map(|account| account.0);
		let entries = self
			.client
			.runtime_api()
			.allowances(self.at(at), sponsor.clone(), after, limit.unwrap_or(DEFAULT_LIMIT))
			.map_err(error::call)?;
		let shown = |(beneficiary, entry)| Allowance::new(sponsor.clone(), beneficiary, entry);
		Ok(entries.into_iter().map(shown).collect())
	}

	fn channel(&self, channel: u64, at: Option<Hash>) -> RpcResult<Option<Channel>> {
		let entry = self.client.runtime_api().channel(self.at(at), channel).map_err(error::call)?;
		Ok(entry.map(|entry| Channel::new(channel, entry)))
	}

	fn channels(
		&self,
		from: Option<u64>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<Channel>> {
		let entries = self
			.client
			.runtime_api()
			.channels(self.at(at), from.unwrap_or(1), limit.unwrap_or(DEFAULT_LIMIT))
			.map_err(error::call)?;
		Ok(entries.into_iter().map(|(id, entry)| Channel::new(id, entry)).collect())
	}
}
