//! Windows that move over an image: convolutions and pools.

use super::{node, Built, Precondition, Seen};
use crate::ops::shape;
use tract_onnx::{model::ParsingContext, pb::NodeProto, tract_hir::internal::*};

/// Windows that move over all axes but the first two.
#[derive(Debug)]
struct Windows {
	/// Lengths of the attributes about windows: one number for each such axis.
	counts: Vec<usize>,
	/// Elements that a window spans on each axis, as far as attributes say; `None` from the kernel.
	spans: Option<Vec<usize>>,
	/// The kernel's position among the inputs; a pool has none.
	kernel: Option<usize>,
	dilations: Option<Vec<usize>>,
}

/// AveragePool, MaxPool and the convolutions.
pub fn build(ctx: &ParsingContext, op: &NodeProto) -> Built {
	let list = |name: &str| -> TractResult<Option<Vec<usize>>> {
		let Some(values) = op.get_attr_opt_vec::<i64>(name)? else { return Ok(None) };
		Ok(Some(shape::dims(&values)?.to_vec()))
	};
	let (kernel_shape, dilations) = (list("kernel_shape")?, list("dilations")?);
	let mut counts: Vec<usize> = [&kernel_shape, &dilations, &list("strides")?]
		.into_iter()
		.flatten()
		.map(Vec::len)
		.collect();
	if let Some(pads) = list("pads")? {
		counts.push(pads.len() / 2);
	}
	for name in ["output_padding", "output_shape"] {
		counts.extend(list(name)?.map(|list| list.len()));
	}
	let kernel = match op.op_type.as_str() {
		"AveragePool" | "MaxPool" => None,
		"QLinearConv" => Some(3),
		_ => Some(1),
	};
	let spans = kernel_shape.map(|kernel| spans(&kernel, dilations.as_deref())).transpose()?;
	node(ctx, op, Windows { counts, spans, kernel, dilations })
}

/// What windows of that size span with dilations.
fn spans(kernel: &[usize], dilations: Option<&[usize]>) -> TractResult<Vec<usize>> {
	let span = |(at, length): (usize, &usize)| {
		let dilation = dilations.and_then(|dilations| dilations.get(at)).copied().unwrap_or(1);
		let length = length.checked_sub(1).context("a window of no elements")?;
		let span = length.checked_mul(dilation).and_then(|span| i64::try_from(span).ok());
		shape::dim(span.context("a window too large")?)
	};
	kernel.iter().enumerate().map(span).collect()
}

impl Precondition for Windows {
	fn check(&self, inputs: &[Seen]) -> TractResult<()> {
		let Some(x) = inputs.first() else { return Ok(()) };
		if let Some(rank) = x.rank {
			let axes = rank.checked_sub(2).filter(|axes| *axes > 0);
			let axes = axes.context("windows need an input of 3 axes or more")?;
			for count in &self.counts {
				ensure!(*count == axes, "windows of {count} axes on an input of {rank}");
			}
			if let Some(kernel) = self.kernel.and_then(|at| inputs.get(at)).and_then(|k| k.rank) {
				ensure!(kernel == rank, "a kernel of {kernel} axes for an input of {rank}");
			}
		}
		let kernel = self.kernel.and_then(|at| inputs.get(at)).and_then(|k| k.dims.as_ref());
		if let (None, Some(dims)) = (&self.spans, kernel) {
			spans(dims.get(2..).unwrap_or_default(), self.dilations.as_deref())?;
		}
		if let Some(dims) = kernel {
			ensure!(dims.iter().all(|dim| *dim > 0), "a kernel without elements");
		}
		Ok(())
	}
}

#[cfg(test)]
mod tests {
	use super::{super::tests::seen, *};

	#[test]
	fn windows_fit_the_input() {
		let of = |counts: &[usize], kernel| Windows {
			counts: counts.to_vec(),
			spans: None,
			kernel,
			dilations: Some(vec![2; 2]),
		};
		let image = || seen(&[1, 1, 4, 4], None);
		assert!(of(&[2, 2], None).check(&[image()]).is_ok());
		assert!(of(&[2, 1], None).check(&[image()]).is_err());
		assert!(of(&[0], None).check(&[seen(&[4, 4], None)]).is_err());
		assert!(of(&[], Some(1)).check(&[image(), seen(&[1, 1, 3, 3], None)]).is_ok());
		assert!(of(&[], Some(1)).check(&[image(), seen(&[1, 1, 3], None)]).is_err());
		assert!(of(&[], Some(1)).check(&[image(), seen(&[1, 1, 0, 3], None)]).is_err());
		assert!(of(&[], Some(1)).check(&[image(), seen(&[1, 1, 1 << 26, 1], None)]).is_err());
	}
}
