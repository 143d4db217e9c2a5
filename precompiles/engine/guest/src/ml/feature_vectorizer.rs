//! `FeatureVectorizer`: several inputs side by side, each cut to its width. onnxruntime fills shorter
//! ones with zeros; here they are refused, so that nothing gets larger than its inputs.

use super::{
	attributes,
	op::{built, wrong, Built, Fact, Kernel},
	rows,
};
use tract_onnx::{model::ParsingContext, pb::NodeProto, tract_hir::internal::*};

struct FeatureVectorizer {
	/// Width of each input.
	widths: Vec<usize>,
	/// Their sum.
	total: usize,
}

/// Makes the operator of a node.
pub fn build(_: &ParsingContext, node: &NodeProto) -> Built {
	const NAME: &str = "inputdimensions";
	let widths: Vec<usize> = attributes::ints(node, NAME)?
		.iter()
		.map(|width| attributes::index(node, NAME, *width))
		.collect::<TractResult<_>>()?;
	let total = widths.iter().try_fold(0usize, |sum, width| sum.checked_add(*width));
	match total {
		Some(total) if total > 0 => built(FeatureVectorizer { widths, total }),
		_ => wrong(node, NAME, "is out of range"),
	}
}

impl Kernel for FeatureVectorizer {
	fn name(&self) -> &'static str {
		"FeatureVectorizer"
	}

	fn inputs(&self) -> usize {
		self.widths.len()
	}

	fn facts(&self, inputs: &[Fact]) -> TractResult<TVec<Fact>> {
		let (count, _) = rows::rows(rows::only(inputs)?)?;
		for (input, width) in inputs.iter().zip(&self.widths) {
			rows::dtype(input, &rows::NUMERIC)?;
			let (other, features) = rows::rows(input)?;
			ensure!(other == count, "inputs differ in the number of rows");
			ensure!(features >= *width, "{features} features where {width} are taken");
		}
		Ok(tvec!(Fact::new(DatumType::F32, [count, self.total.to_dim()])))
	}

	fn run(&self, inputs: &[TValue]) -> TractResult<TVec<Tensor>> {
		let (count, _) = rows::rows_of(rows::only(inputs)?)?;
		let mut output = Tensor::zero::<f32>(&[count, self.total])?;
		let mut view = output.try_as_plain_ram_mut()?;
		let cells = view.as_slice_mut::<f32>()?;
		let mut start = 0;
		for (input, width) in inputs.iter().zip(&self.widths) {
			let (_, features) = rows::rows_of(input)?;
			let input = rows::floats(input)?;
			let sources = rows::slice::<f32>(&input)?.chunks_exact(features.max(1));
			for (target, source) in cells.chunks_exact_mut(self.total).zip(sources) {
				let target = target.iter_mut().skip(start).take(*width);
				target.zip(source).for_each(|(y, x)| *y = *x);
			}
			// At most `total`.
			start += width;
		}
		Ok(tvec!(output))
	}
}
