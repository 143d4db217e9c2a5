//! DFT: tract's, once its axis is one.

use super::{data, guard, shape};
use tract_onnx::{
	model::{optional_inputs, ParsingContext},
	pb::NodeProto,
	tract_hir::internal::*,
};

/// Where the axis comes from.
#[derive(Debug)]
enum Axis {
	/// An attribute, until opset 19.
	Attribute(i64),
	/// An input, from opset 20 on.
	Input(Option<usize>),
}

pub fn build(
	ctx: &ParsingContext,
	node: &NodeProto,
) -> TractResult<(Box<dyn InferenceOp>, Vec<String>)> {
	let axis = match ctx.onnx_operator_set_version {
		..20 => Axis::Attribute(node.get_attr_opt("axis")?.unwrap_or(1)),
		_ => Axis::Input(optional_inputs(node).nth(2).flatten()),
	};
	guard::node(ctx, node, axis)
}

impl Axis {
	/// The last axis holds real and imaginary parts: it is none to transform. No axis is empty.
	fn check(&self, dims: &[TDim], input: Option<&Tensor>) -> TractResult<()> {
		let rank = dims.len();
		ensure!(rank >= 2, "{rank} axes");
		ensure!(!dims.contains(&0.to_dim()), "an axis without elements");
		let axis = match (self, input) {
			(Axis::Attribute(axis), _) => *axis,
			(_, Some(value)) => *data::integers(value)?.first().context("an empty axis")?,
			_ => return Ok(()),
		};
		ensure!(shape::axis(axis, rank)? + 1 < rank, "axis {axis} of {rank}");
		Ok(())
	}
}

impl guard::Guard for Axis {
	fn facts(&self, inputs: &[&InferenceFact]) -> TractResult<()> {
		let input = match self {
			Axis::Input(Some(at)) => inputs.get(*at).and_then(|fact| fact.value.concretize()),
			_ => None,
		};
		match inputs.first().and_then(|fact| fact.shape.concretize()) {
			Some(dims) => self.check(&dims, input.as_deref()),
			None => Ok(()),
		}
	}

	fn values(&self, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
		let dims = shape::symbolic(inputs.first().context("expects an input")?.shape());
		let input = match self {
			Axis::Input(Some(at)) => inputs.get(*at).map(|value| &**value),
			_ => None,
		};
		self.check(&dims, input)?;
		Ok(inputs)
	}

	fn wire(
		&self,
		_: &str,
		target: &mut TypedModel,
		inputs: TVec<OutletId>,
	) -> TractResult<TVec<OutletId>> {
		let x = *inputs.first().context("expects an input")?;
		let dims = target.outlet_fact(x)?.shape.to_tvec();
		let constant = match self {
			Axis::Input(Some(at)) => {
				let outlet = *inputs.get(*at).context("an input is missing")?;
				let value = target.outlet_fact(outlet)?.konst.clone();
				Some(value.context("the axis must be a constant")?)
			},
			_ => None,
		};
		self.check(&dims, constant.as_deref())?;
		Ok(inputs)
	}
}
