//! What is refused before tract sees it, and how.

mod common;

use common::*;
use opg_engine_abi::{DType, ErrorCode, Limits};
use opg_engine_guest::load::load;
use prost::Message;
use tract_onnx::pb::{GraphProto, SparseTensorProto, StringStringEntryProto};

fn code(model: &tract_onnx::pb::ModelProto) -> ErrorCode {
	refusal(model).0
}

#[test]
fn the_plain_model_loads() {
	load_model(&relu()).map(|_| ()).expect("it is valid");
}

#[test]
fn operators_must_be_on_the_list() {
	let mut m = relu();
	graph(&mut m).node[0].op_type = "Loop".into();
	assert_eq!(refusal(&m), (ErrorCode::OperatorUnsupported, [17, 0, 0, 0]));
	graph(&mut m).node[0].op_type = "RandomNormalLike".into();
	assert_eq!(refusal(&m), (ErrorCode::RandomOperator, [17, 0, 0, 0]));
	graph(&mut m).node[0].op_type = "Relu".into();
	graph(&mut m).node[0].domain = "com.microsoft".into();
	assert_eq!(refusal(&m), (ErrorCode::ForeignDomain, [0, 0, 0, 0]));
	m.opset_import.push(opset("com.microsoft", 1));
	assert_eq!(refusal(&m), (ErrorCode::ForeignDomain, [1, 0, 0, 0]));
	let error = load_model(&m).map(|_| ()).unwrap_err();
	assert_eq!(error.node(), "com.microsoft.Relu y");
}

#[test]
fn opsets_must_be_in_range() {
	for version in [0, -1, 6, 25] {
		let mut m = relu();
		m.opset_import = vec![opset("ai.onnx", version)];
		let got = u64::try_from(version).unwrap_or(0);
		assert_eq!(refusal(&m), (ErrorCode::OpsetUnsupported, [got, 7, 24, 0]));
	}
	let mut m = relu();
	m.opset_import.clear();
	assert_eq!(code(&m), ErrorCode::OpsetUnsupported);
	m.opset_import = vec![opset("", 17), opset("ai.onnx", 18)];
	assert_eq!(code(&m), ErrorCode::MalformedGraph);
	// skl2onnx says it twice.
	m.opset_import = vec![opset("", 17), opset("ai.onnx", 17)];
	load_model(&m).map(|_| ()).expect("one version");
	for version in [7, 24] {
		m.opset_import = vec![opset("", version)];
		load_model(&m).map(|_| ()).expect("in range");
	}
}

#[test]
fn weights_must_be_in_the_file_and_dense() {
	let with = |change: fn(&mut tract_onnx::pb::TensorProto)| {
		let mut m = relu();
		let mut w = weight("w", &[3], &[1.0, 2.0, 3.0]);
		change(&mut w);
		graph(&mut m).initializer.push(w);
		m
	};
	load_model(&with(|_| {})).map(|_| ()).expect("an unused weight harms nobody");
	assert_eq!(code(&with(|w| w.data_location = Some(1))), ErrorCode::ExternalData);
	assert_eq!(
		code(&with(|w| w.external_data.push(StringStringEntryProto::default()))),
		ErrorCode::ExternalData
	);
	let changes: [fn(&mut tract_onnx::pb::TensorProto); 6] = [
		|w| w.raw_data.truncate(11),
		|w| w.dims[0] = 4,
		|w| w.dims[0] = -3,
		|w| w.dims = vec![i64::MAX, i64::MAX],
		|w| w.float_data.push(1.0),
		|w| w.name.clear(),
	];
	for change in changes {
		assert_eq!(code(&with(change)), ErrorCode::MalformedGraph);
	}
	assert_eq!(refusal(&with(|w| w.data_type = 16)), (ErrorCode::DtypeUnsupported, [16, 0, 0, 0]));
	assert_eq!(refusal(&with(|w| w.dims = vec![1; 9])), (ErrorCode::RankTooLarge, [9, 8, 0, 0]));

	let mut m = relu();
	graph(&mut m).sparse_initializer.push(SparseTensorProto::default());
	assert_eq!(code(&m), ErrorCode::SparseInitializer);
}

