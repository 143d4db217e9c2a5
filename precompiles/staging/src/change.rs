//! `begin`, `write`, `discard`, `reap`.

use crate::{
	interface::IStaging::{beginCall, discardCall, reapCall, writeCall, BufferBegun},
	refused,
	weights::{WeightInfo as _, Weights},
	Config,
};
use alloc::vec::Vec;
use opg_precompile_common::{address_of, caller, ensure_change};
use pallet_staging::{BufferId, Buffers, Pallet, WeightInfo as _, MAX_PIECES};
use polkadot_sdk::{
	pallet_revive::precompiles::{
		alloy::{
			primitives::Address,
			sol_types::{SolCall, SolEvent},
		},
		Error, Ext, RuntimeCosts, H256,
	},
	sp_runtime::traits::UniqueSaturatedInto,
};

/// What the pallet charges for its calls.
type PalletWeight<T> = <T as pallet_staging::Config>::WeightInfo;

/// What the event `BufferBegun` costs: its name and two indexed arguments are topics, length and expiry
/// data.
const BEGUN: RuntimeCosts = RuntimeCosts::DepositEvent { num_topic: 3, len: 2 * 32 };

pub(crate) fn begin<T: Config>(
	call: &beginCall,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	ensure_change(env)?;
	env.charge(Weights::<T>::change().saturating_add(PalletWeight::<T>::begin()))?;
	env.frame_meter_mut().charge_weight_token(BEGUN)?;
	let owner = caller(env)?;
	let address = address_of::<T>(&owner);
	let id = Pallet::<T>::do_begin(owner, call.length).map_err(refused)?;
	let (topics, data) = begun::<T>(address, id, call.length);
	env.deposit_event(topics, data);
	Ok(beginCall::abi_encode_returns(&id))
}

/// Topics and data of the event of a buffer that was begun.
pub(crate) fn begun<T: Config>(owner: Address, id: BufferId, length: u32) -> (Vec<H256>, Vec<u8>) {
	let expires = Buffers::<T>::get(id).map(|buffer| buffer.expires).unwrap_or_default();
	let expires = expires.unique_saturated_into();
	let event = BufferBegun { owner, bufferId: id, length, expires };
	let (topics, data) = event.encode_log_data().split();
	(topics.into_iter().map(|topic| H256(topic.0)).collect(), data.to_vec())
}

pub(crate) fn write<T: Config>(
	call: &writeCall,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	ensure_change(env)?;
	let bytes = u32::try_from(call.piece.len()).unwrap_or(u32::MAX);
	let stored = pallet_staging::weights::write::<PalletWeight<T>>(bytes);
	env.charge(Weights::<T>::write(bytes).saturating_add(stored))?;
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
	env.charge(Weights::<T>::change())?;
	let charged = env.charge(PalletWeight::<T>::remove(MAX_PIECES))?;
	let owner = caller(env)?;
	let pieces = Pallet::<T>::do_discard(&owner, call.bufferId).map_err(refused)?;
	env.adjust_gas(charged, PalletWeight::<T>::remove(pieces));
	Ok(Vec::new())
}

pub(crate) fn reap<T: Config>(
	call: &reapCall,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	ensure_change(env)?;
	env.charge(Weights::<T>::change())?;
	let charged = env.charge(PalletWeight::<T>::remove(MAX_PIECES))?;
	let pieces = Pallet::<T>::do_reap(call.bufferId).map_err(refused)?;
	env.adjust_gas(charged, PalletWeight::<T>::remove(pieces));
	Ok(Vec::new())
}
