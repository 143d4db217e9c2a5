//! Submitting a call, waiting for its block, and reading what came of it.

use super::{AtBlock, Chain, Config};
use crate::model::failure::Failure;
use clap::ValueEnum;
use codec::Decode;
use opg_engine_abi::ErrorCode;
use std::time::Duration;
use subxt::{
	client::OnlineClientAtBlockImpl,
	config::DefaultExtrinsicParamsBuilder,
	error::{
		BackendError, DispatchError, ExtrinsicError, ModuleError, RpcError, TransactionEventsError,
	},
	ext::scale_decode::DecodeAsFields,
	extrinsics::ExtrinsicEvents,
	transactions::{
		Payload, TransactionInBlock, TransactionProgress, TransactionStatus, TransactionsClient,
	},
	utils::H256,
};
use subxt_signer::sr25519::Keypair;

/// Blocks for which a transaction stays valid: about 25 minutes, and more than finality may lag.
const MORTALITY: u64 = 256;

type Online = OnlineClientAtBlockImpl<Config>;

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
	nonce: u64,
	timeout: Duration,
}

/// A transaction that the node has in its pool.
pub struct Submitted<'a> {
	chain: &'a Chain,
	progress: TransactionProgress<Config, Online>,
	what: String,
	timeout: Duration,
}

/// A transaction that a block holds and that succeeded.
pub struct Included {
	/// The chain at that block.
	pub block: AtBlock,
	/// Hash of the transaction.
	pub hash: H256,
	events: ExtrinsicEvents<Config>,
}

impl<'a> Sender<'a> {
	/// Transactions signed by that key. A wait longer than `timeout` is a failure.
	pub async fn new(
		chain: &'a Chain,
		key: &'a Keypair,
		timeout: Duration,
	) -> Result<Self, Failure> {
		let nonce = chain.next_nonce(&key.public_key().to_account_id()).await?;
		let transactions = chain.best().await?.transactions();
		Ok(Self { chain, key, transactions, nonce, timeout })
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
		let params = DefaultExtrinsicParamsBuilder::<Config>::new()
			.nonce(self.nonce)
			.mortal(MORTALITY)
			.build();
		let signed = self
			.transactions
			.create_signed(call, self.key, params)
			.await
			.map_err(|e| submit_failure(e).at(&what))?;
		let progress = signed.submit_and_watch().await.map_err(|e| submit_failure(e).at(&what))?;
		self.nonce = self.nonce.saturating_add(1);
		Ok(Submitted { chain: self.chain, progress, what, timeout: self.timeout })
	}
}

impl Submitted<'_> {
	/// Waits until a block holds the transaction. One that failed there is a failure.
	pub async fn included(self, wait: Wait) -> Result<Included, Failure> {
		let hash = self.progress.extrinsic_hash();
		let place = format!("{} (transaction {hash:?})", self.what);
		let found = tokio::time::timeout(self.timeout, find(self.progress, wait));
		let found = found.await.map_err(|_| {
			Failure::new(
				"Timeout",
				format!("it isn't in a block after {} s", self.timeout.as_secs()),
				"does the chain make and finalise blocks? Look for the transaction before sending it again",
			)
			.at(&place)
		})?;
		let found = found.map_err(|failure| failure.at(&place))?;
		let events = found.wait_for_success().await.map_err(|e| events_failure(e).at(&place))?;
		let block = self.chain.at(found.block_hash()).await?;
		Ok(Included { block, hash, events })
	}
}

impl Included {
	/// The first event of that name that the transaction emitted.
	pub fn event<E: DecodeAsFields>(&self, pallet: &str, name: &str) -> Result<E, Failure> {
		let wrong = |error: &dyn std::fmt::Display| {
			Failure::new("Rpc", error, "use a client of the node's version")
				.at(format!("event {pallet}.{name} of transaction {:?}", self.hash))
		};
		for event in self.events.iter() {
			let event = event.map_err(|e| wrong(&e))?;
			if event.pallet_name() == pallet && event.event_name() == name {
				return event.decode_fields_unchecked_as::<E>().map_err(|e| wrong(&e));
			}
		}
		Err(wrong(&"the event isn't there"))
	}

	/// The fee that the transaction paid, OPG base units.
	pub fn fee(&self) -> Result<u128, Failure> {
		#[derive(subxt::ext::scale_decode::DecodeAsType)]
		#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
		struct FeePaid {
			actual_fee: u128,
		}
		let paid: FeePaid = self.event("TransactionPayment", "TransactionFeePaid")?;
		Ok(paid.actual_fee)
	}
}

async fn find(
	mut progress: TransactionProgress<Config, Online>,
	wait: Wait,
) -> Result<TransactionInBlock<Config, Online>, Failure> {
	let lost = |message: String| {
		Failure::new(
			"TransactionDropped",
			format!("the node gave the transaction up: {message}"),
			"check the account's balance and nonce, and send it again",
		)
	};
	while let Some(status) = progress.next().await {
		match status.map_err(|e| lost(e.to_string()))? {
			TransactionStatus::InBestBlock(found) if wait == Wait::Best => return Ok(found),
			TransactionStatus::InFinalizedBlock(found) => return Ok(found),
			TransactionStatus::Error { message }
			| TransactionStatus::Invalid { message }
			| TransactionStatus::Dropped { message } => return Err(lost(message)),
			_ => {},
		}
	}
	Err(lost("the connection ended".into()))
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

fn events_failure(error: TransactionEventsError) -> Failure {
	match error {
		TransactionEventsError::ExtrinsicFailed(DispatchError::Module(error)) => {
			module_failure(&error)
		},
		TransactionEventsError::ExtrinsicFailed(error) => Failure::new(
			"DispatchFailed",
			error,
			"for token errors fund the account; nothing but the fee was taken",
		),
		error => Failure::new("Rpc", error, "check the node's log"),
	}
}

/// A pallet's error: its name, and its documentation as the remedy. One that wraps an engine's
/// refusal takes name and remedy from there.
fn module_failure(error: &ModuleError) -> Failure {
	let Ok(details) = error.details() else {
		return Failure::new("DispatchFailed", error, "use a client of the node's version");
	};
	let (pallet, name) = (details.pallet.name(), details.variant.name.as_str());
	let code = (name == "EngineRefused")
		.then(|| error.bytes())
		.and_then(|bytes| ErrorCode::decode(&mut bytes.get(2..)?).ok());
	match code {
		Some(code) => Failure::new(
			code.name(),
			format!("{}: the engine refused it ({pallet}.{name})", code.name()),
			code.hint(),
		),
		None => {
			let about: Vec<&str> = details.variant.docs.iter().map(|line| line.trim()).collect();
			Failure::new(name, format!("{name} ({pallet})"), about.join(" "))
		},
	}
}
