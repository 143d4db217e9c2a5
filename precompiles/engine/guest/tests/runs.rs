//! Runs and what they refuse; inspection.

mod common;

use codec::Encode;
use common::*;
use opg_engine_abi::{DType, ErrorCode, Tensor};
use opg_engine_guest::{inspect::inspect, load::Loaded};
use prost::Message;
use tract_onnx::pb::{GraphProto, TensorProto};

fn loaded(model: &tract_onnx::pb::ModelProto) -> Loaded {
	load_model(model).unwrap_or_else(|refusal| panic!("{} {}", refusal.error, refusal.node()))
}

/// Two dense layers: [1, 2] → [1, 3] → Relu → [1, 1].
fn mlp() -> tract_onnx::pb::ModelProto {
	let mut second = node("Gemm", &["h", "w2", "b2"], &["y"]);
	second.attribute.push(int("transB", 1));
	model(GraphProto {
		name: "mlp".into(),
		node: vec![
			node("MatMul", &["x", "w1"], &["m"]),
			node("Add", &["m", "b1"], &["a"]),
			node("Relu", &["a"], &["h"]),
			second,
		],
		initializer: vec![
			weight("w1", &[2, 3], &[1.0, -1.0, 0.5, 2.0, 1.0, -0.5]),
			weight("b1", &[3], &[0.0, 0.5, 1.0]),
			weight("w2", &[1, 3], &[1.0, 2.0, 4.0]),
			weight("b2", &[1], &[0.25]),
		],
		input: vec![f32_value("x", &[1, 2])],
		output: vec![f32_value("y", &[1, 1])],
		..Default::default()
	})
}

#[test]
fn an_mlp_runs() {
	let loaded = loaded(&mlp());
	assert_eq!(loaded.signature.inputs.len(), 1);
	assert_eq!(loaded.signature.inputs[0].name, b"x");
	assert_eq!(loaded.signature.outputs[0].shape, [1, 1]);
	let outputs = run(&loaded, &[f32_tensor(&[1, 2], &[1.0, 2.0])]).unwrap();
	// h = relu([5, 1.5, 0.5]), y = 5 + 3 + 2 + 0.25
	assert_eq!(floats(&outputs[0]), [10.25]);
}

#[test]
fn inputs_with_an_initialiser_are_no_inputs() {
	let mut m = mlp();
	graph(&mut m).input.push(f32_value("b1", &[3]));
	let loaded = loaded(&m);
	assert_eq!(loaded.signature.inputs.len(), 1);
	let outputs = run(&loaded, &[f32_tensor(&[1, 2], &[1.0, 2.0])]).unwrap();
	assert_eq!(floats(&outputs[0]), [10.25]);
}

#[test]
fn nodes_may_share_a_name() {
	let mut m = mlp();
	for node in &mut graph(&mut m).node {
		node.name = "w1".into();
	}
	let outputs = run(&loaded(&m), &[f32_tensor(&[1, 2], &[1.0, 2.0])]).unwrap();
	assert_eq!(floats(&outputs[0]), [10.25]);
}

#[test]
fn inputs_are_checked_against_the_signature() {
	let loaded = loaded(&relu());
	let fault = |inputs: &[Tensor]| {
		let error = run(&loaded, inputs).unwrap_err().error;
		(error.code, error.args)
	};
	let good = f32_tensor(&[2, 3], &[0.0; 6]);
	assert!(run(&loaded, std::slice::from_ref(&good)).is_ok());
	assert_eq!(fault(&[]), (ErrorCode::WrongInputCount, [1, 0, 0, 0]));
	assert_eq!(fault(&[good.clone(), good.clone()]), (ErrorCode::WrongInputCount, [1, 2, 0, 0]));
	let other = Tensor { dtype: DType::Int32, ..good.clone() };
	assert_eq!(fault(&[other]), (ErrorCode::WrongDtype, [0, 1, 6, 0]));
	assert_eq!(fault(&[f32_tensor(&[6], &[0.0; 6])]), (ErrorCode::WrongShape, [0, 255, 2, 1]));
	assert_eq!(fault(&[f32_tensor(&[2, 4], &[0.0; 8])]), (ErrorCode::WrongShape, [0, 1, 3, 4]));
	assert_eq!(
		fault(&[f32_tensor(&[2, 3], &[0.0; 5])]),
		(ErrorCode::WrongDataLength, [0, 24, 20, 0])
	);
	for bytes in [&b""[..], b"\x04\x08", b"garbage"] {
		let error = opg_engine_guest::run::run(&loaded, bytes).unwrap_err().error;
		assert_eq!(error.code, ErrorCode::MalformedInput);
	}
	let mut trailing = vec![good].encode();
	trailing.push(0);
	let error = opg_engine_guest::run::run(&loaded, &trailing).unwrap_err().error;
	assert_eq!(error.code, ErrorCode::MalformedInput);
}

