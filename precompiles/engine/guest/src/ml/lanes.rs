//! Sums of products. Eight partial sums, always in the same order: the compiler keeps them in SIMD
//! lanes, and native and WebAssembly builds give the same bits.

const LANES: usize = 8;

/// Σ aᵢ·bᵢ over the shorter length.
pub fn dot(a: &[f32], b: &[f32]) -> f32 {
	sum(a, b, |x, y| x * y)
}

/// Σ (aᵢ − bᵢ)² over the shorter length.
pub fn squared_distance(a: &[f32], b: &[f32]) -> f32 {
	sum(a, b, |x, y| {
		let d = x - y;
		d * d
	})
}

#[inline(always)]
fn sum(a: &[f32], b: &[f32], term: impl Fn(f32, f32) -> f32) -> f32 {
	let (a_blocks, a_rest) = a.as_chunks::<LANES>();
	let (b_blocks, b_rest) = b.as_chunks::<LANES>();
	let mut sums = [0f32; LANES];
	for (x, y) in a_blocks.iter().zip(b_blocks) {
		for ((sum, x), y) in sums.iter_mut().zip(x).zip(y) {
			*sum += term(*x, *y);
		}
	}
	let [s0, s1, s2, s3, s4, s5, s6, s7] = sums;
	let mut total = ((s0 + s4) + (s2 + s6)) + ((s1 + s5) + (s3 + s7));
	for (x, y) in a_rest.iter().zip(b_rest) {
		total += term(*x, *y);
	}
	total
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn sums_are_right_at_every_length() {
		// Integers below 2^24: exact in any order.
		for length in 0..40u8 {
			let a: Vec<f32> = (0..length).map(f32::from).collect();
			let b: Vec<f32> = (0..length).map(|i| f32::from(i % 5)).collect();
			let exact =
				|f: fn(f32, f32) -> f32| a.iter().zip(&b).map(|(x, y)| f(*x, *y)).sum::<f32>();
			assert_eq!(dot(&a, &b), exact(|x, y| x * y));
			assert_eq!(squared_distance(&a, &b), exact(|x, y| (x - y) * (x - y)));
		}
	}
}
