//! Amounts of OPG and large numbers as people write and read them.

use std::{fmt, str::FromStr};

/// Base units of one OPG: 18 decimals.
pub const OPG: u128 = 1_000_000_000_000_000_000;

/// Digits after the point.
const DECIMALS: usize = 18;

/// An amount of OPG in base units. Written and read as a decimal number of OPG.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Amount(pub u128);

impl FromStr for Amount {
	type Err = String;

	fn from_str(text: &str) -> Result<Self, Self::Err> {
		let wrong = || format!("`{text}` is no amount of OPG, for example 0.05");
		let (whole, part) = text.split_once('.').unwrap_or((text, ""));
		let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
		if whole.is_empty() || !digits(whole) || !digits(part) {
			return Err(wrong());
		}
		if part.len() > DECIMALS {
			return Err(format!("`{text}` has more than 18 digits after the point"));
		}
		let too_large = || format!("`{text}` is more OPG than there can be");
		let whole: u128 = whole.parse().map_err(|_| too_large())?;
		let part: u128 = format!("{part:0<DECIMALS$}").parse().map_err(|_| wrong())?;
		let amount = whole.checked_mul(OPG).and_then(|whole| whole.checked_add(part));
		amount.map(Self).ok_or_else(too_large)
	}
}

impl fmt::Display for Amount {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let part = format!("{:018}", self.0 % OPG);
		let part = part.trim_end_matches('0');
		match part.is_empty() {
			true => write!(f, "{} OPG", grouped(self.0 / OPG)),
			false => write!(f, "{}.{part} OPG", grouped(self.0 / OPG)),
		}
	}
}

/// A number with commas between groups of three digits.
pub fn grouped(number: impl Into<u128>) -> String {
	let digits = number.into().to_string();
	let mut out = String::with_capacity(digits.len() + digits.len() / 3);
	for (i, digit) in digits.chars().enumerate() {
		if i > 0 && (digits.len() - i) % 3 == 0 {
			out.push(',');
		}
		out.push(digit);
	}
	out
}

/// A number of bytes in the unit that suits it.
pub fn bytes(number: u64) -> String {
	const UNITS: [(&str, u64); 2] = [("MiB", 1 << 20), ("KiB", 1 << 10)];
	for (unit, size) in UNITS {
		if number >= size {
			return format!(
				"{:.1} {unit} ({} bytes)",
				number as f64 / size as f64,
				grouped(number)
			);
		}
	}
	format!("{number} bytes")
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn amounts_round_trip() {
		for (text, units, shown) in [
			("0", 0, "0 OPG"),
			("1", OPG, "1 OPG"),
			("0.05", OPG / 20, "0.05 OPG"),
			("1234567.000000000000000001", 1_234_567 * OPG + 1, "1,234,567.000000000000000001 OPG"),
			("1.", OPG, "1 OPG"),
		] {
			assert_eq!(text.parse(), Ok(Amount(units)));
			assert_eq!(Amount(units).to_string(), shown);
		}
		let longest = "0.0000000000000000001";
		for wrong in ["", ".5", "-1", "1e3", "1,5", "x", "0x1", longest, "1000000000000000000000"] {
			assert!(wrong.parse::<Amount>().is_err(), "{wrong}");
		}
	}

	#[test]
	fn numbers_are_grouped() {
		assert_eq!(grouped(0u32), "0");
		assert_eq!(grouped(999u32), "999");
		assert_eq!(grouped(1_000u32), "1,000");
		assert_eq!(grouped(123_456_789u32), "123,456,789");
		assert_eq!(bytes(10), "10 bytes");
		assert_eq!(bytes(1536), "1.5 KiB (1,536 bytes)");
	}
}
