//! The form in which operators of ours stand in tract's models: one type for all of them, so that
//! the blob holds tract's side of it once.

use std::sync::Arc;
use tract_onnx::tract_hir::{
	infer::{Factoid, InferenceFact, InferenceModel, InferenceNode, InferenceOp},
	internal::*,
	tract_core::ops::cast::cast,
};

/// Dtype and shape of an output.
pub type Output = (DatumType, TVec<TDim>);

/// What is known of an input before a run.
pub struct Input<'a> {
	/// Its dtype. tract's dimension type shows as the 64-bit integer that it stands for.
	pub dtype: DatumType,
	/// Its shape.
	pub shape: TVec<TDim>,
	/// Its value, when it is a constant.
	value: Option<&'a Tensor>,
}

impl<'a> Input<'a> {
	/// What an analysed model knows.
	pub fn of(fact: &'a TypedFact) -> Self {
		let (dtype, shape) = (shown(fact.datum_type), fact.shape.to_tvec());
		Self { dtype, shape, value: fact.konst.as_deref() }
	}

	/// The shape in numbers. One that depends on data is refused.
	pub fn dims(&self) -> TractResult<TVec<usize>> {
		self.shape.iter().map(|dim| dim.to_usize().context("the shape depends on data")).collect()
	}

	/// The constant's elements as integers; `None` when it isn't known (yet).
	pub fn integers(&self) -> TractResult<Option<Vec<i64>>> {
		let Some(value) = self.value else { return Ok(None) };
		let value = value.cast_to::<i64>()?;
		Ok(Some(value.try_as_plain_ram()?.as_slice::<i64>()?.to_vec()))
	}

	/// The constant's elements in binary64; `None` when it isn't known (yet).
	pub fn numbers(&self) -> TractResult<Option<Vec<f64>>> {
		self.value.map(super::data::numbers).transpose()
	}

	/// The constant's elements in binary32; `None` when it isn't known (yet).
	pub fn floats(&self) -> TractResult<Option<Vec<f32>>> {
		let Some(value) = self.value else { return Ok(None) };
		let value = value.cast_to::<f32>()?;
		Ok(Some(value.try_as_plain_ram()?.as_slice::<f32>()?.to_vec()))
	}
}

/// An operator: what ONNX says about dtypes and shapes, and the calculation.
pub trait Kernel: std::fmt::Debug + Send + Sync + 'static {
	/// ONNX's name.
	fn name(&self) -> &'static str;

	/// How many outputs the node has.
	fn count(&self) -> usize {
		1
	}

	/// Whether a run gives a symbol of an output's shape its value.
	fn mints(&self) -> bool {
		false
	}

	/// Checks the inputs and gives dtypes and shapes of the outputs; `None` while an input that
	/// must be a constant isn't known.
	fn outputs(&self, inputs: &[Input]) -> TractResult<Option<TVec<Output>>>;

	/// Computes the outputs. The inputs have dtypes that [`Kernel::outputs`] accepted, and shapes
	/// too, as far as they were numbers.
	fn eval(&self, inputs: &[&Tensor]) -> TractResult<TVec<Tensor>>;
}

/// A node of tract's models, before and after analysis.
#[derive(Clone, Debug)]
pub struct Custom(Arc<dyn Kernel>);

/// The node of a kernel, as builders of operators return it.
pub fn node(kernel: impl Kernel) -> TractResult<(Box<dyn InferenceOp>, Vec<String>)> {
	Ok((Box::new(Custom(Arc::new(kernel))), vec![]))
}

/// A kernel as an operator that can be wired into an analysed model.
pub fn typed(kernel: impl Kernel) -> Custom {
	Custom(Arc::new(kernel))
}

/// The same of a kernel that is shared.
pub fn shared(kernel: Arc<dyn Kernel>) -> Custom {
	Custom(kernel)
}

/// The inputs of a node in the analysed model.
pub fn outlets(
	node: &InferenceNode,
	mapping: &HashMap<OutletId, OutletId>,
) -> TractResult<TVec<OutletId>> {
	let outlet = |input| mapping.get(input).copied().context("an input without a producer");
	node.inputs.iter().map(outlet).collect()
}

fn shown(dtype: DatumType) -> DatumType {
	if dtype == DatumType::TDim {
		DatumType::I64
	} else {
		dtype.unquantized()
	}
}

