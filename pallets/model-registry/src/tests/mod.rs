//! One file for each behaviour. Every step goes through [`mock::accept`] or [`refuse`], which check
//! the pallet's invariants.

mod activate;
mod activate_refused;
mod address;
mod beneficiaries;
mod create;
mod engines;
mod freeze;
mod genesis;
mod migrate;
pub(crate) mod mock;
mod names;
mod pause;
mod price;
mod random_steps;
mod reap;
mod retire;
mod transfer;
mod upload;
mod views;

/// A call that must fail with that error and change nothing.
macro_rules! refuse {
	($call:expr, $error:expr $(,)?) => {
		polkadot_sdk::frame_support::assert_noop!($call, $error);
		crate::tests::mock::check();
	};
}
use refuse;
