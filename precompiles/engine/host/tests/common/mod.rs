//! What the tests share: hosts, contents, and a toy engine whose behaviour the test chooses.

#![allow(dead_code)]

pub mod golden;
pub mod golden_host;
pub mod onnx;
pub mod released;
pub mod toy;

use opg_engine_abi::{
	hash::content_root_of, hash::keccak256, ImageFuel, Limits, LoadReport, RunReport,
};
use opg_engine_host::{
	ContentSource, Cpu, EngineHost, EngineRef, HostConfig, Lane, MemorySource, ModelRef, Outcome,
	PROFILE,
};
use std::{os::unix::fs::PermissionsExt, path::Path, sync::Arc};

/// A private temporary folder.
pub fn private_folder() -> tempfile::TempDir {
	let folder = tempfile::tempdir().expect("temporary folder");
	std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o700)).expect("chmod");
	folder
}

/// A host's configuration with its caches in memory only.
pub fn config() -> HostConfig {
	HostConfig {
		cache_dir: None,
		cpu: Cpu::Baseline,
		image_cache_bytes: 64 << 20,
		workers: 2,
		rpc_permits: 1,
	}
}

/// A host without a cache on disk.
pub fn host() -> Arc<EngineHost> {
	EngineHost::new(config()).expect("this machine runs engines")
}

/// A host with a cache on disk.
pub fn host_with_cache(folder: &Path) -> Arc<EngineHost> {
	let config = HostConfig { cache_dir: Some(folder.into()), ..config() };
	EngineHost::new(config).expect("this machine runs engines")
}

/// An engine as it lies in state.
#[derive(Clone)]
pub struct Engine {
	pub engine: EngineRef,
	pub stored: Vec<u8>,
}

impl Engine {
	pub fn new(raw: &[u8]) -> Self {
		let stored = zstd::bulk::compress(raw, 1).expect("compresses");
		let engine = EngineRef {
			hash: keccak256(raw),
			profile: PROFILE,
			raw_len: raw.len() as u32,
			stored_len: stored.len() as u32,
		};
		Self { engine, stored }
	}

	pub fn source(&self) -> MemorySource<'_> {
		MemorySource::new(&self.stored)
	}
}

/// The reference of these bytes.
pub fn model_ref(bytes: &[u8]) -> ModelRef {
	ModelRef { root: content_root_of(bytes), len: bytes.len() as u32 }
}

/// Loads bytes in a lane with all the fuel that the limits allow.
pub fn load_in(
	host: &EngineHost,
	lane: Lane,
	engine: &Engine,
	model: &[u8],
) -> Outcome<LoadReport> {
	host.load(
		lane,
		&engine.engine,
		&mut engine.source(),
		&model_ref(model),
		&mut MemorySource::new(model),
		&Limits::V1,
		u64::MAX,
		ImageFuel::default(),
	)
}

/// Loads bytes; must succeed.
pub fn load(host: &EngineHost, engine: &Engine, model: &[u8]) -> LoadReport {
	load_in(host, Lane::Consensus, engine, model)
		.expect("the node doesn't fail")
		.expect("the model loads")
}

/// Runs a loaded model.
pub fn run(
	host: &EngineHost,
	engine: &Engine,
	model: &[u8],
	loaded: &LoadReport,
	inputs: &[u8],
	limit: u64,
) -> Outcome<RunReport> {
	run_from(
		host,
		Lane::Consensus,
		engine,
		&mut engine.source(),
		&model_ref(model),
		&mut MemorySource::new(model),
		loaded,
		inputs,
		limit,
	)
}

/// Runs a loaded model from given sources.
#[allow(clippy::too_many_arguments)]
pub fn run_from(
	host: &EngineHost,
	lane: Lane,
	engine: &Engine,
	engine_source: &mut dyn ContentSource,
	model: &ModelRef,
	model_source: &mut dyn ContentSource,
	loaded: &LoadReport,
	inputs: &[u8],
	limit: u64,
) -> Outcome<RunReport> {
	host.run(
		lane,
		&engine.engine,
		engine_source,
		model,
		model_source,
		&Limits::V1,
		loaded.load_fuel,
		loaded.image_hash,
		inputs,
		limit,
	)
}
