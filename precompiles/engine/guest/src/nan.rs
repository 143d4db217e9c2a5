//! One bit pattern for every NaN.
//!
//! Arithmetic gives canonical NaNs, because the host has Cranelift canonicalise them; moves don't.
//! So a NaN is made canonical where it comes in and where it goes out, and neither hashes nor
//! operators that look at bits ever see another payload.

use opg_engine_abi::DType;

/// binary16: quiet, positive, no payload.
const F16: u16 = 0x7e00;
/// binary32, as WebAssembly calls canonical (core specification, 2.2.3).
const F32: u32 = 0x7fc0_0000;
/// binary64.
const F64: u64 = 0x7ff8_0000_0000_0000;

/// Makes little-endian elements canonical: NaNs of floats, and 1 for every true of booleans.
/// Bytes after the last whole element are left alone.
pub fn canonicalise(dtype: DType, data: &mut [u8]) {
	match dtype {
		DType::Float16 => {
			let (elements, _) = data.as_chunks_mut::<2>();
			for bytes in elements {
				// NaN: all exponent bits set, mantissa not zero.
				if u16::from_le_bytes(*bytes) & 0x7fff > 0x7c00 {
					*bytes = F16.to_le_bytes();
				}
			}
		},
		DType::Float32 => {
			let (elements, _) = data.as_chunks_mut::<4>();
			for bytes in elements {
				if u32::from_le_bytes(*bytes) & 0x7fff_ffff > 0x7f80_0000 {
					*bytes = F32.to_le_bytes();
				}
			}
		},
		DType::Float64 => {
			let (elements, _) = data.as_chunks_mut::<8>();
			for bytes in elements {
				if u64::from_le_bytes(*bytes) & (u64::MAX >> 1) > 0x7ff0_0000_0000_0000 {
					*bytes = F64.to_le_bytes();
				}
			}
		},
		DType::Bool => {
			for byte in data {
				*byte = u8::from(*byte != 0);
			}
		},
		_ => {},
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn canonical(dtype: DType, bytes: &[u8]) -> Vec<u8> {
		let mut data = bytes.to_vec();
		canonicalise(dtype, &mut data);
		data
	}

	#[test]
	fn every_nan_becomes_the_canonical_one() {
		for bits in [0x7fc0_0001u32, 0xffc0_0000, 0x7f80_0001, 0xffff_ffff, 0x7fc0_0000] {
			assert_eq!(canonical(DType::Float32, &bits.to_le_bytes()), F32.to_le_bytes());
		}
		for bits in [0x7e01u16, 0xfe00, 0x7c01, 0xffff] {
			assert_eq!(canonical(DType::Float16, &bits.to_le_bytes()), F16.to_le_bytes());
		}
		for bits in [0x7ff0_0000_0000_0001u64, u64::MAX, 0xfff8_0000_0000_0000] {
			assert_eq!(canonical(DType::Float64, &bits.to_le_bytes()), F64.to_le_bytes());
		}
	}

	#[test]
	fn everything_else_keeps_its_bits() {
		for value in [0.0f32, -0.0, 1.5, f32::INFINITY, f32::NEG_INFINITY, f32::from_bits(1)] {
			assert_eq!(canonical(DType::Float32, &value.to_le_bytes()), value.to_le_bytes());
		}
		assert_eq!(canonical(DType::Float16, &0x7c00u16.to_le_bytes()), 0x7c00u16.to_le_bytes());
		let inf = f64::NEG_INFINITY.to_le_bytes();
		assert_eq!(canonical(DType::Float64, &inf), inf);
		assert_eq!(canonical(DType::Uint32, &u32::MAX.to_le_bytes()), u32::MAX.to_le_bytes());
	}

	#[test]
	fn booleans_are_zero_or_one() {
		assert_eq!(canonical(DType::Bool, &[0, 1, 2, 255]), [0, 1, 1, 1]);
	}
}
