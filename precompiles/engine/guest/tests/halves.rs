//! binary16: computed in binary32 and rounded once, where an operator takes more than one step.

mod common;

use common::{one::*, *};
use opg_engine_abi::{DType, Tensor};
use tract_onnx::{pb::AttributeProto, tract_hir::internal::f16};

const H: DType = DType::Float16;

fn halves(shape: &[u32], elements: &[f32]) -> Tensor {
	let data = elements.iter().flat_map(|x| f16::from_f32(*x).to_le_bytes()).collect();
	Tensor { dtype: H, shape: shape.to_vec(), data }
}

/// A tensor in binary16.
fn half(tensor: &Tensor) -> Tensor {
	halves(&tensor.shape, &floats(tensor))
}

/// What an operator of binary16 gives is what it gives in binary32, rounded.
fn assert_rounded_once(
	version: i64,
	operator: &str,
	attributes: &[AttributeProto],
	shapes: &[&[u32]],
	outputs: usize,
) {
	let element = |i: u32| f16::from_f32((i as f32 * 0.7).sin() * 40.0).to_f32();
	let tensor = |shape: &&[u32]| {
		let count = shape.iter().product();
		f32s(shape, &(0..count).map(element).collect::<Vec<_>>())
	};
	let tensors: Vec<Tensor> = shapes.iter().map(tensor).collect();
	// The first given, or all constants.
	for fixed in [1, 0] {
		let args = |of: fn(&Tensor) -> Tensor| -> Vec<Arg> {
			let (given, constants) = tensors.split_at(fixed);
			let given = given.iter().map(|tensor| Given(of(tensor)));
			given.chain(constants.iter().map(|tensor| Fixed(of(tensor)))).collect()
		};
		let wide = apply(version, operator, attributes, &args(Tensor::clone), &vec![F; outputs]);
		let narrow = apply(version, operator, attributes, &args(half), &vec![H; outputs]);
		let wide: Vec<Tensor> = wide.unwrap().iter().map(half).collect();
		assert_eq!(narrow.unwrap(), wide, "{operator}, {fixed} given");
	}
}

#[test]
fn sums_are_rounded_once() {
	let kernel = || ints("kernel_shape", &[2, 2]);
	let image: &[u32] = &[1, 2, 4, 4];
	assert_rounded_once(13, "MatMul", &[], &[&[3, 20], &[20, 2]], 1);
	assert_rounded_once(13, "Gemm", &[], &[&[3, 20], &[20, 2], &[2]], 1);
	assert_rounded_once(13, "Einsum", &[string("equation", "ij,jk->k")], &[&[3, 9], &[9, 2]], 1);
	assert_rounded_once(13, "Conv", &[], &[image, &[2, 2, 3, 3], &[2]], 1);
	assert_rounded_once(13, "ConvTranspose", &[], &[image, &[2, 2, 3, 3]], 1);
	assert_rounded_once(13, "AveragePool", &[kernel()], &[image], 1);
	assert_rounded_once(13, "GlobalAveragePool", &[], &[image], 1);
	for operator in ["ReduceL1", "ReduceL2", "ReduceMean", "ReduceProd", "ReduceSum"] {
		let version = if operator == "ReduceSum" { 11 } else { 13 };
		assert_rounded_once(version, operator, &[ints("axes", &[1])], &[&[3, 4]], 1);
	}
	for (operator, gates) in [("RNN", 1), ("GRU", 3), ("LSTM", 4)] {
		let weights = [[1, gates * 2, 2], [1, gates * 2, 2]];
		let shapes = [&[4, 1, 2], &weights[0], &weights[1]].map(|shape: &[u32; 3]| &shape[..]);
		assert_rounded_once(14, operator, &[int("hidden_size", 2)], &shapes, 2);
	}
}

#[test]
fn functions_of_several_steps_are_rounded_once() {
	let image: &[u32] = &[1, 2, 4, 4];
	for operator in ["Elu", "Erf", "Gelu", "Mish", "Selu", "Sigmoid", "Softmax", "Softsign", "Tanh"]
	{
		assert_rounded_once(20, operator, &[], &[&[3, 4]], 1);
	}
	assert_rounded_once(20, "LogSoftmax", &[], &[&[3, 4]], 1);
	assert_rounded_once(20, "InstanceNormalization", &[], &[image, &[2], &[2]], 1);
	assert_rounded_once(20, "LpNormalization", &[], &[&[3, 4]], 1);
	assert_rounded_once(20, "MeanVarianceNormalization", &[], &[image], 1);
	assert_rounded_once(20, "LRN", &[int("size", 3)], &[image], 1);
}

#[test]
fn what_overflows_on_the_way_is_a_number_at_the_end() {
	let x = || Given(halves(&[1, 4], &[300.0, -400.0, 0.0, 0.0]));
	let y = apply(13, "ReduceL2", &[], &[x()], &[H]).unwrap();
	assert_eq!(y[0], halves(&[1, 1], &[500.0]));
	let y = apply(13, "LpNormalization", &[], &[x()], &[H]).unwrap();
	assert_eq!(y[0], halves(&[1, 4], &[0.6, -0.8, 0.0, 0.0]));
}
