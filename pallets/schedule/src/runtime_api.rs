//! What a node asks the runtime about schedules.

use crate::types::{ScheduleId, ScheduleView};
use alloc::vec::Vec;
use codec::Codec;
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
	}
}
