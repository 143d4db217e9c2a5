//! ONNX files, byte by byte: the tests need no library for them.

/// A field of a protobuf message, as onnx.proto numbers them.
pub fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
	let mut out = Vec::new();
	varint(&mut out, u64::from(number) << 3 | 2);
	varint(&mut out, bytes.len() as u64);
	out.extend_from_slice(bytes);
	out
}

pub fn number(field: u8, value: u64) -> Vec<u8> {
	let mut out = Vec::new();
	varint(&mut out, u64::from(field) << 3);
	varint(&mut out, value);
	out
}

fn varint(out: &mut Vec<u8>, mut value: u64) {
	while value > 0x7f {
		out.push(value as u8 | 0x80);
		value >>= 7;
	}
	out.push(value as u8);
}

pub fn node(operator: &str, inputs: &[&str], output: &str, attributes: &[Vec<u8>]) -> Vec<u8> {
	let mut node: Vec<u8> = inputs.iter().flat_map(|input| field(1, input.as_bytes())).collect();
	node.extend(field(2, output.as_bytes()));
	node.extend(field(4, operator.as_bytes()));
	node.extend(attributes.iter().flat_map(|attribute| field(5, attribute)));
	field(1, &node)
}

/// What a graph says about an input or an output.
pub fn value(name: &str, dtype: u64, shape: &[u64]) -> Vec<u8> {
	let dims: Vec<u8> = shape.iter().flat_map(|dim| field(1, &number(1, *dim))).collect();
	let tensor = [number(1, dtype), field(2, &dims)].concat();
	[field(1, name.as_bytes()), field(2, &field(1, &tensor))].concat()
}

pub const FLOAT: u64 = 1;
pub const INT64: u64 = 7;
pub const BOOL: u64 = 9;

/// An initialiser of the graph.
pub fn weight(name: &str, shape: &[u64], values: &[f32]) -> Vec<u8> {
	let mut tensor: Vec<u8> = shape.iter().flat_map(|dim| number(1, *dim)).collect();
	tensor.extend(number(2, FLOAT));
	tensor.extend(field(8, name.as_bytes()));
	let data: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
	tensor.extend(field(9, &data));
	field(5, &tensor)
}

/// A graph of nodes and weights; its output has 4 numbers.
pub fn graph(nodes: &[Vec<u8>], inputs: &[Vec<u8>], output: &str) -> Vec<u8> {
	let mut graph = nodes.concat();
	graph.extend(field(2, b"g"));
	graph.extend(inputs.iter().flat_map(|input| field(11, input)));
	graph.extend(field(12, &value(output, FLOAT, &[4])));
	graph
}

pub fn model(graph: &[u8]) -> Vec<u8> {
	let opset = [field(1, b""), number(2, 17)].concat();
	[number(1, 8), field(7, graph), field(8, &opset)].concat()
}
