//! `(uint8 dtype, uint16[] shape, T[] values)`.

use super::Arithmetic;
use crate::{
	calldata::{Array, Tuple, WORD},
	malformed,
	model::refused,
	output_too_large,
	run::{count, elements},
};
use alloc::{format, vec::Vec};
use opg_engine_abi::{DType, EngineError, ErrorCode, Tensor, TensorSpec};
use opg_precompile_common::{
	fixed::{self, ValueFault},
	ieee::Rounding,
	revert,
};
use polkadot_sdk::pallet_revive::precompiles::{
	alloy::{
		primitives::{I256, U256},
		sol_types::SolValue,
	},
	Error,
};

/// What `WrongShape` has as its axis when the ranks differ.
const RANK: u64 = 255;

/// Words of an answer beside shape and values: four of the envelope, a length, three of the tensor's head,
/// two lengths.
const ANSWER_WORDS: u64 = 10;

/// Ritual's codes of the element types.
const CODES: [(u8, DType); 12] = [
	(1, DType::Bool),
	(4, DType::Float16),
	(5, DType::Float32),
	(6, DType::Float64),
	(9, DType::Int8),
	(10, DType::Int16),
	(11, DType::Int32),
	(12, DType::Int64),
	(13, DType::Uint8),
	(14, DType::Uint16),
	(15, DType::Uint32),
	(16, DType::Uint64),
];

fn from_code(code: u8) -> Option<DType> {
	CODES.into_iter().find(|(one, _)| *one == code).map(|(_, dtype)| dtype)
}

fn code(dtype: DType) -> Option<u8> {
	CODES.into_iter().find(|(_, one)| *one == dtype).map(|(code, _)| code)
}

/// Whether the ABI's type for these elements is signed: floats are the signed integers of their bits.
fn is_signed(dtype: DType) -> bool {
	!matches!(dtype, DType::Bool | DType::Uint8 | DType::Uint16 | DType::Uint32 | DType::Uint64)
}

/// The least and the greatest number of the ABI's type for these elements.
fn range(dtype: DType) -> (i128, i128) {
	let bits = 8 * dtype.size() as u32;
	match dtype {
		DType::Bool => (0, 1),
		// At most 63 and 64 bits.
		_ if is_signed(dtype) => {
			let half = 1i128.wrapping_shl(bits.saturating_sub(1));
			(half.saturating_neg(), half.saturating_sub(1))
		},
		_ => (0, 1i128.wrapping_shl(bits).saturating_sub(1)),
	}
}

/// A number of the ABI's type for these elements.
fn in_range(dtype: DType, value: I256) -> Option<i128> {
	let value = i128::try_from(value).ok()?;
	let (least, greatest) = range(dtype);
	(least..=greatest).contains(&value).then_some(value)
}

/// A tensor of a call that has the model's type and shape, not yet converted.
pub(super) struct Given<'a> {
	spec: &'a TensorSpec,
	values: Array<'a>,
}

impl<'a> Given<'a> {
	pub(super) fn read(tensor: Tuple<'a>, spec: &'a TensorSpec) -> Result<Self, Error> {
		let code: u8 = tensor.small(0).ok_or_else(malformed)?;
		let shape = tensor.array(1, 1).ok_or_else(malformed)?;
		let values = tensor.array(2, 1).ok_or_else(malformed)?;
		let dtype = from_code(code).ok_or_else(|| {
			revert(format!(
				"UnknownDtype(dtype={code}): pass 1, 4 to 6 or 9 to 16, the codes of this interface"
			))
		})?;
		if dtype != spec.dtype {
			let numbers = [0, spec.dtype.code().into(), dtype.code().into()];
			return Err(engine(ErrorCode::WrongDtype, &numbers));
		}
		let (expected, got) = (spec.shape.len() as u64, shape.len() as u64);
		if expected != got {
			return Err(engine(ErrorCode::WrongShape, &[0, RANK, expected, got]));
		}
		for (axis, (expected, got)) in (0u64..).zip(spec.shape.iter().zip(shape.items())) {
			let got = u32::from(got.small::<u16>(0).ok_or_else(malformed)?);
			if *expected != got {
				let numbers = [0, axis, u64::from(*expected), u64::from(got)];
				return Err(engine(ErrorCode::WrongShape, &numbers));
			}
		}
		let (expected, got) = (count(spec), values.len() as u64);
		if expected != got {
			return Err(revert(format!(
				"WrongValueCount(input=0,expected={expected},got={got}): pass every element of the \
				 shape"
			)));
		}
		Ok(Self { spec, values })
	}

