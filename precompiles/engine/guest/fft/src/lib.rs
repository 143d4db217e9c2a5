//! Fourier transforms for tract's `Fft` and `Stft`, in place of the crate of that name.
//!
//! The original holds unrolled code for dozens of lengths: 0.7 MB of a blob that every validator
//! downloads and compiles, for two operators that few models have. This one has what tract calls and no
//! more, and computes in double precision whatever the type.
//!
//! Lengths whose prime factors are at most [`LARGEST_RADIX`] are split by Cooley and Tukey's method
//! (Math. Comp. 19, 1965); others become a convolution of a power of two by Bluestein's (IEEE Trans.
//! Audio Electroacoust. 18, 1970). Both take O(n log n) operations.

use num_complex::Complex;
pub use num_traits;
use num_traits::{FromPrimitive, ToPrimitive};
use std::f64::consts::PI;

type C = Complex<f64>;

/// Largest prime factor that is computed by its definition.
const LARGEST_RADIX: usize = 31;

/// What can be transformed.
pub trait FftNum: Copy + FromPrimitive + ToPrimitive + 'static {}

impl<T: Copy + FromPrimitive + ToPrimitive + 'static> FftNum for T {}

/// The sign of the exponent: minus for [`Self::Forward`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FftDirection {
	/// From time to frequency.
	Forward,
	/// From frequency to time, not normalised: forth and back multiplies by the length.
	Inverse,
}

/// Makes plans.
#[derive(Debug, Default)]
pub struct FftPlanner;

impl FftPlanner {
	/// A planner.
	pub fn new() -> Self {
		Self
	}

	/// A plan for `len` elements.
	pub fn plan_fft(&mut self, len: usize, direction: FftDirection) -> Plan {
		let mut factors = Vec::new();
		let mut rest = len.max(1);
		for prime in 2..=LARGEST_RADIX {
			while rest % prime == 0 {
				factors.push(prime);
				rest /= prime;
			}
		}
		let method = match rest {
			1 => Method::Split(Split { roots: roots(len as u64, len, |k| k, direction), factors }),
			_ => Method::Convolve(Box::new(Convolve::new(len, direction))),
		};
		Plan { len, method }
	}

	/// A plan from time to frequency.
	pub fn plan_fft_forward(&mut self, len: usize) -> Plan {
		self.plan_fft(len, FftDirection::Forward)
	}
}

/// A transform of one length and direction.
#[derive(Debug)]
pub struct Plan {
	len: usize,
	method: Method,
}

#[derive(Debug)]
enum Method {
	Split(Split),
	Convolve(Box<Convolve>),
}

impl Plan {
	/// Transforms each `len` elements, in place. Elements beyond the last multiple stay as they are.
	pub fn process<T: FftNum>(&self, buffer: &mut [Complex<T>]) {
		if self.len < 2 {
			return;
		}
		let number = |value: T| value.to_f64().unwrap_or(f64::NAN);
		let mut out = vec![C::default(); self.len];
		for chunk in buffer.chunks_exact_mut(self.len) {
			let input: Vec<C> = chunk.iter().map(|c| C::new(number(c.re), number(c.im))).collect();
			match &self.method {
				Method::Split(split) => split.run(&input, &mut out),
				Method::Convolve(convolve) => convolve.run(&input, &mut out),
			}
			for (to, from) in chunk.iter_mut().zip(&out) {
				// Floats of any size take any double.
				if let (Some(re), Some(im)) = (T::from_f64(from.re), T::from_f64(from.im)) {
					*to = Complex::new(re, im);
				}
			}
		}
	}
}

/// `exp(∓2πi · power(k) / order)` for `k` below `count`.
fn roots(order: u64, count: usize, power: impl Fn(u64) -> u64, direction: FftDirection) -> Vec<C> {
	let sign = if direction == FftDirection::Forward { -1.0 } else { 1.0 };
	(0..count as u64)
		.map(|k| {
			let angle = sign * 2.0 * PI * (power(k) % order) as f64 / order as f64;
			C::new(angle.cos(), angle.sin())
		})
		.collect()
}

/// Cooley and Tukey: a transform for each residue of the index modulo the first factor, put together.
#[derive(Debug)]
struct Split {
	/// As many roots of unity as there are elements.
	roots: Vec<C>,
	/// Prime factors of the length.
	factors: Vec<usize>,
}

impl Split {
	fn run(&self, input: &[C], out: &mut [C]) {
		self.part(input, 1, &self.factors, out);
	}

