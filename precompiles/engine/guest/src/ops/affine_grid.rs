//! AffineGrid: where an affine transformation samples an image (for GridSample).

use super::{data, kernel, kernel::Kernel, shape};
use tract_onnx::{model::ParsingContext, pb::NodeProto, tract_hir::internal::*};

#[derive(Debug)]
struct AffineGrid {
	align_corners: bool,
}

pub fn build(
	_: &ParsingContext,
	node: &NodeProto,
) -> TractResult<(Box<dyn InferenceOp>, Vec<String>)> {
	let align_corners = node.get_attr_opt::<bool>("align_corners")?.unwrap_or(false);
	kernel::node(AffineGrid { align_corners })
}

impl AffineGrid {
	/// The image's spatial axes, when matrices and size belong together.
	fn spatial(&self, theta: &[usize], size: &[i64]) -> TractResult<TVec<usize>> {
		let size = shape::dims(size)?;
		ensure!(size.len() == 4 || size.len() == 5, "size must have 4 or 5 elements");
		let axes = size.len() - 2;
		ensure!(
			theta[..] == [size[0], axes, axes + 1],
			"theta {theta:?} doesn't belong to size {size:?}"
		);
		// One pixel has no two corners.
		let least = if self.align_corners { 2 } else { 1 };
		ensure!(size[2..].iter().all(|dim| *dim >= least), "size {size:?} is too small");
		Ok(size[2..].into())
	}
}

impl Kernel for AffineGrid {
	fn name(&self) -> &'static str {
		"AffineGrid"
	}

	fn outputs(&self, inputs: &[kernel::Input]) -> TractResult<Option<TVec<kernel::Output>>> {
		let [theta, size] = inputs else { bail!("expects 2 inputs") };
		let Some(size) = size.integers()? else { return Ok(None) };
		let dims = theta.dims()?;
		let spatial = self.spatial(&dims, &size)?;
		let mut output: TVec<usize> = tvec![dims[0]];
		output.extend(spatial.iter().copied());
		output.push(spatial.len());
		shape::volume(&output)?;
		Ok(Some(tvec![(data::float(theta.dtype)?, shape::symbolic(&output))]))
	}

	fn eval(&self, inputs: &[&Tensor]) -> TractResult<TVec<Tensor>> {
		let [theta, size] = inputs else { bail!("expects 2 inputs") };
		let spatial = self.spatial(theta.shape(), &data::integers(size)?)?;
		let axes = spatial.len();
		let mut shape: TVec<usize> = tvec![theta.shape()[0]];
		shape.extend(spatial.iter().copied());
		shape.push(axes);
		let mut output = Vec::with_capacity(shape::volume(&shape)?);
		for matrix in data::numbers(theta)?.chunks_exact(axes * (axes + 1)) {
			let mut at: TVec<usize> = tvec![0; axes];
			loop {
				// ONNX's order is x, y, z: the innermost axis first.
				let position: TVec<f64> = at
					.iter()
					.zip(&spatial)
					.rev()
					.map(|(at, length)| self.coordinate(*at, *length))
					.collect();
				for row in matrix.chunks_exact(axes + 1) {
					let (offset, rotation) = row.split_last().context("an empty matrix")?;
					let product = rotation.iter().zip(&position).map(|(r, x)| r * x);
					output.push(data::sum(product) + offset);
				}
				if !shape::advance(&mut at, &spatial) {
					break;
				}
			}
		}
		Ok(tvec![data::from_numbers(theta.datum_type(), &shape, output)?])
	}
}

impl AffineGrid {
	/// Position of a pixel between −1 and 1: centres of the corner pixels, or their outer edges.
	fn coordinate(&self, at: usize, length: usize) -> f64 {
		let (at, length) = (at as f64, length as f64);
		if self.align_corners {
			2.0 * at / (length - 1.0) - 1.0
		} else {
			(2.0 * at + 1.0) / length - 1.0
		}
	}
}
