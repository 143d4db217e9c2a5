//! Schedules, as JSON.

use super::Amount;
use opg_runtime::{AccountId, Balance, BlockNumber};
use pallet_schedule as schedule;
use polkadot_sdk::sp_core::{Bytes, H160, H256};
use serde::Serialize;

/// Where the inputs of a run come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "from", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Input {
	/// The same for every run.
	Fixed {
		/// Each input's raw data, in signature order.
		data: Bytes,
	},
	/// The outputs of the last run.
	LastOutput {
		/// What the first run gets.
		initial: Bytes,
	},
	/// A contract's answer.
	Contract {
		/// The contract.
		contract: H160,
		/// Execution time of the call, at most, picoseconds.
		ref_time: u64,
	},
}

impl From<schedule::Input> for Input {
	fn from(input: schedule::Input) -> Self {
		match input {
			schedule::Input::Fixed(data) => Self::Fixed { data: data.into_inner().into() },
			schedule::Input::LastOutput { initial } => {
				Self::LastOutput { initial: initial.into_inner().into() }
			},
			schedule::Input::Contract { contract, ref_time } => {
				Self::Contract { contract, ref_time }
			},
		}
	}
}

/// The contract that is told of runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Delivery {
	/// The contract.
	pub contract: H160,
	/// Execution time of the call, at most, picoseconds.
	pub ref_time: u64,
	/// What its new state may hold in each call, at most.
	pub deposit_limit: Amount,
}

/// A run that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Failure {
	/// Block.
	pub block: BlockNumber,
	/// Name of the fault.
	pub code: &'static str,
	/// The fault with its numbers.
	pub message: String,
	/// What to do about it.
	pub hint: &'static str,
}

/// What came of a delivery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Delivered {
	/// `Nothing`, `Told` or `Failed`.
	pub code: &'static str,
	/// Why it failed.
	pub message: Option<String>,
}

/// A run that succeeded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Success {
	/// Block.
	pub block: BlockNumber,
	/// Id of its receipt.
	pub receipt: H256,
	/// What came of its delivery.
	pub delivered: Delivered,
	/// Each output's raw data, in signature order; empty when they are longer than the chain keeps.
	pub output: Bytes,
}

impl From<schedule::RunResult<BlockNumber>> for Success {
	fn from(run: schedule::RunResult<BlockNumber>) -> Self {
		let (code, message) = match run.delivered {
			schedule::Delivered::Nothing => ("Nothing", None),
			schedule::Delivered::Told => ("Told", None),
			schedule::Delivered::Failed(why) => ("Failed", Some(why.to_string())),
		};
		Self {
			block: run.block,
			receipt: run.receipt,
			delivered: Delivered { code, message },
			output: run.output.into_inner().into(),
		}
	}
}

/// A schedule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Schedule {
	/// Id.
	pub id: u64,
	/// Whose credit pays.
	pub owner: AccountId,
	/// Model that is run.
	pub model: u32,
	/// Blocks from one turn to the next.
	pub every: BlockNumber,
	/// Turns in all.
	pub runs: u32,
	/// Where inputs come from.
	pub input: Input,
	/// Who is told.
	pub delivery: Option<Delivery>,
	/// Price of a run, at most.
	pub max_price: Amount,
	/// Fuel of a run, at most.
	pub max_fuel: u64,
	/// Deposit held on the owner's account.
	pub deposit: Amount,
	/// Block in which it was created.
	pub created: BlockNumber,
	/// Block of its next turn.
	pub next: Option<BlockNumber>,
	/// Turns that are left.
	pub left: u32,
	/// Runs that succeeded.
	pub succeeded: u32,
	/// Runs that failed.
	pub failed: u32,
	/// Turns for which a block had no room.
	pub missed: u32,
	/// Failed runs since the last that succeeded.
	pub failures: u32,
	/// Turns missed since the last run.
	pub misses: u32,
	/// The last run that failed.
	pub last_failure: Option<Failure>,
	/// The last run that succeeded.
	pub last: Option<Success>,
}

impl From<schedule::ScheduleView<AccountId, Balance, BlockNumber>> for Schedule {
	fn from(view: schedule::ScheduleView<AccountId, Balance, BlockNumber>) -> Self {
		let schedule::Schedule { owner, terms, deposit, created } = view.schedule;
		let progress = view.progress;
		Self {
			id: view.id,
			owner,
			model: terms.model,
			every: terms.every,
			runs: terms.runs,
			input: terms.input.into(),
			delivery: terms.delivery.map(|delivery| Delivery {
				contract: delivery.contract,
				ref_time: delivery.ref_time,
				deposit_limit: Amount(delivery.deposit_limit),
			}),
			max_price: Amount(terms.max_price),
			max_fuel: terms.max_fuel,
			deposit: Amount(deposit),
			created,
			next: progress.next,
			left: progress.left,
			succeeded: progress.succeeded,
			failed: progress.failed,
			missed: progress.missed,
			failures: progress.failures,
			misses: progress.misses,
			last_failure: progress.last_failure.map(|(block, fault)| Failure {
				block,
				code: fault.name(),
				message: fault.to_string(),
				hint: fault.hint(),
			}),
			last: view.last.map(Into::into),
		}
	}
}

/// What one turn can cost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RunCost {
	/// Price of the model.
	pub price: Amount,
	/// The fee, at most.
	pub max_fee: Amount,
	/// What the delivery's new state may hold, at most.
	pub deposit_limit: Amount,
	/// All of it: credit that is enough for a run.
	pub total: Amount,
}

impl From<schedule::RunCost<Balance>> for RunCost {
	fn from(cost: schedule::RunCost<Balance>) -> Self {
		let schedule::RunCost { price, max_fee, deposit_limit } = cost;
		Self {
			price: Amount(price),
			max_fee: Amount(max_fee),
			deposit_limit: Amount(deposit_limit),
			total: Amount(price.saturating_add(max_fee).saturating_add(deposit_limit)),
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use serde_json::json;

	#[test]
	fn inputs_say_where_they_come_from() {
		let data = schedule::Packed::truncate_from(vec![1, 2]);
		let contract = H160::repeat_byte(1);
		for (input, shown) in [
			(schedule::Input::Fixed(data.clone()), json!({"from": "fixed", "data": "0x0102"})),
			(
				schedule::Input::LastOutput { initial: data },
				json!({"from": "lastOutput", "initial": "0x0102"}),
			),
			(
				schedule::Input::Contract { contract, ref_time: u64::MAX },
				json!({"from": "contract", "contract": contract, "refTime": u64::MAX}),
			),
		] {
			assert_eq!(serde_json::to_value(Input::from(input)).unwrap(), shown);
		}
	}

	#[test]
	fn results_and_costs_keep_their_numbers() {
		let why = schedule::CallFault::Reverted;
		let run = schedule::RunResult {
			block: 7u32,
			receipt: H256::repeat_byte(2),
			delivered: schedule::Delivered::Failed(why),
			output: Default::default(),
		};
		let shown = serde_json::to_value(Success::from(run)).unwrap();
		assert_eq!(shown["delivered"], json!({"code": "Failed", "message": "Reverted"}));
		assert_eq!((&shown["block"], &shown["output"]), (&json!(7), &json!("0x")));
		let cost = schedule::RunCost { price: 1, max_fee: u128::MAX, deposit_limit: 2 };
		let shown = serde_json::to_value(RunCost::from(cost)).unwrap();
		assert_eq!(shown["maxFee"], json!(u128::MAX.to_string()));
		assert_eq!(shown["total"], shown["maxFee"]);
	}
}
