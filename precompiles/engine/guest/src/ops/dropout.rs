//! Dropout before opset 10 with its second output. tract's (0.23.9) is of booleans, as ONNX's is from opset
//! 10 on; before, it has the dtype of the input.

use tract_onnx::tract_hir::{internal::*, tract_core::ops::array::MultiBroadcastTo};

/// Dropout with its second output.
pub fn masked() -> Box<dyn InferenceOp> {
	expand(Masked)
}

/// Nothing is dropped: the input, and ones.
#[derive(Clone, Debug)]
struct Masked;

impl Expansion for Masked {
	fn name(&self) -> StaticName {
		"Dropout".into()
	}

	fn nboutputs(&self) -> TractResult<usize> {
		Ok(2)
	}

	fn rules<'r, 'p: 'r, 's: 'r>(
		&'s self,
		s: &mut Solver<'r>,
		inputs: &'p [TensorProxy],
		outputs: &'p [TensorProxy],
	) -> InferenceResult {
		check_input_arity(inputs, 1)?;
		check_output_arity(outputs, 2)?;
		for output in outputs {
			s.equals(&output.datum_type, &inputs[0].datum_type)?;
			s.equals(&output.shape, &inputs[0].shape)?;
		}
		Ok(())
	}

	fn wire(
		&self,
		name: &str,
		model: &mut TypedModel,
		inputs: &[OutletId],
	) -> TractResult<TVec<OutletId>> {
		let [x] = inputs else { bail!("expects 1 input") };
		let fact = model.outlet_fact(*x)?.clone();
		let one = tensor0(1f32).cast_to_dt(fact.datum_type)?.into_owned();
		let one = model.add_const(format!("{name}.one"), one)?;
		let mask = MultiBroadcastTo::new(fact.shape);
		let mask = model.wire_node(format!("{name}.mask"), mask, &[one])?;
		Ok(tvec![*x, mask[0]])
	}
}
