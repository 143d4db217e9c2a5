//! An inference from its checks to its receipt.

use crate::{
	fault::{InferError, InferFault},
	inputs,
	pallet::*,
	payment::{Payer, Source},
	types::*,
	warm::WarmSet,
	BalanceOf, ReceiptOf,
};
use alloc::vec::Vec;
use codec::{Decode, Encode};
use opg_engine_abi::{hash::ResultParts, EngineError, ErrorCode, Tensor};
use opg_engine_interface::{self as engine, RunReport, RunRequest};
use pallet_model_registry::{self as registry, CallableOf, ModelId};
use polkadot_sdk::{
	frame_support::{ensure, storage::with_storage_layer, traits::Get, BoundedVec},
	frame_system,
	sp_core::H256,
	sp_io::hashing::keccak_256,
	sp_runtime::{traits::Zero, DispatchError},
};

type Registry<T> = registry::Pallet<T>;

/// What a run gave, before anything is settled.
pub(crate) struct Run {
	pub(crate) outputs: Vec<u8>,
	pub(crate) tensors: Vec<Tensor>,
	pub(crate) run_fuel: u64,
	pub(crate) input_hash: H256,
	pub(crate) output_hash: H256,
	pub(crate) result_id: H256,
}

/// A run that failed, and the fuel of the run alone that is charged for it.
pub(crate) struct FailedRun {
	pub(crate) fault: InferFault,
	pub(crate) run_fuel: u64,
}

impl<T: Config> Pallet<T> {
	/// Runs a model for `caller`, with the price taken from `source`.
	///
	/// On an error nothing has changed, whatever the caller does with its own storage layer, and
	/// the error says what fuel to charge.
	pub fn do_infer(
		caller: &T::AccountId,
		source: &Source<T::AccountId>,
		model: ModelId,
		inputs: Vec<Tensor>,
		max_price: BalanceOf<T>,
		max_fuel: u64,
	) -> Result<Inference<BalanceOf<T>>, InferError> {
		let callable = Self::checked(model, &inputs, Some(max_price), Some(max_fuel))?;
		Self::ensure_room(1)?;
		let payer = Self::payer(caller, source, model, callable.price)?;
		let warm = Self::is_warm(&callable);
		let charged = |run_fuel: u64| callable.charged(run_fuel, warm);
		let run = Self::execute(&callable, &inputs).map_err(|FailedRun { fault, run_fuel }| {
			InferError { fault, charged_fuel: charged(run_fuel) }
		})?;
		let charged_fuel = charged(run.run_fuel);
		let settled = with_storage_layer(|| Self::settle(caller, &payer, &callable, &run));
		let settled = settled.map_err(|error| InferError {
			fault: InferFault::PaymentFailed { error },
			charged_fuel,
		})?;
		Ok(Inference {
			outputs: run.outputs,
			tensors: run.tensors,
			run_fuel: run.run_fuel,
			charged_fuel,
			price: settled.price,
			protocol_share: settled.protocol_share,
			beneficiaries: callable.beneficiaries.len() as u32,
			receipt: settled.receipt,
			result_id: settled.result_id,
		})
	}

	/// Runs a free model without consequences: no receipt, no event, nothing that a later call sees.
	/// Gives the outputs and the fuel to charge.
	///
	/// A view leaves the warm set as it is: it would be a way to change state in a static call.
	pub fn do_view(
		model: ModelId,
		inputs: &[Tensor],
		max_fuel: u64,
	) -> Result<(Vec<Tensor>, u64), InferError> {
		let callable = Self::checked(model, inputs, None, Some(max_fuel))?;
		let price = callable.price;
		ensure!(price.is_zero(), InferFault::NotFree { price: Registry::<T>::balance_u128(price) });
		let charged = |run_fuel: u64| callable.charged(run_fuel, Self::is_warm(&callable));
		match Self::execute(&callable, inputs) {
			Ok(run) => Ok((run.tensors, charged(run.run_fuel))),
			Err(FailedRun { fault, run_fuel }) => {
				Err(InferError { fault, charged_fuel: charged(run_fuel) })
			},
		}
	}

	/// Everything that can be refused without work and without looking at the payer.
	pub(crate) fn checked(
		model: ModelId,
		inputs: &[Tensor],
		max_price: Option<BalanceOf<T>>,
		max_fuel: Option<u64>,
	) -> Result<CallableOf<T>, InferFault> {
		let callable =
			Registry::<T>::callable(model).map_err(|why| InferFault::not_callable(model, why))?;
		if let Some(max) = max_price {
			let price = callable.price;
			ensure!(
				price <= max,
				InferFault::PriceAboveMax {
					price: Registry::<T>::balance_u128(price),
					max: Registry::<T>::balance_u128(max),
				}
			);
		}
		if let Some(given) = max_fuel {
			let needed = callable.costs.max_fuel();
			ensure!(given >= needed, InferFault::FuelLimitTooLow { needed, given });
		}
		inputs::check(&callable.signature, inputs)?;
		Ok(callable)
	}

