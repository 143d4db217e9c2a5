//! Benchmarks of precompiles on the tests' runtime. What `impl_benchmark_test_suite!` makes is compiled
//! into the tested crate's own tests alone, where this runtime has another crate of the same name.

use crate::chain::ext;
use polkadot_sdk::frame_benchmarking::Benchmarking;
use std::collections::BTreeMap;

/// A benchmark, with the values of its components.
pub type Function = fn(&[u32]);

/// Runs every benchmark of a crate: with every component at its largest, and with each at its least and in
/// the middle. `functions` are all of them by name.
pub fn run_all<Benchmarks: Benchmarking>(functions: &[(&str, Function)]) {
	let mut functions: BTreeMap<_, _> = functions.iter().copied().collect();
	for metadata in Benchmarks::benchmarks(true) {
		let name = String::from_utf8(metadata.name).expect("a name is one of Rust's");
		let function =
			functions.remove(name.as_str()).unwrap_or_else(|| panic!("{name} isn't run"));
		let largest: Vec<_> = metadata.components.iter().map(|(_, _, most)| *most).collect();
		let mut cases = vec![largest.clone()];
		for (index, (_, least, most)) in metadata.components.iter().enumerate() {
			for value in [*least, least + (most - least) / 2] {
				let mut case = largest.clone();
				case[index] = value;
				cases.push(case);
			}
		}
		for case in cases {
			println!("{name} {case:?}");
			ext().execute_with(|| function(&case));
		}
	}
	assert!(functions.is_empty(), "no such benchmarks: {:?}", functions.keys());
}
