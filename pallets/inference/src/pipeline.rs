//! Pipelines: the outputs of one model are the inputs of the next.
//!
//! A stage is a run like any other, with a receipt and an event of its own and the price of its model.
//! What a pipeline saves is the way of the tensors through the caller. All models are looked at, and
//! each one's outputs compared with the next one's inputs, before the first runs; all stages run
//! before any is settled, and a pipeline is settled whole or not at all.
//!
//! Each stage is charged the load of its model, also when a model comes twice.

use crate::{
	execution::FailedRun,
	fault::InferFault,
	inputs,
	pallet::*,
	payment::{PaidFrom, Payer, Source},
	types::{data_bytes, Settled},
	BalanceOf,
};
use alloc::{format, string::String, vec::Vec};
use core::{fmt, mem};
use opg_engine_abi::{EngineError, ErrorCode, ModelSignature, Tensor, TensorSpec};
use pallet_model_registry::{self as registry, cost, CallableOf, ModelId};
use polkadot_sdk::{
	frame_support::{ensure, storage::with_storage_layer, traits::Get, weights::Weight},
	sp_runtime::{
		traits::{Saturating, Zero},
		DispatchError,
	},
};

/// Stages of a pipeline, at most: preprocessing, a few models and postprocessing; and no pipeline
/// takes more of a block's receipts than that.
pub const MAX_PIPELINE_STAGES: u32 = 8;

/// Models that fit each other, in order.
pub struct Pipeline<T: Config> {
	stages: Vec<CallableOf<T>>,
}

/// A stage that was settled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage<Balance> {
	/// Its model.
	pub model: ModelId,
	/// What it left.
	pub settled: Settled<Balance>,
}

/// What a settled pipeline gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piped<Balance> {
	/// The stages in order.
	pub stages: Vec<Stage<Balance>>,
	/// The last one's outputs, in signature order.
	pub tensors: Vec<Tensor>,
	/// What all of it takes.
	pub weight: Weight,
}

/// Why a pipeline was refused or failed: because of one of its stages, or as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PipelineFault {
	/// The stage, from 0; `None` when it isn't about one.
	pub stage: Option<u32>,
	/// Why.
	pub fault: InferFault,
	/// When the stage doesn't take what the one before gives: both.
	pub mismatch: Option<Mismatch>,
}

/// Outputs, and the inputs of the next model, which are others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
	/// What the stage takes.
	pub inputs: Vec<TensorSpec>,
	/// What the stage before gives.
	pub outputs: Vec<TensorSpec>,
}

impl PipelineFault {
	fn at(stage: u32, fault: impl Into<InferFault>) -> Self {
		Self { stage: Some(stage), fault: fault.into(), mismatch: None }
	}

	/// The grammar of errors everywhere, with the stage as the first key, and for stages that don't
	/// fit both sides as the last ones: `WrongShape(stage=1,…,takes=float32[1x8],gets=float32[1x4]): …`.
	pub fn message(&self) -> String {
		format!("{self}: {}", self.fault.hint())
	}
}

impl fmt::Display for PipelineFault {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let text = format!("{}", self.fault);
		let (Some(stage), Some((code, rest))) = (self.stage, text.split_once('(')) else {
			return f.write_str(&text);
		};
		let args = rest.strip_suffix(')').unwrap_or(rest);
		let comma = if args.is_empty() { "" } else { "," };
		write!(f, "{code}(stage={stage}{comma}{args}")?;
		if let Some(Mismatch { inputs, outputs }) = &self.mismatch {
			write!(f, ",takes={},gets={}", shown(inputs), shown(outputs))?;
		}
		f.write_str(")")
	}
}

impl From<InferFault> for PipelineFault {
	fn from(fault: InferFault) -> Self {
		Self { stage: None, fault, mismatch: None }
	}
}

/// Specifications without names, as a value of the grammar: `float32[1x4]+int64[]`.
fn shown(specs: &[TensorSpec]) -> String {
	let one = |spec: &TensorSpec| {
		let axes: Vec<_> = spec.shape.iter().map(|length| format!("{length}")).collect();
		format!("{}[{}]", spec.dtype.name(), axes.join("x"))
	};
	specs.iter().map(one).collect::<Vec<_>>().join("+")
}

/// A pipeline that was refused or failed, and what is charged for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PipelineError {
	/// Why.
	pub fault: PipelineFault,
	/// What it took: nothing when it was refused before any work.
	pub weight: Weight,
}

impl From<PipelineFault> for PipelineError {
	fn from(fault: PipelineFault) -> Self {
		Self { fault, weight: Weight::zero() }
	}
}

impl From<InferFault> for PipelineError {
	fn from(fault: InferFault) -> Self {
		PipelineFault::from(fault).into()
	}
}

impl<T: Config> Pipeline<T> {
	/// The signature of the first model.
	pub fn first(&self) -> Option<&ModelSignature> {
		self.stages.first().map(|callable| &callable.signature)
	}

	/// Bytes of the last model's outputs.
	pub fn output_bytes(&self) -> u32 {
		self.stages.last().map_or(0, |callable| callable.costs.output_bytes)
	}

	/// The price of all stages now, OPG base units. One that no balance can express is above every
	/// limit.
	pub fn price(&self) -> BalanceOf<T> {
		self.stages
			.iter()
			.fold(Zero::zero(), |sum: BalanceOf<T>, one| sum.saturating_add(one.price))
	}

