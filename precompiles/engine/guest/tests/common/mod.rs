//! Small ONNX models, built by hand.

#![allow(dead_code)] // Each test file uses its own part.

pub mod ml;
pub mod one;

use codec::Encode;
use opg_engine_abi::{DType, ErrorCode, Limits, Refusal, Tensor};
use opg_engine_guest::load::{load, Loaded};
use prost::Message;
use tract_onnx::pb::{
	attribute_proto::AttributeType,
	tensor_shape_proto::{dimension::Value, Dimension},
	type_proto, AttributeProto, GraphProto, ModelProto, NodeProto, OperatorSetIdProto, TensorProto,
	TensorShapeProto, TypeProto, ValueInfoProto,
};

/// A value with dtype and shape; negative dimensions become the symbol `N`.
pub fn value(name: &str, dtype: DType, shape: &[i64]) -> ValueInfoProto {
	let dim = |d: &i64| Dimension {
		denotation: String::new(),
		value: Some(if *d < 0 { Value::DimParam("N".into()) } else { Value::DimValue(*d) }),
	};
	let tensor = type_proto::Tensor {
		elem_type: i32::from(dtype.code()),
		shape: Some(TensorShapeProto { dim: shape.iter().map(dim).collect() }),
	};
	ValueInfoProto {
		name: name.into(),
		r#type: Some(TypeProto {
			denotation: String::new(),
			value: Some(type_proto::Value::TensorType(tensor)),
		}),
		doc_string: String::new(),
	}
}

/// A float32 value.
pub fn f32_value(name: &str, shape: &[i64]) -> ValueInfoProto {
	value(name, DType::Float32, shape)
}

/// A float32 initialiser.
pub fn weight(name: &str, dims: &[i64], elements: &[f32]) -> TensorProto {
	TensorProto {
		name: name.into(),
		dims: dims.to_vec(),
		data_type: 1,
		raw_data: elements.iter().flat_map(|x| x.to_le_bytes()).collect(),
		..Default::default()
	}
}

/// A node of `ai.onnx`.
pub fn node(operator: &str, inputs: &[&str], outputs: &[&str]) -> NodeProto {
	NodeProto {
		op_type: operator.into(),
		input: inputs.iter().map(|name| name.to_string()).collect(),
		output: outputs.iter().map(|name| name.to_string()).collect(),
		..Default::default()
	}
}

pub fn int(name: &str, i: i64) -> AttributeProto {
	let r#type = AttributeType::Int as i32;
	AttributeProto { name: name.into(), r#type, i, ..Default::default() }
}

pub fn ints(name: &str, ints: &[i64]) -> AttributeProto {
	let r#type = AttributeType::Ints as i32;
	AttributeProto { name: name.into(), r#type, ints: ints.to_vec(), ..Default::default() }
}

pub fn float(name: &str, f: f32) -> AttributeProto {
	let r#type = AttributeType::Float as i32;
	AttributeProto { name: name.into(), r#type, f, ..Default::default() }
}

pub fn list(name: &str, floats: &[f32]) -> AttributeProto {
	let r#type = AttributeType::Floats as i32;
	AttributeProto { name: name.into(), r#type, floats: floats.to_vec(), ..Default::default() }
}

pub fn string(name: &str, s: &str) -> AttributeProto {
	let r#type = AttributeType::String as i32;
	AttributeProto { name: name.into(), r#type, s: s.into(), ..Default::default() }
}

pub fn tensor(name: &str, tensor: TensorProto) -> AttributeProto {
	let r#type = AttributeType::Tensor as i32;
	AttributeProto { name: name.into(), r#type, t: Some(tensor), ..Default::default() }
}

pub fn subgraph(name: &str, graph: GraphProto) -> AttributeProto {
	let r#type = AttributeType::Graph as i32;
	AttributeProto { name: name.into(), r#type, g: Some(graph), ..Default::default() }
}

pub fn opset(domain: &str, version: i64) -> OperatorSetIdProto {
	OperatorSetIdProto { domain: domain.into(), version }
}

/// A model of opset 17.
pub fn model(graph: GraphProto) -> ModelProto {
	ModelProto {
		ir_version: 8,
		producer_name: "tests".into(),
		opset_import: vec![opset("", 17)],
		graph: Some(graph),
		..Default::default()
	}
}

/// `y = Relu(x)` on float32 of shape [2, 3].
pub fn relu() -> ModelProto {
	model(GraphProto {
		name: "g".into(),
		node: vec![node("Relu", &["x"], &["y"])],
		input: vec![f32_value("x", &[2, 3])],
		output: vec![f32_value("y", &[2, 3])],
		..Default::default()
	})
}

/// The graph of a model, to change it.
pub fn graph(model: &mut ModelProto) -> &mut GraphProto {
	model.graph.as_mut().expect("these models have graphs")
}

pub fn load_model(model: &ModelProto) -> Result<Loaded, Refusal> {
	load(Limits::V1, model.encode_to_vec())
}

/// The refusal of a model, as code and integers.
pub fn refusal(model: &ModelProto) -> (ErrorCode, [u64; 4]) {
	match load_model(model) {
		Ok(_) => panic!("was loaded"),
		Err(refusal) => (refusal.error.code, refusal.error.args),
	}
}

pub fn f32_tensor(shape: &[u32], elements: &[f32]) -> Tensor {
	let data = elements.iter().flat_map(|x| x.to_le_bytes()).collect();
	Tensor { dtype: DType::Float32, shape: shape.to_vec(), data }
}

pub fn floats(tensor: &Tensor) -> Vec<f32> {
	let (elements, _) = tensor.data.as_chunks::<4>();
	elements.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect()
}

pub fn run(loaded: &Loaded, inputs: &[Tensor]) -> Result<Vec<Tensor>, Refusal> {
	opg_engine_guest::run::run(loaded, &inputs.to_vec().encode())
}
