//! `begin`, `write`, `discard`, `reap`.

use crate::{
	interface::IStaging::{beginCall, discardCall, reapCall, writeCall, BufferBegun},
	refused, weights, Config,
};
use alloc::vec::Vec;
use opg_precompile_common::{address_of, caller, ensure_change};
use pallet_staging::{Buffers, Pallet, WeightInfo, MAX_PIECES};
use polkadot_sdk::{
	pallet_revive::precompiles::{
		alloy::sol_types::{SolCall, SolEvent},
		Error, Ext, RuntimeCosts, H256,
	},
	sp_runtime::traits::UniqueSaturatedInto,
};

/// Weights of the pallet.
type Weights<T> = <T as pallet_staging::Config>::WeightInfo;

/// What the event `BufferBegun` costs: its name and two indexed arguments are topics, length and expiry
/// data.
const BEGUN: RuntimeCosts = RuntimeCosts::DepositEvent { num_topic: 3, len: 2 * 32 };

pub(crate) fn begin<T: Config>(
	call: &beginCall,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	ensure_change(env)?;
	env.charge(weights::guards::<T>().saturating_add(Weights::<T>::begin()))?;
	env.frame_meter_mut().charge_weight_token(BEGUN)?;
	let owner = caller(env)?;
	let address = address_of::<T>(&owner);
	let id = Pallet::<T>::do_begin(owner, call.length).map_err(refused)?;
	let expires = Buffers::<T>::get(id).map(|buffer| buffer.expires).unwrap_or_default();
	let event = BufferBegun {
		owner: address,
		bufferId: id,
		length: call.length,
		expires: expires.unique_saturated_into(),
	};
	let (topics, data) = event.encode_log_data().split();
	env.deposit_event(topics.into_iter().map(|topic| H256(topic.0)).collect(), data.to_vec());
	Ok(beginCall::abi_encode_returns(&id))
}

pub(crate) fn write<T: Config>(
	call: &writeCall,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	ensure_change(env)?;
	let bytes = u32::try_from(call.piece.len()).unwrap_or(u32::MAX);
	env.charge(
		weights::guards::<T>().saturating_add(pallet_staging::weights::write::<Weights<T>>(bytes)),
	)?;
	let owner = caller(env)?;
	Pallet::<T>::do_write(&owner, call.bufferId, call.index, call.piece.to_vec())
		.map_err(refused)?;
	Ok(Vec::new())
}

pub(crate) fn discard<T: Config>(
	call: &discardCall,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	ensure_change(env)?;
	env.charge(weights::guards::<T>())?;
	let charged = env.charge(Weights::<T>::remove(MAX_PIECES))?;
	let owner = caller(env)?;
	let pieces = Pallet::<T>::do_discard(&owner, call.bufferId).map_err(refused)?;
	env.adjust_gas(charged, Weights::<T>::remove(pieces));
	Ok(Vec::new())
}

pub(crate) fn reap<T: Config>(
	call: &reapCall,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	ensure_change(env)?;
	env.charge(weights::guards::<T>())?;
	let charged = env.charge(Weights::<T>::remove(MAX_PIECES))?;
	let pieces = Pallet::<T>::do_reap(call.bufferId).map_err(refused)?;
	env.adjust_gas(charged, Weights::<T>::remove(pieces));
	Ok(Vec::new())
}
