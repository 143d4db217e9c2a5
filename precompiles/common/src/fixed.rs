//! Elements of tensors from and to fixed-point numbers: `value / 10^decimals`.
//!
//! A float takes the nearest number that it has, ties to even, and no infinity stands for what is
//! too large. An integer and a boolean take whole numbers of their range alone: nothing is rounded
//! that a caller may have meant otherwise.

use crate::ieee::{power_of_ten, Format, NoFixed, Rounding, BINARY16, BINARY32, BINARY64};
use alloc::vec::Vec;
use opg_engine_abi::DType;
use polkadot_sdk::pallet_revive::precompiles::alloy::primitives::{Sign, I256, U256};

/// Why a number can't be converted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueFault {
	/// The element's type, or `int256`, has no room for it.
	OutOfRange,
	/// An integer can't have its fraction.
	NotWhole,
	/// Infinity, or no number.
	NotFinite,
}

/// The floating-point format of a dtype; `None` for an integer or boolean.
pub const fn format(dtype: DType) -> Option<Format> {
	match dtype {
		DType::Float16 => Some(BINARY16),
		DType::Float32 => Some(BINARY32),
		DType::Float64 => Some(BINARY64),
		_ => None,
	}
}

/// The least and the greatest integer of a dtype.
const fn range(dtype: DType) -> (i128, i128) {
	match dtype {
		DType::Uint8 => (0, u8::MAX as i128),
		DType::Int8 => (i8::MIN as i128, i8::MAX as i128),
		DType::Uint16 => (0, u16::MAX as i128),
		DType::Int16 => (i16::MIN as i128, i16::MAX as i128),
		DType::Uint32 => (0, u32::MAX as i128),
		DType::Int32 => (i32::MIN as i128, i32::MAX as i128),
		DType::Uint64 => (0, u64::MAX as i128),
		DType::Int64 => (i64::MIN as i128, i64::MAX as i128),
		DType::Bool => (0, 1),
		// Floats have formats, not ranges.
		DType::Float16 | DType::Float32 | DType::Float64 => (0, 0),
	}
}

/// Appends an element, little-endian. `decimals` is at most [`crate::ieee::MAX_DECIMALS`].
pub fn push(out: &mut Vec<u8>, dtype: DType, value: I256, decimals: u8) -> Result<(), ValueFault> {
	let negative = value.is_negative();
	let magnitude = value.unsigned_abs();
	let bytes = match format(dtype) {
		Some(format) => {
			let bits =
				format.from_fixed(negative, magnitude, decimals).ok_or(ValueFault::OutOfRange)?;
			u128::from(bits).to_le_bytes()
		},
		None => {
			let (whole, fraction) = magnitude.div_rem(power_of_ten(decimals));
			if !fraction.is_zero() {
				return Err(ValueFault::NotWhole);
			}
			let whole = i128::from(u64::try_from(whole).map_err(|_| ValueFault::OutOfRange)?);
			let whole = if negative { whole.saturating_neg() } else { whole };
			let (least, greatest) = range(dtype);
			if whole < least || whole > greatest {
				return Err(ValueFault::OutOfRange);
			}
			whole.to_le_bytes()
		},
	};
	// No dtype is wider than 16 bytes.
	out.extend(bytes.iter().take(dtype.size()));
	Ok(())
}

/// The number that an element's bytes, little-endian, stand for. `decimals` is at most
/// [`crate::ieee::MAX_DECIMALS`].
pub fn read(dtype: DType, bytes: &[u8], decimals: u8) -> Result<I256, ValueFault> {
	read_rounded(dtype, bytes, decimals, Rounding::HalfEven)
}

/// The same with another rounding, which floats alone need.
pub fn read_rounded(
	dtype: DType,
	bytes: &[u8],
	decimals: u8,
	rounding: Rounding,
) -> Result<I256, ValueFault> {
	let mut wide = [0; 8];
	for (to, from) in wide.iter_mut().zip(bytes) {
		*to = *from;
	}
	let bits = u64::from_le_bytes(wide);
	let (negative, magnitude) = match format(dtype) {
		Some(format) => {
			format.to_fixed_rounded(bits, decimals, rounding).map_err(|why| match why {
				NoFixed::NotFinite => ValueFault::NotFinite,
				NoFixed::OutOfRange => ValueFault::OutOfRange,
			})?
		},
		None => {
			let signed = if range(dtype).0 < 0 { sign_extended(bits, dtype.size()) } else { 0 };
			let whole = if signed < 0 { signed.unsigned_abs() } else { bits };
			let product = U256::from(whole).checked_mul(power_of_ten(decimals));
			(signed < 0, product.ok_or(ValueFault::OutOfRange)?)
		},
	};
	let sign = if negative { Sign::Negative } else { Sign::Positive };
	I256::checked_from_sign_and_abs(sign, magnitude).ok_or(ValueFault::OutOfRange)
}

/// A signed number of so many bytes, at least one and at most eight.
fn sign_extended(bits: u64, bytes: usize) -> i64 {
	let unused = 64u32.saturating_sub(8 * bytes as u32);
	(bits as i64).wrapping_shl(unused).wrapping_shr(unused)
}
