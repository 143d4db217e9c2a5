//! Every benchmark does what it measures.

use opg_precompile_staging::benchmarking::{benchmarks as of, Pallet};
use opg_precompile_testing::{benchmarks::run_all, Test};

#[test]
fn benchmarks_run() {
	run_all::<Pallet<Test>>(&[
		("change", |_| of::_change::<Test>(true)),
		("write", |c| of::_write::<Test>(c[0], true)),
		("run", |_| of::_run::<Test>(true)),
		("buffer_info", |_| of::_buffer_info::<Test>(true)),
		("deposit_for", |_| of::_deposit_for::<Test>(true)),
	]);
}
