//! ONNX files for the tests, written field by field (onnx/onnx.proto).

use opg_engine_abi::DType;

/// A model with one input `x: float32[1,4]` and two outputs: the index of the largest element as
/// `int64[1]`, and `2·x` as `float32[1,4]`.
pub fn doubler() -> Vec<u8> {
	let axis = attribute("axis", 1);
	let keep = attribute("keepdims", 0);
	let mut graph = Vec::new();
	bytes(&mut graph, 1, &node("ArgMax", &["x"], "label", &[axis, keep]));
	bytes(&mut graph, 1, &node("Mul", &["x", "two"], "doubled", &[]));
	bytes(&mut graph, 5, &constant("two", &[1, 4], &[2.0; 4]));
	bytes(&mut graph, 11, &value("x", DType::Float32, &[1, 4]));
	bytes(&mut graph, 12, &value("label", DType::Int64, &[1]));
	bytes(&mut graph, 12, &value("doubled", DType::Float32, &[1, 4]));
	model(graph)
}

/// A model with one input `x: float32[1,1]` and one output of `float32[1,width]`.
pub fn widener(width: usize) -> Vec<u8> {
	let shape = [1, width as u64];
	let mut graph = Vec::new();
	bytes(&mut graph, 1, &node("Mul", &["x", "ones"], "wide", &[]));
	bytes(&mut graph, 5, &constant("ones", &shape, &vec![1.0; width]));
	bytes(&mut graph, 11, &value("x", DType::Float32, &[1, 1]));
	bytes(&mut graph, 12, &value("wide", DType::Float32, &shape));
	model(graph)
}

/// A model that fails on some inputs: it looks element `index: int64[1]` up in a table of four.
pub fn table() -> Vec<u8> {
	let mut graph = Vec::new();
	bytes(&mut graph, 1, &node("Gather", &["table", "index"], "element", &[]));
	bytes(&mut graph, 5, &constant("table", &[4], &[1.0, 2.0, 3.0, 4.0]));
	bytes(&mut graph, 11, &value("index", DType::Int64, &[1]));
	bytes(&mut graph, 12, &value("element", DType::Float32, &[1]));
	model(graph)
}

/// A model `x ↦ x + 1` of `float32[1,width]`.
pub fn adder(width: usize) -> Vec<u8> {
	let shape = [1, width as u64];
	let mut graph = Vec::new();
	bytes(&mut graph, 1, &node("Add", &["x", "ones"], "more", &[]));
	bytes(&mut graph, 5, &constant("ones", &shape, &vec![1.0; width]));
	bytes(&mut graph, 11, &value("x", DType::Float32, &shape));
	bytes(&mut graph, 12, &value("more", DType::Float32, &shape));
	model(graph)
}

/// A model that adds up `float32[1,width]` to `float32[1,1]`.
pub fn summer(width: usize) -> Vec<u8> {
	let shape = [1, width as u64];
	let mut graph = Vec::new();
	bytes(&mut graph, 1, &node("ReduceSum", &["x"], "sum", &[]));
	bytes(&mut graph, 11, &value("x", DType::Float32, &shape));
	bytes(&mut graph, 12, &value("sum", DType::Float32, &[1, 1]));
	model(graph)
}

/// A model `n ↦ n + 1` of `int64[1]`.
pub fn counter() -> Vec<u8> {
	let mut one = Vec::new();
	varint(&mut one, 1, 1);
	varint(&mut one, 2, u64::from(DType::Int64.code()));
	bytes(&mut one, 8, b"one");
	bytes(&mut one, 9, &1i64.to_le_bytes());
	let mut graph = Vec::new();
	bytes(&mut graph, 1, &node("Add", &["n", "one"], "next", &[]));
	bytes(&mut graph, 5, &one);
	bytes(&mut graph, 11, &value("n", DType::Int64, &[1]));
	bytes(&mut graph, 12, &value("next", DType::Int64, &[1]));
	model(graph)
}

/// A file with that graph, and a name for it.
fn model(mut graph: Vec<u8>) -> Vec<u8> {
	bytes(&mut graph, 2, b"graph");
	let mut opset = Vec::new();
	varint(&mut opset, 2, 13);
	let mut model = Vec::new();
	varint(&mut model, 1, 7); // ir_version
	bytes(&mut model, 8, &opset);
	bytes(&mut model, 7, &graph);
	model
}

fn node(kind: &str, inputs: &[&str], output: &str, attributes: &[Vec<u8>]) -> Vec<u8> {
	let mut out = Vec::new();
	for input in inputs {
		bytes(&mut out, 1, input.as_bytes());
	}
	bytes(&mut out, 2, output.as_bytes());
	bytes(&mut out, 3, kind.as_bytes());
	bytes(&mut out, 4, kind.as_bytes());
	for attribute in attributes {
		bytes(&mut out, 5, attribute);
	}
	out
}

/// An integer attribute.
fn attribute(name: &str, value: u64) -> Vec<u8> {
	let mut out = Vec::new();
	bytes(&mut out, 1, name.as_bytes());
	varint(&mut out, 3, value);
	varint(&mut out, 20, 2); // AttributeType.INT
	out
}

fn constant(name: &str, shape: &[u64], data: &[f32]) -> Vec<u8> {
	let mut out = Vec::new();
	for dim in shape {
		varint(&mut out, 1, *dim);
	}
	varint(&mut out, 2, u64::from(DType::Float32.code()));
	bytes(&mut out, 8, name.as_bytes());
	bytes(&mut out, 9, &floats(data));
	out
}

fn value(name: &str, dtype: DType, shape: &[u64]) -> Vec<u8> {
	let mut dims = Vec::new();
	for dim in shape {
		let mut one = Vec::new();
		varint(&mut one, 1, *dim);
		bytes(&mut dims, 1, &one);
	}
	let mut tensor = Vec::new();
	varint(&mut tensor, 1, u64::from(dtype.code()));
	bytes(&mut tensor, 2, &dims);
	let mut kind = Vec::new();
	bytes(&mut kind, 1, &tensor);
	let mut out = Vec::new();
	bytes(&mut out, 1, name.as_bytes());
	bytes(&mut out, 2, &kind);
	out
}

/// Raw data of these floats.
pub fn floats(data: &[f32]) -> Vec<u8> {
	data.iter().flat_map(|x| x.to_le_bytes()).collect()
}

fn varint(out: &mut Vec<u8>, field: u64, value: u64) {
	leb128(out, field << 3);
	leb128(out, value);
}

fn bytes(out: &mut Vec<u8>, field: u64, data: &[u8]) {
	leb128(out, field << 3 | 2);
	leb128(out, data.len() as u64);
	out.extend_from_slice(data);
}

fn leb128(out: &mut Vec<u8>, mut value: u64) {
	while value >= 0x80 {
		out.push(value as u8 | 0x80);
		value >>= 7;
	}
	out.push(value as u8);
}
