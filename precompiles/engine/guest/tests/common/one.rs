//! Models of one node.

use super::*;

/// The usual dtype.
pub const F: DType = DType::Float32;
/// Refused when the model is loaded.
pub const REFUSED: ErrorCode = ErrorCode::AnalysisFailed;
/// An error of the run.
pub const FAILED: ErrorCode = ErrorCode::RunFailed;

/// A tensor of integers of any dtype.
pub fn integers(dtype: DType, shape: &[u32], elements: &[i64]) -> Tensor {
	let bytes = |n: &i64| n.to_le_bytes()[..dtype.size()].to_vec();
	Tensor { dtype, shape: shape.to_vec(), data: elements.iter().flat_map(bytes).collect() }
}

pub fn i64s(shape: &[u32], elements: &[i64]) -> Tensor {
	integers(DType::Int64, shape, elements)
}

pub fn f32s(shape: &[u32], elements: &[f32]) -> Tensor {
	f32_tensor(shape, elements)
}

/// An argument of a node.
pub enum Arg {
	/// An input of the model.
	Given(Tensor),
	/// An initialiser.
	Fixed(Tensor),
}
pub use Arg::{Fixed, Given};

/// A model of one node with these arguments and so many outputs of a dtype, and its inputs.
pub fn model_of(
	version: i64,
	operator: &str,
	attributes: &[AttributeProto],
	args: &[Arg],
	outputs: &[DType],
) -> (ModelProto, Vec<Tensor>) {
	let mut graph = GraphProto { name: "g".into(), ..Default::default() };
	let mut inputs = Vec::new();
	let mut names = Vec::new();
	for (index, arg) in args.iter().enumerate() {
		let name = format!("x{index}");
		names.push(name.clone());
		match arg {
			Given(tensor) => {
				let shape: Vec<i64> = tensor.shape.iter().map(|dim| i64::from(*dim)).collect();
				graph.input.push(value(&name, tensor.dtype, &shape));
				inputs.push(tensor.clone());
			},
			Fixed(tensor) => graph.initializer.push(TensorProto {
				name,
				dims: tensor.shape.iter().map(|dim| i64::from(*dim)).collect(),
				data_type: i32::from(tensor.dtype.code()),
				raw_data: tensor.data.clone(),
				..Default::default()
			}),
		}
	}
	let results: Vec<String> = (0..outputs.len()).map(|index| format!("y{index}")).collect();
	graph.output = results.iter().zip(outputs).map(|(n, dtype)| value(n, *dtype, &[])).collect();
	graph.node = vec![NodeProto {
		op_type: operator.into(),
		input: names,
		output: results,
		attribute: attributes.to_vec(),
		..Default::default()
	}];
	let mut model = model(graph);
	model.opset_import = vec![opset("", version)];
	(model, inputs)
}

/// Loads and runs one node.
pub fn apply(
	version: i64,
	operator: &str,
	attributes: &[AttributeProto],
	args: &[Arg],
	outputs: &[DType],
) -> Result<Vec<Tensor>, Refusal> {
	let (model, inputs) = model_of(version, operator, attributes, args, outputs);
	run(&load_model(&model)?, &inputs)
}

/// The code with which it fails.
pub fn fault(
	version: i64,
	operator: &str,
	attributes: &[AttributeProto],
	args: &[Arg],
) -> ErrorCode {
	let (Given(tensor) | Fixed(tensor)) = &args[0];
	let dtype = tensor.dtype;
	match apply(version, operator, attributes, args, &[dtype]) {
		Ok(outputs) => panic!("{operator} gave {outputs:?}"),
		Err(refusal) => refusal.error.code,
	}
}

impl Arg {
	/// A copy.
	pub fn same(&self) -> Arg {
		match self {
			Given(tensor) => Given(tensor.clone()),
			Fixed(tensor) => Fixed(tensor.clone()),
		}
	}
}

/// An image of ones with two channels.
pub fn image() -> Arg {
	Given(f32s(&[1, 2, 3, 3], &[1.0; 18]))
}