#[test]
fn attributes_are_checked_like_weights() {
	let mut constant = node("Constant", &[], &["c"]);
	let mut w = weight("", &[3], &[1.0, 2.0, 3.0]);
	w.raw_data.pop();
	constant.attribute.push(tensor("value", w));
	let mut m = relu();
	graph(&mut m).node.insert(0, constant);
	assert_eq!(code(&m), ErrorCode::MalformedGraph);

	let mut m = relu();
	graph(&mut m).node[0].attribute = vec![int("a", 1), int("a", 2)];
	assert_eq!(code(&m), ErrorCode::MalformedGraph);
	graph(&mut m).node[0].attribute = vec![subgraph("body", GraphProto::default())];
	assert_eq!(code(&m), ErrorCode::MalformedGraph);
}

#[test]
fn inputs_must_be_concrete() {
	for (shape, axis) in [([-1, 3], 0), ([2, 0], 1)] {
		let mut m = relu();
		graph(&mut m).input[0] = f32_value("x", &shape);
		assert_eq!(refusal(&m), (ErrorCode::SymbolicDimension, [0, axis, 0, 0]));
	}
	let mut m = relu();
	graph(&mut m).input[0] = f32_value("x", &[1; 9]);
	assert_eq!(refusal(&m), (ErrorCode::RankTooLarge, [9, 8, 0, 0]));
	graph(&mut m).input[0] = f32_value("x", &[512, 513]);
	assert_eq!(code(&m), ErrorCode::TensorTooLarge);
	graph(&mut m).input[0] = f32_value("x", &[i64::MAX]);
	assert_eq!(code(&m), ErrorCode::TensorTooLarge);
	graph(&mut m).input[0].r#type = None;
	assert_eq!(code(&m), ErrorCode::DtypeUnsupported);
}

#[test]
fn names_have_one_definition() {
	let mut m = relu();
	graph(&mut m).node.push(node("Relu", &["x"], &["y"]));
	assert_eq!(code(&m), ErrorCode::MalformedGraph);

	let mut m = relu();
	graph(&mut m).node[0].input[0] = "nowhere".into();
	assert_eq!(code(&m), ErrorCode::MalformedGraph);

	let mut m = relu();
	graph(&mut m).output[0].name = "nowhere".into();
	assert_eq!(code(&m), ErrorCode::MalformedGraph);

	let mut m = relu();
	graph(&mut m).output.push(f32_value("y", &[2, 3]));
	assert_eq!(code(&m), ErrorCode::MalformedGraph);

	// A cycle, or nodes out of order.
	let mut m = relu();
	graph(&mut m).node = vec![node("Add", &["x", "b"], &["y"]), node("Relu", &["y"], &["b"])];
	assert_eq!(code(&m), ErrorCode::MalformedGraph);

	let mut m = relu();
	graph(&mut m).output.clear();
	assert_eq!(code(&m), ErrorCode::MalformedGraph);
}

#[test]
fn counts_and_names_are_bounded() {
	let mut m = relu();
	graph(&mut m).input = (0..17).map(|i| f32_value(&format!("x{i}"), &[1])).collect();
	graph(&mut m).node[0].input[0] = "x0".into();
	assert_eq!(refusal(&m), (ErrorCode::TooManyTensors, [17, 16, 0, 0]));

	let mut m = relu();
	let long = "n".repeat(129);
	graph(&mut m).output[0].name = long.clone();
	graph(&mut m).node[0].output[0] = long;
	assert_eq!(refusal(&m), (ErrorCode::NameTooLong, [129, 128, 0, 0]));

	let mut m = relu();
	graph(&mut m).node = (0..20_001).map(|i| node("Relu", &["x"], &[&format!("v{i}")])).collect();
	assert_eq!(refusal(&m), (ErrorCode::TooManyNodes, [20_001, 20_000, 0, 0]));

	let bytes = relu().encode_to_vec();
	let limits = Limits { model_bytes: bytes.len() as u32 - 1, ..Limits::V1 };
	let error = load(limits, bytes).map(|_| ()).unwrap_err().error;
	assert_eq!(error.code, ErrorCode::ModelTooLarge);

	let limits = Limits { signature_bytes: 10, ..Limits::V1 };
	let error = load(limits, relu().encode_to_vec()).map(|_| ()).unwrap_err().error;
	assert_eq!(error.code, ErrorCode::SignatureTooLarge);

	let limits = Limits { output_bytes: 23, ..Limits::V1 };
	let error = load(limits, relu().encode_to_vec()).map(|_| ()).unwrap_err().error;
	assert_eq!((error.code, error.args[0]), (ErrorCode::TensorTooLarge, 24));
}

