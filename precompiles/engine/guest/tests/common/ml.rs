//! Models of one node of `ai.onnx.ml`.

use super::*;

fn attribute(name: &str, r#type: AttributeType) -> AttributeProto {
	AttributeProto { name: name.into(), r#type: r#type as i32, ..Default::default() }
}

pub fn texts(name: &str, strings: &[&str]) -> AttributeProto {
	let strings = strings.iter().map(|s| s.as_bytes().to_vec()).collect();
	AttributeProto { strings, ..attribute(name, AttributeType::Strings) }
}

/// A tensor of one axis in an attribute; `data` are its elements' bytes.
pub fn packed(name: &str, dtype: DType, data: Vec<u8>) -> AttributeProto {
	let dims = vec![(data.len() / dtype.size()) as i64];
	let data_type = i32::from(dtype.code());
	tensor(name, TensorProto { dims, data_type, raw_data: data, ..Default::default() })
}

pub fn doubles(name: &str, elements: &[f64]) -> AttributeProto {
	packed(name, DType::Float64, elements.iter().flat_map(|x| x.to_le_bytes()).collect())
}

pub fn singles(name: &str, elements: &[f32]) -> AttributeProto {
	packed(name, DType::Float32, elements.iter().flat_map(|x| x.to_le_bytes()).collect())
}

/// A node with inputs x0, x1 … and outputs y0, y1 ….
#[derive(Clone)]
pub struct Case {
	pub node: NodeProto,
	pub opset: i64,
	pub inputs: Vec<ValueInfoProto>,
}

impl Case {
	/// A node with one input.
	pub fn new(operator: &str, input: (DType, &[i64]), attributes: &[AttributeProto]) -> Self {
		let mut case = Self {
			node: NodeProto { domain: "ai.onnx.ml".into(), ..node(operator, &[], &["y0"]) },
			opset: 3,
			inputs: Vec::new(),
		};
		case.node.attribute = attributes.to_vec();
		case.and(input)
	}

	/// One more input.
	pub fn and(mut self, (dtype, shape): (DType, &[i64])) -> Self {
		let name = format!("x{}", self.inputs.len());
		self.inputs.push(value(&name, dtype, shape));
		self.node.input.push(name);
		self
	}

	/// Two outputs.
	pub fn classifier(mut self) -> Self {
		self.node.output.push("y1".into());
		self
	}

	/// Another version of `ai.onnx.ml`.
	pub fn opset(mut self, opset: i64) -> Self {
		self.opset = opset;
		self
	}

	/// One more attribute, or another value of it.
	pub fn with(mut self, attribute: AttributeProto) -> Self {
		self.node.attribute.retain(|other| other.name != attribute.name);
		self.node.attribute.push(attribute);
		self
	}

	/// An attribute less.
	pub fn without(mut self, name: &str) -> Self {
		self.node.attribute.retain(|attribute| attribute.name != name);
		self
	}

	pub fn model(&self) -> ModelProto {
		let output = |name: &String| ValueInfoProto { name: name.clone(), ..Default::default() };
		let mut model = model(GraphProto {
			name: "g".into(),
			node: vec![self.node.clone()],
			input: self.inputs.clone(),
			output: self.node.output.iter().map(output).collect(),
			..Default::default()
		});
		model.opset_import.push(opset("ai.onnx.ml", self.opset));
		model
	}

	/// Runs it.
	pub fn try_run(&self, inputs: &[Tensor]) -> Result<Vec<Tensor>, Refusal> {
		run(&load_model(&self.model())?, inputs)
	}

	/// Runs it on inputs that it accepts.
	pub fn run(&self, inputs: &[Tensor]) -> Vec<Tensor> {
		self.try_run(inputs)
			.unwrap_or_else(|refusal| panic!("{} {}", refusal.error, refusal.node()))
	}

	/// The code of its refusal, when it is loaded.
	pub fn refused(&self) -> ErrorCode {
		refusal(&self.model()).0
	}

	/// Panics unless loading refuses it with `AnalysisFailed`.
	pub fn assert_refused(&self, what: &str) {
		match load_model(&self.model()) {
			Ok(_) => panic!("{what}: was loaded"),
			Err(refusal) => assert_eq!(refusal.error.code, ErrorCode::AnalysisFailed, "{what}"),
		}
	}
}

pub fn f64_tensor(shape: &[u32], elements: &[f64]) -> Tensor {
	let data = elements.iter().flat_map(|x| x.to_le_bytes()).collect();
	Tensor { dtype: DType::Float64, shape: shape.to_vec(), data }
}

pub fn i64_tensor(shape: &[u32], elements: &[i64]) -> Tensor {
	let data = elements.iter().flat_map(|x| x.to_le_bytes()).collect();
	Tensor { dtype: DType::Int64, shape: shape.to_vec(), data }
}

pub fn longs(tensor: &Tensor) -> Vec<i64> {
	assert_eq!(tensor.dtype, DType::Int64);
	tensor.data.as_chunks::<8>().0.iter().map(|bytes| i64::from_le_bytes(*bytes)).collect()
}

/// Panics unless the elements are equal up to 10⁻⁵ of their size.
pub fn assert_close(got: &Tensor, want: &[f32]) {
	assert_eq!(got.dtype, DType::Float32);
	let got = floats(got);
	assert_eq!(got.len(), want.len(), "{got:?}");
	for (g, w) in got.iter().zip(want) {
		let near = (g - w).abs() <= 1e-5 * w.abs().max(1e-2);
		assert!(near || g == w || (g.is_nan() && w.is_nan()), "{got:?} {want:?}");
	}
}
