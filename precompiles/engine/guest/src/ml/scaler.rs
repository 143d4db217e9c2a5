//! `Scaler`: (x − offset) · scale, for every feature or with one pair for all.

use super::{
	attributes,
	op::{built, wrong, Built, Fact, Kernel},
	rows,
};
use tract_onnx::{model::ParsingContext, pb::NodeProto, tract_hir::internal::*};

struct Scaler {
	/// As long as `scale`.
	offset: Vec<f32>,
	scale: Vec<f32>,
}

/// Makes the operator of a node.
pub fn build(_: &ParsingContext, node: &NodeProto) -> Built {
	let offset = attributes::floats(node, "offset")?.to_vec();
	let scale = attributes::floats(node, "scale")?.to_vec();
	if scale.is_empty() || scale.len() != offset.len() {
		return wrong(node, "scale", "must be as long as offset, and not empty");
	}
	built(Scaler { offset, scale })
}

impl Kernel for Scaler {
	fn name(&self) -> &'static str {
		"Scaler"
	}

	fn facts(&self, inputs: &[Fact]) -> TractResult<TVec<Fact>> {
		let input = rows::only(inputs)?;
		rows::dtype(input, &rows::NUMERIC)?;
		let (_, features) = rows::rows(input)?;
		ensure!(
			self.scale.len() == 1 || self.scale.len() == features,
			"{} scales for {features} features",
			self.scale.len()
		);
		Ok(tvec!(Fact::new(DatumType::F32, input.shape.iter().cloned())))
	}

	fn run(&self, inputs: &[TValue]) -> TractResult<TVec<Tensor>> {
		let input = rows::only(inputs)?;
		let parameters = || self.offset.iter().zip(&self.scale).cycle();
		let mut output = Tensor::zero::<f32>(input.shape())?;
		let mut view = output.try_as_plain_ram_mut()?;
		// Rows are as long as the parameters, or there is one for all: they repeat either way.
		let scaled = view.as_slice_mut::<f32>()?.iter_mut().zip(parameters());
		if input.datum_type() == DatumType::F64 {
			for ((y, (offset, scale)), x) in scaled.zip(rows::slice::<f64>(input)?) {
				*y = ((x - f64::from(*offset)) * f64::from(*scale)) as f32;
			}
		} else {
			let input = rows::floats(input)?;
			for ((y, (offset, scale)), x) in scaled.zip(rows::slice::<f32>(&input)?) {
				*y = (x - offset) * scale;
			}
		}
		Ok(tvec!(output))
	}
}
