//! What operators of tract's take for granted about ranks, lengths and values, and ONNX doesn't: they
//! would trap where the model is only wrong.
//!
//! A constant is looked at when the model is loaded. Where a run computes a value that a condition
//! asks for, the run checks it, and ends with an error.

mod axes;
mod grids;
mod recurrent;
mod resize;
mod scan;
mod signals;
mod sizes;
mod slices;
mod windows;

pub use resize::resize;

use super::{guard, kernel, kernel::Kernel};
use tract_onnx::{
	model::ParsingContext,
	pb::NodeProto,
	tract_hir::{
		infer::{DimFact, InferenceFact},
		internal::*,
	},
};

/// What a builder of an operator returns.
type Built = TractResult<(Box<dyn InferenceOp>, Vec<String>)>;
type Builder = fn(&ParsingContext, &NodeProto) -> Built;

/// The operators with a condition, and their builders. `upsample` asks for Resize's.
pub const OPERATORS: &[(&str, Builder)] = &[
	("ArgMax", axes::arg),
	("ArgMin", axes::arg),
	("AveragePool", windows::build),
	("BatchNormalization", axes::channels),
	("BlackmanWindow", signals::window),
	("Concat", axes::concat),
	("Constant", sizes::constant),
	("ConstantOfShape", sizes::constant_of_shape),
	("Conv", windows::build),
	("ConvInteger", windows::build),
	("ConvTranspose", windows::build),
	("CumSum", axes::cumulated),
	("DFT", signals::dft),
	("DepthToSpace", sizes::blocks),
	("Dropout", sizes::dropout),
	("Einsum", sizes::einsum),
	("Elu", sizes::floats),
	("Expand", sizes::expand),
	("EyeLike", sizes::diagonal),
	("Flatten", axes::one),
	("GRU", recurrent::build),
	("Gelu", sizes::floats),
	("GlobalAveragePool", windows::whole),
	("GridSample", grids::sampled),
	("GroupNormalization", axes::normalised),
	("HammingWindow", signals::window),
	("HannWindow", signals::window),
	("HardSigmoid", sizes::floats),
	("HardSwish", sizes::floats),
	("Hardmax", axes::one),
	("InstanceNormalization", axes::normalised),
	("LRN", axes::channels),
	("LSTM", recurrent::build),
	("LayerNormalization", axes::one),
	("LeakyRelu", sizes::floats),
	("LpNormalization", axes::one),
	("MatMul", sizes::matrices),
	("MatMulInteger", sizes::matrices),
	("MaxPool", windows::build),
	("MeanVarianceNormalization", axes::standardised),
	("MelWeightMatrix", signals::mel),
	("Mish", sizes::floats),
	("NonMaxSuppression", sizes::suppressed),
	("NonZero", sizes::elements),
	("Pow", sizes::powers),
	("QLinearConv", windows::build),
	("QLinearMatMul", sizes::matrices),
	("RMSNormalization", axes::one),
	("RNN", recurrent::build),
	("Reshape", sizes::reshape),
	("STFT", signals::stft),
	("Scan", scan::build),
	("Selu", sizes::floats),
	("Shrink", sizes::floats),
	("Slice", slices::slice),
	("Softmax", axes::one),
	("Softsign", sizes::floats),
	("SpaceToDepth", sizes::blocks),
	("Split", axes::split),
	("ThresholdedRelu", sizes::floats),
	("Tile", sizes::tile),
	("TopK", axes::top),
	("Trilu", axes::triangle),
	("Unsqueeze", axes::unsqueeze),
];

/// What is known of an input.
#[derive(Debug, Default)]
pub struct Seen {
	/// Its lengths, as far as they are numbers, once the rank is known.
	pub lengths: Option<TVec<Option<usize>>>,
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

	/// The inputs whose values it looks at, and tract takes from a run.
	fn values(&self) -> TVec<usize> {
		tvec![]
	}

	/// Whether it must hold of shapes that a run computes, too: tract's operator looks at them itself
	/// where it needn't.
	fn holds_in_runs(&self) -> bool {
		true
	}

