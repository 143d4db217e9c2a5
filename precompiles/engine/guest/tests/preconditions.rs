//! Models that are only wrong: refused when they are loaded, where tract would trap.

mod common;

use common::{one::*, *};
use opg_engine_abi::{DType, ErrorCode, Tensor};
use tract_onnx::pb::{AttributeProto, NodeProto, TensorProto};

#[test]
fn axes_of_reductions_exist() {
	for (version, operator) in [(17, "ArgMax"), (17, "ArgMin")] {
		for axis in [4, -5] {
			assert_eq!(fault(version, operator, &[int("axis", axis)], &[image()]), REFUSED);
		}
	}
	for operator in ["ReduceMax", "ReduceMean", "ReduceSum", "ReduceL2", "ReduceProd"] {
		for axes in [&[4][..], &[-5], &[1, 1], &[0, -4]] {
			assert_eq!(fault(11, operator, &[ints("axes", axes)], &[image()]), REFUSED);
			let axes = Fixed(i64s(&[axes.len() as u32], axes));
			assert_eq!(fault(18, operator, &[], &[image(), axes]), REFUSED);
		}
	}
	let y = apply(18, "ReduceSum", &[int("keepdims", 0)], &[image()], &[F]).unwrap();
	assert_eq!(floats(&y[0]), [18.0]);
}

#[test]
fn booleans_have_a_largest_and_a_smallest() {
	let x = || integers(DType::Bool, &[2, 2], &[0, 1, 0, 0]);
	let axes = || Fixed(i64s(&[1], &[1]));
	for x in [Given(x()), Fixed(x())] {
		for (operator, expected) in [("ReduceMax", [1, 0]), ("ReduceMin", [0, 0])] {
			let args = [x.same(), axes()];
			let y = apply(20, operator, &[int("keepdims", 0)], &args, &[DType::Bool]).unwrap();
			assert_eq!(y[0], integers(DType::Bool, &[2], &expected));
		}
	}
	let bytes = integers(DType::Uint8, &[2], &[3, 200]);
	let y = apply(18, "ReduceMax", &[], &[Given(bytes)], &[DType::Uint8]).unwrap();
	assert_eq!(y[0], integers(DType::Uint8, &[1], &[200]));
}

#[test]
fn products_are_added_to_in_their_own_dtype() {
	let gemm = |dtype: DType, a: Tensor, b: Tensor, c: Tensor| {
		let attributes = [float("alpha", 2.0), float("beta", 3.0)];
		apply(13, "Gemm", &attributes, &[Given(a), Fixed(b), Fixed(c)], &[dtype])
	};
	let doubles = |shape: &[u32], elements: &[f64]| Tensor {
		dtype: DType::Float64,
		shape: shape.to_vec(),
		data: elements.iter().flat_map(|x| x.to_le_bytes()).collect(),
	};
	let ones = || doubles(&[2, 2], &[1.0; 4]);
	for c in [
		doubles(&[], &[1.0]),
		doubles(&[1], &[1.0]),
		doubles(&[2], &[1.0; 2]),
		doubles(&[1, 2], &[1.0; 2]),
		doubles(&[2, 1], &[1.0; 2]),
		ones(),
	] {
		let y = gemm(DType::Float64, ones(), ones(), c).unwrap();
		assert_eq!(y[0], doubles(&[2, 2], &[7.0; 4]));
	}
	let floats_of = |shape: &[u32]| {
		let count = shape.iter().product::<u32>() as usize;
		f32s(shape, &vec![1.0; count])
	};
	let y = gemm(F, floats_of(&[2, 2]), floats_of(&[2, 2]), floats_of(&[2])).unwrap();
	assert_eq!(floats(&y[0]), [7.0; 4]);
	for wide in [&[3][..], &[3, 2], &[2, 2, 2], &[1, 1, 2]] {
		let y = gemm(F, floats_of(&[1, 2]), floats_of(&[2, 2]), floats_of(wide));
		assert_eq!(y.unwrap_err().error.code, REFUSED, "{wide:?}");
	}
	// Two thirds of an integer.
	let a = || integers(DType::Int32, &[1, 1], &[3]);
	let args = [Given(a()), Fixed(a())];
	assert_eq!(fault(13, "Gemm", &[float("alpha", 0.66)], &args), REFUSED);
}

