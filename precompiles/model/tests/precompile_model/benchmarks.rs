//! Every benchmark does what it measures.

use opg_precompile_model::benchmarking::{benchmarks as of, Pallet};
use opg_precompile_testing::{benchmarks::run_all, Test};

#[test]
fn benchmarks_run() {
	run_all::<Pallet<Test>>(&[
		("callable", |_| of::_callable::<Test>(true)),
		("elements", |c| of::_elements::<Test>(c[0], true)),
		("numbers", |c| of::_numbers::<Test>(c[0], true)),
		("specs", |_| of::_specs::<Test>(true)),
		("info", |_| of::_info::<Test>(true)),
	]);
}
