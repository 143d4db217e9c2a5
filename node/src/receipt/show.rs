//! `receipt show`: what a receipt says.

use super::{
	find::{find, Found},
	Which,
};
use crate::{
	client::Chain,
	model::{
		amount::{grouped, Amount},
		failure::{finish, Failure},
		output::{emit, hex, Rows},
		publish::block_on,
	},
};
use clap::Args;
use serde_json::{json, Value};

/// Show a receipt: who called which model, what it cost, and where it stands.
#[derive(Debug, Args)]
pub struct ShowCmd {
	#[allow(missing_docs)]
	#[clap(flatten)]
	which: Which,

	/// Print one JSON object.
	#[arg(long)]
	json: bool,
}

impl ShowCmd {
	pub(super) fn run(self) {
		finish(self.json, self.show());
	}

	fn show(&self) -> Result<(), Failure> {
		let found = block_on(async {
			let chain = Chain::connect(&self.which.url).await?;
			find(&chain, self.which.receipt).await
		})?;
		if self.json {
			emit(to_json(&found));
		} else {
			rows(&found).print();
		}
		Ok(())
	}
}

/// The object for programs.
pub(super) fn to_json(found: &Found) -> Value {
	let receipt = &found.proof.receipt;
	let nodes: Vec<String> = found.proof.proof.iter().map(|node| hex(&node.0)).collect();
	json!({
		"receipt": hex(&found.id.0),
		"block": receipt.block,
		"blockHash": hex(&found.block_hash.0),
		"finalised": found.finalised,
		"index": receipt.index,
		"caller": receipt.caller.to_string(),
		"payer": receipt.payer.to_string(),
		"model": receipt.model,
		"resultId": hex(&receipt.result_id.0),
		"inputHash": hex(&receipt.input_hash.0),
		"outputHash": hex(&receipt.output_hash.0),
		"fuel": receipt.fuel,
		"price": receipt.price,
		"protocolShare": receipt.protocol_share,
		"root": hex(&found.proof.root.0),
		"leafCount": found.proof.leaf_count,
		"proof": nodes,
	})
}

/// The rows for people.
pub(super) fn rows(found: &Found) -> Rows {
	let receipt = &found.proof.receipt;
	let place = if found.finalised { "final" } else { "not final yet" };
	let mut rows = Rows::default();
	rows.add("Receipt", hex(&found.id.0))
		.add("Block", format!("{} {} ({place})", grouped(receipt.block), hex(&found.block_hash.0)))
		.add("Index", format!("{} of {}", receipt.index, found.proof.leaf_count))
		.add("Model", receipt.model)
		.add("Caller", &receipt.caller)
		.add("Payer", &receipt.payer)
		.add("Price", Amount(receipt.price.0))
		.add("Protocol share", Amount(receipt.protocol_share.0))
		.add("Run fuel", grouped(receipt.fuel))
		.add("Result id", hex(&receipt.result_id.0))
		.add("Input hash", hex(&receipt.input_hash.0))
		.add("Output hash", hex(&receipt.output_hash.0))
		.add("Receipts' root", hex(&found.proof.root.0));
	rows
}
