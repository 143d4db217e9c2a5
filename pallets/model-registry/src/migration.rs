//! Migration: an owner moves a model to another engine version.
//!
//! A model is pinned to its engine because another one may compute other bits. So its golden vectors
//! are replayed first: the owner gives the canaries of the activation again (their hashes are in
//! state, they are not), the new engine runs them, and if any output differs, the owner has to have
//! accepted that. It works while the old engine is switched off: that is when it is needed most.

use crate::{
	activation::{zero_inputs, Examined, Failure, Meter},
	pallet::*,
	types::*,
	EngineInfoOf, ModelInfoOf,
};
use alloc::{vec, vec::Vec};
use opg_engine_abi::{hash::tensors_hash, Tensor};
use polkadot_sdk::frame_support::ensure;

/// What a migration starts from.
pub(crate) struct Plan<T: Config> {
	info: ModelInfoOf<T>,
	engine_info: EngineInfoOf<T>,
	/// Of the old engine.
	costs: ModelCosts,
	vectors: GoldenVectors,
}

impl<T: Config> Pallet<T> {
	/// Moves a model to another engine. Gives the fuel used, on success and on failure.
	pub(crate) fn do_migrate(
		caller: T::AccountId,
		model: ModelId,
		engine: EngineVersion,
		run_limit: u64,
		canaries: Vec<Vec<Tensor>>,
		accept_change: bool,
		max_fuel: u64,
	) -> Result<u64, Failure<T>> {
		let plan = Self::plan_migration(&caller, model, engine, &canaries).map_err(|e| (e, 0))?;
		let mut meter = Meter::new(max_fuel);
		let examined =
			Self::examine(model, &plan.info, &plan.engine_info, run_limit, canaries, &mut meter)?;
		Self::conclude_migration(model, engine, plan, examined, accept_change)
			.map_err(|error| (error, meter.spent))?;
		Ok(meter.spent)
	}

	/// Judges what the other engine made of a model, and moves the model there.
	pub(crate) fn conclude_migration(
		model: ModelId,
		engine: EngineVersion,
		plan: Plan<T>,
		examined: Examined,
		accept_change: bool,
	) -> Result<(), Error<T>> {
		let Plan { mut info, costs: old_costs, vectors: old_vectors, .. } = plan;
		let Examined { signature, costs, vectors } = examined;
		ensure!(
			Signatures::<T>::get(model).as_ref() == Some(&signature),
			Error::<T>::SignatureDiffers
		);
		let changed = vectors != old_vectors;
		ensure!(!changed || accept_change, Error::<T>::OutputsDiffer);
		// Contracts that can't be changed rely on what a frozen model computes and needs.
		let dearer = costs.max_fuel() > old_costs.max_fuel();
		ensure!(!(info.frozen && (changed || dearer)), Error::<T>::ModelIsFrozen);

		let from = info.engine;
		info.engine = engine;
		info.costs = Some(costs);
		Models::<T>::insert(model, info);
		Vectors::<T>::insert(model, vectors);
		Self::deposit_event(Event::ModelMigrated {
			model,
			from,
			to: engine,
			changed,
			load_fuel: costs.load_fuel,
			run_limit: costs.run_limit,
			typical_fuel: costs.typical_fuel,
			max_fuel: costs.max_fuel(),
		});
		Ok(())
	}

	/// Everything that can be refused before any work of an engine.
	pub(crate) fn plan_migration(
		caller: &T::AccountId,
		model: ModelId,
		engine: EngineVersion,
		canaries: &[Vec<Tensor>],
	) -> Result<Plan<T>, Error<T>> {
		let info = Self::owned(caller, model)?;
		ensure!(
			matches!(info.status, ModelStatus::Active | ModelStatus::Paused),
			Error::<T>::WrongStatus
		);
		ensure!(info.engine != engine, Error::<T>::AlreadyOnEngine);
		let engine_info = Self::callable_engine(engine)?;
		let costs = info.costs.ok_or(Error::<T>::WrongStatus)?;
		let vectors = Vectors::<T>::get(model);
		let zeros;
		let canaries = if canaries.is_empty() {
			let signature = Self::signature(model).ok_or(Error::<T>::WrongStatus)?;
			zeros = vec![zero_inputs(&signature).ok_or(Error::<T>::WrongCanaries)?];
			&zeros
		} else {
			canaries
		};
		ensure!(
			canaries.len() == vectors.len()
				&& canaries.iter().zip(&vectors).all(|(c, v)| tensors_hash(c) == v.inputs.0),
			Error::<T>::WrongCanaries
		);
		Ok(Plan { info, engine_info, costs, vectors })
	}
}