	/// Whether a model's load is free in this block.
	pub(crate) fn is_warm(callable: &CallableOf<T>) -> bool {
		T::WarmSet::is_warm(callable.model, callable.costs.image_hash)
	}

	/// The most fuel that a call of so many rows is charged in this block: of a warm model's call
	/// without the load. What a caller that pays by the block, like a precompile, takes beforehand.
	pub fn most_charged(callable: &CallableOf<T>, rows: u32) -> u64 {
		let run_fuel = callable.costs.run_limit.saturating_mul(rows.into());
		callable.charged_batch(rows, run_fuel, Self::is_warm(callable))
	}

	/// The run, and nothing else.
	pub(crate) fn execute(callable: &CallableOf<T>, inputs: &[Tensor]) -> Result<Run, FailedRun> {
		let (request, encoded) = Self::request(callable, inputs);
		let report = engine::run(request, &encoded)
			.map_err(|fault| FailedRun { fault: fault.error.into(), run_fuel: fault.fuel })?;
		Self::judge(callable, &encoded, report)
	}

	/// What the engine is asked, and the encoding of the inputs.
	pub(crate) fn request(callable: &CallableOf<T>, inputs: &[Tensor]) -> (RunRequest, Vec<u8>) {
		let costs = &callable.costs;
		let request = RunRequest {
			engine: callable.engine,
			engine_prefix: callable.engine_prefix.clone(),
			model: callable.model_ref,
			model_prefix: callable.model_prefix.clone(),
			limits: Registry::<T>::limits(),
			load_fuel: costs.load_fuel,
			image_hash: costs.image_hash.0,
			run_limit: costs.run_limit,
		};
		(request, inputs.encode())
	}

	/// What the engine's answer means.
	pub(crate) fn judge(
		callable: &CallableOf<T>,
		encoded: &[u8],
		report: RunReport,
	) -> Result<Run, FailedRun> {
		// The host has decoded the outputs already; other bytes would be a broken engine.
		let tensors = Vec::<Tensor>::decode(&mut &report.outputs[..]).map_err(|_| FailedRun {
			fault: EngineError::new(ErrorCode::RunFailed, &[]).into(),
			run_fuel: report.fuel,
		})?;
		let input_hash = keccak_256(encoded);
		let output_hash = keccak_256(&report.outputs);
		let result_id = ResultParts {
			engine_hash: callable.engine.hash,
			profile: callable.engine.profile,
			model_root: callable.model_ref.root,
			input_hash,
			output_hash,
		}
		.id();
		Ok(Run {
			outputs: report.outputs,
			tensors,
			run_fuel: report.fuel,
			input_hash: input_hash.into(),
			output_hash: output_hash.into(),
			result_id: result_id.into(),
		})
	}

	/// Price, receipt and event of a run that went well.
	pub(crate) fn settle(
		caller: &T::AccountId,
		payer: &Payer<T::AccountId>,
		callable: &CallableOf<T>,
		run: &Run,
	) -> Result<Settled<BalanceOf<T>>, DispatchError> {
		let price = callable.price;
		let protocol_share =
			Self::pay(caller, payer, callable.model, &callable.beneficiaries, price)?;
		let receipt = Self::store_receipt(ReceiptOf::<T> {
			block: frame_system::Pallet::<T>::block_number(),
			index: Self::next_index(),
			caller: caller.clone(),
			payer: payer.account.clone(),
			model: callable.model,
			result_id: run.result_id,
			input_hash: run.input_hash,
			output_hash: run.output_hash,
			fuel: run.run_fuel,
			price,
			protocol_share,
		})?;
		T::WarmSet::touch(callable.model, &callable.costs);
		let short = run.outputs.len() <= T::MaxEventOutput::get() as usize;
		let output = if short { run.outputs.clone() } else { Vec::new() };
		Self::deposit_event(Event::Inferred {
			caller: caller.clone(),
			payer: payer.account.clone(),
			model: callable.model,
			receipt,
			result_id: run.result_id,
			fuel: run.run_fuel,
			price,
			protocol_share,
			output_hash: run.output_hash,
			output: BoundedVec::truncate_from(output),
		});
		Ok(Settled {
			receipt,
			result_id: run.result_id,
			run_fuel: run.run_fuel,
			price,
			protocol_share,
		})
	}
}
