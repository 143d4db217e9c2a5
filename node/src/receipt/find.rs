//! A receipt with its proof and its block's header, from a node.

use crate::{
	client::{types::ReceiptProof, Chain},
	model::{failure::Failure, output::hex},
};
use opg_runtime::Header;
use pallet_inference::proof::DIGEST_ID;
use polkadot_sdk::{
	sp_core::H256,
	sp_runtime::{Digest, DigestItem},
};
use subxt::rpcs::rpc_params;

/// What a node says about a receipt.
#[derive(Clone, Debug)]
pub struct Found {
	/// The id that was asked for.
	pub id: H256,
	/// The receipt and its proof.
	pub proof: ReceiptProof,
	/// Hash of the genesis block.
	pub genesis_hash: [u8; 32],
	/// Hash of the receipt's block.
	pub block_hash: H256,
	/// Header of the receipt's block.
	pub header: Header,
	/// Whether the block is final.
	pub finalised: bool,
}

/// Asks a node for a receipt.
pub async fn find(chain: &Chain, id: H256) -> Result<Found, Failure> {
	let proof: Option<ReceiptProof> =
		chain.request("inference_receiptProof", rpc_params![id]).await?;
	let proof = proof.ok_or_else(|| {
		Failure::new(
			"UnknownReceipt",
			format!("UnknownReceipt(receipt={})", hex(&id.0)),
			"the chain keeps receipts for a day, and a node must be in sync to have the newest",
		)
	})?;
	let block = proof.receipt.block;
	let gone = || {
		Failure::new(
			"UnknownBlock",
			format!("the node has no block {block}"),
			"ask again: the chain may have been reorganised",
		)
	};
	let block_hash: Option<H256> = chain.request("chain_getBlockHash", rpc_params![block]).await?;
	let block_hash = block_hash.ok_or_else(gone)?;
	let header: Option<Header> = chain.request("chain_getHeader", rpc_params![block_hash]).await?;
	let header = header.ok_or_else(gone)?;
	let finalised = chain.finalized().await?.block_number() >= u64::from(block);
	let genesis_hash = chain.genesis_hash().0;
	Ok(Found { id, proof, genesis_hash, block_hash, header, finalised })
}

/// The root over a block's receipts, out of its header's digest.
pub fn root(digest: &Digest) -> Option<H256> {
	digest.logs().iter().find_map(|item| match item {
		DigestItem::Consensus(DIGEST_ID, root) => <[u8; 32]>::try_from(&root[..]).ok().map(H256),
		_ => None,
	})
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn the_root_is_found_among_other_items() {
		let other = DigestItem::Consensus(*b"FRNK", vec![1; 32]);
		let ours = DigestItem::Consensus(DIGEST_ID, vec![7; 32]);
		let short = DigestItem::Consensus(DIGEST_ID, vec![7; 31]);
		let digest = |logs| Digest { logs };
		assert_eq!(root(&digest(vec![other.clone(), ours])), Some(H256([7; 32])));
		assert_eq!(root(&digest(vec![other, short])), None);
		assert_eq!(root(&digest(vec![])), None);
	}
}
