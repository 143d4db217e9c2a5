//! What contracts hard-code: selectors, the caller's address.

use opg_precompile_schedule::{
	interface::{IScheduleInput::scheduleInputCall, IScheduleReceiver::onInferenceCall},
	ADDRESS,
};
use polkadot_sdk::pallet_revive::precompiles::alloy::{
	primitives::{keccak256, Address},
	sol_types::SolCall,
};

const SOURCE: &str = include_str!("../../Schedule.sol");

#[test]
fn selectors_are_those_of_the_signatures_and_documented() {
	for (selector, signature) in [
		(scheduleInputCall::SELECTOR, "scheduleInput(uint64)"),
		(onInferenceCall::SELECTOR, "onInference(uint64,uint32,bytes32,bytes)"),
	] {
		assert_eq!(selector, keccak256(signature)[..4]);
		let text = selector.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
		assert!(SOURCE.contains(&format!("@custom:selector 0x{text}")), "{signature}: {text}");
	}
}

#[test]
fn the_callers_address_is_the_documented_one() {
	let address = Address::from(ADDRESS).to_checksum(None);
	assert!(SOURCE.contains(&format!("SCHEDULE_CALLER = {address};")), "{address}");
}
