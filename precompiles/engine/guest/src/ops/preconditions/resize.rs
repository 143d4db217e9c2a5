//! Resize.

use super::{axes::distinct, node, Built, Precondition, Seen};
use crate::ops::shape;
use tract_onnx::{
	model::{optional_inputs, ParsingContext},
	pb::NodeProto,
	tract_hir::internal::*,
};

/// Resize: scales or sizes are positive, one for each axis that is resized, and leave something of
/// every axis.
#[derive(Debug)]
struct Resized {
	scales: Option<usize>,
	sizes: Option<usize>,
	axes: Option<Vec<i64>>,
	/// Which of the sizes' ratios all axes take, when they keep theirs.
	ratio: Option<fn(f32, f32) -> f32>,
	/// Whether ONNX's text and its reference, which tract follows, take another point of an axis that becomes
	/// one element, where more than the next element counts.
	ambiguous: bool,
}

/// Resize of opset 10, whose scales are the second input, or later.
pub fn resize(ctx: &ParsingContext, op: &NodeProto) -> Built {
	let first = if ctx.onnx_operator_set_version > 10 { 2 } else { 1 };
	let mut inputs = optional_inputs(op).skip(first);
	let (scales, sizes) = (inputs.next().flatten(), inputs.next().flatten());
	// tract counts these by their place, whether others are left out or not.
	let named = |at: usize| op.input.get(at).is_some_and(|name| !name.is_empty());
	if (11..13).contains(&ctx.onnx_operator_set_version) {
		ensure!(named(1) && named(2), "roi and scales are left out");
	}
	let ratio: Option<fn(f32, f32) -> f32> =
		match op.get_attr_opt::<&str>("keep_aspect_ratio_policy")?.unwrap_or("stretch") {
			"not_larger" => Some(f32::min),
			"not_smaller" => Some(f32::max),
			_ => None,
		};
	let is = |name: &str, value: &str| Ok::<_, TractError>(op.get_attr_opt(name)? == Some(value));
	let wide = is("mode", "cubic")? || op.get_attr_opt::<i64>("antialias")? == Some(1);
	let ambiguous = wide && is("coordinate_transformation_mode", "pytorch_half_pixel")?;
	let axes = op.get_attr_opt_vec("axes")?;
	node(ctx, op, Resized { scales, sizes, axes, ratio, ambiguous })
}

impl Precondition for Resized {
	fn check(&self, inputs: &[Seen]) -> TractResult<()> {
		let Some(x) = inputs.first() else { return Ok(()) };
		let Some(rank) = x.rank() else { return Ok(()) };
		let axes: Vec<usize> = match &self.axes {
			Some(axes) => {
				distinct(axes, rank)?;
				axes.iter().map(|axis| shape::axis(*axis, rank)).collect::<TractResult<_>>()?
			},
			None => (0..rank).collect(),
		};
		// tract turns to the sizes when there are no scales, known or not.
		let none = self.scales.and_then(|at| inputs.get(at)).is_some_and(Seen::is_empty);
		ensure!(!none || self.sizes.is_some(), "neither scales nor sizes");
		let value = |at: Option<usize>| at.and_then(|at| inputs.get(at)?.value.as_ref());
		for (numbers, scale) in [(value(self.scales), true), (value(self.sizes), false)] {
			let Some(numbers) = numbers else { continue };
			let numbers = numbers.cast_to::<f32>()?;
			let numbers = numbers.try_as_plain_ram()?.as_slice::<f32>()?;
			if scale && numbers.is_empty() {
				continue;
			}
			ensure!(numbers.len() == axes.len(), "{} numbers, {} axes", numbers.len(), axes.len());
			for number in numbers {
				ensure!(number.is_finite() && *number > 0.0, "a scale or size of {number}");
			}
			let Some(dims) = x.dims() else { continue };
			self.lengths(&dims, &axes, numbers, scale)?;
		}
		Ok(())
	}
}

impl Resized {
	/// Checks the output that positive scales or sizes give.
	fn lengths(
		&self,
		dims: &[usize],
		axes: &[usize],
		numbers: &[f32],
		scale: bool,
	) -> TractResult<()> {
		let mut output: TVec<usize> = dims.into();
		let ratios = || numbers.iter().zip(axes).map(|(size, axis)| size / dims[*axis] as f32);
		let common = self.ratio.filter(|_| !scale).and_then(|pick| ratios().reduce(pick));
		for (number, axis) in numbers.iter().zip(axes) {
			// Axes are below the rank.
			let from = dims[*axis];
			ensure!(from > 0, "an axis without elements");
			let length = match (scale, common) {
				(true, _) => number * from as f32,
				(false, Some(ratio)) => ratio * from as f32 + 0.5,
				(false, None) => *number,
			};
			// Larger than any dimension: refused just as well.
			output[*axis] = shape::dim(length as i64)?;
			ensure!(output[*axis] > 0, "nothing is left of an axis");
			let open = self.ambiguous && output[*axis] == 1 && from > 1;
			ensure!(!open, "pytorch_half_pixel where an axis becomes one element");
		}
		shape::volume(&output)?;
		Ok(())
	}
}

#[cfg(test)]
mod tests {
	use super::{super::tests::seen, *};

	#[test]
	fn what_is_resized_keeps_elements_and_bounds() {
		let resized = |ratio| {
			let (scales, sizes, axes) = (Some(1), Some(2), None);
			Resized { scales, sizes, axes, ratio, ambiguous: false }
		};
		let check = |scales: &[f32], sizes: &[i64], ratio| {
			let of = |value: Tensor| seen(&[value.len()], Some(value));
			resized(ratio).check(&[seen(&[2, 4], None), of(tensor1(scales)), of(tensor1(sizes))])
		};
		assert!(check(&[0.5, 2.0], &[1, 8], None).is_ok());
		assert!(check(&[], &[1, 8], None).is_ok());
		for scales in
			[&[0.4, 1.0][..], &[0.0, 1.0], &[-1.0, 1.0], &[f32::NAN, 1.0], &[1.0], &[1e9, 1.0]]
		{
			assert!(check(scales, &[1, 8], None).is_err(), "{scales:?}");
		}
		for sizes in [&[0, 1][..], &[-1, 1], &[1], &[i64::MAX, 1], &[1 << 20, 1 << 20]] {
			assert!(check(&[], sizes, None).is_err(), "{sizes:?}");
		}
		assert!(check(&[], &[8, 1], Some(f32::max)).is_ok());
		assert!(check(&[], &[8, 1 << 30], Some(f32::min)).is_ok());
		assert!(check(&[], &[8, 1 << 30], Some(f32::max)).is_err());
	}
}
