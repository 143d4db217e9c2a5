//! `pipeline` and `tryPipeline`.

use crate::{
	fault,
	form::{concatenate, ensure_returnable, unpack},
	interface::IInference::{pipelineCall, tryPipelineCall, tryPipelineReturn},
	payment::Offer,
	run::{deposit_event, gas_too_low, EVENT, NO_EVENT},
	weights::{self, WeightInfo, Weights},
	Config,
};
use alloc::vec::Vec;
use opg_engine_abi::Tensor;
use opg_precompile_common::{self as guard, revert};
use pallet_inference::{
	InferFault, Pallet, Pipeline, PipelineError, PipelineFault, MAX_PIPELINE_STAGES,
};
use pallet_model_registry::ModelId;
use polkadot_sdk::pallet_revive::precompiles::{alloy::sol_types::SolCall, Error, Ext};

/// Runs all stages or reverts. A revert rolls the frame back, so the value goes back with it.
pub(crate) fn infer<T: Config>(
	call: &pipelineCall,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	match run(&call.modelIds, &call.inputs, env)? {
		Ok(outputs) => Ok(pipelineCall::abi_encode_returns(&outputs.into())),
		Err(fault) => Err(revert(fault.message())),
	}
}

/// Runs all stages or returns the fault as a value.
pub(crate) fn try_infer<T: Config>(
	call: &tryPipelineCall,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	match run(&call.modelIds, &call.inputs, env)? {
		Ok(outputs) => Ok(tryPipelineCall::abi_encode_returns(&tryPipelineReturn {
			code: 0,
			stage: 0,
			data: outputs.into(),
		})),
		Err(fault) => Ok(fault::encode_pipeline(&fault)),
	}
}

/// Runs a pipeline and returns the raw data of the last model's outputs. With a fault nothing has
/// changed but that the value is back with the caller.
fn run<T: Config>(
	models: &[ModelId],
	packed: &[u8],
	env: &mut impl Ext<T = T>,
) -> Result<Result<Vec<u8>, PipelineFault>, Error> {
	guard::ensure_called_directly(env)?;
	guard::ensure_mutable(env)?;
	// More stages than there may be are refused without looking at any.
	let count = u32::try_from(models.len()).unwrap_or(u32::MAX).clamp(1, MAX_PIPELINE_STAGES);
	env.charge(Weights::<T>::pipeline(weights::bytes(packed.len()), count))?;
	let caller = guard::caller(env)?;
	let offer = Offer::of_caller(env, &caller)?;

	let (pipeline, inputs) = match prepare::<T>(models, packed) {
		Ok(prepared) => prepared,
		Err(fault) => return Ok(Err(fault)),
	};

	// Everything is charged before the work, so that running out of gas never wastes a run.
	let mut events = Vec::with_capacity(models.len());
	for _ in models {
		events.push(env.frame_meter_mut().charge_weight_token(EVENT)?);
	}
	let needed = pipeline.max_weight();
	let left = env.frame_meter().weight_left().unwrap_or_default();
	let charged = env.charge(needed).map_err(|_| gas_too_low(needed, left))?;

	let (source, max_price) = offer.for_price(&caller, pipeline.price());
	match Pallet::<T>::do_infer_pipeline(&caller, &source, &pipeline, inputs, max_price) {
		Ok(piped) => {
			env.adjust_gas(charged, piped.weight);
			for stage in piped.stages {
				let one = stage.settled;
				deposit_event::<T>(env, stage.model, &caller, one.receipt, one.run_fuel, one.price);
			}
			Ok(Ok(concatenate(piped.tensors)))
		},
		Err(PipelineError { fault, weight }) => {
			env.adjust_gas(charged, weight);
			for event in events {
				env.frame_meter_mut().adjust_weight(event, NO_EVENT);
			}
			Ok(Err(fault))
		},
	}
}

pub(crate) fn prepare<T: Config>(
	models: &[ModelId],
	packed: &[u8],
) -> Result<(Pipeline<T>, Vec<Tensor>), PipelineFault> {
	let pipeline = Pallet::<T>::pipeline(models)?;
	ensure_returnable(pipeline.output_bytes().into())?;
	// A pipeline has a first stage.
	let first = pipeline
		.first()
		.ok_or(InferFault::WrongStageCount { stages: 0, max: MAX_PIPELINE_STAGES })?;
	let inputs = unpack(first, packed).map_err(|error| PipelineFault {
		stage: Some(0),
		fault: error.into(),
		mismatch: None,
	})?;
	Ok((pipeline, inputs))
}
