//! # Staged inputs for contracts
//!
//! [`Staging.sol`](../Staging.sol) as a pallet-revive precompile at [`ADDRESS`]. Buffers are
//! `pallet-staging`'s; a run is `opg_precompile_inference::run` with a buffer's bytes. Here is only who
//! calls, and what is charged.
//!
//! - A buffer belongs to the immediate caller: a contract has its own. Its deposit is held on that
//!   account's balance; no value is taken.
//! - What this crate does itself is charged by [`WeightInfo`], what happens to a buffer by the pallet's.
//!   Reading a buffer is charged before it is read, and the run after that as any other, by the weights of
//!   `opg-precompile-inference`.
//! - The value of a run has arrived on the precompile's own account, which must exist at genesis with
//!   the existential deposit: see `opg-precompile-inference`.
//!
//! | module | holds |
//! |---|---|
//! | [`interface`] | what `Staging.sol` says, as Rust types |
//! | `change` | beginning, writing and removing buffers |
//! | `run` | runs on buffers |
//! | `view` | questions |
//! | [`weights`] | what this crate's own work costs |
//! | `benchmarking` | measures it, with the feature `runtime-benchmarks` |

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
pub mod benchmarking;
mod change;
pub mod interface;
mod run;
mod view;
pub mod weights;

pub use weights::WeightInfo;

use alloc::vec::Vec;
use core::marker::PhantomData;
use interface::IStaging::IStagingCalls;
use opg_precompile_common::{revert, suffix};
use pallet_staging::StagingFault;
use polkadot_sdk::{
	frame_support::traits::fungible::Inspect,
	frame_system, pallet_revive,
	pallet_revive::precompiles::{AddressMatcher, Error, Ext, Precompile},
};

/// Bytes 16 and 17 of the precompile's address.
pub const SUFFIX: u16 = 0x0a09;

const MATCHER: AddressMatcher = AddressMatcher::Fixed(suffix::<SUFFIX>());

/// Where the precompile is: `0x000000000000000000000000000000000a090000`.
pub const ADDRESS: [u8; 20] = MATCHER.base_address();

/// A runtime that can have the precompile: it runs models and stages inputs, with the same currency.
pub trait Config:
	opg_precompile_inference::Config
	+ pallet_staging::Config<
		Currency: Inspect<
			<Self as frame_system::Config>::AccountId,
			Balance = <Self as pallet_revive::Config>::Balance,
		>,
	>
{
	/// Weights of this crate's own work.
	type WeightInfo: WeightInfo;
}

/// The precompile of a runtime: an element of `pallet_revive::Config::Precompiles`.
pub struct StagingPrecompile<T>(PhantomData<T>);

impl<T: Config> Precompile for StagingPrecompile<T> {
	type T = T;
	type Interface = IStagingCalls;
	const MATCHER: AddressMatcher = MATCHER;
	const HAS_CONTRACT_INFO: bool = false;

	fn call(
		_address: &[u8; 20],
		input: &Self::Interface,
		env: &mut impl Ext<T = T>,
	) -> Result<Vec<u8>, Error> {
		match input {
			IStagingCalls::infer(call) => run::infer(call, env),
			IStagingCalls::tryInfer(call) => run::try_infer(call, env),
			IStagingCalls::begin(call) => change::begin(call, env),
			IStagingCalls::write(call) => change::write(call, env),
			IStagingCalls::discard(call) => change::discard(call, env),
			IStagingCalls::reap(call) => change::reap(call, env),
			IStagingCalls::bufferInfo(call) => view::buffer_info(call, env),
			IStagingCalls::depositFor(call) => view::deposit_for(call, env),
		}
	}
}

/// A refusal by the pallet as a revert.
fn refused(fault: StagingFault) -> Error {
	revert(fault.message())
}
