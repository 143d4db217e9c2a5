//! Reads and calls of `pallet-schedule`.

use super::Chain;
use crate::model::failure::Failure;
use pallet_schedule::Terms;
use serde_json::Value;
use subxt::{
	dynamic,
	rpcs::rpc_params,
	transactions::Payload,
	utils::{Static, H256},
};

/// Name of the pallet in the runtime.
const PALLET: &str = "Schedule";

/// Schedules that one question asks for.
pub const PAGE: u32 = 100;

/// A schedule as the RPC gives it, in the state of a block, the best one when there is none.
pub async fn get(chain: &Chain, id: u64, at: Option<H256>) -> Result<Value, Failure> {
	let schedule: Option<Value> = chain.request("schedule_get", rpc_params![id, at]).await?;
	schedule.ok_or_else(|| {
		Failure::new(
			"UnknownSchedule",
			format!("UnknownSchedule(schedule={id})"),
			"check the id: a schedule that has ended is gone, its runs' receipts aren't",
		)
	})
}

/// What one turn of a schedule can cost.
pub async fn cost(chain: &Chain, id: u64, at: Option<H256>) -> Result<Option<Value>, Failure> {
	chain.request("schedule_cost", rpc_params![id, at]).await
}

/// Schedules with ids from `from`, as the RPC gives them.
pub async fn list(chain: &Chain, from: u64, limit: u32) -> Result<Vec<Value>, Failure> {
	chain.request("schedule_list", rpc_params![from, limit]).await
}

/// Creates a schedule.
pub fn create(terms: Terms<u128, u32>) -> impl Payload {
	dynamic::transaction(PALLET, "create", (Static(terms),))
}

/// Ends a schedule.
pub fn cancel(id: u64) -> impl Payload {
	dynamic::transaction(PALLET, "cancel", (id,))
}
