//! Every benchmark does what it measures.

use opg_precompile_schedule::benchmarking::{benchmarks as of, Pallet};
use opg_precompile_testing::{benchmarks::run_all, Test};

#[test]
fn benchmarks_run() {
	run_all::<Pallet<Test>>(&[("coding", |_| of::_coding::<Test>(true))]);
}
