//! The released engine on real models: values, refusals, hostile files.

mod common;

use codec::Decode;
use common::{
	load, load_in,
	released::{self, data, floats, host, inputs, mlp_input, values},
	run,
};
use opg_engine_abi::{DType, EngineError, ErrorCode, ImageFuel, Limits, RunReport, Tensor};
use opg_engine_host::{EngineHost, Lane, MemorySource};

const LIMIT: u64 = 100_000_000;

fn outputs(report: &RunReport) -> Vec<Tensor> {
	Vec::decode(&mut &report.outputs[..]).expect("tensors")
}

/// Loads and runs a model once.
fn infer(name: &str, tensors: &[Tensor]) -> Vec<Tensor> {
	let (host, engine, model) = (host(), released::engine(), data(name));
	let loaded = load(&host, &engine, &model);
	let ran = run(&host, &engine, &model, &loaded, &inputs(tensors), LIMIT);
	outputs(&ran.expect("no failure").expect("runs"))
}

#[test]
fn the_released_engine_is_valid() {
	assert_eq!(EngineHost::validate_engine(&opg_engine_blob::ENGINE_V1.wasm()), Ok(()));
	let engine = released::engine();
	assert_eq!(EngineHost::check_engine(&engine.engine, &mut engine.source()), Ok(()));
}

#[test]
fn a_perceptron_computes_what_onnx_says() {
	let (host, engine, model) = (host(), released::engine(), data("mlp.onnx"));
	let loaded = load(&host, &engine, &model);
	assert_eq!(loaded.signature.inputs[0].name, b"x");
	assert_eq!(loaded.signature.inputs[0].shape, [1, 16]);
	assert_eq!(loaded.signature.outputs[0].shape, [1, 4]);
	let ran = run(&host, &engine, &model, &loaded, &mlp_input(), LIMIT);
	let got = values(&outputs(&ran.expect("no failure").expect("runs"))[0]);
	let data = data("mlp.out.bin");
	let expected = values(&Tensor { dtype: DType::Float32, shape: vec![1, 4], data });
	assert_eq!(got.len(), expected.len());
	for (got, expected) in got.iter().zip(&expected) {
		assert!((got - expected).abs() <= 1e-5 * expected.abs().max(1.0), "{got} {expected}");
	}
}

#[test]
fn values_pass_unchanged_but_nans_are_canonical() {
	let bits = |bits: [u32; 4]| floats(&[4], &bits.map(f32::from_bits));
	// A denormal, −0, a signalling NaN and a quiet one with a sign.
	let odd = bits([1, 0x8000_0000, 0x7fa0_0001, 0xffc1_2345]);
	let canonical = bits([1, 0x8000_0000, 0x7fc0_0000, 0x7fc0_0000]);
	assert_eq!(infer("identity_f32.onnx", &[odd]), [canonical]);
	let longs = Tensor {
		dtype: DType::Int64,
		shape: vec![4],
		data: [i64::MIN, -1, 0, i64::MAX].iter().flat_map(|v| v.to_le_bytes()).collect(),
	};
	assert_eq!(infer("identity_i64.onnx", core::slice::from_ref(&longs)), [longs]);
	let quotients = infer("nan.onnx", &[floats(&[4], &[0.0, 2.0, f32::INFINITY, -1.0])]);
	let nan = f32::from_bits(0x7fc0_0000);
	assert_eq!(quotients, [floats(&[4], &[nan, 1.0, nan, 1.0])]);
}

#[test]
fn fuel_may_depend_on_data_and_is_exact_all_the_same() {
	let (host, engine, model) = (host(), released::engine(), data("branch.onnx"));
	let loaded = load(&host, &engine, &model);
	let x = floats(&[32, 32], &[0.25; 1024]);
	let fuel = |condition: u8| {
		let c = Tensor { dtype: DType::Bool, shape: vec![], data: vec![condition] };
		let inputs = inputs(&[c, x.clone()]);
		let ran = || {
			let ran = run(&host, &engine, &model, &loaded, &inputs, LIMIT);
			ran.expect("no failure").expect("runs")
		};
		assert_eq!(ran(), ran());
		ran().fuel
	};
	let (multiply, copy) = (fuel(1), fuel(0));
	assert!(multiply > copy + 10_000, "{multiply} {copy}");
}

