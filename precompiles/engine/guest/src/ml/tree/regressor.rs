//! `TreeEnsembleRegressor` and `TreeEnsemble`: a score for each target.

use super::{
	ensemble::{transform, Aggregate, Ensemble, Rounding, Score},
	flat,
	forest::Forest,
	split,
};
use crate::ml::{
	attributes::{index, int, numbers, word},
	op::{built, wrong, Built, Fact, Kernel},
	rows,
	scores::PostTransform,
};
use tract_onnx::{model::ParsingContext, pb::NodeProto, tract_hir::internal::*};

struct TreeRegressor {
	name: &'static str,
	ensemble: Ensemble,
	/// Added to each target's score; none, or one for each.
	base: Vec<f64>,
	post_transform: PostTransform,
	/// dtypes of inputs.
	dtypes: Vec<DatumType>,
	/// dtype of the output.
	output: DatumType,
}

/// Targets that a model may have without a vote for each: memory stays within what its file holds.
const FREE_TARGETS: usize = 1024;

/// The number of targets.
fn targets(node: &NodeProto, forest: &Forest) -> TractResult<usize> {
	let targets = index(node, "n_targets", int(node, "n_targets", 0)?)?;
	if targets > forest.votes().len().max(FREE_TARGETS) {
		return wrong(node, "n_targets", "is larger than the number of votes");
	}
	Ok(targets)
}

/// Makes the operator of a `TreeEnsembleRegressor`.
pub fn build(ctx: &ParsingContext, node: &NodeProto) -> Built {
	let (forest, wide) = flat::forest(ctx, node, "target")?;
	let targets = targets(node, &forest)?;
	let base = numbers(ctx, node, "base_values")?;
	if !(base.values.is_empty() || base.values.len() == targets) {
		return wrong(node, "base_values", "must be one for each target");
	}
	let aggregate = Aggregate::from_name(word(node, "aggregate_function", "SUM")?)?;
	let post_transform = PostTransform::from_name(word(node, "post_transform", "NONE")?)?;
	built(TreeRegressor {
		name: "TreeEnsembleRegressor",
		ensemble: Ensemble::new(forest, aggregate, targets, wide || base.wide)?,
		base: base.values,
		post_transform,
		dtypes: rows::NUMERIC.to_vec(),
		output: DatumType::F32,
	})
}

/// Makes the operator of a `TreeEnsemble`.
pub fn build_split(ctx: &ParsingContext, node: &NodeProto) -> Built {
	let (forest, dtype) = split::forest(ctx, node)?;
	let targets = targets(node, &forest)?;
	let aggregate = Aggregate::from_code(int(node, "aggregate_function", 1)?)?;
	let post_transform = PostTransform::from_code(int(node, "post_transform", 0)?)?;
	if matches!(post_transform, PostTransform::Softmax | PostTransform::Logistic) {
		// onnxruntime takes each number for the other: no result would please both.
		return wrong(node, "post_transform", "needs an operator of its own, Softmax or Sigmoid");
	}
	built(TreeRegressor {
		name: "TreeEnsemble",
		ensemble: Ensemble::new(forest, aggregate, targets, dtype == DatumType::F64)?,
		base: Vec::new(),
		post_transform,
		dtypes: vec![dtype],
		output: dtype,
	})
}

impl TreeRegressor {
	/// A row's output. A target without votes stays 0, as in onnxruntime, whatever its base.
	fn finish(&self, scores: &[Score], rounding: Rounding, output: &mut [f64]) {
		for (output, score) in output.iter_mut().zip(scores) {
			*output = score.value;
		}
		for ((output, score), base) in output.iter_mut().zip(scores).zip(&self.base) {
			if score.seen {
				*output = rounding.round(*output + base);
			}
		}
	}
}

impl Kernel for TreeRegressor {
	fn name(&self) -> &'static str {
		self.name
	}

	fn facts(&self, inputs: &[Fact]) -> TractResult<TVec<Fact>> {
		let input = rows::only(inputs)?;
		rows::dtype(input, &self.dtypes)?;
		let count = self.ensemble.rows(input)?;
		Ok(tvec!(Fact::new(self.output, [count, self.ensemble.targets.to_dim()])))
	}

	fn run(&self, inputs: &[TValue]) -> TractResult<TVec<Tensor>> {
		let input = rows::only(inputs)?;
		let (count, _) = rows::rows_of(input)?;
		let targets = self.ensemble.targets;
		let rounding = self.ensemble.rounding(input.datum_type());
		let mut room = Vec::new();
		let mut output = Tensor::zero::<f64>(&[count, targets])?;
		let mut view = output.try_as_plain_ram_mut()?;
		let mut lines = view.as_slice_mut::<f64>()?.chunks_exact_mut(targets);
		self.ensemble.each_row(input, |scores| {
			if let Some(line) = lines.next() {
				self.finish(scores, rounding, line);
				transform(self.post_transform, line, &mut room);
			}
			Ok(())
		})?;
		Ok(tvec!(output.cast_to_dt(self.output)?.into_owned()))
	}
}
