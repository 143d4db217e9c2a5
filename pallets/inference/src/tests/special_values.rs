//! NaN and infinities are defined, and every NaN is the canonical one.

use super::mock::*;
use opg_engine_abi::{DType, Tensor};

/// The canonical NaN of binary32.
const NAN: u32 = 0x7fc0_0000;

fn bits(bits: [u32; 4]) -> Vec<Tensor> {
	vec![Tensor {
		dtype: DType::Float32,
		shape: vec![1, 4],
		data: bits.iter().flat_map(|bits| bits.to_le_bytes()).collect(),
	}]
}

#[test]
fn nan_and_infinity_come_out_as_ieee_754_says() {
	chain(|| {
		let id = active("affine", 0);
		let infinity = f32::INFINITY.to_bits();
		let inputs = bits([NAN, infinity, (-f32::INFINITY).to_bits(), f32::MAX.to_bits()]);
		let inference = do_infer(id, inputs).expect("it succeeds");
		let expected = bits([NAN, infinity, (-f32::INFINITY).to_bits(), infinity]);
		assert_eq!(inference.tensors, expected);
	});
}

#[test]
fn every_nan_gives_the_canonical_one() {
	chain(|| {
		let id = active("affine", 0);
		let canonical = do_infer(id, bits([NAN; 4])).expect("it succeeds");
		// Quiet with a payload, negative, signalling.
		let odd = do_infer(id, bits([0x7fc1_2345, 0xffc0_0000, 0x7f80_0001, 0xffff_ffff]))
			.expect("it succeeds");
		assert_eq!(odd.tensors, canonical.tensors);
		assert_eq!(odd.tensors, bits([NAN; 4]));
		assert_eq!(odd.run_fuel, canonical.run_fuel);
	});
}

#[test]
fn subnormal_values_are_kept() {
	chain(|| {
		let id = active("sum", 0);
		let tiny = f32::from_bits(1);
		let inputs = vec![floats(&[2], &[tiny, -0.0]), floats(&[2], &[tiny, -0.0])];
		let inference = do_infer(id, inputs).expect("it succeeds");
		assert_eq!(inference.tensors, [floats(&[2], &[f32::from_bits(2), -0.0])]);
	});
}
