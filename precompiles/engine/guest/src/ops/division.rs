//! Integer division: a divisor of zero is an error of the run. ONNX leaves its result open; tract
//! would trap.
//!
//! And Mod of a dividend smaller than the divisor: tract (0.23.9) takes the remainder for commutative, and
//! would divide the larger by the smaller. It gets a dividend of the result's shape.

use super::{data, guard, kernel, kernel::Kernel};
use tract_onnx::{
	model::ParsingContext,
	pb::NodeProto,
	tract_hir::{internal::*, tract_core::broadcast::multi_broadcast},
};

/// Div and Mod.
pub fn build(
	ctx: &ParsingContext,
	node: &NodeProto,
) -> TractResult<(Box<dyn InferenceOp>, Vec<String>)> {
	guard::node(ctx, node, Divisor { remainder: node.op_type == "Mod" })
}

#[derive(Debug)]
struct Divisor {
	/// Mod.
	remainder: bool,
}

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
		let [dividend, divisor] = &mut inputs[..] else { bail!("expects 2 inputs") };
		let fact = target.outlet_fact(*divisor)?;
		if let Some(value) = &fact.konst {
			check(value)?;
			if !self.remainder && value.datum_type().is_float() {
				invertible(value)?;
			}
		} else if fact.datum_type.is_tdim() {
			bail!("a division by dimensions that depend on data");
		} else if fact.datum_type.is_integer() {
			let name = format!("{name}.divisor");
			*divisor = guard::check(name, target, NonZero, &[*divisor])?;
		}
		if self.remainder {
			let [x, y] =
				[&*dividend, &*divisor].map(|at| target.outlet_fact(*at).map(|fact| &fact.shape));
			let (x, y) = (x?, y?);
			if *multi_broadcast(&[x, y])? != **x {
				let name = format!("{name}.dividend");
				*dividend = guard::check(name, target, Dividend, &[*dividend, *divisor])?;
			}
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

/// Refuses a constant divisor whose inverse is beyond its dtype: tract multiplies by that.
fn invertible(divisor: &Tensor) -> TractResult<()> {
	let divisors = data::numbers(divisor)?;
	let inverses = divisors.iter().map(|number| number.recip()).collect();
	let inverses = data::from_numbers(divisor.datum_type(), divisor.shape(), inverses)?;
	for (number, inverse) in divisors.iter().zip(data::numbers(&inverses)?) {
		ensure!(*number == 0.0 || !inverse.is_infinite(), "a division by {number}");
	}
	Ok(())
}

/// A dividend in the shape of the result.
#[derive(Debug)]
struct Dividend;

impl Kernel for Dividend {
	fn name(&self) -> &'static str {
		"Dividend"
	}

	fn outputs(&self, inputs: &[kernel::Input]) -> TractResult<Option<TVec<kernel::Output>>> {
		let [dividend, divisor] = inputs else { bail!("expects 2 inputs") };
		Ok(Some(tvec![(dividend.dtype, multi_broadcast(&[&dividend.shape, &divisor.shape])?)]))
	}

	fn eval(&self, inputs: &[&Tensor]) -> TractResult<TVec<Tensor>> {
		let [dividend, divisor] = inputs else { bail!("expects 2 inputs") };
		let shape = multi_broadcast(&[dividend.shape(), divisor.shape()])?;
		Ok(tvec![dividend.broadcast_to_shape(&shape)?])
	}
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
