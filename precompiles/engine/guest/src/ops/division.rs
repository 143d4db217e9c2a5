//! Integer division: a divisor of zero is an error of the run. ONNX leaves its result open; tract
//! would trap.

use super::{data, guard, kernel, kernel::Kernel};
use tract_onnx::{model::ParsingContext, pb::NodeProto, tract_hir::internal::*};

/// Div and Mod.
pub fn build(
	ctx: &ParsingContext,
	node: &NodeProto,
) -> TractResult<(Box<dyn InferenceOp>, Vec<String>)> {
	guard::node(ctx, node, Divisor)
}

#[derive(Debug)]
struct Divisor;

impl guard::Guard for Divisor {
	fn values(&self, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
		if let Some(divisor) = inputs.get(1) {
			check(divisor)?;
		}
		Ok(inputs)
	}

	fn wire(
		&self,
		name: &str,
		target: &mut TypedModel,
		mut inputs: TVec<OutletId>,
	) -> TractResult<TVec<OutletId>> {
		let [_, divisor] = &mut inputs[..] else { bail!("expects 2 inputs") };
		let fact = target.outlet_fact(*divisor)?;
		if let Some(value) = &fact.konst {
			check(value)?;
		} else if fact.datum_type.is_tdim() {
			bail!("a division by dimensions that depend on data");
		} else if fact.datum_type.is_integer() {
			let name = format!("{name}.divisor");
			*divisor = guard::check(name, target, NonZero, &[*divisor])?;
		}
		Ok(inputs)
	}
}

fn check(divisor: &Tensor) -> TractResult<()> {
	if divisor.datum_type().is_tdim() {
		let view = divisor.try_as_plain_ram()?;
		ensure!(view.as_slice::<TDim>()?.iter().all(|dim| *dim != 0.to_dim()), "division by zero");
	} else if divisor.datum_type().is_integer() {
		let size = divisor.datum_type().size_of();
		let mut elements = data::bytes(divisor)?.chunks_exact(size);
		ensure!(!elements.any(|bytes| bytes.iter().all(|byte| *byte == 0)), "division by zero");
	}
	Ok(())
}

/// A divisor as it is, or an error.
#[derive(Debug)]
struct NonZero;

impl Kernel for NonZero {
	fn name(&self) -> &'static str {
		"NonZeroDivisor"
	}

	fn outputs(&self, inputs: &[kernel::Input]) -> TractResult<Option<TVec<kernel::Output>>> {
		let [divisor] = inputs else { bail!("expects 1 input") };
		Ok(Some(tvec![(divisor.dtype, divisor.shape.clone())]))
	}

	fn eval(&self, inputs: &[&Tensor]) -> TractResult<TVec<Tensor>> {
		let [divisor] = inputs else { bail!("expects 1 input") };
		check(divisor)?;
		Ok(tvec![(*divisor).clone()])
	}
}
