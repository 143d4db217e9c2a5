//! Operators along axes.

use super::{check, check_values, node, Built, Precondition, Seen};
use crate::ops::{data, shape};
use tract_onnx::{model::ParsingContext, pb::NodeProto, tract_hir::internal::*};

/// Axes of the first input: each is one of its own.
#[derive(Debug)]
pub enum Axes {
	/// They are known.
	Attribute(Vec<i64>),
	/// The input that holds them.
	Input(usize),
}

/// A reduction, of booleans as well when it is the largest or smallest.
#[derive(Debug)]
struct Reduced {
	axes: Axes,
	booleans: bool,
	/// Whether elements are added.
	sum: bool,
	/// Whether the result is a logarithm, which tract rounds on the way when it is of integers.
	logarithm: bool,
}

impl Precondition for Reduced {
	fn check(&self, inputs: &[Seen]) -> TractResult<()> {
		self.axes.check(inputs)?;
		if let Some(dtype) = inputs.first().and_then(|x| x.dtype).filter(|_| self.logarithm) {
			ensure!(dtype.is_float(), "a logarithm of {dtype:?}");
		}
		let Some(x) = inputs.first().filter(|_| self.sum) else { return Ok(()) };
		match &self.axes {
			Axes::Attribute(axes) => addable(x, axes),
			Axes::Input(at) => match inputs.get(*at) {
				Some(axes) => axes.integers()?.map_or(Ok(()), |axes| addable(x, &axes)),
				None => addable(x, &[]),
			},
		}
	}

	fn booleans(&self) -> bool {
		self.booleans
	}
}

impl Precondition for Axes {
	fn check(&self, inputs: &[Seen]) -> TractResult<()> {
		let Some(rank) = inputs.first().and_then(|x| x.rank) else { return Ok(()) };
		let axes = match self {
			Axes::Attribute(axes) => axes.clone(),
			Axes::Input(at) => match inputs.get(*at).and_then(|axes| axes.value.as_ref()) {
				Some(value) => data::integers(value)?,
				None => return Ok(()),
			},
		};
		distinct(&axes, rank)
	}
}

/// ArgMax and ArgMin.
pub fn arg(ctx: &ParsingContext, op: &NodeProto) -> Built {
	let axes = Axes::Attribute(vec![op.get_attr_opt("axis")?.unwrap_or(0)]);
	node(ctx, op, Reduced { axes, booleans: false, sum: false, logarithm: false })
}

/// tract divides by the length of the last axis when it adds along it alone. No axes are all axes.
fn addable(x: &Seen, axes: &[i64]) -> TractResult<()> {
	let Some(dims) = &x.dims else { return Ok(()) };
	let alone = match axes {
		[] => dims.len() == 1,
		[axis] => shape::axis(*axis, dims.len())?.saturating_add(1) == dims.len(),
		_ => false,
	};
	ensure!(!alone || dims.last() != Some(&0), "a sum along the last axis of {dims:?}");
	Ok(())
}

/// The reductions: axes are an attribute, and from opset 13 (ReduceSum) or 18 on an input.
pub fn reduce(ctx: &ParsingContext, op: &NodeProto) -> Built {
	let input = ctx.onnx_operator_set_version >= 18
		|| (op.op_type == "ReduceSum" && ctx.onnx_operator_set_version >= 13);
	let axes = match input {
		true => Axes::Input(1),
		false => Axes::Attribute(op.get_attr_opt_vec("axes")?.unwrap_or_default()),
	};
	let booleans = matches!(op.op_type.as_str(), "ReduceMax" | "ReduceMin");
	let sum = !booleans && op.op_type != "ReduceProd";
	let logarithm = matches!(op.op_type.as_str(), "ReduceLogSum" | "ReduceLogSumExp");
	node(ctx, op, Reduced { axes, booleans, sum, logarithm })
}

