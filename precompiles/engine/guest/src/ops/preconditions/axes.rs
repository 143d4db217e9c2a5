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

/// A reduction.
#[derive(Debug)]
struct Reduced {
	axes: Axes,
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
	node(ctx, op, Reduced { axes, sum: false, logarithm: false })
}

/// tract divides by the length of the last axis when it adds along it. No axes are all axes.
fn addable(x: &Seen, axes: &[i64]) -> TractResult<()> {
	let Some(dims) = x.dims.as_ref().filter(|dims| dims.last() == Some(&0)) else { return Ok(()) };
	let mut last = axes.is_empty();
	for axis in axes {
		last |= shape::axis(*axis, dims.len())?.saturating_add(1) == dims.len();
	}
	ensure!(!last, "a sum along the last axis of {dims:?}");
	Ok(())
}

/// A mean and a variance: of floating-point numbers, of which there are some.
fn normalisable(x: &Seen) -> TractResult<()> {
	ensure!(x.dtype.is_none_or(|dtype| dtype.is_float()), "no operator for {:?}", x.dtype);
	let empty = x.dims.as_ref().is_some_and(|dims| dims.contains(&0));
	ensure!(!empty, "the mean of no elements");
	Ok(())
}

/// GroupNormalization and InstanceNormalization.
pub fn normalised(ctx: &ParsingContext, op: &NodeProto) -> Built {
	check(ctx, op, |inputs| inputs.first().map_or(Ok(()), normalisable))
}

/// MeanVarianceNormalization: along axes of the input.
pub fn standardised(ctx: &ParsingContext, op: &NodeProto) -> Built {
	let axes: Vec<i64> = op.get_attr_opt_vec("axes")?.unwrap_or_else(|| vec![0, 2, 3]);
	ensure!(!axes.is_empty(), "no axes");
	check(ctx, op, move |inputs| {
		let Some(x) = inputs.first() else { return Ok(()) };
		normalisable(x)?;
		x.rank.map_or(Ok(()), |rank| distinct(&axes, rank))
	})
}

/// The reductions: axes are an attribute, and from opset 13 (ReduceSum) or 18 on an input.
pub fn reduce(ctx: &ParsingContext, op: &NodeProto) -> Built {
	let input = ctx.onnx_operator_set_version >= 18
		|| (op.op_type == "ReduceSum" && ctx.onnx_operator_set_version >= 13);
	let axes = match input {
		true => Axes::Input(1),
		false => Axes::Attribute(op.get_attr_opt_vec("axes")?.unwrap_or_default()),
	};
	let sum = !matches!(op.op_type.as_str(), "ReduceMax" | "ReduceMin" | "ReduceProd");
	node(ctx, op, Reduced { axes, sum, logarithm: op.op_type == "ReduceLogSum" })
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
	let mean = matches!(op.op_type.as_str(), "LayerNormalization" | "RMSNormalization");
	check(ctx, op, move |inputs| {
		let Some(x) = inputs.first() else { return Ok(()) };
		if mean {
			normalisable(x)?;
		}
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
		let parts = parts.iter().map(|part| shape::dim(*part)).collect::<TractResult<TVec<_>>>()?;
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

/// LRN and BatchNormalization: the second axis is that of the channels, one or more of them for LRN.
pub fn channels(ctx: &ParsingContext, op: &NodeProto) -> Built {
	let size = op.get_attr_opt::<i64>("size")?;
	ensure!(size.is_none_or(|size| size > 0), "{size:?} channels");
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
			(Some(axes), None) => Some(axes.clone()),
			(None, Some(axes)) => axes.integers()?,
			_ => bail!("axes belong to an attribute before opset 13, and to an input since"),
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
