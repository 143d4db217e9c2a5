//! Cast and CastLike.
//!
//! tract's (0.23.9) turn every number that becomes a 64-bit integer into a dimension, by way of 32
//! bits. Here only dimensions stay dimensions.

use tract_onnx::{
	model::ParsingContext,
	pb::NodeProto,
	tract_hir::{internal::*, tract_core::ops::cast::cast},
};

#[derive(Clone, Debug)]
struct Cast {
	/// The dtype; CastLike takes its second input's.
	to: Option<DatumType>,
}

pub fn build(
	_: &ParsingContext,
	node: &NodeProto,
) -> TractResult<(Box<dyn InferenceOp>, Vec<String>)> {
	let to = match node.op_type.as_str() {
		"CastLike" => None,
		_ => Some(node.get_attr("to")?),
	};
	Ok((expand(Cast { to }), vec![]))
}

/// The type for a dtype that a file asks for.
fn target(from: DatumType, to: DatumType) -> DatumType {
	match to {
		DatumType::I64 | DatumType::TDim if from.is_tdim() => DatumType::TDim,
		DatumType::TDim => DatumType::I64,
		_ => to,
	}
}

impl Expansion for Cast {
	fn name(&self) -> StaticName {
		"Cast".into()
	}

	fn rules<'r, 'p: 'r, 's: 'r>(
		&'s self,
		s: &mut Solver<'r>,
		inputs: &'p [TensorProxy],
		outputs: &'p [TensorProxy],
	) -> InferenceResult {
		check_input_arity(inputs, if self.to.is_some() { 1 } else { 2 })?;
		check_output_arity(outputs, 1)?;
		s.equals(&outputs[0].shape, &inputs[0].shape)?;
		match self.to {
			Some(to) => s.given(&inputs[0].datum_type, move |s, from| {
				s.equals(&outputs[0].datum_type, target(from, to))
			}),
			None => s.given_2(&inputs[0].datum_type, &inputs[1].datum_type, move |s, from, to| {
				s.equals(&outputs[0].datum_type, target(from, to))
			}),
		}
	}

	fn wire(
		&self,
		name: &str,
		model: &mut TypedModel,
		inputs: &[OutletId],
	) -> TractResult<TVec<OutletId>> {
		let from = model.outlet_fact(inputs[0])?.datum_type;
		let to = match self.to {
			Some(to) => to,
			None => model.outlet_fact(inputs[1])?.datum_type,
		};
		let to = target(from, to);
		let mut outlet = inputs[0];
		// tract casts dimensions to numbers only.
		if from.is_tdim() && to == DatumType::Bool {
			outlet = model.wire_node(format!("{name}.number"), cast(DatumType::I64), &[outlet])?[0];
		}
		model.wire_node(name, cast(to), &[outlet])
	}
}
