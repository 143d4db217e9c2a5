//! What tract would trap on, or get wrong, and operators whose output depends on data.

mod common;

use common::{one::*, *};
use opg_engine_abi::{DType, ErrorCode, Tensor};
use tract_onnx::pb::AttributeProto;

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

/// Operator, attributes, shape of indices, good ones, expected output, shape of updates.
type Case<'a> = (&'a str, &'a [AttributeProto], &'a [u32], &'a [i64], &'a [f32], Option<&'a [u32]>);

#[test]
fn an_index_out_of_range_is_an_error_of_the_run() {
	let x = || Given(f32s(&[2, 3], &[1., 2., 3., 4., 5., 6.]));
	let u = |shape: &[u32]| Given(f32s(shape, &vec![9.; shape.iter().product::<u32>() as usize]));
	let at = |shape: &[u32], elements: &[i64]| i64s(shape, elements);
	let axis = [int("axis", 1)];
	let cases: [Case; 6] = [
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
fn an_index_out_of_range_is_nowhere_hot() {
	let indices = || Given(i64s(&[4], &[0, -1, 3, i64::MIN]));
	let depth = |n| Fixed(i64s(&[1], &[n]));
	let values = || Given(f32s(&[2], &[2., 5.]));
	let y = apply(11, "OneHot", &[], &[indices(), depth(3), values()], &[F]).unwrap();
	let expected = [5., 2., 2., 2., 2., 5., 2., 2., 2., 2., 2., 2.];
	assert_eq!(y[0], f32s(&[4, 3], &expected));
	let axis = [int("axis", 0)];
	let y = apply(11, "OneHot", &axis, &[indices(), depth(2), values()], &[F]).unwrap();
	assert_eq!(y[0], f32s(&[2, 4], &[5., 2., 2., 2., 2., 5., 2., 2.]));
	for n in [0, -1, i64::MAX, 1 << 40] {
		let args = [indices(), depth(n), values()];
		assert_eq!(fault(11, "OneHot", &[], &args), REFUSED);
	}
	let three = Given(f32s(&[3], &[0.; 3]));
	assert_eq!(fault(11, "OneHot", &[], &[indices(), depth(2), three]), REFUSED);
	let args = [indices(), depth(2), values()];
	assert_eq!(fault(11, "OneHot", &[int("axis", 2)], &args), REFUSED);
}

#[test]
fn positions_of_a_rotation_are_checked() {
	let x = || Given(f32s(&[1, 1, 2, 2], &[1., 2., 3., 4.]));
	let cos = || Given(f32s(&[3, 1], &[1., 0., 1.]));
	let sin = || Given(f32s(&[3, 1], &[0., 1., 0.]));
	let at = |elements: &[i64]| Given(i64s(&[1, 2], elements));
	let name = "RotaryEmbedding";
	let y = apply(23, name, &[], &[x(), cos(), sin(), at(&[0, 1])], &[F]).unwrap();
	assert_eq!(floats(&y[0]), [1., 2., -4., 3.]);
	for bad in [3, i64::MAX, i64::MIN] {
		assert_eq!(fault(23, name, &[], &[x(), cos(), sin(), at(&[0, bad])]), FAILED);
	}
	let short = Given(f32s(&[1, 1], &[1.]));
	assert_eq!(fault(23, name, &[], &[x(), cos(), short, at(&[0, 1])]), REFUSED);
}

#[test]
fn an_axis_to_transform_is_none_of_the_parts() {
	let x = || Given(f32s(&[1, 2, 1], &[3., 1.]));
	let y = apply(17, "DFT", &[], &[x()], &[F]).unwrap();
	let expected = [4., 0., 2., 0.];
	assert!(floats(&y[0]).iter().zip(expected).all(|(y, x): (_, f32)| (y - x).abs() < 1e-6));
	for axis in [2, -1, 3, -4] {
		assert_eq!(fault(17, "DFT", &[int("axis", axis)], &[x()]), REFUSED);
	}
}

#[test]
fn logarithms_of_probabilities_stay_finite() {
	let x = || Given(f32s(&[1, 2], &[0., 200.]));
	for version in [11, 13] {
		let y = apply(version, "LogSoftmax", &[], &[x()], &[F]).unwrap();
		assert_eq!(floats(&y[0]), [-200., 0.]);
	}
	assert_eq!(fault(13, "LogSoftmax", &[int("axis", 2)], &[x()]), REFUSED);
	// Before opset 13 an axis stood for all that follow.
	let x = Given(f32s(&[1, 2, 2], &[0.; 4]));
	let y = apply(11, "LogSoftmax", &[int("axis", 1)], &[x], &[F]).unwrap();
	assert!(floats(&y[0]).iter().all(|y| (y + 4f32.ln()).abs() < 1e-6));
}
