//! `LinearRegressor` and `LinearClassifier`: a weighted sum of the features for each target.

use super::{
	attributes, lanes,
	op::{built, wrong, Built, Fact, Kernel},
	rows,
	scores::PostTransform,
};
use tract_onnx::{model::ParsingContext, pb::NodeProto, tract_hir::internal::*};

/// Weights and intercepts.
struct Linear {
	/// Targets one after another.
	coefficients: Vec<f32>,
	/// One for each target, or none.
	intercepts: Vec<f32>,
	/// Number of targets.
	targets: usize,
	post_transform: PostTransform,
}

impl Linear {
	fn new(node: &NodeProto, targets: usize) -> TractResult<Self> {
		let coefficients = attributes::floats(node, "coefficients")?.to_vec();
		if targets == 0 || coefficients.is_empty() || coefficients.len() % targets != 0 {
			return wrong(node, "coefficients", "must be as many for each target");
		}
		let intercepts = attributes::floats(node, "intercepts")?.to_vec();
		if !intercepts.is_empty() && intercepts.len() != targets {
			return wrong(node, "intercepts", "must be as many as targets, or none");
		}
		let post_transform = attributes::word(node, "post_transform", "NONE")?;
		let post_transform = PostTransform::from_name(post_transform)?;
		Ok(Self { coefficients, intercepts, targets, post_transform })
	}

	/// Features that a row must have; not 0.
	fn features(&self) -> usize {
		// Not 0 targets: checked when it was made.
		self.coefficients.len() / self.targets
	}

	/// Checks the input and gives the number of rows.
	fn rows(&self, input: &Fact) -> TractResult<TDim> {
		rows::dtype(input, &rows::NUMERIC)?;
		let (count, features) = rows::rows(input)?;
		ensure!(
			features == self.features(),
			"{features} features where the coefficients are for {}",
			self.features()
		);
		Ok(count)
	}

	/// Raw scores of a row.
	fn scores(&self, row: &[f32], scores: &mut [f32]) {
		let weights = self.coefficients.chunks_exact(self.features());
		for (score, weights) in scores.iter_mut().zip(weights) {
			*score = lanes::dot(row, weights);
		}
		for (score, intercept) in scores.iter_mut().zip(&self.intercepts) {
			*score += intercept;
		}
	}
}

struct LinearRegressor(Linear);

/// Makes the operator of a `LinearRegressor`.
pub fn regressor(_: &ParsingContext, node: &NodeProto) -> Built {
	let targets = attributes::int(node, "targets", 1)?;
	built(LinearRegressor(Linear::new(node, attributes::index(node, "targets", targets)?)?))
}

impl Kernel for LinearRegressor {
	fn name(&self) -> &'static str {
		"LinearRegressor"
	}

	fn facts(&self, inputs: &[Fact]) -> TractResult<TVec<Fact>> {
		let count = self.0.rows(rows::only(inputs)?)?;
		Ok(tvec!(Fact::new(DatumType::F32, [count, self.0.targets.to_dim()])))
	}

	fn run(&self, inputs: &[TValue]) -> TractResult<TVec<Tensor>> {
		let input = rows::only(inputs)?;
		let (count, features) = rows::rows_of(input)?;
		let input = rows::floats(input)?;
		let targets = self.0.targets;
		let output = rows::filled(&[count, targets], targets, |output| {
			let input = rows::slice::<f32>(&input)?.chunks_exact(features.max(1));
			for (scores, row) in output.zip(input) {
				self.0.scores(row, scores);
				self.0.post_transform.apply(scores);
			}
			Ok(())
		})?;
		Ok(tvec!(output))
	}
}

struct LinearClassifier {
	linear: Linear,
	/// One for each target, or two for one.
	labels: Vec<i64>,
}

/// Makes the operator of a `LinearClassifier`.
pub fn classifier(_: &ParsingContext, node: &NodeProto) -> Built {
	let labels = attributes::labels(node, "classlabels_ints")?;
	// As in onnxruntime, the intercepts tell the number of models.
	let targets = match attributes::floats(node, "intercepts")?.len() {
		0 => labels.len(),
		targets => targets,
	};
	let linear = Linear::new(node, targets)?;
	if targets != labels.len() && (targets, labels.len()) != (1, 2) {
		return wrong(node, "classlabels_ints", "must be as many as intercepts, or two for one");
	}
	if targets == 1 && linear.post_transform == PostTransform::Probit {
		return wrong(node, "post_transform", "PROBIT gives no score for the second class");
	}
	built(LinearClassifier { linear, labels })
}

impl Kernel for LinearClassifier {
	fn name(&self) -> &'static str {
		"LinearClassifier"
	}

	fn outputs(&self) -> usize {
		2
	}

	fn facts(&self, inputs: &[Fact]) -> TractResult<TVec<Fact>> {
		let count = self.linear.rows(rows::only(inputs)?)?;
		Ok(tvec!(
			Fact::new(DatumType::I64, [count.clone()]),
			Fact::new(DatumType::F32, [count, self.labels.len().to_dim()]),
		))
	}

	fn run(&self, inputs: &[TValue]) -> TractResult<TVec<Tensor>> {
		let input = rows::only(inputs)?;
		let (count, features) = rows::rows_of(input)?;
		let input = rows::floats(input)?;
		let classes = self.labels.len();
		let mut labels = Vec::with_capacity(count);
		let output = rows::filled(&[count, classes], classes, |output| {
			let input = rows::slice::<f32>(&input)?.chunks_exact(features.max(1));
			for (scores, row) in output.zip(input) {
				self.linear.scores(row, scores);
				labels.push(self.finish(scores)?);
			}
			Ok(())
		})?;
		Ok(tvec!(tensor1(&labels), output))
	}
}

impl LinearClassifier {
	/// The label of a row's raw scores, which are transformed.
	fn finish(&self, scores: &mut [f32]) -> TractResult<i64> {
		let best = match (self.linear.targets, &mut *scores) {
			(1, [score, second]) => {
				let best = usize::from(*score > 0.0);
				[*score, *second] = self.linear.post_transform.pair(*score, true);
				best
			},
			(_, scores) => {
				let best = rows::first_largest(scores);
				self.linear.post_transform.apply(scores);
				best
			},
		};
		self.labels.get(best).copied().context("a label for each score")
	}
}
