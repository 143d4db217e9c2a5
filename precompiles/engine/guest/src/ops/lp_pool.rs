//! LpPool and GlobalLpPool: the p-norm of windows, and of whole images. tract (0.23.9) divides the latter by
//! the number of elements.

use super::{data, kernel, kernel::Kernel, shape, windows::Windows};
use tract_onnx::{model::ParsingContext, pb::NodeProto, tract_hir::internal::*};

#[derive(Debug)]
struct LpPool {
	windows: Windows,
	p: i32,
}

pub fn build(
	_: &ParsingContext,
	node: &NodeProto,
) -> TractResult<(Box<dyn InferenceOp>, Vec<String>)> {
	kernel::node(LpPool { windows: Windows::from_attributes(node)?, p: exponent(node)? })
}

/// GlobalLpPool.
pub fn global(
	_: &ParsingContext,
	node: &NodeProto,
) -> TractResult<(Box<dyn InferenceOp>, Vec<String>)> {
	kernel::node(GlobalLpPool { p: exponent(node)? })
}

fn exponent(node: &NodeProto) -> TractResult<i32> {
	let p = node.get_attr_opt::<i32>("p")?.unwrap_or(2);
	ensure!(p >= 1, "p must be positive");
	Ok(p)
}

#[derive(Debug)]
struct GlobalLpPool {
	p: i32,
}

impl Kernel for GlobalLpPool {
	fn name(&self) -> &'static str {
		"GlobalLpPool"
	}

	fn outputs(&self, inputs: &[kernel::Input]) -> TractResult<Option<TVec<kernel::Output>>> {
		let [x] = inputs else { bail!("expects 1 input") };
		let dtype = data::float(x.dtype)?;
		Ok(Some(tvec![(dtype, shape::symbolic(&one_for_each_plane(&x.dims()?)?))]))
	}

	fn eval(&self, inputs: &[&Tensor]) -> TractResult<TVec<Tensor>> {
		let [x] = inputs else { bail!("expects 1 input") };
		let plane = shape::volume(&x.shape()[2..])?;
		let numbers = data::numbers(x)?;
		let output = match plane {
			0 => vec![0.0; shape::volume(&x.shape()[..2])?],
			_ => numbers.chunks(plane).map(|plane| norm(self.p, plane.iter().copied())).collect(),
		};
		Ok(tvec![data::from_numbers(x.datum_type(), &one_for_each_plane(x.shape())?, output)?])
	}
}

/// The shape with one element for each channel of each image.
fn one_for_each_plane(dims: &[usize]) -> TractResult<TVec<usize>> {
	ensure!(dims.len() >= 3, "the input needs a batch, channels and something to pool");
	Ok(dims.iter().enumerate().map(|(axis, dim)| if axis < 2 { *dim } else { 1 }).collect())
}

impl Kernel for LpPool {
	fn name(&self) -> &'static str {
		"LpPool"
	}

	fn outputs(&self, inputs: &[kernel::Input]) -> TractResult<Option<TVec<kernel::Output>>> {
		let [x] = inputs else { bail!("expects 1 input") };
		let dtype = data::float(x.dtype)?;
		let dims = x.dims()?;
		ensure!(dims.len() >= 3, "the input needs a batch, channels and something to pool");
		let mut output: TVec<usize> = dims[..2].into();
		output.extend(self.windows.on(&dims[2..])?.iter().map(|axis| axis.output));
		shape::volume(&output)?;
		Ok(Some(tvec![(dtype, shape::symbolic(&output))]))
	}

	fn eval(&self, inputs: &[&Tensor]) -> TractResult<TVec<Tensor>> {
		let [x] = inputs else { bail!("expects 1 input") };
		let axes = self.windows.on(&x.shape()[2..])?;
		let numbers = data::numbers(x)?;
		let planes = shape::volume(&x.shape()[..2])?;
		let plane = shape::volume(&x.shape()[2..])?;
		let windows: TVec<usize> = axes.iter().map(|axis| axis.output).collect();
		let mut shape: TVec<usize> = x.shape()[..2].into();
		shape.extend(windows.iter().copied());
		let mut output = Vec::with_capacity(shape::volume(&shape)?);
		// Offsets of the elements under a window, in row-major order.
		let mut offsets = Vec::new();
		for start in (0..planes).map(|index| index * plane) {
			let mut at: TVec<usize> = tvec![0; axes.len()];
			loop {
				offsets.clear();
				offsets.push(0);
				for (axis, window) in axes.iter().zip(&at) {
					offsets = offsets
						.iter()
						.flat_map(|offset| {
							let row = offset * axis.input;
							axis.taps(*window).map(move |(_, element)| row + element)
						})
						.collect();
				}
				let norm = norm(self.p, offsets.iter().map(|offset| numbers[start + offset]));
				output.push(norm);
				if !shape::advance(&mut at, &windows) {
					break;
				}
			}
		}
		Ok(tvec![data::from_numbers(x.datum_type(), &shape, output)?])
	}
}

fn norm(p: i32, elements: impl Iterator<Item = f64>) -> f64 {
	match p {
		1 => data::sum(elements.map(f64::abs)),
		2 => data::sum(elements.map(|x| x * x)).sqrt(),
		p => {
			let p = f64::from(p);
			data::sum(elements.map(|x| x.abs().powf(p))).powf(p.recip())
		},
	}
}
