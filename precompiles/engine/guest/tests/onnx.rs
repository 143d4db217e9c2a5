//! Operators that tract computes otherwise than ONNX says, and the engine as ONNX does or not at all.

mod common;

use common::{ml::assert_close, one::*, *};
use opg_engine_abi::DType;
use tract_onnx::pb::{GraphProto, NodeProto, ValueInfoProto};

#[test]
fn axes_to_squeeze_may_come_in_any_order() {
	let x = || Given(f32s(&[1, 3, 1, 1], &[1.0, 2.0, 3.0]));
	for axes in [&[0, 2, 3][..], &[3, 2, 0], &[-1, 0, 2], &[2, -4, -1]] {
		let fixed = Fixed(i64s(&[3], axes));
		let y = apply(13, "Squeeze", &[], &[x(), fixed], &[F]).unwrap();
		assert_eq!((&y[0].shape[..], floats(&y[0])), (&[3][..], vec![1.0, 2.0, 3.0]), "{axes:?}");
		let y = apply(11, "Squeeze", &[ints("axes", axes)], &[x()], &[F]).unwrap();
		assert_eq!(y[0].shape, [3], "{axes:?}");
	}
	for version in [11, 13] {
		let y = apply(version, "Squeeze", &[], &[x()], &[F]).unwrap();
		assert_eq!(y[0].shape, [3]);
	}
	for axes in [&[1][..], &[4], &[-5], &[0, 0], &[2, -2]] {
		let fixed = Fixed(i64s(&[axes.len() as u32], axes));
		assert_eq!(fault(13, "Squeeze", &[], &[x(), fixed]), REFUSED, "{axes:?}");
		assert_eq!(fault(11, "Squeeze", &[ints("axes", axes)], &[x()]), REFUSED, "{axes:?}");
	}
	assert_eq!(fault(13, "Squeeze", &[ints("axes", &[0])], &[x()]), REFUSED);
}

#[test]
fn remainders_are_of_the_first_by_the_second_whatever_their_shapes() {
	let x = || integers(DType::Int32, &[3], &[5, 6, 7]);
	let y = || integers(DType::Int32, &[2, 3], &[2, 4, 4, -3, -4, 10]);
	let expected = |of: &[i64]| integers(DType::Int32, &[2, 3], of);
	for (fmod, by_divisor) in [(0, [1, 2, 3, -1, -2, 7]), (1, [1, 2, 3, 2, 2, 7])] {
		for args in [[Given(x()), Given(y())], [Given(x()), Fixed(y())], [Fixed(x()), Given(y())]] {
			let got = apply(13, "Mod", &[int("fmod", fmod)], &args, &[DType::Int32]).unwrap();
			assert_eq!(got[0], expected(&by_divisor), "{fmod}");
		}
	}
	let numbers = [Given(f32s(&[2], &[5.5, -5.5])), Given(f32s(&[2, 1], &[2.0, 4.0]))];
	let y = apply(13, "Mod", &[int("fmod", 1)], &numbers, &[F]).unwrap();
	assert_eq!(floats(&y[0]), [1.5, -1.5, 1.5, -1.5]);
}

#[test]
fn inputs_named_by_nothing_are_none() {
	let x = f32s(&[1, 1, 3, 3], &[1.0; 9]);
	let args = [Given(x.clone()), Fixed(f32s(&[1, 1, 2, 2], &[1.0; 4]))];
	let (mut model, inputs) = model_of(11, "Conv", &[], &args, &[F]);
	graph(&mut model).node[0].input.push(String::new());
	let y = run(&load_model(&model).unwrap(), &inputs).unwrap();
	assert_eq!(floats(&y[0]), [4.0; 4]);
}

