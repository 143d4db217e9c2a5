//! Every benchmark does what it measures.

use opg_precompile_inference::benchmarking::{benchmarks as of, Pallet};
use opg_precompile_testing::{benchmarks::run_all, Test};

#[test]
fn benchmarks_run() {
	run_all::<Pallet<Test>>(&[
		("run", |c| of::_run::<Test>(c[0], true)),
		("tensors", |c| of::_tensors::<Test>(c[0], true)),
		("batch", |c| of::_batch::<Test>(c[0], true)),
		("pipeline", |c| of::_pipeline::<Test>(c[0], c[1], true)),
		("quote", |_| of::_quote::<Test>(true)),
		("signature", |_| of::_signature::<Test>(true)),
		("receipt_root", |_| of::_receipt_root::<Test>(true)),
	]);
}
