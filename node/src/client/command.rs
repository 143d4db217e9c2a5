//! What commands share that talk to a chain.

use super::{facts::Facts, inclusion::Included, transaction::Sender, Chain};
use crate::model::{
	failure::{finish, Failure},
	publish::{block_on, ChainOptions},
};
use clap::Args;
use opg_runtime::AccountId;
use std::{future::Future, time::Duration};
use subxt::transactions::Payload;

/// Which node, for commands that only read.
#[derive(Debug, Args)]
pub struct NodeOptions {
	/// WebSocket of a node.
	#[arg(long, value_name = "WS", default_value = "ws://127.0.0.1:9944")]
	pub url: String,
}

/// Runs a command that tells facts.
pub fn tell(json: bool, facts: impl Future<Output = Result<Facts, Failure>>) {
	finish(json, block_on(facts).map(|facts| facts.print(json)));
}

/// Connects to a node, once the key can be read.
pub async fn connect(options: &ChainOptions) -> Result<Chain, Failure> {
	options.suri.key()?;
	Chain::connect(&options.url).await
}

/// Signs a call, sends it and waits for its block.
pub async fn send(
	chain: &Chain,
	options: &ChainOptions,
	call: &impl Payload,
) -> Result<Included, Failure> {
	let key = options.suri.key()?;
	let mut sender = Sender::new(chain, &key, Duration::from_secs(options.timeout)).await?;
	sender.send(call, options.wait).await
}

/// The account of the key that signs.
pub fn signer(options: &ChainOptions) -> Result<AccountId, Failure> {
	Ok(options.suri.key()?.public_key().to_account_id().0.into())
}