impl PartialEq for Custom {
	/// The same node. Equal ones aren't merged.
	fn eq(&self, other: &Self) -> bool {
		Arc::ptr_eq(&self.0, &other.0)
	}
}

impl Eq for Custom {}

impl Op for Custom {
	fn name(&self) -> StaticName {
		self.0.name().into()
	}

	fn mints_runtime_symbols(&self) -> bool {
		self.0.mints()
	}

	op_as_typed_op!();
}

impl EvalOp for Custom {
	op_out_of_plan!();

	fn eval(&self, context: &EvalContext, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
		let inputs = inputs
			.into_iter()
			.map(|value| cast(shown(value.datum_type())).eval(context, tvec![value]))
			.collect::<TractResult<Vec<_>>>()?;
		let inputs: Vec<&Tensor> = inputs.iter().flatten().map(|value| &**value).collect();
		Ok(self.0.eval(&inputs)?.into_iter().map(|output| output.into_tvalue()).collect())
	}
}

impl TypedOp for Custom {
	fn output_facts(&self, inputs: &[&TypedFact]) -> TractResult<TVec<TypedFact>> {
		let inputs: Vec<Input> = inputs.iter().map(|fact| Input::of(fact)).collect();
		let outputs = self.0.outputs(&inputs)?;
		let outputs = outputs.context("an input that must be a constant isn't")?;
		Ok(outputs.into_iter().map(|(dtype, shape)| dtype.fact(shape)).collect())
	}

	as_op!();
}

impl InferenceOp for Custom {
	fn infer_facts(
		&mut self,
		inputs: TVec<&InferenceFact>,
		outputs: TVec<&InferenceFact>,
		observed: TVec<&InferenceFact>,
	) -> TractResult<(TVec<InferenceFact>, TVec<InferenceFact>, TVec<InferenceFact>)> {
		let owned = |facts: TVec<&InferenceFact>| facts.into_iter().cloned().collect::<TVec<_>>();
		let values: Vec<_> = inputs.iter().map(|fact| fact.value.concretize()).collect();
		let known: Option<Vec<Input>> = inputs
			.iter()
			.zip(&values)
			.map(|(fact, value)| {
				Some(Input {
					dtype: shown(fact.datum_type.concretize()?),
					shape: fact.shape.concretize()?,
					value: value.as_deref(),
				})
			})
			.collect();
		let mut outputs = owned(outputs);
		if outputs.iter().all(|fact| fact.value.is_concrete()) {
			// Computed from constants before: a symbol in a shape has a number by now.
			return Ok((owned(inputs), outputs, owned(observed)));
		}
		if let Some(computed) = known.map(|known| self.0.outputs(&known)).transpose()?.flatten() {
			ensure!(computed.len() == outputs.len(), "the node has {} outputs", outputs.len());
			for (fact, (dtype, shape)) in outputs.iter_mut().zip(computed) {
				fact.unify_with(&InferenceFact::dt_shape(dtype, shape))?;
			}
		}
		Ok((owned(inputs), outputs, owned(observed)))
	}

	fn nboutputs(&self) -> TractResult<usize> {
		Ok(self.0.count())
	}

	fn to_typed(
		&self,
		_: &InferenceModel,
		node: &InferenceNode,
		target: &mut TypedModel,
		mapping: &HashMap<OutletId, OutletId>,
	) -> TractResult<TVec<OutletId>> {
		let mut inputs = outlets(node, mapping)?;
		for (index, outlet) in inputs.iter_mut().enumerate() {
			if target.outlet_fact(*outlet)?.datum_type == DatumType::TDim {
				let name = format!("{}.integers-{index}", node.name);
				*outlet = target.wire_node(name, cast(DatumType::I64), &[*outlet])?[0];
			}
		}
		// Constants at once: tract leaves what grows beyond a few megabytes to every run.
		let constants = inputs
			.iter()
			.map(|outlet| Ok(target.outlet_fact(*outlet)?.konst.clone()))
			.collect::<TractResult<Option<TVec<_>>>>()?;
		if let Some(constants) = constants {
			let values = constants.into_iter().map(|constant| constant.into_tvalue()).collect();
			let outputs = self.eval(&EvalContext::out_of_plan(), values)?;
			return outputs
				.into_iter()
				.enumerate()
				.map(|(index, value)| {
					target.add_const(format!("{}.{index}", node.name), value.into_arc_tensor())
				})
				.collect();
		}
		target.wire_node(&node.name, self.clone(), &inputs)
	}

	as_op!();
}
