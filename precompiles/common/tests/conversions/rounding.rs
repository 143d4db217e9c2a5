//! Roundings other than to the nearest.

use opg_engine_abi::DType;
use opg_precompile_common::{
	fixed::read_rounded,
	ieee::{Rounding, BINARY32},
};
use polkadot_sdk::pallet_revive::precompiles::alloy::primitives::{I256, U256};

fn whole(value: f32, rounding: Rounding) -> I256 {
	read_rounded(DType::Float32, &value.to_le_bytes(), 0, rounding).unwrap()
}

#[test]
fn each_goes_its_way() {
	use Rounding::{Ceil, Floor, HalfEven, Truncate};
	for (value, expected) in [
		(2.5f32, [2, 2, 2, 3]),
		(-2.5, [-2, -2, -3, -2]),
		(3.5, [4, 3, 3, 4]),
		(0.25, [0, 0, 0, 1]),
		(-0.25, [0, 0, -1, 0]),
		(7.0, [7, 7, 7, 7]),
		(-7.0, [-7, -7, -7, -7]),
		(1e-45, [0, 0, 0, 1]),
		(-1e-45, [0, 0, -1, 0]),
		(0.0, [0, 0, 0, 0]),
	] {
		let got = [HalfEven, Truncate, Floor, Ceil].map(|rounding| whole(value, rounding));
		assert_eq!(got, expected.map(|n: i32| I256::try_from(n).unwrap()), "{value}");
	}
}

#[test]
fn what_is_exact_is_rounded_nowhere() {
	for rounding in [Rounding::HalfEven, Rounding::Truncate, Rounding::Floor, Rounding::Ceil] {
		for bits in [0.5f32, 1.25, 3e30].map(f32::to_bits) {
			let exact = BINARY32.to_fixed_rounded(bits.into(), 2, rounding).unwrap();
			assert_eq!(exact, BINARY32.to_fixed(bits.into(), 2).unwrap());
		}
		// An integer is never rounded.
		let value = read_rounded(DType::Int8, &[0xfd], 1, rounding).unwrap();
		assert_eq!(value, I256::try_from(-30).unwrap());
	}
	assert_eq!(
		BINARY32.to_fixed_rounded(0x3f00_0000, 0, Rounding::Ceil),
		Ok((false, U256::from(1)))
	);
}
