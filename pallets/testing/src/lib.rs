//! Random steps for the pallets' tests: the same on every machine, and as many as are asked for.

use std::ops::Range;

/// Environment variable with the number of steps that each test takes at least. Without it a test takes
/// its committed seeds.
pub const CASES: &str = "OPG_MONEY_CASES";

/// Knuth's MMIX generator.
pub struct Random(u64);

impl Random {
	/// The numbers of a seed.
	pub fn new(seed: u64) -> Self {
		Self(seed)
	}

	/// A number below `n`, which is at most 2³¹.
	///
	/// Panics if `n` is 0.
	pub fn below(&mut self, n: u64) -> u64 {
		self.0 =
			self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
		(self.0 >> 33) % n
	}

	/// An amount below 2³¹, on a logarithmic scale; now and then an edge: the largest there are, or about
	/// the existential deposit `existential`, which is at least 1.
	pub fn amount(&mut self, existential: u128) -> u128 {
		match self.below(24) {
			0 => u128::MAX - u128::from(self.below(3)),
			1 => existential - 1 + u128::from(self.below(3)),
			_ => {
				let bits = 1 + self.below(31);
				self.below(1 << bits).into()
			},
		}
	}
}

/// Seeds of a test with `steps` random steps each: as many as are committed, or more when [`CASES`] asks
/// for more steps in all.
///
/// Panics if it asks for no number.
pub fn seeds(committed: u64, steps: u64) -> Range<u64> {
	let wanted = std::env::var(CASES).map_or(0, |text| match text.parse::<u64>() {
		Ok(number) => number,
		Err(error) => panic!("{CASES} is no number of steps: {text}: {error}"),
	});
	0..committed.max(wanted.div_ceil(steps))
}