/// Operators along the axis of an attribute.
pub fn one(ctx: &ParsingContext, op: &NodeProto) -> Built {
	// Before opset 13 some made a matrix of their input, cut before the axis: it may be the end.
	let cut = match op.op_type.as_str() {
		"Flatten" => true,
		"Hardmax" | "Softmax" => ctx.onnx_operator_set_version < 13,
		_ => false,
	};
	let default = if cut { 1 } else { -1 };
	let axis = op.get_attr_opt("axis")?.unwrap_or(default);
	let sum = op.op_type == "LpNormalization";
	let largest = op.op_type == "Hardmax";
	check(ctx, op, move |inputs| {
		let Some(x) = inputs.first() else { return Ok(()) };
		let Some(rank) = x.rank else { return Ok(()) };
		if !(cut && usize::try_from(axis) == Ok(rank)) {
			shape::axis(axis, rank)?;
		}
		if sum {
			addable(x, &[axis])?;
		}
		let empty = x.dims.as_ref().is_some_and(|dims| dims.contains(&0));
		ensure!(!(largest && empty), "the largest of no elements");
		Ok(())
	})
}

/// Split: lengths that add up to the axis, one for each output; without them equal parts.
pub fn split(ctx: &ParsingContext, op: &NodeProto) -> Built {
	let axis = op.get_attr_opt("axis")?.unwrap_or(0);
	let version = ctx.onnx_operator_set_version;
	let count = op.output.len();
	if let Some(parts) = op.get_attr_opt::<i64>("num_outputs")?.filter(|_| version >= 18) {
		ensure!(usize::try_from(parts) == Ok(count), "{parts} parts and {count} outputs");
	}
	let attribute = op.get_attr_opt_vec::<i64>("split")?;
	// tract takes it for the input that it has become.
	ensure!(version < 13 || attribute.is_none(), "lengths as an attribute, in opset {version}");
	check(ctx, op, move |inputs| {
		let Some(x) = inputs.first() else { return Ok(()) };
		let Some(rank) = x.rank else { return Ok(()) };
		let axis = shape::axis(axis, rank)?;
		let parts = match (&attribute, inputs.get(1)) {
			(Some(parts), _) => Some(parts.clone()),
			(None, Some(parts)) => parts.integers()?,
			(None, None) => None,
		};
		let length = x.dims.as_ref().and_then(|dims| dims.get(axis)).copied();
		let Some(parts) = parts else {
			// tract's parts are equal, rounded up, as opset 18 has them.
			if let Some(length) = length {
				let part = length.div_ceil(count.max(1));
				let full = part.saturating_mul(count.saturating_sub(1));
				ensure!(full <= length, "{count} parts of {length}");
			}
			return Ok(());
		};
		let parts = shape::dims(&parts)?;
		ensure!(parts.len() == count, "{} lengths for {count} outputs", parts.len());
		let sum = parts.iter().try_fold(0usize, |sum, part| sum.checked_add(*part));
		ensure!(length.is_none_or(|length| sum == Some(length)), "{parts:?} of {length:?}");
		Ok(())
	})
}

/// TopK: no more than there are along the axis.
pub fn top(ctx: &ParsingContext, op: &NodeProto) -> Built {
	let axis = op.get_attr_opt("axis")?.unwrap_or(-1);
	check_values(ctx, op, &[1], move |inputs| {
		let [x, count] = inputs else { bail!("expects 2 inputs") };
		let Some(rank) = x.rank else { return Ok(()) };
		let axis = shape::axis(axis, rank)?;
		let Some(count) = count.integers()? else { return Ok(()) };
		let [count] = count[..] else { bail!("{} counts", count.len()) };
		let count = shape::dim(count)?;
		let length = x.dims.as_ref().and_then(|dims| dims.get(axis).copied());
		ensure!(length.is_none_or(|length| count <= length), "the top {count} of {length:?}");
		Ok(())
	})
}

