//! The dtype in which an operator computes, where it isn't that of its inputs.
//!
//! Booleans are computed as 0 and 1 where ONNX has an operator for them and tract (0.23.9) only for numbers.
//!
//! binary16 is computed in binary32 and rounded once, as ONNX Runtime does, where an operator adds, or takes
//! more than one step. tract rounds each step: a sum of squares overflows from 256² on, and since WebAssembly
//! has no arithmetic of binary16, a convolution takes a hundred times the fuel of one in binary32.

use super::{guard, kernel};
use tract_onnx::{
	model::{OnnxOpRegister, ParsingContext},
	pb::NodeProto,
	tract_hir::{
		infer::{InferenceFact, InferenceModel, InferenceNode, InferenceOp},
		internal::*,
		tract_core::ops::cast::cast,
	},
};

/// Operators of booleans.
const BOOLEANS: &[&str] = &["Equal", "ReduceMax", "ReduceMin"];

/// Operators of binary16.
const HALVES: &[&str] = &[
	"Acosh",
	"Asinh",
	"Atanh",
	"AveragePool",
	"BatchNormalization",
	"Conv",
	"ConvTranspose",
	"Einsum",
	"Elu",
	"Erf",
	"GRU",
	"Gelu",
	"Gemm",
	"GlobalAveragePool",
	"GroupNormalization",
	"InstanceNormalization",
	"LRN",
	"LSTM",
	"LogSoftmax",
	"LpNormalization",
	"MatMul",
	"MeanVarianceNormalization",
	"Mish",
	"RNN",
	"ReduceL1",
	"ReduceL2",
	"ReduceLogSum",
	"ReduceMean",
	"ReduceProd",
	"ReduceSum",
	"ReduceSumSquare",
	"Selu",
	"Sigmoid",
	"Softmax",
	"Softsign",
	"Swish",
	"Tanh",
];

/// The dtype in which an operator computes what comes in a dtype; `None` where it is the same.
fn computed_in(operator: &str, dtype: DatumType) -> Option<DatumType> {
	match dtype {
		DatumType::Bool if BOOLEANS.contains(&operator) => Some(DatumType::U8),
		DatumType::F16 if HALVES.contains(&operator) => Some(DatumType::F32),
		_ => None,
	}
}

/// Where the builder of such an operator stands: no operator of a file has such a name.
fn inner(operator: &str) -> String {
	format!("computed.{operator}")
}

/// Puts the operators that are there behind a change of dtype.
pub fn register(operators: &mut OnnxOpRegister) {
	for name in BOOLEANS.iter().chain(HALVES) {
		if let Some(builder) = operators.0.remove(*name) {
			operators.0.insert(inner(name), builder);
			operators.insert(name, build);
		}
	}
}

fn build(
	ctx: &ParsingContext,
	node: &NodeProto,
) -> TractResult<(Box<dyn InferenceOp>, Vec<String>)> {
	let builder = ctx.framework.op_register.0.get(&inner(&node.op_type));
	let (op, closures) = builder.context("an operator without a builder")?(ctx, node)?;
	Ok((Box::new(Computed { op, operator: node.op_type.clone() }), closures))
}

#[derive(Clone, Debug)]
struct Computed {
	op: Box<dyn InferenceOp>,
	/// ONNX's name.
	operator: String,
}

impl PartialEq for Computed {
	/// Equal ones aren't merged.
	fn eq(&self, _: &Self) -> bool {
		false
	}
}

impl Eq for Computed {}

impl Op for Computed {
	fn name(&self) -> StaticName {
		self.op.name()
	}

	not_a_typed_op!();
}

impl EvalOp for Computed {
	// A branch with a constant condition is run before it is wired.
	fn eval(&self, _: &EvalContext, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
		self.eval_out_of_plan(inputs)?.context("an operator that only runs in a plan")
	}

	fn eval_out_of_plan(&self, mut inputs: TVec<TValue>) -> TractResult<Option<TVec<TValue>>> {
		let mut changed = None;
		for input in inputs.iter_mut() {
			let dtype = input.datum_type();
			if let Some(other) = computed_in(&self.operator, dtype) {
				changed = Some((dtype, other));
				*input = input.cast_to_dt(other)?.into_owned().into_tvalue();
			}
		}
		let Some(mut outputs) = self.op.eval_out_of_plan(inputs)? else { return Ok(None) };
		if let Some((dtype, other)) = changed {
			for output in outputs.iter_mut().filter(|output| output.datum_type() == other) {
				*output = output.cast_to_dt(dtype)?.into_owned().into_tvalue();
			}
		}
		Ok(Some(outputs))
	}
}

impl InferenceOp for Computed {
	fn infer_facts(
		&mut self,
		inputs: TVec<&InferenceFact>,
		outputs: TVec<&InferenceFact>,
		observed: TVec<&InferenceFact>,
	) -> TractResult<(TVec<InferenceFact>, TVec<InferenceFact>, TVec<InferenceFact>)> {
		self.op.infer_facts(inputs, outputs, observed)
	}

	fn nboutputs(&self) -> TractResult<usize> {
		self.op.nboutputs()
	}

	fn to_typed(
		&self,
		source: &InferenceModel,
		node: &InferenceNode,
		target: &mut TypedModel,
		mapping: &HashMap<OutletId, OutletId>,
	) -> TractResult<TVec<OutletId>> {
		let mut changed = None;
		let mut inputs = kernel::outlets(node, mapping)?;
		for (slot, outlet) in inputs.iter_mut().enumerate() {
			let dtype = target.outlet_fact(*outlet)?.datum_type;
			if let Some(other) = computed_in(&self.operator, dtype) {
				changed = Some((dtype, other));
				let name = format!("{}.computed-{slot}", node.name);
				*outlet = target.wire_node(name, cast(other), &[*outlet])?[0];
			}
		}
		let Some((dtype, other)) = changed else {
			return self.op.to_typed(source, node, target, mapping);
		};
		let (mut inner, mapping) = guard::with_inputs(node, inputs);
		inner.name = format!("{}.computed", node.name);
		// What analysis says of the node doesn't hold of what is computed.
		for output in &mut inner.outputs {
			output.fact = InferenceFact::default();
		}
		let mut outputs = self.op.to_typed(source, &inner, target, &mapping)?;
		for (slot, output) in outputs.iter_mut().enumerate() {
			if target.outlet_fact(*output)?.datum_type == other {
				let name = match slot {
					0 => node.name.clone(),
					_ => format!("{}.output-{slot}", node.name),
				};
				*output = target.wire_node(name, cast(dtype), &[*output])?[0];
			}
		}
		Ok(outputs)
	}

	as_op!();
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn operators_are_sorted() {
		assert!(BOOLEANS.is_sorted() && HALVES.is_sorted());
	}
}
