//! What the pallet asks of the runtime: calling contracts, and sharing fees. It knows no EVM.

use crate::types::ScheduleId;
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::fmt;
use pallet_model_registry::ModelId;
use polkadot_sdk::{
	sp_core::{H160, H256},
	sp_runtime::{DispatchError, DispatchResult},
};
use scale_info::TypeInfo;

/// Why a contract's call failed. What it changed is undone then.
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
pub enum CallFault {
	/// It reverted.
	#[codec(index = 0)]
	Reverted,
	/// Its answer isn't encoded as the function says, or there is no contract.
	#[codec(index = 1)]
	BadAnswer,
	/// It couldn't be called, or ran out of weight or deposit.
	#[codec(index = 2)]
	Failed(DispatchError),
}

impl From<DispatchError> for CallFault {
	fn from(error: DispatchError) -> Self {
		Self::Failed(error)
	}
}

impl fmt::Display for CallFault {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::Reverted => f.write_str("Reverted"),
			Self::BadAnswer => f.write_str("BadAnswer"),
			Self::Failed(error) => write!(f, "Failed: {}", <&'static str>::from(*error)),
		}
	}
}

/// A call that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Called<R> {
	/// What it gave.
	pub result: Result<R, CallFault>,
	/// Execution time that it took, picoseconds; at most its limit.
	pub ref_time: u64,
}

/// A result on its way to a contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome<'a> {
	/// The schedule.
	pub schedule: ScheduleId,
	/// The model that has run.
	pub model: ModelId,
	/// Id of the run's receipt.
	pub receipt: H256,
	/// Its outputs, packed.
	pub output: &'a [u8],
}

/// Calls contracts. The storage deposits of a call are paid by the account that calls, which also
/// gets what is given back of them: the pallet sees both in that account's balance.
pub trait Contracts<AccountId, Balance> {
	/// Execution time of a call beyond its limit, picoseconds: encoding, setting up, settling.
	fn overhead() -> u64;

	/// Asks a contract for the inputs of a run. It may take no deposit.
	fn input(
		caller: &AccountId,
		contract: H160,
		schedule: ScheduleId,
		ref_time: u64,
	) -> Called<Vec<u8>>;

	/// Tells a contract of a run. Its deposits are at most `deposit_limit`.
	fn deliver(
		caller: &AccountId,
		contract: H160,
		outcome: Outcome<'_>,
		ref_time: u64,
		deposit_limit: Balance,
	) -> Called<()>;
}

/// Takes fees for what runs take.
pub trait Fees<AccountId, Balance> {
	/// Takes `amount` from the balance of `from`, which stays alive, and gives it to those who get
	/// transactions' fees.
	fn pay(from: &AccountId, amount: Balance) -> DispatchResult;
}
