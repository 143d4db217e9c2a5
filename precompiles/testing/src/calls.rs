//! Calls of contracts, and what they answered.

use crate::{chain::*, runtime::*};
use polkadot_sdk::{
	frame_support::weights::Weight,
	pallet_revive::{
		precompiles::alloy::sol_types::{Panic, PanicKind, Revert, SolCall, SolError},
		Code, ContractResult, ExecConfig, ExecReturnValue, TransactionLimits,
	},
	sp_core::{H160, U256},
	sp_runtime::AccountId32,
};

/// What a call gives.
pub type CallResult = ContractResult<ExecReturnValue, Balance>;

/// Limits that are in nobody's way.
pub fn limits() -> TransactionLimits<Test> {
	TransactionLimits::WeightAndDeposit {
		weight_limit: Weight::from_parts(2_000_000_000_000, u64::MAX),
		deposit_limit: FUNDS,
	}
}

/// Alice calls an address with these bytes.
pub fn call_raw(to: H160, value: Balance, data: Vec<u8>) -> CallResult {
	call_within(to, value, data, limits())
}

/// Alice calls an address with these bytes, within those limits.
pub fn call_within(
	to: H160,
	value: Balance,
	data: Vec<u8>,
	limits: TransactionLimits<Test>,
) -> CallResult {
	call_by(alice(), to, value, data, limits)
}

/// An account calls an address with these bytes, within those limits.
pub fn call_by(
	caller: AccountId32,
	to: H160,
	value: Balance,
	data: Vec<u8>,
	limits: TransactionLimits<Test>,
) -> CallResult {
	Revive::bare_call(
		RuntimeOrigin::signed(caller),
		to,
		U256::from(value),
		limits,
		data,
		&ExecConfig::new_substrate_tx(),
	)
}

/// What a call that went well returned.
pub fn returned<C: SolCall>(result: CallResult) -> C::Return {
	let output = result.result.expect("the call was executed");
	assert!(!output.did_revert(), "reverted: {}", revert_text(&output.data));
	C::abi_decode_returns_validate(&output.data).expect("the answer is encoded as the ABI says")
}

/// The text that a call reverted with.
pub fn reverted(result: CallResult) -> String {
	revert_text(&reverted_data(result))
}

/// The bytes that a call reverted with.
pub fn reverted_data(result: CallResult) -> Vec<u8> {
	let output = result.result.expect("the call was executed");
	assert!(output.did_revert(), "returned {:?}", output.data);
	output.data
}

/// Whether a call ended as one does whose calldata is no encoding: `Panic(0x41)`.
pub fn panicked(result: CallResult) -> bool {
	let data = reverted_data(result);
	Panic::abi_decode_validate(&data)
		.is_ok_and(|panic| panic.kind() == Some(PanicKind::ResourceError))
}

fn revert_text(data: &[u8]) -> String {
	Revert::abi_decode_validate(data).map(|r| r.reason).unwrap_or_else(|_| format!("{data:?}"))
}

/// Alice deploys a contract; its address.
pub fn deploy(init_code: Vec<u8>) -> H160 {
	// A transaction's nonce is counted before it is executed; an address is made of it.
	System::inc_account_nonce(alice());
	let result = Revive::bare_instantiate(
		RuntimeOrigin::signed(alice()),
		U256::zero(),
		limits(),
		Code::Upload(init_code),
		vec![],
		None,
		&ExecConfig::new_substrate_tx(),
	);
	let deployed = result.result.expect("the contract was deployed");
	assert!(!deployed.result.did_revert());
	deployed.addr
}
