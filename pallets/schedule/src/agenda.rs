//! The agenda: which schedules have a turn in which block.

use crate::{
	pallet::*,
	types::{ScheduleId, Turn},
};
use frame_system::pallet_prelude::BlockNumberFor;
use polkadot_sdk::{
	frame_support::traits::Get,
	frame_system,
	sp_runtime::traits::{CheckedAdd, One},
};

/// Blocks after the wished one that a new schedule's first turn may be in.
pub const MAX_FIRST_SHIFT: u32 = 16;

/// Blocks after the wished one that a later turn may be in: more, because a schedule that finds none
/// ends. Who wants to end somebody else's this way must keep each of them full.
pub const MAX_SHIFT: u32 = 255;

/// Blocks that are looked at for one turn, at most.
pub const MAX_LOOKUPS: u32 = MAX_SHIFT + 1;

/// Where a turn was put, if there was room.
pub(crate) struct Booking<BlockNumber> {
	/// The block.
	pub(crate) block: Option<BlockNumber>,
	/// Blocks that were looked at.
	pub(crate) lookups: u32,
}

impl<T: Config> Pallet<T> {
	/// Puts a turn into the first block with room among `wished` (none: beyond the last number) and
	/// the `max_shift` blocks after it: after the turns of schedules that have missed as many or more,
	/// before the others.
	pub(crate) fn book(
		turn: Turn,
		wished: Option<BlockNumberFor<T>>,
		max_shift: u32,
	) -> Booking<BlockNumberFor<T>> {
		let mut block = wished;
		let mut lookups = 0u32;
		while let Some(here) = block {
			if lookups > max_shift {
				break;
			}
			lookups = lookups.saturating_add(1);
			let full =
				Agenda::<T>::decode_len(here).unwrap_or(0) >= T::MaxRunsPerBlock::get() as usize;
			if !full {
				let booked = Agenda::<T>::mutate(here, |agenda| {
					let place =
						agenda.iter().take_while(|there| there.misses >= turn.misses).count();
					agenda.try_insert(place, turn)
				});
				if booked.is_ok() {
					return Booking { block, lookups };
				}
			}
			block = here.checked_add(&One::one());
		}
		Booking { block: None, lookups }
	}

	/// Takes a turn out of a block's agenda.
	pub(crate) fn unbook(id: ScheduleId, block: BlockNumberFor<T>) {
		Agenda::<T>::mutate_exists(block, |slot| {
			if let Some(agenda) = slot {
				agenda.retain(|turn| turn.schedule != id);
				if agenda.is_empty() {
					*slot = None;
				}
			}
		});
	}

	/// Takes the first turn out of a block's agenda.
	pub(crate) fn next_turn(block: BlockNumberFor<T>) -> Option<ScheduleId> {
		Agenda::<T>::mutate_exists(block, |slot| {
			let agenda = slot.as_mut()?;
			let id = (!agenda.is_empty()).then(|| agenda.remove(0).schedule);
			if agenda.is_empty() {
				*slot = None;
			}
			id
		})
	}
}