#[test]
fn dtypes_without_code_are_refused_at_load() {
	let doubles = || Tensor { dtype: DType::Float64, shape: vec![1], data: vec![0; 8] };
	for operator in ["Erf", "Gelu", "HardSwish", "LeakyRelu", "Round", "Sigmoid", "Swish"] {
		assert_eq!(fault(24, operator, &[], &[Given(doubles())]), REFUSED, "{operator}");
	}
	for dtype in [DType::Int8, DType::Uint32, DType::Int64] {
		let x = Given(integers(dtype, &[1], &[1]));
		assert_eq!(fault(13, "Erf", &[], &[x]), REFUSED, "{dtype:?}");
	}
	let (model, _) = model_of(14, "Erf", &[], &[Given(doubles())], &[DType::Float64]);
	let Err(refusal) = load_model(&model) else { panic!("tract has no such Erf") };
	let place = String::from_utf8(refusal.node).unwrap();
	assert!(place.contains("y0") || place.contains("Erf"), "{place}");
	apply(13, "Exp", &[], &[Given(doubles())], &[DType::Float64]).expect("has code");
}

#[test]
fn booleans_are_equal_or_not() {
	let bools = |elements: &[i64]| integers(DType::Bool, &[elements.len() as u32], elements);
	for (a, b) in [
		(Given(bools(&[0, 1, 1])), Given(bools(&[1]))),
		(Given(bools(&[0, 1, 1])), Fixed(bools(&[1]))),
		(Fixed(bools(&[0, 1, 1])), Fixed(bools(&[1]))),
	] {
		let y = apply(19, "Equal", &[], &[a, b], &[DType::Bool]).unwrap();
		assert_eq!(y[0], bools(&[0, 1, 1]));
	}
	let args = [Given(i64s(&[2], &[1, 2])), Fixed(i64s(&[2], &[1, 3]))];
	assert_eq!(apply(19, "Equal", &[], &args, &[DType::Bool]).unwrap()[0], bools(&[1, 0]));
}

#[test]
fn channels_need_an_axis() {
	let one = || Fixed(f32s(&[1], &[1.0]));
	let of = |x: Tensor| [Given(x), one(), one(), one(), one()];
	for x in [f32s(&[], &[1.0]), f32s(&[1], &[1.0])] {
		assert_eq!(fault(15, "BatchNormalization", &[], &of(x)), REFUSED);
	}
	apply(15, "BatchNormalization", &[], &of(f32s(&[2, 1], &[1.0; 2])), &[F]).expect("has them");
}

#[test]
fn ranges_end() {
	let range = |dtype: DType, numbers: [Tensor; 3]| {
		let version = 11;
		apply(version, "Range", &[], &numbers.map(Fixed), &[dtype])
	};
	let floats_of = |numbers: [f32; 3]| range(F, numbers.map(|x| f32s(&[], &[x])));
	let y = floats_of([0.0, 1.0, 0.25]).unwrap();
	assert_eq!(y[0], f32s(&[4], &[0.0, 0.25, 0.5, 0.75]));
	assert_eq!(floats_of([1.0, 0.0, 0.5]).unwrap()[0], f32s(&[0], &[]));
	for numbers in [
		[f32::NAN, 1.0, 1.0],
		[0.0, f32::NAN, 1.0],
		[0.0, 1.0, f32::NAN],
		[f32::INFINITY, 1.0, 1.0],
		[0.0, f32::INFINITY, 1.0],
		[0.0, 1.0, 0.0],
		[0.0, 1.0, -0.0],
		[0.0, 1.0, 1e-30],
	] {
		assert_eq!(floats_of(numbers).unwrap_err().error.code, REFUSED, "{numbers:?}");
	}
	let whole = |numbers: [i64; 3]| range(DType::Int64, numbers.map(|n| i64s(&[], &[n])));
	assert_eq!(whole([10, 4, -3]).unwrap()[0], i64s(&[2], &[10, 7]));
	assert_eq!(whole([10, 40, -3]).unwrap()[0], i64s(&[0], &[]));
	let last = [i64::MAX - 1, i64::MAX, i64::MAX];
	assert_eq!(whole(last).unwrap()[0], i64s(&[1], &[i64::MAX - 1]));
	for numbers in [[0, 1, 0], [0, i64::MAX, 1], [i64::MIN, i64::MAX, 1]] {
		assert_eq!(whole(numbers).unwrap_err().error.code, REFUSED, "{numbers:?}");
	}
	let small = [30_000, 32_767, 2_000].map(|n| integers(DType::Int16, &[], &[n]));
	let y = range(DType::Int16, small).unwrap();
	assert_eq!(y[0], integers(DType::Int16, &[2], &[30_000, 32_000]));
	// How many there are must be known.
	let args = [Given(i64s(&[], &[0])), Fixed(i64s(&[], &[3])), Fixed(i64s(&[], &[1]))];
	assert_eq!(fault(11, "Range", &[], &args), REFUSED);
}

