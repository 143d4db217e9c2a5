//! Operators whose output is as large as a value says, and conditions on the dtype alone.

use super::{check, check_known, Built, Seen};
use crate::ops::{data, dropout, shape};
use tract_onnx::{
	model::ParsingContext,
	pb::{attribute_proto, tensor_proto, AttributeProto, NodeProto, TensorProto},
	tract_hir::internal::*,
};

/// Lengths from a file: dimensions, of no more elements than a tensor may have.
pub fn lengths(lengths: &[i64]) -> TractResult<TVec<usize>> {
	let dims = shape::dims(lengths)?;
	shape::volume(&dims)?;
	Ok(dims)
}

/// Constant: one value.
pub fn constant(ctx: &ParsingContext, op: &NodeProto) -> Built {
	ensure!(op.attribute.len() == 1, "{} values of a constant", op.attribute.len());
	check(ctx, op, |_| Ok(()))
}

/// Operators that ONNX has for floating-point numbers only, and tract puts together from those for all.
pub fn floats(ctx: &ParsingContext, op: &NodeProto) -> Built {
	check(ctx, op, |inputs| {
		let dtype = inputs.first().and_then(|input| input.dtype);
		ensure!(dtype.is_none_or(|dtype| dtype.is_float()), "no operator for {dtype:?}");
		Ok(())
	})
}

