//! How long calls take. Figures for people, so it only runs when asked:
//! `cargo test --release -p opg-engine-host --test speed -- --ignored --nocapture`, with
//! `OPG_SPEED_MODEL=FILE` for another model than the perceptron (one float32 input).

mod common;

use common::{
	load,
	released::{cache, data, engine, inputs},
	run,
};
use opg_engine_abi::{DType, Tensor};
use opg_engine_host::{EngineHost, HostConfig, Lane, MemorySource};
use std::time::{Duration, Instant};

#[test]
#[ignore = "prints figures"]
fn calls() {
	let cache_dir = Some(cache());
	let config = HostConfig { cache_dir, image_cache_bytes: 1 << 30, ..common::config() };
	let (host, engine) = (EngineHost::new(config).expect("supported"), engine());
	let model = match std::env::var("OPG_SPEED_MODEL") {
		Ok(path) => std::fs::read(path).expect("model"),
		Err(_) => data("mlp.onnx"),
	};
	let start = Instant::now();
	host.prepare_engine(&engine.engine, &mut engine.source()).expect("prepares");
	println!("engine ready in {:?}", start.elapsed());
	let raw = opg_engine_blob::ENGINE_V1.wasm();
	let start = Instant::now();
	EngineHost::validate_engine(&raw).expect("valid");
	println!("engine validated in {:?}", start.elapsed());
	let start = Instant::now();
	EngineHost::check_engine(&engine.engine, &mut engine.source()).expect("valid");
	println!("engine checked in {:?}", start.elapsed());
	let mut loads = Vec::new();
	let mut loaded = None;
	for _ in 0..3 {
		let start = Instant::now();
		loaded = Some(load(&host, &engine, &model));
		loads.push(start.elapsed());
	}
	let loaded = loaded.expect("loaded");
	let start = Instant::now();
	let reference = common::model_ref(&model);
	println!("root of {} bytes: {:?}", model.len(), start.elapsed());
	let metrics = host.metrics();
	println!(
		"load inside the worker: {:?}",
		Duration::from_nanos(metrics.load_nanos / metrics.loads)
	);
	println!(
		"load: {loads:?}, {} fuel, {} changed pages, {} memory pages, images {:?}",
		loaded.load_fuel,
		loaded.image_pages,
		loaded.memory_pages,
		host.images_held()
	);
	let spec = &loaded.signature.inputs[0];
	assert_eq!(spec.dtype, DType::Float32);
	let elements = spec.shape.iter().product::<u32>() as usize;
	let data: Vec<u8> = std::iter::repeat_n(0.5f32.to_le_bytes(), elements).flatten().collect();
	let inputs = inputs(&[Tensor { dtype: spec.dtype, shape: spec.shape.clone(), data }]);
	// A source computes its digests once, like a node's state does.
	let (mut engine_source, mut model_source) = (engine.source(), MemorySource::new(&model));
	run(&host, &engine, &model, &loaded, &inputs, u64::MAX).expect("no failure").expect("runs");
	let mut times = Vec::new();
	let before = host.metrics();
	let until = Instant::now() + Duration::from_secs(3);
	while Instant::now() < until {
		let start = Instant::now();
		common::run_from(
			&host,
			Lane::Consensus,
			&engine,
			&mut engine_source,
			&reference,
			&mut model_source,
			&loaded,
			&inputs,
			u64::MAX,
		)
		.expect("no failure")
		.expect("runs");
		times.push(start.elapsed());
	}
	let after = host.metrics();
	times.sort();
	let runs = after.runs - before.runs;
	println!(
		"run: {} times, best {:?}, median {:?}; {} fuel; mean inside the worker {:?}",
		times.len(),
		times[0],
		times[times.len() / 2],
		(after.run_fuel - before.run_fuel) / runs,
		Duration::from_nanos((after.run_nanos - before.run_nanos) / runs),
	);
}
