//! Floating-point formats against Rust's own parser and printer, and float16 against every one of its
//! numbers.

use opg_precompile_common::ieee::{Format, NoFixed, BINARY16, BINARY32, BINARY64, MAX_DECIMALS};
use polkadot_sdk::pallet_revive::precompiles::alloy::primitives::U256;

/// Knuth's MMIX generator: the same numbers on every machine.
struct Random(u64);

impl Random {
	fn next(&mut self) -> u64 {
		let mut word = 0;
		for _ in 0..2 {
			self.0 = self
				.0
				.wrapping_mul(6_364_136_223_846_793_005)
				.wrapping_add(1_442_695_040_888_963_407);
			word = word << 32 | self.0 >> 32;
		}
		word
	}

	fn below(&mut self, n: u64) -> u64 {
		self.next() % n
	}
}

/// What Rust's parser, which is exact, makes of `magnitude / 10^decimals`.
fn parsed32(magnitude: U256, decimals: u8) -> Option<u64> {
	let float: f32 = format!("{magnitude}e-{decimals}").parse().unwrap();
	float.is_finite().then_some(float.to_bits().into())
}

fn parsed64(magnitude: U256, decimals: u8) -> Option<u64> {
	let float: f64 = format!("{magnitude}e-{decimals}").parse().unwrap();
	float.is_finite().then_some(float.to_bits())
}

fn compare_with_parser(magnitude: U256, decimals: u8) {
	for (format, parsed, sign) in [
		(BINARY32, parsed32(magnitude, decimals), 1 << 31),
		(BINARY64, parsed64(magnitude, decimals), 1 << 63),
	] {
		let what = format!("{magnitude} / 10^{decimals}, {format:?}");
		assert_eq!(format.from_fixed(false, magnitude, decimals), parsed, "{what}");
		let negative = parsed.map(|bits| if magnitude.is_zero() { 0 } else { bits | sign });
		assert_eq!(format.from_fixed(true, magnitude, decimals), negative, "{what}");
	}
}

#[test]
fn edges_are_what_the_parser_makes_of_them() {
	let one = U256::from(1);
	let mut numbers = vec![U256::ZERO, one, U256::MAX, U256::MAX >> 1usize, one << 255usize];
	for bit in 0..256usize {
		for below in [0u64, 1, 2, 3] {
			numbers.push((one << bit).wrapping_add(U256::from(below)));
			numbers.push((one << bit).wrapping_sub(U256::from(below)));
		}
	}
	for power in 0..=MAX_DECIMALS {
		let ten = U256::from(10).pow(U256::from(power));
		numbers.extend([ten.wrapping_sub(one), ten, ten.wrapping_add(one)]);
	}
	for magnitude in numbers {
		for decimals in 0..=MAX_DECIMALS {
			compare_with_parser(magnitude, decimals);
		}
	}
}

#[test]
fn random_numbers_are_what_the_parser_makes_of_them() {
	let mut random = Random(1);
	for _ in 0..200_000 {
		let limbs = std::array::from_fn(|_| random.next());
		let magnitude = U256::from_limbs(limbs) >> random.below(256) as usize;
		compare_with_parser(magnitude, random.below(u64::from(MAX_DECIMALS) + 1) as u8);
	}
}

/// Numbers exactly between two floats, and just beside: where rounding is decided.
#[test]
fn ties_go_to_the_even_one() {
	let mut random = Random(2);
	for (format, precision) in [(BINARY32, 24), (BINARY64, 53)] {
		for _ in 0..20_000 {
			// One bit more than the format has, and that bit is set.
			let odd = random.next() >> (63 - precision) | 1 << precision | 1;
			let up = random.below(100) as usize;
			let tie = U256::from(odd) << up;
			let down = format.from_fixed(false, tie, 0).unwrap();
			assert_eq!(down & 1, 0, "{tie}");
			for near in [tie.wrapping_sub(U256::from(1)), tie.wrapping_add(U256::from(1))] {
				compare_with_parser(near, 0);
			}
			compare_with_parser(tie, 0);
		}
	}
	// 2^24 + 1 lies between 2^24 and 2^24 + 2, 2^24 + 3 between that and 2^24 + 4.
	let bits = |n: u64| BINARY32.from_fixed(false, U256::from(n), 0).unwrap() as u32;
	assert_eq!(f32::from_bits(bits((1 << 24) + 1)), 16_777_216.0);
	assert_eq!(f32::from_bits(bits((1 << 24) + 3)), 16_777_220.0);
}

#[test]
fn the_largest_numbers_and_what_is_beyond() {
	// Half a unit in the last place above the largest float32 is infinity, a little less isn't.
	let unit = U256::from(1) << 104usize;
	let largest = U256::from((1u64 << 24) - 1) << 104usize;
	let tie = largest.wrapping_add(unit >> 1usize);
	assert_eq!(BINARY32.from_fixed(false, largest, 0), Some(f32::MAX.to_bits().into()));
	let below = tie.wrapping_sub(U256::from(1));
	assert_eq!(BINARY32.from_fixed(false, below, 0), Some(f32::MAX.to_bits().into()));
	for negative in [false, true] {
		assert_eq!(BINARY32.from_fixed(negative, tie, 0), None);
		assert_eq!(BINARY32.from_fixed(negative, U256::MAX, 0), None);
		assert_eq!(BINARY16.from_fixed(negative, U256::from(65_520), 0), None);
		assert!(BINARY64.from_fixed(negative, U256::MAX, 0).is_some());
	}
	assert_eq!(BINARY16.from_fixed(true, U256::from(65_519), 0), Some(0xfbff));
}

