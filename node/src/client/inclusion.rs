//! Finding a transaction's block, and reading what came of it there.

use super::{
	transaction::{Submitted, Wait},
	AtBlock, Chain, Config,
};
use crate::model::failure::Failure;
use codec::Decode;
use opg_engine_abi::ErrorCode;
use std::time::Duration;
use subxt::{
	config::Hasher,
	error::{DispatchError, ModuleError},
	events::{Events, Phase},
	ext::scale_decode::DecodeAsFields,
	transactions::TransactionStatus,
	utils::H256,
};
use tokio::time::{interval_at, Instant, MissedTickBehavior};

/// How often blocks are looked through while a node says nothing about a transaction.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// A transaction that a block holds and that succeeded.
pub struct Included {
	/// The chain at that block.
	pub block: AtBlock,
	/// Hash of the transaction.
	pub hash: H256,
	/// Position of the transaction in the block.
	index: u32,
	events: Events<Config>,
}

/// Waits for the block of a transaction, and gives its hash.
///
/// The node tells about its transactions, but not reliably: one that is included as soon as it
/// reaches the pool may never be told about, and a node gives up telling after a time. So blocks are
/// looked through as well, which is dearer.
pub(super) async fn find(submitted: &mut Submitted<'_>, wait: Wait) -> Result<H256, Failure> {
	let lost = |message: &str| {
		Failure::new(
			"TransactionDropped",
			format!("the node gave the transaction up: {message}"),
			"check the account's balance and nonce, and send it again",
		)
	};
	let mut look = interval_at(Instant::now() + LOOK_EVERY, LOOK_EVERY);
	look.set_missed_tick_behavior(MissedTickBehavior::Delay);
	let mut told = true;
	loop {
		tokio::select! {
			status = submitted.progress.next(), if told => match status {
				Some(Ok(TransactionStatus::InBestBlock(block))) if wait == Wait::Best => {
					return Ok(block.block_hash());
				},
				Some(Ok(TransactionStatus::InFinalizedBlock(block))) => {
					return Ok(block.block_hash());
				},
				Some(Ok(
					TransactionStatus::Error { message }
					| TransactionStatus::Invalid { message }
					| TransactionStatus::Dropped { message },
				)) => {
					// What is in a block already can't be dropped.
					return look_through(submitted, wait).await?.ok_or_else(|| lost(&message));
				},
				Some(Ok(_)) => {},
				Some(Err(error)) => return Err(lost(&error.to_string())),
				None => told = false,
			},
			_ = look.tick() => {
				if let Some(block) = look_through(submitted, wait).await? {
					return Ok(block);
				}
			},
		}
	}
}

/// Looks for the transaction in the blocks since it was sent, the newest first.
async fn look_through(submitted: &Submitted<'_>, wait: Wait) -> Result<Option<H256>, Failure> {
	let chain = submitted.chain;
	let head = match wait {
		Wait::Best => chain.best().await?,
		Wait::Finalized => chain.finalized().await?,
	};
	let nonce = head.transactions().account_nonce(&submitted.account).await;
	if nonce.map_err(|e| chain.failure(e))? <= submitted.nonce {
		return Ok(None);
	}
	let mut hash = head.block_hash();
	for _ in submitted.born..head.block_number() {
		let block = chain.block(hash).await?;
		if position(&head, &block.extrinsics, submitted.hash()).is_some() {
			return Ok(Some(hash));
		}
		hash = block.header.parent_hash;
	}
	Err(Failure::new(
		"TransactionReplaced",
		"another transaction of the account took its place",
		"don't send from one account with two programs at a time",
	))
}

fn position(
	chain: &AtBlock,
	extrinsics: &[impl std::ops::Deref<Target = [u8]>],
	hash: H256,
) -> Option<u32> {
	let index = extrinsics.iter().position(|bytes| chain.hasher().hash(bytes) == hash)?;
	u32::try_from(index).ok()
}

