//! Operators of ours on images and sequences: the examples of ONNX's specification, and files that no
//! exporter writes.

mod common;

use common::{one::*, *};
use opg_engine_abi::ErrorCode;

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
		vec![kernel.clone(), ints("pads", &[1 << 28, 1 << 28, 1 << 28, 1 << 28])],
		vec![kernel.clone(), ints("dilations", &[1 << 27, 1])],
		vec![kernel.clone(), string("auto_pad", "SOME")],
	] {
		assert_eq!(fault(18, "LpPool", &attributes, &[x()]), REFUSED);
	}
	// What no model can mean.
	for attribute in [
		ints("strides", &[0, 1]),
		ints("strides", &[1]),
		ints("pads", &[1, 1]),
		ints("pads", &[-1, 0, 0, 0]),
	] {
		let code = fault(18, "LpPool", &[kernel.clone(), attribute], &[x()]);
		assert_eq!(code, ErrorCode::MalformedGraph);
	}
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

#[test]
fn axes_are_padded() {
	let x = || Given(f32s(&[1, 3], &[1., 2., 3.]));
	let pads = |pads: &[i64]| Fixed(i64s(&[pads.len() as u32], pads));
	let padded = |mode: &str, around: &[i64]| {
		let y = apply(19, "Pad", &[string("mode", mode)], &[x(), pads(around)], &[F]);
		y.map(|y| floats(&y[0])).map_err(|refusal| refusal.error.code)
	};
	assert_eq!(padded("constant", &[0, 1, 0, 2]).unwrap(), [0., 1., 2., 3., 0., 0.]);
	assert_eq!(padded("reflect", &[0, 1, 0, 2]).unwrap(), [2., 1., 2., 3., 2., 1.]);
	assert_eq!(padded("reflect", &[0, 4, 0, 0]).unwrap(), [1., 2., 3., 2., 1., 2., 3.]);
	assert_eq!(padded("edge", &[0, 1, 0, 2]).unwrap(), [1., 1., 2., 3., 3., 3.]);
	assert_eq!(padded("wrap", &[0, 4, 0, 2]).unwrap(), [3., 1., 2., 3., 1., 2., 3., 1., 2.]);
	// A negative pad crops, and what is left is padded.
	assert_eq!(padded("constant", &[0, -1, 0, 1]).unwrap(), [2., 3., 0.]);
	assert_eq!(padded("edge", &[0, 2, 0, -1]).unwrap(), [1., 1., 1., 2.]);
	for around in [
		&[0, 1][..],
		&[0, -2, 0, -2],
		&[0, i64::MIN, 0, i64::MIN],
		&[0, i64::MAX, 0, i64::MAX],
		&[0, i64::MAX, 0, 0],
	] {
		for mode in ["constant", "reflect", "edge", "wrap"] {
			assert_eq!(padded(mode, around).unwrap_err(), REFUSED, "{mode} {around:?}");
		}
	}
	assert_eq!(padded("edge", &[0, 1, 0, -3]).unwrap_err(), REFUSED);
	assert_eq!(padded("other", &[0; 4]).unwrap_err(), REFUSED);
	// A value that is an input, on one axis.
	let value = Given(f32s(&[], &[7.]));
	let axes = Fixed(i64s(&[1], &[-1]));
	let y = apply(18, "Pad", &[], &[x(), pads(&[1, 0]), value, axes], &[F]).unwrap();
	assert_eq!(floats(&y[0]), [7., 1., 2., 3.]);
	let attributes = [ints("pads", &[0, -1, 0, 1]), float("value", 5.)];
	let y = apply(10, "Pad", &attributes, &[x()], &[F]).unwrap();
	assert_eq!(floats(&y[0]), [2., 3., 5.]);
}

#[test]
fn convolutions_with_moved_taps() {
	let x: Vec<f32> = (0..9).map(|n| n as f32).collect();
	let x = || Given(f32s(&[1, 1, 3, 3], &x));
	let ones = || Given(f32s(&[1, 1, 2, 2], &[1.; 4]));
	let offsets = |first: f32| {
		let mut offsets = [0.; 32];
		offsets[4] = first;
		Given(f32s(&[1, 8, 2, 2], &offsets))
	};
	let y = apply(19, "DeformConv", &[], &[x(), ones(), offsets(0.)], &[F]).unwrap();
	assert_eq!(floats(&y[0]), [8., 12., 20., 24.]);
	// The first tap of the first window goes half a pixel to the right.
	let y = apply(19, "DeformConv", &[], &[x(), ones(), offsets(0.5)], &[F]).unwrap();
	assert_eq!(floats(&y[0]), [8.5, 12., 20., 24.]);
	for far in [1e30, f32::NAN, f32::NEG_INFINITY] {
		let y = apply(19, "DeformConv", &[], &[x(), ones(), offsets(far)], &[F]).unwrap();
		assert_eq!(floats(&y[0])[1..], [12., 20., 24.]);
	}
	for attribute in [int("offset_group", 2), int("offset_group", 0), ints("pads", &[1; 4])] {
		let args = [x(), ones(), offsets(0.)];
		assert_eq!(fault(19, "DeformConv", &[attribute], &args), REFUSED);
	}
	let args = [x(), ones(), Given(f32s(&[1, 8, 2, 1], &[0.; 16]))];
	assert_eq!(fault(19, "DeformConv", &[], &args), REFUSED);
}
