//! # Credit for contracts
//!
//! [`Credit.sol`](../Credit.sol) as a pallet-revive precompile at [`ADDRESS`]: it decodes a call,
//! hands it to `pallet-credit` and encodes what that answers. Every rule is the pallet's; here is
//! only what the EVM adds: who calls and how, and what was sent.
//!
//! - `msg.value` has arrived on the precompile's own account before this code runs, and goes from
//!   there to the pot; a revert takes it back. The account must exist at genesis with the existential
//!   deposit, else the first payable call charges that deposit to the transaction's origin.
//! - What a withdrawal pays is a balance transfer, which runs no code of the caller's.
//! - What this crate does itself is charged by [`WeightInfo`], what the pallet does by the pallet's, before
//!   any of it.
//! - The pallet's events aren't Ethereum logs: contracts that need logs emit their own.
//!
//! | module | holds |
//! |---|---|
//! | [`interface`] | what `Credit.sol` says, as Rust types |
//! | `change` | functions that change something |
//! | `view` | questions |
//! | [`weights`] | what this crate's own work costs |
//! | `benchmarking` | measures it, with the feature `runtime-benchmarks` |

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
pub mod benchmarking;
mod change;
pub mod interface;
mod view;
pub mod weights;

pub use weights::WeightInfo;

use alloc::vec::Vec;
use core::marker::PhantomData;
use interface::ICredit::ICreditCalls;
use opg_precompile_common::{revert, suffix};
use pallet_credit::CreditFault;
use polkadot_sdk::{
	frame_support::traits::fungible::Inspect,
	frame_system, pallet_revive,
	pallet_revive::precompiles::{AddressMatcher, Error, Ext, Precompile},
};

/// Bytes 16 and 17 of the precompile's address.
pub const SUFFIX: u16 = 0x0a04;

const MATCHER: AddressMatcher = AddressMatcher::Fixed(suffix::<SUFFIX>());

/// Where the precompile is: `0x000000000000000000000000000000000a040000`. Also in the domain that
/// vouchers are signed for.
pub const ADDRESS: [u8; 20] = MATCHER.base_address();

/// A runtime that can have the precompile: it runs contracts and keeps credits, in the same
/// currency.
pub trait Config:
	pallet_revive::Config
	+ pallet_credit::Config<
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
pub struct CreditPrecompile<T>(PhantomData<T>);

impl<T: Config> Precompile for CreditPrecompile<T> {
	type T = T;
	type Interface = ICreditCalls;
	const MATCHER: AddressMatcher = MATCHER;
	const HAS_CONTRACT_INFO: bool = false;

	fn call(
		_address: &[u8; 20],
		input: &Self::Interface,
		env: &mut impl Ext<T = T>,
	) -> Result<Vec<u8>, Error> {
		match input {
			ICreditCalls::deposit(_) => change::deposit(None, env),
			ICreditCalls::depositTo(call) => change::deposit(Some(call.account), env),
			ICreditCalls::withdraw(call) => change::withdraw(call, env),
			ICreditCalls::sponsor(call) => change::sponsor(call, env),
			ICreditCalls::revoke(call) => change::revoke(call, env),
			ICreditCalls::openChannel(call) => change::open_channel(call, env),
			ICreditCalls::topUp(call) => change::top_up(call, env),
			ICreditCalls::requestClose(call) => change::request_close(call, env),
			ICreditCalls::close(call) => change::close(call, env),
			ICreditCalls::redeem(call) => change::redeem(call, env),
			ICreditCalls::creditOf(call) => view::credit_of(call, env),
			ICreditCalls::allowance(call) => view::allowance(call, env),
			ICreditCalls::channelInfo(call) => view::channel_info(call, env),
			ICreditCalls::voucherDigest(call) => view::voucher_digest(call, env),
		}
	}
}

/// A refusal by the pallet as a revert.
fn refused(fault: CreditFault) -> Error {
	revert(fault.message())
}
