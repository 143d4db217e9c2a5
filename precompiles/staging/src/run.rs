//! `infer` and `tryInfer`.

use crate::{
	interface::IStaging::{inferCall, tryInferCall, tryInferReturn},
	weights::{WeightInfo, Weights},
	Config,
};
use alloc::{string::String, vec::Vec};
use opg_precompile_common::{
	caller, ensure_called_directly, ensure_mutable, give_back, revert, value,
};
use opg_precompile_inference::fault::numbers;
use pallet_inference::InferFault;
use pallet_model_registry::ModelId;
use pallet_staging::{weights::read, BufferId, Pallet, StagingFault, WeightInfo as _};
use polkadot_sdk::pallet_revive::precompiles::{
	alloy::{
		primitives::U256,
		sol_types::{SolCall, SolValue},
	},
	Error, Ext,
};

/// What the pallet charges for looking and reading.
type PalletWeight<T> = <T as pallet_staging::Config>::WeightInfo;

/// Why a run on a buffer was refused or failed.
pub(crate) enum Fault {
	Staging(StagingFault),
	Infer(InferFault),
}

impl Fault {
	fn message(&self) -> String {
		match self {
			Self::Staging(fault) => fault.message(),
			Self::Infer(fault) => fault.message(),
		}
	}

	/// The code and its numbers.
	pub(crate) fn code(&self) -> (u32, [u128; 4]) {
		match self {
			Self::Staging(fault) => (fault.code(), fault.numbers()),
			Self::Infer(fault) => (fault.code(), numbers(fault)),
		}
	}
}

/// Runs or reverts. A revert rolls the frame back, so the value goes back with it.
pub(crate) fn infer<T: Config>(
	call: &inferCall,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	match run(call.modelId, call.bufferId, env)? {
		Ok(outputs) => Ok(inferCall::abi_encode_returns(&outputs.into())),
		Err(fault) => Err(revert(fault.message())),
	}
}

/// Runs or returns the fault as a value.
pub(crate) fn try_infer<T: Config>(
	call: &tryInferCall,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	let (code, data) = match run(call.modelId, call.bufferId, env)? {
		Ok(outputs) => (0, outputs),
		Err(fault) => {
			let (code, numbers) = fault.code();
			(code, numbers.map(U256::from).abi_encode())
		},
	};
	Ok(tryInferCall::abi_encode_returns(&tryInferReturn { code, data: data.into() }))
}

/// Runs a model on a buffer. With a fault nothing has changed but that the value is back with the caller.
fn run<T: Config>(
	model: ModelId,
	buffer: BufferId,
	env: &mut impl Ext<T = T>,
) -> Result<Result<Vec<u8>, Fault>, Error> {
	ensure_called_directly(env)?;
	ensure_mutable(env)?;
	env.charge(Weights::<T>::run().saturating_add(PalletWeight::<T>::look()))?;
	let owner = caller(env)?;
	let staged = match Pallet::<T>::readable(&owner, buffer) {
		Ok(staged) => staged,
		Err(fault) => {
			give_back(env, &owner, value(env)?)?;
			return Ok(Err(Fault::Staging(fault)));
		},
	};
	env.charge(read::<PalletWeight<T>>(staged.length))?;
	// It was readable just now.
	let inputs = Pallet::<T>::read(&owner, buffer).map_err(|fault| revert(fault.message()))?;
	let result = opg_precompile_inference::run(model, &inputs, None, env)?;
	Ok(result.map_err(Fault::Infer))
}
