//! What the pallet stores, emits and takes.

use crate::{contracts::CallFault, fault::Fault};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use pallet_model_registry::ModelId;
use polkadot_sdk::{
	frame_support::{traits::ConstU32, BoundedVec},
	sp_core::{H160, H256},
};
use scale_info::TypeInfo;

/// Id of a schedule, from 1; never used twice.
pub type ScheduleId = u64;

/// Bytes of inputs or outputs that the pallet stores, and of outputs that it delivers, at most: a
/// classifier of a thousand classes. They lie in state for as long as the schedule does.
pub const MAX_BYTES: u32 = 4096;

/// Inputs or outputs: each tensor's raw little-endian row-major data, in signature order, no header.
pub type Packed = BoundedVec<u8, ConstU32<MAX_BYTES>>;

/// Where the inputs of a run come from.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Input {
	/// The same for every run.
	#[codec(index = 0)]
	Fixed(Packed),
	/// The outputs of the last run that succeeded. The model's outputs must have its inputs' dtypes
	/// and shapes.
	#[codec(index = 1)]
	LastOutput {
		/// What the first run gets.
		initial: Packed,
	},
	/// What a contract answers to `scheduleInput`, at every run.
	#[codec(index = 2)]
	Contract {
		/// The contract.
		contract: H160,
		/// Execution time of the call, at most, picoseconds.
		ref_time: u64,
	},
}

/// The contract that is told of every run that succeeded.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Delivery<Balance> {
	/// The contract; its `onInference` is called.
	pub contract: H160,
	/// Execution time of the call, at most, picoseconds.
	pub ref_time: u64,
	/// What its new state may hold of the owner's credit in each call, at most, OPG base units.
	pub deposit_limit: Balance,
}

/// What a schedule does: fixed when it is created.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Terms<Balance, BlockNumber> {
	/// Model that is run.
	pub model: ModelId,
	/// Blocks from one turn to the next, and to the first.
	pub every: BlockNumber,
	/// Turns, at least 1. A turn that is missed or fails counts.
	pub runs: u32,
	/// Where inputs come from.
	pub input: Input,
	/// Who is told, if anybody.
	pub delivery: Option<Delivery<Balance>>,
	/// Price of a run, at most, OPG base units.
	pub max_price: Balance,
	/// Fuel of a run, at most: load, overhead and run. What a quote says.
	pub max_fuel: u64,
}

/// A schedule: what never changes of it.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Schedule<AccountId, Balance, BlockNumber> {
	/// Whose credit pays, and who may cancel it.
	pub owner: AccountId,
	/// What it does.
	pub terms: Terms<Balance, BlockNumber>,
	/// Held on the owner's account while it is in state, OPG base units.
	pub deposit: Balance,
	/// Block in which it was created.
	pub created: BlockNumber,
}

/// How far a schedule is. Each turn so far is in exactly one of `succeeded`, `failed` and `missed`.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Progress<BlockNumber> {
	/// Block of its next turn; none while its last one is running.
	pub next: Option<BlockNumber>,
	/// Turns that are left.
	pub left: u32,
	/// Runs that succeeded.
	pub succeeded: u32,
	/// Runs that failed.
	pub failed: u32,
	/// Turns for which a block had no weight left.
	pub missed: u32,
	/// Failed runs since the last that succeeded.
	pub failures: u32,
	/// Turns missed since the last run.
	pub misses: u32,
	/// Block of the last run that failed, and why.
	pub last_failure: Option<(BlockNumber, Fault)>,
}

/// A turn in an agenda.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct Turn {
	/// Whose it is.
	pub schedule: ScheduleId,
	/// Turns that the schedule has missed since its last run: who has missed more comes first.
	pub misses: u32,
}

/// What came of a delivery.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub enum Delivered {
	/// The schedule has none, or it is being made now.
	#[codec(index = 0)]
	Nothing,
	/// The contract was told.
	#[codec(index = 1)]
	Told,
	/// The call failed and has changed nothing. The run is paid and its receipt stays.
	#[codec(index = 2)]
	Failed(CallFault),
}

/// The last run that succeeded.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct RunResult<BlockNumber> {
	/// Block.
	pub block: BlockNumber,
	/// Id of its receipt.
	pub receipt: H256,
	/// What came of its delivery.
	pub delivered: Delivered,
	/// The outputs; empty when they are longer than [`MAX_BYTES`]: the receipt has their hash.
	pub output: Packed,
}

/// Why a schedule ended.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub enum EndReason {
	/// Its owner ended it.
	#[codec(index = 0)]
	Cancelled,
	/// It has had all its turns.
	#[codec(index = 1)]
	Complete,
	/// Too many runs in a row failed.
	#[codec(index = 2)]
	Failing,
	/// Too many blocks in a row had no room for its next turn.
	#[codec(index = 3)]
	NoRoom,
	/// The owner's credit didn't even cover the bookkeeping of a turn.
	#[codec(index = 4)]
	Unpaid,
}

/// A schedule as the runtime API shows it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct ScheduleView<AccountId, Balance, BlockNumber> {
	/// Its id.
	pub id: ScheduleId,
	/// What never changes.
	pub schedule: Schedule<AccountId, Balance, BlockNumber>,
	/// How far it is.
	pub progress: Progress<BlockNumber>,
	/// Its last run that succeeded.
	pub last: Option<RunResult<BlockNumber>>,
}

/// What one turn can cost. The owner's credit must cover all of it for a run to begin; what isn't used
/// stays there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct RunCost<Balance> {
	/// The model's price, OPG base units; 0 if the run fails.
	pub price: Balance,
	/// The fee, at most, OPG base units: of the model's largest fuel, of the contracts' limits, and of
	/// as many full blocks as can be looked at for the next turn.
	pub max_fee: Balance,
	/// What the delivery's new state may hold, at most, OPG base units.
	pub deposit_limit: Balance,
}