	/// Refuses what must be known by now: everything is that is known before a run.
	fn complete(&self, _inputs: &[Seen]) -> TractResult<()> {
		Ok(())
	}
}

/// tract's operator behind a condition.
pub fn node(ctx: &ParsingContext, node: &NodeProto, condition: impl Precondition) -> Built {
	guard::node(ctx, node, Checked(Arc::new(condition)))
}

/// The same of an operator that is there already.
fn guarded(op: Box<dyn InferenceOp>, condition: impl Precondition) -> Box<dyn InferenceOp> {
	guard::around(op, Checked(Arc::new(condition)))
}

/// tract's operator behind a check.
pub fn check(
	ctx: &ParsingContext,
	op: &NodeProto,
	check: impl Fn(&[Seen]) -> TractResult<()> + Send + Sync + 'static,
) -> Built {
	check_values(ctx, op, &[], check)
}

/// The same, where the check looks at the values of these inputs, which tract takes from a run.
pub fn check_values(
	ctx: &ParsingContext,
	op: &NodeProto,
	values: &[usize],
	check: impl Fn(&[Seen]) -> TractResult<()> + Send + Sync + 'static,
) -> Built {
	node(ctx, op, Check { check, values: values.into(), runs: true })
}

/// tract's operator behind a check of what is known before a run.
pub fn check_known(
	ctx: &ParsingContext,
	op: &NodeProto,
	check: impl Fn(&[Seen]) -> TractResult<()> + Send + Sync + 'static,
) -> Built {
	node(ctx, op, Check { check, values: tvec![], runs: false })
}

struct Check<F> {
	check: F,
	values: TVec<usize>,
	runs: bool,
}

impl<F> std::fmt::Debug for Check<F> {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		f.write_str("Check")
	}
}

impl<F: Fn(&[Seen]) -> TractResult<()> + Send + Sync + 'static> Precondition for Check<F> {
	fn check(&self, inputs: &[Seen]) -> TractResult<()> {
		(self.check)(inputs)
	}

	fn values(&self) -> TVec<usize> {
		self.values.clone()
	}

	fn holds_in_runs(&self) -> bool {
		self.runs
	}
}

impl Seen {
	/// How many axes it has.
	pub fn rank(&self) -> Option<usize> {
		self.lengths.as_ref().map(|lengths| lengths.len())
	}

	/// Its lengths, when all are numbers.
	pub fn dims(&self) -> Option<TVec<usize>> {
		self.lengths.as_ref()?.iter().copied().collect()
	}

	/// The length of an axis, when there is one and it is a number.
	pub fn length(&self, axis: usize) -> Option<usize> {
		self.lengths.as_ref()?.get(axis).copied().flatten()
	}

	/// Whether it has no elements, as far as is known.
	pub fn is_empty(&self) -> bool {
		self.lengths.as_ref().is_some_and(|lengths| lengths.contains(&Some(0)))
	}

	/// A value.
	fn of(value: Arc<Tensor>) -> Self {
		let lengths = value.shape().iter().map(|dim| Some(*dim)).collect();
		Self { lengths: Some(lengths), dtype: Some(value.datum_type()), value: Some(value) }
	}

	/// The constant's elements as integers; `None` when it isn't known (yet).
	pub fn integers(&self) -> TractResult<Option<Vec<i64>>> {
		self.value.as_ref().map(|value| super::data::integers(value)).transpose()
	}

	/// Refuses what isn't one element: tract takes the first without looking, of none as well.
	pub fn single(&self) -> TractResult<()> {
		let Some(dims) = self.dims() else { return Ok(()) };
		ensure!(dims.iter().all(|dim| *dim == 1), "{dims:?} elements for one");
		Ok(())
	}
}

#[derive(Debug)]
struct Checked(Arc<dyn Precondition>);

