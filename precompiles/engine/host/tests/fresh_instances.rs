//! Every run starts from the same image, whatever ran before.

mod common;

use common::{host, load, run, toy};
use opg_engine_abi::RunReport;

#[test]
fn a_run_sees_nothing_of_earlier_ones() {
	let host = host();
	let toy = toy::engine();
	let model = [toy::FINE];
	let loaded = load(&host, &toy, &model);
	let first = run(&host, &toy, &model, &loaded, &[toy::FINE], 10_000);
	let RunReport { outputs, fuel } = first.clone().expect("runs").expect("answers");
	// The toy counts its runs in memory: always the first.
	assert_eq!(outputs.last(), Some(&1));
	assert!(fuel > 0);
	for _ in 0..20 {
		assert_eq!(run(&host, &toy, &model, &loaded, &[toy::FINE], 10_000), first);
	}
	// Neither a trap nor a refusal in between leaves anything behind.
	for what in [toy::PANIC, toy::REFUSE, toy::GREEDY] {
		assert!(run(&host, &toy, &model, &loaded, &[what], 10_000).expect("no failure").is_err());
		assert_eq!(run(&host, &toy, &model, &loaded, &[toy::FINE], 10_000), first);
	}
}

#[test]
fn a_load_is_the_same_at_every_time() {
	let toy = toy::engine();
	for model in [[toy::FINE], [toy::LARGE]] {
		let first = load(&host(), &toy, &model);
		let host = host();
		assert_eq!(load(&host, &toy, &model), first);
		assert_eq!(load(&host, &toy, &model), first);
		host.clear_images();
		host.forget_engines(false);
		assert_eq!(load(&host, &toy, &model), first);
	}
}

#[test]
fn memory_that_grew_in_the_load_is_in_the_image() {
	let host = host();
	let toy = toy::engine();
	let small = load(&host, &toy, &[toy::FINE]);
	let large = load(&host, &toy, &[toy::LARGE]);
	assert_eq!(u64::from(small.memory_pages), toy::PAGES.0);
	assert_eq!(u64::from(large.memory_pages), toy::PAGES.0 + 16);
	assert_eq!(large.image_pages, small.image_pages + 1);
	let report = run(&host, &toy, &[toy::LARGE], &large, &[toy::LARGE], 10_000_000);
	assert_eq!(report.expect("runs").expect("answers").outputs.last(), Some(&1));
}
