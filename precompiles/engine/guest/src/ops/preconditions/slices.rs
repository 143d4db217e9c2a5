//! Slice.

use super::{axes::Axes, node, Built, Precondition, Seen};
use crate::ops::shape;
use tract_onnx::{
	model::{optional_inputs, ParsingContext},
	pb::NodeProto,
	tract_hir::internal::*,
};

/// Steps that tract's arithmetic in 32 bits has room for.
const MAX_STEP: u64 = 1 << 30;

/// Slice of opset 10 or later: what is taken is in the order of the step, which isn't 0.
#[derive(Debug)]
struct Slices {
	axes: Option<usize>,
	steps: Option<usize>,
}

/// Slice as it was before: attributes, without steps.
#[derive(Debug)]
struct OldSlices {
	axes: Option<Vec<i64>>,
	starts: Vec<i64>,
	ends: Vec<i64>,
}

pub fn slice(ctx: &ParsingContext, op: &NodeProto) -> Built {
	if ctx.onnx_operator_set_version < 10 {
		let axes = op.get_attr_opt_vec("axes")?;
		let (starts, ends) = (op.get_attr_vec("starts")?, op.get_attr_vec("ends")?);
		return node(ctx, op, OldSlices { axes, starts, ends });
	}
	let mut optional = optional_inputs(op).skip(3);
	let (axes, steps) = (optional.next().flatten(), optional.next().flatten());
	node(ctx, op, Slices { axes, steps })
}

/// The axes of so many bounds.
fn positions(
	axes: Option<Vec<i64>>,
	count: usize,
	x: &Seen,
	rank: usize,
) -> TractResult<TVec<usize>> {
	let axes = axes.unwrap_or_else(|| (0..count as i64).collect());
	ensure!(axes.len() == count, "{} axes and {count} bounds", axes.len());
	Axes::Attribute(axes.clone()).check(std::slice::from_ref(x))?;
	axes.iter().map(|axis| shape::axis(*axis, rank)).collect()
}

impl Slices {
	fn optional(inputs: &[Seen], at: Option<usize>) -> TractResult<Option<Vec<i64>>> {
		at.and_then(|at| inputs.get(at)).map(Seen::integers).transpose().map(Option::flatten)
	}

	fn steps(&self, inputs: &[Seen]) -> TractResult<Option<Vec<i64>>> {
		Self::optional(inputs, self.steps)
	}
}

/// Whether tract takes from `start` to `end` what ONNX does.
fn taken(start: i64, end: i64, step: i64, length: usize) -> bool {
	let length = length as i64;
	let from_front = |bound: i64| if bound < 0 { bound.saturating_add(length) } else { bound };
	let (first, last) = (from_front(start), from_front(end));
	// What lies beyond an end takes nothing or stops there. tract stands the greatest and the least
	// numbers for the end that the step goes to, whichever that is.
	if step > 0 {
		let beyond = first >= length || last < 0;
		end > i64::MIN + 1 && (beyond || last >= first.max(0))
	} else {
		let beyond = first < 0 || last > length - 1;
		end != i64::MAX && end != i64::from(i32::MAX) && (beyond || last <= first.min(length - 1))
	}
}

impl Precondition for Slices {
	fn check(&self, inputs: &[Seen]) -> TractResult<()> {
		let [x, starts, ends, ..] = inputs else { bail!("expects 3 inputs or more") };
		let steps = self.steps(inputs)?;
		for step in steps.iter().flatten() {
			ensure!(*step != 0 && step.unsigned_abs() <= MAX_STEP, "a step of {step}");
		}
		let axes = Self::optional(inputs, self.axes)?;
		let (Some(starts), Some(ends)) = (starts.integers()?, ends.integers()?) else {
			return Axes::Attribute(axes.unwrap_or_default()).check(std::slice::from_ref(x));
		};
		let steps = steps.unwrap_or_else(|| vec![1; starts.len()]);
		ensure!(
			starts.len() == ends.len() && starts.len() == steps.len(),
			"{} starts, {} ends, {} steps",
			starts.len(),
			ends.len(),
			steps.len()
		);
		let Some(rank) = x.rank else { return Ok(()) };
		if self.axes.is_some() && axes.is_none() {
			return Ok(());
		}
		let axes = positions(axes, starts.len(), x, rank)?;
		let Some(dims) = &x.dims else { return Ok(()) };
		for (at, axis) in axes.iter().enumerate() {
			// As many of each, and axes below the rank.
			let (start, end, step, length) = (starts[at], ends[at], steps[at], dims[*axis]);
			ensure!(taken(start, end, step, length), "{start} to {end} by {step} of {length}");
		}
		Ok(())
	}

	fn complete(&self, inputs: &[Seen]) -> TractResult<()> {
		let [x, starts, ends, ..] = inputs else { bail!("expects 3 inputs or more") };
		if starts.value.is_some() && ends.value.is_some() {
			return Ok(());
		}
		// tract would leave such an axis as it is.
		let single = self.steps(inputs)?.is_none_or(|steps| steps.iter().all(|step| *step == 1));
		ensure!(single, "bounds that a run computes, with steps");
		let count = match self.axes {
			Some(at) => inputs.get(at).and_then(|axes| axes.dims.as_ref()?.first().copied()),
			None => x.rank,
		};
		for bounds in [starts, ends] {
			let given = bounds.dims.as_ref().and_then(|dims| dims.first().copied());
			ensure!(given.is_some() && given == count, "{given:?} bounds for {count:?} axes");
		}
		Ok(())
	}
}

impl Precondition for OldSlices {
	fn check(&self, inputs: &[Seen]) -> TractResult<()> {
		let (starts, ends) = (&self.starts, &self.ends);
		ensure!(starts.len() == ends.len(), "{} starts and {} ends", starts.len(), ends.len());
		let Some(x) = inputs.first() else { return Ok(()) };
		let Some(rank) = x.rank else { return Ok(()) };
		let axes = positions(self.axes.clone(), starts.len(), x, rank)?;
		let Some(dims) = &x.dims else { return Ok(()) };
		for (at, axis) in axes.iter().enumerate() {
			// As many of each, and axes below the rank.
			let length = dims[*axis] as i64;
			let place = |bound: i64| match bound {
				..0 => bound.saturating_add(length),
				_ => bound.min(length),
			};
			let (start, end) = (place(starts[at]), place(ends[at]));
			ensure!(0 <= start && start <= end, "{} to {} of {length}", starts[at], ends[at]);
		}
		Ok(())
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn what_tract_takes_is_known() {
		for (start, end, step) in [
			(0, 4, 1),
			(1, i64::MAX, 2),
			(-3, -1, 1),
			(2, 2, 1),
			(100, 2, 1),
			(0, -100, 1),
			(3, 0, -1),
			(-1, i64::MIN, -1),
			(i64::MAX, -100, -2),
			(-100, 3, -1),
			(i64::MIN, 3, 1),
		] {
			assert!(taken(start, end, step, 4), "{start} {end} {step}");
		}
		for (start, end, step) in [
			(3, 1, 1),
			(-1, -3, 1),
			(1, 3, -1),
			(0, i64::MIN, 1),
			(3, i64::MAX, -1),
			(3, i64::from(i32::MAX), -1),
		] {
			assert!(!taken(start, end, step, 4), "{start} {end} {step}");
		}
		assert!(taken(0, 0, 1, 0) && taken(-1, i64::MIN, -1, 0));
	}
}
