//! # What every precompile checks
//!
//! pallet-revive detects static and delegate calls and doesn't enforce them for precompiles: each
//! function calls these checks itself. And amounts: the EVM's words on one side, OPG base units on
//! the other.
//!
//! | module | holds |
//! |---|---|
//! | [`abi`], [`calldata`] | calldata that is read only when it has been charged |
//! | [`fixed`] | elements of tensors from and to decimal numbers |
//! | [`ieee`] | floating-point formats from and to decimal numbers |
//! | [`models`] | what precompiles of models share |
//! | [`weights`] | weights counted by hand, for their tests |
//! | `benchmarking` | what their benchmarks share, with the feature `runtime-benchmarks` |

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

pub mod abi;
#[cfg(feature = "runtime-benchmarks")]
pub mod benchmarking;
pub mod calldata;
pub mod fixed;
pub mod ieee;
pub mod models;
pub mod weights;

use alloc::{format, string::String};
use core::num::NonZero;
use polkadot_sdk::{
	frame_support::traits::{fungible::Mutate, tokens::Preservation},
	frame_system, pallet_revive,
	pallet_revive::{
		precompiles::{alloy::primitives, AddressMapper, Error, Ext},
		BalanceOf, BalanceWithDust, Config,
	},
	sp_core::{H160, U256},
	sp_runtime::traits::Zero,
};

/// Bytes 16 and 17 of a precompile's address, as its `AddressMatcher` takes them. 0 isn't compiled.
pub const fn suffix<const BYTES: u16>() -> NonZero<u16> {
	const {
		match NonZero::new(BYTES) {
			Some(suffix) => suffix,
			None => panic!("the suffix isn't 0"),
		}
	}
}

/// Account of a runtime.
pub type AccountIdOf<T> = <T as frame_system::Config>::AccountId;

/// A revert with `Error(string)`; the text is in the grammar `Code(key=value,…): hint`.
pub fn revert(text: impl Into<String>) -> Error {
	Error::Revert(text.into().into())
}

/// Refuses delegate calls: in one, account and value are the calling contract's own, not ours.
pub fn ensure_called_directly<T: Config>(env: &impl Ext<T = T>) -> Result<(), Error> {
	if env.is_delegate_call() {
		return Err(revert(
			"DelegateCallDenied(): call the precompile with a call, not a delegate call",
		));
	}
	Ok(())
}

/// Refuses static calls of what changes state.
pub fn ensure_mutable<T: Config>(env: &impl Ext<T = T>) -> Result<(), Error> {
	if env.is_read_only() {
		return Err(revert(
			"StaticCallDenied(): it changes state; call it from a function that isn't view",
		));
	}
	Ok(())
}

/// Refuses value sent to what takes none.
pub fn ensure_no_value<T: Config>(env: &impl Ext<T = T>) -> Result<(), Error> {
	let value = env.value_transferred();
	if !value.is_zero() {
		return Err(revert(format!("ValueRefused(value={value}): this function takes no value")));
	}
	Ok(())
}

/// What a question must be: no delegate call, no value.
pub fn ensure_question<T: Config>(env: &impl Ext<T = T>) -> Result<(), Error> {
	ensure_called_directly(env)?;
	ensure_no_value(env)
}

/// What a change without value must be: neither delegate nor static, no value.
pub fn ensure_change<T: Config>(env: &impl Ext<T = T>) -> Result<(), Error> {
	ensure_called_directly(env)?;
	ensure_mutable(env)?;
	ensure_no_value(env)
}

/// The immediate caller's account.
pub fn caller<T: Config>(env: &impl Ext<T = T>) -> Result<AccountIdOf<T>, Error> {
	env.caller()
		.account_id()
		.cloned()
		.map_err(|_| revert("NoCaller(): call from an account, not as root"))
}

/// What was sent, in OPG's smallest unit.
pub fn value<T: Config>(env: &impl Ext<T = T>) -> Result<BalanceOf<T>, Error> {
	from_wei::<T>(env.value_transferred(), "ValueRefused", "value")
}

/// An amount that was passed, in OPG's smallest unit.
pub fn amount<T: Config>(amount: primitives::U256) -> Result<BalanceOf<T>, Error> {
	let amount = U256::from_big_endian(&amount.to_be_bytes::<32>());
	from_wei::<T>(amount, "AmountRefused", "amount")
}

fn from_wei<T: Config>(wei: U256, code: &str, key: &str) -> Result<BalanceOf<T>, Error> {
	let (amount, dust) = BalanceWithDust::<BalanceOf<T>>::from_value::<T>(wei)
		.map_err(|_| revert(format!("{code}({key}={wei}): there isn't so much OPG")))?
		.deconstruct();
	if dust != 0 {
		return Err(revert(format!("{code}({key}={wei}): use whole units of OPG")));
	}
	Ok(amount)
}

/// An amount as the EVM sees it.
pub fn to_evm<T: Config>(amount: BalanceOf<T>) -> primitives::U256 {
	let wei = pallet_revive::Pallet::<T>::convert_native_to_evm(amount);
	primitives::U256::from_be_bytes(wei.to_big_endian())
}

/// The account of an address: the mapped one, or the address's own. One read.
pub fn account_of<T: Config>(address: primitives::Address) -> AccountIdOf<T> {
	T::AddressMapper::to_account_id(&H160(address.into_array()))
}

/// The address of an account.
pub fn address_of<T: Config>(account: &AccountIdOf<T>) -> primitives::Address {
	T::AddressMapper::to_address(account).0.into()
}

/// Gives the value back to the caller: a transfer, which runs no code of the caller's.
pub fn give_back<T: Config>(
	env: &impl Ext<T = T>,
	caller: &AccountIdOf<T>,
	amount: BalanceOf<T>,
) -> Result<(), Error> {
	if amount.is_zero() {
		return Ok(());
	}
	T::Currency::transfer(env.account_id(), caller, amount, Preservation::Preserve)?;
	Ok(())
}
