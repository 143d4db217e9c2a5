//! As many decimals as a float's digits need.

use opg_precompile_common::ieee::{Format, BINARY16, BINARY32, BINARY64, MAX_DECIMALS};

/// Digits of the number that these bits stand for, with that many decimals.
fn digits(format: Format, bits: u64, decimals: u8) -> usize {
	format.to_fixed(bits, decimals).unwrap().1.to_string().len()
}

#[test]
fn a_float_has_the_digits_that_are_asked_for() {
	for exponent in 1..255u32 {
		for fraction in [0, 1, 0x40_0000, 0x7f_ffff] {
			let bits = u64::from(exponent << 23 | fraction);
			let decimals = BINARY32.decimals_for(bits, 9);
			let digits = digits(BINARY32, bits, decimals);
			assert!(digits >= 9, "{bits:x} {decimals} {digits}");
			assert!(digits <= 11 || decimals == 0, "{bits:x} {decimals} {digits}");
		}
	}
}

#[test]
fn subnormal_floats_have_them_too() {
	for bits in [1u64, 2, 3, 9, 10, 0x3f_ffff, 0x40_0000, 0x7f_ffff] {
		let decimals = BINARY32.decimals_for(bits, 9);
		assert!((9..=11).contains(&digits(BINARY32, bits, decimals)), "{bits:x}");
	}
	assert!(BINARY16.decimals_for(1, 5) > 10);
}

/// Nine digits tell every float32 from all others.
#[test]
fn a_float_comes_back_from_its_digits() {
	let mut bits = 1u32;
	while bits < 0x7f80_0000 {
		for format_bits in [u64::from(bits), u64::from(bits) | 1 << 31] {
			let decimals = BINARY32.decimals_for(format_bits, 9);
			let (negative, magnitude) = BINARY32.to_fixed(format_bits, decimals).unwrap();
			assert_eq!(BINARY32.from_fixed(negative, magnitude, decimals), Some(format_bits));
		}
		bits += 9_973;
	}
}

#[test]
fn what_is_no_number_has_none() {
	for bits in [0, 1 << 63, f64::INFINITY.to_bits(), f64::NAN.to_bits()] {
		assert_eq!(BINARY64.decimals_for(bits, 17), 0);
	}
	assert_eq!(BINARY64.decimals_for(f64::MIN_POSITIVE.to_bits(), 17), MAX_DECIMALS);
	assert_eq!(BINARY64.decimals_for(f64::MAX.to_bits(), 17), 0);
}
