//! Models that are only wrong: refused when they are loaded, where tract would trap.

mod common;

use common::{one::*, *};
use opg_engine_abi::{DType, Tensor};

fn image() -> Arg {
	Given(f32s(&[1, 2, 3, 3], &[1.0; 18]))
}

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
fn windows_have_the_axes_of_the_image() {
	let kernel = |sides: &[i64]| ints("kernel_shape", sides);
	for operator in ["AveragePool", "MaxPool", "LpPool"] {
		for sides in [&[2][..], &[2, 2, 2], &[]] {
			assert_eq!(fault(17, operator, &[kernel(sides)], &[image()]), REFUSED);
		}
		let flat = Given(f32s(&[2, 3], &[1.0; 6]));
		assert_eq!(fault(17, operator, &[kernel(&[2])], &[flat]), REFUSED);
	}
	let weights = |shape: &[u32]| {
		let count = shape.iter().product::<u32>() as usize;
		Fixed(f32s(shape, &vec![1.0; count]))
	};
	for operator in ["Conv", "ConvTranspose"] {
		for (attribute, shape) in [
			(ints("strides", &[1]), &[2, 2, 2, 2][..]),
			(ints("dilations", &[1, 1, 1]), &[2, 2, 2, 2]),
			(ints("strides", &[1, 1]), &[2, 2, 2]),
			(ints("strides", &[1, 1]), &[2, 2, 0, 2]),
			(ints("dilations", &[1 << 40, 1]), &[2, 2, 2, 2]),
		] {
			assert_eq!(fault(17, operator, &[attribute], &[image(), weights(shape)]), REFUSED);
		}
	}
	let y = apply(17, "Conv", &[], &[image(), weights(&[1, 2, 2, 2])], &[F]).unwrap();
	assert_eq!(floats(&y[0]), [8.0; 4]);
}

#[test]
fn what_is_resized_keeps_elements() {
	let resize = |version, scales: &[f32], sizes: &[i64]| {
		let none = || Fixed(f32s(&[0], &[]));
		let mut args = vec![image(), none(), Fixed(f32s(&[scales.len() as u32], scales))];
		if !sizes.is_empty() {
			args.push(Fixed(i64s(&[sizes.len() as u32], sizes)));
		}
		apply(version, "Resize", &[], &args, &[F]).map_err(|refusal| refusal.error.code)
	};
	for version in [11, 13, 18] {
		for scales in [
			&[1.0, 1.0, 0.0, 2.0][..],
			&[1.0, 1.0, -1.0, 2.0],
			&[1.0, 1.0, f32::NAN, 2.0],
			&[1.0, 1.0, 0.1, 2.0],
			&[1.0, 1.0, 1e30, 2.0],
			&[1.0, 2.0],
		] {
			assert_eq!(resize(version, scales, &[]), Err(REFUSED), "{version} {scales:?}");
		}
		for sizes in [&[1, 2, 0, 3][..], &[1, 2, -3, 3], &[1, 2, i64::MAX, 3], &[1, 2]] {
			assert_eq!(resize(version, &[], sizes), Err(REFUSED), "{version} {sizes:?}");
		}
		assert_eq!(resize(version, &[1.0, 1.0, 2.0, 2.0], &[]).unwrap()[0].shape, [1, 2, 6, 6]);
	}
	// Opset 10, whose linear form is tract's as well.
	for mode in ["nearest", "linear"] {
		let args = |scales: &[f32]| [image(), Fixed(f32s(&[4], scales))];
		let mode = string("mode", mode);
		let good = apply(10, "Resize", &[mode.clone()], &args(&[1.0, 1.0, 2.0, 2.0]), &[F]);
		assert_eq!(good.unwrap()[0].shape, [1, 2, 6, 6]);
		assert_eq!(fault(10, "Resize", &[mode], &args(&[1.0, 1.0, -2.0, 2.0])), REFUSED);
	}
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
	for operator in ["Sigmoid", "HardSwish", "Erf"] {
		assert_eq!(fault(14, operator, &[], &[Given(doubles())]), REFUSED, "{operator}");
	}
	apply(13, "Exp", &[], &[Given(doubles())], &[DType::Float64]).expect("has code");
}
