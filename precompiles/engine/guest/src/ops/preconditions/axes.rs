//! Operators along axes.

use super::{check, check_values, Built, Seen};
use crate::ops::shape;
use tract_onnx::{model::ParsingContext, pb::NodeProto, tract_hir::internal::*};

/// ArgMax and ArgMin: of elements, of a dtype that tract compares.
pub fn arg(ctx: &ParsingContext, op: &NodeProto) -> Built {
	let axis = op.get_attr_opt("axis")?.unwrap_or(0);
	check(ctx, op, move |inputs| {
		let Some(x) = inputs.first() else { return Ok(()) };
		let compared = |dtype: DatumType| {
			dtype.is_number() && !matches!(dtype, DatumType::U32 | DatumType::U64)
		};
		ensure!(x.dtype.is_none_or(compared), "no operator for {:?}", x.dtype);
		let Some(rank) = x.rank() else { return Ok(()) };
		let length = x.length(shape::axis(axis, rank)?);
		ensure!(length != Some(0), "the position of one of no elements");
		Ok(())
	})
}

/// A mean and a variance: of floating-point numbers, of which there are some.
pub fn normalisable(x: &Seen) -> TractResult<()> {
	ensure!(x.dtype.is_none_or(|dtype| dtype.is_float()), "no operator for {:?}", x.dtype);
	ensure!(!x.is_empty(), "the mean of no elements");
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
		x.rank().map_or(Ok(()), |rank| distinct(&axes, rank))
	})
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
		let Some(rank) = x.rank() else { return Ok(()) };
		if !(cut && usize::try_from(axis) == Ok(rank)) {
			shape::axis(axis, rank)?;
		}
		if sum {
			let length = x.length(shape::axis(axis, rank)?);
			ensure!(length != Some(0), "the norm of no elements");
		}
		ensure!(!(largest && x.is_empty()), "the largest of no elements");
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
		let Some(rank) = x.rank() else { return Ok(()) };
		let axis = shape::axis(axis, rank)?;
		let parts = match (&attribute, inputs.get(1)) {
			(Some(parts), _) => Some(parts.clone()),
			(None, Some(parts)) => parts.integers()?,
			(None, None) => None,
		};
		let length = x.length(axis);
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

/// TopK: no more numbers than there are along the axis.
pub fn top(ctx: &ParsingContext, op: &NodeProto) -> Built {
	let axis = op.get_attr_opt("axis")?.unwrap_or(-1);
	check_values(ctx, op, &[1], move |inputs| {
		let [x, count] = inputs else { bail!("expects 2 inputs") };
		ensure!(x.dtype.is_none_or(|dtype| dtype.is_number()), "no operator for {:?}", x.dtype);
		let Some(rank) = x.rank() else { return Ok(()) };
		let axis = shape::axis(axis, rank)?;
		let Some(count) = count.integers()? else { return Ok(()) };
		let [count] = count[..] else { bail!("{} counts", count.len()) };
		let count = shape::dim(count)?;
		let length = x.length(axis);
		ensure!(length.is_none_or(|length| count <= length), "the top {count} of {length:?}");
		Ok(())
	})
}

/// LRN and BatchNormalization: the second axis is that of the channels, one or more of them for LRN.
pub fn channels(ctx: &ParsingContext, op: &NodeProto) -> Built {
	let size = op.get_attr_opt::<i64>("size")?;
	ensure!(size.is_none_or(|size| size > 0), "{size:?} channels");
	check(ctx, op, |inputs| {
		let rank = inputs.first().and_then(Seen::rank);
		ensure!(rank.is_none_or(|rank| rank >= 2), "channels of an input of {rank:?} axes");
		Ok(())
	})
}

/// Trilu: the last two axes are matrices, and the diagonal is one that arithmetic has room for.
pub fn triangle(ctx: &ParsingContext, op: &NodeProto) -> Built {
	check_values(ctx, op, &[1], |inputs| {
		inputs.get(1).map_or(Ok(()), Seen::single)?;
		let rank = inputs.first().and_then(Seen::rank);
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
		let mut ranks = inputs.iter().filter_map(Seen::rank);
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
		if let (Some(rank), Some(axes)) = (x.rank(), axis.integers()?) {
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
		let Some(rank) = inputs.first().and_then(Seen::rank) else { return Ok(()) };
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
pub fn distinct(axes: &[i64], rank: usize) -> TractResult<()> {
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
	use super::*;

	#[test]
	fn axes_are_those_of_a_rank_and_distinct() {
		assert!(distinct(&[0, -1], 2).is_ok());
		for bad in [&[2][..], &[-3], &[0, -2], &[1, 1]] {
			assert!(distinct(bad, 2).is_err(), "{bad:?}");
		}
	}
}
