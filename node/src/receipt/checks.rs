//! What was compared, and how it is printed.

use super::find::{self, Found};
use crate::model::output::{hex, table};
use pallet_inference::proof::verifies;
use polkadot_sdk::sp_core::H256;
use serde_json::{json, Value};

/// One comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
	/// What was compared.
	pub name: &'static str,
	/// What the receipt or the chain says.
	pub expected: String,
	/// What was computed here; empty when nothing could be.
	pub got: String,
	/// Whether both are the same.
	pub holds: bool,
}

/// Comparisons, in the order in which they were made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checks(pub Vec<Check>);

impl Checks {
	/// Compares two values by their text.
	pub fn compare(&mut self, name: &'static str, expected: impl ToString, got: impl ToString) {
		let (expected, got) = (expected.to_string(), got.to_string());
		let holds = expected == got;
		self.0.push(Check { name, expected, got, holds });
	}

	/// Compares two hashes; `None` is one that could not be computed.
	pub fn hashes(&mut self, name: &'static str, expected: [u8; 32], got: Option<[u8; 32]>) {
		let got = got.map(|hash| hex(&hash)).unwrap_or_default();
		self.compare(name, hex(&expected), got);
	}

	/// Whether all of them hold, and there is one.
	pub fn hold(&self) -> bool {
		!self.0.is_empty() && self.0.iter().all(|check| check.holds)
	}

	/// A table for people: hashes are cut unless they differ.
	pub fn to_text(&self) -> String {
		let head = ["check", "receipt or chain", "computed here", ""];
		let mut rows: Vec<Vec<String>> = vec![head.map(String::from).into()];
		for Check { name, expected, got, holds } in &self.0 {
			let show = |text: &str| -> String {
				match text.get(..14) {
					Some(start) if *holds && text.starts_with("0x") => format!("{start}…"),
					_ if text.is_empty() => "nothing".into(),
					_ => text.into(),
				}
			};
			let verdict = if *holds { "ok" } else { "WRONG" };
			rows.push(vec![(*name).into(), show(expected), show(got), verdict.into()]);
		}
		table(&rows)
	}

	/// The list for programs.
	pub fn to_json(&self) -> Value {
		self.0
			.iter()
			.map(|check| {
				json!({
					"name": check.name,
					"expected": check.expected,
					"got": check.got,
					"holds": check.holds,
				})
			})
			.collect()
	}
}

/// What can be checked without a run: the receipt is made of its fields, and the header of its block
/// has it.
pub fn of_proof(found: &Found) -> Checks {
	let proof = &found.proof;
	let id = proof.receipt.id(found.genesis_hash);
	let root = find::root(&found.header.digest);
	let leads = root.is_some_and(|root| {
		verifies(root, H256(id), proof.receipt.index, proof.leaf_count, &proof.proof)
	});
	let mut checks = Checks::default();
	checks.hashes("receipt id, of its fields", found.id.0, Some(id));
	checks.hashes("block hash, of its header", found.block_hash.0, Some(found.header.hash().0));
	checks.compare("block number", proof.receipt.block, found.header.number);
	checks.hashes("root, in the header", proof.root.0, root.map(|root| root.0));
	let place = format!("receipt {} of {}", proof.leaf_index, proof.leaf_count);
	let proved = format!("receipt {} of {}", proof.receipt.index, proof.leaf_count);
	checks.compare("proof to the root", place, if leads { proved } else { String::new() });
	checks
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{
		client::types::{Receipt, ReceiptProof},
		rpc::types::Amount,
	};
	use pallet_inference::proof::{prove, root, DIGEST_ID};
	use polkadot_sdk::sp_runtime::traits::Header as _;
	use polkadot_sdk::sp_runtime::{Digest, DigestItem};

	/// What an honest node says about the second of three receipts.
	fn found() -> Found {
		let receipt = Receipt {
			block: 9,
			index: 1,
			caller: [1; 32].into(),
			payer: [2; 32].into(),
			model: 3,
			result_id: H256([4; 32]),
			input_hash: H256([5; 32]),
			output_hash: H256([6; 32]),
			fuel: 7,
			price: Amount(8),
			protocol_share: Amount(0),
		};
		let id = H256(receipt.id([9; 32]));
		let ids = [H256([1; 32]), id, H256([2; 32])];
		let logs = vec![DigestItem::Consensus(DIGEST_ID, root(&ids).0.to_vec())];
		let header = opg_runtime::Header::new(
			9,
			H256([0; 32]),
			H256([1; 32]),
			H256([2; 32]),
			Digest { logs },
		);
		let proof = ReceiptProof {
			receipt,
			root: root(&ids),
			leaf_index: 1,
			leaf_count: 3,
			proof: prove(&ids, 1).expect("the leaf is there"),
		};
		let block_hash = header.hash();
		Found { id, proof, genesis_hash: [9; 32], block_hash, header, finalised: true }
	}

	/// Names of the checks that fail.
	fn wrong(found: &Found) -> Vec<&'static str> {
		let checks = of_proof(found);
		let wrong: Vec<_> = checks.0.iter().filter(|c| !c.holds).map(|c| c.name).collect();
		assert_eq!(checks.hold(), wrong.is_empty());
		assert_eq!(checks.to_text().matches("WRONG").count(), wrong.len());
		wrong
	}

	#[test]
	fn an_honest_answer_holds() {
		assert!(wrong(&found()).is_empty());
		assert!(!Checks::default().hold());
	}

	#[test]
	fn every_lie_is_found() {
		let lie = |change: fn(&mut Found)| {
			let mut found = found();
			change(&mut found);
			wrong(&found)
		};
		let changed = ["receipt id, of its fields", "proof to the root"];
		assert_eq!(lie(|f| f.proof.receipt.price = Amount(9)), changed);
		assert_eq!(lie(|f| f.genesis_hash = [8; 32]), changed);
		assert_eq!(lie(|f| f.proof.receipt.payer = [3; 32].into()), changed);
		assert_eq!(lie(|f| f.proof.root = H256([3; 32])), ["root, in the header"]);
		assert_eq!(lie(|f| f.block_hash = H256([3; 32])), ["block hash, of its header"]);
		assert_eq!(lie(|f| f.proof.proof[0] = H256([3; 32])), ["proof to the root"]);
		assert_eq!(lie(|f| f.proof.leaf_index = 2), ["proof to the root"]);
		assert_eq!(lie(|f| f.proof.leaf_count = 2), ["proof to the root"]);
		assert_eq!(
			lie(|f| f.header.digest.logs.clear()),
			["block hash, of its header", "root, in the header", "proof to the root"]
		);
		assert_eq!(lie(|f| f.header.number = 8), ["block hash, of its header", "block number"]);
	}
}