	/// The most that all stages take in this block.
	pub fn max_weight(&self) -> Weight {
		self.stages.iter().fold(Weight::zero(), |sum, callable| {
			let bytes = cost::signature_bytes(&callable.signature.inputs);
			let beneficiaries = callable.beneficiaries.len() as u32;
			let fuel = Pallet::<T>::most_charged(callable, 1);
			sum.saturating_add(Pallet::<T>::infer_weight(bytes, beneficiaries, fuel))
		})
	}
}

impl<T: Config> Pallet<T> {
	/// Looks these models up and compares each one's outputs with the next one's inputs: their number,
	/// types and shapes, not their names. Reads as much for each as a quote.
	pub fn pipeline(models: &[ModelId]) -> Result<Pipeline<T>, PipelineFault> {
		let count = u32::try_from(models.len()).unwrap_or(u32::MAX);
		let max = MAX_PIPELINE_STAGES;
		ensure!((1..=max).contains(&count), InferFault::WrongStageCount { stages: count, max });
		let mut stages = Vec::<CallableOf<T>>::with_capacity(models.len());
		for (stage, model) in (0u32..).zip(models) {
			let callable = registry::Pallet::<T>::callable(*model)
				.map_err(|why| PipelineFault::at(stage, InferFault::not_callable(*model, why)))?;
			if let Some(before) = stages.last() {
				let (inputs, outputs) = (&callable.signature.inputs, &before.signature.outputs);
				difference(inputs, outputs).map_err(|error| PipelineFault {
					mismatch: Some(Mismatch { inputs: inputs.clone(), outputs: outputs.clone() }),
					..PipelineFault::at(stage, error)
				})?;
			}
			stages.push(callable);
		}
		Ok(Pipeline { stages })
	}

	/// Runs a pipeline for `caller`, with the prices taken from `source`, which must have all of them
	/// together; a sponsor's allowance is looked at for each stage.
	///
	/// On an error nothing has changed, whatever the caller does with its own storage layer, and the
	/// error says what to charge.
	pub fn do_infer_pipeline(
		caller: &T::AccountId,
		source: &Source<T::AccountId>,
		pipeline: &Pipeline<T>,
		inputs: Vec<Tensor>,
		max_price: BalanceOf<T>,
	) -> Result<Piped<BalanceOf<T>>, PipelineError> {
		let stages = &pipeline.stages;
		let first = stages
			.first()
			.ok_or(InferFault::WrongStageCount { stages: 0, max: MAX_PIPELINE_STAGES })?;
		let price = pipeline.price();
		ensure!(
			price <= max_price,
			InferFault::PriceAboveMax {
				price: registry::Pallet::<T>::balance_u128(price),
				max: registry::Pallet::<T>::balance_u128(max_price),
			}
		);
		inputs::check(&first.signature, &inputs).map_err(|error| PipelineFault::at(0, error))?;
		Self::ensure_room(stages.len() as u32)?;
		let payer = Self::payer(caller, source, first.model, price)?;
		let nothing = Payer { account: caller.clone(), from: PaidFrom::Nothing };

		let mut weight = Weight::zero();
		let mut tensors = inputs;
		let mut runs = Vec::with_capacity(stages.len());
		for (stage, callable) in (0u32..).zip(stages) {
			let bytes = data_bytes(&tensors);
			let warm = Self::is_warm(callable);
			let used = |beneficiaries, run_fuel| {
				Self::infer_weight(bytes, beneficiaries, callable.charged(run_fuel, warm))
			};
			let mut run =
				Self::execute(callable, &tensors).map_err(|FailedRun { fault, run_fuel }| {
					PipelineError {
						fault: PipelineFault::at(stage, fault),
						weight: weight.saturating_add(used(0, run_fuel)),
					}
				})?;
			weight = weight.saturating_add(used(callable.beneficiaries.len() as u32, run.run_fuel));
			tensors = mem::take(&mut run.tensors);
			// Longer ones don't go into the event.
			if run.outputs.len() > T::MaxEventOutput::get() as usize {
				run.outputs = Vec::new();
			}
			runs.push(run);
		}

		let mut stage = 0u32;
		let settled = with_storage_layer(|| {
			stages
				.iter()
				.zip(&runs)
				.map(|(callable, run)| {
					let payer = if callable.price.is_zero() { &nothing } else { &payer };
					let settled = Self::settle(caller, payer, callable, run)?;
					stage = stage.saturating_add(1);
					Ok(Stage { model: callable.model, settled })
				})
				.collect::<Result<Vec<_>, DispatchError>>()
		});
		let stages = settled.map_err(|error| PipelineError {
			fault: PipelineFault::at(stage, InferFault::PaymentFailed { error }),
			weight,
		})?;
		Ok(Piped { stages, tensors, weight })
	}
}

/// How what is given differs from what is taken, as for inputs of a call.
fn difference(takes: &[TensorSpec], gets: &[TensorSpec]) -> Result<(), EngineError> {
	let (expected, got) = (takes.len() as u64, gets.len() as u64);
	if expected != got {
		return Err(EngineError::new(ErrorCode::WrongInputCount, &[expected, got]));
	}
	for (i, (takes, gets)) in (0u64..).zip(takes.iter().zip(gets)) {
		if takes.dtype != gets.dtype {
			let (expected, got) = (takes.dtype.code().into(), gets.dtype.code().into());
			return Err(EngineError::new(ErrorCode::WrongDtype, &[i, expected, got]));
		}
		inputs::check_shape(i, &takes.shape, &gets.shape)?;
	}
	Ok(())
}
