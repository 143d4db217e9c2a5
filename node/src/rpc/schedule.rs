//! `schedule_get`, `schedule_list`, `schedule_cost`.

use super::{
	error,
	types::schedule::{RunCost, Schedule},
	Hash,
};
use crate::service::Client;
use jsonrpsee::{core::RpcResult, proc_macros::rpc};
use pallet_schedule::runtime_api::ScheduleApi as _;
use polkadot_sdk::{sc_client_api::HeaderBackend as _, sp_api::ProvideRuntimeApi};
use std::sync::Arc;

/// Schedules that one answer lists when the caller names no number.
const DEFAULT_LIMIT: u32 = 20;

/// Schedules, with their next turns and last results.
#[rpc(server, namespace = "schedule")]
pub trait ScheduleApi {
	/// One schedule in the state of block `at`, the best block when there is none; null when it has
	/// ended.
	#[method(name = "get", blocking)]
	fn get(&self, schedule: u64, at: Option<Hash>) -> RpcResult<Option<Schedule>>;

	/// Schedules with ids from `from` (1 when there is none), in order: 20, or `limit`, 100 at most.
	#[method(name = "list", blocking)]
	fn list(
		&self,
		from: Option<u64>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<Schedule>>;

	/// What one turn of a schedule can cost in that state; null when it has ended.
	#[method(name = "cost", blocking)]
	fn cost(&self, schedule: u64, at: Option<Hash>) -> RpcResult<Option<RunCost>>;
}

/// Answers from the runtime.
pub struct Schedules {
	client: Arc<Client>,
}

impl Schedules {
	/// Methods over `client`.
	pub fn new(client: Arc<Client>) -> Self {
		Self { client }
	}

	fn at(&self, at: Option<Hash>) -> Hash {
		at.unwrap_or_else(|| self.client.info().best_hash)
	}
}

impl ScheduleApiServer for Schedules {
	fn get(&self, schedule: u64, at: Option<Hash>) -> RpcResult<Option<Schedule>> {
		let view = self.client.runtime_api().schedule(self.at(at), schedule);
		Ok(view.map_err(error::call)?.map(Into::into))
	}

	fn list(
		&self,
		from: Option<u64>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> RpcResult<Vec<Schedule>> {
		let views = self
			.client
			.runtime_api()
			.schedules(self.at(at), from.unwrap_or(1), limit.unwrap_or(DEFAULT_LIMIT))
			.map_err(error::call)?;
		Ok(views.into_iter().map(Into::into).collect())
	}

	fn cost(&self, schedule: u64, at: Option<Hash>) -> RpcResult<Option<RunCost>> {
		self.client
			.runtime_api()
			.schedule_cost(self.at(at), schedule)
			.map_err(error::call)?
			.transpose()
			.map(|cost| cost.map(Into::into))
			.map_err(|fault| error::fault(&fault))
	}
}
