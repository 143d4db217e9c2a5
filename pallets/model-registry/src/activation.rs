//! Activation: the engine loads a complete draft and runs its canaries, and what that measured
//! becomes the model's costs.
//!
//! [`Pallet::examine`] is the measuring; a migration to another engine does it again.

use crate::{cost, pallet::*, types::*, EngineInfoOf, ModelInfoOf};
use alloc::{vec, vec::Vec};
use codec::Encode;
use opg_engine_abi::{
	hash::{keccak256, tensors_hash},
	request::{LoadRequest, RunRequest},
	ErrorCode, LoadReport, ModelSignature, Tensor,
};
use opg_engine_interface as engine;
use polkadot_sdk::{
	frame_support::{
		dispatch::{DispatchErrorWithPostInfo, DispatchResultWithPostInfo, Pays, PostDispatchInfo},
		ensure,
		traits::Get,
		weights::Weight,
	},
	frame_system,
};

/// Why an activation or migration failed and the fuel that it is charged.
pub(crate) type Failure<T> = (Error<T>, u64);

/// Fuel spent so far under the caller's limit.
pub(crate) struct Meter {
	pub(crate) spent: u64,
	max: u64,
}

/// What an engine made of a model.
pub(crate) struct Examined {
	pub(crate) signature: StoredSignature,
	pub(crate) costs: ModelCosts,
	/// One for each canary.
	pub(crate) vectors: GoldenVectors,
}

impl Meter {
	pub(crate) fn new(max: u64) -> Self {
		Self { spent: 0, max }
	}

	/// Spends fuel for work that is about to be done. `false`, with everything spent, when the
	/// limit doesn't cover it.
	fn spend(&mut self, fuel: u64) -> bool {
		let spent = self.spent.saturating_add(fuel);
		self.spent = spent.min(self.max);
		spent <= self.max
	}

	fn left(&self) -> u64 {
		self.max.saturating_sub(self.spent)
	}
}

/// A tensor of zeros for every input; `None` when its size doesn't fit the limits.
pub fn zero_inputs(signature: &ModelSignature) -> Option<Vec<Tensor>> {
	let limit = u64::from(opg_engine_abi::Limits::V1.input_bytes);
	signature.input_bytes().filter(|bytes| *bytes <= limit)?;
	signature
		.inputs
		.iter()
		.map(|spec| {
			let len = usize::try_from(spec.byte_len()?).ok()?;
			Some(Tensor { dtype: spec.dtype, shape: spec.shape.clone(), data: vec![0; len] })
		})
		.collect()
}

impl<T: Config> Pallet<T> {
	/// Bytes of all canaries, for the call's weight.
	pub(crate) fn canary_bytes(canaries: &[Vec<Tensor>]) -> u32 {
		u32::try_from(cost::argument_bytes(canaries.iter().flatten())).unwrap_or(u32::MAX)
	}

	/// The result of a call that uses fuel: charged what it used, whether it failed or not.
	pub(crate) fn charged(
		base: Weight,
		outcome: Result<u64, Failure<T>>,
	) -> DispatchResultWithPostInfo {
		let info = |fuel: u64| PostDispatchInfo {
			actual_weight: Some(base.saturating_add(cost::fuel_weight(fuel))),
			pays_fee: Pays::Yes,
		};
		match outcome {
			Ok(used) => Ok(info(used)),
			Err((error, used)) => {
				Err(DispatchErrorWithPostInfo { post_info: info(used), error: error.into() })
			},
		}
	}

	/// Activates a draft. Gives the fuel used, on success and on failure.
	pub(crate) fn do_activate(
		caller: T::AccountId,
		model: ModelId,
		run_limit: u64,
		canaries: Vec<Vec<Tensor>>,
		max_fuel: u64,
	) -> Result<u64, Failure<T>> {
		let (info, engine_info) = Self::ready_draft(&caller, model).map_err(|e| (e, 0))?;
		let mut meter = Meter::new(max_fuel);
		let examined = Self::examine(model, &info, &engine_info, run_limit, canaries, &mut meter)?;
		Self::conclude_activation(&caller, model, info, examined)
			.map_err(|error| (error, meter.spent))?;
		Ok(meter.spent)
	}

	/// Makes a model that was examined callable.
	pub(crate) fn conclude_activation(
		caller: &T::AccountId,
		model: ModelId,
		mut info: ModelInfoOf<T>,
		examined: Examined,
	) -> Result<(), Error<T>> {
		let Examined { signature, costs, vectors } = examined;
		Self::endow_address(caller, model).map_err(|_| Error::<T>::AddressNotEndowed)?;
		info.status = ModelStatus::Active;
		info.costs = Some(costs);
		Models::<T>::insert(model, info);
		Signatures::<T>::insert(model, signature);
		Vectors::<T>::insert(model, vectors);
		Self::deposit_event(Event::ModelActivated {
			model,
			load_fuel: costs.load_fuel,
			run_limit: costs.run_limit,
			typical_fuel: costs.typical_fuel,
			max_fuel: costs.max_fuel(),
		});
		Ok(())
	}

