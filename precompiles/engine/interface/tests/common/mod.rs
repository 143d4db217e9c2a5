//! State with the released engine and a model in it.

#![allow(dead_code)]

use codec::Encode;
use opg_engine_abi::{
	hash::content_root_of, DType, EngineRef, ImageFuel, Limits, ModelRef, Tensor, CHUNK_BYTES,
};
use opg_engine_host::{EngineHost, HostConfig};
use opg_engine_interface::{chunk_key, LoadReport, LoadRequest, RunRequest};
use polkadot_sdk::sp_io::TestExternalities;
use std::{
	os::unix::fs::PermissionsExt,
	path::PathBuf,
	sync::{Arc, Once, OnceLock},
};

pub const ENGINE: &[u8] = b"engine chunks ";
pub const MODEL: &[u8] = b"model chunks ";

/// A file of `precompiles/engine/testdata`.
pub fn data(name: &str) -> Vec<u8> {
	let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../testdata").join(name);
	std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Keeps the compiled engine between test programs.
fn config() -> HostConfig {
	let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("engines");
	std::fs::create_dir_all(&folder).expect("creates");
	std::fs::set_permissions(&folder, PermissionsExt::from_mode(0o700)).expect("chmod");
	HostConfig { cache_dir: Some(folder), ..HostConfig::default() }
}

/// Configures the global host.
pub fn global() -> Arc<EngineHost> {
	static ONCE: Once = Once::new();
	ONCE.call_once(|| {
		EngineHost::configure_global(config()).expect("is the first");
	});
	EngineHost::global()
}

/// Another host, for extensions.
pub fn other() -> Arc<EngineHost> {
	static HOST: OnceLock<Arc<EngineHost>> = OnceLock::new();
	// After the global one has compiled.
	global();
	Arc::clone(HOST.get_or_init(|| EngineHost::new(config()).expect("supported")))
}

pub fn engine() -> EngineRef {
	let engine = opg_engine_blob::ENGINE_V1;
	EngineRef {
		hash: engine.hash,
		profile: engine.profile,
		raw_len: engine.raw_len,
		stored_len: engine.compressed.len() as u32,
	}
}

pub fn model() -> Vec<u8> {
	data("mlp.onnx")
}

/// Writes a content as the pallets do.
pub fn store(ext: &mut TestExternalities, prefix: &[u8], bytes: &[u8]) {
	for (index, chunk) in (0..).zip(bytes.chunks(CHUNK_BYTES as usize)) {
		ext.insert(chunk_key(prefix, index), chunk.to_vec().encode());
	}
}

/// State with engine and model.
pub fn state() -> TestExternalities {
	let mut ext = TestExternalities::default();
	store(&mut ext, ENGINE, opg_engine_blob::ENGINE_V1.compressed);
	store(&mut ext, MODEL, &model());
	ext
}

pub fn load_request() -> LoadRequest {
	let model = model();
	LoadRequest {
		engine: engine(),
		engine_prefix: ENGINE.to_vec(),
		model: ModelRef { root: content_root_of(&model), len: model.len() as u32 },
		model_prefix: MODEL.to_vec(),
		limits: Limits::V1,
		max_fuel: u64::MAX,
		image_fuel: ImageFuel::default(),
	}
}

pub fn run_request(loaded: &LoadReport) -> RunRequest {
	let LoadRequest { engine, engine_prefix, model, model_prefix, limits, .. } = load_request();
	RunRequest {
		engine,
		engine_prefix,
		model,
		model_prefix,
		limits,
		load_fuel: loaded.load_fuel,
		image_hash: loaded.image_hash,
		run_limit: 100_000_000,
	}
}

pub fn inputs() -> Vec<u8> {
	vec![Tensor { dtype: DType::Float32, shape: vec![1, 16], data: data("mlp.in.bin") }].encode()
}