/// `depth` Ifs inside each other.
fn nested(depth: usize) -> GraphProto {
	let mut inner = node("Relu", &["x"], &[&format!("y{depth}")]);
	if depth > 0 {
		inner = node("If", &["c"], &[&format!("y{depth}")]);
		for branch in ["then_branch", "else_branch"] {
			let mut body = nested(depth - 1);
			if branch == "else_branch" {
				rename(&mut body);
			}
			inner.attribute.push(subgraph(branch, body));
		}
	}
	GraphProto {
		name: "g".into(),
		node: vec![inner],
		output: vec![f32_value(&format!("y{depth}"), &[2, 3])],
		..Default::default()
	}
}

/// The other branch with other names: names are unique in the whole model.
fn rename(body: &mut GraphProto) {
	for node in &mut body.node {
		node.output.iter_mut().for_each(|name| name.push('e'));
		for attribute in &mut node.attribute {
			attribute.g.iter_mut().for_each(rename);
		}
	}
	body.output.iter_mut().for_each(|output| output.name.push('e'));
}

#[test]
fn subgraphs_are_bounded_and_checked() {
	let outer = |depth: usize| {
		let mut g = nested(depth);
		g.input = vec![f32_value("x", &[2, 3]), value("c", DType::Bool, &[])];
		model(g)
	};
	load_model(&outer(1)).map(|_| ()).expect("one If");
	assert_eq!(refusal(&outer(5)), (ErrorCode::NestingTooDeep, [5, 4, 0, 0]));

	// Something inside a branch.
	let mut m = outer(1);
	let body = graph(&mut m).node[0].attribute[1].g.as_mut().unwrap();
	body.node[0].op_type = "RandomUniformLike".into();
	assert_eq!(code(&m), ErrorCode::RandomOperator);
	// A branch that gives more than the node.
	let mut m = outer(1);
	let body = graph(&mut m).node[0].attribute[0].g.as_mut().unwrap();
	body.output.push(body.output[0].clone());
	assert_eq!(code(&m), ErrorCode::MalformedGraph);
	// A branch that gives a value of the graph around it, and one that hides a name.
	let mut m = outer(1);
	let body = graph(&mut m).node[0].attribute[0].g.as_mut().unwrap();
	body.output[0].name = "x".into();
	assert_eq!(code(&m), ErrorCode::MalformedGraph);
	let mut m = outer(1);
	let body = graph(&mut m).node[0].attribute[0].g.as_mut().unwrap();
	body.node[0].output[0] = "x".into();
	assert_eq!(code(&m), ErrorCode::MalformedGraph);
	// No branch at all.
	let mut m = outer(1);
	graph(&mut m).node[0].attribute.pop();
	assert_eq!(code(&m), ErrorCode::MalformedGraph);
}

#[test]
fn analysis_names_the_node() {
	let mut m = relu();
	graph(&mut m).node = vec![node("Add", &["x", "w"], &["y"])];
	graph(&mut m).initializer.push(weight("w", &[5], &[0.0; 5]));
	let error = load_model(&m).map(|_| ()).unwrap_err();
	assert_eq!(error.error.code, ErrorCode::AnalysisFailed);
	assert!(error.node().starts_with('y'), "{}", error.node());
}

#[test]
fn outputs_must_not_depend_on_data() {
	let mut m = relu();
	graph(&mut m).node = vec![node("NonZero", &["x"], &["y"])];
	graph(&mut m).output = vec![value("y", DType::Int64, &[2, -1])];
	let error = load_model(&m).map(|_| ()).unwrap_err();
	assert_eq!(error.error.code, ErrorCode::AnalysisFailed);
	assert!(error.node().starts_with('y'), "{}", error.node());
}

#[test]
fn a_declared_output_type_must_be_true() {
	let mut m = relu();
	graph(&mut m).output = vec![value("y", DType::Int32, &[2, 3])];
	assert_eq!(code(&m), ErrorCode::AnalysisFailed);
}