#[test]
fn activations_are_onnxs() {
	let x = || Given(f32s(&[4], &[-2.0, -0.5, 0.0, 3.0]));
	let y = apply(12, "Celu", &[float("alpha", 2.0)], &[x()], &[F]).unwrap();
	let expected =
		[-2.0, -0.5, 0.0, 3.0f64].map(|x| x.max(0.0) + (2.0 * (x / 2.0).exp_m1()).min(0.0));
	assert_close(&y[0], &expected.map(|y| y as f32));
	for alpha in [0.0, f32::NAN, f32::INFINITY] {
		assert_eq!(fault(12, "Celu", &[float("alpha", alpha)], &[x()]), REFUSED, "{alpha}");
	}
	let x = Given(f32s(&[5], &[-200.0, -20.0, 0.0, 3.0, 200.0]));
	let y = apply(12, "Softplus", &[], &[x], &[F]).unwrap();
	let expected =
		[-200.0, -20.0, 0.0, 3.0, 200.0f64].map(|x| x.max(0.0) + (-x.abs()).exp().ln_1p());
	assert_close(&y[0], &expected.map(|y| y as f32));
	// ONNX has them for floating-point numbers only.
	let integers = || Given(integers(DType::Int32, &[2], &[-1, 2]));
	for operator in
		["Celu", "Elu", "Selu", "Softplus", "HardSigmoid", "Softsign", "ThresholdedRelu", "Shrink"]
	{
		assert_eq!(fault(20, operator, &[], &[integers()]), REFUSED, "{operator}");
	}
}

#[test]
fn norms_of_images_are_no_means() {
	let x = || Given(f32s(&[1, 1, 2, 2], &[3.0, -4.0, 0.0, 0.0]));
	for (p, expected) in [(1, 7.0), (2, 5.0), (3, 91f32.cbrt())] {
		let y = apply(18, "GlobalLpPool", &[int("p", p)], &[x()], &[F]).unwrap();
		assert_eq!(y[0].shape, [1, 1, 1, 1]);
		assert_close(&y[0], &[expected]);
	}
}

#[test]
fn shapes_are_filled_with_binary32_zeros_by_default() {
	let shape = Fixed(i64s(&[2], &[1, 3]));
	let (model, _) = model_of(9, "ConstantOfShape", &[], &[shape], &[F]);
	let y = run(&load_model(&model).unwrap(), &[]).unwrap();
	assert_eq!(y[0], f32s(&[1, 3], &[0.0; 3]));
}

/// A branch that gives a constant.
fn constant(name: &str, value: f32) -> GraphProto {
	let mut y = weight(&format!("{name}.y"), &[1], &[value]);
	y.name.clear();
	let node = NodeProto { attribute: vec![tensor("value", y)], ..node("Constant", &[], &[name]) };
	let output = ValueInfoProto { name: name.into(), ..Default::default() };
	GraphProto { node: vec![node], output: vec![output], ..Default::default() }
}

#[test]
fn what_follows_a_branch_is_computed_from_the_branch_that_was_taken() {
	let attributes =
		[subgraph("then_branch", constant("a", 1.0)), subgraph("else_branch", constant("b", 5.0))];
	for (condition, expected) in [(1, 2.0), (0, 10.0)] {
		let condition = integers(DType::Bool, &[1], &[condition]);
		for argument in [Given(condition.clone()), Fixed(condition)] {
			let (mut model, inputs) = model_of(13, "If", &attributes, &[argument], &[F]);
			let graph = graph(&mut model);
			let y = graph.output[0].name.clone();
			graph.node.push(node("Add", &[&y, &y], &["sum"]));
			graph.output = vec![value("sum", F, &[1])];
			let sum = run(&load_model(&model).unwrap(), &inputs).unwrap();
			assert_eq!(floats(&sum[0]), [expected]);
		}
	}
}

#[test]
fn intermediate_results_have_binary32() {
	let x = || Given(f32s(&[1, 2], &[1.0, 3.0]));
	let scale = || Fixed(f32s(&[2], &[1.0, 1.0]));
	for (version, operator) in [(17, "LayerNormalization"), (23, "RMSNormalization")] {
		assert!(apply(version, operator, &[int("stash_type", 1)], &[x(), scale()], &[F]).is_ok());
		// Those of uint8 would be.
		let bytes = [int("stash_type", 2)];
		assert_eq!(fault(version, operator, &bytes, &[x(), scale()]), REFUSED);
	}
}

