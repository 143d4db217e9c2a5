//! Schedules as clients see them.

use crate::{agenda::MAX_LOOKUPS, pallet::*, types::*, BalanceOf, ScheduleViewOf};
use alloc::vec::Vec;
use pallet_inference::InferFault;
use pallet_model_registry as registry;
use polkadot_sdk::sp_runtime::traits::Zero;

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

	/// What one turn of a schedule can cost, at the model's price and the fees of this block. `None`
	/// when there is no such schedule.
	///
	/// Errors: the model can't be called.
	pub fn cost(id: ScheduleId) -> Option<Result<RunCost<BalanceOf<T>>, InferFault>> {
		let terms = Schedules::<T>::get(id)?.terms;
		let callable = match registry::Pallet::<T>::callable(terms.model) {
			Ok(callable) => callable,
			Err(why) => return Some(Err(InferFault::not_callable(terms.model, why))),
		};
		let fuel = callable.costs.max_fuel();
		let run = Self::run_ref_time(&terms, &callable.signature, fuel);
		Some(Ok(RunCost {
			price: callable.price,
			max_fee: Self::fee(Self::turn_ref_time(MAX_LOOKUPS).saturating_add(run)),
			deposit_limit: terms.delivery.map_or(Zero::zero(), |delivery| delivery.deposit_limit),
		}))
	}
}