/// LRN and BatchNormalization: the second axis is that of the channels.
pub fn channels(ctx: &ParsingContext, op: &NodeProto) -> Built {
	check(ctx, op, |inputs| {
		let rank = inputs.first().and_then(|x| x.rank);
		ensure!(rank.is_none_or(|rank| rank >= 2), "channels of an input of {rank:?} axes");
		Ok(())
	})
}

/// Trilu: the last two axes are matrices, and the diagonal is one that arithmetic has room for.
pub fn triangle(ctx: &ParsingContext, op: &NodeProto) -> Built {
	check_values(ctx, op, &[1], |inputs| {
		inputs.get(1).map_or(Ok(()), Seen::single)?;
		let rank = inputs.first().and_then(|x| x.rank);
		ensure!(rank.is_none_or(|rank| rank >= 2), "a matrix of {rank:?} axes");
		if let Some(diagonals) = inputs.get(1).map(Seen::integers).transpose()?.flatten() {
			let far = |diagonal: &i64| diagonal.unsigned_abs() > 1 << 32;
			ensure!(!diagonals.iter().any(far), "diagonal {diagonals:?}");
		}
		Ok(())
	})
}

/// Concat: all inputs have the rank of the first.
pub fn concat(ctx: &ParsingContext, op: &NodeProto) -> Built {
	let axis = op.get_attr("axis")?;
	check(ctx, op, move |inputs| {
		let mut ranks = inputs.iter().filter_map(|input| input.rank);
		let Some(rank) = ranks.next() else { return Ok(()) };
		shape::axis(axis, rank)?;
		ensure!(ranks.all(|other| other == rank), "inputs of different ranks");
		Ok(())
	})
}

/// CumSum: the axis is an input of one element.
pub fn cumulated(ctx: &ParsingContext, op: &NodeProto) -> Built {
	check(ctx, op, |inputs| {
		let [x, axis] = inputs else { bail!("expects 2 inputs") };
		if let (Some(rank), Some(axes)) = (x.rank, axis.integers()?) {
			let [axis] = axes[..] else { bail!("{} axes", axes.len()) };
			shape::axis(axis, rank)?;
		}
		Ok(())
	})
}

/// Unsqueeze: axes are those of the output.
pub fn unsqueeze(ctx: &ParsingContext, op: &NodeProto) -> Built {
	let attribute = match ctx.onnx_operator_set_version {
		13.. => None,
		_ => Some(op.get_attr_vec::<i64>("axes")?),
	};
	check(ctx, op, move |inputs| {
		let Some(rank) = inputs.first().and_then(|x| x.rank) else { return Ok(()) };
		let axes = match (&attribute, inputs.get(1)) {
			(Some(axes), _) => Some(axes.clone()),
			(None, axes) => axes.context("axes are missing")?.integers()?,
		};
		let Some(axes) = axes else { return Ok(()) };
		let rank = rank.saturating_add(axes.len());
		distinct(&axes, rank)
	})
}

/// Axes of a rank, none of them twice.
fn distinct(axes: &[i64], rank: usize) -> TractResult<()> {
	let mut seen = TVec::new();
	for axis in axes {
		let axis = shape::axis(*axis, rank)?;
		ensure!(!seen.contains(&axis), "axis {axis} twice");
		seen.push(axis);
	}
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::{super::tests::seen, *};

	#[test]
	fn axes_are_the_inputs_and_distinct() {
		let check = |axes: &[i64]| Axes::Attribute(axes.to_vec()).check(&[seen(&[2, 3], None)]);
		assert!(check(&[0, -1]).is_ok());
		for bad in [&[2][..], &[-3], &[0, -2], &[1, 1]] {
			assert!(check(bad).is_err(), "{bad:?}");
		}
		// Nothing is known yet.
		assert!(Axes::Attribute(vec![7]).check(&[Seen::default()]).is_ok());
	}
}
