//! What must hold after every block. The tests check it after every step.

use crate::pallet::*;
use polkadot_sdk::{
	frame_support::{ensure, traits::Get},
	frame_system,
	sp_runtime::{traits::Saturating, TryRuntimeError},
};

impl<T: Config> Pallet<T> {
	/// Checks the pallet's state.
	///
	/// # Invariants
	/// 1. Each receipt lies under its own id and is listed once, in its block, at its index; every
	///    listed id has a receipt.
	/// 2. No receipt is older than `ReceiptPeriod`, none is from the future.
	/// 3. A protocol share is the price's share, rounded down.
	/// 4. Every past block with receipts, and no other, has the Merkle root over them.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		let now = frame_system::Pallet::<T>::block_number();
		let mut listed = 0usize;
		for (block, ids) in ReceiptsOf::<T>::iter() {
			ensure!(
				block.saturating_add(T::ReceiptPeriod::get()) > now && block <= now,
				"2: a block's receipts are too old or too new"
			);
			for (index, id) in (0u32..).zip(&ids) {
				let receipt = Receipts::<T>::get(id).ok_or("1: a listed receipt isn't there")?;
				ensure!(
					receipt.block == block && receipt.index == index,
					"1: a receipt is listed elsewhere"
				);
				ensure!(Self::receipt_id(&receipt) == *id, "1: a receipt has another id");
				ensure!(
					receipt.protocol_share == T::ProtocolShare::get().mul_floor(receipt.price),
					"3: a protocol share is wrong"
				);
			}
			listed = listed.saturating_add(ids.len());
			let root = ReceiptRoots::<T>::get(block);
			// The block that runs has one when it ends.
			ensure!(block == now || root.is_some(), "4: a block has no root");
			let expected = crate::proof::root(&ids);
			ensure!(root.is_none_or(|root| root == expected), "4: a root isn't that of its block");
			ensure!(!ids.is_empty(), "4: a block's list is empty");
		}
		for block in ReceiptRoots::<T>::iter_keys() {
			ensure!(ReceiptsOf::<T>::contains_key(block), "4: a root has no receipts");
		}
		ensure!(Receipts::<T>::iter_keys().count() == listed, "1: a receipt isn't listed");
		Ok(())
	}
}
