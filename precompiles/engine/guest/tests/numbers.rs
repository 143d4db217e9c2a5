//! Operators of ours that calculate: the examples of ONNX's specification, and hostile files.

mod common;

use common::{one::*, *};
use opg_engine_abi::{DType, Tensor};

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
	assert_eq!(fault(21, "QuantizeLinear", &other, &[Given(x.clone()), one(1.)]), REFUSED);
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
		Given(integers(DType::Uint8, &[1], &[1])),
		Fixed(scale(&[1.])),
		Fixed(integers(DType::Int8, &[1], &[1])),
	];
	assert_eq!(fault(13, "DequantizeLinear", &[], &args), REFUSED);
}

#[test]
fn determinants() {
	let x = Given(f32s(&[2, 2, 2], &[0., 2., 3., 4., 1., 2., 2., 4.]));
	assert_eq!(floats(&apply(11, "Det", &[], &[x], &[F]).unwrap()[0]), [-6., 0.]);
	assert_eq!(fault(11, "Det", &[], &[Given(f32s(&[2, 3], &[0.; 6]))]), REFUSED);
	assert_eq!(fault(11, "Det", &[], &[Given(f32s(&[2], &[0.; 2]))]), REFUSED);
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
fn scores_are_attended_to() {
	// One head of one feature: scores are 0, so values are averaged.
	let q = || Given(f32s(&[1, 1, 2, 1], &[0., 0.]));
	let kv = || Given(f32s(&[1, 1, 2, 1], &[2., 4.]));
	let y = apply(23, "Attention", &[], &[q(), kv(), kv()], &[F]).unwrap();
	assert_eq!(y[0], f32s(&[1, 1, 2, 1], &[3., 3.]));
	let y = apply(23, "Attention", &[int("is_causal", 1)], &[q(), kv(), kv()], &[F]).unwrap();
	assert_eq!(floats(&y[0]), [2., 3.]);
	let mask = Tensor { dtype: DType::Bool, shape: vec![2, 2], data: vec![1, 0, 0, 1] };
	let y = apply(23, "Attention", &[], &[q(), kv(), kv(), Given(mask)], &[F]).unwrap();
	assert_eq!(floats(&y[0]), [2., 4.]);
	// Two heads of the query share one of key and value.
	let flat = [int("q_num_heads", 2), int("kv_num_heads", 1)];
	let query = || Given(f32s(&[1, 1, 2], &[0., 0.]));
	let pair = || Given(f32s(&[1, 2, 1], &[2., 4.]));
	let y = apply(23, "Attention", &flat, &[query(), pair(), pair()], &[F]).unwrap();
	assert_eq!(y[0], f32s(&[1, 1, 2], &[3., 3.]));
	for attributes in [
		vec![],
		vec![int("q_num_heads", 2)],
		vec![int("q_num_heads", 3), int("kv_num_heads", 2)],
		vec![int("q_num_heads", 0), int("kv_num_heads", 0)],
		vec![int("q_num_heads", i64::MAX), int("kv_num_heads", 1)],
		vec![flat[0].clone(), flat[1].clone(), float("scale", -1.)],
		vec![flat[0].clone(), flat[1].clone(), float("softcap", f32::NAN)],
		vec![flat[0].clone(), flat[1].clone(), int("qk_matmul_output_mode", 4)],
	] {
		let args = [query(), pair(), pair()];
		assert_eq!(fault(23, "Attention", &attributes, &args), REFUSED, "{attributes:?}");
	}
	let other = Given(f32s(&[1, 1, 3, 1], &[0.; 3]));
	assert_eq!(fault(23, "Attention", &[], &[q(), kv(), other]), REFUSED);
	let mask = Given(f32s(&[2, 3], &[0.; 6]));
	assert_eq!(fault(23, "Attention", &[], &[q(), kv(), kv(), mask]), REFUSED);
}
