//! What operators of tract's take for granted about ranks, lengths and constants, and ONNX doesn't:
//! they would trap where the model is only wrong. The values that a run computes aren't looked at.

mod axes;
mod resize;
mod sizes;
mod windows;

pub use resize::resize;

use super::guard;
use tract_onnx::{
	model::ParsingContext,
	pb::NodeProto,
	tract_hir::{infer::InferenceFact, internal::*},
};

/// What a builder of an operator returns.
type Built = TractResult<(Box<dyn InferenceOp>, Vec<String>)>;
type Builder = fn(&ParsingContext, &NodeProto) -> Built;

/// The operators with a condition, and their builders. `upsample` asks for Resize's.
pub const OPERATORS: &[(&str, Builder)] = &[
	("ArgMax", axes::arg),
	("ArgMin", axes::arg),
	("AveragePool", windows::build),
	("BlackmanWindow", sizes::window),
	("Concat", axes::concat),
	("ConstantOfShape", sizes::constant_of_shape),
	("Conv", windows::build),
	("ConvInteger", windows::build),
	("ConvTranspose", windows::build),
	("CumSum", axes::cumulated),
	("Expand", sizes::expand),
	("Flatten", axes::one),
	("HammingWindow", sizes::window),
	("HannWindow", sizes::window),
	("Hardmax", axes::one),
	("LRN", axes::channels),
	("LayerNormalization", axes::one),
	("LpNormalization", axes::one),
	("MatMul", sizes::matrices),
	("MatMulInteger", sizes::matrices),
	("MaxPool", windows::build),
	("MelWeightMatrix", sizes::mel),
	("Pow", sizes::powers),
	("QLinearConv", windows::build),
	("QLinearMatMul", sizes::matrices),
	("RMSNormalization", axes::one),
	("Range", sizes::range),
	("ReduceL1", axes::reduce),
	("ReduceL2", axes::reduce),
	("ReduceLogSum", axes::reduce),
	("ReduceLogSumExp", axes::reduce),
	("ReduceMax", axes::reduce),
	("ReduceMean", axes::reduce),
	("ReduceMin", axes::reduce),
	("ReduceProd", axes::reduce),
	("ReduceSum", axes::reduce),
	("ReduceSumSquare", axes::reduce),
	("Reshape", sizes::reshape),
	("Slice", sizes::slice),
	("Softmax", axes::one),
	("Split", axes::split),
	("Squeeze", axes::squeeze),
	("Tile", sizes::tile),
	("TopK", axes::one),
	("Trilu", axes::triangle),
	("Unsqueeze", axes::unsqueeze),
];

/// What is known of an input.
#[derive(Debug, Default)]
pub struct Seen {
	/// How many axes it has.
	pub rank: Option<usize>,
	/// Its lengths, when all are numbers.
	pub dims: Option<TVec<usize>>,
	/// Its value, when it is a constant.
	pub value: Option<Arc<Tensor>>,
	/// Its dtype.
	pub dtype: Option<DatumType>,
}

/// A condition on the inputs of an operator. What isn't known yet passes: it is asked again, for the
/// last time with everything that is known before a run.
pub trait Precondition: std::fmt::Debug + Send + Sync + 'static {
	/// Refuses what tract must not see.
	fn check(&self, inputs: &[Seen]) -> TractResult<()>;

	/// As [`guard::Guard::booleans`].
	fn booleans(&self) -> bool {
		false
	}
}

/// tract's operator behind a condition.
pub fn node(ctx: &ParsingContext, node: &NodeProto, condition: impl Precondition) -> Built {
	guard::node(ctx, node, Checked(condition))
}

/// tract's operator behind a check.
pub fn check(
	ctx: &ParsingContext,
	op: &NodeProto,
	check: impl Fn(&[Seen]) -> TractResult<()> + Send + Sync + 'static,
) -> Built {
	node(ctx, op, Check(check))
}

struct Check<F>(F);

impl<F> std::fmt::Debug for Check<F> {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		f.write_str("Check")
	}
}

impl<F: Fn(&[Seen]) -> TractResult<()> + Send + Sync + 'static> Precondition for Check<F> {
	fn check(&self, inputs: &[Seen]) -> TractResult<()> {
		(self.0)(inputs)
	}
}

impl Seen {
	/// The constant's elements as integers; `None` when it isn't known (yet).
	pub fn integers(&self) -> TractResult<Option<Vec<i64>>> {
		self.value.as_ref().map(|value| super::data::integers(value)).transpose()
	}
}

#[derive(Debug)]
struct Checked<P>(P);

impl<P: Precondition> guard::Guard for Checked<P> {
	fn booleans(&self) -> bool {
		self.0.booleans()
	}

	fn facts(&self, inputs: &[&InferenceFact]) -> TractResult<()> {
		let seen = |fact: &&InferenceFact| Seen {
			rank: fact.shape.rank().concretize().and_then(|rank| usize::try_from(rank).ok()),
			dims: fact.shape.concretize().and_then(|shape| numbers(&shape)),
			value: fact.value.concretize(),
			dtype: fact.datum_type.concretize(),
		};
		self.0.check(&inputs.iter().map(seen).collect::<Vec<_>>())
	}

	fn values(&self, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
		let seen = |value: &TValue| Seen {
			rank: Some(value.rank()),
			dims: Some(value.shape().into()),
			value: Some(value.clone().into_arc_tensor()),
			dtype: Some(value.datum_type()),
		};
		self.0.check(&inputs.iter().map(seen).collect::<Vec<_>>())?;
		Ok(inputs)
	}

	fn wire(
		&self,
		_: &str,
		target: &mut TypedModel,
		inputs: TVec<OutletId>,
	) -> TractResult<TVec<OutletId>> {
		let seen = |outlet: &OutletId| {
			let fact = target.outlet_fact(*outlet)?;
			Ok(Seen {
				rank: Some(fact.rank()),
				dims: numbers(&fact.shape.to_tvec()),
				value: fact.konst.clone(),
				dtype: Some(fact.datum_type),
			})
		};
		self.0.check(&inputs.iter().map(seen).collect::<TractResult<Vec<_>>>()?)?;
		Ok(inputs)
	}
}

fn numbers(shape: &[TDim]) -> Option<TVec<usize>> {
	shape.iter().map(|dim| dim.to_usize().ok()).collect()
}

#[cfg(test)]
mod tests {
	use super::*;

	/// An input of that shape, a constant when there is a value.
	pub fn seen(dims: &[usize], value: Option<Tensor>) -> Seen {
		Seen {
			dtype: None,
			rank: Some(dims.len()),
			dims: Some(dims.into()),
			value: value.map(|value| value.into_arc_tensor()),
		}
	}

	#[test]
	fn operators_are_sorted() {
		assert!(OPERATORS.windows(2).all(|pair| pair[0].0 < pair[1].0));
	}
}