#[test]
fn nans_leave_as_they_should() {
	let mut m = relu();
	graph(&mut m).node[0].op_type = "Identity".into();
	let loaded = loaded(&m);
	let odd = f32::from_bits(0xffa1_2345);
	let outputs = run(&loaded, &[f32_tensor(&[2, 3], &[odd, 1.0, -0.0, odd, f32::INFINITY, 2.0])]);
	let bits: Vec<u32> = floats(&outputs.unwrap()[0]).iter().map(|x| x.to_bits()).collect();
	assert_eq!(bits[0], 0x7fc0_0000);
	assert_eq!(bits[3], 0x7fc0_0000);
	assert_eq!(bits[2], 0x8000_0000);
	assert_eq!(bits[4], 0x7f80_0000);
}

#[test]
fn booleans_and_shapes_come_out_as_onnx_has_them() {
	// Shape gives tract's own dimension type inside.
	let mut m = relu();
	graph(&mut m).node = vec![node("Shape", &["x"], &["s"]), node("Equal", &["x", "x"], &["e"])];
	graph(&mut m).output = vec![value("s", DType::Int64, &[2]), value("e", DType::Bool, &[2, 3])];
	let outputs = run(&loaded(&m), &[f32_tensor(&[2, 3], &[0.0; 6])]).unwrap();
	assert_eq!(outputs[0].dtype, DType::Int64);
	assert_eq!(outputs[0].data, [2i64, 3].map(i64::to_le_bytes).concat());
	assert_eq!((outputs[1].dtype, &outputs[1].data[..]), (DType::Bool, &[1u8; 6][..]));
}

#[test]
fn unsigned_weights_are_found_where_onnx_keeps_them() {
	for (dtype, size) in [(DType::Uint32, 4), (DType::Uint64, 8)] {
		let w = TensorProto {
			name: "w".into(),
			dims: vec![2],
			data_type: i32::from(dtype.code()),
			uint64_data: vec![7, 9],
			..Default::default()
		};
		let mut m = relu();
		graph(&mut m).initializer.push(w);
		graph(&mut m).node = vec![node("Identity", &["w"], &["y"])];
		graph(&mut m).output = vec![value("y", dtype, &[2])];
		let outputs = run(&loaded(&m), &[f32_tensor(&[2, 3], &[0.0; 6])]).unwrap();
		assert_eq!((outputs[0].data[0], outputs[0].data[size]), (7, 9));
	}
}

#[test]
fn what_an_operator_refuses_is_a_failed_run() {
	let mut m = relu();
	graph(&mut m).input = vec![value("x", DType::Int32, &[2, 3])];
	graph(&mut m).node = vec![node("Div", &["x", "x"], &["y"])];
	graph(&mut m).output = vec![value("y", DType::Int32, &[2, 3])];
	let x = Tensor { dtype: DType::Int32, shape: vec![2, 3], data: vec![0; 24] };
	let error = run(&loaded(&m), &[x]).unwrap_err();
	assert_eq!(error.error.code, ErrorCode::RunFailed);
	assert!(!error.node.is_empty());
}

#[test]
fn inspection_describes_what_loading_refuses() {
	let mut m = relu();
	graph(&mut m).input[0] = f32_value("x", &[-1, 3]);
	graph(&mut m).node.push(node("Bernoulli", &["y"], &["z"]));
	graph(&mut m).initializer.push(weight("w", &[2, 2], &[0.0; 4]));
	let seen = inspect(m.encode_to_vec()).unwrap();
	assert_eq!((seen.ir_version, seen.parameters, &seen.producer[..]), (8, 4, &b"tests"[..]));
	assert_eq!(seen.opsets, [(Vec::new(), 17)]);
	assert_eq!(seen.inputs[0].shape, [Err(b"N".to_vec()), Ok(3)]);
	let found: Vec<_> = seen.operators.iter().map(|o| (&o.name[..], o.supported)).collect();
	assert_eq!(found, [(&b"Bernoulli"[..], false), (&b"Relu"[..], true)]);
	assert_eq!(inspect(b"no model".to_vec()).unwrap_err().error.code, ErrorCode::NotOnnx);
}
