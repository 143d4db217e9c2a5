//! What must hold after every block. The tests check it after every step.

use crate::{pallet::*, BalanceOf};
use alloc::{collections::BTreeMap, vec::Vec};
use pallet_credit as credit;
use polkadot_sdk::{
	frame_support::{
		ensure,
		traits::{
			fungible::{Inspect, InspectHold},
			Get,
		},
	},
	frame_system,
	sp_runtime::{
		traits::{Saturating, Zero},
		TryRuntimeError,
	},
};

impl<T: Config> Pallet<T> {
	/// Checks the pallet's state, between two blocks' turns.
	///
	/// # Invariants
	/// 1. Every schedule has its progress, and only a schedule has one, or a result; ids are from 1
	///    and below `NextScheduleId`.
	/// 2. Every schedule has a turn left and is in exactly one agenda, once: that of its next turn.
	///    Nothing else is in an agenda, and none is empty.
	/// 3. No agenda is of a block before the cursor.
	/// 4. Turns that are over were successful, failed or missed, and all are the schedule's.
	/// 5. No schedule has failed `MaxFailures` times in a row.
	/// 6. Every account holds, for reason `Schedule`, exactly the deposits of its schedules.
	/// 7. The account that calls contracts exists.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		let mut deposits = BTreeMap::<T::AccountId, BalanceOf<T>>::new();
		let mut count = 0usize;
		for (id, schedule) in Schedules::<T>::iter() {
			count = count.saturating_add(1);
			ensure!(id > 0 && id < NextScheduleId::<T>::get(), "1: an id is out of range");
			let progress = ProgressOf::<T>::get(id).ok_or("1: a schedule has no progress")?;
			let next = progress.next.ok_or("2: a schedule has no turn")?;
			let booked =
				Agenda::<T>::get(next).into_iter().filter(|turn| turn.schedule == id).count();
			ensure!(progress.left > 0 && booked == 1, "2: a schedule isn't in its turn's agenda");
			let over = u64::from(progress.succeeded)
				.saturating_add(progress.failed.into())
				.saturating_add(progress.missed.into());
			ensure!(
				over.saturating_add(progress.left.into()) == u64::from(schedule.terms.runs),
				"4: turns don't add up"
			);
			ensure!(progress.failures < T::MaxFailures::get(), "5: a schedule fails for too long");
			let held = deposits.entry(schedule.owner).or_insert_with(Zero::zero);
			*held = held.saturating_add(schedule.deposit);
		}
		ensure!(ProgressOf::<T>::iter_keys().count() == count, "1: a progress of no schedule");
		ensure!(
			LastResult::<T>::iter_keys().all(Schedules::<T>::contains_key),
			"1: a result of no schedule"
		);
		let agendas: Vec<_> = Agenda::<T>::iter().collect();
		let booked = agendas.iter().fold(0usize, |sum, (_, turns)| sum.saturating_add(turns.len()));
		ensure!(booked == count, "2: an agenda has a turn of no schedule");
		ensure!(agendas.iter().all(|(_, turns)| !turns.is_empty()), "2: an agenda is empty");
		if let Some(cursor) = Cursor::<T>::get() {
			ensure!(agendas.iter().all(|(block, _)| *block >= cursor), "3: a turn is forgotten");
		} else {
			ensure!(agendas.is_empty(), "3: there are turns and no cursor");
		}
		let reason = HoldReason::Schedule.into();
		for account in frame_system::Account::<T>::iter_keys() {
			let deposit = deposits.remove(&account).unwrap_or_else(Zero::zero);
			let held = <T as credit::Config>::Currency::balance_on_hold(&reason, &account);
			ensure!(held == deposit, "6: held funds aren't the sum of the deposits");
		}
		ensure!(deposits.is_empty(), "6: an account that doesn't exist holds a deposit");
		let own = <T as credit::Config>::Currency::total_balance(&T::Account::get());
		ensure!(
			own >= <T as credit::Config>::Currency::minimum_balance(),
			"7: the account that calls contracts doesn't exist"
		);
		Ok(())
	}
}
