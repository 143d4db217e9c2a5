//! Changes of an ONNX file that leave it one: libFuzzer's own change bytes, and hardly ever get past
//! the decoder.

use crate::{generate, random::Random};
use opg_engine_abi::DType;
use prost::Message;
use tract_onnx::pb::{
	tensor_shape_proto::dimension::Value, type_proto::Value as Type, GraphProto, ModelProto,
	NodeProto, TensorProto, TypeProto,
};

/// libFuzzer's custom mutator: changes `data[..size]` in place and returns the new length.
pub fn file(data: &mut [u8], size: usize, max_size: usize, seed: u32) -> usize {
	let mut random = Random::new(u64::from(seed) << 20 ^ size as u64);
	let there = ModelProto::decode(&data[..size]).ok().filter(|model| model.graph.is_some());
	let changed = match there {
		Some(mut model) if !random.once_in(40) => {
			for _ in 0..1 + random.below(3) {
				change(&mut model, &mut random);
			}
			model
		},
		_ => generate::model(&mut random),
	};
	let mut bytes = changed.encode_to_vec();
	if bytes.len() > max_size {
		bytes = generate::model(&mut random).encode_to_vec();
	}
	match data.get_mut(..bytes.len()) {
		Some(place) if bytes.len() <= max_size => {
			place.copy_from_slice(&bytes);
			bytes.len()
		},
		_ => size,
	}
}

fn change(model: &mut ModelProto, random: &mut Random) {
	match random.below(12) {
		0 | 1 => generate::add_node(model, random),
		2 => {
			if let Some(import) = pick(&mut model.opset_import, random) {
				import.version = 7 + random.below(18) as i64;
			}
		},
		3 => model.model_version = (random.bits() >> 1) as i64,
		_ => {
			if let Some(graph) = model.graph.as_mut() {
				change_graph(graph, random);
			}
		},
	}
}

