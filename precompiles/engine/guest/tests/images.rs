//! Images and signals that are only wrong: refused when they are loaded, where tract would trap.

mod common;

use common::{one::*, *};
use opg_engine_abi::DType;

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
		let mode = [mode];
		let good = apply(10, "Resize", &mode, &args(&[1.0, 1.0, 2.0, 2.0]), &[F]);
		assert_eq!(good.unwrap()[0].shape, [1, 2, 6, 6]);
		assert_eq!(fault(10, "Resize", &mode, &args(&[1.0, 1.0, -2.0, 2.0])), REFUSED);
	}
}

#[test]
fn frames_step_through_a_signal() {
	let signal = |samples: u32| Given(f32s(&[1, samples, 1], &vec![1.0; samples as usize]));
	let window = |count: u32| Fixed(f32s(&[count], &vec![1.0; count as usize]));
	let whole = [int("onesided", 0)];
	let step = |n: i64| Fixed(i64s(&[], &[n]));
	let y = apply(17, "STFT", &whole, &[signal(8), step(2), window(4)], &[F]).unwrap();
	assert_eq!(y[0].shape, [1, 3, 4, 2]);
	for args in [
		[signal(8), step(0), window(4)],
		[signal(8), step(-1), window(4)],
		[signal(8), step(i64::MAX), window(4)],
		[signal(2), step(2), window(4)],
		[signal(8), step(2), window(0)],
		[signal(8), Fixed(i64s(&[1, 1], &[2])), window(4)],
		[signal(8), Fixed(i64s(&[2], &[2, 2])), window(4)],
		[Given(f32s(&[1, 8, 3], &[1.0; 24])), step(2), window(4)],
		[Given(f32s(&[8, 1], &[1.0; 8])), step(2), window(4)],
		[Given(integers(DType::Int32, &[1, 8, 1], &[1; 8])), step(2), window(4)],
	] {
		assert_eq!(fault(17, "STFT", &whole, &args), REFUSED);
	}
}

#[test]
fn transposed_convolutions_are_no_smaller_than_their_parts() {
	let x = || Given(f32s(&[1, 1, 3, 3], &[1.0; 9]));
	let w = || Fixed(f32s(&[1, 1, 3, 3], &[1.0; 9]));
	let asked = |shape: &[i64]| [ints("strides", &[3, 2]), ints("output_shape", shape)];
	let y = apply(11, "ConvTranspose", &asked(&[10, 8]), &[x(), w()], &[F]).unwrap();
	assert_eq!(y[0].shape, [1, 1, 10, 8]);
	// 9 and 7 are what strides and kernel give.
	for shape in [[8, 8], [9, 6], [4, 4], [0, 8]] {
		assert_eq!(fault(11, "ConvTranspose", &asked(&shape), &[x(), w()]), REFUSED, "{shape:?}");
	}
	// Strides of 3 and 2 give 9 and 7.
	let padded = |pads: &[i64]| [ints("strides", &[3, 2]), ints("pads", pads)];
	assert!(apply(11, "ConvTranspose", &padded(&[4, 0, 4, 6]), &[x(), w()], &[F]).is_ok());
	for pads in [[5, 0, 4, 0], [0, 7, 0, 0], [1 << 25, 0, 1 << 25, 0]] {
		assert_eq!(fault(11, "ConvTranspose", &padded(&pads), &[x(), w()]), REFUSED, "{pads:?}");
	}
	let mut automatic = asked(&[10, 8]).to_vec();
	automatic.push(string("auto_pad", "SAME_UPPER"));
	assert_eq!(fault(11, "ConvTranspose", &automatic, &[x(), w()]), REFUSED);
}

