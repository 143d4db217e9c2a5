//! Questions. Allowed in static calls.

use crate::{
	interface::IStaging::{bufferInfoCall, depositForCall, Buffer as AbiBuffer},
	refused,
	weights::{WeightInfo, Weights},
	Config,
};
use alloc::vec::Vec;
use opg_precompile_common::{address_of, ensure_question};
use pallet_staging::{Buffers, Pallet, StagingFault};
use polkadot_sdk::{
	pallet_revive::precompiles::{alloy::sol_types::SolCall, Error, Ext},
	sp_runtime::traits::UniqueSaturatedInto,
};

pub(crate) fn buffer_info<T: Config>(
	call: &bufferInfoCall,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	ensure_question(env)?;
	env.charge(Weights::<T>::buffer_info())?;
	let buffer = call.bufferId;
	let stored =
		Buffers::<T>::get(buffer).ok_or_else(|| refused(StagingFault::UnknownBuffer { buffer }))?;
	Ok(bufferInfoCall::abi_encode_returns(&AbiBuffer {
		owner: address_of::<T>(&stored.owner),
		length: stored.length,
		written: stored.written,
		expires: stored.expires.unique_saturated_into(),
		deposit: opg_precompile_common::to_evm::<T>(stored.deposit),
	}))
}

pub(crate) fn deposit_for<T: Config>(
	call: &depositForCall,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	ensure_question(env)?;
	env.charge(Weights::<T>::deposit_for())?;
	let amount = opg_precompile_common::to_evm::<T>(Pallet::<T>::deposit(call.length));
	Ok(depositForCall::abi_encode_returns(&amount))
}
