//! What the calls and turns take, measured, without inference and contracts: those are charged apart,
//! and here they are made up.
//!
//! Test them with `cargo test -p pallet-schedule --features runtime-benchmarks`.

use crate::{
	agenda::{MAX_FIRST_SHIFT, MAX_LOOKUPS},
	idle::Meter,
	pallet::*,
	run::Plan,
	types::*,
	BalanceOf, TermsOf,
};
use alloc::vec;
use codec::Encode;
use pallet_credit as credit;
use pallet_inference::Inference;
use pallet_model_registry::{benchmarking as models, ModelId, MAX_BENEFICIARIES};
use polkadot_sdk::{
	frame_benchmarking::v2::*,
	frame_support::{
		traits::{
			fungible::{Inspect, Mutate},
			Get,
		},
		weights::Weight,
		BoundedVec,
	},
	frame_system::{pallet_prelude::BlockNumberFor, Pallet as System, RawOrigin},
	sp_core::{H160, H256},
	sp_runtime::traits::{One, Saturating, Zero},
};

type Currency<T> = <T as credit::Config>::Currency;

/// Bytes of the first input and output: all of them together are as long as a schedule keeps.
const BYTES: u32 = MAX_BYTES - 15;

/// A made-up schedule, which is only in agendas.
const OTHER: ScheduleId = u64::MAX;

/// An owner with money and that much credit, on a chain whose pot and caller of contracts are there.
fn owner<T: Config>(credit: BalanceOf<T>) -> T::AccountId {
	let least = Currency::<T>::minimum_balance();
	for who in [credit::Pallet::<T>::pot(), T::Account::get()] {
		Currency::<T>::mint_into(&who, least).expect("there is room for it");
	}
	let owner = models::rich::<T>("owner", 0);
	let more = credit.saturating_mul(2u32.into()).saturating_add(least);
	Currency::<T>::mint_into(&owner, more).expect("there is room for it");
	if !credit.is_zero() {
		credit::Pallet::<T>::do_deposit(&owner, &owner, credit).expect("it has the money");
	}
	owner
}

/// A model with the longest inputs that a schedule keeps.
fn model<T: Config>() -> ModelId {
	let owner = models::rich::<T>("model's owner", 0);
	models::active_model::<T>(&owner, BYTES, BYTES, MAX_BENEFICIARIES)
}

fn packed() -> Packed {
	BoundedVec::truncate_from(vec![1; MAX_BYTES as usize])
}

fn terms<T: Config>(model: ModelId, price: BalanceOf<T>) -> TermsOf<T> {
	Terms {
		model,
		every: T::MinPeriod::get(),
		runs: 2,
		input: Input::LastOutput { initial: packed() },
		delivery: Some(Delivery {
			contract: H160::repeat_byte(7),
			ref_time: 0,
			deposit_limit: Currency::<T>::minimum_balance(),
		}),
		max_price: price,
		max_fuel: 1_000,
	}
}

/// Books so many turns of others in a block.
fn crowd<T: Config>(block: BlockNumberFor<T>, turns: u32) {
	let turn = Turn { schedule: OTHER, misses: 0 };
	Agenda::<T>::insert(block, BoundedVec::truncate_from(vec![turn; turns as usize]));
}

/// Fills so many blocks, the first of them `from`, but the last of them to the last place.
fn fill<T: Config>(from: BlockNumberFor<T>, blocks: u32) {
	let most = T::MaxRunsPerBlock::get();
	let mut block = from;
	for left in (0..blocks).rev() {
		crowd::<T>(block, if left == 0 { most.saturating_sub(1) } else { most });
		block = block.saturating_add(One::one());
	}
}

/// A schedule with a result, and its id.
fn schedule<T: Config>(owner: &T::AccountId, terms: TermsOf<T>) -> ScheduleId {
	let id = crate::Pallet::<T>::do_create(owner.clone(), terms).expect("it can be created");
	LastResult::<T>::insert(
		id,
		RunResult {
			block: System::<T>::block_number(),
			receipt: H256::repeat_byte(1),
			delivered: Delivered::Nothing,
			output: packed(),
		},
	);
	id
}

/// What a run would have given.
fn inference<T: Config>() -> Inference<BalanceOf<T>> {
	let tensors = models::tensors(BYTES);
	Inference {
		outputs: tensors.encode(),
		tensors,
		run_fuel: 1,
		charged_fuel: 1,
		price: One::one(),
		protocol_share: Zero::zero(),
		beneficiaries: MAX_BENEFICIARIES,
		receipt: H256::repeat_byte(2),
		result_id: H256::repeat_byte(3),
	}
}

