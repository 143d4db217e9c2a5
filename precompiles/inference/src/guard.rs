//! Who calls, how, and with what value.

use crate::{fault::revert, Config};
use alloc::format;
use polkadot_sdk::{
	frame_support::traits::{fungible::Mutate, tokens::Preservation},
	frame_system, pallet_revive,
	pallet_revive::{
		precompiles::{Error, Ext},
		BalanceOf, BalanceWithDust,
	},
	sp_runtime::traits::Zero,
};

type AccountIdOf<T> = <T as frame_system::Config>::AccountId;

/// Refuses delegate calls: in one, account and value are the calling contract's own, not ours.
pub(crate) fn ensure_called_directly<T: Config>(env: &impl Ext<T = T>) -> Result<(), Error> {
	if env.is_delegate_call() {
		return Err(revert(
			"DelegateCallDenied(): call the precompile with a call, not a delegate call",
		));
	}
	Ok(())
}

/// Refuses static calls of what changes state.
pub(crate) fn ensure_mutable<T: Config>(env: &impl Ext<T = T>) -> Result<(), Error> {
	if env.is_read_only() {
		return Err(revert(
			"StaticCallDenied(): a run pays and leaves a receipt; call it from a function that \
			 isn't view",
		));
	}
	Ok(())
}

/// Refuses value sent to what takes none.
pub(crate) fn ensure_no_value<T: Config>(env: &impl Ext<T = T>) -> Result<(), Error> {
	let value = env.value_transferred();
	if !value.is_zero() {
		return Err(revert(format!("ValueRefused(value={value}): send no value with a question")));
	}
	Ok(())
}

/// The immediate caller's account.
pub(crate) fn caller<T: Config>(env: &impl Ext<T = T>) -> Result<AccountIdOf<T>, Error> {
	env.caller()
		.account_id()
		.cloned()
		.map_err(|_| revert("NoCaller(): call from an account, not as root"))
}

/// What was sent, in OPG's smallest unit.
pub(crate) fn value<T: Config>(env: &impl Ext<T = T>) -> Result<BalanceOf<T>, Error> {
	let sent = env.value_transferred();
	let (value, dust) = BalanceWithDust::<BalanceOf<T>>::from_value::<T>(sent)
		.map_err(|_| revert(format!("ValueRefused(value={sent}): there isn't so much OPG")))?
		.deconstruct();
	if dust != 0 {
		return Err(revert(format!("ValueRefused(value={sent}): send whole units of OPG")));
	}
	Ok(value)
}

/// Gives the value back to the caller: a transfer, which runs no code of the caller's.
pub(crate) fn give_back<T: Config>(
	env: &impl Ext<T = T>,
	caller: &AccountIdOf<T>,
	amount: BalanceOf<T>,
) -> Result<(), Error> {
	if amount.is_zero() {
		return Ok(());
	}
	<T as pallet_revive::Config>::Currency::transfer(
		env.account_id(),
		caller,
		amount,
		Preservation::Preserve,
	)?;
	Ok(())
}
