//! Every benchmark does what it measures.

use opg_precompile_credit::benchmarking::{benchmarks as of, Pallet};
use opg_precompile_testing::{benchmarks::run_all, Test};

#[test]
fn benchmarks_run() {
	run_all::<Pallet<Test>>(&[
		("change", |_| of::_change::<Test>(true)),
		("redeem", |c| of::_redeem::<Test>(c[0], true)),
		("credit_of", |_| of::_credit_of::<Test>(true)),
		("allowance", |_| of::_allowance::<Test>(true)),
		("channel_info", |_| of::_channel_info::<Test>(true)),
		("voucher_digest", |_| of::_voucher_digest::<Test>(true)),
	]);
}
