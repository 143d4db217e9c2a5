//! `Binarizer`: 1 above a threshold, else 0.

use super::{
	op::{built, Built, Fact, Kernel},
	rows,
};
use tract_onnx::{model::ParsingContext, pb::NodeProto, tract_hir::internal::*};

struct Binarizer {
	threshold: f32,
}

/// Makes the operator of a node.
pub fn build(_: &ParsingContext, node: &NodeProto) -> Built {
	built(Binarizer { threshold: node.get_attr_opt("threshold")?.unwrap_or(0.0) })
}

impl Kernel for Binarizer {
	fn name(&self) -> &'static str {
		"Binarizer"
	}

	fn facts(&self, inputs: &[Fact]) -> TractResult<TVec<Fact>> {
		let input = rows::only(inputs)?;
		// What float64 holds exactly, so that one comparison serves all of them.
		rows::dtype(input, &[DatumType::F32, DatumType::F64, DatumType::I32])?;
		Ok(tvec!(input.clone()))
	}

	fn run(&self, inputs: &[TValue]) -> TractResult<TVec<Tensor>> {
		let input = rows::only(inputs)?;
		let mut bits = input.cast_to::<f64>()?.into_owned();
		let threshold = f64::from(self.threshold);
		for x in bits.try_as_plain_ram_mut()?.as_slice_mut::<f64>()? {
			ensure!(!x.is_nan(), "Binarizer has no result for NaN");
			*x = f64::from(u8::from(*x > threshold));
		}
		Ok(tvec!(bits.cast_to_dt(input.datum_type())?.into_owned()))
	}
}
