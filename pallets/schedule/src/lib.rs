//! # Schedule
//!
//! Runs models every so many blocks, without a transaction for each: inputs are fixed, the last
//! outputs, or what a contract answers; a run is paid from its owner's prepaid credit (`pallet-credit`);
//! the result is kept, and a contract is told of it if the schedule says so.
//!
//! **When.** A schedule has a number of turns. Each is booked in the [`Agenda`] of a block, `every`
//! blocks after the one before, or in the next block that has room. Turns are taken in `on_idle`, after
//! all transactions, in the agenda's order, within `MaxRefTimePerBlock` and what the block has left.
//! A turn for which that isn't enough is *missed*: it is recorded, costs nothing, and the next one
//! comes before those of schedules that have missed fewer. Nothing runs late. A schedule ends with its last turn, after
//! `MaxFailures` failed runs in a row, at once when its owner's credit doesn't cover the bookkeeping of a
//! turn, or when its owner cancels it.
//!
//! **What it costs.** The model's price, and the fee of the weight that was used, bookkeeping
//! included: as if the owner had sent a transaction of that weight. Before a run all that it can
//! cost is set aside from the owner's credit, so that no contract can spend it meanwhile; then what it
//! did cost is paid and the rest put back. A run that fails pays no price, and the fee only of what it
//! used; one that couldn't begin, the fee of its bookkeeping.
//!
//! **Contracts** are called by one account, [`Config::Account`], so that they can tell who calls. What
//! the state that they write holds comes from the owner's credit, at most `deposit_limit` for
//! each delivery; what they free goes into it. Between runs the account has nothing of anybody's. A
//! delivery that fails doesn't undo its run. A turn that has begun is finished, also when the
//! schedule is cancelled by a contract meanwhile.
//!
//! A run, its payments and its contracts' changes are one storage layer: after an error there is the
//! record of it and the fee, nothing else.
//!
//! | module | holds |
//! |---|---|
//! | [`types`] | what is stored, emitted and taken |
//! | [`fault`] | why runs fail |
//! | [`contracts`] | what is asked of the runtime |
//! | [`agenda`] | booking turns |
//! | `create` | checks and the life of a schedule |
//! | `idle` | a block's turns |
//! | `run` | one run and its payments |
//! | `reads` | schedules as clients see them |
//! | [`runtime_api`] | what a node asks |
//! | `invariants` | what must hold after every block |
//! | [`weights`] | the calls' and turns' weights |

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

pub mod agenda;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
pub mod contracts;
mod create;
pub mod fault;
mod idle;
#[cfg(feature = "std")]
mod invariants;
mod reads;
mod run;
pub mod runtime_api;
#[cfg(test)]
mod tests;
pub mod types;
pub mod weights;

pub use contracts::{CallFault, Called, Contracts, Fees, Outcome};
pub use fault::Fault;
pub use pallet::*;
pub use types::*;
pub use weights::WeightInfo;

use frame_system::pallet_prelude::BlockNumberFor;
use pallet_model_registry as registry;
use polkadot_sdk::{frame_support, frame_system};

/// Balance that everything is in: the registry's.
pub type BalanceOf<T> = registry::BalanceOf<T>;

/// [`Terms`] of a runtime.
pub type TermsOf<T> = Terms<BalanceOf<T>, BlockNumberFor<T>>;

/// [`Schedule`] of a runtime.
pub type ScheduleOf<T> =
	Schedule<<T as frame_system::Config>::AccountId, BalanceOf<T>, BlockNumberFor<T>>;

/// [`ScheduleView`] of a runtime.
pub type ScheduleViewOf<T> =
	ScheduleView<<T as frame_system::Config>::AccountId, BalanceOf<T>, BlockNumberFor<T>>;