#[test]
fn transforms_have_a_length() {
	let x = || Given(f32s(&[1, 4, 1], &[1.0, 2.0, 3.0, 4.0]));
	let length = |length: i64| Fixed(i64s(&[], &[length]));
	let axis = || Fixed(i64s(&[], &[1]));
	assert!(apply(20, "DFT", &[], &[x(), length(4), axis()], &[F]).is_ok());
	assert!(apply(17, "DFT", &[int("axis", 1)], &[x(), length(4)], &[F]).is_ok());
	for bad in [0, -2, i64::MIN, 1 << 40] {
		assert_eq!(fault(20, "DFT", &[], &[x(), length(bad), axis()]), REFUSED, "{bad}");
		assert_eq!(fault(17, "DFT", &[int("axis", 1)], &[x(), length(bad)]), REFUSED, "{bad}");
	}
	let none = Fixed(i64s(&[0], &[]));
	assert_eq!(fault(20, "DFT", &[], &[x(), none, axis()]), REFUSED);
}

#[test]
fn reflected_points_are_near() {
	let x = || Given(f32s(&[1, 1, 2, 2], &[1.0, 2.0, 3.0, 4.0]));
	let grid = |at: f32| f32s(&[1, 1, 1, 2], &[at, 0.0]);
	let mode = |mode: &str| [string("mode", "nearest"), string("padding_mode", mode)];
	assert!(apply(20, "GridSample", &mode("reflection"), &[x(), Given(grid(1e6))], &[F]).is_ok());
	for far in [3e6, f32::INFINITY, f32::MIN] {
		let reflection = mode("reflection");
		assert_eq!(
			fault(20, "GridSample", &reflection, &[x(), Fixed(grid(far))]),
			REFUSED,
			"{far}"
		);
		let y = apply(20, "GridSample", &reflection, &[x(), Given(grid(far))], &[F]);
		assert!(y.is_err(), "{far}");
		for other in ["zeros", "border"] {
			let y = apply(20, "GridSample", &mode(other), &[x(), Given(grid(far))], &[F]);
			assert!(y.is_ok(), "{far} {other}");
		}
	}
}

#[test]
fn blocks_divide_the_image() {
	let x = || Given(f32s(&[1, 4, 2, 2], &[1.0; 16]));
	for operator in ["DepthToSpace", "SpaceToDepth"] {
		assert!(apply(13, operator, &[int("blocksize", 2)], &[x()], &[F]).is_ok());
		for side in [3, i64::MAX / 2, i64::MAX] {
			assert_eq!(fault(13, operator, &[int("blocksize", side)], &[x()]), REFUSED, "{side}");
		}
	}
}

#[test]
fn windows_are_no_larger_than_the_padded_image() {
	let window = |sides: &[i64]| ints("kernel_shape", sides);
	for operator in ["AveragePool", "MaxPool"] {
		assert!(apply(11, operator, &[window(&[3, 3])], &[image()], &[F]).is_ok());
		assert_eq!(fault(11, operator, &[window(&[3, 4])], &[image()]), REFUSED);
		let padded = [window(&[3, 4]), ints("pads", &[0, 0, 0, 1])];
		assert!(apply(11, operator, &padded, &[image()], &[F]).is_ok());
	}
	let kernel = Fixed(f32s(&[1, 2, 4, 1], &[1.0; 8]));
	assert_eq!(fault(11, "Conv", &[], &[image(), kernel]), REFUSED);
}

#[test]
fn grids_are_for_their_image() {
	let grid = |dims: &[u32]| Given(f32s(dims, &vec![0.0; dims.iter().product::<u32>() as usize]));
	assert!(apply(20, "GridSample", &[], &[image(), grid(&[1, 2, 2, 2])], &[F]).is_ok());
	for dims in [&[1, 2, 2, 3][..], &[1, 2, 2, 1], &[1, 2, 2]] {
		assert_eq!(fault(20, "GridSample", &[], &[image(), grid(dims)]), REFUSED, "{dims:?}");
	}
	let line = Given(f32s(&[1, 1, 4], &[1.0; 4]));
	let cubic = [string("mode", "cubic")];
	assert_eq!(fault(20, "GridSample", &cubic, &[line, grid(&[1, 2, 1])]), REFUSED);
}
