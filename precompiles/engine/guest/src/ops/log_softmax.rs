//! LogSoftmax.
//!
//! tract's (0.23.9) takes the logarithm of a softmax, which is −∞ where the softmax rounds to 0.

use super::shape;
use tract_onnx::{
	model::ParsingContext,
	pb::NodeProto,
	tract_hir::{
		internal::*,
		tract_core::ops::nn::{Softmax, SoftmaxKind},
	},
};

#[derive(Clone, Debug)]
struct LogSoftmax {
	axis: i64,
	/// Before opset 13 all axes from the first one on count as one.
	following: bool,
}

pub fn build(
	ctx: &ParsingContext,
	node: &NodeProto,
) -> TractResult<(Box<dyn InferenceOp>, Vec<String>)> {
	let following = ctx.onnx_operator_set_version < 13;
	let axis = node.get_attr_opt("axis")?.unwrap_or(if following { 1 } else { -1 });
	Ok((expand(LogSoftmax { axis, following }), vec![]))
}

impl Expansion for LogSoftmax {
	fn name(&self) -> StaticName {
		"LogSoftmax".into()
	}

	fn rules<'r, 'p: 'r, 's: 'r>(
		&'s self,
		s: &mut Solver<'r>,
		inputs: &'p [TensorProxy],
		outputs: &'p [TensorProxy],
	) -> InferenceResult {
		check_input_arity(inputs, 1)?;
		check_output_arity(outputs, 1)?;
		s.equals(&outputs[0].datum_type, &inputs[0].datum_type)?;
		s.equals(&outputs[0].shape, &inputs[0].shape)
	}

	fn wire(
		&self,
		name: &str,
		model: &mut TypedModel,
		inputs: &[OutletId],
	) -> TractResult<TVec<OutletId>> {
		let fact = model.outlet_fact(inputs[0])?;
		ensure!(fact.datum_type.is_float(), "no operator for {:?}", fact.datum_type);
		let axis = shape::axis(self.axis, fact.rank())?;
		let axes = axis..if self.following { fact.rank() } else { axis + 1 };
		let kind = SoftmaxKind::LogSoftmax;
		model.wire_node(name, Softmax { axes: axes.collect(), quant_output_dt: None, kind }, inputs)
	}
}
