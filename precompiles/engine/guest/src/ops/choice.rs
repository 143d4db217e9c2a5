//! Operators of which tract has a part: tract's where it does what ONNX says, ours where it doesn't.

use super::{guard, kernel, kernel::Kernel};
use tract_onnx::{
	model::ParsingContext,
	pb::NodeProto,
	tract_hir::{
		infer::{InferenceFact, InferenceModel, InferenceNode, InferenceOp},
		internal::*,
	},
};

/// An operator of ours with a part that tract has.
pub trait Alternative: Kernel {
	/// Whether tract's operator does the same, with everything known that is known before a run.
	fn is_tracts(&self, facts: &[TypedFact]) -> TractResult<bool>;
}

#[derive(Clone, Debug)]
struct Choice {
	own: kernel::Custom,
	kernel: Arc<dyn Alternative>,
	/// tract's.
	original: Box<dyn InferenceOp>,
}

/// Our operator and tract's.
pub fn node(
	ctx: &ParsingContext,
	node: &NodeProto,
	kernel: impl Alternative,
) -> TractResult<(Box<dyn InferenceOp>, Vec<String>)> {
	let (original, closures) = guard::build_original(ctx, node)?;
	let kernel = Arc::new(kernel);
	Ok((Box::new(Choice { own: kernel::shared(kernel.clone()), kernel, original }), closures))
}

impl PartialEq for Choice {
	fn eq(&self, other: &Self) -> bool {
		self.own == other.own
	}
}

impl Eq for Choice {}

impl Op for Choice {
	fn name(&self) -> StaticName {
		self.own.name()
	}

	not_a_typed_op!();
}

impl EvalOp for Choice {
	// A branch with a constant condition is run before it is wired.
	fn eval(&self, _: &EvalContext, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
		self.eval_out_of_plan(inputs)?.context("an operator that only runs in a plan")
	}

	fn eval_out_of_plan(&self, inputs: TVec<TValue>) -> TractResult<Option<TVec<TValue>>> {
		let facts = inputs
			.iter()
			.map(|value| TypedFact::try_from(value.clone().into_arc_tensor()))
			.collect::<TractResult<Vec<_>>>()?;
		match self.kernel.is_tracts(&facts)? {
			true => self.original.eval_out_of_plan(inputs),
			false => self.own.eval_out_of_plan(inputs),
		}
	}
}

impl InferenceOp for Choice {
	fn infer_facts(
		&mut self,
		inputs: TVec<&InferenceFact>,
		outputs: TVec<&InferenceFact>,
		observed: TVec<&InferenceFact>,
	) -> TractResult<(TVec<InferenceFact>, TVec<InferenceFact>, TVec<InferenceFact>)> {
		self.own.infer_facts(inputs, outputs, observed)
	}

	fn nboutputs(&self) -> TractResult<usize> {
		self.own.nboutputs()
	}

	fn to_typed(
		&self,
		source: &InferenceModel,
		node: &InferenceNode,
		target: &mut TypedModel,
		mapping: &HashMap<OutletId, OutletId>,
	) -> TractResult<TVec<OutletId>> {
		let facts = kernel::outlets(node, mapping)?
			.into_iter()
			.map(|outlet| target.outlet_fact(outlet).cloned())
			.collect::<TractResult<Vec<_>>>()?;
		match self.kernel.is_tracts(&facts)? {
			true => self.original.to_typed(source, node, target, mapping),
			false => self.own.to_typed(source, node, target, mapping),
		}
	}

	as_op!();
}
