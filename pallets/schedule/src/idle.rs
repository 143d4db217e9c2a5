//! The turns of a block, in `on_idle`: within its weight, each charged before it is taken.

use crate::{
	agenda::{MAX_LOOKUPS, MAX_SHIFT},
	fault::Fault,
	pallet::*,
	run::Plan,
	types::*,
	ScheduleOf, WeightInfo,
};
use frame_system::pallet_prelude::BlockNumberFor;
use polkadot_sdk::{
	frame_support::{traits::Get, weights::Weight},
	frame_system,
	sp_runtime::traits::{CheckedAdd, One, Saturating},
};

/// Execution time that hooks have, and what they have used of it, picoseconds.
pub(crate) struct Meter {
	limit: u64,
	used: u64,
}

impl Meter {
	pub(crate) fn new(limit: u64) -> Self {
		Self { limit, used: 0 }
	}

	/// Charges that much if it is left.
	fn charge(&mut self, ref_time: u64) -> bool {
		let fits = ref_time <= self.left();
		if fits {
			self.used = self.used.saturating_add(ref_time);
		}
		fits
	}

	/// Gives back what was charged and not used.
	fn refund(&mut self, ref_time: u64) {
		self.used = self.used.saturating_sub(ref_time);
	}

	fn left(&self) -> u64 {
		self.limit.saturating_sub(self.used)
	}
}

impl<T: Config> Pallet<T> {
	/// Execution time of one run, at most, picoseconds.
	pub(crate) fn heaviest_run() -> u64 {
		T::MaxRefTimePerBlock::get()
			.saturating_sub(Self::fixed(<T as Config>::WeightInfo::begin()))
			.saturating_sub(Self::fixed(<T as Config>::WeightInfo::agenda()))
			.saturating_sub(Self::turn_ref_time(MAX_LOOKUPS))
	}

	/// Execution time of a turn's bookkeeping with so many blocks looked at, picoseconds.
	pub(crate) fn turn_ref_time(lookups: u32) -> u64 {
		Self::fixed(<T as Config>::WeightInfo::turn(lookups))
	}

	/// Picoseconds of a weight. There is no proof: the chain is no parachain.
	pub(crate) fn fixed(weight: Weight) -> u64 {
		weight.ref_time()
	}

	/// Takes the turns of this block and counts those of blocks before it, which weren't reached, as
	/// missed. Gives the weight that it used: `remaining` at most.
	pub(crate) fn take_turns(now: BlockNumberFor<T>, remaining: Weight) -> Weight {
		let mut meter = Meter::new(remaining.ref_time().min(T::MaxRefTimePerBlock::get()));
		if !meter.charge(Self::fixed(<T as Config>::WeightInfo::begin())) {
			return Weight::zero();
		}
		if let Some(cursor) = Cursor::<T>::get() {
			let mut block = cursor;
			while block <= now
				&& meter.charge(Self::fixed(<T as Config>::WeightInfo::agenda()))
				&& Self::take_turns_of(block, now, &mut meter)
			{
				block = block.saturating_add(One::one());
			}
			if block != cursor {
				Cursor::<T>::put(block);
			}
		}
		Weight::from_parts(meter.used, 0)
	}

	/// Takes the turns of the block `due` and says whether none is left. Booking never adds to it:
	/// turns are booked in blocks after `now`.
	fn take_turns_of(due: BlockNumberFor<T>, now: BlockNumberFor<T>, meter: &mut Meter) -> bool {
		let most = Self::turn_ref_time(MAX_LOOKUPS);
		loop {
			if Agenda::<T>::decode_len(due).unwrap_or(0) == 0 {
				return true;
			}
			if !meter.charge(most) {
				return false;
			}
			let lookups = match Self::next_turn(due) {
				Some(id) => Self::take_turn(id, due, now, meter),
				None => 0,
			};
			meter.refund(most.saturating_sub(Self::turn_ref_time(lookups)));
		}
	}

	/// Takes a turn: books the next one, runs or misses this one, ends the schedule if it was the
	/// last. Gives the blocks that were looked at.
	pub(crate) fn take_turn(
		id: ScheduleId,
		due: BlockNumberFor<T>,
		now: BlockNumberFor<T>,
		meter: &mut Meter,
	) -> u32 {
		// A booked schedule has both: see the invariants.
		let (Some(schedule), Some(mut progress)) =
			(Schedules::<T>::get(id), ProgressOf::<T>::get(id))
		else {
			return 0;
		};
		let plan = match due < now {
			true => Plan::Miss { needed: 0 },
			false => Self::plan(&schedule.terms, meter.left()),
		};
		let missed = matches!(plan, Plan::Miss { .. });
		progress.left = progress.left.saturating_sub(1);
		progress.misses = if missed { progress.misses.saturating_add(1) } else { 0 };
		progress.next = None;
		let mut lookups = 0;
		if progress.left > 0 {
			// Who has missed turns is before the others, else the same could always miss.
			let turn = Turn { schedule: id, misses: progress.misses };
			let wished = now.checked_add(&schedule.terms.every);
			let booking = Self::book(turn, wished, MAX_SHIFT);
			progress.next = booking.block;
			lookups = booking.lookups;
		}
		ProgressOf::<T>::insert(id, progress);
		let mut paid = true;
		match plan {
			Plan::Miss { needed } => {
				Self::update(id, |progress| {
					progress.missed = progress.missed.saturating_add(1);
				});
				let owner = schedule.owner;
				Self::deposit_event(Event::RunMissed { schedule: id, owner, due, needed });
			},
			Plan::Fail(fault) => {
				paid = Self::fail_turn(id, &schedule, now, fault, lookups);
			},
			Plan::Run(run) => {
				let needed = run.ref_time;
				// Planned within what is left.
				if meter.charge(needed) {
					let used;
					(used, paid) = Self::run(id, &schedule, *run, lookups, now);
					meter.refund(needed.saturating_sub(used));
				}
			},
		}
		Self::end_if_over(id, paid);
		lookups
	}

	/// Changes a schedule's progress, unless a contract has cancelled it meanwhile.
	pub(crate) fn update(id: ScheduleId, change: impl FnOnce(&mut Progress<BlockNumberFor<T>>)) {
		ProgressOf::<T>::mutate_extant(id, change);
	}

	/// Records a run that failed.
	pub(crate) fn record_failure(
		id: ScheduleId,
		schedule: &ScheduleOf<T>,
		now: BlockNumberFor<T>,
		fault: Fault,
		fee: crate::BalanceOf<T>,
	) {
		Self::update(id, |progress| {
			progress.failed = progress.failed.saturating_add(1);
			progress.failures = progress.failures.saturating_add(1);
			progress.last_failure = Some((now, fault));
		});
		Self::deposit_event(Event::RunFailed {
			schedule: id,
			owner: schedule.owner.clone(),
			model: schedule.terms.model,
			fault,
			fee,
		});
	}

	/// Ends a schedule that has no turn any more, has failed too often, or didn't pay for its turn: else
	/// somebody without credit could fill agendas.
	fn end_if_over(id: ScheduleId, paid: bool) {
		let (Some(schedule), Some(progress)) = (Schedules::<T>::get(id), ProgressOf::<T>::get(id))
		else {
			return;
		};
		let reason = if progress.left == 0 {
			EndReason::Complete
		} else if !paid {
			EndReason::Unpaid
		} else if progress.failures >= T::MaxFailures::get() {
			EndReason::Failing
		} else if progress.next.is_none() {
			EndReason::NoRoom
		} else {
			return;
		};
		Self::end(id, schedule, reason);
	}
}
