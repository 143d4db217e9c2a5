//! Col2Im: puts blocks back into an image and adds where they overlap.

use super::{
	data, kernel,
	kernel::Kernel,
	shape,
	windows::{Axis, Windows},
};
use tract_onnx::{model::ParsingContext, pb::NodeProto, tract_hir::internal::*};

#[derive(Debug)]
struct Col2Im {
	node: NodeProto,
}

pub fn build(
	_: &ParsingContext,
	node: &NodeProto,
) -> TractResult<(Box<dyn InferenceOp>, Vec<String>)> {
	ensure!(node.attribute.iter().all(|a| a.name != "auto_pad" && a.name != "ceil_mode"));
	kernel::node(Col2Im { node: node.clone() })
}

impl Col2Im {
	/// Batch, channels, and the windows on the image.
	fn geometry(
		&self,
		columns: &[usize],
		image: &[i64],
		block: &[i64],
	) -> TractResult<(usize, usize, TVec<Axis>)> {
		let [batch, rows, blocks] = *columns else { bail!("the input needs 3 axes") };
		ensure!(!image.is_empty(), "an image without axes");
		let axes = Windows::with_kernel(&self.node, block)?.on(&shape::dims(image)?)?;
		let taps = shape::volume(&axes.iter().map(|axis| axis.kernel).collect::<TVec<_>>())?;
		let windows = shape::volume(&axes.iter().map(|axis| axis.output).collect::<TVec<_>>())?;
		ensure!(windows == blocks, "{blocks} blocks, but the image has {windows}");
		ensure!(rows % taps == 0, "{rows} rows aren't blocks of {taps}");
		Ok((batch, rows / taps, axes))
	}
}

impl Kernel for Col2Im {
	fn name(&self) -> &'static str {
		"Col2Im"
	}

	fn outputs(&self, inputs: &[kernel::Input]) -> TractResult<Option<TVec<kernel::Output>>> {
		let [columns, image, block] = inputs else { bail!("expects 3 inputs") };
		let (Some(image), Some(block)) = (image.integers()?, block.integers()?) else {
			return Ok(None);
		};
		let (batch, channels, axes) = self.geometry(&columns.dims()?, &image, &block)?;
		let mut output: TVec<usize> = tvec![batch, channels];
		output.extend(axes.iter().map(|axis| axis.input));
		shape::volume(&output)?;
		Ok(Some(tvec![(data::float(columns.dtype)?, shape::symbolic(&output))]))
	}

	fn eval(&self, inputs: &[&Tensor]) -> TractResult<TVec<Tensor>> {
		let [columns, image, block] = inputs else { bail!("expects 3 inputs") };
		let (batch, channels, axes) =
			self.geometry(columns.shape(), &data::integers(image)?, &data::integers(block)?)?;
		let mut shape: TVec<usize> = tvec![batch, channels];
		shape.extend(axes.iter().map(|axis| axis.input));
		let mut output = vec![0f64; shape::volume(&shape)?];
		let kernels: TVec<usize> = axes.iter().map(|axis| axis.kernel).collect();
		let windows: TVec<usize> = axes.iter().map(|axis| axis.output).collect();
		let plane = shape::volume(&shape[2..])?;

		// Columns in their own order: plane, tap, window.
		let mut from = data::numbers(columns)?.into_iter();
		for start in (0..batch * channels).map(|index| index * plane) {
			let mut tap: TVec<usize> = tvec![0; axes.len()];
			loop {
				let mut window: TVec<usize> = tvec![0; axes.len()];
				loop {
					let number = from.next().context("fewer columns than blocks")?;
					if let Some(offset) = offset(&axes, &window, &tap) {
						output[start + offset] += number;
					}
					if !shape::advance(&mut window, &windows) {
						break;
					}
				}
				if !shape::advance(&mut tap, &kernels) {
					break;
				}
			}
		}
		Ok(tvec![data::from_numbers(columns.datum_type(), &shape, output)?])
	}
}

/// Where a tap of a window lies in the image; `None` in the padding.
fn offset(axes: &[Axis], window: &[usize], tap: &[usize]) -> Option<usize> {
	axes.iter().zip(window).zip(tap).try_fold(0, |offset, ((axis, window), tap)| {
		let element = (window * axis.stride + tap * axis.dilation).checked_sub(axis.before)?;
		(element < axis.input).then(|| offset * axis.input + element)
	})
}
