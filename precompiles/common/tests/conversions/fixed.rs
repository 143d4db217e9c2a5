//! Elements of every dtype from and to decimal numbers.

use opg_engine_abi::DType;
use opg_precompile_common::fixed::{push, read, ValueFault};
use polkadot_sdk::pallet_revive::precompiles::alloy::primitives::{I256, U256};

fn int(value: i128) -> I256 {
	I256::try_from(value).unwrap()
}

fn pushed(dtype: DType, value: I256, decimals: u8) -> Result<Vec<u8>, ValueFault> {
	let mut out = vec![7];
	let result = push(&mut out, dtype, value, decimals);
	assert_eq!(out.remove(0), 7);
	match result {
		Ok(()) => {
			assert_eq!(out.len(), dtype.size());
			Ok(out)
		},
		Err(fault) => {
			assert!(out.is_empty());
			Err(fault)
		},
	}
}

/// Least and greatest number of each integer type, and of a boolean.
const RANGES: [(DType, i128, i128); 9] = [
	(DType::Uint8, 0, 255),
	(DType::Int8, -128, 127),
	(DType::Uint16, 0, 65_535),
	(DType::Int16, -32_768, 32_767),
	(DType::Uint32, 0, 4_294_967_295),
	(DType::Int32, -2_147_483_648, 2_147_483_647),
	(DType::Uint64, 0, 18_446_744_073_709_551_615),
	(DType::Int64, -9_223_372_036_854_775_808, 9_223_372_036_854_775_807),
	(DType::Bool, 0, 1),
];

#[test]
fn integers_take_their_whole_range_and_nothing_beyond() {
	for (dtype, least, greatest) in RANGES {
		for decimals in [0, 1, 18] {
			let scale = 10i128.pow(decimals);
			let scaled = |n: i128| int(n).checked_mul(int(scale)).unwrap();
			let decimals = decimals as u8;
			for value in [least, least + 1, 0, 1, greatest - 1, greatest] {
				let bytes = pushed(dtype, scaled(value), decimals).unwrap();
				assert_eq!(bytes, value.to_le_bytes()[..dtype.size()], "{dtype:?} {value}");
				assert_eq!(read(dtype, &bytes, decimals), Ok(scaled(value)), "{dtype:?} {value}");
			}
			for value in [least - 1, greatest + 1, i128::from(i64::MIN) - 1, 1 << 64] {
				let result = pushed(dtype, scaled(value), decimals);
				assert_eq!(result, Err(ValueFault::OutOfRange), "{dtype:?} {value}");
			}
		}
		for value in [I256::MIN, I256::MAX] {
			assert_eq!(pushed(dtype, value, 0), Err(ValueFault::OutOfRange));
		}
	}
}

#[test]
fn integers_take_no_fraction() {
	for (dtype, ..) in RANGES {
		for value in [1, 9, 11, -1, -11, 99] {
			assert_eq!(pushed(dtype, int(value), 1), Err(ValueFault::NotWhole), "{dtype:?}");
		}
		assert_eq!(pushed(dtype, int(10), 1).unwrap()[0], 1);
	}
}

#[test]
fn an_integer_has_room_with_all_decimals() {
	for value in [i64::MIN, i64::MAX] {
		let bytes = value.to_le_bytes();
		let wide = int(value.into()).checked_mul(int(10i128.pow(38))).unwrap();
		assert_eq!(read(DType::Int64, &bytes, 38), Ok(wide));
		assert_eq!(pushed(DType::Int64, wide, 38).unwrap(), bytes);
	}
	// 9.2e18 · 1e57 is below 2^255, ten times that is not.
	assert!(read(DType::Int64, &i64::MAX.to_le_bytes(), 57).is_ok());
	assert_eq!(read(DType::Int64, &i64::MAX.to_le_bytes(), 60), Err(ValueFault::OutOfRange));
	assert_eq!(read(DType::Int8, &[5], 60).map(|five| five.to_string().len()), Ok(61));
}

#[test]
fn floats_are_little_endian() {
	for (value, decimals, expected) in [(15, 1, 1.5f32), (-25, 2, -0.25), (0, 9, 0.0), (3, 0, 3.0)]
	{
		let wide = f64::from(expected);
		assert_eq!(pushed(DType::Float32, int(value), decimals).unwrap(), expected.to_le_bytes());
		assert_eq!(pushed(DType::Float64, int(value), decimals).unwrap(), wide.to_le_bytes());
		assert_eq!(read(DType::Float32, &expected.to_le_bytes(), decimals), Ok(int(value)));
		assert_eq!(read(DType::Float64, &wide.to_le_bytes(), decimals), Ok(int(value)));
	}
	assert_eq!(pushed(DType::Float16, int(-2), 0).unwrap(), [0x00, 0xc0]);
	assert_eq!(read(DType::Float16, &[0x00, 0xc0], 3), Ok(int(-2_000)));
}

#[test]
fn floats_without_a_place_are_refused() {
	assert_eq!(pushed(DType::Float16, int(65_520), 0), Err(ValueFault::OutOfRange));
	assert_eq!(pushed(DType::Float32, I256::MIN, 0), Err(ValueFault::OutOfRange));
	assert!(pushed(DType::Float64, I256::MIN, 0).is_ok());
	for nan in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
		assert_eq!(read(DType::Float32, &nan.to_le_bytes(), 0), Err(ValueFault::NotFinite));
		let wide = f64::from(nan).to_le_bytes();
		assert_eq!(read(DType::Float64, &wide, 18), Err(ValueFault::NotFinite));
	}
	assert_eq!(read(DType::Float16, &[0x00, 0x7c], 0), Err(ValueFault::NotFinite));
	// 2^255 is beyond `int256`, -2^255 is its least.
	let edge = 2f64.powi(255);
	assert_eq!(read(DType::Float64, &edge.to_le_bytes(), 0), Err(ValueFault::OutOfRange));
	assert_eq!(read(DType::Float64, &(-edge).to_le_bytes(), 0), Ok(I256::MIN));
	let below = f64::from_bits(edge.to_bits() - 1);
	let largest = I256::from_raw((U256::from(1) << 255usize) - (U256::from(1) << 202usize));
	assert_eq!(read(DType::Float64, &below.to_le_bytes(), 0), Ok(largest));
}

#[test]
fn a_negative_zero_is_zero() {
	assert_eq!(read(DType::Float32, &(-0.0f32).to_le_bytes(), 5), Ok(I256::ZERO));
	assert_eq!(read(DType::Float32, &(-1e-9f32).to_le_bytes(), 5), Ok(I256::ZERO));
}
