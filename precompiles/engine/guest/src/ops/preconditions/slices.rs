//! Slice.

use super::{axes::distinct, node, Built, Precondition, Seen};
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
fn positions(axes: Option<Vec<i64>>, count: usize, rank: usize) -> TractResult<TVec<usize>> {
	let axes = axes.unwrap_or_else(|| (0..count as i64).collect());
	ensure!(axes.len() == count, "{} axes and {count} bounds", axes.len());
	distinct(&axes, rank)?;
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
		// From before the first element ONNX's text takes the first one, its reference and tract none.
		let begins = first >= 0 || length == 0;
		let ordered = last > length - 1 || last <= first.min(length - 1);
		end != i64::MAX && end != i64::from(i32::MAX) && begins && ordered
	}
}

/// Refuses bounds with which tract can't compute while it doesn't know the length of the axis. It can by steps of
/// one, between bounds that are in their order where they count from the same end.
fn computable(
	x: &Seen,
	axes: Option<Vec<i64>>,
	starts: &[i64],
	ends: &[i64],
	steps: &[i64],
) -> TractResult<()> {
	let rank = x.rank().context("a rank that depends on data")?;
	let counts = |bound: i64| bound.unsigned_abs() <= u64::from(u32::MAX);
	let axes = positions(axes, starts.len(), rank)?;
	for (((axis, start), end), step) in axes.iter().zip(starts).zip(ends).zip(steps) {
		let ordered = (*start < 0) != (*end < 0) || start <= end;
		let simple = *step == 1 && counts(*start) && (*end == i64::MAX || counts(*end)) && ordered;
		ensure!(
			simple || x.length(*axis).is_some(),
			"{start} to {end} by {step} of an axis whose length depends on data"
		);
	}
	Ok(())
}

impl Precondition for Slices {
	fn check(&self, inputs: &[Seen]) -> TractResult<()> {
		let [x, starts, ends, ..] = inputs else { bail!("expects 3 inputs or more") };
		let steps = self.steps(inputs)?;
		for step in steps.iter().flatten() {
			ensure!(*step != 0 && step.unsigned_abs() <= MAX_STEP, "a step of {step}");
		}
		let axes = Self::optional(inputs, self.axes)?;
		let Some(rank) = x.rank() else { return Ok(()) };
		let (Some(starts), Some(ends)) = (starts.integers()?, ends.integers()?) else {
			return distinct(&axes.unwrap_or_default(), rank);
		};
		let steps = steps.unwrap_or_else(|| vec![1; starts.len()]);
		ensure!(
			starts.len() == ends.len() && starts.len() == steps.len(),
			"{} starts, {} ends, {} steps",
			starts.len(),
			ends.len(),
			steps.len()
		);
		if self.axes.is_some() && axes.is_none() {
			return Ok(());
		}
		for (at, axis) in positions(axes, starts.len(), rank)?.iter().enumerate() {
			// As many of each, and axes below the rank.
			let (start, end, step) = (starts[at], ends[at], steps[at]);
			let Some(length) = x.length(*axis) else { continue };
			ensure!(taken(start, end, step, length), "{start} to {end} by {step} of {length}");
		}
		Ok(())
	}

	fn complete(&self, inputs: &[Seen]) -> TractResult<()> {
		let [x, starts, ends, ..] = inputs else { bail!("expects 3 inputs or more") };
		if let (Some(starts), Some(ends)) = (starts.integers()?, ends.integers()?) {
			let steps = self.steps(inputs)?.unwrap_or_else(|| vec![1; starts.len()]);
			computable(x, Self::optional(inputs, self.axes)?, &starts, &ends, &steps)?;
			return Ok(());
		}
		// tract would leave such an axis as it is.
		let single = self.steps(inputs)?.is_none_or(|steps| steps.iter().all(|step| *step == 1));
		ensure!(single, "bounds that a run computes, with steps");
		let count = match self.axes {
			Some(at) => inputs.get(at).and_then(|axes| axes.length(0)),
			None => x.rank(),
		};
		for bounds in [starts, ends] {
			let given = bounds.length(0);
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
		let Some(rank) = x.rank() else { return Ok(()) };
		for (at, axis) in positions(self.axes.clone(), starts.len(), rank)?.iter().enumerate() {
			// As many of each, and axes below the rank.
			let Some(length) = x.length(*axis) else { continue };
			let length = length as i64;
			let place = |bound: i64| match bound {
				..0 => bound.saturating_add(length),
				_ => bound.min(length),
			};
			let (start, end) = (place(starts[at]), place(ends[at]));
			ensure!(0 <= start && start <= end, "{} to {} of {length}", starts[at], ends[at]);
		}
		Ok(())
	}

	fn complete(&self, inputs: &[Seen]) -> TractResult<()> {
		let x = inputs.first().context("expects an input")?;
		let steps = vec![1; self.starts.len()];
		computable(x, self.axes.clone(), &self.starts, &self.ends, &steps)
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
			(-100, 3, -1),
			(-5, -6, -1),
		] {
			assert!(!taken(start, end, step, 4), "{start} {end} {step}");
		}
		assert!(taken(0, 0, 1, 0) && taken(-1, i64::MIN, -1, 0));
	}
}