/// ConstantOfShape: the shape is the input. Without a value it is of float32 zeros; tract's (0.23.9) of float64.
pub fn constant_of_shape(ctx: &ParsingContext, op: &NodeProto) -> Built {
	let mut op = op.clone();
	if op.attribute.is_empty() {
		let zero = TensorProto {
			dims: vec![1],
			data_type: tensor_proto::DataType::Float.into(),
			float_data: vec![0.0],
			..Default::default()
		};
		op.attribute.push(AttributeProto {
			name: "value".into(),
			r#type: attribute_proto::AttributeType::Tensor.into(),
			t: Some(zero),
			..Default::default()
		});
	}
	check(ctx, &op, |inputs| {
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
		let Some(dims) = x.dims() else { return Ok(()) };
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
		let Some(dims) = x.dims() else { return Ok(()) };
		ensure!(counts.len() == dims.len(), "{} counts for {dims:?}", counts.len());
		// A dimension is at most 2^26, so the product fits 64 bits, and where it doesn't fit a
		// machine's word it is refused.
		let tiled = |(count, dim): (&usize, &usize)| {
			shape::dim((*count as i64).checked_mul(*dim as i64).context("too many tiles")?)
		};
		let output = counts.iter().zip(&dims).map(tiled).collect::<TractResult<TVec<_>>>()?;
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

/// EyeLike: a diagonal that arithmetic has room for.
pub fn diagonal(ctx: &ParsingContext, op: &NodeProto) -> Built {
	let diagonal = op.get_attr_opt::<i64>("k")?.unwrap_or_default();
	check(ctx, op, move |_| {
		ensure!(diagonal.unsigned_abs() <= 1 << 26, "diagonal {diagonal}");
		Ok(())
	})
}

/// DepthToSpace and SpaceToDepth: blocks of at least one element, that all axes have room for.
pub fn blocks(ctx: &ParsingContext, op: &NodeProto) -> Built {
	let side = shape::dim(op.get_attr("blocksize")?)?;
	ensure!(side > 0, "blocks of no elements");
	let deep = op.op_type == "DepthToSpace";
	check(ctx, op, move |inputs| {
		let Some(dims) = inputs.first().and_then(Seen::dims) else { return Ok(()) };
		let [_, channels, height, width] = dims[..] else { bail!("blocks of {} axes", dims.len()) };
		// At most 2^52.
		let block = side as u64 * side as u64;
		let whole = match deep {
			true => channels as u64 % block == 0,
			false => height % side == 0 && width % side == 0,
		};
		ensure!(whole, "blocks of {side} in {dims:?}");
		Ok(())
	})
}

/// Positions of 8-bit tensors among the inputs of QLinearConv and QLinearMatMul: both factors, and the three
/// zero points.
const QUANTISED: [usize; 5] = [0, 2, 3, 5, 7];

/// Refuses what isn't of 8 bits where it must be.
pub fn quantised(inputs: &[Seen]) -> TractResult<()> {
	for dtype in QUANTISED.iter().filter_map(|at| inputs.get(*at)?.dtype) {
		ensure!(dtype.is_integer() && dtype.size_of() == 1, "{dtype:?} for 8 bits");
	}
	Ok(())
}

/// Refuses factors that tract has no product of.
fn multiplied(inputs: &[Seen]) -> TractResult<()> {
	inputs
		.iter()
		.filter_map(|input| input.dtype)
		.try_for_each(|dtype| data::factor(dtype).map(drop))
}

/// MatMul, MatMulInteger and QLinearMatMul: neither factor is a single number; those of
/// integers are matrices, because tract's keep an axis of a vector.
pub fn matrices(ctx: &ParsingContext, op: &NodeProto) -> Built {
	let linear = op.op_type == "QLinearMatMul";
	let second = if linear { 3 } else { 1 };
	let least = if op.op_type == "MatMul" { 1 } else { 2 };
	check(ctx, op, move |inputs| {
		if linear {
			quantised(inputs)?;
		} else {
			multiplied(inputs)?;
		}
		let rank = |at: usize| inputs.get(at).and_then(Seen::rank);
		if let (Some(a), Some(b)) = (rank(0), rank(second)) {
			ensure!(a.min(b) >= least, "a product of {a} and {b} axes");
		}
		Ok(())
	})
}

/// Dropout: the ratio and the mode are single elements.
pub fn dropout(ctx: &ParsingContext, op: &NodeProto) -> Built {
	if ctx.onnx_operator_set_version < 10 && op.output.len() == 2 {
		return Ok((dropout::masked(), vec![]));
	}
	check(ctx, op, |inputs| inputs.iter().skip(1).try_for_each(Seen::single))
}

/// NonMaxSuppression: the count and both thresholds are single elements.
pub fn suppressed(ctx: &ParsingContext, op: &NodeProto) -> Built {
	check(ctx, op, |inputs| inputs.iter().skip(2).try_for_each(Seen::single))
}

/// Einsum: an input whose axes are named in part has those at least.
pub fn einsum(ctx: &ParsingContext, op: &NodeProto) -> Built {
	let equation: String = op.get_attr("equation")?;
	let known = |letter: char| letter.is_ascii_alphabetic() || " .,->".contains(letter);
	ensure!(equation.chars().all(known), "the equation {equation:?}");
	let terms = equation.split("->").next().unwrap_or_default();
	// The named axes of the inputs with an ellipsis; the others are compared by tract.
	let least = terms.split(',').map(|term| {
		let named = term.chars().filter(|letter| letter.is_alphabetic()).count();
		term.contains("...").then_some(named)
	});
	let least: Vec<Option<usize>> = least.collect();
	check(ctx, op, move |inputs| {
		multiplied(inputs)?;
		for (input, least) in inputs.iter().zip(&least) {
			let (Some(rank), Some(least)) = (input.rank(), least) else { continue };
			ensure!(rank >= *least, "{rank} axes where {least} are named");
		}
		Ok(())
	})
}

/// NonZero: of elements. What follows from a count of none made tract (0.23.9) trap in 32 bits.
pub fn elements(ctx: &ParsingContext, op: &NodeProto) -> Built {
	check_known(ctx, op, |inputs| {
		ensure!(!inputs.first().is_some_and(Seen::is_empty), "the elements of nothing");
		Ok(())
	})
}

/// Pow: of numbers.
pub fn powers(ctx: &ParsingContext, op: &NodeProto) -> Built {
	check(ctx, op, |inputs| {
		for dtype in inputs.iter().filter_map(|input| input.dtype) {
			ensure!(dtype.is_number(), "a power of {dtype:?}");
		}
		if let [Some(base), Some(exponent)] = [0, 1].map(|at| inputs.get(at)?.dtype) {
			let common = base.common_super_type(exponent).is_some();
			ensure!(
				common || base.is_integer() != exponent.is_integer(),
				"a power of {base:?} by {exponent:?}"
			);
		}
		Ok(())
	})
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