#[test]
fn slices_go_the_way_of_their_steps() {
	let x = || Given(f32s(&[4], &[0.0, 1.0, 2.0, 3.0]));
	let of = |n: i64| Fixed(i64s(&[1], &[n]));
	let slice = |start: i64, end: i64, step: i64| {
		let args = [x(), of(start), of(end), of(0), of(step)];
		apply(13, "Slice", &[], &args, &[F]).map_err(|refusal| refusal.error.code)
	};
	for (start, end, step, expected) in [
		(1, i64::MAX, 2, &[1.0, 3.0][..]),
		(-1, i64::MIN, -2, &[3.0, 1.0]),
		(-3, -1, 1, &[1.0, 2.0]),
		(9, 12, 1, &[]),
		(i64::MIN, i64::MAX, 1 << 30, &[0.0]),
	] {
		let y = slice(start, end, step).unwrap();
		assert_eq!(floats(&y[0]), expected, "{start} {end} {step}");
	}
	for (start, end, step) in [
		(3, 1, 1),
		(1, 3, -1),
		(0, i64::MIN, 1),
		(3, i64::MAX, -1),
		(0, 4, 0),
		(0, 4, 1 << 32),
		(0, 4, i64::MIN),
	] {
		assert_eq!(slice(start, end, step), Err(REFUSED), "{start} {end} {step}");
	}
	for args in [
		vec![x(), of(0), of(2), of(1)],
		vec![x(), of(0), Fixed(i64s(&[2], &[1, 1]))],
		vec![x(), Fixed(i64s(&[2], &[0, 0])), Fixed(i64s(&[2], &[1, 1]))],
		vec![x(), of(0), of(2), of(0), Fixed(i64s(&[2], &[1, 1]))],
	] {
		assert_eq!(fault(13, "Slice", &[], &args), REFUSED);
	}
	// Before opset 10 bounds are attributes.
	let old = |axes: &[i64], starts: &[i64], ends: &[i64]| {
		let attributes = [ints("axes", axes), ints("starts", starts), ints("ends", ends)];
		apply(9, "Slice", &attributes, &[x()], &[F]).map_err(|refusal| refusal.error.code)
	};
	assert_eq!(floats(&old(&[0], &[-3], &[i64::MAX]).unwrap()[0]), [1.0, 2.0, 3.0]);
	for (axes, starts, ends) in [
		(&[0][..], &[3][..], &[1][..]),
		(&[0], &[-9], &[2]),
		(&[0], &[0], &[i64::MIN]),
		(&[0, 0], &[0, 0], &[1, 1]),
		(&[1], &[0], &[1]),
		(&[0], &[0, 0], &[1]),
	] {
		assert_eq!(old(axes, starts, ends), Err(REFUSED), "{axes:?} {starts:?} {ends:?}");
	}
}

#[test]
fn parts_of_an_axis_are_one_for_each_output() {
	let x = || Given(f32s(&[3, 2], &[1.0; 6]));
	for version in [11, 13, 18] {
		for lengths in [&[4, 3][..], &[3], &[2, 2], &[4, -1]] {
			let parts = ints("split", lengths);
			let fault = apply(version, "Split", &[parts], &[x()], &[F, F]).unwrap_err();
			assert_eq!(fault.error.code, REFUSED, "{version} {lengths:?}");
		}
	}
	let y = apply(11, "Split", &[ints("split", &[1, 2])], &[x()], &[F, F]).unwrap();
	assert_eq!([y[0].shape[0], y[1].shape[0]], [1, 2]);
}

