//! Receipts: unique, bounded for each block, pruned after a time.

use crate::{fault::InferFault, pallet::*, ReceiptOf};
use codec::Encode;
use opg_engine_abi::hash::ReceiptParts;
use pallet_model_registry as registry;
use polkadot_sdk::{
	frame_support::{ensure, traits::Get},
	frame_system::{self, pallet_prelude::BlockNumberFor},
	sp_core::H256,
	sp_runtime::{
		traits::{CheckedSub, UniqueSaturatedInto, Zero},
		DispatchError,
	},
};

impl<T: Config> Pallet<T> {
	/// Position that the next receipt of this block gets.
	pub(crate) fn next_index() -> u32 {
		let now = frame_system::Pallet::<T>::block_number();
		ReceiptsOf::<T>::decode_len(now).unwrap_or(0) as u32
	}

	/// Whether the block has room for so many receipts more.
	pub fn ensure_room(receipts: u32) -> Result<(), InferFault> {
		let max = T::MaxReceiptsPerBlock::get();
		let after = Self::next_index().saturating_add(receipts);
		ensure!(after <= max, InferFault::BlockFull { max });
		Ok(())
	}

	/// Stores a receipt under its id.
	pub(crate) fn store_receipt(receipt: ReceiptOf<T>) -> Result<H256, DispatchError> {
		let id = Self::receipt_id(&receipt);
		ReceiptsOf::<T>::try_append(receipt.block, id).map_err(|()| DispatchError::Exhausted)?;
		Receipts::<T>::insert(id, receipt);
		Ok(id)
	}

	/// Id of a receipt: see `ReceiptParts::id`.
	pub fn receipt_id(receipt: &ReceiptOf<T>) -> H256 {
		let genesis: BlockNumberFor<T> = Zero::zero();
		ReceiptParts {
			genesis_hash: word(&frame_system::Pallet::<T>::block_hash(genesis)),
			block: receipt.block.unique_saturated_into(),
			index: receipt.index,
			caller: word(&receipt.caller),
			payer: word(&receipt.payer),
			model_id: receipt.model,
			result_id: receipt.result_id.0,
			fuel: receipt.fuel,
			price: registry::Pallet::<T>::balance_u128(receipt.price),
			protocol_share: registry::Pallet::<T>::balance_u128(receipt.protocol_share),
		}
		.id()
		.into()
	}

	/// Removes the receipts and the root of the block that is `ReceiptPeriod` old and says how many
	/// receipts they were.
	pub(crate) fn prune_receipts(now: BlockNumberFor<T>) -> u32 {
		let Some(old) = now.checked_sub(&T::ReceiptPeriod::get()) else { return 0 };
		let ids = ReceiptsOf::<T>::take(old);
		for id in &ids {
			Receipts::<T>::remove(id);
		}
		if !ids.is_empty() {
			ReceiptRoots::<T>::remove(old);
		}
		ids.len() as u32
	}
}

/// An account or hash as a 32-byte word: exactly its bytes when it has 32, as `AccountId32` and
/// `H256` do; shorter ones are padded with zeros.
fn word(value: &impl Encode) -> [u8; 32] {
	let mut word = [0u8; 32];
	value.using_encoded(|bytes| {
		for (to, from) in word.iter_mut().zip(bytes) {
			*to = *from;
		}
	});
	word
}
