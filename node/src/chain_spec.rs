//! Development and local networks, with the engine in genesis.
//!
//! The runtime's presets hold everything but the engine: it would not fit a runtime upgrade. It is
//! added here, compressed, as one hexadecimal string.

use crate::service::HostFunctions;
use opg_engine_blob::EngineArtefact;
use opg_runtime::{chain_params::DEFAULT_SLOT_DURATION_MS, genesis, WASM_BINARY};
use pallet_model_registry::genesis::GenesisEngine;
use polkadot_sdk::sc_service::{self, ChainType, GenericChainSpec, Properties};
use serde_json::{json, Value};

/// A chain specification whose genesis may call the engine's host functions.
pub type ChainSpec = GenericChainSpec<Option<()>, HostFunctions>;

/// Validators of `--chain local` when nothing else is said.
pub const DEFAULT_VALIDATORS: u32 = 2;

/// The name by which a chain is chosen on the command line.
#[derive(Debug, PartialEq, Eq)]
enum Name<'a> {
	/// `dev`.
	Development,
	/// `local[:VALIDATORS[:SLOT_MS]]`.
	Local { validators: Option<u32>, slot_ms: Option<u64> },
	/// Path of a file.
	File(&'a str),
}

impl<'a> Name<'a> {
	fn parse(id: &'a str) -> Result<Self, String> {
		let mut parts = id.split(':');
		match parts.next() {
			Some("dev") if id == "dev" => Ok(Self::Development),
			// Without `--chain`.
			Some("") if id.is_empty() => Ok(Self::Local { validators: None, slot_ms: None }),
			Some("local") => {
				let usage = || {
					format!("`{id}`: expected local, local:VALIDATORS or local:VALIDATORS:SLOT_MS")
				};
				let validators =
					parts.next().map(|n| n.parse().map_err(|_| usage())).transpose()?;
				let slot_ms = parts.next().map(|n| n.parse().map_err(|_| usage())).transpose()?;
				match parts.next() {
					None => Ok(Self::Local { validators, slot_ms }),
					Some(_) => Err(usage()),
				}
			},
			_ => Ok(Self::File(id)),
		}
	}
}

/// The chain that `--chain id` names, with `--validators` and `--slot-duration` for a local one.
///
/// # Errors
/// A text for the user: an unknown name, numbers out of range, a file that can't be read.
pub fn load(
	id: &str,
	validators: Option<u32>,
	slot_ms: Option<u64>,
) -> Result<Box<dyn sc_service::ChainSpec>, String> {
	let name = Name::parse(id)?;
	if !matches!(name, Name::Local { .. }) && (validators.is_some() || slot_ms.is_some()) {
		return Err("--validators and --slot-duration go with `--chain local` only".into());
	}
	match name {
		Name::Development => Ok(Box::new(development()?)),
		Name::Local { validators: in_name, slot_ms: ms_in_name } => Ok(Box::new(local(
			one_of("--validators", validators, in_name)?.unwrap_or(DEFAULT_VALIDATORS),
			one_of("--slot-duration", slot_ms, ms_in_name)?.unwrap_or(DEFAULT_SLOT_DURATION_MS),
		)?)),
		Name::File(path) => Ok(Box::new(ChainSpec::from_json_file(path.into())?)),
	}
}

/// A number that may be given by a flag and in the chain's name, if both agree.
fn one_of<T: PartialEq>(flag: &str, a: Option<T>, b: Option<T>) -> Result<Option<T>, String> {
	match (a, b) {
		(Some(a), Some(b)) if a != b => Err(format!("{flag} contradicts the name of the chain")),
		(a, b) => Ok(a.or(b)),
	}
}

/// A chain of one validator, Alice.
///
/// # Errors
/// When the runtime was built without its wasm.
pub fn development() -> Result<ChainSpec, String> {
	build("OPG Development", "opg_dev", ChainType::Development, 1, DEFAULT_SLOT_DURATION_MS)
}