/// A model that sums what a node of one input and one number makes of a length that a run gives.
fn summed(operator: &str, attributes: &[AttributeProto], number: Tensor) -> Result<f32, ErrorCode> {
	let kept = [DType::Float32, DType::Int64];
	let outputs = if operator == "TopK" { &kept[..] } else { &kept[..1] };
	let x = f32s(&[2, 2], &[1.0, 2.0, 3.0, 4.0]);
	let mut args = vec![Given(x)];
	if operator == "Resize" {
		args.push(Fixed(f32s(&[0], &[])));
	}
	args.push(Given(number));
	let (mut model, inputs) = model_of(18, operator, attributes, &args, outputs);
	let graph = model.graph.as_mut().unwrap();
	graph.node.push(NodeProto {
		op_type: "ReduceSum".into(),
		input: vec!["y0".into()],
		output: vec!["z".into()],
		attribute: vec![int("keepdims", 0)],
		..Default::default()
	});
	graph.output = vec![value("z", F, &[])];
	let loaded = load_model(&model).map_err(|refusal| refusal.error.code)?;
	let outputs = run(&loaded, &inputs).map_err(|refusal| refusal.error.code)?;
	Ok(floats(&outputs[0])[0])
}

#[test]
fn what_a_run_computes_is_checked_by_the_run() {
	let top = |count: i64| summed("TopK", &[], i64s(&[1], &[count]));
	assert_eq!(top(1), Ok(6.0));
	for count in [3, -1, i64::MAX] {
		assert_eq!(top(count), Err(FAILED), "{count}");
	}
	let triangle = |diagonal: i64| summed("Trilu", &[], i64s(&[], &[diagonal]));
	assert_eq!(triangle(0), Ok(7.0));
	assert_eq!(triangle(i64::MAX), Err(FAILED));
	// tract resizes by constants only.
	let resize = summed("Resize", &[], f32s(&[2], &[1.0, 2.0]));
	assert_eq!(resize, Err(REFUSED));
}

#[test]
fn what_is_one_element_is_no_more_and_no_less() {
	for count in [0, 2] {
		let mode = || Fixed(integers(DType::Bool, &[count], &vec![0; count as usize]));
		let ratio = || Fixed(f32s(&[], &[0.5]));
		assert_eq!(fault(22, "Dropout", &[], &[image(), ratio(), mode()]), REFUSED);
		let diagonal = Fixed(i64s(&[count], &vec![0; count as usize]));
		assert_eq!(fault(22, "Trilu", &[], &[image(), diagonal]), REFUSED);
	}
	let args = [image(), Fixed(f32s(&[], &[0.5])), Fixed(integers(DType::Bool, &[1], &[0]))];
	let y = apply(22, "Dropout", &[], &args, &[F]).unwrap();
	assert_eq!(floats(&y[0]), [1.0; 18]);
}

#[test]
fn an_ellipsis_stands_for_no_axes_or_more() {
	let sum = |equation: &str, shape: &[u32]| {
		let count = shape.iter().product::<u32>() as usize;
		let x = Given(f32s(shape, &vec![1.0; count]));
		apply(17, "Einsum", &[string("equation", equation)], &[x], &[F])
	};
	for shape in [&[][..], &[3]] {
		assert_eq!(sum("...ij->...ji", shape).unwrap_err().error.code, REFUSED);
	}
	for shape in [&[2, 3][..], &[2, 2, 3]] {
		assert_eq!(sum("...ij->...ji", shape).unwrap()[0].shape.len(), shape.len());
	}
}

/// The refusal of a node whose first input is nothing of an axis, which a slice takes.
fn on_nothing(
	operator: &str,
	version: i64,
	attributes: &[AttributeProto],
	args: &[Arg],
	axis: i64,
) -> ErrorCode {
	let (mut model, _) = model_of(version, operator, attributes, args, &[F]);
	let graph = model.graph.as_mut().unwrap();
	for (name, value) in [("none", 0), ("axis", axis)] {
		graph.initializer.push(TensorProto {
			name: name.into(),
			dims: vec![1],
			data_type: i32::from(DType::Int64.code()),
			raw_data: value.to_le_bytes().to_vec(),
			..Default::default()
		});
	}
	graph.node[0].input[0] = "sliced".into();
	graph.node.insert(0, node("Slice", &["x0", "none", "none", "axis"], &["sliced"]));
	refusal(&model).0
}

#[test]
fn what_a_slice_leaves_of_nothing_is_refused() {
	let signal = [Given(f32s(&[1, 4, 1], &[1.0; 4]))];
	for axis in [1, 2] {
		assert_eq!(on_nothing("DFT", 17, &[int("axis", 1)], &signal, axis), REFUSED);
	}
	let row = [Given(f32s(&[2, 4], &[1.0; 8]))];
	assert_eq!(on_nothing("LpNormalization", 22, &[int("axis", 1)], &row, 1), REFUSED);
	let args = [image(), Fixed(f32s(&[0], &[])), Fixed(f32s(&[0], &[]))];
	assert_eq!(on_nothing("Resize", 18, &[], &args, 3), REFUSED);
}

