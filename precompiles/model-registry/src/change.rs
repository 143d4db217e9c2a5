//! Functions that change something. A revert rolls the frame back.

use crate::{
	fault::{refused, Subject},
	interface::IModelRegistry::{
		pauseCall, registerNameCall, releaseNameCall, resumeCall, setBeneficiariesCall,
		setPriceCall, transferCall, transferNameCall,
	},
	weights::{WeightInfo as _, Weights},
	Config,
};
use alloc::{format, vec::Vec};
use opg_precompile_common::{account_of, amount, caller, ensure_change, revert};
use pallet_model_registry::{
	names::Alias, Beneficiary, BeneficiaryList, Error as Fault, Pallet, WeightInfo,
	MAX_BENEFICIARIES,
};
use polkadot_sdk::{
	frame_support::weights::Weight,
	frame_system::{pallet_prelude::OriginFor, RawOrigin},
	pallet_revive::precompiles::{alloy::sol_types::SolCall, Error, Ext},
};

/// What the pallet charges for its calls.
type PalletWeight<T> = <T as pallet_model_registry::Config>::WeightInfo;

/// Guards, charge, and the origin that the pallet is called with: the immediate caller.
fn begin<T: Config>(env: &mut impl Ext<T = T>, weight: Weight) -> Result<OriginFor<T>, Error> {
	ensure_change(env)?;
	env.charge(Weights::<T>::change().saturating_add(weight))?;
	Ok(RawOrigin::Signed(caller(env)?).into())
}

pub(crate) fn set_price<T: Config>(
	call: &setPriceCall,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	let origin = begin(env, PalletWeight::<T>::set_price())?;
	let price = amount::<T>(call.price)?;
	Pallet::<T>::set_price(origin, call.modelId, price)
		.map_err(|error| refused::<T>(Subject::Model(call.modelId), error))?;
	Ok(Vec::new())
}

pub(crate) fn pause<T: Config>(
	call: &pauseCall,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	let origin = begin(env, PalletWeight::<T>::pause())?;
	Pallet::<T>::pause(origin, call.modelId)
		.map_err(|error| refused::<T>(Subject::Model(call.modelId), error))?;
	Ok(Vec::new())
}

pub(crate) fn resume<T: Config>(
	call: &resumeCall,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	let origin = begin(env, PalletWeight::<T>::resume())?;
	Pallet::<T>::resume(origin, call.modelId)
		.map_err(|error| refused::<T>(Subject::Model(call.modelId), error))?;
	Ok(Vec::new())
}

pub(crate) fn transfer<T: Config>(
	call: &transferCall,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	let origin = begin(env, PalletWeight::<T>::transfer())?;
	Pallet::<T>::transfer(origin, call.modelId, account_of::<T>(call.to))
		.map_err(|error| refused::<T>(Subject::Model(call.modelId), error))?;
	Ok(Vec::new())
}

pub(crate) fn set_beneficiaries<T: Config>(
	call: &setBeneficiariesCall,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	let mapped = Weights::<T>::addresses(MAX_BENEFICIARIES);
	let origin = begin(env, mapped.saturating_add(PalletWeight::<T>::set_beneficiaries()))?;
	let count = call.list.len();
	// Before any address is looked up.
	if count > MAX_BENEFICIARIES as usize {
		return Err(revert(format!(
			"TooManyBeneficiaries(count={count},max={MAX_BENEFICIARIES}): name fewer accounts"
		)));
	}
	let list = call
		.list
		.iter()
		.map(|one| Beneficiary { account: account_of::<T>(one.account), parts: one.parts });
	// It isn't longer, so nothing is cut.
	let list = BeneficiaryList::truncate_from(list.collect());
	Pallet::<T>::set_beneficiaries(origin, call.modelId, list)
		.map_err(|error| refused::<T>(Subject::Model(call.modelId), error))?;
	Ok(Vec::new())
}

pub(crate) fn register_name<T: Config>(
	call: &registerNameCall,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	let read = Weights::<T>::registered_name();
	let origin = begin(env, PalletWeight::<T>::register_name().saturating_add(read))?;
	let name = alias::<T>(&call.name)?;
	Pallet::<T>::register_name(origin, call.modelId, name).map_err(|error| {
		let about_model = [
			Fault::<T>::UnknownModel.into(),
			Fault::<T>::NotOwner.into(),
			Fault::<T>::WrongStatus.into(),
		]
		.contains(&error);
		let subject =
			if about_model { Subject::Model(call.modelId) } else { Subject::Name(&call.name) };
		refused::<T>(subject, error)
	})?;
	let last = Pallet::<T>::name_info(call.name.as_bytes()).map(|info| info.last);
	Ok(registerNameCall::abi_encode_returns(&last.unwrap_or_default()))
}

pub(crate) fn transfer_name<T: Config>(
	call: &transferNameCall,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	let origin = begin(env, PalletWeight::<T>::transfer_name())?;
	let name = alias::<T>(&call.name)?;
	Pallet::<T>::transfer_name(origin, name, account_of::<T>(call.to))
		.map_err(|error| refused::<T>(Subject::Name(&call.name), error))?;
	Ok(Vec::new())
}

pub(crate) fn release_name<T: Config>(
	call: &releaseNameCall,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	let origin = begin(env, PalletWeight::<T>::release_name())?;
	let name = alias::<T>(&call.name)?;
	Pallet::<T>::release_name(origin, name, call.version)
		.map_err(|error| refused::<T>(Subject::Name(&call.name), error))?;
	Ok(Vec::new())
}

/// A name as the pallet takes it.
fn alias<T: Config>(name: &str) -> Result<Alias, Error> {
	Alias::try_from(name.as_bytes().to_vec())
		.map_err(|_| refused::<T>(Subject::Name(name), Fault::<T>::WrongName.into()))
}
