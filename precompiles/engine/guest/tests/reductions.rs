//! Reductions of integers, and of nothing.

mod common;

use common::{one::*, *};
use opg_engine_abi::{DType, ErrorCode, Tensor};

fn along(operator: &str, x: Tensor, axis: i64) -> Result<Tensor, ErrorCode> {
	let (shape, dtype) = ([1], x.dtype);
	let args = [Given(x), Fixed(i64s(&shape, &[axis]))];
	let y = apply(18, operator, &[int("keepdims", 0)], &args, &[dtype]);
	y.map(|mut y| y.remove(0)).map_err(|refusal| refusal.error.code)
}

#[test]
fn integers_have_all_their_bits() {
	let big = 3_000_000_000;
	for (dtype, operator, x, y) in [
		(DType::Int64, "ReduceSum", [big, 1, 2], big + 3),
		(DType::Int64, "ReduceSum", [i64::MAX, 1, 0], i64::MIN),
		(DType::Int64, "ReduceMean", [big, 1, 2], 1_000_000_001),
		(DType::Int64, "ReduceMean", [-big, -1, 0], -1_000_000_000),
		(DType::Int64, "ReduceL1", [-big, 1, 2], big + 3),
		(DType::Int64, "ReduceL2", [3, -4, 0], 5),
		(DType::Int64, "ReduceSumSquare", [big, 1, 2], 9_000_000_000_000_000_005),
		(DType::Int64, "ReduceProd", [big, 2, -1], -2 * big),
		(DType::Int64, "ReduceMax", [-big, big, 0], big),
		(DType::Int64, "ReduceMin", [-big, big, 0], -big),
		(DType::Int32, "ReduceSum", [i32::MAX.into(), 1, 2], i64::from(i32::MIN) + 2),
		(DType::Int32, "ReduceSumSquare", [i32::MAX.into(), 1, 2], 6),
		(DType::Int32, "ReduceL1", [i32::MIN.into(), 0, 0], i32::MIN.into()),
		(DType::Int32, "ReduceProd", [65_536, 65_536, 1], 0),
		(DType::Uint32, "ReduceSum", [u32::MAX.into(), 2, 0], 1),
		(DType::Uint32, "ReduceMax", [u32::MAX.into(), 2, 0], u32::MAX.into()),
		(DType::Uint32, "ReduceMean", [big, 0, 0], 1_000_000_000),
		(DType::Uint64, "ReduceMax", [-1, 2, 0], -1),
		(DType::Uint64, "ReduceMin", [-1, 2, 3], 2),
		(DType::Uint64, "ReduceSum", [-1, 3, 0], 2),
		(DType::Uint8, "ReduceMax", [200, 3, 0], 200),
		(DType::Int8, "ReduceMin", [-100, 3, 0], -100),
	] {
		let of = integers(dtype, &[1, 3], &x);
		assert_eq!(along(operator, of, 1), Ok(integers(dtype, &[1], &[y])), "{operator} {x:?}");
	}
	// By columns and by rows.
	let x = || i64s(&[2, 3], &[1, 2, 3, 4, 5, 1 << 40]);
	assert_eq!(along("ReduceSum", x(), 0), Ok(i64s(&[3], &[5, 7, 3 + (1 << 40)])));
	assert_eq!(along("ReduceSum", x(), -1), Ok(i64s(&[2], &[6, 9 + (1 << 40)])));
	let all = apply(18, "ReduceSum", &[], &[Given(x())], &[DType::Int64]).unwrap();
	assert_eq!(all[0], i64s(&[1, 1], &[15 + (1 << 40)]));
	let none = [int("noop_with_empty_axes", 1)];
	assert_eq!(apply(18, "ReduceSum", &none, &[Given(x())], &[DType::Int64]).unwrap(), [x()]);
}

#[test]
fn what_onnx_has_no_reduction_of_is_refused() {
	for dtype in [DType::Int8, DType::Uint8, DType::Int16, DType::Uint16, DType::Bool] {
		let x = || integers(dtype, &[2], &[1, 0]);
		for operator in ["ReduceSum", "ReduceMean", "ReduceProd", "ReduceL1", "ReduceSumSquare"] {
			assert_eq!(along(operator, x(), 0), Err(REFUSED), "{operator} {dtype:?}");
		}
	}
	for operator in ["ReduceLogSum", "ReduceLogSumExp"] {
		assert_eq!(along(operator, i64s(&[2], &[1, 0]), 0), Err(REFUSED), "{operator}");
	}
}

