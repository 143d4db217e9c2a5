//! Schedules as clients see them.

use crate::{pallet::*, types::*, ScheduleViewOf};
use alloc::vec::Vec;

/// Schedules that one query returns, at most.
pub const MAX_VIEWS: u32 = 100;

/// Ids that one query looks at, at most: schedules that ended leave gaps.
const MAX_VIEWED_IDS: u64 = 10_000;

impl<T: Config> Pallet<T> {
	/// A schedule that hasn't ended.
	pub fn view(id: ScheduleId) -> Option<ScheduleViewOf<T>> {
		Some(ScheduleView {
			id,
			schedule: Schedules::<T>::get(id)?,
			progress: ProgressOf::<T>::get(id)?,
			last: LastResult::<T>::get(id),
		})
	}

	/// Schedules with ids from `from`, in order, at most `limit` and never more than [`MAX_VIEWS`].
	pub fn views(from: ScheduleId, limit: u32) -> Vec<ScheduleViewOf<T>> {
		let end = NextScheduleId::<T>::get().min(from.saturating_add(MAX_VIEWED_IDS));
		(from.max(1)..end).filter_map(Self::view).take(limit.min(MAX_VIEWS) as usize).collect()
	}
}
