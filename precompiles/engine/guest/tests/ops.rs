//! Operators of ours: the examples of ONNX's specification, and files that no exporter writes.

mod common;

use common::*;
use opg_engine_abi::{DType, ErrorCode, Refusal, Tensor};
use tract_onnx::pb::{AttributeProto, GraphProto, ModelProto, NodeProto, TensorProto};

/// A tensor of integers of any dtype.
fn integers(dtype: DType, shape: &[u32], elements: &[i64]) -> Tensor {
	let bytes = |n: &i64| n.to_le_bytes()[..dtype.size()].to_vec();
	Tensor { dtype, shape: shape.to_vec(), data: elements.iter().flat_map(bytes).collect() }
}

fn i64s(shape: &[u32], elements: &[i64]) -> Tensor {
	integers(DType::Int64, shape, elements)
}

fn f32s(shape: &[u32], elements: &[f32]) -> Tensor {
	f32_tensor(shape, elements)
}

/// An argument of a node.
enum Arg {
	/// An input of the model.
	Given(Tensor),
	/// An initialiser.
	Fixed(Tensor),
}
use Arg::{Fixed, Given};

/// A model of one node with these arguments and so many outputs of a dtype, and its inputs.
fn model_of(
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
fn apply(
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
fn fault(version: i64, operator: &str, attributes: &[AttributeProto], args: &[Arg]) -> ErrorCode {
	let (Given(tensor) | Fixed(tensor)) = &args[0];
	let dtype = tensor.dtype;
	match apply(version, operator, attributes, args, &[dtype]) {
		Ok(outputs) => panic!("{operator} gave {outputs:?}"),
		Err(refusal) => refusal.error.code,
	}
}

const F: DType = DType::Float32;
const REFUSED: ErrorCode = ErrorCode::AnalysisFailed;
const FAILED: ErrorCode = ErrorCode::RunFailed;

#[test]
fn sequences_are_reversed() {
	let x: Vec<f32> = (0..16).map(|n| n as f32).collect();
	let over = |time, batch, lengths: &[i64]| {
		let attributes = [int("time_axis", time), int("batch_axis", batch)];
		let args = [Given(f32s(&[4, 4], &x)), Given(i64s(&[4], lengths))];
		apply(10, "ReverseSequence", &attributes, &args, &[F])
	};
	let y = over(1, 0, &[1, 2, 3, 4]).unwrap();
	let expected = [0., 1., 2., 3., 5., 4., 6., 7., 10., 9., 8., 11., 15., 14., 13., 12.];
	assert_eq!(floats(&y[0]), expected);
	let y = over(0, 1, &[4, 3, 2, 0]).unwrap();
	let expected = [12., 9., 6., 3., 8., 5., 2., 7., 4., 1., 10., 11., 0., 13., 14., 15.];
	assert_eq!(floats(&y[0]), expected);
	for lengths in [[1, 2, 3, 5], [-1, 0, 0, 0], [i64::MIN, 0, 0, 0]] {
		assert_eq!(over(0, 1, &lengths).unwrap_err().error.code, FAILED);
	}
	assert_eq!(over(0, 0, &[1; 4]).unwrap_err().error.code, REFUSED);
	assert_eq!(over(2, 1, &[1; 4]).unwrap_err().error.code, REFUSED);
	let args = [Given(f32s(&[4, 4], &x)), Given(i64s(&[3], &[1; 3]))];
	assert_eq!(fault(10, "ReverseSequence", &[], &args), REFUSED);
}

#[test]
fn norms_are_pooled() {
	let x: Vec<f32> = (1..=16).map(|n| n as f32).collect();
	let x = || Given(f32s(&[1, 1, 4, 4], &x));
	let kernel = ints("kernel_shape", &[2, 2]);
	let y = apply(18, "LpPool", &[kernel.clone(), ints("strides", &[2, 2])], &[x()], &[F]);
	let norm = |a: [f32; 4]| a.iter().map(|x| x * x).sum::<f32>().sqrt();
	let expected = [
		norm([1., 2., 5., 6.]),
		norm([3., 4., 7., 8.]),
		norm([9., 10., 13., 14.]),
		norm([11., 12., 15., 16.]),
	];
	assert_eq!(floats(&y.unwrap()[0]), expected);
	// Padding counts as zero, and p = 1 is a sum.
	let attributes = [kernel.clone(), int("p", 1), ints("pads", &[1, 1, 0, 0])];
	let y = apply(7, "LpPool", &attributes, &[x()], &[F]).unwrap();
	assert_eq!(y[0].shape, [1, 1, 4, 4]);
	assert_eq!(floats(&y[0])[..6], [1., 3., 5., 7., 6., 14.]);
	let y = apply(18, "LpPool", &[kernel.clone(), string("auto_pad", "SAME_UPPER")], &[x()], &[F]);
	assert_eq!(y.unwrap()[0].shape, [1, 1, 4, 4]);
	for attributes in [
		vec![],
		vec![ints("kernel_shape", &[2])],
		vec![ints("kernel_shape", &[5, 5])],
		vec![ints("kernel_shape", &[i64::MAX, 1])],
		vec![kernel.clone(), int("p", 0)],
		vec![kernel.clone(), ints("pads", &[1, 1])],
		vec![kernel.clone(), ints("pads", &[-1, 0, 0, 0])],
		vec![kernel.clone(), ints("pads", &[1 << 28, 1 << 28, 1 << 28, 1 << 28])],
		vec![kernel.clone(), ints("strides", &[1])],
		vec![kernel.clone(), ints("dilations", &[1 << 27, 1])],
		vec![kernel.clone(), string("auto_pad", "SOME")],
	] {
		assert_eq!(fault(18, "LpPool", &attributes, &[x()]), REFUSED);
	}
	// Zero strides no model can mean.
	let code = fault(18, "LpPool", &[kernel, ints("strides", &[0, 1])], &[x()]);
	assert_eq!(code, ErrorCode::MalformedGraph);
}

#[test]
fn blocks_become_an_image() {
	let columns: Vec<f32> = (1..=25).map(|n| n as f32).collect();
	let columns = || {
		// Rows of the specification's example: 1, 6, 11, …
		let at = |row: usize, block: usize| columns[block * 5 + row];
		let data: Vec<f32> = (0..5)
			.flat_map(|row| (0..5).map(move |b| (row, b)))
			.map(|(row, block)| at(row, block))
			.collect();
		Given(f32s(&[1, 5, 5], &data))
	};
	let shape = |dims: &[i64]| Fixed(i64s(&[dims.len() as u32], dims));
	let y = apply(18, "Col2Im", &[], &[columns(), shape(&[5, 5]), shape(&[1, 5])], &[F]).unwrap();
	assert_eq!(y[0].shape, [1, 1, 5, 5]);
	assert_eq!(floats(&y[0]), (1..=25).map(|n| n as f32).collect::<Vec<_>>());
	// Blocks of 2 on an axis of 3 overlap in the middle.
	let ones = || Given(f32s(&[1, 4, 4], &[1.0; 16]));
	let y = apply(18, "Col2Im", &[], &[ones(), shape(&[3, 3]), shape(&[2, 2])], &[F]).unwrap();
	assert_eq!(floats(&y[0]), [1., 2., 1., 2., 4., 2., 1., 2., 1.]);
	for (image, block) in [
		(&[3, 4][..], &[2, 2][..]),
		(&[3], &[2, 2]),
		(&[3, 3], &[2, 0]),
		(&[-3, 3], &[2, 2]),
		(&[i64::MAX, i64::MAX], &[2, 2]),
		(&[3, 3], &[i64::MAX, i64::MAX]),
		(&[], &[]),
	] {
		assert_eq!(fault(18, "Col2Im", &[], &[ones(), shape(image), shape(block)]), REFUSED);
	}
	// A shape that is no constant gives an output whose shape isn't known.
	let args = [ones(), Given(i64s(&[2], &[3, 3])), shape(&[2, 2])];
	assert_eq!(fault(18, "Col2Im", &[], &args), REFUSED);
}

#[test]
fn grids_follow_their_matrix() {
	let theta = || Given(f32s(&[1, 2, 3], &[1., 0., 0., 0., 1., 0.5]));
	let size = |dims: &[i64]| Fixed(i64s(&[dims.len() as u32], dims));
	let y = apply(20, "AffineGrid", &[], &[theta(), size(&[1, 1, 2, 2])], &[F]).unwrap();
	assert_eq!(y[0].shape, [1, 2, 2, 2]);
	assert_eq!(floats(&y[0]), [-0.5, 0., 0.5, 0., -0.5, 1., 0.5, 1.]);
	let corners = [int("align_corners", 1)];
	let y = apply(20, "AffineGrid", &corners, &[theta(), size(&[1, 1, 2, 2])], &[F]).unwrap();
	assert_eq!(floats(&y[0]), [-1., -0.5, 1., -0.5, -1., 1.5, 1., 1.5]);
	for dims in [&[1, 1, 2][..], &[2, 1, 2, 2], &[1, 1, 0, 2], &[1, 1, 2, 2, 2], &[1, 1, -1, 2]] {
		assert_eq!(fault(20, "AffineGrid", &[], &[theta(), size(dims)]), REFUSED);
	}
	let huge = size(&[1, 1, i64::MAX, i64::MAX]);
	assert_eq!(fault(20, "AffineGrid", &[], &[theta(), huge]), REFUSED);
	let one = size(&[1, 1, 1, 2]);
	assert_eq!(fault(20, "AffineGrid", &corners, &[theta(), one]), REFUSED);
}

#[test]
fn unique_elements_of_constants() {
	let i = DType::Int64;
	let of = |attributes: &[AttributeProto], x: Tensor| {
		apply(11, "Unique", attributes, &[Fixed(x)], &[F, i, i, i])
	};
	let x = f32s(&[6], &[2., 1., 1., 3., 4., 3.]);
	let y = of(&[int("sorted", 0)], x.clone()).unwrap();
	assert_eq!(floats(&y[0]), [2., 1., 3., 4.]);
	assert_eq!(y[1], i64s(&[4], &[0, 1, 3, 4]));
	assert_eq!(y[2], i64s(&[6], &[0, 1, 1, 2, 3, 2]));
	assert_eq!(y[3], i64s(&[4], &[1, 2, 2, 1]));
	let y = of(&[], x).unwrap();
	assert_eq!(floats(&y[0]), [1., 2., 3., 4.]);
	let x = f32s(&[3, 3], &[1., 0., 0., 1., 0., 0., 2., 3., 4.]);
	let y = of(&[int("axis", 0)], x).unwrap();
	assert_eq!(y[0], f32s(&[2, 3], &[1., 0., 0., 2., 3., 4.]));
	assert_eq!((&y[1], &y[2]), (&i64s(&[2], &[0, 2]), &i64s(&[3], &[0, 0, 1])));
	let x = f32s(&[2, 4, 2], &[1., 1., 0., 1., 2., 1., 0., 1., 1., 1., 0., 1., 2., 1., 0., 1.]);
	let y = of(&[int("axis", 1)], x).unwrap();
	assert_eq!(y[0], f32s(&[2, 3, 2], &[0., 1., 1., 1., 2., 1., 0., 1., 1., 1., 2., 1.]));
	assert_eq!(y[3], i64s(&[3], &[2, 1, 1]));
	// Zeros are equal, NaNs too, and come last.
	let x = f32s(&[6], &[f32::NAN, 0., -0., f32::NEG_INFINITY, -f32::NAN, -1.]);
	let y = of(&[], x).unwrap();
	assert_eq!(y[1], i64s(&[4], &[3, 5, 1, 0]));
	for dtype in [DType::Int8, DType::Uint64, DType::Int64] {
		let x = integers(dtype, &[4], &[-1, 3, -1, 0]);
		let y = apply(11, "Unique", &[], &[Fixed(x)], &[dtype]).unwrap();
		let expected = if dtype == DType::Uint64 { [0, 3, -1] } else { [-1, 0, 3] };
		assert_eq!(y[0], integers(dtype, &[3], &expected));
	}
}

#[test]
fn unique_elements_of_an_input() {
	// The count depends on data, so it is no output, but a reduction of it may be.
	let x = f32s(&[2, 3], &[2., 1., 1., 3., 4., 3.]);
	assert_eq!(fault(11, "Unique", &[], &[Given(x.clone())]), REFUSED);
	let (mut model, inputs) = model_of(13, "Unique", &[], &[Given(x.clone())], &[F]);
	let mut sum = node("ReduceSum", &["y0"], &["sum"]);
	sum.attribute.push(int("keepdims", 0));
	graph(&mut model).node.push(sum);
	graph(&mut model).output = vec![f32_value("sum", &[])];
	let y = run(&load_model(&model).unwrap(), &inputs).unwrap();
	assert_eq!(floats(&y[0]), [10.]);
	let axis = [int("axis", 5)];
	assert_eq!(fault(11, "Unique", &axis, &[Given(x)]), REFUSED);
	let axis = [int("axis", 2)];
	assert_eq!(fault(11, "Unique", &axis, &[Fixed(f32s(&[2, 3], &[0.; 6]))]), REFUSED);
}

#[test]
fn conditions_choose() {
	let x = || Given(f32s(&[3, 2], &[1., 2., 3., 4., 5., 6.]));
	let condition = |choices: &[u8]| Tensor {
		dtype: DType::Bool,
		shape: vec![choices.len() as u32],
		data: choices.to_vec(),
	};
	let y = apply(11, "Compress", &[int("axis", 0)], &[x(), Fixed(condition(&[0, 1, 1]))], &[F]);
	assert_eq!(y.unwrap()[0], f32s(&[2, 2], &[3., 4., 5., 6.]));
	let y = apply(11, "Compress", &[int("axis", -1)], &[x(), Fixed(condition(&[0, 1]))], &[F]);
	assert_eq!(y.unwrap()[0], f32s(&[3, 1], &[2., 4., 6.]));
	let y = apply(11, "Compress", &[], &[x(), Fixed(condition(&[0, 1, 0, 0, 1]))], &[F]);
	assert_eq!(y.unwrap()[0], f32s(&[2], &[2., 5.]));
	let beyond = Fixed(condition(&[0, 0, 0, 1]));
	assert_ne!(fault(11, "Compress", &[int("axis", 0)], &[x(), beyond]), ErrorCode::NotOnnx);
	let axis = [int("axis", 2)];
	assert_eq!(fault(11, "Compress", &axis, &[x(), Fixed(condition(&[1]))]), REFUSED);
	assert_eq!(fault(11, "Compress", &[], &[x(), Given(condition(&[1, 0]))]), REFUSED);

	let (mut model, inputs) =
		model_of(13, "Compress", &[], &[x(), Given(condition(&[1, 0, 1, 0, 0, 1]))], &[F]);
	let mut sum = node("ReduceSum", &["y0"], &["sum"]);
	sum.attribute.push(int("keepdims", 0));
	graph(&mut model).node.push(sum);
	graph(&mut model).output = vec![f32_value("sum", &[])];
	let y = run(&load_model(&model).unwrap(), &inputs).unwrap();
	assert_eq!(floats(&y[0]), [10.]);
}

#[test]
fn numbers_are_quantised() {
	let x = || Given(f32s(&[6], &[0., 2., 3., 1000., -254., -1000.]));
	let scale = |elements: &[f32]| Fixed(f32s(&[elements.len() as u32], elements));
	let u8s = |elements: &[i64]| integers(DType::Uint8, &[elements.len() as u32], elements);
	let one = |x: f32| Fixed(f32s(&[], &[x]));
	let zero = |dtype, n| Fixed(integers(dtype, &[], &[n]));
	let to =
		|dtype, n, x| apply(21, "QuantizeLinear", &[], &[x, one(2.), zero(dtype, n)], &[dtype]);
	let y = to(DType::Uint8, 128, x()).unwrap();
	assert_eq!(y[0], u8s(&[128, 129, 130, 255, 1, 0]));
	let y = to(DType::Int8, -1, x()).unwrap();
	assert_eq!(y[0], integers(DType::Int8, &[6], &[-1, 0, 1, 127, -128, -128]));
	let y = to(DType::Uint16, 32767, x()).unwrap();
	let expected = [32767, 32768, 32769, 33267, 32640, 32267];
	assert_eq!(y[0], integers(DType::Uint16, &[6], &expected));
	// What is far out saturates, whatever is added; NaN is zero.
	let x = Given(f32s(&[4], &[1e30, -1e30, f32::INFINITY, f32::NAN]));
	assert_eq!(to(DType::Uint8, 128, x).unwrap()[0], u8s(&[255, 0, 255, 128]));
	// A division, not a product with a reciprocal: 0.7 / 0.1 is above 7 − 1/2 ulp.
	let args = [Given(f32s(&[1], &[0.35])), one(0.1)];
	let y = apply(13, "QuantizeLinear", &[], &args, &[DType::Uint8]).unwrap();
	assert_eq!(y[0], u8s(&[(0.35f32 / 0.1f32).round_ties_even() as i64]));

	let x = f32s(&[1, 3, 2], &[-162., 10., -100., 232., -20., -50.]);
	let per_axis = [Given(x.clone()), scale(&[2., 4., 5.]), Fixed(u8s(&[84, 24, 196]))];
	let y = apply(13, "QuantizeLinear", &[], &per_axis, &[DType::Uint8]).unwrap();
	assert_eq!(y[0], integers(DType::Uint8, &[1, 3, 2], &[3, 89, 0, 82, 192, 186]));
	let y = apply(13, "QuantizeLinear", &[int("axis", -2)], &per_axis, &[DType::Uint8]).unwrap();
	assert_eq!(y[0].data, [3, 89, 0, 82, 192, 186]);

	let args = || [Given(x.clone()), scale(&[2., 4.]), Fixed(u8s(&[84, 24]))];
	assert_eq!(fault(13, "QuantizeLinear", &[], &args()), REFUSED);
	assert_eq!(fault(13, "QuantizeLinear", &[int("axis", 7)], &args()), REFUSED);
	assert_eq!(fault(13, "QuantizeLinear", &[], &[args()[0].same(), scale(&[])]), REFUSED);
	let blocks = [int("block_size", i64::MAX)];
	assert_eq!(fault(21, "QuantizeLinear", &blocks, &args()), REFUSED);
	let negative = [int("block_size", -1)];
	assert_eq!(fault(21, "QuantizeLinear", &negative, &args()), REFUSED);
	let other = [int("output_dtype", 17)];
	assert_eq!(fault(21, "QuantizeLinear", &other, &[x_of(&x), one(1.)]), REFUSED);
}

fn x_of(x: &Tensor) -> Arg {
	Given(x.clone())
}

impl Arg {
	fn same(&self) -> Arg {
		match self {
			Given(tensor) => Given(tensor.clone()),
			Fixed(tensor) => Fixed(tensor.clone()),
		}
	}
}

#[test]
fn levels_become_numbers() {
	let scale = |elements: &[f32]| f32s(&[elements.len() as u32], elements);
	let x = integers(DType::Uint8, &[4], &[0, 3, 128, 255]);
	let zero = || Given(integers(DType::Uint8, &[1], &[128]));
	// A scale that is an input, as after DynamicQuantizeLinear.
	let args = [Given(x), Given(scale(&[2.])), zero()];
	let y = apply(13, "DequantizeLinear", &[], &args, &[F]).unwrap();
	assert_eq!(floats(&y[0]), [-256., -250., 0., 254.]);
	let x = || Given(integers(DType::Int32, &[2, 2], &[100, -200, 1 << 30, 7]));
	let y = apply(13, "DequantizeLinear", &[], &[x(), Fixed(scale(&[0.5, 2.]))], &[F]).unwrap();
	assert_eq!(floats(&y[0]), [50., -400., 536870912., 14.]);
	// Blocks of 2 along the last axis: of 3 elements the last one is alone.
	let x = integers(DType::Int8, &[2, 3], &[1, 2, 3, 4, 5, 6]);
	let args = [
		Given(x),
		Fixed(f32s(&[2, 2], &[1., 10., 100., 1000.])),
		Fixed(integers(DType::Int8, &[2, 2], &[0, 1, 0, -1])),
	];
	let attributes = [int("axis", 1), int("block_size", 2)];
	let y = apply(21, "DequantizeLinear", &attributes, &args, &[F]).unwrap();
	assert_eq!(floats(&y[0]), [1., 2., 20., 400., 500., 7000.]);
	let args = [Given(integers(DType::Int64, &[1], &[1])), Fixed(scale(&[1.]))];
	assert_eq!(fault(13, "DequantizeLinear", &[], &args), REFUSED);
	let args = [
		x_of(&integers(DType::Uint8, &[1], &[1])),
		Fixed(scale(&[1.])),
		Fixed(integers(DType::Int8, &[1], &[1])),
	];
	assert_eq!(fault(13, "DequantizeLinear", &[], &args), REFUSED);
}

#[test]
fn casts_keep_64_bits() {
	let to = |code| int("to", code);
	let x = Given(f32s(&[4], &[3e9, -3e9, 1.9, -1.9]));
	let y = apply(13, "Cast", &[to(7)], &[x], &[DType::Int64]).unwrap();
	assert_eq!(y[0], i64s(&[4], &[3_000_000_000, -3_000_000_000, 1, -1]));
	let x = Given(f32s(&[3], &[0., -0.5, f32::NAN]));
	let y = apply(13, "Cast", &[to(9)], &[x], &[DType::Bool]).unwrap();
	assert_eq!(y[0].data, [0, 1, 1]);
	let x = integers(DType::Int64, &[2], &[i64::MAX, -7]);
	let like = Given(integers(DType::Int64, &[1], &[0]));
	let args = [Given(integers(DType::Uint64, &[2], &[i64::MAX, 7])), like];
	let y = apply(15, "CastLike", &[], &args, &[DType::Int64]).unwrap();
	assert_eq!(y[0], i64s(&[2], &[i64::MAX, 7]));
	let args = [Given(x), Given(f32s(&[1], &[0.]))];
	let y = apply(15, "CastLike", &[], &args, &[F]).unwrap();
	assert_eq!(floats(&y[0]), [i64::MAX as f32, -7.]);
}

#[test]
fn a_division_by_zero_is_an_error_of_the_run() {
	for dtype in [DType::Int8, DType::Int32, DType::Int64, DType::Uint64] {
		let x = |elements: &[i64]| integers(dtype, &[2], elements);
		for operator in ["Div", "Mod"] {
			let args = [Given(x(&[7, 9])), Given(x(&[2, 0]))];
			let error = apply(13, operator, &[], &args, &[dtype]).unwrap_err();
			assert_eq!(error.error.code, FAILED);
			assert!(error.node().contains("division by zero"), "{}", error.node());
			// A constant is known before.
			let args = [Given(x(&[7, 9])), Fixed(x(&[2, 0]))];
			assert_eq!(fault(13, operator, &[], &args), REFUSED);
			let args = [Fixed(x(&[7, 9])), Fixed(x(&[2, 0]))];
			assert_eq!(fault(13, operator, &[], &args), REFUSED);
		}
		let args = [Given(x(&[7, 9])), Given(x(&[2, 4]))];
		assert_eq!(apply(13, "Div", &[], &args, &[dtype]).unwrap()[0], x(&[3, 2]));
		assert_eq!(apply(13, "Mod", &[], &args, &[dtype]).unwrap()[0], x(&[1, 1]));
	}
	let x = |elements: &[i64]| Given(i64s(&[3], elements));
	let args = [x(&[-7, 7, i64::MIN]), x(&[3, -3, -1])];
	let y = apply(13, "Mod", &[], &args, &[DType::Int64]).unwrap();
	assert_eq!(y[0], i64s(&[3], &[2, -2, 0]));
	let y = apply(13, "Mod", &[int("fmod", 1)], &args, &[DType::Int64]).unwrap();
	assert_eq!(y[0], i64s(&[3], &[-1, 1, 0]));
	// Floats divide by zero as IEEE 754 says.
	let args = [Given(f32s(&[2], &[1., -1.])), Given(f32s(&[2], &[0., 0.]))];
	let y = apply(13, "Div", &[], &args, &[F]).unwrap();
	assert_eq!(floats(&y[0]), [f32::INFINITY, f32::NEG_INFINITY]);
}

#[test]
fn an_index_out_of_range_is_an_error_of_the_run() {
	let x = || Given(f32s(&[2, 3], &[1., 2., 3., 4., 5., 6.]));
	let u = |shape: &[u32]| Given(f32s(shape, &vec![9.; shape.iter().product::<u32>() as usize]));
	let at = |shape: &[u32], elements: &[i64]| i64s(shape, elements);
	let axis = [int("axis", 1)];
	// Operator, attributes, shape of indices, good ones, expected output, updates.
	let cases: [(&str, &[AttributeProto], &[u32], &[i64], &[f32], Option<&[u32]>); 6] = [
		("Gather", &axis, &[2], &[0, -1], &[1., 3., 4., 6.], None),
		("GatherElements", &axis, &[2, 2], &[0, -1, 1, 1], &[1., 3., 5., 5.], None),
		("GatherElements", &[], &[1, 3], &[0, 1, -1], &[1., 5., 6.], None),
		("GatherND", &[], &[2, 2], &[0, -1, -1, 0], &[3., 4.], None),
		("ScatterElements", &axis, &[1, 2], &[0, -1], &[9., 2., 9., 4., 5., 6.], Some(&[1, 2])),
		("ScatterND", &[], &[1, 2], &[-1, -3], &[1., 2., 3., 9., 5., 6.], Some(&[1])),
	];
	for (operator, attributes, shape, good, expected, updates) in cases {
		for fixed in [false, true] {
			let args = |indices: &[i64]| {
				let indices = at(shape, indices);
				let indices = if fixed { Fixed(indices) } else { Given(indices) };
				let mut args = vec![x(), indices];
				args.extend(updates.map(u));
				args
			};
			let y = apply(16, operator, attributes, &args(good), &[F]).unwrap();
			assert_eq!(floats(&y[0]), expected, "{operator}");
			for bad in [3, -4, i64::MAX, i64::MIN] {
				let mut indices = good.to_vec();
				indices[0] = bad;
				let code = fault(16, operator, attributes, &args(&indices));
				assert_eq!(code, if fixed { REFUSED } else { FAILED }, "{operator} {bad}");
			}
		}
	}
	for (operator, attributes, args) in [
		("Gather", &[int("axis", 2)][..], vec![x(), Given(at(&[1], &[0]))]),
		("GatherElements", &axis, vec![x(), Given(at(&[3, 1], &[0; 3]))]),
		("GatherElements", &axis, vec![x(), Given(at(&[1], &[0]))]),
		("GatherND", &[], vec![x(), Given(at(&[1, 3], &[0; 3]))]),
		("GatherND", &[int("batch_dims", 1)], vec![x(), Given(at(&[1, 1], &[0]))]),
		("GatherND", &[int("batch_dims", 2)], vec![x(), Given(at(&[2, 1], &[0; 2]))]),
		("ScatterElements", &axis, vec![x(), Given(at(&[1, 1], &[0])), u(&[1, 2])]),
		("ScatterElements", &axis, vec![x(), Given(at(&[3, 1], &[0; 3])), u(&[3, 1])]),
		("ScatterND", &[], vec![x(), Given(at(&[1, 2], &[0; 2])), u(&[1, 3])]),
		("ScatterND", &[], vec![x(), Given(at(&[1, 3], &[0; 3])), u(&[1])]),
	] {
		assert_eq!(fault(16, operator, attributes, &args), REFUSED, "{operator}");
	}
}

#[test]
fn determinants() {
	let x = Given(f32s(&[2, 2, 2], &[0., 2., 3., 4., 1., 2., 2., 4.]));
	assert_eq!(floats(&apply(11, "Det", &[], &[x], &[F]).unwrap()[0]), [-6., 0.]);
	assert_eq!(fault(11, "Det", &[], &[Given(f32s(&[2, 3], &[0.; 6]))]), REFUSED);
	assert_eq!(fault(11, "Det", &[], &[Given(f32s(&[2], &[0.; 2]))]), REFUSED);
}

#[test]
fn pooled_elements_go_back() {
	let x = || Given(f32s(&[1, 1, 2, 2], &[1., 2., 3., 4.]));
	let indices = |elements: &[i64]| Given(i64s(&[1, 1, 2, 2], elements));
	let attributes = [ints("kernel_shape", &[2, 2]), ints("strides", &[2, 2])];
	let y = apply(11, "MaxUnpool", &attributes, &[x(), indices(&[5, 7, 13, 15])], &[F]).unwrap();
	let expected = [0., 0., 0., 0., 0., 1., 0., 2., 0., 0., 0., 0., 0., 3., 0., 4.];
	assert_eq!(y[0], f32s(&[1, 1, 4, 4], &expected));
	for bad in [16, -1, i64::MAX] {
		let args = [x(), indices(&[0, 1, 2, bad])];
		assert_eq!(fault(11, "MaxUnpool", &attributes, &args), FAILED);
	}
	for attributes in [
		vec![],
		vec![ints("kernel_shape", &[2])],
		vec![ints("kernel_shape", &[2, 2]), ints("pads", &[9, 9, 9, 9])],
		vec![ints("kernel_shape", &[i64::MAX, 2])],
	] {
		assert_eq!(fault(11, "MaxUnpool", &attributes, &[x(), indices(&[0; 4])]), REFUSED);
	}
	let shape = Fixed(i64s(&[4], &[1, 1, 5, 5]));
	assert_eq!(fault(11, "MaxUnpool", &attributes, &[x(), indices(&[0; 4]), shape]), REFUSED);
}

#[test]
fn images_are_cropped_and_padded() {
	let x: Vec<f32> = (1..=12).map(|n| n as f32).collect();
	let x = || Given(f32s(&[3, 4], &x));
	let shape = |dims: &[i64]| Fixed(i64s(&[dims.len() as u32], dims));
	let y = apply(18, "CenterCropPad", &[], &[x(), shape(&[4, 3])], &[F]).unwrap();
	let expected = [1., 2., 3., 5., 6., 7., 9., 10., 11., 0., 0., 0.];
	assert_eq!(y[0], f32s(&[4, 3], &expected));
	let y = apply(18, "CenterCropPad", &[ints("axes", &[-1])], &[x(), shape(&[1])], &[F]).unwrap();
	assert_eq!(y[0], f32s(&[3, 1], &[2., 6., 10.]));
	for (axes, dims) in [(&[0, 0][..], &[2, 2][..]), (&[0], &[2, 2]), (&[2], &[2]), (&[0], &[-1])] {
		let args = [x(), shape(dims)];
		assert_eq!(fault(18, "CenterCropPad", &[ints("axes", axes)], &args), REFUSED);
	}
	let args = [x(), shape(&[i64::MAX, i64::MAX])];
	assert_eq!(fault(18, "CenterCropPad", &[], &args), REFUSED);
}

#[test]
fn caches_are_written() {
	let cache = || Given(f32s(&[2, 3, 1], &[0.; 6]));
	let update = || Given(f32s(&[2, 2, 1], &[1., 2., 3., 4.]));
	let places = |elements: &[i64]| Given(i64s(&[2], elements));
	let y = apply(24, "TensorScatter", &[], &[cache(), update(), places(&[0, 1])], &[F]).unwrap();
	assert_eq!(floats(&y[0]), [1., 2., 0., 0., 3., 4.]);
	let circular = [string("mode", "circular")];
	let args = [cache(), update(), places(&[2, i64::MAX])];
	let y = apply(24, "TensorScatter", &circular, &args, &[F]).unwrap();
	// 2^63 − 1 modulo 3 is 1.
	assert_eq!(floats(&y[0]), [2., 0., 1., 0., 3., 4.]);
	for bad in [[0, 2], [-1, 0], [i64::MAX, 0], [i64::MIN, 0]] {
		let args = [cache(), update(), places(&bad)];
		assert_eq!(fault(24, "TensorScatter", &[], &args), FAILED);
	}
	let args = [cache(), Given(f32s(&[2, 4, 1], &[0.; 8]))];
	assert_eq!(fault(24, "TensorScatter", &[], &args), REFUSED);
	assert_eq!(fault(24, "TensorScatter", &[int("axis", 0)], &[cache(), update()]), REFUSED);
}

#[test]
fn losses_weigh_and_ignore() {
	let scores = || Given(f32s(&[2, 3], &[-1., -2., -3., -4., -5., -6.]));
	let target = |elements: &[i64]| Given(i64s(&[2], elements));
	let name = "NegativeLogLikelihoodLoss";
	let reduction = |text: &str| string("reduction", text);
	let y = apply(13, name, &[reduction("none")], &[scores(), target(&[0, 2])], &[F]).unwrap();
	assert_eq!(floats(&y[0]), [1., 6.]);
	let y = apply(13, name, &[], &[scores(), target(&[0, 2])], &[F]).unwrap();
	assert_eq!(y[0], f32s(&[], &[3.5]));
	let weights = || Fixed(f32s(&[3], &[1., 1., 3.]));
	let y = apply(13, name, &[], &[scores(), target(&[0, 2]), weights()], &[F]).unwrap();
	assert_eq!(floats(&y[0]), [19. / 4.]);
	let ignoring = [int("ignore_index", -100)];
	let y = apply(13, name, &ignoring, &[scores(), target(&[-100, 2])], &[F]).unwrap();
	assert_eq!(floats(&y[0]), [6.]);
	for bad in [-1, 3, i64::MAX] {
		assert_eq!(fault(13, name, &[], &[scores(), target(&[bad, 0])]), FAILED);
	}
	assert_eq!(fault(13, name, &[reduction("max")], &[scores(), target(&[0, 0])]), REFUSED);
	let short = Given(i64s(&[1], &[0]));
	assert_eq!(fault(13, name, &[], &[scores(), short]), REFUSED);

	let args = [scores(), target(&[0, 0])];
	let y = apply(13, "SoftmaxCrossEntropyLoss", &[], &args, &[F, F]).unwrap();
	let log = (1f64 + (-1f64).exp() + (-2f64).exp()).ln();
	assert_eq!(floats(&y[0]), [log as f32]);
	assert_eq!(floats(&y[1])[..3], [-log as f32, (-1. - log) as f32, (-2. - log) as f32]);
}

#[test]
fn regions_are_sampled() {
	let x: Vec<f32> = (0..16).map(|n| n as f32).collect();
	let x = || Given(f32s(&[1, 1, 4, 4], &x));
	let roi = |corners: &[f32]| Given(f32s(&[1, 4], corners));
	let image = |n| Given(i64s(&[1], &[n]));
	let y = apply(16, "RoiAlign", &[], &[x(), roi(&[0., 0., 4., 4.]), image(0)], &[F]).unwrap();
	assert_eq!(y[0], f32s(&[1, 1, 1, 1], &[7.5]));
	for (corners, n) in [
		([0., 0., 4., 4.], 1),
		([0., 0., 4., 4.], -1),
		([0., 0., 1e30, 1.], 0),
		([0., 0., f32::NAN, 1.], 0),
		([f32::INFINITY, 0., 1., 1.], 0),
	] {
		assert_eq!(fault(16, "RoiAlign", &[], &[x(), roi(&corners), image(n)]), FAILED);
	}
	for attribute in [
		int("output_height", 0),
		int("output_width", i64::MAX),
		int("sampling_ratio", 1 << 20),
		int("sampling_ratio", -1),
		string("mode", "min"),
	] {
		let args = [x(), roi(&[0., 0., 4., 4.]), image(0)];
		assert_eq!(fault(16, "RoiAlign", &[attribute], &args), REFUSED);
	}
}

#[test]
fn images_grow_as_before_opset_11() {
	let x = || Given(f32s(&[1, 1, 1, 2], &[1., 2.]));
	let scales = |last: f32| Fixed(f32s(&[4], &[1., 1., 1., last]));
	for operator in ["Upsample", "Resize"] {
		let version = if operator == "Resize" { 10 } else { 9 };
		let y = apply(version, operator, &[], &[x(), scales(4.)], &[F]).unwrap();
		assert_eq!(floats(&y[0]), [1., 1., 1., 1., 2., 2., 2., 2.]);
		for bad in [f32::NAN, 0., -1., 1e30] {
			assert_eq!(fault(version, operator, &[], &[x(), scales(bad)]), REFUSED);
		}
	}
	let y = apply(7, "Upsample", &[list("scales", &[1., 1., 1., 2.])], &[x()], &[F]).unwrap();
	assert_eq!(floats(&y[0]), [1., 1., 2., 2.]);
	assert_eq!(fault(9, "Upsample", &[], &[x()]), REFUSED);
	assert_eq!(fault(10, "Upsample", &[], &[x(), scales(2.)]), ErrorCode::OperatorUnsupported);
}
