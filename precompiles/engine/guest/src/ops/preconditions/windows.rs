//! Windows that move over an image: convolutions and pools.

use super::{node, sizes::quantised, Built, Precondition, Seen};
use crate::ops::shape;
use tract_onnx::{model::ParsingContext, pb::NodeProto, tract_hir::internal::*};

/// Windows that move over all axes but the first two.
#[derive(Debug)]
struct Windows {
	/// Lengths of the attributes about windows: one number for each such axis.
	counts: Vec<usize>,
	/// The kernel's position among the inputs; a pool has none.
	kernel: Option<usize>,
	dilations: Option<Vec<usize>>,
	/// The kernel and both images are of 8 bits, with scales and zero points.
	linear: bool,
	/// Padding of both ends of each axis together, none when it is empty; `None` when it follows from the
	/// strides.
	padding: Option<Vec<usize>>,
	/// What windows of a pool span after their first element.
	pool: Option<Vec<usize>>,
	/// What the output of a transposed convolution is asked to be.
	asked: Option<Asked>,
	/// The position of an input that is a single element.
	scalar: Option<usize>,
}

/// `output_shape` of ConvTranspose.
#[derive(Debug)]
struct Asked {
	output: Vec<usize>,
	strides: Option<Vec<usize>>,
	/// Before all axes, then after all axes.
	pads: Vec<usize>,
}

/// AveragePool, MaxPool and the convolutions.
pub fn build(ctx: &ParsingContext, op: &NodeProto) -> Built {
	let list = |name: &str| -> TractResult<Option<Vec<usize>>> {
		let Some(values) = op.get_attr_opt_vec::<i64>(name)? else { return Ok(None) };
		Ok(Some(shape::dims(&values)?.to_vec()))
	};
	let (kernel_shape, dilations) = (list("kernel_shape")?, list("dilations")?);
	let strides = list("strides")?;
	let mut counts: Vec<usize> =
		[&kernel_shape, &dilations, &strides].into_iter().flatten().map(Vec::len).collect();
	let pads = list("pads")?;
	let automatic = op.get_attr_opt::<String>("auto_pad")?.filter(|way| way != "NOTSET");
	counts.extend(pads.as_ref().map(|pads| pads.len() / 2));
	counts.extend(list("output_padding")?.map(|list| list.len()));
	let output = list("output_shape")?.filter(|_| op.op_type == "ConvTranspose");
	counts.extend(output.as_ref().map(Vec::len));
	if output.is_some() {
		let given = automatic.as_ref().is_none_or(|way| way == "VALID");
		ensure!(given, "output_shape with auto_pad {automatic:?}");
	}
	let kernel = match op.op_type.as_str() {
		"AveragePool" | "MaxPool" => None,
		"QLinearConv" => Some(3),
		_ => Some(1),
	};
	let shape = kernel_shape.map(|kernel| spans(&kernel, dilations.as_deref())).transpose()?;
	let pool = shape.filter(|_| kernel.is_none());
	let linear = op.op_type == "QLinearConv";
	let fixed = automatic.as_ref().is_none_or(|way| way == "VALID");
	let pads = pads.filter(|_| automatic.is_none()).unwrap_or_default();
	let padding = fixed.then(|| {
		let (before, after) = pads.split_at(pads.len() / 2);
		before.iter().zip(after).map(|(before, after)| before + after).collect()
	});
	let padding = padding.filter(|_| op.op_type != "ConvTranspose");
	let asked = output.map(|output| Asked { output, strides, pads });
	let scalar = (op.op_type == "ConvInteger").then_some(2);
	node(ctx, op, Windows { counts, kernel, dilations, linear, padding, pool, asked, scalar })
}

/// Elements after the first that windows of that size span on each axis, with dilations.
fn spans(kernel: &[usize], dilations: Option<&[usize]>) -> TractResult<Vec<usize>> {
	let span = |(at, length): (usize, &usize)| {
		let dilation = dilations.and_then(|dilations| dilations.get(at)).copied().unwrap_or(1);
		let length = length.checked_sub(1).context("a window of no elements")?;
		let span = length.checked_mul(dilation).and_then(|span| i64::try_from(span).ok());
		shape::dim(span.context("a window too large")?)
	};
	kernel.iter().enumerate().map(span).collect()
}

impl Asked {
	/// tract adds to the output that strides and kernel give, and takes nothing from it but `pads`.
	fn check(&self, image: &[usize], spans: &[usize]) -> TractResult<()> {
		let axes = self.output.len();
		for (axis, output) in self.output.iter().enumerate() {
			// As many as axes: counted before. All numbers are at most 2^26.
			let (Some(length), Some(span)) = (image.get(axis), spans.get(axis)) else {
				return Ok(());
			};
			let of =
				|list: &[usize], at: usize, absent| list.get(at).copied().unwrap_or(absent) as u64;
			let stride = self.strides.as_deref().map_or(1, |strides| of(strides, axis, 1));
			let last = length.checked_sub(1).context("an axis without elements")? as u64;
			let least = stride.saturating_mul(last).saturating_add(*span as u64 + 1);
			let pads = of(&self.pads, axis, 0) + of(&self.pads, axes + axis, 0);
			ensure!(
				*output as u64 + pads >= least,
				"output_shape {output} on axis {axis}, where strides and kernel give {least}"
			);
		}
		Ok(())
	}
}

impl Precondition for Windows {
	fn check(&self, inputs: &[Seen]) -> TractResult<()> {
		if self.linear {
			quantised(inputs)?;
		}
		self.scalar.and_then(|at| inputs.get(at)).map_or(Ok(()), Seen::single)?;
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
		if let Some(dims) = kernel {
			ensure!(dims.iter().all(|dim| *dim > 0), "a kernel without elements");
			let spans = spans(dims.get(2..).unwrap_or_default(), self.dilations.as_deref())?;
			if let (Some(asked), Some(image)) = (&self.asked, &x.dims) {
				asked.check(image.get(2..).unwrap_or_default(), &spans)?;
			}
			self.fits(x, &spans)?;
		}
		if let Some(spans) = &self.pool {
			self.fits(x, spans)?;
		}
		Ok(())
	}
}

impl Windows {
	/// A window is no larger than the image with its padding.
	fn fits(&self, x: &Seen, spans: &[usize]) -> TractResult<()> {
		let (Some(padding), Some(dims)) = (&self.padding, &x.dims) else { return Ok(()) };
		for (axis, (length, span)) in dims.iter().skip(2).zip(spans).enumerate() {
			let length = length + padding.get(axis).copied().unwrap_or_default();
			ensure!(*span < length, "a window of {} on an axis of {length}", span + 1);
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
			kernel,
			dilations: Some(vec![2; 2]),
			linear: false,
			padding: None,
			pool: None,
			asked: None,
			scalar: None,
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
