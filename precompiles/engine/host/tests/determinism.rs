//! The released engine gives the same bits, fuel and image whatever the caches and the machine code.

mod common;

use common::{
	config, load,
	released::{cache, data, engine, floats, inputs, mlp_input},
	run,
};
use opg_engine_abi::{DType, LoadReport, RunReport, Tensor};
use opg_engine_host::{Cpu, EngineHost, HostConfig, Lane};
use std::sync::Arc;

const LIMIT: u64 = 100_000_000;

fn host(cpu: Cpu) -> Arc<EngineHost> {
	EngineHost::new(HostConfig { cpu, cache_dir: Some(cache()), ..config() }).expect("supported")
}

/// Models with inputs, odd values among them.
fn cases() -> Vec<(&'static str, Vec<u8>)> {
	let condition = |c| Tensor { dtype: DType::Bool, shape: vec![], data: vec![c] };
	let ramp: Vec<f32> = (0..1024).map(|i| (i as f32 - 512.0) * 1.7e-3).collect();
	let subnormal = vec![f32::from_bits(3); 16];
	vec![
		("mlp.onnx", mlp_input()),
		("mlp.onnx", inputs(&[floats(&[1, 16], &subnormal)])),
		("nan.onnx", inputs(&[floats(&[4], &[0.0, 2.0, f32::INFINITY, f32::NAN])])),
		("branch.onnx", inputs(&[condition(1), floats(&[32, 32], &ramp)])),
		("branch.onnx", inputs(&[condition(0), floats(&[32, 32], &ramp)])),
	]
}

fn all(host: &EngineHost) -> Vec<(LoadReport, RunReport)> {
	let engine = engine();
	cases()
		.into_iter()
		.map(|(file, inputs)| {
			let model = data(file);
			let loaded = load(host, &engine, &model);
			let ran = run(host, &engine, &model, &loaded, &inputs, LIMIT);
			(loaded, ran.expect("no failure").expect("runs"))
		})
		.collect()
}

#[test]
fn machine_code_changes_nothing() {
	let baseline = all(&host(Cpu::Baseline));
	assert!(baseline == all(&host(Cpu::Masked)), "masked");
	// Not for consensus, since NaNs inside of a model may differ; here they don't, because the guest
	// makes those of inputs and outputs canonical.
	assert!(baseline == all(&host(Cpu::NoFma)), "without fused multiply-add");
}

#[test]
fn caches_change_nothing() {
	let warm = host(Cpu::Baseline);
	let first = all(&warm);
	assert!(first == all(&warm), "all cached");
	warm.clear_images();
	assert!(first == all(&warm), "without images");
	warm.forget_engines(false);
	assert!(first == all(&warm), "without engines in memory");
	// Runs from images that this host makes again.
	let engine = engine();
	let cold = host(Cpu::Baseline);
	for ((file, inputs), (loaded, ran)) in cases().into_iter().zip(&first) {
		cold.clear_images();
		let again = run(&cold, &engine, &data(file), loaded, &inputs, LIMIT);
		assert_eq!(again.expect("no failure").as_ref(), Ok(ran));
	}
	// Two images hold less than all.
	let (_, bytes) = warm.images_held();
	let config = HostConfig { image_cache_bytes: bytes / 2, cache_dir: Some(cache()), ..config() };
	let small = EngineHost::new(config).expect("supported");
	assert!(first == all(&small) && first == all(&small), "with little memory");
}

#[test]
fn threads_change_nothing() {
	let host = host(Cpu::Baseline);
	let first = all(&host);
	std::thread::scope(|scope| {
		let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| all(&host))).collect();
		for thread in threads {
			assert!(thread.join().expect("ends") == first);
		}
	});
}

#[test]
fn lanes_change_nothing() {
	let host = host(Cpu::Baseline);
	let (engine, model) = (engine(), data("mlp.onnx"));
	let loaded = load(&host, &engine, &model);
	let rpc = common::load_in(&host, Lane::Rpc, &engine, &model).expect("no failure");
	assert_eq!(rpc.as_ref(), Ok(&loaded));
}

#[test]
fn this_machine_passes_the_self_test() {
	for cpu in [Cpu::Baseline, Cpu::Masked] {
		assert_eq!(host(cpu).self_test(), Ok(()));
	}
}
