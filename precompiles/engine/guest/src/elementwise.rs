//! Operators on single elements whose dtype tract has no code for. tract notices when it runs them,
//! with an error; ONNX allows the dtype (a Sigmoid of float64), so only trying tells. And constants without
//! elements, which tract's rules for constants (0.23.9, `matches_single_input_const`) read the first of.

use tract_onnx::{
	prelude::*,
	tract_hir::{
		internal::*,
		tract_core::ops::{
			binary::TypedBinOp, element_wise::ElementWiseOp, konst::Const, logic::IfThenElse,
			scan::Scan,
		},
	},
};

/// Runs each of them on tensors without elements, in subgraphs as well.
pub fn check(model: &TypedModel) -> TractResult<()> {
	constants(model)?;
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

/// Refuses operators of two inputs with one that follows from constants alone, which tract computes
/// before it looks for its rules, and has no elements.
fn constants(model: &TypedModel) -> TractResult<()> {
	let mut constant = vec![false; model.nodes.len()];
	for id in model.eval_order()? {
		let node = model.node(id);
		let is_constant = |input: &OutletId| constant.get(input.node).copied().unwrap_or_default();
		if node.op_is::<TypedBinOp>() {
			for input in node.inputs.iter().filter(|input| is_constant(input)) {
				let volume = model.outlet_fact(*input)?.shape.volume();
				ensure!(
					volume != 0.to_dim(),
					"in \"{}\" {}: a constant without elements",
					node.name,
					node.op.name()
				);
			}
		}
		let follows = !node.inputs.is_empty() && node.inputs.iter().all(is_constant);
		if let Some(constant) = constant.get_mut(id) {
			*constant = follows || node.op_is::<Const>();
		}
	}
	Ok(())
}
