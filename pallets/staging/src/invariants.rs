//! What must hold after every block. The tests check it after every step.

use crate::{pallet::*, types::*, BalanceOf};
use alloc::collections::BTreeMap;
use polkadot_sdk::{
	frame_support::{
		ensure,
		traits::{fungible::InspectHold, Get},
	},
	sp_runtime::{
		traits::{Saturating, Zero},
		TryRuntimeError,
	},
};

impl<T: Config> Pallet<T> {
	/// Checks the pallet's state.
	///
	/// # Invariants
	/// 1. Every buffer has a length that it may have and an id below `NextBufferId`.
	/// 2. Every piece belongs to a buffer, has the length that it must have there, and is marked as
	///    written; every piece that is marked is there.
	/// 3. What an account uses is what its buffers are, and no more than it may.
	/// 4. Every account holds, for reason `Buffer`, exactly the deposits of its buffers.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		let mut owners = BTreeMap::<T::AccountId, (Usage, BalanceOf<T>)>::new();
		let mut marked = 0u32;
		for (id, buffer) in Buffers::<T>::iter() {
			ensure!((1..=MAX_LENGTH).contains(&buffer.length), "1: a length is out of range");
			ensure!(id > 0 && id < NextBufferId::<T>::get(), "1: an id is out of range");
			ensure!(
				u32::from(buffer.written).checked_shr(buffer.pieces()).unwrap_or(0) == 0,
				"2: a piece is marked that the buffer doesn't have"
			);
			marked = marked.saturating_add(buffer.written.count_ones());
			let (usage, held) =
				owners.entry(buffer.owner).or_insert_with(|| (Usage::default(), Zero::zero()));
			usage.buffers = usage.buffers.saturating_add(1);
			usage.bytes = usage.bytes.saturating_add(buffer.length);
			*held = held.saturating_add(buffer.deposit);
		}
		let mut there = 0u32;
		for (id, index, piece) in Pieces::<T>::iter() {
			there = there.saturating_add(1);
			let buffer = Buffers::<T>::get(id).ok_or("2: a piece without a buffer")?;
			ensure!(
				buffer.piece_length(index.into()) == Some(piece.len() as u32),
				"2: a piece has another length"
			);
			ensure!(
				buffer.written.checked_shr(index.into()).unwrap_or(0) & 1 == 1,
				"2: a piece isn't marked"
			);
		}
		ensure!(there == marked, "2: a marked piece isn't there");
		for (owner, usage) in Usages::<T>::iter() {
			ensure!(
				owners.get(&owner).map(|(counted, _)| counted) == Some(&usage),
				"3: another usage than the buffers'"
			);
		}
		ensure!(Usages::<T>::iter().count() == owners.len(), "3: a usage is missing");
		for (owner, (usage, held)) in owners {
			ensure!(usage.buffers <= T::MaxBuffers::get(), "3: too many buffers");
			ensure!(usage.bytes <= T::MaxBytes::get(), "3: too many bytes");
			let on_hold = T::Currency::balance_on_hold(&HoldReason::Buffer.into(), &owner);
			ensure!(on_hold == held, "4: another hold than the deposits");
		}
		Ok(())
	}
}