#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use frame_support::{
		pallet_prelude::*,
		traits::fungible::{Inspect, Mutate},
	};
	use frame_system::pallet_prelude::*;
	use pallet_credit as credit;
	use pallet_model_registry::ModelId;
	use polkadot_sdk::{
		sp_core::H256,
		sp_runtime::traits::{One, Zero},
	};

	/// Version of the storage layout.
	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config:
		polkadot_sdk::frame_system::Config<RuntimeEvent: From<Event<Self>>>
		+ pallet_inference::Config
		+ registry::Config<RuntimeHoldReason: From<HoldReason>>
	{
		/// Weights of the calls and turns.
		type WeightInfo: WeightInfo;

		/// Calls contracts.
		type Contracts: Contracts<Self::AccountId, BalanceOf<Self>>;

		/// Takes the fees.
		type Fees: Fees<Self::AccountId, BalanceOf<Self>>;

		/// The account that calls contracts. Nobody has a key for it.
		#[pallet::constant]
		type Account: Get<Self::AccountId>;

		/// Turns booked in one block, at most.
		#[pallet::constant]
		type MaxRunsPerBlock: Get<u32>;

		/// Execution time of all turns of a block together, at most, picoseconds.
		#[pallet::constant]
		type MaxRefTimePerBlock: Get<u64>;

		/// Blocks from one turn of a schedule to the next, at least.
		#[pallet::constant]
		type MinPeriod: Get<BlockNumberFor<Self>>;

		/// Failed runs in a row after which a schedule ends.
		#[pallet::constant]
		type MaxFailures: Get<u32>;
	}

	#[pallet::extra_constants]
	impl<T: Config> Pallet<T> {
		/// Execution time of one run, at most, picoseconds: what a block has for all turns, less the
		/// bookkeeping of one.
		#[pallet::constant_name(MaxRunRefTime)]
		pub fn max_run_ref_time() -> u64 {
			Self::heaviest_run()
		}
	}

	/// Why this pallet holds funds.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// Deposit for a schedule in state.
		#[codec(index = 0)]
		Schedule,
	}

	/// Schedules that haven't ended.
	#[pallet::storage]
	pub type Schedules<T: Config> = StorageMap<_, Twox64Concat, ScheduleId, ScheduleOf<T>>;

	/// How far each of them is.
	#[pallet::storage]
	pub type ProgressOf<T: Config> =
		StorageMap<_, Twox64Concat, ScheduleId, Progress<BlockNumberFor<T>>>;

	/// The last run that succeeded of each of them.
	#[pallet::storage]
	pub type LastResult<T: Config> =
		StorageMap<_, Twox64Concat, ScheduleId, RunResult<BlockNumberFor<T>>>;

	/// The turns of a block, in their order. None is empty.
	#[pallet::storage]
	pub type Agenda<T: Config> = StorageMap<
		_,
		Twox64Concat,
		BlockNumberFor<T>,
		BoundedVec<Turn, T::MaxRunsPerBlock>,
		ValueQuery,
	>;

	/// The first block whose turns aren't all taken or missed. None before the first schedule.
	#[pallet::storage]
	pub type Cursor<T: Config> = StorageValue<_, BlockNumberFor<T>>;

	/// Id that the next schedule gets; ids are never used twice.
	#[pallet::storage]
	pub type NextScheduleId<T: Config> = StorageValue<_, ScheduleId, ValueQuery, FirstScheduleId>;

	/// The first id: 0 is no schedule.
	#[pallet::type_value]
	pub fn FirstScheduleId() -> ScheduleId {
		1
	}

	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		#[serde(skip)]
		pub _config: core::marker::PhantomData<T>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		/// Endows the account that calls contracts, unless the specification did: it must exist.
		fn build(&self) {
			type Currency<T> = <T as credit::Config>::Currency;
			let account = T::Account::get();
			let least = Currency::<T>::minimum_balance();
			if Currency::<T>::total_balance(&account) < least {
				let minted = Currency::<T>::mint_into(&account, least);
				assert!(minted.is_ok(), "a new chain's account can be endowed");
			}
		}
	}

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A schedule was created. Its first turn is in block `first`.
		ScheduleCreated {
			schedule: ScheduleId,
			owner: T::AccountId,
			model: ModelId,
			first: BlockNumberFor<T>,
			deposit: BalanceOf<T>,
		},
		/// A schedule ended, and its deposit went back.
		ScheduleEnded { schedule: ScheduleId, owner: T::AccountId, reason: EndReason },
		/// A run succeeded and was paid: the price, the fee of the weight that it used, and `deposit`
		/// for state that a contract wrote; `released` is what contracts freed.
		RunSucceeded {
			schedule: ScheduleId,
			owner: T::AccountId,
			model: ModelId,
			receipt: H256,
			price: BalanceOf<T>,
			fee: BalanceOf<T>,
			deposit: BalanceOf<T>,
			released: BalanceOf<T>,
			delivered: Delivered,
		},
		/// A run failed, and the fee of what it used was paid.
		RunFailed {
			schedule: ScheduleId,
			owner: T::AccountId,
			model: ModelId,
			fault: Fault,
			fee: BalanceOf<T>,
		},
		/// The block `due` had too little left for a run that may take `needed` picoseconds, or no place
		/// for its receipt. `needed` is 0 when not even that was found out in the block.
		RunMissed { schedule: ScheduleId, owner: T::AccountId, due: BlockNumberFor<T>, needed: u64 },
	}

	#[pallet::error]
	pub enum Error<T> {
		/// No schedule has this id (any more).
		UnknownSchedule,
		/// The caller isn't the schedule's owner.
		NotOwner,
		/// The period is below `MinPeriod`.
		PeriodTooShort,
		/// The first turn would be beyond the last block number.
		PeriodTooLong,
		/// A schedule must have a turn.
		NoRuns,
		/// No model has this id (any more).
		UnknownModel,
		/// The model is a draft, paused or retired.
		ModelNotActive,
		/// The model's engine version is switched off.
		EngineUnavailable,
		/// The model's price is above `max_price`.
		PriceAboveMax,
		/// `max_fuel` is below what a call of the model needs.
		FuelLimitTooLow,
		/// The inputs haven't the length that the model's signature says.
		WrongInputLength,
		/// The model's outputs haven't the dtypes and shapes of its inputs.
		OutputsAreNotInputs,
		/// The outputs are too long to be the next inputs, or to be delivered.
		OutputTooLong,
		/// A run may take longer than all runs of a block may: `MaxRunRefTime`.
		TooHeavy,
		/// The block of the first turn, and the 16 after it, are full.
		NoRoom,
		/// No more ids are left.
		IdsExhausted,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		/// Takes the block's turns, as far as its weight goes.
		fn on_idle(now: BlockNumberFor<T>, remaining: Weight) -> Weight {
			Self::take_turns(now, remaining)
		}

		fn integrity_test() {
			assert!(T::MaxRunsPerBlock::get() > 0, "a block must have a turn");
			assert!(T::MinPeriod::get() >= One::one(), "a turn can't be followed in its own block");
			assert!(T::MaxFailures::get() > 0, "a schedule must be allowed a run");
			assert!(Self::heaviest_run() > 0, "a turn must fit a block");
			let block = T::BlockWeights::get().max_block.ref_time();
			assert!(T::MaxRefTimePerBlock::get() <= block, "turns must fit a block");
			assert!(!<T as credit::Config>::Currency::minimum_balance().is_zero());
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Creates a schedule. Its first turn comes after one period, or up to 16 blocks later when
		/// blocks are full.
		///
		/// A deposit is held while it exists; runs are paid from the caller's credit. One run needs at
		/// most the model's price, the fee of `max_fuel` and the contracts' limits, and the
		/// delivery's deposit.
		///
		/// Errors: see [`Error`]; too little balance for the deposit.
		#[pallet::call_index(0)]
		#[pallet::weight(<T as Config>::WeightInfo::create())]
		pub fn create(origin: OriginFor<T>, terms: TermsOf<T>) -> DispatchResult {
			let owner = ensure_signed(origin)?;
			Self::do_create(owner, terms).map(|_| ())
		}

		/// Ends the caller's schedule; its deposit comes back.
		///
		/// Errors: no such schedule, not its owner.
		#[pallet::call_index(1)]
		#[pallet::weight(<T as Config>::WeightInfo::cancel())]
		pub fn cancel(origin: OriginFor<T>, schedule: ScheduleId) -> DispatchResult {
			let owner = ensure_signed(origin)?;
			Self::do_cancel(&owner, schedule)
		}
	}
}