/// A network of up to six validators with public keys, for tests.
///
/// # Errors
/// When the numbers are out of range, or the runtime was built without its wasm.
pub fn local(validators: u32, slot_ms: u64) -> Result<ChainSpec, String> {
	// Other numbers make another genesis, so they get another folder in the same base path.
	let id = match (validators, slot_ms) {
		(DEFAULT_VALIDATORS, DEFAULT_SLOT_DURATION_MS) => "opg_local".to_string(),
		_ => format!("opg_local_{validators}_{slot_ms}"),
	};
	build("OPG Local Testnet", &id, ChainType::Local, validators, slot_ms)
}

fn build(
	name: &str,
	id: &str,
	kind: ChainType,
	validators: u32,
	slot_ms: u64,
) -> Result<ChainSpec, String> {
	let code = WASM_BINARY.ok_or(
		"this binary was built without the runtime's wasm: build again without SKIP_WASM_BUILD",
	)?;
	let genesis = genesis::local(validators as usize, slot_ms)
		.ok_or("a local network has 1 to 6 validators and slots of at least 2 ms")?;
	Ok(ChainSpec::builder(code, None)
		.with_name(name)
		.with_id(id)
		.with_chain_type(kind)
		.with_protocol_id("opg")
		.with_properties(properties())
		.with_genesis_config_patch(with_engine(genesis)?)
		.build())
}

/// The genesis patch with the engine. Genesis starts with version 1; a chain gets later versions by
/// upload, like every other network that is running by then.
fn with_engine(mut genesis: Value) -> Result<Value, String> {
	let engine = serde_json::to_value(genesis_engine(&opg_engine_blob::ENGINE_V1))
		.map_err(|e| format!("the engine's genesis entry: {e}"))?;
	let patch = genesis.as_object_mut().ok_or("the runtime's genesis patch is no JSON object")?;
	patch.insert("modelRegistry".into(), json!({ "engines": [engine] }));
	Ok(genesis)
}

fn genesis_engine(artefact: &EngineArtefact) -> GenesisEngine {
	GenesisEngine {
		version: artefact.version,
		profile: artefact.profile,
		raw_hash: artefact.hash.into(),
		raw_len: artefact.raw_len,
		compressed: artefact.compressed.to_vec(),
	}
}

fn properties() -> Properties {
	let mut properties = Properties::new();
	properties.insert("tokenSymbol".into(), "OPG".into());
	properties.insert("tokenDecimals".into(), 18.into());
	properties.insert("ss58Format".into(), 42.into());
	properties
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn names_are_parsed() {
		let local = |validators, slot_ms| Ok(Name::Local { validators, slot_ms });
		assert_eq!(Name::parse("dev"), Ok(Name::Development));
		assert_eq!(Name::parse(""), local(None, None));
		assert_eq!(Name::parse("local"), local(None, None));
		assert_eq!(Name::parse("local:4"), local(Some(4), None));
		assert_eq!(Name::parse("local:4:1000"), local(Some(4), Some(1_000)));
		assert_eq!(Name::parse("./local.json"), Ok(Name::File("./local.json")));
		for bad in ["local:", "local:x", "local:1:", "local:1:2:3"] {
			assert!(Name::parse(bad).is_err(), "{bad}");
		}
	}

	#[test]
	fn a_flag_may_repeat_but_not_contradict_the_name() {
		assert_eq!(one_of("--validators", Some(4), Some(4)), Ok(Some(4)));
		assert_eq!(one_of("--validators", None, Some(4)), Ok(Some(4)));
		assert!(one_of("--validators", Some(2), Some(4)).is_err());
		assert!(load("dev", Some(2), None).is_err());
	}

	#[test]
	fn every_network_has_the_engine_in_genesis() {
		for genesis in [genesis::local(1, 6_000), genesis::local(6, 1_000)] {
			let patch = with_engine(genesis.expect("numbers are in range")).expect("is an object");
			let engine = &patch["modelRegistry"]["engines"][0];
			assert_eq!(engine["version"], 1);
			assert!(engine["compressed"].as_str().is_some_and(|hex| hex.len() > 1_000_000));
		}
	}
}
