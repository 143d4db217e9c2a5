//! CenterCropPad: crops or pads with zeros, on both sides.

use super::{data, kernel, kernel::Kernel, shape};
use tract_onnx::{model::ParsingContext, pb::NodeProto, tract_hir::internal::*};

#[derive(Debug)]
struct CenterCropPad {
	axes: Option<Vec<i64>>,
}

pub fn build(
	_: &ParsingContext,
	node: &NodeProto,
) -> TractResult<(Box<dyn InferenceOp>, Vec<String>)> {
	kernel::node(CenterCropPad { axes: node.get_attr_opt_vec("axes")? })
}

impl CenterCropPad {
	fn output(&self, dims: &[usize], wanted: &[i64]) -> TractResult<TVec<usize>> {
		let axes = match &self.axes {
			Some(axes) => axes
				.iter()
				.map(|axis| shape::axis(*axis, dims.len()))
				.collect::<TractResult<TVec<_>>>()?,
			None => (0..dims.len()).collect(),
		};
		ensure!(axes.len() == wanted.len(), "{} dimensions for {} axes", wanted.len(), axes.len());
		let mut output: TVec<usize> = dims.into();
		for (index, (axis, wanted)) in axes.iter().zip(wanted).enumerate() {
			ensure!(!axes[..index].contains(axis), "axis {axis} is there twice");
			output[*axis] = shape::dim(*wanted)?;
		}
		shape::volume(&output)?;
		Ok(output)
	}
}

impl Kernel for CenterCropPad {
	fn name(&self) -> &'static str {
		"CenterCropPad"
	}

	fn outputs(&self, inputs: &[kernel::Input]) -> TractResult<Option<TVec<kernel::Output>>> {
		let [x, wanted] = inputs else { bail!("expects 2 inputs") };
		let Some(wanted) = wanted.integers()? else { return Ok(None) };
		let output = self.output(&x.dims()?, &wanted)?;
		Ok(Some(tvec![(data::plain(x.dtype)?, shape::symbolic(&output))]))
	}

	fn eval(&self, inputs: &[&Tensor]) -> TractResult<TVec<Tensor>> {
		let [x, wanted] = inputs else { bail!("expects 2 inputs") };
		let dims = x.shape();
		let output = self.output(dims, &data::integers(wanted)?)?;
		let size = x.datum_type().size_of();
		let from = data::bytes(x)?;
		let mut to = vec![0u8; shape::volume(&output)? * size];
		// On each axis: where reading begins, where writing begins, how much is copied. The odd
		// element is left out, or added, at the end.
		let sides: TVec<(usize, usize, usize)> = dims
			.iter()
			.zip(&output)
			.map(|(from, to)| {
				let (cropped, padded) = (from.saturating_sub(*to), to.saturating_sub(*from));
				(cropped / 2, padded / 2, *from.min(to))
			})
			.collect();
		let copied: TVec<usize> = sides.iter().map(|(_, _, length)| *length).collect();
		if shape::volume(&copied)? > 0 {
			let mut at: TVec<usize> = tvec![0; dims.len()];
			loop {
				let (mut source, mut sink) = (0, 0);
				for (axis, (read, write, _)) in sides.iter().enumerate() {
					source = source * dims[axis] + read + at[axis];
					sink = sink * output[axis] + write + at[axis];
				}
				let (source, sink) = (source * size, sink * size);
				to[sink..sink + size].copy_from_slice(&from[source..source + size]);
				if !shape::advance(&mut at, &copied) {
					break;
				}
			}
		}
		Ok(tvec![data::from_bytes(x.datum_type(), &output, &to)?])
	}
}
