//! A node that computes something else than the chain recorded stops; it never answers.

mod common;

use common::{host, load, run, toy};
use opg_engine_host::HostFailure;

#[test]
fn an_image_or_load_that_differs_is_a_failure_on_a_hit_and_on_a_miss() {
	let toy = toy::engine();
	let model = [toy::FINE];
	let warm = host();
	let loaded = load(&warm, &toy, &model);
	let mut other_hash = loaded.clone();
	other_hash.image_hash[0] ^= 1;
	let mut more_fuel = loaded.clone();
	more_fuel.load_fuel += 1;
	let mut less_fuel = loaded.clone();
	less_fuel.load_fuel -= 1;
	for recorded in [other_hash, more_fuel, less_fuel] {
		for host in [&warm, &host()] {
			let result = run(host, &toy, &model, &recorded, &[toy::FINE], 10_000);
			assert!(matches!(result, Err(HostFailure::ImageMismatch { .. })), "{result:?}");
		}
	}
	// An active model that suddenly doesn't load.
	let failure = run(&host(), &toy, &[toy::REFUSE], &loaded, &[toy::FINE], 10_000);
	assert!(matches!(failure, Err(HostFailure::ImageMismatch { .. })));
	assert!(run(&warm, &toy, &model, &loaded, &[toy::FINE], 10_000).expect("no failure").is_ok());
}

#[test]
fn an_unknown_profile_is_a_failure() {
	let mut toy = toy::engine();
	toy.engine.profile = 2;
	let result = common::load_in(&host(), opg_engine_host::Lane::Consensus, &toy, &[toy::FINE]);
	assert_eq!(result, Err(HostFailure::ProfileUnsupported(2)));
}