fn change_graph(graph: &mut GraphProto, random: &mut Random) {
	let nested = graph
		.node
		.iter_mut()
		.flat_map(|node| &mut node.attribute)
		.filter_map(|attribute| attribute.g.as_mut())
		.next();
	if let (Some(nested), true) = (nested, random.once_in(2)) {
		return change_graph(nested, random);
	}
	match random.below(12) {
		0 | 1 => {
			if let Some(tensor) = pick(&mut graph.initializer, random) {
				change_tensor(tensor, random);
			}
		},
		2 => {
			if let Some(input) = pick(&mut graph.input, random) {
				change_type(input.r#type.as_mut(), random);
			}
		},
		3 => rewire(graph, random),
		4 => {
			let node = pick(&mut graph.node, random).cloned();
			if let (Some(from), Some(to)) = (node, pick(&mut graph.node, random)) {
				to.op_type = from.op_type;
				to.domain = from.domain;
			}
		},
		5 => {
			// The last node goes; its outputs are replaced by what is computed before.
			if graph.node.len() > 1 {
				graph.node.pop();
				let computed: Vec<String> =
					graph.node.iter().flat_map(|node| node.output.clone()).collect();
				graph.output.retain(|output| computed.contains(&output.name));
				if let (true, Some(name)) = (graph.output.is_empty(), computed.last()) {
					let output =
						tract_onnx::pb::ValueInfoProto { name: name.clone(), ..Default::default() };
					graph.output.push(output);
				}
			}
		},
		6 => swap_constant(graph, random),
		_ => {
			if let Some(node) = pick(&mut graph.node, random) {
				change_node(node, random);
			}
		},
	}
}

fn change_node(node: &mut NodeProto, random: &mut Random) {
	match random.below(6) {
		0 => {
			if !node.attribute.is_empty() {
				node.attribute.remove(random.below(node.attribute.len()));
			}
		},
		1 | 2 => {
			if let Some(made) = generate::attribute(node, random) {
				node.attribute.retain(|attribute| attribute.name != made.name);
				node.attribute.push(made);
			}
		},
		3 => {
			if let Some(attribute) = pick(&mut node.attribute, random) {
				match random.below(4) {
					0 => {
						attribute.ints.pop();
						attribute.floats.pop();
					},
					1 => {
						attribute.ints.push(random.int());
						attribute.floats.push(random.float());
					},
					_ => {
						attribute.i = random.int();
						attribute.f = random.float();
						if let Some(number) = pick(&mut attribute.ints, random) {
							*number = random.int();
						}
						if let Some(tensor) = &mut attribute.t {
							change_tensor(tensor, random);
						}
					},
				}
			}
		},
		4 => {
			node.input.pop();
		},
		_ => {
			if let Some(name) = node.input.first().cloned() {
				node.input.push(name);
			}
		},
	}
}

/// Gives an input of a node another value that is known by then.
fn rewire(graph: &mut GraphProto, random: &mut Random) {
	if graph.node.is_empty() {
		return;
	}
	let at = random.below(graph.node.len());
	let mut names: Vec<String> = graph
		.input
		.iter()
		.map(|input| input.name.clone())
		.chain(graph.initializer.iter().map(|tensor| tensor.name.clone()))
		.chain(graph.node[..at].iter().flat_map(|node| node.output.clone()))
		.collect();
	names.push(String::new());
	let name = random.pick(&names).clone();
	if let Some(input) = pick(&mut graph.node[at].input, random) {
		*input = name;
	}
}

/// Makes a constant an input of the same type: what was known before a run isn't any more.
fn swap_constant(graph: &mut GraphProto, random: &mut Random) {
	if graph.initializer.is_empty() || graph.input.len() >= 8 {
		return;
	}
	let tensor = graph.initializer.remove(random.below(graph.initializer.len()));
	let dtype = DType::from_code(tensor.data_type as u64).unwrap_or(DType::Float32);
	graph.input.retain(|input| input.name != tensor.name);
	graph.input.push(generate::info(&tensor.name, dtype, &tensor.dims));
}

fn change_tensor(tensor: &mut TensorProto, random: &mut Random) {
	match random.below(4) {
		0 => *tensor = generate::tensor(&tensor.name, random),
		1 => {
			// Another shape of as many elements.
			let count = tensor.dims.iter().product();
			tensor.dims = match random.below(3) {
				0 => vec![count],
				1 => [&tensor.dims[..], &[1]].concat(),
				_ => [&[1], &tensor.dims[..]].concat(),
			};
		},
		_ => {
			let Some(dtype) = DType::from_code(tensor.data_type as u64) else { return };
			let count = tensor.raw_data.len() / dtype.size();
			if count > 0 {
				let mut one = Vec::new();
				generate::element(random, dtype, &mut one);
				let at = random.below(count) * dtype.size();
				tensor.raw_data[at..at + dtype.size()].copy_from_slice(&one);
			}
		},
	}
}

fn change_type(declared: Option<&mut TypeProto>, random: &mut Random) {
	let Some(Type::TensorType(tensor)) = declared.and_then(|declared| declared.value.as_mut())
	else {
		return;
	};
	if random.once_in(3) {
		tensor.elem_type = i32::from(random.pick(&DType::ALL).code());
		return;
	}
	let Some(shape) = tensor.shape.as_mut() else { return };
	match random.below(4) {
		0 => {
			shape.dim.pop();
		},
		1 => {
			if let Some(dim) = shape.dim.first().cloned() {
				shape.dim.push(dim);
			}
		},
		_ => {
			let length = if random.once_in(20) { 1 << random.below(14) } else { random.count() };
			if let Some(dim) = pick(&mut shape.dim, random) {
				dim.value = Some(Value::DimValue(length));
			}
		},
	}
}

fn pick<'a, T>(from: &'a mut [T], random: &mut Random) -> Option<&'a mut T> {
	let at = random.below(from.len());
	from.get_mut(at)
}