	/// A complete draft of that owner, and its engine if that is callable.
	pub(crate) fn ready_draft(
		caller: &T::AccountId,
		model: ModelId,
	) -> Result<(ModelInfoOf<T>, EngineInfoOf<T>), Error<T>> {
		let info = Self::owned(caller, model)?;
		ensure!(matches!(info.status, ModelStatus::Draft), Error::<T>::WrongStatus);
		ensure!(info.uploaded == info.chunks, Error::<T>::UploadIncomplete);
		let engine_info = Self::callable_engine(info.engine)?;
		Ok((info, engine_info))
	}

	/// An engine version that may be called now.
	pub(crate) fn callable_engine(version: EngineVersion) -> Result<EngineInfoOf<T>, Error<T>> {
		let engine_info = Engines::<T>::get(version).ok_or(Error::<T>::UnknownEngine)?;
		let now = frame_system::Pallet::<T>::block_number();
		ensure!(!engine_info.is_disabled(now), Error::<T>::EngineIsDisabled);
		ensure!(engine_info.is_callable(now), Error::<T>::EngineNotCallable);
		Ok(engine_info)
	}

	/// Loads a model in an engine and runs the canaries. Changes nothing.
	pub(crate) fn examine(
		model: ModelId,
		info: &ModelInfoOf<T>,
		engine_info: &EngineInfoOf<T>,
		run_limit: u64,
		canaries: Vec<Vec<Tensor>>,
		meter: &mut Meter,
	) -> Result<Examined, Failure<T>> {
		let report = load::<T>(model, info, engine_info, meter)?;
		let (costs, vectors) =
			Self::measure(model, info, engine_info, &report, run_limit, canaries, meter)?;
		let signature = StoredSignature::try_from(report.signature.encode())
			.map_err(|_| (refused(ErrorCode::SignatureTooLarge), meter.spent))?;
		ensure!(
			cost::fuel_ref_time(costs.max_fuel()) <= T::MaxCallRefTime::get(),
			(Error::<T>::CallTooExpensive, meter.spent)
		);
		Ok(Examined { signature, costs, vectors })
	}

	/// Runs the canaries, or zeros, and adds up what a call costs.
	fn measure(
		model: ModelId,
		info: &ModelInfoOf<T>,
		engine_info: &EngineInfoOf<T>,
		report: &LoadReport,
		run_limit: u64,
		canaries: Vec<Vec<Tensor>>,
		meter: &mut Meter,
	) -> Result<(ModelCosts, GoldenVectors), Failure<T>> {
		let limits = Self::limits();
		let signature = &report.signature;
		let too_large = (refused(ErrorCode::TensorTooLarge), meter.spent);
		let bytes = |total: Option<u64>, limit: u32| {
			total.and_then(|n| u32::try_from(n).ok()).filter(|n| *n <= limit)
		};
		let Some(input_bytes) = bytes(signature.input_bytes(), limits.input_bytes) else {
			return Err(too_large);
		};
		let Some(output_bytes) = bytes(signature.output_bytes(), limits.output_bytes) else {
			return Err(too_large);
		};
		ensure!(run_limit <= limits.run_fuel, (Error::<T>::RunLimitTooHigh, meter.spent));
		let canaries = if canaries.is_empty() {
			match zero_inputs(signature) {
				Some(zeros) => vec![zeros],
				None => return Err((refused(ErrorCode::TensorTooLarge), meter.spent)),
			}
		} else {
			canaries
		};

		let overhead = cost::image_fuel(report.image_pages, report.memory_pages)
			.saturating_add(cost::run_overhead_fuel(input_bytes, output_bytes));
		let wanted = if run_limit == 0 { limits.run_fuel } else { run_limit };
		let mut typical_fuel = 0;
		let mut vectors = GoldenVectors::new();
		for canary in canaries {
			if !meter.spend(overhead) || meter.left() == 0 {
				return Err((Error::<T>::FuelLimitTooLow, meter.spent));
			}
			let limit = wanted.min(meter.left());
			let request = RunRequest {
				engine: engine_info.engine_ref(),
				engine_prefix: Self::chunk_prefix(engine_info.content),
				model: Self::model_ref(info),
				model_prefix: Self::chunk_prefix(model),
				limits,
				load_fuel: report.load_fuel,
				image_hash: report.image_hash,
				run_limit: limit,
			};
			match engine::run(request, &canary.encode()) {
				Ok(run) if meter.spend(run.fuel) => {
					typical_fuel = typical_fuel.max(run.fuel);
					let vector = GoldenVector {
						inputs: tensors_hash(&canary).into(),
						// The answer is the encoding that `tensors_hash` takes.
						outputs: keccak256(&run.outputs).into(),
					};
					// Calls take no more canaries than are kept, so this can't fail.
					let kept = vectors.try_push(vector);
					ensure!(kept.is_ok(), (Error::<T>::WrongCanaries, meter.spent));
				},
				Ok(_) => return Err((Error::<T>::FuelLimitTooLow, meter.spent)),
				Err(fault) => {
					meter.spend(fault.fuel);
					let error = match fault.error.code {
						ErrorCode::OutOfFuel if limit < wanted => Error::<T>::FuelLimitTooLow,
						ErrorCode::OutOfFuel if run_limit > 0 => Error::<T>::RunLimitTooLow,
						code => refused(code),
					};
					return Err((error, meter.spent));
				},
			}
		}

		let least = cost::min_run_limit(typical_fuel);
		let run_limit = if run_limit == 0 { least } else { run_limit };
		ensure!(run_limit >= least, (Error::<T>::RunLimitTooLow, meter.spent));
		ensure!(run_limit <= limits.run_fuel, (Error::<T>::RunLimitTooHigh, meter.spent));
		let costs = ModelCosts {
			load_fuel: report.load_fuel,
			image_pages: report.image_pages,
			image_hash: report.image_hash.into(),
			memory_pages: report.memory_pages,
			typical_fuel,
			run_limit,
			input_bytes,
			output_bytes,
			overhead_fuel: cost::overhead_fuel(&cost::Sizes {
				model_bytes: info.length,
				engine_stored_bytes: engine_info.stored_len,
				image_pages: report.image_pages,
				memory_pages: report.memory_pages,
				input_bytes,
				output_bytes,
			}),
		};
		Ok((costs, vectors))
	}
}

