//! How tract sees an operator of ours: one type for all of them, so that the blob holds tract's
//! traits once.

use std::{fmt, sync::Arc};
use tract_onnx::{pb::NodeProto, tract_core::ops::cast::cast, tract_hir::internal::*};

/// Dtype and shape of an input or output.
#[derive(Clone, Debug)]
pub struct Fact {
	/// Its dtype; never tract's own dimension type, which stands for `int64`.
	pub dtype: DatumType,
	/// Its dimensions, outermost first.
	pub shape: TVec<TDim>,
}

impl Fact {
	/// A fact.
	pub fn new(dtype: DatumType, shape: impl IntoIterator<Item = TDim>) -> Self {
		Self { dtype, shape: shape.into_iter().collect() }
	}
}

/// What an operator does. Its attributes were checked when it was made.
pub trait Kernel: Send + Sync + 'static {
	/// ONNX's name.
	fn name(&self) -> &'static str;

	/// How many inputs a node must have.
	fn inputs(&self) -> usize {
		1
	}

	/// How many outputs a node must have.
	fn outputs(&self) -> usize {
		1
	}

	/// Checks the inputs, as many as [`Kernel::inputs`] says, and gives the outputs.
	fn facts(&self, inputs: &[Fact]) -> TractResult<TVec<Fact>>;

	/// Runs on inputs that [`Kernel::facts`] accepted.
	fn run(&self, inputs: &[TValue]) -> TractResult<TVec<Tensor>>;
}

/// What tract calls to make an operator of a node; it takes no values from graphs around.
pub type Built = TractResult<(Box<dyn InferenceOp>, Vec<String>)>;

/// An operator for tract.
pub fn built(kernel: impl Kernel) -> Built {
	Ok((expand(MlOp(Arc::new(kernel))), Vec::new()))
}

/// A failure that names the node's attribute.
pub fn wrong<T>(node: &NodeProto, attribute: &str, why: &str) -> TractResult<T> {
	bail!("{}: attribute {attribute}: {why}", crate::graph::node_name(node))
}

/// An operator of ours.
#[derive(Clone)]
struct MlOp(Arc<dyn Kernel>);

impl fmt::Debug for MlOp {
	/// The name alone: weights would fill every message.
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(self.0.name())
	}
}

impl PartialEq for MlOp {
	/// One node's operator; another node's is never taken for it.
	fn eq(&self, other: &Self) -> bool {
		Arc::ptr_eq(&self.0, &other.0)
	}
}

impl Eq for MlOp {}

impl MlOp {
	fn facts(&self, inputs: impl Iterator<Item = Fact>) -> TractResult<TVec<Fact>> {
		let inputs: TVec<Fact> = inputs
			.map(|fact| match fact.dtype {
				DatumType::TDim => Fact { dtype: DatumType::I64, ..fact },
				_ => fact,
			})
			.collect();
		ensure!(inputs.len() == self.0.inputs(), "{}: number of inputs", self.0.name());
		self.0.facts(&inputs)
	}
}

impl Expansion for MlOp {
	fn name(&self) -> StaticName {
		self.0.name().into()
	}

	fn nboutputs(&self) -> TractResult<usize> {
		Ok(self.0.outputs())
	}

	fn rules<'r, 'p: 'r, 's: 'r>(
		&'s self,
		solver: &mut Solver<'r>,
		inputs: &'p [TensorProxy],
		outputs: &'p [TensorProxy],
	) -> InferenceResult {
		check_input_arity(inputs, self.0.inputs())?;
		check_output_arity(outputs, self.0.outputs())?;
		solver.given_all(inputs.iter().map(|input| &input.datum_type), move |solver, dtypes| {
			solver.given_all(inputs.iter().map(|input| &input.shape), move |solver, shapes| {
				let inputs = dtypes.iter().zip(shapes);
				let inputs = inputs.map(|(dtype, shape)| Fact { dtype: *dtype, shape });
				for (output, fact) in outputs.iter().zip(self.facts(inputs)?) {
					solver.equals(&output.datum_type, fact.dtype)?;
					solver.equals(&output.shape, fact.shape)?;
				}
				Ok(())
			})
		})
	}

	fn wire(
		&self,
		prefix: &str,
		model: &mut TypedModel,
		inputs: &[OutletId],
	) -> TractResult<TVec<OutletId>> {
		let mut plain = TVec::new();
		for (index, input) in inputs.iter().enumerate() {
			plain.push(if model.outlet_fact(*input)?.datum_type == DatumType::TDim {
				let name = format!("{prefix}.input-{index}");
				let ints = model.wire_node(name, cast(DatumType::I64), &[*input])?;
				*ints.first().context("a cast has one output")?
			} else {
				*input
			});
		}
		model.wire_node(prefix, self.clone(), &plain)
	}
}

impl Op for MlOp {
	fn name(&self) -> StaticName {
		self.0.name().into()
	}

	op_as_typed_op!();
}

impl EvalOp for MlOp {
	op_out_of_plan!();

	fn eval(&self, _: &EvalContext, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
		// Analysis knew the shapes, or a dimension's name only; what runs is checked again.
		let facts = inputs.iter().map(|input| {
			Fact::new(input.datum_type(), input.shape().iter().map(|dim| dim.to_dim()))
		});
		self.facts(facts)?;
		Ok(self.0.run(&inputs)?.into_iter().map(IntoTValue::into_tvalue).collect())
	}
}

impl TypedOp for MlOp {
	fn output_facts(&self, inputs: &[&TypedFact]) -> TractResult<TVec<TypedFact>> {
		let inputs =
			inputs.iter().map(|fact| Fact::new(fact.datum_type, fact.shape.iter().cloned()));
		let facts = self.facts(inputs)?;
		Ok(facts.iter().map(|fact| fact.dtype.fact(&*fact.shape)).collect())
	}

	as_op!();
}
