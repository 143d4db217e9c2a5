//! NegativeLogLikelihoodLoss and SoftmaxCrossEntropyLoss: a model exported with its loss.

use super::{data, kernel, kernel::Kernel, shape};
use tract_onnx::{model::ParsingContext, pb::NodeProto, tract_hir::internal::*};

#[derive(Debug)]
struct Loss {
	/// SoftmaxCrossEntropyLoss: the input holds scores, not logarithms of probabilities.
	softmax: bool,
	reduction: Reduction,
	ignored: Option<i64>,
	/// Outputs that the node names: the loss and perhaps logarithms of probabilities.
	outputs: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reduction {
	None,
	Sum,
	Mean,
}

pub fn build(
	_: &ParsingContext,
	node: &NodeProto,
) -> TractResult<(Box<dyn InferenceOp>, Vec<String>)> {
	let reduction = match node.get_attr_opt::<&str>("reduction")?.unwrap_or("mean") {
		"none" => Reduction::None,
		"sum" => Reduction::Sum,
		"mean" => Reduction::Mean,
		other => bail!("reduction {other}"),
	};
	ensure!(node.output.iter().all(|name| !name.is_empty()), "an output without a name");
	kernel::node(Loss {
		softmax: node.op_type == "SoftmaxCrossEntropyLoss",
		reduction,
		ignored: node.get_attr_opt("ignore_index")?,
		outputs: node.output.len(),
	})
}

impl Kernel for Loss {
	fn name(&self) -> &'static str {
		if self.softmax {
			"SoftmaxCrossEntropyLoss"
		} else {
			"NegativeLogLikelihoodLoss"
		}
	}

	fn count(&self) -> usize {
		self.outputs
	}

	fn outputs(&self, inputs: &[kernel::Input]) -> TractResult<Option<TVec<kernel::Output>>> {
		let (scores, target, weights) = match inputs {
			[scores, target] => (scores, target, None),
			[scores, target, weights] => (scores, target, Some(weights)),
			_ => bail!("expects 2 or 3 inputs"),
		};
		let dtype = data::float(scores.dtype)?;
		let dims = scores.dims()?;
		let [batch, classes, rest @ ..] = &dims[..] else { bail!("scores need 2 axes") };
		let mut expected: TVec<usize> = tvec![*batch];
		expected.extend(rest.iter().copied());
		ensure!(target.dims()? == expected, "one class for each {expected:?}");
		ensure!(target.dtype.is_integer(), "classes must be integers");
		if let Some(weights) = weights {
			ensure!(weights.dtype == dtype && weights.dims()?[..] == [*classes], "weights");
		}
		let loss = match self.reduction {
			Reduction::None => target.shape.clone(),
			_ => tvec![],
		};
		let all = [(dtype, loss), (dtype, scores.shape.clone())];
		Ok(Some(all.into_iter().take(self.outputs).collect()))
	}

	fn eval(&self, inputs: &[&Tensor]) -> TractResult<TVec<Tensor>> {
		let [scores, target, weights @ ..] = inputs else { bail!("expects 2 or 3 inputs") };
		let [batch, classes, rest @ ..] = scores.shape() else { bail!("scores need 2 axes") };
		let inner = shape::volume(rest)?;
		let mut logs = data::numbers(scores)?;
		if self.softmax {
			log_softmax(&mut logs, [*batch, *classes, inner]);
		}
		let weights = match weights {
			[weights] => Some(data::numbers(weights)?),
			_ => None,
		};
		let mut losses = Vec::with_capacity(batch * inner);
		let (mut sum, mut total) = (0.0, 0.0);
		for (index, class) in data::integers(target)?.into_iter().enumerate() {
			let (loss, weight) = if Some(class) == self.ignored {
				(0.0, 0.0)
			} else {
				let class = usize::try_from(class)
					.ok()
					.filter(|class| class < classes)
					.with_context(|| format!("class {class} of {classes}"))?;
				let (sample, place) = (index / inner, index % inner);
				let weight = weights.as_ref().map_or(1.0, |weights| weights[class]);
				(-logs[(sample * classes + class) * inner + place] * weight, weight)
			};
			sum += loss;
			total += weight;
			losses.push(loss);
		}
		let dtype = scores.datum_type();
		let loss = match self.reduction {
			Reduction::None => data::from_numbers(dtype, target.shape(), losses)?,
			Reduction::Sum => data::from_numbers(dtype, &[], vec![sum])?,
			Reduction::Mean => data::from_numbers(dtype, &[], vec![sum / total])?,
		};
		let mut outputs = tvec![loss];
		if self.outputs > 1 {
			outputs.push(data::from_numbers(dtype, scores.shape(), logs)?);
		}
		Ok(outputs)
	}
}

/// Logarithms of probabilities from scores of `[batch, classes, inner]`.
fn log_softmax(scores: &mut [f64], [batch, classes, inner]: [usize; 3]) {
	for sample in 0..batch {
		for place in 0..inner {
			let at = |class: usize| (sample * classes + class) * inner + place;
			let largest = (0..classes).map(|c| scores[at(c)]).fold(f64::NEG_INFINITY, f64::max);
			let sum = data::sum((0..classes).map(|c| (scores[at(c)] - largest).exp()));
			let shift = largest + sum.ln();
			(0..classes).for_each(|class| scores[at(class)] -= shift);
		}
	}
}
