//! LpPool and GlobalLpPool: the p-norm of windows, and of whole images. tract (0.23.9) divides the latter by
//! the number of elements.

use super::{
	data, kernel,
	kernel::Kernel,
	shape,
	windows::{Axis, Windows},
};
use tract_onnx::{model::ParsingContext, pb::NodeProto, tract_hir::internal::*};

#[derive(Debug)]
struct LpPool {
	/// `None` for GlobalLpPool: the whole image is one.
	windows: Option<Windows>,
	p: i32,
}

pub fn build(
	_: &ParsingContext,
	node: &NodeProto,
) -> TractResult<(Box<dyn InferenceOp>, Vec<String>)> {
	let windows = match node.op_type.as_str() {
		"GlobalLpPool" => None,
		_ => Some(Windows::from_attributes(node)?),
	};
	let p = node.get_attr_opt::<i32>("p")?.unwrap_or(2);
	ensure!(p >= 1, "p must be positive");
	kernel::node(LpPool { windows, p })
}

impl LpPool {
	/// The windows on axes of these lengths.
	fn on(&self, image: &[usize]) -> TractResult<TVec<Axis>> {
		match &self.windows {
			Some(windows) => windows.on(image),
			None => Ok(image.iter().map(|length| Axis::whole(*length)).collect()),
		}
	}
}

impl Kernel for LpPool {
	fn name(&self) -> &'static str {
		match self.windows {
			Some(_) => "LpPool",
			None => "GlobalLpPool",
		}
	}

	fn outputs(&self, inputs: &[kernel::Input]) -> TractResult<Option<TVec<kernel::Output>>> {
		let [x] = inputs else { bail!("expects 1 input") };
		let dtype = data::float(x.dtype)?;
		let dims = x.dims()?;
		ensure!(dims.len() >= 3, "the input needs a batch, channels and something to pool");
		let mut output: TVec<usize> = dims[..2].into();
		output.extend(self.on(&dims[2..])?.iter().map(|axis| axis.output));
		shape::volume(&output)?;
		Ok(Some(tvec![(dtype, shape::symbolic(&output))]))
	}

	fn eval(&self, inputs: &[&Tensor]) -> TractResult<TVec<Tensor>> {
		let [x] = inputs else { bail!("expects 1 input") };
		let axes = self.on(&x.shape()[2..])?;
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
