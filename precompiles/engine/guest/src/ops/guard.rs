//! Operators of tract's behind a check of their inputs: what would end a run as a trap ends it as
//! an error.
//!
//! A constant is checked when the model is loaded, and costs nothing in a run.

use super::kernel;
use tract_onnx::{
	model::ParsingContext,
	pb::NodeProto,
	tract_hir::{
		infer::{InferenceFact, InferenceModel, InferenceNode, InferenceOp},
		internal::*,
	},
};

/// What is checked, and what the operator sees instead of its inputs.
pub trait Guard: std::fmt::Debug + Send + Sync + 'static {
	/// Checks what is known before shapes are: for operators whose rules trust their inputs.
	fn facts(&self, _inputs: &[&InferenceFact]) -> TractResult<()> {
		Ok(())
	}

	/// Checks values: the inputs that the operator gets.
	fn values(&self, inputs: TVec<TValue>) -> TractResult<TVec<TValue>>;

	/// Checks facts, and adds checks of values to the model: the inputs that the operator gets.
	fn wire(
		&self,
		name: &str,
		target: &mut TypedModel,
		inputs: TVec<OutletId>,
	) -> TractResult<TVec<OutletId>>;

	/// What stands for the operator's results, where it is run before it is wired.
	fn results(&self, outputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
		Ok(outputs)
	}

	/// Mends what the operator has become: the outputs of the node.
	fn wired(
		&self,
		_name: &str,
		_target: &mut TypedModel,
		outputs: TVec<OutletId>,
	) -> TractResult<TVec<OutletId>> {
		Ok(outputs)
	}
}

#[derive(Clone, Debug)]
struct Guarded {
	inner: Box<dyn InferenceOp>,
	guard: Arc<dyn Guard>,
}

/// Where tract's own builder of an operator stands: no operator of a file has such a name.
pub fn original(operator: &str) -> String {
	format!("tract.{operator}")
}

/// tract's operator behind a guard.
pub fn node(
	ctx: &ParsingContext,
	node: &NodeProto,
	guard: impl Guard,
) -> TractResult<(Box<dyn InferenceOp>, Vec<String>)> {
	let (inner, closures) = build_original(ctx, node)?;
	Ok((around(inner, guard), closures))
}

/// tract's operator.
pub fn build_original(
	ctx: &ParsingContext,
	node: &NodeProto,
) -> TractResult<(Box<dyn InferenceOp>, Vec<String>)> {
	let build = ctx.framework.op_register.0.get(&original(&node.op_type));
	build.context("an operator that tract lacks")?(ctx, node)
}

/// An operator behind a guard.
pub fn around(inner: Box<dyn InferenceOp>, guard: impl Guard) -> Box<dyn InferenceOp> {
	Box::new(Guarded { inner, guard: Arc::new(guard) })
}

impl PartialEq for Guarded {
	fn eq(&self, other: &Self) -> bool {
		Arc::ptr_eq(&self.guard, &other.guard)
	}
}

impl Eq for Guarded {}

impl Op for Guarded {
	fn name(&self) -> StaticName {
		self.inner.name()
	}

	not_a_typed_op!();
}

impl EvalOp for Guarded {
	// A branch with a constant condition is run before it is wired.
	fn eval(&self, _: &EvalContext, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
		self.eval_out_of_plan(inputs)?.context("an operator that only runs in a plan")
	}

	fn eval_out_of_plan(&self, inputs: TVec<TValue>) -> TractResult<Option<TVec<TValue>>> {
		let inputs = self.guard.values(inputs)?;
		let outputs = self.inner.eval_out_of_plan(inputs)?;
		outputs.map(|outputs| self.guard.results(outputs)).transpose()
	}
}

impl InferenceOp for Guarded {
	fn infer_facts(
		&mut self,
		inputs: TVec<&InferenceFact>,
		outputs: TVec<&InferenceFact>,
		observed: TVec<&InferenceFact>,
	) -> TractResult<(TVec<InferenceFact>, TVec<InferenceFact>, TVec<InferenceFact>)> {
		// The rules would take what isn't known yet from the outputs, unchecked.
		if inputs.iter().any(|input| !input.shape.rank().is_concrete()) {
			let same = |facts: TVec<&InferenceFact>| facts.into_iter().cloned().collect();
			return Ok((same(inputs), same(outputs), same(observed)));
		}
		self.guard.facts(&inputs)?;
		self.inner.infer_facts(inputs, outputs, observed)
	}

	fn nboutputs(&self) -> TractResult<usize> {
		self.inner.nboutputs()
	}

	fn to_typed(
		&self,
		source: &InferenceModel,
		node: &InferenceNode,
		target: &mut TypedModel,
		mapping: &HashMap<OutletId, OutletId>,
	) -> TractResult<TVec<OutletId>> {
		let inputs = self.guard.wire(&node.name, target, kernel::outlets(node, mapping)?)?;
		let (inner, mapping) = with_inputs(node, inputs);
		let outputs = self.inner.to_typed(source, &inner, target, &mapping)?;
		self.guard.wired(&node.name, target, outputs)
	}

	as_op!();
}

/// The node with these inputs, and where its operator finds them: under a name for each, since two may be the
/// same outlet.
pub fn with_inputs(
	node: &InferenceNode,
	inputs: TVec<OutletId>,
) -> (InferenceNode, HashMap<OutletId, OutletId>) {
	let names = (0..inputs.len()).map(|slot| OutletId::new(usize::MAX, slot));
	let mapping = names.clone().zip(inputs).collect();
	(InferenceNode { inputs: names.collect(), ..node.clone() }, mapping)
}

/// Adds a check of a value to the model, or makes it at once when all inputs are constants.
pub fn check(
	name: String,
	target: &mut TypedModel,
	kernel: impl kernel::Kernel,
	inputs: &[OutletId],
) -> TractResult<OutletId> {
	let op = kernel::typed(kernel);
	let constants = inputs
		.iter()
		.map(|input| Ok(target.outlet_fact(*input)?.konst.clone()))
		.collect::<TractResult<Option<TVec<_>>>>()?;
	if let Some(constants) = constants {
		let values = constants.into_iter().map(|constant| constant.into_tvalue()).collect();
		let checked = op.eval(&EvalContext::out_of_plan(), values)?;
		let value = checked.into_iter().next().context("a check without a result")?;
		return target.add_const(name, value.into_arc_tensor());
	}
	Ok(target.wire_node(name, op, inputs)?[0])
}
