//! `Imputer`: another value in place of one that stands for "missing".

use super::{
	attributes,
	op::{built, wrong, Built, Fact, Kernel},
	rows,
};
use tract_onnx::{model::ParsingContext, pb::NodeProto, tract_hir::internal::*};

/// A value to replace, and what replaces it: one for all features, or one for each.
enum Imputer {
	Floats { missing: f32, values: Vec<f32> },
	Ints { missing: i64, values: Vec<i64> },
}

/// Makes the operator of a node.
pub fn build(_: &ParsingContext, node: &NodeProto) -> Built {
	let floats = attributes::floats(node, "imputed_value_floats")?.to_vec();
	let ints = attributes::ints(node, "imputed_value_int64s")?.to_vec();
	match (floats.is_empty(), ints.is_empty()) {
		(false, true) => {
			let missing = node.get_attr_opt("replaced_value_float")?.unwrap_or(0.0);
			built(Imputer::Floats { missing, values: floats })
		},
		(true, false) => {
			let missing = attributes::int(node, "replaced_value_int64", 0)?;
			built(Imputer::Ints { missing, values: ints })
		},
		_ => wrong(node, "imputed_value_floats", "or imputed_value_int64s, one of them is needed"),
	}
}

impl Kernel for Imputer {
	fn name(&self) -> &'static str {
		"Imputer"
	}

	fn facts(&self, inputs: &[Fact]) -> TractResult<TVec<Fact>> {
		let input = rows::only(inputs)?;
		let (dtype, values) = match self {
			Imputer::Floats { values, .. } => (DatumType::F32, values.len()),
			Imputer::Ints { values, .. } => (DatumType::I64, values.len()),
		};
		rows::dtype(input, &[dtype])?;
		let (_, features) = rows::rows(input)?;
		ensure!(values == 1 || values == features, "{values} values for {features} features");
		Ok(tvec!(input.clone()))
	}

	fn run(&self, inputs: &[TValue]) -> TractResult<TVec<Tensor>> {
		let mut output = rows::only(inputs)?.clone().into_tensor();
		let mut view = output.try_as_plain_ram_mut()?;
		match self {
			Imputer::Floats { missing, values } => {
				let pairs = view.as_slice_mut::<f32>()?.iter_mut().zip(values.iter().cycle());
				for (x, value) in pairs {
					if x == missing || (x.is_nan() && missing.is_nan()) {
						*x = *value;
					}
				}
			},
			Imputer::Ints { missing, values } => {
				let pairs = view.as_slice_mut::<i64>()?.iter_mut().zip(values.iter().cycle());
				for (x, value) in pairs {
					if x == missing {
						*x = *value;
					}
				}
			},
		}
		Ok(tvec!(output))
	}
}
