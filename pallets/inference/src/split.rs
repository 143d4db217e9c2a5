//! How a price is shared: arithmetic alone.
//!
//! The protocol's share and every part but the first round down, and the first beneficiary takes
//! what is left, so that no unit is lost and none is made.

use polkadot_sdk::sp_runtime::{traits::AtLeast32BitUnsigned, Perbill};

/// A price in shares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shares<Balance> {
	/// The protocol's.
	pub protocol: Balance,
	/// What the beneficiaries share, the first one's part included.
	pub rest: Balance,
}

/// The protocol's share of a price, and the rest.
pub fn shares<Balance: AtLeast32BitUnsigned + Copy>(
	price: Balance,
	protocol: Perbill,
) -> Shares<Balance> {
	let protocol = protocol.mul_floor(price);
	Shares { protocol, rest: price.saturating_sub(protocol) }
}

/// What each beneficiary gets of `rest`, in order, for parts per billion that make the whole.
pub fn split<Balance: AtLeast32BitUnsigned + Copy>(
	rest: Balance,
	parts: impl IntoIterator<Item = u32>,
) -> impl Iterator<Item = Balance> {
	let parts: alloc::vec::Vec<u32> = parts.into_iter().collect();
	let part = move |parts: u32| Perbill::from_parts(parts).mul_floor(rest);
	let others =
		parts.iter().skip(1).fold(Balance::zero(), |sum, parts| sum.saturating_add(part(*parts)));
	let first = rest.saturating_sub(others);
	(0..).zip(parts).map(move |(i, parts)| if i == 0 { first } else { part(parts) })
}

#[cfg(test)]
mod tests {
	use super::*;

	/// Knuth's MMIX generator: the same cases on every machine.
	struct Random(u64);

	impl Random {
		fn next(&mut self) -> u64 {
			self.0 = self
				.0
				.wrapping_mul(6_364_136_223_846_793_005)
				.wrapping_add(1_442_695_040_888_963_407);
			self.0 >> 16
		}

		/// Amounts of every magnitude.
		fn amount(&mut self) -> u128 {
			let wide = u128::from(self.next()) << 80 | u128::from(self.next()) << 32;
			(wide | u128::from(self.next())) >> (self.next() % 128)
		}

		/// Up to eight parts that make the whole.
		fn parts(&mut self) -> Vec<u32> {
			let count = 1 + (self.next() % 8) as u32;
			let mut left = 1_000_000_000u32;
			let mut parts = Vec::new();
			for more in (0..count).rev() {
				let most = left - more;
				let part =
					if more == 0 { left } else { 1 + (self.next() % u64::from(most)) as u32 };
				parts.push(part);
				left -= part;
			}
			parts
		}
	}

	#[test]
	fn no_unit_is_lost_or_made() {
		let mut random = Random(1);
		for _ in 0..20_000 {
			let (price, parts) = (random.amount(), random.parts());
			let protocol = Perbill::from_parts((random.next() % 1_000_000_001) as u32);
			let Shares { protocol: share, rest } = shares(price, protocol);
			assert_eq!(share + rest, price);
			let paid: Vec<u128> = split(rest, parts.clone()).collect();
			assert_eq!(paid.len(), parts.len());
			assert_eq!(paid.iter().sum::<u128>(), rest, "{rest} {parts:?}");
			// Nobody but the first gets more than its part, and nobody less by a unit or more.
			for (i, (amount, part)) in paid.iter().zip(&parts).enumerate() {
				let exact = |n: u128| n.checked_mul(1_000_000_000);
				let (Some(paid), Some(due)) = (exact(*amount), rest.checked_mul(u128::from(*part)))
				else {
					continue;
				};
				if i > 0 {
					assert!(paid <= due && due - paid < 1_000_000_000);
				} else {
					assert!(paid + 1_000_000_000 > due);
					assert!(paid < due + 8 * 1_000_000_000);
				}
			}
		}
	}

	#[test]
	fn the_extremes() {
		let all = |rest: u128, parts: &[u32]| split(rest, parts.to_vec()).collect::<Vec<_>>();
		assert_eq!(all(u128::MAX, &[1_000_000_000]), [u128::MAX]);
		assert_eq!(all(0, &[1, 999_999_999]), [0, 0]);
		assert_eq!(all(1, &[1, 999_999_999]), [1, 0]);
		assert_eq!(all(10, &[500_000_000, 500_000_000]), [5, 5]);
		assert_eq!(all(11, &[500_000_000, 500_000_000]), [6, 5]);
		let eight = all(u128::MAX, &[125_000_000; 8]);
		assert_eq!(eight.iter().copied().try_fold(0u128, u128::checked_add), Some(u128::MAX));
		assert_eq!(all(7, &[]), []);
		let whole = shares(u128::MAX, Perbill::one());
		assert_eq!((whole.protocol, whole.rest), (u128::MAX, 0));
		assert_eq!(shares(19u128, Perbill::from_percent(5)).protocol, 0);
		assert_eq!(shares(20u128, Perbill::from_percent(5)).protocol, 1);
	}
}
