//! Graphs that look like models: nodes of allowed operators, connected, with attributes and
//! constants that often fit.

use crate::{
	operators::{self, Attribute, Input, Operator},
	random::Random,
};
use opg_engine_abi::DType;
use opg_engine_guest::opset::{self, Domain, Verdict};
use tract_onnx::pb::{
	attribute_proto::AttributeType,
	tensor_shape_proto::{dimension::Value, Dimension},
	type_proto, AttributeProto, GraphProto, ModelProto, NodeProto, OperatorSetIdProto, TensorProto,
	TensorShapeProto, TypeProto, ValueInfoProto,
};

/// A value that nodes can take: name, dtype, shape (a guess for what nodes compute).
#[derive(Clone, Debug)]
struct Known {
	name: String,
	dtype: DType,
	shape: Vec<i64>,
}

/// Makes one graph.
pub struct Generator<'a> {
	random: &'a mut Random,
	opset: i64,
	ml_opset: i64,
	known: Vec<Known>,
	names: usize,
	depth: usize,
	prefix: String,
	/// Entries of lists that belong together.
	entries: usize,
}

/// A fresh model of one to five nodes.
pub fn model(random: &mut Random) -> ModelProto {
	let opset =
		if random.once_in(3) { 7 + random.below(18) as i64 } else { 13 + random.below(12) as i64 };
	let ml_opset = 1 + random.below(5) as i64;
	let mut generator = Generator::new(random, opset, ml_opset, "v");
	let graph = generator.graph();
	let mut imports = vec![import("", opset)];
	if graph.node.iter().any(|node| !node.domain.is_empty()) {
		imports.push(import("ai.onnx.ml", ml_opset));
	}
	ModelProto {
		ir_version: 8,
		opset_import: imports,
		// Seeds the inputs of the run.
		model_version: (generator.random.bits() >> 1) as i64,
		graph: Some(graph),
		..Default::default()
	}
}

/// One more node at the end of a model, which may take any of its values, and becomes an output.
pub fn add_node(model: &mut ModelProto, random: &mut Random) {
	let version = |domain: &str| {
		model.opset_import.iter().find(|import| import.domain == domain).map(|i| i.version)
	};
	let (opset, ml_opset) = (version("").unwrap_or(17), version("ai.onnx.ml").unwrap_or(3));
	let Some(graph) = model.graph.as_mut() else { return };
	let prefix = format!("n{:x}", random.bits() & 0xffff_ffff);
	let mut generator = Generator::new(random, opset, ml_opset, &prefix);
	generator.known = values(graph);
	generator.node(graph);
	let ml = graph.node.last().is_some_and(|node| !node.domain.is_empty());
	if let Some(name) = graph.node.last().and_then(|node| node.output.first()).cloned() {
		if graph.output.len() >= 4 {
			graph.output.remove(0);
		}
		graph.output.push(ValueInfoProto { name, ..Default::default() });
	}
	if ml && version_missing(model, "ai.onnx.ml") {
		model.opset_import.push(import("ai.onnx.ml", ml_opset));
	}
}

/// Another value of the attribute of that name, as the operator's line has it.
pub fn attribute(node: &NodeProto, random: &mut Random) -> Option<AttributeProto> {
	let domain = Domain::from_name(&node.domain)?;
	let operator = operators::find(domain, &node.op_type)?;
	if operator.attributes.is_empty() {
		return None;
	}
	let chosen = random.pick(&operator.attributes);
	let mut generator = Generator::new(random, 17, 3, "a");
	generator.depth = 1;
	generator.attribute(chosen)
}

/// Another tensor in place of one.
pub fn tensor(name: &str, random: &mut Random) -> TensorProto {
	let mut generator = Generator::new(random, 17, 3, "t");
	let dtype = generator.dtype();
	let shape = generator.shape(0);
	generator.filled(name, dtype, &shape)
}

