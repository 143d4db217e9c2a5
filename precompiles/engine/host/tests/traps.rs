//! What a guest's end means: typed and the same everywhere, or a failure of this node.

mod common;

use common::{config, host, load, load_in, run, toy};
use opg_engine_abi::{EngineError, ErrorCode};
use opg_engine_host::{profile::CALL_STACK_UNITS, Cpu, EngineHost, HostConfig, Lane, TrapNumber};

const LIMIT: u64 = 10_000_000;

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
fn the_call_stack_ends_long_before_the_native_one() {
	let toy = toy::engine();
	for cpu in [Cpu::Baseline, Cpu::Masked, Cpu::NoFma] {
		let host = EngineHost::new(HostConfig { cpu, ..config() }).expect("supported");
		let loaded = load(&host, &toy, &[toy::FINE]);
		let deep = |limit| {
			let end = run(&host, &toy, &[toy::FINE], &loaded, &[toy::DEEP], limit);
			end.expect("no failure").expect_err("has no end").fault
		};
		for limit in [LIMIT, 10_000_000_000] {
			let fault = deep(limit);
			assert_eq!((fault.error, fault.fuel), (trapped(TrapNumber::CallStack), limit));
		}
		// `act` takes 18 units: one parameter, one local. `run` has taken 18 as well.
		let calls = CALL_STACK_UNITS as u64 / 18;
		// What ends first counts: too little fuel for so many calls.
		assert_eq!(deep(calls).error, EngineError::new(ErrorCode::OutOfFuel, &[calls]));
		// The worker survives it.
		let fine = run(&host, &toy, &[toy::FINE], &loaded, &[toy::FINE], LIMIT);
		assert!(fine.expect("no failure").is_ok());
		assert_eq!(host.metrics().failures, 0);
	}
}
