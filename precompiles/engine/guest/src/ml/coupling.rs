//! Probabilities of classes from those of pairs of classes: the second method of Wu, Lin and Weng,
//! "Probability Estimates for Multi-class Classification by Pairwise Coupling" (2004), with the
//! stopping rule of libsvm and float32 as in onnxruntime.

/// The most rounds.
const ROUNDS: usize = 100;

/// The work of one row, allocated once.
pub struct Coupling {
	/// Number of classes.
	classes: usize,
	/// Row i, column j: the probability of i when it is i or j.
	pairs: Vec<f32>,
	/// The matrix of the quadratic form that the probabilities minimise.
	form: Vec<f32>,
	/// The matrix times the probabilities.
	product: Vec<f32>,
}

impl Coupling {
	/// For so many classes.
	pub fn new(classes: usize) -> Self {
		// Models hold classes²/2 numbers: this fits memory as they did.
		let square = classes.saturating_mul(classes);
		Self {
			classes,
			pairs: vec![0.0; square],
			form: vec![0.0; square],
			product: vec![0.0; classes],
		}
	}

	/// Sets the probability of class `i` against class `j`, and the converse.
	pub fn set(&mut self, i: usize, j: usize, probability: f32) {
		let classes = self.classes;
		for (row, column, p) in [(i, j, probability), (j, i, 1.0 - probability)] {
			let line = self.pairs.chunks_exact_mut(classes.max(1)).nth(row);
			if let Some(cell) = line.and_then(|line| line.get_mut(column)) {
				*cell = p;
			}
		}
	}

	/// Computes each class's probability.
	pub fn solve(&mut self, probabilities: &mut [f32]) {
		self.make_form();
		let stop = 0.005 / self.classes as f32;
		probabilities.fill(1.0 / self.classes as f32);
		for _ in 0..ROUNDS {
			let mut total = self.multiply(probabilities);
			let error = self.product.iter().fold(0f32, |worst, x| {
				let error = (x - total).abs();
				if error > worst {
					error
				} else {
					worst
				}
			});
			if error < stop {
				break;
			}
			for (i, line) in self.form.chunks_exact(self.classes.max(1)).enumerate() {
				let Some(diagonal) = line.get(i) else { break };
				let Some(product) = self.product.get(i).copied() else { break };
				let step = (total - product) / diagonal;
				if let Some(p) = probabilities.get_mut(i) {
					*p += step;
				}
				let norm = 1.0 + step;
				total = (total + step * (step * diagonal + 2.0 * product)) / norm / norm;
				let sums = self.product.iter_mut().zip(probabilities.iter_mut());
				for ((product, p), q) in sums.zip(line) {
					*product = (*product + step * q) / norm;
					*p /= norm;
				}
			}
		}
	}

	/// Qᵢᵢ = Σⱼ rⱼᵢ², Qᵢⱼ = −rⱼᵢ·rᵢⱼ.
	fn make_form(&mut self) {
		let classes = self.classes;
		let pair = |i: usize, j: usize| {
			// i, j < classes: the index is below classes².
			self.pairs.get(i * classes + j).copied().unwrap_or_default()
		};
		for (i, line) in self.form.chunks_exact_mut(classes.max(1)).enumerate() {
			let others = (0..classes).filter(|j| *j != i);
			let diagonal = others.fold(0.0, |sum, j| sum + pair(j, i) * pair(j, i));
			for (j, cell) in line.iter_mut().enumerate() {
				*cell = if i == j { diagonal } else { -pair(j, i) * pair(i, j) };
			}
		}
	}

	/// Sets `product`, and gives the form's value.
	fn multiply(&mut self, probabilities: &[f32]) -> f32 {
		let mut total = 0.0;
		let lines = self.form.chunks_exact(self.classes.max(1));
		for ((product, line), p) in self.product.iter_mut().zip(lines).zip(probabilities) {
			*product = line.iter().zip(probabilities).fold(0.0, |sum, (q, p)| sum + q * p);
			total += p * *product;
		}
		total
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn consistent_pairs_give_back_the_probabilities() {
		let wanted = [0.5f32, 0.3, 0.2];
		let mut coupling = Coupling::new(3);
		for i in 0..3 {
			for j in i + 1..3 {
				coupling.set(i, j, wanted[i] / (wanted[i] + wanted[j]));
			}
		}
		let mut got = [0.0; 3];
		coupling.solve(&mut got);
		for (got, wanted) in got.iter().zip(wanted) {
			assert!((got - wanted).abs() < 5e-3, "{got} {wanted}");
		}
		assert!((got.iter().sum::<f32>() - 1.0).abs() < 1e-5);
	}

	#[test]
	fn two_classes_keep_their_pair() {
		let mut coupling = Coupling::new(2);
		coupling.set(0, 1, 0.9);
		let mut got = [0.0; 2];
		coupling.solve(&mut got);
		assert!((got[0] - 0.9).abs() < 5e-3 && (got[1] - 0.1).abs() < 5e-3, "{got:?}");
	}
}
