//! What becomes of raw scores: the post transforms, as onnxruntime computes them in float32.

use tract_onnx::tract_hir::internal::*;

/// A function of the row of scores.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PostTransform {
	/// None.
	None,
	/// Softmax over the row.
	Softmax,
	/// The logistic function of each score.
	Logistic,
	/// Softmax over the scores that aren't 0.
	SoftmaxZero,
	/// The inverse of the normal distribution function, of each score.
	Probit,
}

impl PostTransform {
	/// By the name in attributes.
	pub fn from_name(name: &str) -> TractResult<Self> {
		Ok(match name {
			"NONE" => Self::None,
			"SOFTMAX" => Self::Softmax,
			"LOGISTIC" => Self::Logistic,
			"SOFTMAX_ZERO" => Self::SoftmaxZero,
			"PROBIT" => Self::Probit,
			_ => bail!("post_transform {name} doesn't exist"),
		})
	}

	/// By the number in attributes of `TreeEnsemble`.
	pub fn from_code(code: i64) -> TractResult<Self> {
		Ok(match code {
			0 => Self::None,
			1 => Self::Softmax,
			2 => Self::Logistic,
			3 => Self::SoftmaxZero,
			4 => Self::Probit,
			_ => bail!("post_transform {code} doesn't exist"),
		})
	}

	/// Transforms a row. A row of one score knows PROBIT only: onnxruntime leaves it alone
	/// otherwise, and models are exported to its results.
	pub fn apply(self, row: &mut [f32]) {
		match self {
			Self::Probit => row.iter_mut().for_each(|score| *score = probit(*score)),
			_ if row.len() < 2 => {},
			Self::None => {},
			Self::Softmax => softmax(row),
			Self::Logistic => row.iter_mut().for_each(|score| *score = logistic(*score)),
			Self::SoftmaxZero => softmax_zero(row),
		}
	}

	/// The scores of two classes where a model has one for both. `probability` says that it lies
	/// between 0 and 1. There is no second score with PROBIT: it is 0.
	pub fn pair(self, score: f32, probability: bool) -> [f32; 2] {
		match self {
			Self::Probit => [probit(score), 0.0],
			Self::Logistic => [logistic(-score), logistic(score)],
			_ if probability => [1.0 - score, score],
			_ => [-score, score],
		}
	}
}

/// 1 / (1 + e⁻ˣ).
pub fn logistic(x: f32) -> f32 {
	let upper = 1.0 / (1.0 + (-x.abs()).exp());
	if x < 0.0 {
		1.0 - upper
	} else {
		upper
	}
}

/// √2 · erf⁻¹(2x − 1), with Winitzki's approximation of erf⁻¹ (a = 0.147). The rounded π is
/// onnxruntime's.
fn probit(x: f32) -> f32 {
	const A: f32 = 0.147;
	#[allow(clippy::approx_constant)]
	const PI: f32 = 3.14159;
	let y = 2.0 * x - 1.0;
	let log = ((1.0 - y) * (1.0 + y)).ln();
	let half = 2.0 / (PI * A) + 0.5 * log;
	let root = ((half * half - log * (1.0 / A)).sqrt() - half).sqrt();
	std::f32::consts::SQRT_2 * if y < 0.0 { -root } else { root }
}

/// The largest score; NaN never is.
fn largest(row: &[f32]) -> f32 {
	row.iter().fold(f32::MIN, |max, score| if *score > max { *score } else { max })
}

fn divide(row: &mut [f32], sum: f32) {
	row.iter_mut().for_each(|score| *score /= sum);
}

fn softmax(row: &mut [f32]) {
	let max = largest(row);
	let mut sum = 0.0;
	for score in row.iter_mut() {
		*score = (*score - max).exp();
		sum += *score;
	}
	divide(row, sum);
}

/// Scores within 10⁻⁷ of 0 count as 0, and are no part of the sum.
fn softmax_zero(row: &mut [f32]) {
	let max = largest(row);
	let scale = (-max).exp();
	let mut sum = 0.0;
	for score in row.iter_mut() {
		if score.abs() > 1e-7 {
			*score = (*score - max).exp();
			sum += *score;
		} else {
			*score *= scale;
		}
	}
	divide(row, sum);
}

#[cfg(test)]
mod tests {
	use super::*;

	fn close(got: &[f32], want: &[f32]) {
		assert_eq!(got.len(), want.len());
		for (got, want) in got.iter().zip(want) {
			assert!((got - want).abs() <= 1e-5 * want.abs().max(1e-3), "{got} {want}");
		}
	}

	fn applied(transform: PostTransform, row: &[f32]) -> Vec<f32> {
		let mut row = row.to_vec();
		transform.apply(&mut row);
		row
	}

	#[test]
	fn rows_are_transformed() {
		use PostTransform::*;
		close(&applied(None, &[1.0, -2.0]), &[1.0, -2.0]);
		close(&applied(Softmax, &[1.0, 2.0]), &[0.268_941_4, 0.731_058_6]);
		close(&applied(Logistic, &[0.0, 2.0, -2.0]), &[0.5, 0.880_797, 0.119_203]);
		// e⁻¹ and 1 share the sum; the 0 stays 0.
		close(&applied(SoftmaxZero, &[1.0, 0.0, 2.0]), &[0.268_941_4, 0.0, 0.731_058_6]);
		// Φ⁻¹(0.975) = 1.95996; the approximation is good to 3 digits.
		assert!((applied(Probit, &[0.975])[0] - 1.959_96).abs() < 5e-3);
		assert!((applied(Probit, &[0.025])[0] + 1.959_96).abs() < 5e-3);
	}

	#[test]
	fn extremes_stay_finite_or_nan() {
		close(&applied(PostTransform::Softmax, &[f32::MAX, 0.0]), &[1.0, 0.0]);
		close(&applied(PostTransform::Logistic, &[f32::MAX, f32::MIN]), &[1.0, 0.0]);
		assert!(applied(PostTransform::Softmax, &[f32::NAN, 0.0])[1].is_nan());
		assert!(applied(PostTransform::Probit, &[2.0])[0].is_nan());
	}

	#[test]
	fn one_score_stays_but_for_probit() {
		for transform in
			[PostTransform::Softmax, PostTransform::Logistic, PostTransform::SoftmaxZero]
		{
			assert_eq!(applied(transform, &[0.75]), [0.75]);
		}
		assert_ne!(applied(PostTransform::Probit, &[0.75]), [0.75]);
	}

	#[test]
	fn one_score_makes_a_pair() {
		assert_eq!(PostTransform::None.pair(0.25, true), [0.75, 0.25]);
		assert_eq!(PostTransform::Softmax.pair(0.25, false), [-0.25, 0.25]);
		close(&PostTransform::Logistic.pair(2.0, true), &[0.119_203, 0.880_797]);
	}

	#[test]
	fn names_and_codes_agree_with_onnx() {
		for (code, name) in
			["NONE", "SOFTMAX", "LOGISTIC", "SOFTMAX_ZERO", "PROBIT"].iter().enumerate()
		{
			let by_name = PostTransform::from_name(name).unwrap();
			assert_eq!(by_name, PostTransform::from_code(code as i64).unwrap());
		}
		assert!(PostTransform::from_name("").is_err() && PostTransform::from_code(5).is_err());
	}
}
