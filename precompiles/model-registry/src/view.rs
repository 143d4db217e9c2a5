//! Questions. Allowed in static calls.

use crate::{
	fault::{refused, Subject},
	interface::IModelRegistry::{
		beneficiariesCall, costsCall, modelCall, modelCountCall, nameInfoCall, nameInfoReturn,
		ownerOfCall, priceOfCall, resolve_0Call, resolve_1Call, statusOfCall,
		Beneficiary as AbiBeneficiary, Costs as AbiCosts, Model as AbiModel, Status as AbiStatus,
	},
	weights::{WeightInfo, Weights},
	Config,
};
use alloc::{string::String, vec::Vec};
use opg_precompile_common::{address_of, ensure_question, to_evm};
use pallet_inference::WarmSet;
use pallet_model_registry::{
	Error as Fault, ModelId, ModelInfoOf, ModelStatus, ModelViewOf, Models, NameInfoOf,
	NextModelId, Pallet,
};
use polkadot_sdk::{
	frame_support::weights::Weight,
	frame_system,
	pallet_revive::precompiles::{
		alloy::{primitives::U256, sol_types::SolCall},
		Error, Ext,
	},
	sp_runtime::traits::UniqueSaturatedInto,
};

pub(crate) fn model_count<T: Config>(env: &mut impl Ext<T = T>) -> Result<Vec<u8>, Error> {
	begin(env, Weights::<T>::question())?;
	let count = NextModelId::<T>::get().saturating_sub(1);
	Ok(modelCountCall::abi_encode_returns(&count))
}

pub(crate) fn model<T: Config>(
	call: &modelCall,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	begin(env, Weights::<T>::model())?;
	let view = view::<T>(call.modelId)?;
	let (pending_price, pending_from) = match view.pending_price {
		Some((price, from)) => (to_evm::<T>(price), from.unique_saturated_into()),
		None => (U256::ZERO, 0),
	};
	let warm = view.costs.is_some_and(|costs| {
		<T as pallet_inference::Config>::WarmSet::is_warm(view.id, costs.image_hash)
	});
	Ok(modelCall::abi_encode_returns(&AbiModel {
		owner: address_of::<T>(&view.owner),
		status: status(view.status),
		callable: view.callable,
		frozen: view.frozen,
		warm,
		engineVersion: view.engine,
		length: view.length,
		price: to_evm::<T>(view.price),
		pendingPrice: pending_price,
		pendingFrom: pending_from,
		root: view.root.0.into(),
		engineHash: view.engine_hash.0.into(),
		name: String::from_utf8_lossy(&view.name).into_owned(),
	}))
}

pub(crate) fn owner_of<T: Config>(
	call: &ownerOfCall,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	begin(env, Weights::<T>::question())?;
	let info = info::<T>(call.modelId)?;
	Ok(ownerOfCall::abi_encode_returns(&address_of::<T>(&info.owner)))
}

pub(crate) fn price_of<T: Config>(
	call: &priceOfCall,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	begin(env, Weights::<T>::question())?;
	let now = frame_system::Pallet::<T>::block_number();
	let price = info::<T>(call.modelId)?.price_at(now);
	Ok(priceOfCall::abi_encode_returns(&to_evm::<T>(price)))
}

pub(crate) fn status_of<T: Config>(
	call: &statusOfCall,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	begin(env, Weights::<T>::question())?;
	let now = frame_system::Pallet::<T>::block_number();
	let status = status(info::<T>(call.modelId)?.status.at(now));
	Ok(statusOfCall::abi_encode_returns(&status))
}

