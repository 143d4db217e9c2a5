//! `SVMClassifier`: each pair of classes votes (libsvm), or one linear model for each class speaks
//! for it (liblinear). Scores and labels are onnxruntime's, which fixes what ONNX leaves open.

use super::{
	attributes,
	coupling::Coupling,
	kernel::Kernels,
	lanes,
	op::{built, wrong, Built, Fact, Kernel},
	rows,
	scores::{logistic, PostTransform},
};
use tract_onnx::{model::ParsingContext, pb::NodeProto, tract_hir::internal::*};

struct SvmClassifier {
	/// One for each class, at least two.
	labels: Vec<i64>,
	post_transform: PostTransform,
	model: Model,
}

enum Model {
	Pairs(Pairs),
	/// A linear model for each class.
	Linear {
		/// Classes one after another.
		coefficients: Vec<f32>,
		/// Added to every score.
		rho: f32,
		/// No coefficient is negative.
		positive: bool,
	},
}

/// A model for each pair of classes.
struct Pairs {
	kernels: Kernels,
	/// Where the support vectors of each class lie.
	ranges: Vec<std::ops::Range<usize>>,
	/// A row as long as the vectors for each class but one. A vector's coefficient against class j
	/// lies in row j, or j − 1 when its own class comes before.
	coefficients: Vec<f32>,
	/// One for each pair.
	rho: Vec<f32>,
	/// Slope and offset of each pair's probability, if the scores are probabilities.
	sigmoid: Option<(Vec<f32>, Vec<f32>)>,
}

/// Makes the operator of a node.
pub fn build(_: &ParsingContext, node: &NodeProto) -> Built {
	let labels = attributes::labels(node, "classlabels_ints")?;
	let post_transform =
		PostTransform::from_name(attributes::word(node, "post_transform", "NONE")?)?;
	let counts = attributes::ints(node, "vectors_per_class")?;
	let model = if counts.iter().all(|count| *count == 0) {
		linear(node, labels.len())?
	} else {
		Model::Pairs(Pairs::new(node, labels.len(), counts)?)
	};
	if let Model::Pairs(Pairs { sigmoid: None, .. }) = &model {
		if labels.len() == 2 && post_transform == PostTransform::Probit {
			return wrong(node, "post_transform", "PROBIT gives no score for the second class");
		}
	}
	built(SvmClassifier { labels, post_transform, model })
}

fn linear(node: &NodeProto, classes: usize) -> TractResult<Model> {
	let coefficients = attributes::floats(node, "coefficients")?.to_vec();
	if coefficients.is_empty() || coefficients.len() % classes != 0 {
		return wrong(node, "coefficients", "must be as many for each class");
	}
	if !attributes::floats(node, "prob_a")?.is_empty() {
		return wrong(node, "prob_a", "is for models with support vectors");
	}
	let Some(rho) = attributes::floats(node, "rho")?.first().copied() else {
		return wrong(node, "rho", "is needed");
	};
	let positive = coefficients.iter().all(|x| *x >= 0.0);
	Ok(Model::Linear { coefficients, rho, positive })
}

impl Pairs {
	fn new(node: &NodeProto, classes: usize, counts: &[i64]) -> TractResult<Self> {
		const COUNTS: &str = "vectors_per_class";
		if counts.len() != classes {
			return wrong(node, COUNTS, "must be one for each class");
		}
		let mut ranges = Vec::with_capacity(classes);
		let mut end = 0usize;
		for count in counts {
			let start = end;
			let Some(next) = start.checked_add(attributes::index(node, COUNTS, *count)?) else {
				return wrong(node, COUNTS, "is out of range");
			};
			end = next;
			ranges.push(start..end);
		}
		let kernels = Kernels::new(node, end)?;
		let coefficients = attributes::floats(node, "coefficients")?.to_vec();
		// At least two classes: `labels` gives no fewer.
		if Some(coefficients.len()) != end.checked_mul(classes - 1) {
			return wrong(node, "coefficients", "must be one for each vector and other class");
		}
		let rho = attributes::floats(node, "rho")?.to_vec();
		let pairs = rho.len();
		if classes.checked_mul(classes - 1).map(|twice| twice / 2) != Some(pairs) {
			return wrong(node, "rho", "must be one for each pair of classes");
		}
		let a = attributes::floats(node, "prob_a")?.to_vec();
		let b = attributes::floats(node, "prob_b")?.to_vec();
		if a.len() != b.len() || !(a.is_empty() || a.len() == pairs) {
			return wrong(node, "prob_a", "and prob_b must be one for each pair of classes");
		}
		let sigmoid = (!a.is_empty()).then_some((a, b));
		Ok(Self { kernels, ranges, coefficients, rho, sigmoid })
	}

	/// The score of each pair, from a row's kernels.
	fn scores(&self, kernels: &[f32], scores: &mut [f32]) {
		let mut scores = scores.iter_mut().zip(&self.rho);
		let against = |class: &std::ops::Range<usize>, row: usize| {
			// Rows of coefficients are as long as the kernels.
			let line = self.coefficients.chunks_exact(kernels.len().max(1)).nth(row);
			let part = line.and_then(|line| line.get(class.clone())).unwrap_or_default();
			let kernels = kernels.get(class.clone()).unwrap_or_default();
			// As onnxruntime does: products in float32, their sum in float64.
			part.iter().zip(kernels).map(|(a, k)| f64::from(a * k)).sum::<f64>()
		};
		for (i, first) in self.ranges.iter().enumerate() {
			for (j, second) in self.ranges.iter().enumerate().skip(i + 1) {
				if let Some((score, rho)) = scores.next() {
					// j is at least 1.
					let sum = against(first, j - 1) + against(second, i) + f64::from(*rho);
					*score = sum as f32;
				}
			}
		}
	}

