//! Every benchmark does what it measures.

use opg_precompile_facades::benchmarking::{benchmarks as of, Pallet};
use opg_precompile_testing::{benchmarks::run_all, Test};

#[test]
fn benchmarks_run() {
	run_all::<Pallet<Test>>(&[
		("call", |_| of::_call::<Test>(true)),
		("elements", |c| of::_elements::<Test>(c[0], true)),
		("numbers", |c| of::_numbers::<Test>(c[0], true)),
		("hash", |c| of::_hash::<Test>(c[0], true)),
		("constant", |_| of::_constant::<Test>(true)),
	]);
}
