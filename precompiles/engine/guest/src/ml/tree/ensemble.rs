//! The votes of all trees for each row.

use super::forest::Forest;
use crate::ml::{op::Fact, rows, scores::PostTransform};
use tract_onnx::tract_hir::internal::*;

/// Rows that go through a tree together, while it is in the cache …
const BLOCK: usize = 32;
/// … unless they have more scores than this.
const BLOCK_SCORES: usize = 1 << 16;

/// How the votes for a target become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aggregate {
	/// Their sum.
	Sum,
	/// Their sum over the number of trees.
	Average,
	/// The smallest.
	Min,
	/// The largest.
	Max,
}

impl Aggregate {
	/// By the name in attributes.
	pub fn from_name(name: &str) -> TractResult<Self> {
		Ok(match name {
			"SUM" => Self::Sum,
			"AVERAGE" => Self::Average,
			"MIN" => Self::Min,
			"MAX" => Self::Max,
			_ => bail!("aggregate_function {name} doesn't exist"),
		})
	}

	/// By the number in attributes of `TreeEnsemble`.
	pub fn from_code(code: i64) -> TractResult<Self> {
		Ok(match code {
			0 => Self::Average,
			1 => Self::Sum,
			2 => Self::Min,
			3 => Self::Max,
			_ => bail!("aggregate_function {code} doesn't exist"),
		})
	}
}

/// What trees gave a target.
#[derive(Clone, Copy, Debug, Default)]
pub struct Score {
	/// Its aggregate.
	pub value: f64,
	/// Any tree gave something.
	pub seen: bool,
}

/// Trees and how their votes count.
pub struct Ensemble {
	/// The trees.
	pub forest: Forest,
	/// How votes become one.
	pub aggregate: Aggregate,
	/// Targets or classes; not 0, and above those of all votes.
	pub targets: usize,
	/// A number of the model is float64.
	pub wide: bool,
}

impl Ensemble {
	/// Puts trees together; checks the votes' targets.
	pub fn new(
		forest: Forest,
		aggregate: Aggregate,
		targets: usize,
		wide: bool,
	) -> TractResult<Self> {
		ensure!(
			targets > 0 && forest.votes().iter().all(|vote| (vote.target as usize) < targets),
			"a vote is for a target that doesn't exist"
		);
		// onnxruntime takes the first vote of such a leaf, or another number of the file.
		ensure!(
			targets > 1 || forest.leaves().all(|votes| votes.len() == 1),
			"a leaf must have one vote where there is one target"
		);
		Ok(Self { forest, aggregate, targets, wide })
	}

	/// Checks the input and gives the number of rows.
	pub fn rows(&self, input: &Fact) -> TractResult<TDim> {
		let (count, features) = rows::rows(input)?;
		ensure!(
			features >= self.forest.features().max(1),
			"{features} features where the trees look at {}",
			self.forest.features()
		);
		Ok(count)
	}

	/// The number to which every result of arithmetic is rounded.
	pub fn rounding(&self, input: DatumType) -> Rounding {
		if self.wide || input == DatumType::F64 {
			Rounding::Wide
		} else {
			Rounding::Narrow
		}
	}

	/// Hands the scores of each row, in order, to a function.
	pub fn each_row(
		&self,
		input: &Tensor,
		mut finish: impl FnMut(&mut [Score]) -> TractResult<()>,
	) -> TractResult<()> {
		let (count, features) = rows::rows_of(input)?;
		let features = features.max(1);
		let rounding = self.rounding(input.datum_type());
		let narrow = match rounding {
			Rounding::Narrow => rows::floats(input)?,
			Rounding::Wide => std::borrow::Cow::Borrowed(input),
		};
		let wide = narrow.cast_to::<f64>()?;
		// Not 0 targets: checked when the ensemble was made.
		let block = (BLOCK_SCORES / self.targets).clamp(1, BLOCK).min(count.max(1));
		let mut scores = vec![Score::default(); self.targets.saturating_mul(block)];
		for block in rows::slice::<f64>(&wide)?.chunks(features.saturating_mul(block)) {
			scores.fill(Score::default());
			for root in self.forest.roots() {
				let rows = block.chunks_exact(features);
				for (row, scores) in rows.zip(scores.chunks_exact_mut(self.targets)) {
					for vote in self.forest.walk(*root, row) {
						// Targets exist: checked when the ensemble was made.
						if let Some(score) = scores.get_mut(vote.target as usize) {
							self.count(score, vote.weight, rounding);
						}
					}
				}
			}
			let rows = block.chunks_exact(features);
			for (_, scores) in rows.zip(scores.chunks_exact_mut(self.targets)) {
				if self.aggregate == Aggregate::Average {
					let trees = rounding.round(self.forest.roots().len() as f64);
					scores.iter_mut().for_each(|s| s.value = rounding.round(s.value / trees));
				}
				finish(scores)?;
			}
		}
		Ok(())
	}

	#[inline]
	fn count(&self, score: &mut Score, weight: f64, rounding: Rounding) {
		let first = !score.seen;
		score.value = match self.aggregate {
			Aggregate::Sum | Aggregate::Average => rounding.round(score.value + weight),
			Aggregate::Min if first || weight < score.value => weight,
			Aggregate::Max if first || weight > score.value => weight,
			Aggregate::Min | Aggregate::Max => score.value,
		};
		score.seen = true;
	}
}

/// The dtype in which scores are added, divided and compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounding {
	/// float32.
	Narrow,
	/// float64.
	Wide,
}

impl Rounding {
	/// Rounds a result.
	#[inline]
	pub fn round(self, value: f64) -> f64 {
		match self {
			Rounding::Narrow => f64::from(value as f32),
			Rounding::Wide => value,
		}
	}
}

/// Transforms scores, in float32. `room` is for the work in between.
pub fn transform(post_transform: PostTransform, scores: &mut [f64], room: &mut Vec<f32>) {
	if post_transform == PostTransform::None {
		return;
	}
	room.clear();
	room.extend(scores.iter().map(|score| *score as f32));
	post_transform.apply(room);
	scores.iter_mut().zip(room).for_each(|(to, from)| *to = f64::from(*from));
}
