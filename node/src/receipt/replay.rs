//! The run again: engine and model out of the state, on this machine.

use crate::{
	client::{registry, AtBlock, Chain},
	model::{
		engine::{Engine, EngineOptions, Ran},
		failure::Failure,
	},
};
use opg_engine_abi::{hash::ResultParts, EngineRef, Limits, ModelRef, ModelSignature, Tensor};
use pallet_model_registry::{EngineInfo, EngineVersion};

/// What a run is made again of. The host checks both contents against their hashes.
pub struct Parts {
	/// Version of the engine.
	pub version: EngineVersion,
	/// The engine.
	pub engine: EngineRef,
	/// Its bytes as the chain stores them.
	pub engine_bytes: Vec<u8>,
	/// The model.
	pub model: ModelRef,
	/// Its file.
	pub model_bytes: Vec<u8>,
}

/// What the run gave.
pub struct Replayed {
	/// Inputs and outputs of the model.
	pub signature: ModelSignature,
	/// Outputs, fuel, and what the result is made of.
	pub ran: Ran,
}

/// The engine version with which a result has that id, among all that the chain has: a model may have
/// been brought to a newer one since.
pub fn engine_of(
	engines: &[(EngineVersion, EngineInfo<u32>)],
	model_root: [u8; 32],
	input_hash: [u8; 32],
	output_hash: [u8; 32],
	result_id: [u8; 32],
) -> Option<(EngineVersion, EngineInfo<u32>)> {
	let id = |engine: &EngineInfo<u32>| {
		let (engine_hash, profile) = (engine.hash.0, engine.profile);
		ResultParts { engine_hash, profile, model_root, input_hash, output_hash }.id()
	};
	engines.iter().find(|(_, engine)| id(engine) == result_id).copied()
}

/// Fetches engine and model from the state of the best block: contents never change under their ids,
/// and a node that prunes its state has no old one.
pub async fn fetch(
	chain: &AtBlock,
	(version, engine): (EngineVersion, EngineInfo<u32>),
	model_id: u32,
	model: ModelRef,
) -> Result<Parts, Failure> {
	let engine_bytes = registry::content(chain, engine.content, engine.stored_len).await?;
	let model_bytes = registry::content(chain, model_id, model.len).await?;
	Ok(Parts { version, engine: engine.engine_ref(), engine_bytes, model, model_bytes })
}

/// The model as the chain has it.
pub async fn model(chain: &Chain, id: u32) -> Result<ModelRef, Failure> {
	let model = chain.model(id).await?.ok_or_else(|| {
		Failure::new(
			"ContentMissing",
			format!("model {id} was removed from the chain"),
			"check the result with the model's file and `model run`",
		)
	})?;
	Ok(ModelRef { root: model.root.0, len: model.length })
}

/// Loads the model and runs it.
pub fn run(options: &EngineOptions, parts: &Parts, inputs: &[Tensor]) -> Result<Replayed, Failure> {
	let engine = Engine::of(options, parts.engine, &parts.engine_bytes)?;
	let loaded = engine.load_as(parts.model, &parts.model_bytes, Limits::V1.load_fuel)?;
	let ran = engine.run(&loaded, inputs, Limits::V1.run_fuel)?;
	Ok(Replayed { signature: loaded.report.signature, ran })
}

#[cfg(test)]
mod tests {
	use super::*;

	fn engine(hash: u8, profile: u32) -> EngineInfo<u32> {
		EngineInfo {
			content: 1,
			hash: [hash; 32].into(),
			profile,
			raw_len: 1,
			stored_len: 1,
			callable_from: 0,
			disabled_from: Some(3),
		}
	}

	#[test]
	fn the_engine_is_the_one_that_the_result_names_switched_off_or_not() {
		let engines = [(3, engine(7, 2)), (2, engine(7, 1)), (1, engine(6, 1))];
		let id = |engine_hash, profile| {
			let (model_root, input_hash, output_hash) = ([1; 32], [2; 32], [3; 32]);
			ResultParts { engine_hash, profile, model_root, input_hash, output_hash }.id()
		};
		let found = |id| engine_of(&engines, [1; 32], [2; 32], [3; 32], id).map(|(v, _)| v);
		assert_eq!(found(id([7; 32], 2)), Some(3));
		assert_eq!(found(id([7; 32], 1)), Some(2));
		assert_eq!(found(id([6; 32], 1)), Some(1));
		assert_eq!(found(id([6; 32], 2)), None);
		assert_eq!(engine_of(&engines, [9; 32], [2; 32], [3; 32], id([7; 32], 2)), None);
	}
}