impl guard::Guard for Checked {
	fn facts(&self, inputs: &[&InferenceFact]) -> TractResult<()> {
		let length = |dim: &DimFact| dim.concretize().and_then(|dim| dim.to_usize().ok());
		let seen = |fact: &&InferenceFact| Seen {
			lengths: (!fact.shape.is_open()).then(|| fact.shape.dims().map(length).collect()),
			value: fact.value.concretize(),
			dtype: fact.datum_type.concretize(),
		};
		self.0.check(&inputs.iter().map(seen).collect::<Vec<_>>())
	}

	fn values(&self, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
		let seen = |value: &TValue| Seen::of(value.clone().into_arc_tensor());
		self.0.check(&inputs.iter().map(seen).collect::<Vec<_>>())?;
		Ok(inputs)
	}

	fn wire(
		&self,
		name: &str,
		target: &mut TypedModel,
		mut inputs: TVec<OutletId>,
	) -> TractResult<TVec<OutletId>> {
		let mut seen = Vec::new();
		for outlet in &inputs {
			let fact = target.outlet_fact(*outlet)?;
			seen.push(Seen {
				lengths: Some(fact.shape.iter().map(|dim| dim.to_usize().ok()).collect()),
				value: fact.konst.clone(),
				dtype: Some(fact.datum_type),
			});
		}
		self.0.check(&seen)?;
		self.0.complete(&seen)?;
		let values = self.0.values();
		// Dimensions that depend on data have a calculus of their own.
		let computed = |(_, input): &(usize, &Seen)| {
			input.value.is_none() && input.dtype.is_some_and(|dtype| !dtype.is_tdim())
		};
		let mut late = seen.iter().enumerate().filter(computed).filter(|(at, input)| {
			values.contains(at) || (self.0.holds_in_runs() && input.dims().is_none())
		});
		if let Some((passed, _)) = late.next() {
			let constants = seen.iter().map(|input| input.value.clone()).collect();
			let late = Late { condition: Arc::clone(&self.0), constants, passed };
			inputs[passed] = guard::check(format!("{name}.checked"), target, late, &inputs)?;
		}
		Ok(inputs)
	}
}

/// A condition in a run: an input as it is, or an error.
#[derive(Debug)]
struct Late {
	condition: Arc<dyn Precondition>,
	/// Those among the inputs.
	constants: TVec<Option<Arc<Tensor>>>,
	/// The input that is passed on.
	passed: usize,
}

impl Kernel for Late {
	fn name(&self) -> &'static str {
		"Precondition"
	}

	fn outputs(&self, inputs: &[kernel::Input]) -> TractResult<Option<TVec<kernel::Output>>> {
		let passed = inputs.get(self.passed).context("an input is missing")?;
		Ok(Some(tvec![(passed.dtype, passed.shape.clone())]))
	}

	fn eval(&self, inputs: &[&Tensor]) -> TractResult<TVec<Tensor>> {
		let values = self.condition.values();
		let seen = |(at, (input, constant)): (usize, (&&Tensor, &Option<Arc<Tensor>>))| Seen {
			lengths: Some(input.shape().iter().map(|dim| Some(*dim)).collect()),
			// What is looked at is small: lengths, axes, scales.
			value: match constant {
				None if values.contains(&at) => Some(Arc::new((*input).clone())),
				constant => constant.clone(),
			},
			dtype: Some(input.datum_type()),
		};
		let inputs_seen = inputs.iter().zip(&self.constants).enumerate().map(seen);
		self.condition.check(&inputs_seen.collect::<Vec<_>>())?;
		let passed = inputs.get(self.passed).context("an input is missing")?;
		Ok(tvec![(*passed).clone()])
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	/// An input of that shape, a constant when there is a value.
	pub fn seen(dims: &[usize], value: Option<Tensor>) -> Seen {
		Seen {
			dtype: None,
			lengths: Some(dims.iter().map(|dim| Some(*dim)).collect()),
			value: value.map(|value| value.into_arc_tensor()),
		}
	}

	#[test]
	fn operators_are_sorted() {
		assert!(OPERATORS.windows(2).all(|pair| pair[0].0 < pair[1].0));
	}
}