#[test]
fn zero_points_are_of_eight_bits() {
	let bytes = |dims: &[u32]| {
		Given(integers(DType::Uint8, dims, &vec![1; dims.iter().product::<u32>() as usize]))
	};
	let scale = || Given(f32s(&[], &[1.0]));
	let zero = |dtype| Given(integers(dtype, &[], &[0]));
	let args = |zeros: [DType; 3]| {
		let [a, b, y] = zeros.map(zero);
		[bytes(&[2, 2]), scale(), a, bytes(&[2, 2]), scale(), b, scale(), y]
	};
	let all = [DType::Uint8; 3];
	assert!(apply(10, "QLinearMatMul", &[], &args(all), &[DType::Uint8]).is_ok());
	for at in 0..3 {
		for dtype in [DType::Bool, DType::Int32] {
			let mut zeros = all;
			zeros[at] = dtype;
			assert_eq!(fault(10, "QLinearMatMul", &[], &args(zeros)), REFUSED, "{at} {dtype:?}");
		}
	}
}

#[test]
fn diagonals_are_near() {
	let x = || Given(f32s(&[2, 2], &[0.0; 4]));
	let y = apply(9, "EyeLike", &[int("k", -1)], &[x()], &[F]).unwrap();
	assert_eq!(floats(&y[0]), [0.0, 0.0, 1.0, 0.0]);
	for k in [i64::MAX, i64::MIN, 1 << 31] {
		assert_eq!(fault(9, "EyeLike", &[int("k", k)], &[x()]), REFUSED, "{k}");
	}
}

#[test]
fn constants_of_operators_on_elements_have_some() {
	let x = || Given(f32s(&[1], &[2.0]));
	let none = || Fixed(f32s(&[0], &[]));
	for operator in ["Pow", "Mul", "Add", "Sub"] {
		assert_eq!(fault(13, operator, &[], &[x(), none()]), REFUSED, "{operator}");
		assert_eq!(fault(13, operator, &[], &[none(), x()]), REFUSED, "{operator}");
	}
}

#[test]
fn products_are_of_dtypes_that_have_one() {
	for dtype in [DType::Uint32, DType::Uint64, DType::Int64, DType::Bool] {
		let x = || Given(integers(dtype, &[2, 2], &[1; 4]));
		assert_eq!(fault(13, "MatMul", &[], &[x(), x()]), REFUSED, "{dtype:?}");
		let equation = string("equation", "ij,jk->ik");
		assert_eq!(fault(12, "Einsum", &[equation], &[x(), x()]), REFUSED, "{dtype:?}");
	}
}

#[test]
fn powers_have_a_common_dtype() {
	let x = |dtype| Given(integers(dtype, &[2], &[2, 3]));
	for (base, exponent) in [(DType::Int64, DType::Uint64), (DType::Uint64, DType::Int64)] {
		assert_eq!(fault(13, "Pow", &[], &[x(base), x(exponent)]), REFUSED);
	}
	assert!(apply(13, "Pow", &[], &[x(DType::Int64), x(DType::Int32)], &[DType::Int64]).is_ok());
}

#[test]
fn nothing_has_neither_a_largest_element_nor_a_norm() {
	let x = Fixed(f32s(&[2, 0], &[]));
	assert_eq!(fault(22, "LpNormalization", &[int("axis", 1)], &[x.same()]), REFUSED);
	assert_eq!(fault(13, "Hardmax", &[], &[x.same()]), REFUSED);
	assert_eq!(fault(13, "NonZero", &[], &[x]), REFUSED);
}

#[test]
fn axes_of_slices_are_looked_at_when_bounds_are_computed() {
	let x = || Given(f32s(&[4], &[0.0; 4]));
	let bound = || Given(i64s(&[1], &[1]));
	for axis in [1, -2, 16_646_147, i64::MIN] {
		let axes = Fixed(i64s(&[1], &[axis]));
		assert_eq!(fault(13, "Slice", &[], &[x(), bound(), bound(), axes]), REFUSED, "{axis}");
	}
}

