//! Means and the normalisations by them.

mod common;

use common::{ml::assert_close, one::*, *};

#[test]
fn means_are_of_something() {
	let one = || Fixed(f32s(&[1], &[1.0]));
	for shape in [&[0][..], &[2, 0], &[0, 2], &[1, 2, 0], &[1, 0, 2, 2]] {
		let x = || Fixed(f32s(shape, &[]));
		let axis = [int("axis", 0)];
		let scaled = || [x(), one()];
		assert_eq!(fault(17, "LayerNormalization", &axis, &scaled()), REFUSED, "{shape:?}");
		assert_eq!(fault(23, "RMSNormalization", &axis, &scaled()), REFUSED, "{shape:?}");
		let all: Vec<i64> = (0..shape.len() as i64).collect();
		let axes = [ints("axes", &all)];
		assert_eq!(fault(13, "MeanVarianceNormalization", &axes, &[x()]), REFUSED, "{shape:?}");
		let scaled = || [x(), one(), one()];
		assert_eq!(fault(17, "InstanceNormalization", &[], &scaled()), REFUSED, "{shape:?}");
		let groups = [int("num_groups", 1)];
		assert_eq!(fault(21, "GroupNormalization", &groups, &scaled()), REFUSED, "{shape:?}");
		assert_eq!(fault(13, "GlobalAveragePool", &[], &[x()]), REFUSED, "{shape:?}");
	}
}

#[test]
fn axes_of_means_are_the_inputs() {
	let x = || Given(f32s(&[2, 2], &[1.0, 2.0, 3.0, 4.0]));
	let means = |axes: &[i64]| [ints("axes", axes)];
	let y = apply(13, "MeanVarianceNormalization", &means(&[-1]), &[x()], &[F]).unwrap();
	assert_eq!(floats(&y[0]), [-1.0, 1.0, -1.0, 1.0]);
	for axes in [&[-2, -3][..], &[2], &[0, -2], &[]] {
		let got = fault(13, "MeanVarianceNormalization", &means(axes), &[x()]);
		assert_eq!(got, REFUSED, "{axes:?}");
	}
	// The default needs four.
	assert_eq!(fault(13, "MeanVarianceNormalization", &[], &[x()]), REFUSED);
	// tract would divide integers.
	let whole = || [Given(i64s(&[2], &[1, 2])), Fixed(i64s(&[2], &[1, 1]))];
	assert_eq!(fault(17, "LayerNormalization", &[], &whole()), REFUSED);
	assert_eq!(fault(23, "RMSNormalization", &[], &whole()), REFUSED);
}

#[test]
fn logarithms_of_sums_are_of_numbers_whose_powers_overflow() {
	let x = || f32s(&[2, 3], &[0.0, 1.0, 2.0, 1000.0, 1000.0, -1000.0]);
	let rows = [(1f32.exp() + 2f32.exp()).ln_1p(), 1000.0 + 2f32.ln()];
	let axes = || Fixed(i64s(&[1], &[-1]));
	for argument in [Given(x()), Fixed(x())] {
		let y = apply(18, "ReduceLogSumExp", &[], &[argument.same(), axes()], &[F]).unwrap();
		assert_eq!(y[0].shape, [2, 1]);
		assert_close(&y[0], &rows);
		let attributes = [ints("axes", &[1]), int("keepdims", 0)];
		let y = apply(13, "ReduceLogSumExp", &attributes, &[argument], &[F]).unwrap();
		assert_eq!(y[0].shape, [2]);
		assert_close(&y[0], &rows);
	}
	let columns = Fixed(i64s(&[1], &[0]));
	let y = apply(18, "ReduceLogSumExp", &[], &[Given(x()), columns], &[F]).unwrap();
	assert_close(&y[0], &[1000.0, 1000.0, 2.0]);
	// All axes, and none.
	let all = apply(18, "ReduceLogSumExp", &[], &[Given(x())], &[F]).unwrap();
	assert_eq!(all[0].shape, [1, 1]);
	assert_close(&all[0], &rows[1..]);
	let none = [int("noop_with_empty_axes", 1)];
	let empty = || Fixed(i64s(&[0], &[]));
	for args in [vec![Given(x())], vec![Given(x()), empty()]] {
		assert_eq!(apply(18, "ReduceLogSumExp", &none, &args, &[F]).unwrap(), [x()]);
	}
	// The logarithm of nothing, of nothing but 0, and what isn't a number.
	let nothing = apply(13, "ReduceLogSumExp", &[], &[Fixed(f32s(&[2, 0], &[]))], &[F]).unwrap();
	assert_eq!(floats(&nothing[0]), [f32::NEG_INFINITY]);
	for (elements, expected) in [
		([f32::NEG_INFINITY, f32::NEG_INFINITY], f32::NEG_INFINITY),
		([f32::NEG_INFINITY, 1.0], 1.0),
		([f32::INFINITY, 1.0], f32::INFINITY),
	] {
		let y = apply(13, "ReduceLogSumExp", &[], &[Given(f32s(&[2], &elements))], &[F]).unwrap();
		assert_eq!(floats(&y[0]), [expected]);
	}
	for elements in [[f32::NAN, 1.0], [1.0, f32::NAN]] {
		let y = apply(13, "ReduceLogSumExp", &[], &[Given(f32s(&[2], &elements))], &[F]).unwrap();
		assert!(floats(&y[0])[0].is_nan());
	}
	for axes in [&[2][..], &[0, -2]] {
		let fixed = Fixed(i64s(&[axes.len() as u32], axes));
		assert_eq!(fault(18, "ReduceLogSumExp", &[], &[Given(x()), fixed]), REFUSED, "{axes:?}");
		let attribute = [ints("axes", axes)];
		assert_eq!(fault(13, "ReduceLogSumExp", &attribute, &[Given(x())]), REFUSED, "{axes:?}");
	}
	assert_eq!(fault(18, "ReduceLogSumExp", &[], &[Given(i64s(&[1], &[1]))]), REFUSED);
	assert_eq!(fault(18, "ReduceLogSumExp", &[ints("axes", &[0])], &[Given(x())]), REFUSED);
	assert_eq!(fault(13, "ReduceLogSumExp", &[], &[Given(x()), Fixed(i64s(&[1], &[0]))]), REFUSED);
}
