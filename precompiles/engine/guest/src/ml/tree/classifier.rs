//! `TreeEnsembleClassifier`: a label and a score for each class. ONNX leaves open what a model of
//! two classes means whose votes are all for one of them; the rules here are onnxruntime's.

use super::{
	ensemble::{transform, Aggregate, Ensemble, Rounding, Score},
	flat,
};
use crate::ml::{
	attributes::{labels, numbers, word},
	op::{built, wrong, Built, Fact, Kernel},
	rows,
	scores::PostTransform,
};
use tract_onnx::{model::ParsingContext, pb::NodeProto, tract_hir::internal::*};

struct TreeClassifier {
	ensemble: Ensemble,
	/// One for each class, at least two.
	labels: Vec<i64>,
	/// Added to scores: none, one for each class, or one for the only score of two classes.
	base: Vec<f64>,
	post_transform: PostTransform,
	/// Two classes, and all votes are for one and the same.
	single: bool,
	/// No vote is negative: a score of a single is a probability.
	positive: bool,
}

/// Makes the operator of a node.
pub fn build(ctx: &ParsingContext, node: &NodeProto) -> Built {
	let (forest, wide) = flat::forest(ctx, node, "class")?;
	let labels = labels(node, "classlabels_int64s")?;
	let base = numbers(ctx, node, "base_values")?;
	let post_transform = PostTransform::from_name(word(node, "post_transform", "NONE")?)?;
	let first = forest.votes().first().map(|vote| vote.target);
	let single = labels.len() == 2
		&& first.is_some()
		&& forest.votes().iter().all(|vote| Some(vote.target) == first);
	let allowed = match base.values.len() {
		0 => true,
		1 => single,
		count => count == labels.len(),
	};
	if !allowed {
		return wrong(node, "base_values", "must be one for each class");
	}
	let positive = forest.votes().iter().all(|vote| vote.weight >= 0.0);
	let ensemble = Ensemble::new(forest, Aggregate::Sum, labels.len(), wide || base.wide)?;
	built(TreeClassifier { ensemble, labels, base: base.values, post_transform, single, positive })
}

impl TreeClassifier {
	/// More than two classes: the index of the best, and every score.
	fn many(&self, scores: &mut [Score], rounding: Rounding, output: &mut [f64]) -> usize {
		for (score, base) in scores.iter_mut().zip(&self.base) {
			*score = Score { value: rounding.round(score.value + base), seen: true };
		}
		let mut best: Option<(usize, f64)> = None;
		for (index, score) in scores.iter().enumerate() {
			if score.seen && best.is_none_or(|(_, value)| score.value > value) {
				best = Some((index, score.value));
			}
		}
		output.iter_mut().zip(scores).for_each(|(to, from)| *to = from.value);
		best.map_or(0, |(index, _)| index)
	}

	/// Two classes: whether the second wins, and both scores.
	fn two(
		&self,
		scores: &mut [Score],
		rounding: Rounding,
		room: &mut Vec<f32>,
	) -> (Verdict, [f64; 2]) {
		let [first, second] = scores else { return (Verdict::Label(0), [0.0; 2]) };
		// The second class has no score of its own.
		let mut alone = !second.seen;
		match &*self.base {
			[_, base] if second.seen => {
				second.value = rounding.round(base + first.value);
				first.value = -second.value;
			},
			[base0, base1] => {
				first.value = rounding.round(first.value + base0);
				second.value = rounding.round(second.value + base1);
				alone = false;
			},
			[base] => first.value = rounding.round(first.value + base),
			_ => {},
		}
		let of = |score: &Score| if score.seen { score.value } else { 0.0 };
		let decisive = if second.seen { second.value } else { of(first) };
		let verdict = match (self.single, self.positive) {
			(true, true) => Verdict::Label(usize::from(decisive > 0.5)),
			(true, false) => Verdict::Label(usize::from(decisive > 0.0)),
			// The labels' own values don't matter here, in onnxruntime neither.
			(false, _) => Verdict::Value(i64::from(decisive > 0.0)),
		};
		let values = if alone {
			let probability = self.single && self.positive;
			pair(self.post_transform, of(first), probability, rounding)
		} else {
			let mut values = [of(first), of(second)];
			transform(self.post_transform, &mut values, room);
			values
		};
		(verdict, values)
	}
}

/// What wins.
enum Verdict {
	/// The label of that index.
	Label(usize),
	/// That number itself.
	Value(i64),
}

/// The scores of both classes, from one.
fn pair(
	post_transform: PostTransform,
	score: f64,
	probability: bool,
	rounding: Rounding,
) -> [f64; 2] {
	match post_transform {
		PostTransform::Logistic | PostTransform::Probit => {
			post_transform.pair(score as f32, probability).map(f64::from)
		},
		_ if probability => [rounding.round(1.0 - score), score],
		_ => [-score, score],
	}
}

impl Kernel for TreeClassifier {
	fn name(&self) -> &'static str {
		"TreeEnsembleClassifier"
	}

	fn outputs(&self) -> usize {
		2
	}

	fn facts(&self, inputs: &[Fact]) -> TractResult<TVec<Fact>> {
		let input = rows::only(inputs)?;
		rows::dtype(input, &rows::NUMERIC)?;
		let count = self.ensemble.rows(input)?;
		Ok(tvec!(
			Fact::new(DatumType::I64, [count.clone()]),
			Fact::new(DatumType::F32, [count, self.labels.len().to_dim()]),
		))
	}

	fn run(&self, inputs: &[TValue]) -> TractResult<TVec<Tensor>> {
		let input = rows::only(inputs)?;
		let (count, _) = rows::rows_of(input)?;
		let classes = self.labels.len();
		let rounding = self.ensemble.rounding(input.datum_type());
		let mut room = Vec::new();
		let mut line = vec![0f64; classes];
		let mut labels = Vec::with_capacity(count);
		let mut output = Tensor::zero::<f32>(&[count, classes])?;
		let mut view = output.try_as_plain_ram_mut()?;
		let mut lines = view.as_slice_mut::<f32>()?.chunks_exact_mut(classes);
		self.ensemble.each_row(input, |scores| {
			let verdict = if classes == 2 {
				let (verdict, values) = self.two(scores, rounding, &mut room);
				line.iter_mut().zip(values).for_each(|(to, from)| *to = from);
				verdict
			} else {
				let best = self.many(scores, rounding, &mut line);
				transform(self.post_transform, &mut line, &mut room);
				Verdict::Label(best)
			};
			labels.push(match verdict {
				Verdict::Label(index) => {
					*self.labels.get(index).context("a label for each class")?
				},
				Verdict::Value(value) => value,
			});
			let cells = lines.next().into_iter().flatten();
			cells.zip(&line).for_each(|(to, from)| *to = *from as f32);
			Ok(())
		})?;
		Ok(tvec!(tensor1(&labels), output))
	}
}
