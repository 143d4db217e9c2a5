//! Numbers for the generator: a function of the seed, so that every input can be made again.

/// SplitMix64 (Steele, Lea and Flood 2014).
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
	/// A sequence.
	pub fn new(seed: u64) -> Self {
		Self(seed)
	}

	/// 64 bits.
	pub fn bits(&mut self) -> u64 {
		self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
		let mut z = self.0;
		z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
		z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
		z ^ (z >> 31)
	}

	/// A number below `bound`, which isn't 0.
	pub fn below(&mut self, bound: usize) -> usize {
		(self.bits() % bound.max(1) as u64) as usize
	}

	/// True once in `n` times.
	pub fn once_in(&mut self, n: usize) -> bool {
		self.below(n) == 0
	}

	/// One of these; there is one.
	pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
		&from[self.below(from.len())]
	}

	/// An integer as graphs have them: small, and now and then one that asks for trouble.
	pub fn int(&mut self) -> i64 {
		const TROUBLE: [i64; 12] = [
			i64::MAX,
			i64::MIN,
			-1,
			0,
			1 << 31,
			-(1 << 31),
			(1 << 32) + 1,
			65_536,
			1 << 24,
			100,
			-100,
			i64::MAX / 2,
		];
		if self.once_in(24) {
			*self.pick(&TROUBLE)
		} else {
			self.below(8) as i64 - 3
		}
	}

	/// A positive integer, most of the time.
	pub fn count(&mut self) -> i64 {
		if self.once_in(16) {
			self.int()
		} else {
			1 + self.below(4) as i64
		}
	}

	/// A number as graphs have them.
	pub fn float(&mut self) -> f32 {
		const TROUBLE: [f32; 10] = [
			f32::NAN,
			f32::INFINITY,
			f32::NEG_INFINITY,
			0.0,
			-0.0,
			1e-40,
			f32::MAX,
			-1e30,
			2_147_483_648.0,
			1e-7,
		];
		if self.once_in(16) {
			*self.pick(&TROUBLE)
		} else {
			(self.below(65) as f32 - 24.0) / 8.0
		}
	}
}
