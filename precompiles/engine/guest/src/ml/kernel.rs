//! Kernels of support vector machines: how near a row is to each support vector.

use super::{attributes, lanes, op::wrong};
use tract_onnx::{pb::NodeProto, tract_hir::internal::*};

enum Shape {
	Linear,
	/// (γ·⟨x, v⟩ + c)^degree.
	Poly,
	/// e^(−γ·|x − v|²).
	Rbf,
	/// tanh(γ·⟨x, v⟩ + c).
	Sigmoid,
}

/// Support vectors and the kernel over them.
pub struct Kernels {
	shape: Shape,
	gamma: f32,
	constant: f32,
	degree: f32,
	/// One after another.
	vectors: Vec<f32>,
	/// Length of a vector; not 0.
	features: usize,
}

impl Kernels {
	/// Reads `count` support vectors and the kernel.
	pub fn new(node: &NodeProto, count: usize) -> TractResult<Self> {
		let vectors = attributes::floats(node, "support_vectors")?.to_vec();
		if count == 0 || vectors.is_empty() || vectors.len() % count != 0 {
			return wrong(node, "support_vectors", "must be as many numbers for each vector");
		}
		let features = vectors.len() / count;
		let shape = match attributes::word(node, "kernel_type", "LINEAR")? {
			"LINEAR" => Shape::Linear,
			"POLY" => Shape::Poly,
			"RBF" => Shape::Rbf,
			"SIGMOID" => Shape::Sigmoid,
			_ => return wrong(node, "kernel_type", "must be LINEAR, POLY, RBF or SIGMOID"),
		};
		let (gamma, constant, degree) = match attributes::floats(node, "kernel_params")? {
			[] => (0.0, 0.0, 0.0),
			[gamma, constant, degree] => (*gamma, *constant, *degree),
			_ => return wrong(node, "kernel_params", "must be three numbers"),
		};
		Ok(Self { shape, gamma, constant, degree, vectors, features })
	}

	/// Number of support vectors.
	pub fn count(&self) -> usize {
		// Not 0: checked when it was made.
		self.vectors.len() / self.features
	}

	/// Features that a row must have.
	pub fn features(&self) -> usize {
		self.features
	}

	/// The kernel of a row with each support vector.
	pub fn of(&self, row: &[f32], kernels: &mut [f32]) {
		for (kernel, vector) in kernels.iter_mut().zip(self.vectors.chunks_exact(self.features)) {
			let affine = || self.gamma * lanes::dot(row, vector) + self.constant;
			*kernel = match self.shape {
				Shape::Linear => lanes::dot(row, vector),
				Shape::Poly => power(affine(), self.degree),
				Shape::Rbf => (-self.gamma * lanes::squared_distance(row, vector)).exp(),
				Shape::Sigmoid => affine().tanh(),
			};
		}
	}
}

/// x^degree, exact where the degree is the usual one.
fn power(x: f32, degree: f32) -> f32 {
	if degree == 2.0 {
		x * x
	} else if degree == 3.0 {
		x * x * x
	} else {
		x.powf(degree)
	}
}
