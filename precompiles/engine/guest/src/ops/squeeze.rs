//! Squeeze: axes in any order.
//!
//! tract's (0.23.9) removes them from the last of the list to the first, as if they were sorted, and traps
//! where one is gone already.

use super::{data, shape};
use tract_onnx::{
	model::{optional_inputs, ParsingContext},
	pb::NodeProto,
	tract_hir::internal::*,
};

/// Where the axes come from.
#[derive(Clone, Debug)]
enum Squeeze {
	/// Those of length 1.
	Ones,
	/// An attribute, until opset 12.
	Attribute(Vec<i64>),
	/// The second input, from opset 13 on.
	Input,
}

pub fn build(
	ctx: &ParsingContext,
	node: &NodeProto,
) -> TractResult<(Box<dyn InferenceOp>, Vec<String>)> {
	let version = ctx.onnx_operator_set_version;
	let attribute = node.get_attr_opt_vec("axes")?;
	let input = optional_inputs(node).nth(1).flatten().is_some();
	let op = match attribute {
		Some(axes) if version < 13 && !input => Squeeze::Attribute(axes),
		None if version >= 13 && input => Squeeze::Input,
		None if !input => Squeeze::Ones,
		_ => bail!("axes in the wrong place for opset {version}"),
	};
	Ok((expand(op), vec![]))
}

impl Squeeze {
	/// The axes to remove of an input of that shape: sorted, each of length 1.
	fn axes(&self, dims: &[TDim], input: Option<&Tensor>) -> TractResult<TVec<usize>> {
		let given = match self {
			Squeeze::Ones => {
				return Ok((0..dims.len()).filter(|axis| dims[*axis].is_one()).collect())
			},
			Squeeze::Attribute(axes) => axes.clone(),
			Squeeze::Input => data::integers(input.context("the axes must be a constant")?)?,
		};
		let mut axes = TVec::new();
		for axis in given {
			let axis = shape::axis(axis, dims.len())?;
			ensure!(!axes.contains(&axis), "axis {axis} twice");
			ensure!(dims[axis].is_one(), "axis {axis} of {dims:?} isn't of length 1");
			axes.push(axis);
		}
		axes.sort_unstable();
		Ok(axes)
	}

	/// What is left of a shape.
	fn output(&self, dims: &[TDim], input: Option<&Tensor>) -> TractResult<TVec<TDim>> {
		let axes = self.axes(dims, input)?;
		let kept = dims.iter().enumerate().filter(|(axis, _)| !axes.contains(axis));
		Ok(kept.map(|(_, dim)| dim.clone()).collect())
	}
}

impl Expansion for Squeeze {
	fn name(&self) -> StaticName {
		"Squeeze".into()
	}

	fn rules<'r, 'p: 'r, 's: 'r>(
		&'s self,
		s: &mut Solver<'r>,
		inputs: &'p [TensorProxy],
		outputs: &'p [TensorProxy],
	) -> InferenceResult {
		check_input_arity(inputs, if matches!(self, Squeeze::Input) { 2 } else { 1 })?;
		check_output_arity(outputs, 1)?;
		s.equals(&outputs[0].datum_type, &inputs[0].datum_type)?;
		match self {
			Squeeze::Input => {
				s.given_2(&inputs[0].shape, &inputs[1].value, move |s, dims, axes| {
					s.equals(&outputs[0].shape, self.output(&dims, Some(&axes))?)
				})
			},
			_ => s.given(&inputs[0].shape, move |s, dims| {
				s.equals(&outputs[0].shape, self.output(&dims, None)?)
			}),
		}
	}

	fn wire(
		&self,
		name: &str,
		model: &mut TypedModel,
		inputs: &[OutletId],
	) -> TractResult<TVec<OutletId>> {
		let [x, axes @ ..] = inputs else { bail!("expects an input") };
		let given = match axes.first() {
			Some(axes) => model.outlet_fact(*axes)?.konst.clone(),
			None => None,
		};
		let axes = self.axes(&model.outlet_fact(*x)?.shape.to_tvec(), given.as_deref())?;
		let mut wire = tvec![*x];
		for axis in axes.into_iter().rev() {
			wire = model.wire_node(format!("{name}.axis-{axis}"), AxisOp::Rm(axis), &wire)?;
		}
		Ok(wire)
	}
}