	/// The class with most votes, the first of them.
	fn winner(&self, scores: &[f32], votes: &mut [u32]) -> usize {
		votes.fill(0);
		let mut scores = scores.iter();
		for i in 0..votes.len() {
			for j in i + 1..votes.len() {
				let first = scores.next().is_some_and(|score| *score > 0.0);
				if let Some(votes) = votes.get_mut(if first { i } else { j }) {
					*votes = votes.saturating_add(1);
				}
			}
		}
		let most = votes.iter().max();
		votes.iter().position(|count| Some(count) == most).unwrap_or(0)
	}

	/// Each class's probability, from the scores of pairs.
	fn probabilities(&self, scores: &[f32], coupling: &mut Coupling, output: &mut [f32]) {
		let Some((a, b)) = &self.sigmoid else { return };
		let mut pairs = scores.iter().zip(a).zip(b);
		for i in 0..output.len() {
			for j in i + 1..output.len() {
				if let Some(((score, a), b)) = pairs.next() {
					// Neither class is impossible.
					let p = (1.0 - logistic(score * a + b)).clamp(1e-7, 1.0 - 1e-7);
					coupling.set(i, j, p);
				}
			}
		}
		coupling.solve(output);
	}
}

impl SvmClassifier {
	/// Features that a row must have.
	fn features(&self) -> usize {
		match &self.model {
			Model::Pairs(pairs) => pairs.kernels.features(),
			// A multiple, and not 0 classes: checked when it was made.
			Model::Linear { coefficients, .. } => coefficients.len() / self.labels.len(),
		}
	}

	/// Scores of a row: one for each class, or for each pair when there are more than two classes
	/// and no probabilities.
	fn width(&self) -> usize {
		match &self.model {
			Model::Pairs(pairs) if pairs.sigmoid.is_none() => pairs.rho.len().max(2),
			_ => self.labels.len(),
		}
	}

	/// Label and scores of a row, with room for the work in between.
	fn row(&self, row: &[f32], room: &mut Room, output: &mut [f32]) -> TractResult<i64> {
		let winner = match &self.model {
			Model::Pairs(pairs) => {
				pairs.kernels.of(row, &mut room.kernels);
				pairs.scores(&room.kernels, &mut room.scores);
				let winner = pairs.winner(&room.scores, &mut room.votes);
				if pairs.sigmoid.is_some() {
					pairs.probabilities(&room.scores, &mut room.coupling, output);
					self.post_transform.apply(output);
				} else if let ([score], [first, second]) = (&*room.scores, &mut *output) {
					// The only model of two classes; onnxruntime takes it for a probability as soon
					// as there is a transform.
					let probability = self.post_transform != PostTransform::None;
					[*first, *second] = self.post_transform.pair(*score, probability);
				} else {
					output.iter_mut().zip(&room.scores).for_each(|(to, from)| *to = *from);
					self.post_transform.apply(output);
				}
				winner
			},
			Model::Linear { coefficients, rho, positive } => {
				let models = coefficients.chunks_exact(self.features().max(1));
				for (score, model) in output.iter_mut().zip(models) {
					*score = lanes::dot(row, model) + rho;
				}
				let best = rows::first_largest(output);
				let largest = output.get(best).copied().unwrap_or_default();
				// Two classes: the second wins as soon as any score says yes.
				let yes = if *positive { largest >= 0.5 } else { largest > 0.0 };
				self.post_transform.apply(output);
				if self.labels.len() == 2 && yes {
					1
				} else {
					best
				}
			},
		};
		self.labels.get(winner).copied().context("a label for each class")
	}
}

/// What a row needs, allocated once for all.
struct Room {
	kernels: Vec<f32>,
	/// One for each pair.
	scores: Vec<f32>,
	/// One for each class.
	votes: Vec<u32>,
	coupling: Coupling,
}

impl Room {
	fn new(classes: usize, model: &Model) -> Self {
		let (kernels, pairs, coupled) = match model {
			Model::Pairs(pairs) => (
				pairs.kernels.count(),
				pairs.rho.len(),
				if pairs.sigmoid.is_some() { classes } else { 0 },
			),
			Model::Linear { .. } => (0, 0, 0),
		};
		Self {
			kernels: vec![0.0; kernels],
			scores: vec![0.0; pairs],
			votes: vec![0; classes],
			coupling: Coupling::new(coupled),
		}
	}
}

impl Kernel for SvmClassifier {
	fn name(&self) -> &'static str {
		"SVMClassifier"
	}

	fn outputs(&self) -> usize {
		2
	}

	fn facts(&self, inputs: &[Fact]) -> TractResult<TVec<Fact>> {
		let input = rows::only(inputs)?;
		rows::dtype(input, &rows::NUMERIC)?;
		let (count, features) = rows::rows(input)?;
		let expected = self.features();
		ensure!(features == expected, "{features} features where the model has {expected}");
		Ok(tvec!(
			Fact::new(DatumType::I64, [count.clone()]),
			Fact::new(DatumType::F32, [count, self.width().to_dim()]),
		))
	}

	fn run(&self, inputs: &[TValue]) -> TractResult<TVec<Tensor>> {
		let input = rows::only(inputs)?;
		let (count, features) = rows::rows_of(input)?;
		let input = rows::floats(input)?;
		let width = self.width();
		let mut labels = Vec::with_capacity(count);
		let mut room = Room::new(self.labels.len(), &self.model);
		let output = rows::filled(&[count, width], width, |output| {
			let input = rows::slice::<f32>(&input)?.chunks_exact(features.max(1));
			for (scores, row) in output.zip(input) {
				labels.push(self.row(row, &mut room, scores)?);
			}
			Ok(())
		})?;
		Ok(tvec!(tensor1(&labels), output))
	}
}