#[test]
fn constants_without_elements_are_reduced_too() {
	for (operator, dtype, y) in [
		("ReduceSum", DType::Int64, Ok(0)),
		("ReduceProd", DType::Int64, Ok(1)),
		("ReduceMax", DType::Int64, Ok(i64::MIN)),
		("ReduceMin", DType::Int32, Ok(i32::MAX.into())),
		("ReduceL2", DType::Int32, Ok(0)),
		("ReduceMean", DType::Int32, Err(REFUSED)),
	] {
		let none = Fixed(integers(dtype, &[2, 0], &[]));
		let args = [none, Fixed(i64s(&[1], &[1]))];
		let got = apply(18, operator, &[int("keepdims", 0)], &args, &[dtype]);
		let got = got.map(|mut y| y.remove(0)).map_err(|refusal| refusal.error.code);
		assert_eq!(got, y.map(|y| integers(dtype, &[2], &[y, y])), "{operator}");
	}
	let columns = Fixed(f32s(&[0, 2], &[]));
	let y = apply(18, "ReduceSum", &[], &[columns, Fixed(i64s(&[1], &[0]))], &[F]).unwrap();
	assert_eq!(floats(&y[0]), [0.0, 0.0]);
	for (operator, dims) in [("ReduceMax", &[0, 2][..]), ("GlobalMaxPool", &[1, 1, 0])] {
		let y = apply(18, operator, &[], &[Fixed(f32s(dims, &[]))], &[F]).unwrap();
		assert_eq!(floats(&y[0]), [f32::NEG_INFINITY], "{operator}");
	}
}

#[test]
fn what_is_no_number_is_the_largest_and_the_least() {
	let nan = f32::NAN;
	let rows = || Given(f32s(&[1, 4, 3], &[nan, 1., 2., 1., nan, 2., 1., 2., nan, 3., -0.5, -7.]));
	let axis = || Fixed(i64s(&[1], &[2]));
	for (operator, last) in [("ReduceMax", 3.0), ("ReduceMin", -7.0)] {
		let y = apply(18, operator, &[], &[rows(), axis()], &[F]).unwrap();
		let y = floats(&y[0]);
		assert!(y[..3].iter().all(|y| y.is_nan()) && y[3] == last, "{operator} {y:?}");
	}
	let y = apply(13, "GlobalMaxPool", &[], &[rows()], &[F]).unwrap();
	assert_eq!(y[0].shape, [1, 4, 1]);
	assert!(floats(&y[0])[..3].iter().all(|y| y.is_nan()));
	assert_eq!(floats(&y[0])[3], 3.0);
	let image = Given(f32s(&[2, 2, 2, 2], &(0u8..16).map(f32::from).collect::<Vec<_>>()));
	let y = apply(13, "GlobalMaxPool", &[], &[image], &[F]).unwrap();
	assert_eq!(y[0], f32s(&[2, 2, 1, 1], &[3., 7., 11., 15.]));
}

#[test]
fn positions_and_pools_are_of_dtypes_that_are_compared() {
	for dtype in [DType::Uint32, DType::Uint64, DType::Bool] {
		let x = || Given(integers(dtype, &[2], &[1, 0]));
		assert_eq!(fault(13, "ArgMax", &[], &[x()]), REFUSED, "{dtype:?}");
		assert_eq!(fault(13, "ArgMin", &[], &[x()]), REFUSED, "{dtype:?}");
	}
	let args = [Given(integers(DType::Bool, &[2], &[1, 0])), Fixed(i64s(&[1], &[1]))];
	let top = apply(11, "TopK", &[], &args, &[DType::Bool, DType::Int64]);
	assert_eq!(top.unwrap_err().error.code, REFUSED);
	let x = || Given(i64s(&[1, 1, 2], &[1, 2]));
	for operator in ["GlobalAveragePool", "GlobalMaxPool"] {
		assert_eq!(fault(13, operator, &[], &[x()]), REFUSED, "{operator}");
	}
}

#[test]
fn nothing_may_be_long() {
	let long = 1 << 20;
	for (dims, axis, whole) in [
		(&[long, long, 0][..], 2, None),
		(&[0, long, long], 0, None),
		(&[long, long, 0], 0, Some(&[1, long, 0][..])),
	] {
		let args = [Fixed(i64s(dims, &[])), Fixed(i64s(&[1], &[axis]))];
		let y = apply(18, "ReduceSum", &[], &args, &[DType::Int64]);
		assert_eq!(y.ok().map(|y| y[0].clone()), whole.map(|dims| i64s(dims, &[])), "{dims:?}");
	}
}