#[test]
fn masks_of_dropout_are_numbers_before_opset_10() {
	let x = || f32s(&[2], &[3.0, -1.0]);
	let ones = integers(DType::Bool, &[2], &[1, 1]);
	for (version, dtype, mask) in [(7, F, f32s(&[2], &[1.0; 2])), (10, DType::Bool, ones)] {
		for argument in [Given(x()), Fixed(x())] {
			let y = apply(version, "Dropout", &[], &[argument], &[F, dtype]).unwrap();
			assert_eq!(y, [x(), mask.clone()], "{version}");
		}
	}
}

#[test]
fn padding_follows_from_the_shape_that_is_asked_for() {
	let x = || Given(f32s(&[1, 1, 3, 3], &[1.0; 9]));
	let w = || Fixed(f32s(&[1, 1, 3, 3], &[1.0; 9]));
	let attributes = [ints("strides", &[3, 2]), ints("output_shape", &[10, 8])];
	let y = apply(11, "ConvTranspose", &attributes, &[x(), w()], &[F]).unwrap();
	let padded = [&attributes[..], &[ints("pads", &[1, 2, 2, 1])]].concat();
	assert_eq!(apply(11, "ConvTranspose", &padded, &[x(), w()], &[F]).unwrap(), y);
}

#[test]
fn padding_that_is_given_is_none_where_it_follows_from_the_strides() {
	let x = || Given(f32s(&[1, 1, 3, 3], &[1.0; 9]));
	let w = || Fixed(f32s(&[1, 1, 2, 2], &[1.0; 4]));
	for way in ["SAME_UPPER", "SAME_LOWER", "VALID"] {
		for (operator, mut attributes, args) in [
			("Conv", vec![], vec![x(), w()]),
			("ConvTranspose", vec![], vec![x(), w()]),
			("MaxPool", vec![ints("kernel_shape", &[2, 2])], vec![x()]),
			("AveragePool", vec![ints("kernel_shape", &[2, 2])], vec![x()]),
		] {
			attributes.push(string("auto_pad", way));
			let y = apply(11, operator, &attributes, &args, &[F]).unwrap();
			attributes.push(ints("pads", &[1, 1, 1, 1]));
			let padded = apply(11, operator, &attributes, &args, &[F]).unwrap();
			assert_eq!(padded, y, "{operator} {way}");
		}
	}
}

#[test]
fn spectra_are_of_the_last_axis_but_that_of_the_parts() {
	let x = || Given(f32s(&[1, 2, 3, 1], &[1.0, 2.0, 3.0, 4.0, 6.0, 8.0]));
	let y = apply(20, "DFT", &[], &[x()], &[F]).unwrap();
	assert_eq!(y[0].shape, [1, 2, 3, 2]);
	let row = |scale: f32| {
		let im = scale * 3f32.sqrt() / 2.0;
		[6.0 * scale, 0.0, -1.5 * scale, im, -1.5 * scale, -im]
	};
	let mut expected = [row(1.0), row(2.0)].concat();
	// 4 + 6 + 8 isn't twice 1 + 2 + 3.
	expected[6] = 18.0;
	expected[8] = -3.0;
	expected[10] = -3.0;
	assert_close(&y[0], &expected);
	let given = Fixed(i64s(&[], &[2]));
	let (mut model, inputs) = model_of(20, "DFT", &[], &[x(), given], &[F]);
	graph(&mut model).node[0].input.insert(1, String::new());
	assert_eq!(run(&load_model(&model).unwrap(), &inputs).unwrap(), y);
	// Half a spectrum is the whole of real numbers only.
	let half = [int("onesided", 1)];
	assert_eq!(fault(20, "DFT", &[int("axis", 1)], &[x()]), REFUSED);
	assert_eq!(fault(20, "DFT", &[], &[Given(i64s(&[1, 2, 1], &[1, 2]))]), REFUSED);
	assert_eq!(apply(20, "DFT", &half, &[x()], &[F]).unwrap()[0].shape, [1, 2, 2, 2]);
	let complex = || Given(f32s(&[1, 3, 2], &[1.0; 6]));
	assert_eq!(fault(20, "DFT", &half, &[complex()]), REFUSED);
	assert_eq!(fault(17, "DFT", &half, &[complex()]), REFUSED);
}
