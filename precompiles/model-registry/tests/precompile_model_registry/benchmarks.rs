//! Every benchmark does what it measures.

use opg_precompile_model_registry::benchmarking::{benchmarks as of, Pallet};
use opg_precompile_testing::{benchmarks::run_all, Test};

#[test]
fn benchmarks_run() {
	run_all::<Pallet<Test>>(&[
		("change", |_| of::_change::<Test>(true)),
		("addresses", |c| of::_addresses::<Test>(c[0], true)),
		("registered_name", |_| of::_registered_name::<Test>(true)),
		("question", |_| of::_question::<Test>(true)),
		("name_question", |_| of::_name_question::<Test>(true)),
		("model", |_| of::_model::<Test>(true)),
		("beneficiaries", |_| of::_beneficiaries::<Test>(true)),
	]);
}
