//! The released engine and the test models.

use super::Engine;
use codec::Encode;
use opg_engine_abi::{DType, EngineRef, Tensor};
use opg_engine_host::EngineHost;
use std::{
	path::PathBuf,
	sync::{Arc, OnceLock},
};

/// Version 1 as it lies in state.
pub fn engine() -> Engine {
	let artefact = opg_engine_blob::ENGINE_V1;
	Engine {
		engine: EngineRef {
			hash: artefact.hash,
			profile: artefact.profile,
			raw_len: artefact.raw_len,
			stored_len: artefact.compressed.len() as u32,
		},
		stored: artefact.compressed.to_vec(),
	}
}

/// A folder of compiled engines that the tests share and keep, so that only the first one compiles.
pub fn cache() -> PathBuf {
	let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("engines");
	std::fs::create_dir_all(&folder).expect("creates");
	let private = std::os::unix::fs::PermissionsExt::from_mode(0o700);
	std::fs::set_permissions(&folder, private).expect("chmod");
	folder
}

/// The host that the tests of one program share: it compiles the engine at most once.
pub fn host() -> Arc<EngineHost> {
	static HOST: OnceLock<Arc<EngineHost>> = OnceLock::new();
	Arc::clone(HOST.get_or_init(|| super::host_with_cache(&cache())))
}

/// A file of `precompiles/engine/testdata`.
pub fn data(name: &str) -> Vec<u8> {
	let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../testdata").join(name);
	std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// A float32 tensor.
pub fn floats(shape: &[u32], values: &[f32]) -> Tensor {
	let data = values.iter().flat_map(|v| v.to_le_bytes()).collect();
	Tensor { dtype: DType::Float32, shape: shape.to_vec(), data }
}

/// The values of a float32 tensor.
pub fn values(tensor: &Tensor) -> Vec<f32> {
	tensor
		.data
		.chunks_exact(4)
		.map(|b| f32::from_le_bytes(b.try_into().expect("four bytes")))
		.collect()
}

/// Inputs as a run takes them.
pub fn inputs(tensors: &[Tensor]) -> Vec<u8> {
	tensors.encode()
}

/// The input of the perceptron.
pub fn mlp_input() -> Vec<u8> {
	let data = data("mlp.in.bin");
	inputs(&[Tensor { dtype: DType::Float32, shape: vec![1, 16], data }])
}