#[test]
fn subnormal_numbers_and_what_is_below() {
	// The smallest float16 is 2^-24 = 5.96…e-8, with 24 decimals exactly.
	let least = U256::from(59_604_644_775_390_625u64);
	let nearest = |n: U256| BINARY16.from_fixed(false, n, 24).unwrap();
	assert_eq!(nearest(least), 1);
	let half = least.wrapping_mul(U256::from(5));
	let nearest_of_tenth = |n: U256| BINARY16.from_fixed(false, n, 25).unwrap();
	assert_eq!(nearest_of_tenth(half), 0);
	assert_eq!(nearest_of_tenth(half.wrapping_add(U256::from(1))), 1);
	assert_eq!(nearest_of_tenth(half.wrapping_mul(U256::from(3))), 2);
	// A negative one that rounds to nothing keeps its sign, as IEEE 754 says.
	assert_eq!(BINARY16.from_fixed(true, U256::from(1), 38), Some(0x8000));
	// 1e-38 is subnormal in float32.
	assert_eq!(
		BINARY32.from_fixed(false, U256::from(1), 38),
		Some(u64::from("1e-38".parse::<f32>().unwrap().to_bits()))
	);
}

#[test]
fn every_float16_is_itself_again() {
	for bits in 0..=u16::MAX {
		let finite = bits & 0x7fff < 0x7c00;
		match BINARY16.to_fixed(bits.into(), 24) {
			Ok((negative, magnitude)) => {
				assert!(finite);
				assert_eq!(negative, bits >> 15 == 1);
				// Zero has no sign in fixed point.
				let back = if magnitude.is_zero() { 0 } else { u64::from(bits) };
				assert_eq!(BINARY16.from_fixed(negative, magnitude, 24), Some(back));
			},
			Err(why) => {
				assert_eq!(why, NoFixed::NotFinite);
				assert!(!finite);
			},
		}
	}
}

/// The exact decimal digits of a finite float, rounded to the nearest with so many decimals, ties to
/// even: from the text of all its digits.
fn rounded(exact: &str, decimals: u8) -> U256 {
	let (whole, fraction) = exact.split_once('.').unwrap();
	let (kept, dropped) = fraction.split_at(decimals.into());
	let digits = format!("{whole}{kept}");
	let number: U256 = digits.parse().unwrap();
	let half = format!("5{}", "0".repeat(dropped.len() - 1));
	let up = match dropped.cmp(&half[..]) {
		std::cmp::Ordering::Less => false,
		std::cmp::Ordering::Greater => true,
		std::cmp::Ordering::Equal => number.bit(0),
	};
	number.wrapping_add(U256::from(u64::from(up)))
}

fn compare_with_printer(format: Format, bits: u64, value: f64, decimals: u8) {
	let result = format.to_fixed(bits, decimals);
	if !value.is_finite() {
		assert_eq!(result, Err(NoFixed::NotFinite), "{value}");
		return;
	}
	// Above 10^77 it has no place whatever the decimals; just below 2^256 it is compared too.
	if value.abs() * 10f64.powi(decimals.into()) > 1e78 {
		assert_eq!(result, Err(NoFixed::OutOfRange), "{value} {decimals}");
	} else if value.abs() * 10f64.powi(decimals.into()) < 1e77 {
		// More decimals than the smallest float64 has.
		let expected = rounded(&format!("{:.1100}", value.abs()), decimals);
		assert_eq!(result, Ok((value.is_sign_negative(), expected)), "{value} {decimals}");
	}
}

#[test]
fn floats_are_what_their_digits_say() {
	let mut random = Random(3);
	let special = [0.0, -0.0, f64::MIN_POSITIVE, 5e-324, f64::MAX, f64::INFINITY, f64::NAN, 0.5];
	for value in special {
		for decimals in 0..=MAX_DECIMALS {
			compare_with_printer(BINARY64, value.to_bits(), value, decimals);
		}
	}
	for n in 0..20_000u64 {
		let decimals = random.below(u64::from(MAX_DECIMALS) + 1) as u8;
		let any = random.next();
		compare_with_printer(BINARY64, any, f64::from_bits(any), decimals);
		let any = random.next() as u32;
		compare_with_printer(BINARY32, any.into(), f32::from_bits(any).into(), decimals);
		// Near one, where decimals decide.
		let near = (random.next() >> 12 | 1023 << 52) - (random.below(40) << 52);
		compare_with_printer(BINARY64, near, f64::from_bits(near), decimals);
		// Exact ties: a few bits after the point.
		let tie = (n as f64 + 0.5) / 4.0;
		compare_with_printer(BINARY64, tie.to_bits(), tie, (n % 4) as u8);
	}
}

#[test]
fn the_widest_result_has_256_bits() {
	let power = |exponent: i32| 2f64.powi(exponent).to_bits();
	assert_eq!(BINARY64.to_fixed(power(255), 0), Ok((false, U256::from(1) << 255usize)));
	assert_eq!(BINARY64.to_fixed(power(256), 0), Err(NoFixed::OutOfRange));
	assert_eq!(BINARY64.to_fixed(f64::MAX.to_bits(), MAX_DECIMALS), Err(NoFixed::OutOfRange));
}