/// An input or output's type.
pub fn info(name: &str, dtype: DType, shape: &[i64]) -> ValueInfoProto {
	let dim = |d: &i64| Dimension { denotation: String::new(), value: Some(Value::DimValue(*d)) };
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

fn import(domain: &str, version: i64) -> OperatorSetIdProto {
	OperatorSetIdProto { domain: domain.into(), version }
}

fn version_missing(model: &ModelProto, domain: &str) -> bool {
	model.opset_import.iter().all(|import| import.domain != domain)
}

/// What a graph's nodes can take.
fn values(graph: &GraphProto) -> Vec<Known> {
	let dtype = |code: i32| DType::from_code(code as u64).unwrap_or(DType::Float32);
	let inputs = graph.input.iter().map(|input| {
		let declared = opg_engine_guest::dims::declared(input);
		let shape = declared.shape.unwrap_or_default();
		let shape = shape.into_iter().map(|dim| dim.unwrap_or(1)).collect();
		Known { name: input.name.clone(), dtype: dtype(declared.dtype as i32), shape }
	});
	let constants = graph.initializer.iter().map(|tensor| Known {
		name: tensor.name.clone(),
		dtype: dtype(tensor.data_type),
		shape: tensor.dims.clone(),
	});
	let computed = graph.node.iter().flat_map(|node| &node.output).map(|name| Known {
		name: name.clone(),
		dtype: DType::Float32,
		shape: vec![2, 3],
	});
	inputs.chain(constants).chain(computed).filter(|known| !known.name.is_empty()).collect()
}

impl<'a> Generator<'a> {
	fn new(random: &'a mut Random, opset: i64, ml_opset: i64, prefix: &str) -> Self {
		let entries = 1 + random.below(6);
		let prefix = prefix.to_string();
		Self { random, opset, ml_opset, known: vec![], names: 0, depth: 0, prefix, entries }
	}

	fn name(&mut self) -> String {
		self.names += 1;
		format!("{}{}", self.prefix, self.names)
	}

	fn graph(&mut self) -> GraphProto {
		let mut graph = GraphProto { name: "g".into(), ..Default::default() };
		for _ in 0..1 + self.random.below(3) {
			let dtype = self.dtype();
			let shape = self.shape(0);
			self.input(&mut graph, dtype, &shape);
		}
		self.nodes(&mut graph, 5);
		graph
	}

	/// Nodes, and the graph's outputs.
	fn nodes(&mut self, graph: &mut GraphProto, most: usize) {
		for _ in 0..1 + self.random.below(most) {
			self.node(graph);
		}
		let mut outputs: Vec<&String> = graph.node.iter().flat_map(|node| &node.output).collect();
		outputs.reverse();
		let count = 1 + self.random.below(3.min(outputs.len()));
		graph.output = outputs
			.into_iter()
			.filter(|name| !name.is_empty())
			.take(count)
			.map(|name| ValueInfoProto { name: name.clone(), ..Default::default() })
			.collect();
	}

	fn input(&mut self, graph: &mut GraphProto, dtype: DType, shape: &[i64]) {
		let name = self.name();
		graph.input.push(info(&name, dtype, shape));
		self.known.push(Known { name, dtype, shape: shape.to_vec() });
	}

	fn dtype(&mut self) -> DType {
		match self.random.below(16) {
			0..9 => DType::Float32,
			9 => DType::Int64,
			10 => DType::Bool,
			_ => *self.random.pick(&DType::ALL),
		}
	}

	/// A shape of that rank, or of any when it is 0.
	fn shape(&mut self, rank: usize) -> Vec<i64> {
		const RANKS: [usize; 12] = [0, 1, 1, 2, 2, 2, 3, 3, 4, 4, 4, 5];
		let rank = if rank == 0 { *self.random.pick(&RANKS) } else { rank };
		(0..rank).map(|_| *self.random.pick(&[1, 2, 2, 3, 3, 4, 5, 6])).collect()
	}

	fn operator(&mut self) -> &'static Operator {
		loop {
			let operator = self.random.pick(operators::all());
			let opset = match operator.domain {
				Domain::Onnx => self.opset,
				Domain::Ml => self.ml_opset,
			};
			let nested = operator.attributes.iter().any(|a| matches!(a.kind, "branch" | "body"));
			let allowed = opset::verdict(operator.domain, operator.name, opset);
			if (allowed == Verdict::Supported && !(nested && self.depth > 0))
				|| self.random.once_in(200)
			{
				return operator;
			}
		}
	}

	fn node(&mut self, graph: &mut GraphProto) {
		let operator = self.operator();
		self.entries = 1 + self.random.below(6);
		let mut first = None;
		let mut inputs: Vec<String> = Vec::new();
		for input in &operator.inputs {
			let mut times = if input.repeated { self.random.below(3) } else { 1 };
			if input.optional && self.random.once_in(2) {
				inputs.push(String::new());
				times = 0;
			}
			for _ in 0..times {
				let known = self.argument(graph, *input, first.as_ref());
				inputs.push(known.name.clone());
				first.get_or_insert(known);
			}
		}
		while inputs.last().is_some_and(|name| name.is_empty()) {
			inputs.pop();
		}
		let mut attribute: Vec<AttributeProto> = operator
			.attributes
			.iter()
			.filter_map(|attribute| {
				let there = attribute.required || self.random.once_in(2);
				if there {
					self.attribute(attribute)
				} else {
					None
				}
			})
			.collect();
		let fits = |n: &usize| opset::arity_fits(operator.domain, operator.name, inputs.len(), *n);
		let counts: Vec<usize> = (0..5).filter(fits).collect();
		let mut outputs = if counts.is_empty() { 1 } else { *self.random.pick(&counts) };
		// A node with graphs gives what they give.
		let graphs = || attribute.iter().filter_map(|attribute| attribute.g.as_ref());
		if let Some(fewest) = graphs().map(|graph| graph.output.len()).min() {
			outputs = fewest;
			for graph in attribute.iter_mut().filter_map(|attribute| attribute.g.as_mut()) {
				graph.output.truncate(fewest);
			}
		}
		let output: Vec<String> = (0..outputs).map(|_| self.name()).collect();
		let guess = first.unwrap_or(Known {
			name: String::new(),
			dtype: DType::Float32,
			shape: vec![2, 3],
		});
		for name in &output {
			self.known.push(Known { name: name.clone(), ..guess.clone() });
		}
		let domain = if operator.domain == Domain::Ml { "ai.onnx.ml" } else { "" };
		graph.node.push(NodeProto {
			op_type: operator.name.into(),
			domain: domain.into(),
			input: inputs,
			output,
			attribute,
			..Default::default()
		});
	}

	fn argument(&mut self, graph: &mut GraphProto, input: Input, first: Option<&Known>) -> Known {
		let like = first.cloned().unwrap_or(Known {
			name: String::new(),
			dtype: DType::Float32,
			shape: vec![3, 4],
		});
		match input.letter {
			b'0' => Known { name: String::new(), ..like },
			b'x' => self.value(graph, |known| {
				matches!(known.dtype, DType::Float32 | DType::Float64 | DType::Float16)
			}),
			b'e' => self.value(graph, |_| true),
			b'B' => self.value(graph, |known| known.dtype == DType::Bool),
			b'U' => {
				self.value(graph, |known| known.dtype.size() == 1 && known.dtype != DType::Bool)
			},
			b'y' if self.random.once_in(2) => self.value(graph, |known| known.dtype == like.dtype),
			b'y' => {
				// The same shape, or one that broadcasts.
				let cut = self.random.below(like.shape.len() + 1);
				let mut shape = like.shape[cut..].to_vec();
				for dim in &mut shape {
					if self.random.once_in(4) {
						*dim = 1;
					}
				}
				self.constant(graph, like.dtype, &shape)
			},
			b'I' => {
				let rank = 1 + self.random.below(2);
				let shape =
					if self.random.once_in(3) { like.shape.clone() } else { self.shape(rank) };
				let dtype = if self.random.once_in(4) { DType::Int32 } else { DType::Int64 };
				self.place(graph, dtype, &shape)
			},
			b'A' | b'D' => {
				let count = match input.letter {
					b'D' if self.random.once_in(2) => like.shape.len(),
					_ => self.random.below(4),
				};
				let numbers =
					(0..count)
						.map(|_| {
							if input.letter == b'D' {
								self.random.count()
							} else {
								self.random.int()
							}
						})
						.collect::<Vec<i64>>();
				self.numbers(graph, &numbers)
			},
			b'N' => {
				let shape = if self.random.once_in(2) { vec![] } else { vec![1] };
				self.constant(graph, DType::Int64, &shape)
			},
			b'S' => self.constant(graph, like.dtype, &[]),
			b'F' => {
				let count = if self.random.once_in(4) { 4 } else { like.shape.len() };
				self.constant(graph, DType::Float32, &[count as i64])
			},
			b'f' | b'u' => {
				let length = like.shape.iter().copied().find(|dim| *dim > 1).unwrap_or(1);
				let shape = if self.random.once_in(2) { vec![] } else { vec![length] };
				let dtype = if input.letter == b'f' { DType::Float32 } else { DType::Uint8 };
				self.constant(graph, dtype, &shape)
			},
			b'V' => {
				let length = match like.shape.as_slice() {
					[] => 1,
					shape => *self.random.pick(shape),
				};
				self.place(graph, like.dtype, &[length])
			},
			b'M' => {
				let mut shape = self.shape(2);
				if let (Some(inner), true) = (like.shape.last(), !self.random.once_in(4)) {
					shape[0] = *inner;
				}
				self.place(graph, like.dtype, &shape)
			},
			// b'W'
			_ => {
				let rank = 3 + self.random.below(2);
				let mut shape = self.shape(rank);
				if let (Some(channels), true) = (like.shape.get(1), !self.random.once_in(4)) {
					shape[1] = *channels;
				}
				self.place(graph, like.dtype, &shape)
			},
		}
	}

	/// A value that fits, else any, else a new input.
	fn value(&mut self, graph: &mut GraphProto, fits: impl Fn(&Known) -> bool) -> Known {
		let fitting: Vec<&Known> = self.known.iter().filter(|known| fits(known)).collect();
		if !fitting.is_empty() && !self.random.once_in(10) {
			// Late ones more often, so that graphs are deep.
			let at = self.random.below(fitting.len()).max(self.random.below(fitting.len()));
			return fitting[at].clone();
		}
		let mut known = Known { name: self.name(), dtype: DType::Float32, shape: self.shape(0) };
		if let Some(dtype) =
			DType::ALL.into_iter().find(|dtype| fits(&Known { dtype: *dtype, ..known.clone() }))
		{
			known.dtype = dtype;
		}
		if self.depth == 0 && graph.input.len() < 8 {
			graph.input.push(info(&known.name, known.dtype, &known.shape));
		} else {
			let tensor = self.filled(&known.name.clone(), known.dtype, &known.shape.clone());
			graph.initializer.push(tensor);
		}
		self.known.push(known.clone());
		known
	}

	/// A constant, or now and then an input in its place.
	fn place(&mut self, graph: &mut GraphProto, dtype: DType, shape: &[i64]) -> Known {
		if self.depth == 0 && graph.input.len() < 8 && self.random.once_in(4) {
			self.input(graph, dtype, shape);
			return self.known[self.known.len() - 1].clone();
		}
		self.constant(graph, dtype, shape)
	}

	fn constant(&mut self, graph: &mut GraphProto, dtype: DType, shape: &[i64]) -> Known {
		let name = self.name();
		let mut shape = shape.to_vec();
		// Nothing at all, now and then; only a constant can be that.
		if self.random.once_in(32) {
			shape.pop();
			shape.push(0);
		}
		let tensor = self.filled(&name, dtype, &shape);
		graph.initializer.push(tensor);
		Known { name, dtype, shape }
	}

	fn numbers(&mut self, graph: &mut GraphProto, numbers: &[i64]) -> Known {
		let name = self.name();
		graph.initializer.push(TensorProto {
			name: name.clone(),
			dims: vec![numbers.len() as i64],
			data_type: i32::from(DType::Int64.code()),
			raw_data: numbers.iter().flat_map(|n| n.to_le_bytes()).collect(),
			..Default::default()
		});
		Known { name, dtype: DType::Int64, shape: vec![numbers.len() as i64] }
	}

	/// A tensor of plausible elements.
	fn filled(&mut self, name: &str, dtype: DType, shape: &[i64]) -> TensorProto {
		let count = shape.iter().product::<i64>().clamp(0, 1000);
		let mut raw_data = Vec::new();
		for _ in 0..count {
			element(self.random, dtype, &mut raw_data);
		}
		TensorProto {
			name: name.into(),
			dims: shape.to_vec(),
			data_type: i32::from(dtype.code()),
			raw_data,
			..Default::default()
		}
	}

	fn attribute(&mut self, attribute: &Attribute) -> Option<AttributeProto> {
		let mut made = AttributeProto { name: attribute.name.into(), ..Default::default() };
		let entries = self.entries;
		let kind = match attribute.kind {
			"int" | "count" | "bool" | "axis" | "dtype" => {
				made.i = match attribute.kind {
					"count" => self.random.count(),
					"bool" => self.random.below(2) as i64,
					"dtype" => i64::from(self.random.pick(&DType::ALL).code()),
					_ => self.random.int(),
				};
				AttributeType::Int
			},
			"ints" | "axes" | "window" | "pads" | "perm" | "ids" | "tree" | "order" => {
				made.ints = self.integers(attribute.kind);
				AttributeType::Ints
			},
			"float" => {
				made.f = self.random.float();
				AttributeType::Float
			},
			"floats" => {
				made.floats = (0..entries).map(|_| self.random.float()).collect();
				AttributeType::Floats
			},
			"str" => {
				made.s = self.random.pick(&attribute.choices).as_bytes().to_vec();
				AttributeType::String
			},
			"strs" => {
				let text = |_| self.random.pick(&attribute.choices).as_bytes().to_vec();
				made.strings = (0..entries).map(text).collect();
				AttributeType::Strings
			},
			"tensor" => {
				let dtype = self.dtype();
				let shape = if self.random.once_in(2) { vec![1] } else { self.shape(1) };
				made.t = Some(self.filled("", dtype, &shape));
				AttributeType::Tensor
			},
			_ if self.depth > 0 => return None,
			kind => {
				made.g = Some(self.subgraph(kind == "body"));
				AttributeType::Graph
			},
		};
		made.r#type = kind as i32;
		Some(made)
	}

	fn integers(&mut self, kind: &str) -> Vec<i64> {
		// Windows have the rank of the input less two, which is mostly two.
		let axes = if self.random.once_in(3) { self.random.below(4) } else { 2 };
		match kind {
			"window" => (0..axes).map(|_| self.random.count()).collect(),
			"pads" => (0..2 * axes).map(|_| self.random.below(3) as i64).collect(),
			"axes" => (0..1 + self.random.below(2)).map(|_| self.random.int()).collect(),
			"perm" => {
				let mut perm: Vec<i64> = (0..1 + self.random.below(4) as i64).collect();
				for at in (1..perm.len()).rev() {
					perm.swap(at, self.random.below(at + 1));
				}
				perm
			},
			"order" => (0..self.entries as i64).collect(),
			"ids" => (0..self.entries).map(|_| self.random.below(self.entries) as i64).collect(),
			"tree" => vec![0; self.entries],
			_ => (0..self.entries).map(|_| self.random.int()).collect(),
		}
	}

	/// A branch sees the values around it; a body has two inputs of its own.
	fn subgraph(&mut self, body: bool) -> GraphProto {
		let mut graph = GraphProto { name: "s".into(), ..Default::default() };
		let outside = self.known.clone();
		self.depth += 1;
		if body {
			for _ in 0..2 {
				let name = self.name();
				graph.input.push(ValueInfoProto { name: name.clone(), ..Default::default() });
				self.known.push(Known { name, dtype: DType::Float32, shape: vec![3] });
			}
		}
		self.nodes(&mut graph, 2);
		self.depth -= 1;
		self.known = outside;
		graph
	}
}

/// Appends one element of a dtype.
pub fn element(random: &mut Random, dtype: DType, to: &mut Vec<u8>) {
	match dtype {
		DType::Float32 => to.extend(random.float().to_le_bytes()),
		DType::Float64 => to.extend(f64::from(random.float()).to_le_bytes()),
		// Sign, a small exponent and a fraction.
		DType::Float16 => to.extend(((random.bits() & 0xbfff) as u16).to_le_bytes()),
		DType::Bool => to.push(random.below(2) as u8),
		_ => to.extend_from_slice(&random.int().to_le_bytes()[..dtype.size()]),
	}
}
