//! Samples of an image at the points of a grid.

use super::{check_values, Built};
use crate::ops::data;
use tract_onnx::{model::ParsingContext, pb::NodeProto, tract_hir::internal::*};

/// Elements from the image's middle within which reflections are exact: binary32 has all halves up to
/// 2^23, and a point is reflected at most once more than it lies lengths away.
const EXACT: f64 = (1 << 21) as f64;

/// GridSample: a grid of the image's axes, two of them for cubic polynomials; by reflection no point so far
/// away that tract's arithmetic misses the image.
pub fn sampled(ctx: &ParsingContext, op: &NodeProto) -> Built {
	let padding = op.get_attr_opt::<String>("padding_mode")?.unwrap_or_default();
	let reflection = padding == "reflection";
	let mode = op.get_attr_opt::<String>("mode")?.unwrap_or_default();
	let flat = mode.ends_with("cubic");
	// tract (0.23.9), ONNX's reference and PyTorch each have a result of their own.
	ensure!(!(flat && padding == "border"), "{mode} with padding_mode border");
	let values: &[usize] = if reflection { &[1] } else { &[] };
	check_values(ctx, op, values, move |inputs| {
		let [image, grid] = inputs else { bail!("expects 2 inputs") };
		let (rank, points) = (image.rank(), grid.rank());
		ensure!(
			rank.is_none_or(|rank| rank >= 3)
				&& (rank.is_none() || points.is_none() || rank == points),
			"a grid of {points:?} axes for an image of {rank:?}"
		);
		ensure!(!flat || rank.is_none_or(|rank| rank == 4), "{mode} on an image of {rank:?} axes");
		if let (Some(rank), Some(dims)) = (rank, grid.dims()) {
			ensure!(
				dims.last().copied() == rank.checked_sub(2),
				"a grid of {dims:?} for {rank} axes"
			);
		}
		let (true, Some(dims), Some(grid)) = (reflection, image.dims(), &grid.value) else {
			return Ok(());
		};
		let longest = dims.iter().skip(2).copied().max().unwrap_or_default();
		for point in data::numbers(grid)? {
			// What isn't a number is the first element.
			let far = point.abs() * longest as f64 > EXACT;
			ensure!(!far, "a point at {point} of an axis of {longest}");
		}
		Ok(())
	})
}
