//! What must hold after every block. The tests check it after every step.

use crate::{pallet::*, BalanceOf};
use pallet_model_registry as registry;
use polkadot_sdk::{
	frame_support::{
		ensure,
		traits::{fungible::Inspect, Get},
	},
	frame_system,
	sp_runtime::{
		traits::{Saturating, Zero},
		TryRuntimeError,
	},
};

impl<T: Config> Pallet<T> {
	/// Checks the pallet's state.
	///
	/// # Invariants
	/// 1. The pot holds every credit and its existential deposit; no credit is 0.
	/// 2. Each receipt lies under its own id and is listed once, in its block, at its index; every
	///    listed id has a receipt.
	/// 3. No receipt is older than `ReceiptPeriod`, none is from the future.
	/// 4. A protocol share is the price's share, rounded down.
	/// 5. Every past block with receipts, and no other, has the Merkle root over them.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		let mut sum: BalanceOf<T> = Zero::zero();
		for (_, credit) in Credits::<T>::iter() {
			ensure!(!credit.is_zero(), "1: a credit is 0");
			sum = sum.saturating_add(credit);
		}
		let needed = sum.saturating_add(<T as registry::Config>::Currency::minimum_balance());
		let pot = <T as registry::Config>::Currency::total_balance(&Self::pot());
		ensure!(pot >= needed, "1: the pot doesn't hold the credits");

		let now = frame_system::Pallet::<T>::block_number();
		let mut listed = 0usize;
		for (block, ids) in ReceiptsOf::<T>::iter() {
			ensure!(
				block.saturating_add(T::ReceiptPeriod::get()) > now && block <= now,
				"3: a block's receipts are too old or too new"
			);
			for (index, id) in (0u32..).zip(&ids) {
				let receipt = Receipts::<T>::get(id).ok_or("2: a listed receipt isn't there")?;
				ensure!(
					receipt.block == block && receipt.index == index,
					"2: a receipt is listed elsewhere"
				);
				ensure!(Self::receipt_id(&receipt) == *id, "2: a receipt has another id");
				ensure!(
					receipt.protocol_share == T::ProtocolShare::get().mul_floor(receipt.price),
					"4: a protocol share is wrong"
				);
			}
			listed = listed.saturating_add(ids.len());
			let root = ReceiptRoots::<T>::get(block);
			// The block that runs has one when it ends.
			ensure!(block == now || root.is_some(), "5: a block has no root");
			let expected = crate::proof::root(&ids);
			ensure!(root.is_none_or(|root| root == expected), "5: a root isn't that of its block");
			ensure!(!ids.is_empty(), "5: a block's list is empty");
		}
		for block in ReceiptRoots::<T>::iter_keys() {
			ensure!(ReceiptsOf::<T>::contains_key(block), "5: a root has no receipts");
		}
		ensure!(Receipts::<T>::iter_keys().count() == listed, "2: a receipt isn't listed");
		Ok(())
	}
}
