//! If.
//!
//! tract (0.23.9) takes what it knows of the outputs of the first branch for what it knows of the node's:
//! where that branch gives a constant, what follows would be computed from it whatever the condition.

use super::guard;
use tract_onnx::{
	model::ParsingContext,
	pb::NodeProto,
	tract_hir::{internal::*, tract_core::ops::logic::IfThenElse},
};

pub fn build(
	ctx: &ParsingContext,
	node: &NodeProto,
) -> TractResult<(Box<dyn InferenceOp>, Vec<String>)> {
	guard::node(ctx, node, Branches)
}

#[derive(Debug)]
struct Branches;

impl guard::Guard for Branches {
	fn values(&self, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
		Ok(inputs)
	}

	fn wire(
		&self,
		_: &str,
		_: &mut TypedModel,
		inputs: TVec<OutletId>,
	) -> TractResult<TVec<OutletId>> {
		Ok(inputs)
	}

	fn wired(
		&self,
		_: &str,
		target: &mut TypedModel,
		outputs: TVec<OutletId>,
	) -> TractResult<TVec<OutletId>> {
		let Some(node) = outputs.first().map(|outlet| outlet.node) else { return Ok(outputs) };
		let op = target.node(node).op_as::<IfThenElse>().context("If has become something else")?;
		let mut op = op.clone();
		for outlet in op.then_body.outputs.clone() {
			let fact = op.then_body.outlet_fact_mut(outlet)?;
			*fact = fact.without_value();
		}
		target.node_mut(node).op = Box::new(op);
		for outlet in &outputs {
			let fact = target.outlet_fact_mut(*outlet)?;
			*fact = fact.without_value();
		}
		Ok(outputs)
	}
}