#[benchmarks]
mod benchmarks {
	use super::*;

	/// With as many full blocks as a new schedule looks at.
	#[benchmark]
	fn create() {
		let caller = owner::<T>(Zero::zero());
		let terms = terms::<T>(model::<T>(), One::one());
		let first = System::<T>::block_number().saturating_add(terms.every);
		fill::<T>(first, MAX_FIRST_SHIFT.saturating_add(1));
		let id = NextScheduleId::<T>::get();
		#[extrinsic_call]
		_(RawOrigin::Signed(caller), terms);
		assert!(Schedules::<T>::contains_key(id));
	}

	/// The last turn of a full block.
	#[benchmark]
	fn cancel() {
		let caller = owner::<T>(Zero::zero());
		let terms = terms::<T>(model::<T>(), One::one());
		fill::<T>(System::<T>::block_number().saturating_add(terms.every), 1);
		let id = schedule::<T>(&caller, terms);
		#[extrinsic_call]
		_(RawOrigin::Signed(caller), id);
		assert!(!Schedules::<T>::contains_key(id));
	}

	/// A block without turns.
	#[benchmark]
	fn begin() {
		let now = System::<T>::block_number();
		Cursor::<T>::put(now);
		#[block]
		{
			crate::Pallet::<T>::take_turns(now, Weight::MAX);
		}
		assert!(Cursor::<T>::get().is_some_and(|block| block > now));
	}

	/// Of a full block.
	#[benchmark]
	fn agenda() {
		let now = System::<T>::block_number();
		crowd::<T>(now, T::MaxRunsPerBlock::get());
		let turns;
		#[block]
		{
			turns = Agenda::<T>::decode_len(now);
		}
		assert_eq!(turns, Some(T::MaxRunsPerBlock::get() as usize));
	}

	/// A turn that finds a place for the next one in the `n`th block, whose run its owner's credit doesn't
	/// cover, though the turn itself; and with that the schedule has failed too often.
	#[benchmark]
	fn turn(n: Linear<1, { MAX_LOOKUPS }>) {
		let model = model::<T>();
		let credit: BalanceOf<T> = models::plenty::<T>();
		let price = credit.saturating_mul(2u32.into());
		models::set_price_now::<T>(model, price);
		let owner = owner::<T>(credit);
		let terms = terms::<T>(model, price);
		let id = schedule::<T>(&owner, terms.clone());
		ProgressOf::<T>::mutate_extant(id, |progress| {
			progress.failures = T::MaxFailures::get().saturating_sub(1);
		});
		let due = System::<T>::block_number().saturating_add(terms.every);
		System::<T>::set_block_number(due);
		Agenda::<T>::mutate(due, |turns| {
			while turns.try_push(Turn { schedule: OTHER, misses: 0 }).is_ok() {}
		});
		fill::<T>(due.saturating_add(terms.every), n);
		let mut meter = Meter::new(u64::MAX);
		let mut lookups = 0;
		#[block]
		{
			if let Some(first) = crate::Pallet::<T>::next_turn(due) {
				lookups = crate::Pallet::<T>::take_turn(first, due, due, &mut meter);
			}
		}
		assert_eq!(lookups, n);
		assert!(!Schedules::<T>::contains_key(id));
		assert!(credit::Pallet::<T>::credit_of(&owner) <= credit);
	}

	/// A run that succeeds, with the longest outputs, whose contract isn't there, and during which
	/// contracts have freed money.
	#[benchmark]
	fn run() {
		let model = model::<T>();
		let owner = owner::<T>(models::plenty::<T>());
		let id = schedule::<T>(&owner, terms::<T>(model, One::one()));
		let now = System::<T>::block_number();
		let planned = Schedules::<T>::get(id).map(|schedule| {
			let plan = crate::Pallet::<T>::plan(&schedule.terms, u64::MAX);
			(schedule, plan)
		});
		let Some((schedule, Plan::Run(planned))) = planned else { panic!("it can run") };
		let freed = Currency::<T>::minimum_balance();
		let paid;
		#[block]
		{
			let infer = |used: &mut u64| {
				crate::Pallet::<T>::inputs(id, &schedule, &planned, used)?;
				Currency::<T>::mint_into(&T::Account::get(), freed)?;
				Ok(inference::<T>())
			};
			(_, paid) = crate::Pallet::<T>::run_with(id, &schedule, &planned, 1, now, infer);
		}
		assert!(paid);
		assert!(ProgressOf::<T>::get(id).is_some_and(|progress| progress.succeeded == 1));
	}

	impl_benchmark_test_suite!(Pallet, crate::tests::mock::ext(), crate::tests::mock::Test);
}
