//! Binary floating-point formats (IEEE 754-2019, section 3.4) to and from decimal fixed point, with
//! integers alone: exact, and rounded once, to the nearest, ties to even.
//!
//! A fixed-point number is `magnitude / 10^decimals` with a sign.

use polkadot_sdk::pallet_revive::precompiles::alloy::primitives::U256;

/// Decimals that a conversion takes, at most. Every float32 is told from its neighbours by so many, the
/// smallest (1.4e-45) to a dozen digits; and `10^60` has 200 bits, so that 256 hold a quotient with all
/// digits of a float64.
pub const MAX_DECIMALS: u8 = 60;

/// The largest power of ten in 128 bits.
const POWER_IN_128_BITS: u32 = 38;

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
		// At most 200 bits, and never 0.
		let divisor = power_of_ten(decimals);
		// The quotient gets at least 56 bits, more than any precision and one for rounding. The left
		// side has at most 200 + 56 bits, or is what it was: no bit is shifted out.
		let shift = (divisor.bit_len() + 56).saturating_sub(magnitude.bit_len());
		let (quotient, rest) = (magnitude << shift).div_rem(divisor);

		// Exponents of the leading bit, and of the last one that is kept.
		let shift = shift as i32;
		let leading = quotient.bit_len() as i32 - 1 - shift;
		let exponent = leading.max(self.min_exponent());
		let last = exponent - self.fraction_bits() as i32;
		// At least the quotient's 56 bits less 53.
		let dropped = (last + shift) as usize;
		let significand =
			drop_bits(quotient, dropped, !rest.is_zero(), Rounding::HalfEven, negative);

		// The significand's leading bit adds one to the exponent's field, and so does a carry out of
		// rounding; of a subnormal number it isn't there, and its field is 0.
		let field = (exponent - self.min_exponent()) as u64;
		let bits = (field << self.fraction_bits()) + significand.saturating_to::<u64>();
		(bits < self.infinity()).then_some(if negative { bits | self.sign() } else { bits })
	}

	/// Sign and magnitude of the number nearest to what these bits stand for, times `10^decimals`.
	/// `decimals` is at most [`MAX_DECIMALS`].
	pub fn to_fixed(self, bits: u64, decimals: u8) -> Result<(bool, U256), NoFixed> {
		self.to_fixed_rounded(bits, decimals, Rounding::HalfEven)
	}

	/// The same with another rounding.
	pub fn to_fixed_rounded(
		self,
		bits: u64,
		decimals: u8,
		rounding: Rounding,
	) -> Result<(bool, U256), NoFixed> {
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

		// At most 53 + 200 bits.
		let product = U256::from(significand).wrapping_mul(power_of_ten(decimals));
		let distance = exponent.unsigned_abs() as usize;
		if exponent < 0 {
			return Ok((negative, drop_bits(product, distance, false, rounding, negative)));
		}
		if !product.is_zero() && product.bit_len() + distance > 256 {
			return Err(NoFixed::OutOfRange);
		}
		Ok((negative, product << distance))
	}

	/// Decimals with which a number has at least so many significant digits, and at most two more;
	/// fewer where that takes more than [`MAX_DECIMALS`], or none. For infinity and no number, 0.
	pub fn decimals_for(self, bits: u64, digits: u8) -> u8 {
		let bits = bits & (self.sign() - 1);
		if bits == 0 || bits >= self.infinity() {
			return 0;
		}
		let field = (bits >> self.fraction_bits()) as i32;
		// Exponent of the leading bit.
		let exponent = if field == 0 {
			self.min_exponent() - self.precision as i32 + (64 - bits.leading_zeros()) as i32
		} else {
			self.min_exponent() + field - 1
		};
		// 1233 / 4096 is log10(2), a little too small: for no exponent of a format the exponent of ten
		// is off by more than one.
		let tens = (exponent * 1233) >> 12;
		(i32::from(digits) - tens).clamp(0, MAX_DECIMALS.into()) as u8
	}
}

/// Where a number goes that lies between two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounding {
	/// To the nearest, ties to even.
	HalfEven,
	/// Towards zero.
	Truncate,
	/// Towards negative infinity.
	Floor,
	/// Towards positive infinity.
	Ceil,
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
	let low = u32::from(decimals).min(POWER_IN_128_BITS);
	let high = u32::from(decimals).saturating_sub(POWER_IN_128_BITS).min(POWER_IN_128_BITS);
	// At most 2 · 127 bits.
	U256::from(10u128.saturating_pow(low)).wrapping_mul(U256::from(10u128.saturating_pow(high)))
}

/// `value / 2^count`, rounded, of a number with that sign. `more`: the value is a little greater than
/// given, by less than one.
fn drop_bits(value: U256, count: usize, more: bool, rounding: Rounding, negative: bool) -> U256 {
	if count == 0 {
		return value;
	}
	// A shift by the width or more leaves nothing, and there is no bit beyond it.
	let kept = value >> count;
	let half = value.bit(count - 1);
	// The bits below the first one that is dropped: whatever is above them falls out at the top. Further off,
	// there is no half either.
	let below = !(value << 257usize.saturating_sub(count)).is_zero();
	let rest = half || below || more;
	let up = match rounding {
		Rounding::HalfEven => half && (below || more || kept.bit(0)),
		Rounding::Truncate => false,
		Rounding::Floor => negative && rest,
		Rounding::Ceil => !negative && rest,
	};
	if up {
		// What was shifted by at least one bit has room for a carry.
		kept.wrapping_add(U256::from(1))
	} else {
		kept
	}
}
