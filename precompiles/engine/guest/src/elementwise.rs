//! Operators on single elements whose dtype tract has no code for. tract notices when it runs them,
//! with an error; ONNX allows the dtype (a Sigmoid of float64), so only trying tells.

use tract_onnx::{
	prelude::*,
	tract_hir::{
		internal::*,
		tract_core::ops::{
			binary::TypedBinOp, element_wise::ElementWiseOp, logic::IfThenElse, scan::Scan,
		},
	},
};

/// Runs each of them on tensors without elements, in subgraphs as well.
pub fn check(model: &TypedModel) -> TractResult<()> {
	for node in &model.nodes {
		// As deep as the validator lets graphs be nested.
		if let Some(op) = node.op_as::<IfThenElse>() {
			check(&op.then_body)?;
			check(&op.else_body)?;
		} else if let Some(op) = node.op_as::<Scan>() {
			check(&op.body)?;
		}
		if !(node.op_is::<ElementWiseOp>() || node.op_is::<TypedBinOp>()) {
			continue;
		}
		let facts = model.node_input_facts(node.id)?;
		// Dimensions that depend on data have a calculus of their own.
		if facts.iter().any(|fact| fact.datum_type.is_tdim()) {
			continue;
		}
		let empty = |fact: &&TypedFact| {
			let shape = vec![0; fact.rank().max(1)];
			Ok(Tensor::zero_dt(fact.datum_type, &shape)?.into_tvalue())
		};
		let inputs = facts.iter().map(empty).collect::<TractResult<TVec<_>>>()?;
		node.op
			.eval(&EvalContext::out_of_plan(), inputs)
			.with_context(|| format!("in \"{}\" {}", node.name, node.op.name()))?;
	}
	Ok(())
}
