//! Submitting a call.

use super::{inclusion, inclusion::Included, Chain, Config};
use crate::model::failure::Failure;
use clap::ValueEnum;
use std::time::Duration;
use subxt::{
	client::OnlineClientAtBlockImpl,
	config::DefaultExtrinsicParamsBuilder,
	error::{BackendError, ExtrinsicError, RpcError},
	transactions::{Payload, TransactionProgress, TransactionsClient},
	utils::{AccountId32, H256},
};
use subxt_signer::sr25519::Keypair;

/// Blocks for which a transaction stays valid: about 25 minutes, and more than finality may lag.
const MORTALITY: u64 = 256;

pub(super) type Online = OnlineClientAtBlockImpl<Config>;

/// How far a transaction must have come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Wait {
	/// In a block; the block may still be replaced.
	Best,
	/// In a block that is final.
	Finalized,
}

/// Signs and submits an account's transactions, each with the next nonce.
pub struct Sender<'a> {
	chain: &'a Chain,
	key: &'a Keypair,
	transactions: TransactionsClient<Config, Online>,
	/// Number of the last final block when it was made: its transactions lie in later ones.
	born: u64,
	nonce: u64,
	timeout: Duration,
}

/// A transaction that the node has in its pool.
pub struct Submitted<'a> {
	pub(super) chain: &'a Chain,
	pub(super) progress: TransactionProgress<Config, Online>,
	pub(super) account: AccountId32,
	pub(super) nonce: u64,
	pub(super) born: u64,
	what: String,
	timeout: Duration,
}

impl<'a> Sender<'a> {
	/// Transactions signed by that key. A wait longer than `timeout` is a failure.
	pub async fn new(
		chain: &'a Chain,
		key: &'a Keypair,
		timeout: Duration,
	) -> Result<Self, Failure> {
		let nonce = chain.next_nonce(&key.public_key().to_account_id()).await?;
		// What a signature names must stay: the best block may be replaced, and the transactions with it.
		let settled = chain.finalized().await?;
		let transactions = settled.transactions();
		Ok(Self { chain, key, transactions, born: settled.block_number(), nonce, timeout })
	}

	/// Submits a call and waits for it.
	pub async fn send<Call: Payload>(
		&mut self,
		call: &Call,
		wait: Wait,
	) -> Result<Included, Failure> {
		self.submit(call).await?.included(wait).await
	}

	/// Submits a call. The node has it in its pool when this returns, so that calls submitted one
	/// after the other are in the order of their nonces there; a pool keeps little of what comes out
	/// of order.
	pub async fn submit<Call: Payload>(&mut self, call: &Call) -> Result<Submitted<'a>, Failure> {
		let what = format!("{}.{}", call.pallet_name(), call.call_name());
		let nonce = self.nonce;
		let params =
			DefaultExtrinsicParamsBuilder::<Config>::new().nonce(nonce).mortal(MORTALITY).build();
		let signed = self
			.transactions
			.create_signed(call, self.key, params)
			.await
			.map_err(|e| submit_failure(e).at(&what))?;
		let progress = signed.submit_and_watch().await.map_err(|e| submit_failure(e).at(&what))?;
		self.nonce = self.nonce.saturating_add(1);
		Ok(Submitted {
			chain: self.chain,
			progress,
			account: self.key.public_key().to_account_id(),
			nonce,
			born: self.born,
			what,
			timeout: self.timeout,
		})
	}
}

impl Submitted<'_> {
	/// Hash of the transaction.
	pub fn hash(&self) -> H256 {
		self.progress.extrinsic_hash()
	}

	/// Waits until a block holds the transaction. One that failed there is a failure.
	pub async fn included(mut self, wait: Wait) -> Result<Included, Failure> {
		let hash = self.hash();
		let place = format!("{} (transaction {hash:?})", self.what);
		let block = tokio::time::timeout(self.timeout, inclusion::find(&mut self, wait));
		let block = block.await.map_err(|_| {
			let hint = "does the chain make and finalise blocks? Look for the transaction before \
			            sending it again";
			let message = format!("it isn't in a block after {} s", self.timeout.as_secs());
			Failure::new("Timeout", message, hint).at(&place)
		})?;
		let included = match block {
			Ok(block) => Included::read(self.chain, block, hash).await,
			Err(failure) => Err(failure),
		};
		included.map_err(|failure| failure.at(&place))
	}
}

fn submit_failure(error: ExtrinsicError) -> Failure {
	if let ExtrinsicError::ErrorSubmittingTransaction(BackendError::Rpc(RpcError::ClientError(
		subxt::rpcs::Error::User(user),
	))) = &error
	{
		let data = user.data.as_ref().map(|d| format!(": {}", d.get())).unwrap_or_default();
		return Failure::new(
			"TransactionInvalid",
			format!("the node refuses the transaction: {}{data}", user.message),
			"check the account's balance (`Inability to pay`) and pending transactions",
		);
	}
	Failure::new("Rpc", error, "use a client of the node's version")
}
