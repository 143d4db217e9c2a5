//! `ModelOutput`: tensors of decimal numbers.

use super::interface::{
	IOpenGradientInference::runModelInferenceCall, OgModelOutput, OgNumber, OgNumberTensor,
};
use crate::{
	calldata::WORD,
	run::{count, elements},
	sum,
};
use alloc::{format, string::String, vec::Vec};
use opg_engine_abi::{DType, Tensor, TensorSpec};
use opg_precompile_common::{
	fixed::{self, ValueFault},
	revert,
};
use polkadot_sdk::pallet_revive::precompiles::{alloy::sol_types::SolCall, Error};

/// Words of a `ModelOutput` beside its tensors: the answer's offset, three offsets and a flag, and three
/// lengths.
const OUTPUT_WORDS: u64 = 8;
/// Words of a tensor beside its name, shape and numbers: its own offset, three offsets, three lengths.
const TENSOR_WORDS: u64 = 7;
/// Words of a `Number`.
const NUMBER_WORDS: u64 = 2;

/// Bytes that the encoding of these outputs takes. Lossy decoding of a name makes three bytes of one.
pub(crate) fn encoded_bytes(specs: &[TensorSpec]) -> u64 {
	let words = sum(specs.iter().map(|spec| {
		let name = (name(spec).len() as u64).div_ceil(WORD as u64);
		count(spec)
			.saturating_mul(NUMBER_WORDS)
			.saturating_add(TENSOR_WORDS)
			.saturating_add(name)
			.saturating_add(spec.shape.len() as u64)
	}));
	words.saturating_add(OUTPUT_WORDS).saturating_mul(WORD as u64)
}

/// The answer of both functions: both return one `ModelOutput`.
pub(crate) fn encode(specs: &[TensorSpec], tensors: &[Tensor]) -> Result<Vec<u8>, Error> {
	let numbers = specs
		.iter()
		.zip(tensors)
		.enumerate()
		.map(|(output, (spec, tensor))| {
			let values = elements(tensor.dtype, &tensor.data)
				.enumerate()
				.map(|(index, bytes)| {
					number(tensor.dtype, bytes).map_err(|fault| refused(output, index, fault))
				})
				.collect::<Result<_, _>>()?;
			Ok(OgNumberTensor { name: name(spec), values, shape: tensor.shape.clone() })
		})
		.collect::<Result<_, Error>>()?;
	Ok(runModelInferenceCall::abi_encode_returns(&OgModelOutput {
		numbers,
		strings: Vec::new(),
		jsons: Vec::new(),
		is_simulation_result: false,
	}))
}

fn name(spec: &TensorSpec) -> String {
	String::from_utf8_lossy(&spec.name).into_owned()
}

/// Significant digits that tell a float from its neighbours; an integer has no decimals.
fn digits(dtype: DType) -> u8 {
	match dtype {
		DType::Float16 => 5,
		DType::Float32 => 9,
		_ => 17,
	}
}

/// An element as a decimal number with no zero at its end.
fn number(dtype: DType, bytes: &[u8]) -> Result<OgNumber, ValueFault> {
	let mut decimals = match fixed::format(dtype) {
		Some(format) => {
			let mut wide = [0; 8];
			for (to, from) in wide.iter_mut().zip(bytes) {
				*to = *from;
			}
			format.decimals_for(u64::from_le_bytes(wide), digits(dtype))
		},
		None => 0,
	};
	let value = fixed::read(dtype, bytes, decimals)?;
	let mut value = i128::try_from(value).map_err(|_| ValueFault::OutOfRange)?;
	if value == 0 {
		decimals = 0;
	}
	while decimals > 0 && value % 10 == 0 {
		value /= 10;
		decimals = decimals.saturating_sub(1);
	}
	Ok(OgNumber { value, decimals: decimals.into() })
}

fn refused(output: usize, index: usize, fault: ValueFault) -> Error {
	revert(match fault {
		ValueFault::NotFinite => format!(
			"OutputNotFinite(output={output},index={index}): decimals have no infinity and no NaN; \
			 call Inference.sol"
		),
		ValueFault::OutOfRange | ValueFault::NotWhole => format!(
			"OutputOutOfRange(output={output},index={index}): int128 has no place for it; call \
			 Inference.sol"
		),
	})
}

#[cfg(test)]
mod tests {
	use super::*;
	use alloc::vec;

	fn float(value: f32) -> (i128, i128) {
		let OgNumber { value, decimals } = number(DType::Float32, &value.to_le_bytes()).unwrap();
		(value, decimals)
	}

	#[test]
	fn numbers_are_as_short_as_their_digits() {
		assert_eq!(float(1.5), (15, 1));
		assert_eq!(float(-0.25), (-25, 2));
		assert_eq!(float(0.0), (0, 0));
		assert_eq!(float(-0.0), (0, 0));
		assert_eq!(float(100.0), (100, 0));
		assert_eq!(float(16_777_216.0), (16_777_216, 0));
		let integer = |dtype, bytes: &[u8]| number(dtype, bytes).unwrap().value;
		assert_eq!(integer(DType::Int64, &(-70i64).to_le_bytes()), -70);
		assert_eq!(integer(DType::Uint64, &u64::MAX.to_le_bytes()), u64::MAX.into());
		assert_eq!(integer(DType::Bool, &[1]), 1);
	}

	#[test]
	fn a_float_comes_back_from_its_number() {
		for bits in (1u32..0x7f80_0000).step_by(65_521) {
			let value = f32::from_bits(bits);
			// Beyond 1.7e38 `int128` has no place.
			if value > 1.7e38 {
				assert!(number(DType::Float32, &f32::MAX.to_le_bytes()).is_err());
				continue;
			}
			let (digits, decimals) = float(-value);
			let parsed: f32 = format!("{digits}e-{decimals}").parse().unwrap();
			assert_eq!(parsed.to_bits(), (-value).to_bits(), "{value}");
		}
	}

	#[test]
	fn what_has_no_number_is_refused() {
		for value in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
			let fault = number(DType::Float32, &value.to_le_bytes()).err();
			assert_eq!(fault, Some(ValueFault::NotFinite));
		}
		assert_eq!(
			number(DType::Float64, &1e300f64.to_le_bytes()).err(),
			Some(ValueFault::OutOfRange)
		);
	}

	#[test]
	fn the_encoding_has_the_bytes_that_were_said() {
		let spec = |name: &[u8], shape: &[u32]| TensorSpec {
			name: name.to_vec(),
			dtype: DType::Float32,
			shape: shape.to_vec(),
		};
		for specs in [
			vec![],
			vec![spec(b"x", &[])],
			vec![spec(b"", &[2, 3]), spec(&[b'n'; 33], &[1, 1, 1, 5])],
			vec![spec(&[0xff; 40], &[0])],
		] {
			let tensors: Vec<_> = specs
				.iter()
				.map(|spec| Tensor {
					dtype: spec.dtype,
					shape: spec.shape.clone(),
					data: vec![0; count(spec) as usize * 4],
				})
				.collect();
			let encoded = encode(&specs, &tensors).unwrap();
			assert_eq!(encoded.len() as u64, encoded_bytes(&specs), "{specs:?}");
		}
	}
}
