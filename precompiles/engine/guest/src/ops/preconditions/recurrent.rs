//! GRU, LSTM and RNN.
//!
//! tract (0.23.9) looks at the weights alone: they must be for the input, and as `hidden_size` and
//! `direction` say. From one direction it goes forward. One that goes in reverse goes forward over the
//! steps in reverse, and gives its own in reverse.

use super::{check, Built, Seen};
use crate::ops::{
	data,
	guard::{self, Guard},
	kernel::{self, Kernel},
	shape,
};
use tract_onnx::{
	model::{optional_outputs, ParsingContext},
	pb::NodeProto,
	tract_hir::internal::*,
};

pub fn build(ctx: &ParsingContext, op: &NodeProto) -> Built {
	let hidden = op.get_attr_opt::<i64>("hidden_size")?.map(shape::dim).transpose()?;
	let direction = op.get_attr_opt::<String>("direction")?.unwrap_or_default();
	let is = |name: &str| direction.eq_ignore_ascii_case(name);
	let directions = if is("bidirectional") { 2 } else { 1 };
	let (inner, closures) = check(ctx, op, move |inputs| {
		let [x, w, r, ..] = inputs else { bail!("expects 3 inputs or more") };
		let ranks = [x, w, r].map(Seen::rank);
		ensure!(
			ranks.iter().all(|rank| rank.is_none_or(|rank| rank == 3)),
			"{ranks:?} axes for 3 each"
		);
		if let (Some(input), Some(weights)) = (x.length(2), w.length(2)) {
			ensure!(input == weights, "weights for {weights} features of {input}");
		}
		if let Some(weights) = w.length(0) {
			ensure!(weights == directions, "weights for {weights} directions of {directions}");
		}
		if let (Some(hidden), Some(weights)) = (hidden, r.length(2)) {
			ensure!(hidden == weights, "weights for a hidden size of {weights}, not {hidden}");
		}
		Ok(())
	})?;
	if !is("reverse") {
		return Ok((inner, closures));
	}
	let batch_first = op.get_attr_opt::<i64>("layout")?.unwrap_or_default() == 1;
	let steps = optional_outputs(op).next().flatten();
	let reverse = Reverse { axis: usize::from(batch_first), steps };
	Ok((guard::around(inner, reverse), closures))
}

/// Steps in reverse, of the first input and of one output.
#[derive(Debug)]
struct Reverse {
	/// The axis of the steps.
	axis: usize,
	/// The output that has all steps: the others have the last.
	steps: Option<usize>,
}

impl Reverse {
	fn value(&self, value: &mut TValue) -> TractResult<()> {
		*value = reversed(value, self.axis)?.into_tvalue();
		Ok(())
	}

	fn outlet(
		&self,
		name: String,
		target: &mut TypedModel,
		outlet: &mut OutletId,
	) -> TractResult<()> {
		*outlet = guard::check(name, target, Reversed { axis: self.axis }, &[*outlet])?;
		Ok(())
	}
}

impl Guard for Reverse {
	fn values(&self, mut inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
		inputs.first_mut().map_or(Ok(()), |x| self.value(x))?;
		Ok(inputs)
	}

	fn wire(
		&self,
		name: &str,
		target: &mut TypedModel,
		mut inputs: TVec<OutletId>,
	) -> TractResult<TVec<OutletId>> {
		let x = inputs.first_mut().context("expects 3 inputs or more")?;
		self.outlet(format!("{name}.reversed"), target, x)?;
		Ok(inputs)
	}

	fn results(&self, mut outputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
		let steps = self.steps.and_then(|at| outputs.get_mut(at));
		steps.map_or(Ok(()), |y| self.value(y))?;
		Ok(outputs)
	}

	fn wired(
		&self,
		name: &str,
		target: &mut TypedModel,
		mut outputs: TVec<OutletId>,
	) -> TractResult<TVec<OutletId>> {
		if let Some(y) = self.steps.and_then(|at| outputs.get_mut(at)) {
			self.outlet(format!("{name}.steps"), target, y)?;
		}
		Ok(outputs)
	}
}

/// A tensor backwards along an axis.
#[derive(Debug)]
struct Reversed {
	axis: usize,
}

impl Kernel for Reversed {
	fn name(&self) -> &'static str {
		"Reversed"
	}

	fn outputs(&self, inputs: &[kernel::Input]) -> TractResult<Option<TVec<kernel::Output>>> {
		let [x] = inputs else { bail!("expects 1 input") };
		Ok(Some(tvec![(data::plain(x.dtype)?, x.shape.clone())]))
	}

	fn eval(&self, inputs: &[&Tensor]) -> TractResult<TVec<Tensor>> {
		let [x] = inputs else { bail!("expects 1 input") };
		Ok(tvec![reversed(x, self.axis)?])
	}
}

fn reversed(x: &Tensor, axis: usize) -> TractResult<Tensor> {
	let from = data::bytes(x)?;
	let [_, length, after] = shape::around(x.shape(), axis)?;
	let step = after * x.datum_type().size_of();
	let mut to = Vec::with_capacity(from.len());
	if !from.is_empty() {
		for steps in from.chunks(length * step) {
			steps.chunks(step).rev().for_each(|step| to.extend_from_slice(step));
		}
	}
	data::from_bytes(x.datum_type(), x.shape(), &to)
}
