//! `Normalizer`: each row over its largest element, its sum of magnitudes or its length. A row
//! whose divisor is 0 stays.

use super::{
	attributes,
	op::{built, wrong, Built, Fact, Kernel},
	rows,
};
use tract_onnx::{model::ParsingContext, pb::NodeProto, tract_hir::internal::*};

enum Norm {
	/// The largest element, by value: ONNX takes no magnitude here.
	Max,
	L1,
	L2,
}

struct Normalizer(Norm);

/// Makes the operator of a node.
pub fn build(_: &ParsingContext, node: &NodeProto) -> Built {
	let norm = match attributes::word(node, "norm", "MAX")? {
		"MAX" => Norm::Max,
		"L1" => Norm::L1,
		"L2" => Norm::L2,
		_ => return wrong(node, "norm", "must be MAX, L1 or L2"),
	};
	built(Normalizer(norm))
}

impl Kernel for Normalizer {
	fn name(&self) -> &'static str {
		"Normalizer"
	}

	fn facts(&self, inputs: &[Fact]) -> TractResult<TVec<Fact>> {
		let input = rows::only(inputs)?;
		rows::dtype(input, &rows::NUMERIC)?;
		rows::rows(input)?;
		Ok(tvec!(Fact::new(DatumType::F32, input.shape.iter().cloned())))
	}

	fn run(&self, inputs: &[TValue]) -> TractResult<TVec<Tensor>> {
		let input = rows::only(inputs)?;
		let (_, features) = rows::rows_of(input)?;
		let mut output = rows::floats(input)?.into_owned();
		let mut view = output.try_as_plain_ram_mut()?;
		for row in view.as_slice_mut::<f32>()?.chunks_exact_mut(features.max(1)) {
			let divisor = match self.0 {
				Norm::Max => row.iter().fold(f32::MIN, |max, x| if *x > max { *x } else { max }),
				Norm::L1 => row.iter().fold(0.0, |sum, x| sum + x.abs()),
				Norm::L2 => row.iter().fold(0.0, |sum, x| sum + x * x),
			};
			if divisor == 0.0 {
				continue;
			}
			match self.0 {
				// The square root of each quotient, not the quotient of square roots: it stays in
				// range where a row's length would be subnormal.
				Norm::L2 => {
					row.iter_mut().for_each(|x| *x = (*x * *x / divisor).sqrt().copysign(*x))
				},
				_ => row.iter_mut().for_each(|x| *x /= divisor),
			}
		}
		Ok(tvec!(output))
	}
}
