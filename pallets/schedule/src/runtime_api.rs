//! What a node asks the runtime about schedules.

use crate::types::{RunCost, ScheduleId, ScheduleView};
use alloc::vec::Vec;
use codec::Codec;
use pallet_inference::InferFault;
use polkadot_sdk::sp_api;

sp_api::decl_runtime_apis! {
	/// Schedules, for the RPC and for clients.
	pub trait ScheduleApi<AccountId, Balance, BlockNumber>
	where
		AccountId: Codec,
		Balance: Codec,
		BlockNumber: Codec,
	{
		/// A schedule that hasn't ended.
		fn schedule(id: ScheduleId) -> Option<ScheduleView<AccountId, Balance, BlockNumber>>;

		/// Schedules with ids from `from`, in order, at most `limit` and never more than 100.
		fn schedules(
			from: ScheduleId,
			limit: u32,
		) -> Vec<ScheduleView<AccountId, Balance, BlockNumber>>;

		/// What one turn of a schedule can cost in this state. `None` when there is no such schedule;
		/// an error when its model can't be called.
		fn schedule_cost(id: ScheduleId) -> Option<Result<RunCost<Balance>, InferFault>>;
	}
}
