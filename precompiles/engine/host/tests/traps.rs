//! What a guest's end means: typed and the same everywhere, or a failure of this node.

mod common;

use common::{host, load, load_in, run, toy};
use opg_engine_abi::{EngineError, ErrorCode};
use opg_engine_host::{HostFailure, Lane, TrapNumber};

const LIMIT: u64 = 1_000_000;

fn trapped(number: TrapNumber) -> EngineError {
	EngineError::new(ErrorCode::Trapped, &[number as u64])
}

#[test]
fn every_end_has_its_error_and_the_whole_limit_is_charged() {
	let host = host();
	let toy = toy::engine();
	let loaded = load(&host, &toy, &[toy::FINE]);
	for (what, error) in [
		(toy::PANIC, trapped(TrapNumber::Unreachable)),
		(toy::OUTSIDE, trapped(TrapNumber::MemoryOutOfBounds)),
		(toy::DIVIDE, trapped(TrapNumber::DivisionByZero)),
		(toy::WILD, trapped(TrapNumber::BrokenAnswer)),
		(toy::GARBLED, trapped(TrapNumber::BrokenAnswer)),
		(toy::GREEDY, EngineError::new(ErrorCode::OutOfMemory, &[16_384])),
	] {
		let fault = run(&host, &toy, &[toy::FINE], &loaded, &[what], LIMIT)
			.expect("no failure")
			.expect_err("ends badly");
		assert_eq!((fault.fault.error, fault.fault.fuel), (error, LIMIT), "run {what}");
		let fault = load_in(&host, Lane::Consensus, &toy, &[what])
			.expect("no failure")
			.expect_err("ends badly");
		assert_eq!(fault.fault.error, error, "load {what}");
	}
	assert_eq!(host.metrics().traps, 12);
}

#[test]
fn the_native_stack_is_no_result() {
	let host = host();
	let toy = toy::engine();
	let loaded = load(&host, &toy, &[toy::FINE]);
	let end = run(&host, &toy, &[toy::FINE], &loaded, &[toy::DEEP], 10_000_000_000);
	assert_eq!(end, Err(HostFailure::StackOverflow));
	assert_eq!(host.metrics().failures, 1);
	// The worker survives it.
	let fine = run(&host, &toy, &[toy::FINE], &loaded, &[toy::FINE], LIMIT);
	assert!(fine.expect("no failure").is_ok());
	// With the limits of the chain fuel ends first or the guest's own stack does: the toy has none.
	let end = run(&host, &toy, &[toy::FINE], &loaded, &[toy::DEEP], 100_000);
	assert_eq!(end.expect("no failure").expect_err("ends").fault.fuel, 100_000);
}