pub(crate) fn costs<T: Config>(
	call: &costsCall,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	begin(env, Weights::<T>::question())?;
	let figures = match info::<T>(call.modelId)?.costs {
		Some(costs) => AbiCosts {
			loadFuel: costs.load_fuel,
			overheadFuel: costs.overhead_fuel,
			typicalFuel: costs.typical_fuel,
			runLimit: costs.run_limit,
			maxFuel: costs.max_fuel(),
			inputBytes: costs.input_bytes,
			outputBytes: costs.output_bytes,
			imagePages: costs.image_pages,
			memoryPages: costs.memory_pages,
			imageHash: costs.image_hash.0.into(),
		},
		None => AbiCosts {
			loadFuel: 0,
			overheadFuel: 0,
			typicalFuel: 0,
			runLimit: 0,
			maxFuel: 0,
			inputBytes: 0,
			outputBytes: 0,
			imagePages: 0,
			memoryPages: 0,
			imageHash: Default::default(),
		},
	};
	Ok(costsCall::abi_encode_returns(&figures))
}

pub(crate) fn beneficiaries<T: Config>(
	call: &beneficiariesCall,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	begin(env, Weights::<T>::beneficiaries())?;
	let list: Vec<_> = view::<T>(call.modelId)?
		.beneficiaries
		.into_iter()
		.map(|one| AbiBeneficiary { account: address_of::<T>(&one.account), parts: one.parts })
		.collect();
	Ok(beneficiariesCall::abi_encode_returns(&list))
}

pub(crate) fn resolve<T: Config>(
	call: &resolve_0Call,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	begin(env, Weights::<T>::name_question())?;
	let latest = name::<T>(&call.name)?.latest();
	let model = latest.ok_or_else(|| no_version::<T>(&call.name))?.model;
	Ok(resolve_0Call::abi_encode_returns(&model))
}

pub(crate) fn resolve_version<T: Config>(
	call: &resolve_1Call,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	begin(env, Weights::<T>::name_question())?;
	let model =
		name::<T>(&call.name)?.version(call.version).ok_or_else(|| no_version::<T>(&call.name))?;
	Ok(resolve_1Call::abi_encode_returns(&model))
}

pub(crate) fn name_info<T: Config>(
	call: &nameInfoCall,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	begin(env, Weights::<T>::name_question())?;
	let info = name::<T>(&call.name)?;
	Ok(nameInfoCall::abi_encode_returns(&nameInfoReturn {
		owner: address_of::<T>(&info.owner),
		versions: info.versions.iter().map(|one| one.version).collect(),
		models: info.versions.iter().map(|one| one.model).collect(),
	}))
}

fn begin<T: Config>(env: &mut impl Ext<T = T>, weight: Weight) -> Result<(), Error> {
	ensure_question(env)?;
	env.charge(weight)?;
	Ok(())
}

fn info<T: Config>(model: ModelId) -> Result<ModelInfoOf<T>, Error> {
	Models::<T>::get(model).ok_or_else(|| unknown::<T>(model))
}

fn view<T: Config>(model: ModelId) -> Result<ModelViewOf<T>, Error> {
	Pallet::<T>::model_view(model).ok_or_else(|| unknown::<T>(model))
}

fn unknown<T: Config>(model: ModelId) -> Error {
	refused::<T>(Subject::Model(model), Fault::<T>::UnknownModel.into())
}

fn name<T: Config>(name: &str) -> Result<NameInfoOf<T>, Error> {
	Pallet::<T>::name_info(name.as_bytes())
		.ok_or_else(|| refused::<T>(Subject::Name(name), Fault::<T>::UnknownName.into()))
}

fn no_version<T: Config>(name: &str) -> Error {
	refused::<T>(Subject::Name(name), Fault::<T>::UnknownVersion.into())
}

fn status<BlockNumber>(status: ModelStatus<BlockNumber>) -> AbiStatus {
	match status {
		ModelStatus::Draft => AbiStatus::Draft,
		ModelStatus::Active => AbiStatus::Active,
		ModelStatus::Paused => AbiStatus::Paused,
		ModelStatus::Retiring { .. } => AbiStatus::Retiring,
		ModelStatus::Retired => AbiStatus::Retired,
		ModelStatus::Engine => AbiStatus::Engine,
	}
}
