//! Fuel: exact, the same everywhere, and the whole limit when it runs out.

mod common;

use common::{config, host, load, load_in, model_ref, run, toy};
use opg_engine_abi::{EngineError, ErrorCode, ImageFuel, Limits, RunFault};
use opg_engine_host::{Cpu, EngineHost, HostConfig, Lane, MemorySource};

fn out_of_fuel(limit: u64) -> RunFault {
	RunFault { error: EngineError::new(ErrorCode::OutOfFuel, &[limit]), fuel: limit }
}

#[test]
fn what_runs_out_pays_the_whole_limit() {
	let host = host();
	let toy = toy::engine();
	let loaded = load(&host, &toy, &[toy::FINE]);
	for limit in [0, 1, 1_000, 1_000_000] {
		let fault = run(&host, &toy, &[toy::FINE], &loaded, &[toy::ENDLESS], limit)
			.expect("no failure")
			.expect_err("never ends");
		assert_eq!(fault.fault, out_of_fuel(limit));
	}
}

#[test]
fn a_run_needs_what_it_uses_and_not_a_unit_beyond() {
	let host = host();
	let toy = toy::engine();
	let loaded = load(&host, &toy, &[toy::FINE]);
	let run =
		|limit| run(&host, &toy, &[toy::FINE], &loaded, &[toy::FINE], limit).expect("no failure");
	let used = run(1_000_000).expect("answers").fuel;
	for limit in [used, used + 1, i64::MAX as u64, u64::MAX] {
		assert_eq!(run(limit).expect("is enough").fuel, used);
	}
	for limit in [used - 1, used / 2, 1, 0] {
		assert_eq!(run(limit).expect_err("is too little").fault, out_of_fuel(limit));
	}
}

#[test]
fn a_load_obeys_its_limit_and_those_of_the_chain() {
	let host = host();
	let toy = toy::engine();
	let load = |model: &[u8], limits: &Limits, max| {
		host.load(
			Lane::Consensus,
			&toy.engine,
			&mut toy.source(),
			&model_ref(model),
			&mut MemorySource::new(model),
			limits,
			max,
			ImageFuel::default(),
		)
		.expect("no failure")
	};
	let used = load(&[toy::FINE], &Limits::V1, u64::MAX).expect("loads").load_fuel;
	assert_eq!(load(&[toy::FINE], &Limits::V1, used).expect("loads").load_fuel, used);
	let fault = load(&[toy::FINE], &Limits::V1, used - 1).expect_err("too little");
	assert_eq!(fault.fault, out_of_fuel(used - 1));
	let limits = Limits { load_fuel: 100_000, ..Limits::V1 };
	let fault = load(&[toy::ENDLESS], &limits, u64::MAX).expect_err("never ends");
	assert_eq!(fault.fault, out_of_fuel(100_000));
}

#[test]
fn an_image_is_made_of_what_the_load_left() {
	let host = host();
	let toy = toy::engine();
	let prices = ImageFuel { memory_page: 1_000, changed_page: 50 };
	let load = |max, prices| {
		host.load(
			Lane::Consensus,
			&toy.engine,
			&mut toy.source(),
			&model_ref(&[toy::LARGE]),
			&mut MemorySource::new(&[toy::LARGE]),
			&Limits::V1,
			max,
			prices,
		)
		.expect("no failure")
	};
	let free = load(u64::MAX, ImageFuel::default()).expect("loads");
	let needed = free.load_fuel
		+ u64::from(free.memory_pages) * prices.memory_page
		+ u64::from(free.image_pages) * prices.changed_page;
	assert_eq!(load(needed, prices).expect("is just enough"), free);
	let compared = free.load_fuel + u64::from(free.memory_pages) * prices.memory_page;
	for max in [needed - 1, compared, compared - 1, free.load_fuel + 1] {
		assert_eq!(load(max, prices).expect_err("is too little").fault, out_of_fuel(max));
	}
	let dear = ImageFuel { memory_page: u64::MAX, changed_page: u64::MAX };
	assert_eq!(load(u64::MAX, dear).expect_err("is too dear").fault, out_of_fuel(u64::MAX));
}

#[test]
fn the_instruction_set_changes_no_fuel() {
	let toy = toy::engine();
	let reports: Vec<_> = [Cpu::Baseline, Cpu::Masked, Cpu::NoFma]
		.into_iter()
		.map(|cpu| {
			let host = EngineHost::new(HostConfig { cpu, ..config() }).expect("supported");
			let loaded = load(&host, &toy, &[toy::LARGE]);
			let ran = run(&host, &toy, &[toy::LARGE], &loaded, &[toy::FINE], 10_000);
			(loaded, ran.expect("runs").expect("answers"))
		})
		.collect();
	assert!(reports.windows(2).all(|pair| pair[0] == pair[1]));
}

#[test]
fn a_refusal_costs_what_it_used() {
	let host = host();
	let toy = toy::engine();
	let fault = load_in(&host, Lane::Consensus, &toy, &[toy::REFUSE])
		.expect("no failure")
		.expect_err("refuses");
	assert_eq!(fault.fault.error.code, ErrorCode::RunFailed);
	assert!(fault.fault.fuel > 0 && fault.fault.fuel < 1_000);
}