	/// Transforms every `stride`th element of `input`, as many as `out` holds.
	fn part(&self, input: &[C], stride: usize, factors: &[usize], out: &mut [C]) {
		let Some((&radix, rest)) = factors.split_first() else {
			if let (Some(to), Some(from)) = (out.first_mut(), input.first()) {
				*to = *from;
			}
			return;
		};
		let each = out.len() / radix;
		for (residue, part) in out.chunks_exact_mut(each).enumerate() {
			self.part(&input[residue * stride..], stride * radix, rest, part);
		}
		let order = self.roots.len();
		let mut terms = [C::default(); LARGEST_RADIX];
		for k in 0..each {
			for (residue, term) in terms[..radix].iter_mut().enumerate() {
				*term = out[residue * each + k] * self.roots[residue * k * stride];
			}
			for q in 0..radix {
				let step = q * (order / radix);
				let sum = terms[..radix]
					.iter()
					.enumerate()
					.fold(C::default(), |sum, (r, term)| sum + term * self.roots[r * step % order]);
				out[q * each + k] = sum;
			}
		}
	}
}

/// Bluestein: `jk = (j² + k² - (k-j)²) / 2` makes the transform a convolution.
#[derive(Debug)]
struct Convolve {
	/// `exp(∓πi k²/n)`.
	chirp: Vec<C>,
	/// The transform of the conjugate chirp, around 0 and divided by its length.
	spectrum: Vec<C>,
	forward: Split,
	inverse: Split,
}

impl Convolve {
	fn new(len: usize, direction: FftDirection) -> Self {
		let chirp = roots(2 * len as u64, len, |k| k * k, direction);
		let size = (2 * len - 1).next_power_of_two();
		let factors = vec![2; size.trailing_zeros() as usize];
		let plain = |direction| Split {
			roots: roots(size as u64, size, |k| k, direction),
			factors: factors.clone(),
		};
		let (forward, inverse) = (plain(FftDirection::Forward), plain(FftDirection::Inverse));
		let mut around = vec![C::default(); size];
		for (k, value) in chirp.iter().enumerate() {
			around[k] = value.conj() / size as f64;
			around[(size - k) % size] = value.conj() / size as f64;
		}
		let mut spectrum = vec![C::default(); size];
		forward.run(&around, &mut spectrum);
		Self { chirp, spectrum, forward, inverse }
	}

	fn run(&self, input: &[C], out: &mut [C]) {
		let size = self.spectrum.len();
		let mut signal: Vec<C> = input.iter().zip(&self.chirp).map(|(a, b)| a * b).collect();
		signal.resize(size, C::default());
		let mut product = vec![C::default(); size];
		self.forward.run(&signal, &mut product);
		for (value, factor) in product.iter_mut().zip(&self.spectrum) {
			*value *= factor;
		}
		self.inverse.run(&product, &mut signal);
		for ((to, value), factor) in out.iter_mut().zip(&signal).zip(&self.chirp) {
			*to = value * factor;
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn signal(len: usize) -> Vec<C> {
		(0..len).map(|i| C::new((i * i % 17) as f64 - 8.0, (i * 5 % 13) as f64)).collect()
	}

	/// By the definition.
	fn transform(input: &[C], direction: FftDirection) -> Vec<C> {
		let len = input.len();
		let roots = roots(len as u64, len, |k| k, direction);
		(0..len)
			.map(|k| input.iter().enumerate().map(|(j, value)| value * roots[j * k % len]).sum())
			.collect()
	}

	#[test]
	fn every_length_is_transformed_as_defined() {
		for len in (1..=80).chain([97, 121, 127, 128, 131, 143, 210, 256, 400, 509, 1_024]) {
			for direction in [FftDirection::Forward, FftDirection::Inverse] {
				let mut ours = signal(len);
				FftPlanner::new().plan_fft(len, direction).process(&mut ours);
				for (ours, theirs) in ours.iter().zip(transform(&signal(len), direction)) {
					assert!(
						(ours - theirs).l1_norm() < 1e-9 * len as f64,
						"{len}: {ours} is {theirs}"
					);
				}
			}
		}
	}

	#[test]
	fn forth_and_back_multiplies_by_the_length() {
		for len in [12usize, 37] {
			let mut values: Vec<Complex<f32>> =
				signal(len).iter().map(|c| Complex::new(c.re as f32, c.im as f32)).collect();
			let before = values.clone();
			FftPlanner::new().plan_fft_forward(len).process(&mut values);
			FftPlanner::new().plan_fft(len, FftDirection::Inverse).process(&mut values);
			for (after, before) in values.iter().zip(before) {
				assert!((after / len as f32 - before).l1_norm() < 1e-5);
			}
		}
	}

	#[test]
	fn nothing_to_transform() {
		let mut one = [Complex::new(3f32, 4.0)];
		FftPlanner::new().plan_fft_forward(1).process(&mut one);
		FftPlanner::new().plan_fft_forward(0).process(&mut one);
		assert_eq!(one, [Complex::new(3.0, 4.0)]);
	}
}