/// Loads a model under what the meter has left once its content's fuel is paid.
fn load<T: Config>(
	model: ModelId,
	info: &ModelInfoOf<T>,
	engine_info: &EngineInfoOf<T>,
	meter: &mut Meter,
) -> Result<LoadReport, Failure<T>> {
	let content = cost::content_fuel(info.length, engine_info.stored_len);
	// Before any work, so nothing is charged.
	ensure!(
		content.saturating_add(cost::RUN_BASE_FUEL) < meter.max,
		(Error::<T>::FuelLimitTooLow, 0)
	);
	meter.spend(content);
	let limits = Pallet::<T>::limits();
	let request = LoadRequest {
		engine: engine_info.engine_ref(),
		engine_prefix: Pallet::<T>::chunk_prefix(engine_info.content),
		model: Pallet::<T>::model_ref(info),
		model_prefix: Pallet::<T>::chunk_prefix(model),
		limits,
		max_fuel: meter.left(),
		image_fuel: cost::IMAGE_FUEL,
	};
	match engine::load(request) {
		Ok(report) => {
			let image = cost::image_fuel(report.image_pages, report.memory_pages);
			if meter.spend(report.load_fuel) && meter.spend(image) {
				Ok(report)
			} else {
				Err((Error::<T>::FuelLimitTooLow, meter.spent))
			}
		},
		Err(fault) => {
			meter.spend(fault.fuel);
			let error = match fault.error.code {
				// The first integer is the limit that was hit: the engine's own, or what was left.
				ErrorCode::OutOfFuel if fault.error.args[0] != limits.load_fuel => {
					Error::<T>::FuelLimitTooLow
				},
				code => refused(code),
			};
			Err((error, meter.spent))
		},
	}
}

/// The engine's refusal as this pallet's error.
pub(crate) fn refused<T>(code: ErrorCode) -> Error<T> {
	Error::<T>::EngineRefused(RefusalCode(code))
}

#[cfg(test)]
mod unit {
	use super::*;
	use opg_engine_abi::{DType, TensorSpec};

	#[test]
	fn a_meter_never_spends_more_than_it_has() {
		let mut meter = Meter { spent: 0, max: 10 };
		assert!(meter.spend(10));
		assert_eq!(meter.left(), 0);
		assert!(!meter.spend(1));
		assert!(!meter.spend(u64::MAX));
		assert_eq!(meter.spent, 10);
	}

	#[test]
	fn zeros_have_the_signatures_shape() {
		let spec = |shape: Vec<u32>| TensorSpec { name: vec![], dtype: DType::Float32, shape };
		let signature = |shape| ModelSignature { inputs: vec![spec(shape)], outputs: vec![] };
		let zeros = zero_inputs(&signature(vec![2, 3])).unwrap();
		assert_eq!(zeros[0].data, vec![0; 24]);
		assert_eq!(zeros[0].check(), Ok(()));
		assert_eq!(zero_inputs(&signature(vec![1 << 19])), None);
		assert_eq!(zero_inputs(&signature(vec![u32::MAX; 4])), None);
	}
}