	/// The tensor. The work is one conversion for each element.
	pub(super) fn convert(self, arithmetic: Arithmetic) -> Result<Tensor, Error> {
		let Self { spec, values } = self;
		let size = spec.dtype.size();
		let name = spec.dtype.name();
		let mut data = Vec::with_capacity(values.len().saturating_mul(size));
		for (index, value) in values.items().enumerate() {
			let value = value.signed(0).ok_or_else(malformed)?;
			let out_of_range = || {
				revert(format!(
					"ValueOutOfRange(input=0,index={index},dtype={name}): pass a number that the \
					 type has"
				))
			};
			let number = in_range(spec.dtype, value).ok_or_else(out_of_range)?;
			match arithmetic {
				Arithmetic::Own => data.extend(number.to_le_bytes().iter().take(size)),
				Arithmetic::Fixed(scale) => fixed::push(&mut data, spec.dtype, value, scale)
					.map_err(|fault| match fault {
						ValueFault::NotWhole => revert(format!(
							"ValueNotWhole(input=0,index={index},dtype={name}): pass a whole number \
							 of 10**scale"
						)),
						ValueFault::OutOfRange | ValueFault::NotFinite => out_of_range(),
					})?,
			}
		}
		Ok(Tensor { dtype: spec.dtype, shape: spec.shape.clone(), data })
	}
}

/// Refuses an output that this interface has no place for, before any work.
pub(super) fn ensure_returnable(spec: &TensorSpec, max_bytes: u64) -> Result<(), Error> {
	for (axis, length) in spec.shape.iter().enumerate() {
		if u16::try_from(*length).is_err() {
			return Err(revert(format!(
				"AxisTooLong(output=0,axis={axis},length={length}): this interface has 16 bits for \
				 it; call Inference.sol"
			)));
		}
	}
	let words = count(spec).saturating_add(spec.shape.len() as u64).saturating_add(ANSWER_WORDS);
	let bytes = words.saturating_mul(WORD as u64);
	if bytes > max_bytes {
		return Err(output_too_large(bytes, max_bytes));
	}
	Ok(())
}

/// The encoding of an output.
pub(super) fn encode(
	tensor: &Tensor,
	arithmetic: Arithmetic,
	rounding: Rounding,
) -> Result<Vec<u8>, Error> {
	let dtype = tensor.dtype;
	let values = elements(dtype, &tensor.data)
		.enumerate()
		.map(|(index, bytes)| match arithmetic {
			Arithmetic::Own => Ok(own(dtype, bytes)),
			Arithmetic::Fixed(scale) => fixed::read_rounded(dtype, bytes, scale, rounding)
				.and_then(|value| {
					in_range(dtype, value).map(|_| value).ok_or(ValueFault::OutOfRange)
				})
				.map_err(|fault| output_refused(index, fault)),
		})
		.collect::<Result<Vec<I256>, _>>()?;
	// Both are of what was found in the lists of types and lengths before.
	let code = code(dtype).ok_or_else(malformed)?;
	let shape = tensor
		.shape
		.iter()
		.map(|length| u16::try_from(*length).ok())
		.collect::<Option<Vec<_>>>()
		.ok_or_else(malformed)?;
	Ok((U256::from(code), shape, values).abi_encode_params())
}

/// The number that an element's bytes are, in the ABI's type.
fn own(dtype: DType, bytes: &[u8]) -> I256 {
	let negative = is_signed(dtype) && bytes.last().is_some_and(|byte| byte & 0x80 != 0);
	let mut wide = if negative { [0xff; WORD] } else { [0; WORD] };
	for (to, from) in wide.iter_mut().zip(bytes) {
		*to = *from;
	}
	I256::from_raw(U256::from_le_bytes(wide))
}

fn output_refused(index: usize, fault: ValueFault) -> Error {
	revert(match fault {
		ValueFault::NotFinite => format!(
			"OutputNotFinite(output=0,index={index}): fixed point has no infinity and no NaN; pass \
			 outputArithmetic 2"
		),
		ValueFault::OutOfRange | ValueFault::NotWhole => format!(
			"OutputOutOfRange(output=0,index={index}): pass a smaller outputFixedPointScale"
		),
	})
}

/// A refusal of the engine's as a revert.
fn engine(code: ErrorCode, numbers: &[u64]) -> Error {
	refused(EngineError::new(code, numbers).into())
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn every_type_has_a_code_of_its_own() {
		for dtype in DType::ALL {
			assert_eq!(from_code(code(dtype).unwrap()), Some(dtype));
		}
		for unknown in [0, 2, 3, 7, 8, 17, 255] {
			assert_eq!(from_code(unknown), None);
		}
	}

	#[test]
	fn ranges_are_those_of_the_abi_types() {
		assert_eq!(range(DType::Bool), (0, 1));
		assert_eq!(range(DType::Float16), (-32_768, 32_767));
		assert_eq!(range(DType::Float32), (i32::MIN.into(), i32::MAX.into()));
		assert_eq!(range(DType::Float64), (i64::MIN.into(), i64::MAX.into()));
		assert_eq!(range(DType::Uint8), (0, 255));
		assert_eq!(range(DType::Uint64), (0, u64::MAX.into()));
	}

	#[test]
	fn own_numbers_have_their_sign() {
		let number = |n: i128| I256::try_from(n).unwrap();
		assert_eq!(own(DType::Float32, &(-1f32).to_le_bytes()), number(-0x4080_0000));
		assert_eq!(own(DType::Float32, &1f32.to_le_bytes()), number(0x3f80_0000));
		assert_eq!(own(DType::Uint32, &u32::MAX.to_le_bytes()), number(u32::MAX.into()));
		assert_eq!(own(DType::Int8, &[0xff]), number(-1));
		assert_eq!(own(DType::Bool, &[1]), number(1));
	}
}