impl Included {
	/// Reads what came of a transaction in its block.
	pub(super) async fn read(chain: &Chain, block: H256, hash: H256) -> Result<Self, Failure> {
		let body = chain.block(block).await?;
		let block = chain.at(block).await?;
		let index = position(&block, &body.extrinsics, hash)
			.ok_or_else(|| chain.failure("the transaction isn't in the block that was named"))?;
		let events = block.events().fetch().await.map_err(|e| chain.failure(e))?;
		let included = Self { block, hash, index, events };
		match included.find("System", "ExtrinsicFailed")? {
			Some(failed) => Err(dispatch_failure(failed.field_bytes(), &included.block)),
			None => Ok(included),
		}
	}

	/// The first event of that name that the transaction emitted.
	pub fn event<E: DecodeAsFields>(&self, pallet: &str, name: &str) -> Result<E, Failure> {
		let event = self.find(pallet, name)?;
		let event = event.ok_or_else(|| self.unreadable(pallet, name, "it isn't there"))?;
		event
			.decode_fields_unchecked_as::<E>()
			.map_err(|e| self.unreadable(pallet, name, &e.to_string()))
	}

	/// All events of that name that the transaction emitted.
	pub fn events<E: DecodeAsFields>(&self, pallet: &str, name: &str) -> Result<Vec<E>, Failure> {
		let mut all = Vec::new();
		for event in self.events.iter() {
			let event = event.map_err(|e| self.unreadable(pallet, name, &e.to_string()))?;
			if self.is(&event, pallet, name) {
				let fields = event.decode_fields_unchecked_as::<E>();
				all.push(fields.map_err(|e| self.unreadable(pallet, name, &e.to_string()))?);
			}
		}
		Ok(all)
	}

	/// Whether the transaction emitted an event, and it has that name.
	fn is(&self, event: &subxt::events::Event<'_, Config>, pallet: &str, name: &str) -> bool {
		event.phase() == Phase::ApplyExtrinsic(self.index)
			&& event.pallet_name() == pallet
			&& event.event_name() == name
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

	fn find(
		&self,
		pallet: &str,
		name: &str,
	) -> Result<Option<subxt::events::Event<'_, Config>>, Failure> {
		for event in self.events.iter() {
			let event = event.map_err(|e| self.unreadable(pallet, name, &e.to_string()))?;
			if self.is(&event, pallet, name) {
				return Ok(Some(event));
			}
		}
		Ok(None)
	}

	fn unreadable(&self, pallet: &str, name: &str, why: &str) -> Failure {
		Failure::new(
			"Rpc",
			format!("event {pallet}.{name}: {why}"),
			"use a client of the node's version",
		)
	}
}

/// What `System.ExtrinsicFailed` says.
fn dispatch_failure(fields: &[u8], block: &AtBlock) -> Failure {
	match DispatchError::decode_from(fields, block.metadata()) {
		Ok(DispatchError::Module(error)) => module_failure(&error),
		Ok(error) => Failure::new(
			"DispatchFailed",
			error,
			"for token errors fund the account; nothing but the fee was taken",
		),
		Err(error) => Failure::new("Rpc", error, "use a client of the node's version"),
	}
}

/// A pallet's error: its name, and its documentation as the remedy. One that wraps an engine's
/// refusal takes name and remedy from there; that of a batch's row has the row before it.
fn module_failure(error: &ModuleError) -> Failure {
	let Ok(details) = error.details() else {
		return Failure::new("DispatchFailed", error, "use a client of the node's version");
	};
	let (pallet, name) = (details.pallet.name(), details.variant.name.as_str());
	let bytes = error.bytes();
	let (place, row) = match name {
		"EngineRefused" => (2, None),
		"RowRefused" => (3, bytes.get(2)),
		_ => (bytes.len(), None),
	};
	let code = bytes.get(place..).and_then(|mut bytes| ErrorCode::decode(&mut bytes).ok());
	match code {
		Some(code) => {
			let row = row.map(|row| format!("(row={row})")).unwrap_or_default();
			let message = format!("{}{row}: the engine refused it ({pallet}.{name})", code.name());
			Failure::new(code.name(), message, code.hint())
		},
		None => {
			let about: Vec<&str> = details.variant.docs.iter().map(|line| line.trim()).collect();
			Failure::new(name, format!("{name} ({pallet})"), about.join(" "))
		},
	}
}
