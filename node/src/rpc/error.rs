//! Errors of `inference_*`, `models_*`, `credit_*` and `schedule_*`.
//!
//! Every one is a JSON-RPC error whose `data` is `{"code", "message", "hint"}`: `code` is a name
//! that programs compare, `message` follows the grammar of errors everywhere,
//! `Code(key=value,…)`, and `hint` says what to do. The JSON-RPC number is [`BASE`] plus the number
//! that contracts see for the same fault, or one of the constants here.

use jsonrpsee::types::ErrorObjectOwned;
use pallet_inference::InferFault;
use polkadot_sdk::{sp_api::ApiError, sp_blockchain};
use serde::Serialize;

/// First number of this chain's errors: above every number that JSON-RPC and Substrate use.
pub const BASE: i32 = 20_000;

/// The parameters contradict each other or the model's signature.
pub const INVALID_INPUT: i32 = BASE + 1_000;
/// No permit is free, or the node executes as many calls for RPC as it may.
pub const BUSY: i32 = BASE + 1_001;
/// The state of that block isn't there.
pub const STATE_UNAVAILABLE: i32 = BASE + 1_002;
/// The runtime couldn't answer.
pub const CALL_FAILED: i32 = BASE + 1_003;

/// What `data` holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Data {
	/// Name of the error.
	pub code: String,
	/// What happened.
	pub message: String,
	/// What to do about it.
	pub hint: String,
}

fn object(number: i32, code: &str, message: String, hint: &str) -> ErrorObjectOwned {
	let text = format!("{message}: {hint}");
	let data = Data { code: code.into(), message, hint: hint.into() };
	ErrorObjectOwned::owned(number, text, Some(data))
}

/// The chain's own refusal or fault.
pub fn fault(fault: &InferFault) -> ErrorObjectOwned {
	let number = i32::try_from(fault.code()).unwrap_or(i32::MAX - BASE);
	object(BASE.saturating_add(number), fault.name(), fault.to_string(), fault.hint())
}

/// Parameters that can't be right. `message` follows the grammar, as `Code(key=value,…)`.
pub fn invalid(code: &str, message: String, hint: &str) -> ErrorObjectOwned {
	object(INVALID_INPUT, code, message, hint)
}

/// No permit is free, or the node executes as many calls for RPC as it may.
pub fn busy() -> ErrorObjectOwned {
	object(
		BUSY,
		"Busy",
		"Busy()".into(),
		"this node runs as many dry runs as it may; try again, or raise --inference-rpc-permits",
	)
}

/// Whether an execution was turned away, by the gate or by the engine's host: their error comes wrapped
/// in the texts of the client and of the executor.
fn is_busy(text: &str) -> bool {
	text.contains("Busy(")
}

/// The runtime couldn't be called, or the call trapped.
pub fn call(error: ApiError) -> ErrorObjectOwned {
	match error {
		ApiError::UnknownBlock(text) => state_unavailable(text),
		ApiError::StateBackendIsNotTrie => state_unavailable("the state is no trie".into()),
		ApiError::Application(error) => match error.downcast_ref::<sp_blockchain::Error>() {
			Some(sp_blockchain::Error::UnknownBlock(text)) => state_unavailable(text.clone()),
			_ => called(error.to_string()),
		},
		other => called(other.to_string()),
	}
}

fn called(text: String) -> ErrorObjectOwned {
	if is_busy(&text) {
		busy()
	} else {
		failed(text)
	}
}

fn state_unavailable(text: String) -> ErrorObjectOwned {
	object(
		STATE_UNAVAILABLE,
		"StateUnavailable",
		format!("StateUnavailable({text})"),
		"check the hash; for old blocks ask a node that runs with --state-pruning archive",
	)
}

fn failed(text: String) -> ErrorObjectOwned {
	object(
		CALL_FAILED,
		"CallFailed",
		format!("CallFailed({text})"),
		"try again; if it stays, look at this node's log",
	)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn an_error_carries_its_name_and_a_hint() {
		let error = fault(&InferFault::FuelLimitTooLow { needed: 2, given: 1 });
		assert_eq!(error.code(), BASE + 260);
		let data: serde_json::Value =
			serde_json::from_str(error.data().expect("has data").get()).expect("is JSON");
		assert_eq!(data["code"], "FuelLimitTooLow");
		assert_eq!(data["message"], "FuelLimitTooLow(needed=2,given=1)");
		assert_eq!(data["hint"], "ask for a quote and pass its max_fuel");
	}

	#[test]
	fn an_execution_that_is_turned_away_is_no_failure_of_the_node() {
		use crate::gate::Busy as Full;
		use opg_engine_host::HostFailure;
		for text in [Full { running: 2, waiting: 64 }.to_string(), HostFailure::Busy(2).to_string()]
		{
			let error = ApiError::Application(format!("Execution failed: {text}").into());
			assert_eq!(call(error).code(), BUSY, "{text}");
		}
		let error = ApiError::Application("Execution failed: trap".into());
		assert_eq!(call(error).code(), CALL_FAILED);
	}

	#[test]
	fn an_unknown_block_is_no_failure_of_the_node() {
		let error = call(ApiError::UnknownBlock("0x00".into()));
		assert_eq!(error.code(), STATE_UNAVAILABLE);
	}
}
