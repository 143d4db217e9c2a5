//! Operators whose output is as large as a value says, and conditions on the dtype alone.

use super::{check, node, Built, Precondition, Seen};
use crate::ops::shape;
use tract_onnx::{model::ParsingContext, pb::NodeProto, tract_hir::internal::*};

/// Lengths from a file: dimensions, of no more elements than a tensor may have.
pub fn lengths(lengths: &[i64]) -> TractResult<TVec<usize>> {
	let dims = shape::dims(lengths)?;
	shape::volume(&dims)?;
	Ok(dims)
}

/// ConstantOfShape: the shape is the input.
pub fn constant_of_shape(ctx: &ParsingContext, op: &NodeProto) -> Built {
	check(ctx, op, |inputs| {
		if let Some(shape) = inputs.first().map(Seen::integers).transpose()?.flatten() {
			lengths(&shape)?;
		}
		Ok(())
	})
}

/// Expand: both shapes, broadcast.
pub fn expand(ctx: &ParsingContext, op: &NodeProto) -> Built {
	check(ctx, op, |inputs| {
		let [x, to] = inputs else { bail!("expects 2 inputs") };
		let Some(to) = to.integers()? else { return Ok(()) };
		let mut output = lengths(&to)?;
		let Some(dims) = &x.dims else { return Ok(()) };
		while output.len() < dims.len() {
			output.insert(0, 1);
		}
		for (to, from) in output.iter_mut().rev().zip(dims.iter().rev()) {
			ensure!(*to == *from || *to == 1 || *from == 1, "{from} to {to}");
			if *to == 1 {
				*to = *from;
			}
		}
		shape::volume(&output)?;
		Ok(())
	})
}

/// Tile: a count for each axis.
pub fn tile(ctx: &ParsingContext, op: &NodeProto) -> Built {
	check(ctx, op, |inputs| {
		let [x, counts] = inputs else { bail!("expects 2 inputs") };
		let Some(counts) = counts.integers()? else { return Ok(()) };
		let counts = shape::dims(&counts)?;
		let Some(dims) = &x.dims else { return Ok(()) };
		ensure!(counts.len() == dims.len(), "{} counts for {dims:?}", counts.len());
		// A dimension is at most 2^26, so the product fits 64 bits, and where it doesn't fit a
		// machine's word it is refused.
		let tiled = |(count, dim): (&usize, &usize)| {
			shape::dim((*count as i64).checked_mul(*dim as i64).context("too many tiles")?)
		};
		let output = counts.iter().zip(dims).map(tiled).collect::<TractResult<TVec<_>>>()?;
		shape::volume(&output)?;
		Ok(())
	})
}

/// Reshape: lengths, or 0 (as before) and −1 (what is left).
pub fn reshape(ctx: &ParsingContext, op: &NodeProto) -> Built {
	check(ctx, op, |inputs| {
		let [_, to] = inputs else { bail!("expects 2 inputs") };
		let Some(to) = to.integers()? else { return Ok(()) };
		ensure!(to.iter().filter(|length| **length == -1).count() <= 1, "-1 twice");
		let fixed: Vec<i64> = to.into_iter().filter(|length| *length != -1).collect();
		shape::dims(&fixed)?;
		Ok(())
	})
}

/// MatMul, MatMulInteger and QLinearMatMul: neither factor is a single number; tract's products of
/// integers need a matrix.
pub fn matrices(ctx: &ParsingContext, op: &NodeProto) -> Built {
	let second = if op.op_type == "QLinearMatMul" { 3 } else { 1 };
	let most = if op.op_type == "MatMul" { 1 } else { 2 };
	check(ctx, op, move |inputs| {
		let rank = |at: usize| inputs.get(at).and_then(|input| input.rank);
		if let (Some(a), Some(b)) = (rank(0), rank(second)) {
			ensure!(a.min(b) >= 1 && a.max(b) >= most, "a product of {a} and {b} axes");
		}
		Ok(())
	})
}

/// Dropout: the ratio and the mode are single elements.
pub fn dropout(ctx: &ParsingContext, op: &NodeProto) -> Built {
	check(ctx, op, |inputs| inputs.iter().skip(1).try_for_each(Seen::single))
}

/// NonMaxSuppression: the count and both thresholds are single elements.
pub fn suppressed(ctx: &ParsingContext, op: &NodeProto) -> Built {
	check(ctx, op, |inputs| inputs.iter().skip(2).try_for_each(Seen::single))
}

/// Einsum: an input whose axes are named in part has those at least.
pub fn einsum(ctx: &ParsingContext, op: &NodeProto) -> Built {
	let equation: String = op.get_attr("equation")?;
	let terms = equation.split("->").next().unwrap_or_default();
	// The named axes of the inputs with an ellipsis; the others are compared by tract.
	let least = terms.split(',').map(|term| {
		let named = term.chars().filter(|letter| letter.is_alphabetic()).count();
		term.contains("...").then_some(named)
	});
	let least: Vec<Option<usize>> = least.collect();
	check(ctx, op, move |inputs| {
		for (input, least) in inputs.iter().zip(&least) {
			let (Some(rank), Some(least)) = (input.rank, least) else { continue };
			ensure!(rank >= *least, "{rank} axes where {least} are named");
		}
		Ok(())
	})
}

/// Pow: of numbers.
pub fn powers(ctx: &ParsingContext, op: &NodeProto) -> Built {
	check(ctx, op, |inputs| {
		for dtype in inputs.iter().filter_map(|input| input.dtype) {
			ensure!(dtype.is_number(), "a power of {dtype:?}");
		}
		Ok(())
	})
}

/// No condition: booleans are equal as numbers are.
#[derive(Debug)]
struct Booleans;

impl Precondition for Booleans {
	fn check(&self, _: &[Seen]) -> TractResult<()> {
		Ok(())
	}

	fn booleans(&self) -> bool {
		true
	}
}

/// Equal: of booleans as well.
pub fn equal(ctx: &ParsingContext, op: &NodeProto) -> Built {
	node(ctx, op, Booleans)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn lengths_are_bounded() {
		assert!(lengths(&[2, 0, 3]).is_ok());
		for bad in [&[-1][..], &[1 << 27], &[1 << 20, 1 << 20], &[i64::MIN], &[1 << 32]] {
			assert!(lengths(bad).is_err(), "{bad:?}");
		}
	}
}