#[test]
fn divisors_have_an_inverse() {
	let x = || Given(f32s(&[2], &[1.0, 2.0]));
	let by = |divisor: f32| Fixed(f32s(&[1], &[divisor]));
	let y = apply(14, "Div", &[], &[x(), by(0.0)], &[F]).unwrap();
	assert_eq!(floats(&y[0]), [f32::INFINITY; 2]);
	assert!(apply(14, "Div", &[], &[x(), by(f32::MIN_POSITIVE)], &[F]).is_ok());
	assert_eq!(fault(14, "Div", &[], &[x(), by(1e-40)]), REFUSED);
}

#[test]
fn shapes_have_few_axes() {
	let x = || Given(f32s(&[4], &[0.0; 4]));
	let ones = |count: usize| Fixed(i64s(&[count as u32], &vec![1; count]));
	for operator in ["Reshape", "Expand"] {
		assert_eq!(fault(13, operator, &[], &[x(), ones(288)]), REFUSED, "{operator}");
	}
	assert_eq!(fault(13, "ConstantOfShape", &[], &[ones(288)]), REFUSED);
}

#[test]
fn channels_are_one_or_more() {
	let x = || Given(f32s(&[1, 3, 1, 1], &[1.0; 3]));
	assert!(apply(13, "LRN", &[int("size", 1)], &[x()], &[F]).is_ok());
	for size in [0, -1, i64::MIN] {
		assert_eq!(fault(13, "LRN", &[int("size", size)], &[x()]), REFUSED, "{size}");
	}
}

#[test]
fn axes_to_add_are_in_one_place() {
	let x = || Given(f32s(&[2], &[1.0; 2]));
	let axes = || Fixed(i64s(&[3], &[-2, -3, -3]));
	assert_eq!(fault(9, "Unsqueeze", &[ints("axes", &[0])], &[x(), axes()]), REFUSED);
	assert_eq!(fault(13, "Unsqueeze", &[], &[x()]), REFUSED);
	let y = apply(9, "Unsqueeze", &[ints("axes", &[0])], &[x()], &[F]).unwrap();
	assert_eq!(y[0].shape, [1, 2]);
}

#[test]
fn what_onnx_says_in_two_ways_is_refused() {
	// A slice backwards from before the first element.
	let x = || Given(f32s(&[2], &[1.0, 2.0]));
	let of = |n: i64| Fixed(i64s(&[1], &[n]));
	assert_eq!(fault(13, "Slice", &[], &[x(), of(-5), of(-6), of(0), of(-1)]), REFUSED);
	// The point of an axis that becomes one element.
	let image = || Given(f32s(&[1, 1, 3, 3], &[1.0; 9]));
	let none = || Fixed(f32s(&[0], &[]));
	let resize = |mode: &str, scale: f32| {
		let attributes =
			[string("mode", mode), string("coordinate_transformation_mode", "pytorch_half_pixel")];
		let args = [image(), none(), Fixed(f32s(&[4], &[1.0, 1.0, scale, 2.0]))];
		apply(18, "Resize", &attributes, &args, &[F]).map(|y| y[0].shape.clone())
	};
	assert_eq!(resize("cubic", 0.5).unwrap_err().error.code, REFUSED);
	assert_eq!(resize("cubic", 0.7).unwrap(), [1, 1, 2, 6]);
	assert_eq!(resize("linear", 0.5).unwrap(), [1, 1, 1, 6]);
	// Points beside the image, of which several of its elements count.
	let grid = || Given(f32s(&[1, 1, 1, 2], &[-1.5, 0.0]));
	let sample = |mode: &str, padding: &str| {
		let attributes = [string("mode", mode), string("padding_mode", padding)];
		apply(20, "GridSample", &attributes, &[image(), grid()], &[F]).map(drop)
	};
	assert_eq!(sample("cubic", "border").unwrap_err().error.code, REFUSED);
	assert!(sample("cubic", "zeros").is_ok() && sample("linear", "border").is_ok());
}

#[test]
fn strides_say_how_long_a_same_transposed_convolution_is() {
	let args = || [Given(f32s(&[1, 1, 2], &[1.0, 2.0])), Fixed(f32s(&[1, 1, 3], &[1.0; 3]))];
	let same = || vec![string("auto_pad", "SAME_UPPER"), ints("strides", &[2])];
	let y = apply(11, "ConvTranspose", &same(), &args(), &[F]).unwrap();
	assert_eq!(y[0].shape, [1, 1, 4]);
	let mut padded = same();
	padded.push(ints("output_padding", &[1]));
	assert_eq!(fault(11, "ConvTranspose", &padded, &args()), REFUSED);
}
