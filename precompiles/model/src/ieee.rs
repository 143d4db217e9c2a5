//! Binary floating-point formats (IEEE 754-2019, section 3.4) to and from decimal fixed point, with
//! integers alone: exact, and rounded once, to the nearest, ties to even.
//!
//! A fixed-point number is `magnitude / 10^decimals` with a sign.

use polkadot_sdk::pallet_revive::precompiles::alloy::primitives::U256;

/// Decimals that a conversion takes, at most: `10^38` is the largest power of ten in 128 bits, and
/// about the smallest normal float32.
pub const MAX_DECIMALS: u8 = 38;

/// A binary interchange format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Format {
	/// Bits of a significand, with the one that isn't stored.
	precision: u32,
	/// Bits of the exponent's field.
	exponent_bits: u32,
}

/// `float16`.
pub const BINARY16: Format = Format { precision: 11, exponent_bits: 5 };
/// `float32`.
pub const BINARY32: Format = Format { precision: 24, exponent_bits: 8 };
/// `float64`.
pub const BINARY64: Format = Format { precision: 53, exponent_bits: 11 };

impl Format {
	/// Bits of the significand's field.
	const fn fraction_bits(self) -> u32 {
		self.precision - 1
	}

	/// Exponent of the smallest normal number.
	const fn min_exponent(self) -> i32 {
		2 - (1 << (self.exponent_bits - 1))
	}

	/// Infinity without its sign: all ones in the exponent's field.
	const fn infinity(self) -> u64 {
		((1 << self.exponent_bits) - 1) << self.fraction_bits()
	}

	/// The sign's bit.
	const fn sign(self) -> u64 {
		1 << (self.exponent_bits + self.fraction_bits())
	}

	/// The bits of the number nearest to `±magnitude / 10^decimals`; `None` when that is infinity.
	/// `decimals` is at most [`MAX_DECIMALS`].
	pub fn from_fixed(self, negative: bool, magnitude: U256, decimals: u8) -> Option<u64> {
		if magnitude.is_zero() {
			return Some(0);
		}
		// At most 127 bits, and never 0.
		let divisor = power_of_ten(decimals);
		// The quotient gets at least 64 bits, more than any precision and one for rounding. The left
		// side has at most 127 + 65 bits, or is what it was: no bit is shifted out.
		let shift = (divisor.bit_len() + 65).saturating_sub(magnitude.bit_len());
		let (quotient, rest) = (magnitude << shift).div_rem(divisor);

		// Exponents of the leading bit, and of the last one that is kept.
		let shift = shift as i32;
		let leading = quotient.bit_len() as i32 - 1 - shift;
		let exponent = leading.max(self.min_exponent());
		let last = exponent - self.fraction_bits() as i32;
		// At least the quotient's 64 bits less 53.
		let significand = drop_bits(quotient, (last + shift) as usize, !rest.is_zero());

		// The significand's leading bit adds one to the exponent's field, and so does a carry out of
		// rounding; of a subnormal number it isn't there, and its field is 0.
		let field = (exponent - self.min_exponent()) as u64;
		let bits = (field << self.fraction_bits()) + significand.saturating_to::<u64>();
		(bits < self.infinity()).then_some(if negative { bits | self.sign() } else { bits })
	}

	/// Sign and magnitude of the number nearest to what these bits stand for, times `10^decimals`.
	/// `decimals` is at most [`MAX_DECIMALS`].
	pub fn to_fixed(self, bits: u64, decimals: u8) -> Result<(bool, U256), NoFixed> {
		let negative = bits & self.sign() != 0;
		let bits = bits & (self.sign() - 1);
		if bits >= self.infinity() {
			return Err(NoFixed::NotFinite);
		}
		let field = bits >> self.fraction_bits();
		let fraction = bits & ((1 << self.fraction_bits()) - 1);
		let significand = if field == 0 { fraction } else { fraction | 1 << self.fraction_bits() };
		let exponent =
			self.min_exponent() + (field.max(1) - 1) as i32 - self.fraction_bits() as i32;

		// At most 53 + 127 bits.
		let product = U256::from(significand).wrapping_mul(power_of_ten(decimals));
		let distance = exponent.unsigned_abs() as usize;
		if exponent < 0 {
			return Ok((negative, drop_bits(product, distance, false)));
		}
		if !product.is_zero() && product.bit_len() + distance > 256 {
			return Err(NoFixed::OutOfRange);
		}
		Ok((negative, product << distance))
	}
}

/// Why a number has no fixed-point form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoFixed {
	/// Infinity, or no number.
	NotFinite,
	/// Its magnitude takes more than 256 bits.
	OutOfRange,
}

/// `10^decimals`, for at most [`MAX_DECIMALS`].
pub fn power_of_ten(decimals: u8) -> U256 {
	U256::from(10u128.saturating_pow(decimals.into()))
}

/// `value / 2^count`, rounded to the nearest, ties to even. `more`: the value is a little greater than
/// given, by less than one.
fn drop_bits(value: U256, count: usize, more: bool) -> U256 {
	if count == 0 {
		return value;
	}
	// A shift by the width or more leaves nothing, and there is no bit beyond it.
	let kept = value >> count;
	let half = value.bit(count - 1);
	// The bits below the first one that is dropped: whatever is above them falls out at the top. Further off,
	// there is no half either.
	let below = !(value << 257usize.saturating_sub(count)).is_zero();
	if half && (below || more || kept.bit(0)) {
		// What was shifted by at least one bit has room for a carry.
		kept.wrapping_add(U256::from(1))
	} else {
		kept
	}
}
