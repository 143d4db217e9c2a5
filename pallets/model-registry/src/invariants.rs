//! What must hold after every block. The tests check it after every step.

use crate::{beneficiaries, cost, names, pallet::*, types::*, BalanceOf};
use alloc::collections::BTreeMap;
use opg_engine_abi::hash::{chunk_count, content_root};
use polkadot_sdk::{
	frame_support::{ensure, traits::fungible::InspectHold},
	sp_runtime::{
		traits::{Saturating, Zero},
		TryRuntimeError,
	},
};

impl<T: Config> Pallet<T> {
	/// Checks the pallet's state.
	///
	/// # Invariants
	/// 1. Every account holds, for reason `ModelStorage`, exactly the deposits of its models.
	/// 2. `NextModelId` is above every model's id, and ids of genesis contents are no models.
	/// 3. A model has a manifest; while it isn't being reaped, the manifest has all its hashes and
	///    gives its root.
	/// 4. `uploaded` is the number of its chunks in state, each of the size that its index says.
	/// 5. A model that is or was callable has every chunk, costs, a signature and golden vectors, its
	///    run limit is at least the least for its typical fuel, and its overhead is what its sizes
	///    give.
	/// 6. A draft has neither costs nor signature nor golden vectors; only a callable model is frozen.
	/// 7. Engine versions are 1 to `CurrentEngine`; each has all its chunks, those of an uploaded
	///    one under a model of status `Engine`, whose deposit is 0. Every model's engine exists.
	/// 8. Nothing lies in `Chunks`, `Manifests`, `Signatures`, `Vectors` or
	///    `Beneficiaries` without a model or engine.
	/// 9. Stored beneficiaries are distinct, and their parts make the whole.
	/// 10. Every account holds, for reason `ModelName`, exactly the deposits of its names.
	/// 11. A name is well-formed and has versions, whose numbers ascend up to the last one given, of
	///     models that were created.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		let mut deposits = BTreeMap::<T::AccountId, BalanceOf<T>>::new();
		for (id, info) in Models::<T>::iter() {
			ensure!(id > 0 && id < NextModelId::<T>::get(), "2: a model's id is out of range");
			ensure!(!Self::is_genesis_content(id), "2: a model has the id of a genesis content");
			let sum = deposits.entry(info.owner.clone()).or_insert_with(Zero::zero);
			*sum = sum.saturating_add(info.deposit);
			Self::check_content(id, &info)?;
			Self::check_costs(id, &info)?;
			ensure!(Engines::<T>::contains_key(info.engine), "7: a model's engine is unknown");
		}
		for (owner, deposit) in deposits {
			let held = T::Currency::balance_on_hold(&HoldReason::ModelStorage.into(), &owner);
			ensure!(held == deposit, "1: held funds aren't the sum of the deposits");
		}
		Self::check_engines()?;
		Self::check_names()?;
		Self::check_orphans()
	}

	fn check_names() -> Result<(), TryRuntimeError> {
		let mut deposits = BTreeMap::<T::AccountId, BalanceOf<T>>::new();
		for (name, info) in Names::<T>::iter() {
			ensure!(names::is_alias(&name), "11: a name is malformed");
			ensure!(!info.versions.is_empty(), "11: a name has no versions");
			let mut before = 0;
			for one in &info.versions {
				ensure!(one.version > before, "11: versions don't ascend");
				ensure!(
					one.model > 0 && one.model < NextModelId::<T>::get(),
					"11: a version's model was never created"
				);
				before = one.version;
			}
			ensure!(before <= info.last, "11: a version is above the last one given");
			let sum = deposits.entry(info.owner).or_insert_with(Zero::zero);
			*sum = sum.saturating_add(info.deposit);
		}
		for (owner, deposit) in deposits {
			let held = T::Currency::balance_on_hold(&HoldReason::ModelName.into(), &owner);
			ensure!(held == deposit, "10: held funds aren't the sum of the names' deposits");
		}
		Ok(())
	}

	fn check_content(id: ModelId, info: &crate::ModelInfoOf<T>) -> Result<(), TryRuntimeError> {
		let hashes = Manifests::<T>::get(id).ok_or("3: a model has no manifest")?;
		ensure!(
			u64::from(info.chunks) == chunk_count(u64::from(info.length)),
			"3: length and chunks disagree"
		);
		if hashes.len() as u32 == info.chunks {
			let root = content_root(u64::from(info.length), hashes.iter().map(|h| &h.0));
			ensure!(root == info.root.0, "3: the manifest doesn't give the root");
		} else {
			ensure!(
				matches!(info.status, ModelStatus::Retired),
				"3: a manifest is short and the model isn't retired"
			);
		}
		let mut there: u32 = 0;
		for (index, chunk) in Chunks::<T>::iter_prefix(id) {
			ensure!(index < hashes.len() as u32, "4: a chunk is outside of its manifest");
			ensure!(
				Self::chunk_size(info.length, index) == Some(chunk.len() as u32),
				"4: a chunk has the wrong size"
			);
			there = there.saturating_add(1);
		}
		ensure!(there == info.uploaded, "4: uploaded isn't the number of chunks");
		Ok(())
	}

	fn check_costs(id: ModelId, info: &crate::ModelInfoOf<T>) -> Result<(), TryRuntimeError> {
		let callable = matches!(
			info.status,
			ModelStatus::Active | ModelStatus::Paused | ModelStatus::Retiring { .. }
		);
		ensure!(
			!info.frozen || matches!(info.status, ModelStatus::Active),
			"6: a model that isn't active is frozen"
		);
		if matches!(info.status, ModelStatus::Draft | ModelStatus::Engine) {
			ensure!(info.costs.is_none(), "6: a draft has costs");
			ensure!(!Signatures::<T>::contains_key(id), "6: a draft has a signature");
			ensure!(!Vectors::<T>::contains_key(id), "6: a draft has golden vectors");
		}
		if !callable {
			return Ok(());
		}
		ensure!(info.uploaded == info.chunks, "5: a callable model lacks chunks");
		let costs = info.costs.ok_or("5: a callable model has no costs")?;
		let signature = Self::signature(id).ok_or("5: a callable model has no signature")?;
		ensure!(!Vectors::<T>::get(id).is_empty(), "5: a callable model has no golden vectors");
		ensure!(
			signature.input_bytes() == Some(u64::from(costs.input_bytes))
				&& signature.output_bytes() == Some(u64::from(costs.output_bytes)),
			"5: costs and signature disagree"
		);
		ensure!(
			costs.run_limit >= cost::min_run_limit(costs.typical_fuel),
			"5: a run limit is too low"
		);
		let engine = Engines::<T>::get(info.engine).ok_or("7: a model's engine is unknown")?;
		let overhead = cost::overhead_fuel(&cost::Sizes {
			model_bytes: info.length,
			engine_stored_bytes: engine.stored_len,
			image_pages: costs.image_pages,
			memory_pages: costs.memory_pages,
			input_bytes: costs.input_bytes,
			output_bytes: costs.output_bytes,
		});
		ensure!(overhead == costs.overhead_fuel, "5: an overhead isn't what the sizes give");
		Ok(())
	}

	fn check_engines() -> Result<(), TryRuntimeError> {
		let current = CurrentEngine::<T>::get();
		ensure!(Engines::<T>::iter().count() == current as usize, "7: engine versions have gaps");
		for version in 1..=current {
			let engine = Engines::<T>::get(version).ok_or("7: engine versions have gaps")?;
			let chunks = chunk_count(u64::from(engine.stored_len));
			let there = Chunks::<T>::iter_prefix(engine.content).fold(
				(0u64, 0u64),
				|(n, bytes), (_, chunk)| {
					(n.saturating_add(1), bytes.saturating_add(chunk.len() as u64))
				},
			);
			ensure!(there == (chunks, u64::from(engine.stored_len)), "7: an engine lacks chunks");
			if !Self::is_genesis_content(engine.content) {
				let info = Models::<T>::get(engine.content).ok_or("7: an engine has no upload")?;
				ensure!(matches!(info.status, ModelStatus::Engine), "7: an engine is no engine");
				ensure!(info.deposit.is_zero(), "7: an engine has a deposit");
			}
		}
		Ok(())
	}

	fn check_orphans() -> Result<(), TryRuntimeError> {
		for (content, _) in Chunks::<T>::iter_keys() {
			let engine = Engines::<T>::iter_values().any(|engine| engine.content == content);
			ensure!(engine || Models::<T>::contains_key(content), "8: a chunk belongs to nothing");
		}
		for id in Manifests::<T>::iter_keys() {
			ensure!(Models::<T>::contains_key(id), "8: a manifest belongs to nothing");
		}
		for id in Signatures::<T>::iter_keys() {
			ensure!(Models::<T>::contains_key(id), "8: a signature belongs to nothing");
		}
		for id in Vectors::<T>::iter_keys() {
			ensure!(Models::<T>::contains_key(id), "8: a golden vector belongs to nothing");
		}
		for (id, list) in Beneficiaries::<T>::iter() {
			ensure!(Models::<T>::contains_key(id), "8: beneficiaries belong to nothing");
			ensure!(!list.is_empty(), "9: a list of beneficiaries is empty");
			ensure!(
				beneficiaries::check(&list).is_ok(),
				"9: parts of beneficiaries don't make the whole"
			);
		}
		Ok(())
	}
}