#[test]
fn what_cannot_be_promised_is_refused_with_its_reason() {
	let (host, engine) = (host(), released::engine());
	for (file, code) in [
		("random.onnx", ErrorCode::RandomOperator),
		("foreign.onnx", ErrorCode::ForeignDomain),
		("symbolic.onnx", ErrorCode::SymbolicDimension),
		("make.py", ErrorCode::NotOnnx),
	] {
		let fault = load_in(&host, Lane::Consensus, &engine, &data(file))
			.expect("no failure")
			.expect_err(file);
		assert_eq!(fault.fault.error.code, code, "{file}: {}", fault.refusal.node());
	}
	let limits = Limits { model_bytes: 100, ..Limits::V1 };
	let mlp = data("mlp.onnx");
	let fault = host
		.load(
			Lane::Consensus,
			&engine.engine,
			&mut engine.source(),
			&common::model_ref(&mlp),
			&mut MemorySource::new(&mlp),
			&limits,
			u64::MAX,
			ImageFuel::default(),
		)
		.expect("no failure")
		.expect_err("is too large");
	let args = [mlp.len() as u64, 100];
	assert_eq!(fault.fault.error, EngineError::new(ErrorCode::ModelTooLarge, &args));
}

#[test]
fn wrong_inputs_are_refused() {
	let (host, engine, model) = (host(), released::engine(), data("mlp.onnx"));
	let loaded = load(&host, &engine, &model);
	let refused = |inputs: &[u8]| {
		run(&host, &engine, &model, &loaded, inputs, LIMIT)
			.expect("no failure")
			.expect_err("is refused")
			.fault
			.error
	};
	let x = |shape: &[u32], n: usize| floats(shape, &vec![0.0; n]);
	assert_eq!(refused(&inputs(&[])), EngineError::new(ErrorCode::WrongInputCount, &[1, 0]));
	assert_eq!(
		refused(&inputs(&[x(&[1, 15], 15)])),
		EngineError::new(ErrorCode::WrongShape, &[0, 1, 16, 15])
	);
	assert_eq!(
		refused(&inputs(&[x(&[1, 16], 15)])),
		EngineError::new(ErrorCode::WrongDataLength, &[0, 64, 60])
	);
	assert_eq!(refused(&[1, 2, 3]), EngineError::new(ErrorCode::MalformedInput, &[]));
	let too_long = vec![0; Limits::V1.input_bytes as usize + 100_000];
	assert_eq!(refused(&too_long).code, ErrorCode::TensorTooLarge);
}

#[test]
fn hostile_files_end_with_a_typed_fault() {
	let host = common::host_with_cache(&released::cache());
	let engine = released::engine();
	for file in ["huge.onnx", "expand.onnx", "slow.onnx"] {
		let model = data(file);
		let loaded = host
			.load(
				Lane::Consensus,
				&engine.engine,
				&mut engine.source(),
				&common::model_ref(&model),
				&mut MemorySource::new(&model),
				&Limits::V1,
				500_000_000,
				ImageFuel::default(),
			)
			.expect("no failure");
		// A file may also load and fail when it runs: its size depends on no input.
		let fault = match loaded {
			Err(fault) => fault,
			Ok(loaded) => {
				run(&host, &engine, &model, &loaded, &inputs(&[floats(&[1], &[1.0])]), LIMIT)
					.expect("no failure")
					.expect_err(file)
			},
		};
		println!(
			"{file}: {} with {} fuel: {}",
			fault.fault.error,
			fault.fault.fuel,
			fault.refusal.node()
		);
		assert!(fault.fault.fuel <= 500_000_000);
	}
	assert_eq!(host.metrics().failures, 0);
}

#[test]
fn a_file_is_described_supported_or_not() {
	let (host, engine) = (host(), released::engine());
	let inspect = |file: &str| {
		host.inspect(&engine.engine, &mut engine.source(), &data(file), 1_000_000_000)
			.expect("no failure")
	};
	let described = inspect("random.onnx").expect("is described");
	assert_eq!(described.operators[0].name, b"RandomNormalLike");
	assert!(!described.operators[0].supported);
	let described = inspect("symbolic.onnx").expect("is described");
	assert_eq!(described.inputs[0].shape, [Err(b"batch".to_vec()), Ok(4)]);
	assert_eq!(inspect("mlp.onnx").expect("is described").parameters, 16 * 32 + 32 + 32 * 4 + 4);
	let fault = inspect("make.py").expect_err("is no model");
	assert_eq!(fault.fault.error.code, ErrorCode::NotOnnx);
}
