//! Scheduled inference.

use polkadot_sdk::*;

use crate::{fees::ShareFees, weights, AccountId, BlockNumber, Runtime};
use frame_support::{
	parameter_types,
	traits::{ConstU32, ConstU64},
	weights::constants::WEIGHT_REF_TIME_PER_SECOND,
};
use opg_precompile_schedule::ReviveContracts;

/// Picoseconds of a block for scheduled runs: a fifth of the block's 2 s. Ordinary transactions leave
/// a quarter of a block free, hooks and inherents take a little of that: so schedules run also when
/// blocks are full. A model that needs more can be called, and not scheduled.
const RUNS_REF_TIME: u64 = WEIGHT_REF_TIME_PER_SECOND / 5 * 2;

parameter_types! {
	/// Who calls contracts for schedules: the address that `Schedule.sol` names.
	pub ScheduleAccount: AccountId = opg_precompile_schedule::account::<Runtime>();
	/// Blocks between two turns of a schedule, at least: a minute. Who needs more sends transactions.
	pub const MinPeriod: BlockNumber = 10;
}

impl pallet_schedule::Config for Runtime {
	type WeightInfo = weights::pallet_schedule::WeightInfo<Runtime>;
	type Contracts = ReviveContracts<Runtime>;
	type Fees = ShareFees;
	type Account = ScheduleAccount;
	/// As many small models as fit: one takes some milliseconds at least, and up to 4 for its
	/// bookkeeping.
	type MaxRunsPerBlock = ConstU32<16>;
	type MaxRefTimePerBlock = ConstU64<RUNS_REF_TIME>;
	type MinPeriod = MinPeriod;
	/// With a run an hour, a night in which nobody pays in or looks.
	type MaxFailures = ConstU32<10>;
}
