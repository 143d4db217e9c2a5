//! Windows that move over an image: convolutions and pools.

use super::{axes::normalisable, check, node, sizes::quantised, Built, Precondition, Seen};
use crate::ops::shape;
use tract_onnx::{model::ParsingContext, pb::NodeProto, tract_hir::internal::*};

/// Windows that move over all axes but the first two.
#[derive(Debug)]
struct Windows {
	of: Of,
	/// Lengths of the attributes about windows: one number for each such axis.
	counts: Vec<usize>,
	dilations: Option<Vec<usize>>,
	/// Padding of both ends of each axis together, none when it is empty; `None` when it follows from the
	/// strides.
	padding: Option<Vec<usize>>,
}

/// What the windows belong to.
#[derive(Debug)]
enum Of {
	/// AveragePool and MaxPool: what a window spans after its first element on each axis.
	Pool(Vec<usize>),
	Conv,
	ConvInteger,
	ConvTranspose(Transposed),
	QLinearConv,
}

/// Attributes of ConvTranspose. tract adds to what strides and kernel give, and takes nothing from it but
/// the padding.
#[derive(Debug)]
struct Transposed {
	strides: Option<Vec<usize>>,
	/// `output_padding`.
	added: Option<Vec<usize>>,
	/// `output_shape`.
	output: Option<Vec<usize>>,
}

/// AveragePool, MaxPool and the convolutions.
pub fn build(ctx: &ParsingContext, op: &NodeProto) -> Built {
	let list = |name: &str| -> TractResult<Option<Vec<usize>>> {
		let Some(values) = op.get_attr_opt_vec::<i64>(name)? else { return Ok(None) };
		Ok(Some(shape::dims(&values)?.to_vec()))
	};
	let (kernel, dilations, strides) =
		(list("kernel_shape")?, list("dilations")?, list("strides")?);
	let (pads, added) = (list("pads")?, list("output_padding")?);
	let output = list("output_shape")?.filter(|_| op.op_type == "ConvTranspose");
	let counts =
		[&kernel, &dilations, &strides, &added, &output].into_iter().flatten().map(Vec::len);
	let counts = counts.chain(pads.as_ref().map(|pads| pads.len() / 2)).collect();
	let automatic = op.get_attr_opt::<String>("auto_pad")?.filter(|way| way != "NOTSET");
	let fixed = automatic.as_ref().is_none_or(|way| way == "VALID");
	ensure!(fixed || output.is_none(), "output_shape with auto_pad {automatic:?}");
	let adds = added.iter().flatten().any(|added| *added > 0);
	// The output is as long as the strides say; tract takes the addition from it.
	ensure!(fixed || !adds, "output_padding with auto_pad {automatic:?}");
	let mut op = op.clone();
	let mut pads = pads.unwrap_or_default();
	if automatic.is_some() || output.is_some() {
		// They say what the padding is, whatever is given; tract takes what is given.
		op.attribute.retain(|attribute| attribute.name != "pads");
		pads.clear();
	}
	let padding = fixed.then(|| {
		let (before, after) = pads.split_at(pads.len() / 2);
		before.iter().zip(after).map(|(before, after)| before + after).collect()
	});
	let of = match op.op_type.as_str() {
		"AveragePool" | "MaxPool" => {
			Of::Pool(spans(&kernel.context("no kernel_shape")?, dilations.as_deref())?)
		},
		"ConvInteger" => Of::ConvInteger,
		"ConvTranspose" => Of::ConvTranspose(Transposed { strides, added, output }),
		"QLinearConv" => Of::QLinearConv,
		_ => Of::Conv,
	};
	node(ctx, &op, Windows { of, counts, dilations, padding })
}

/// Elements after the first that windows of that size span on each axis, with dilations.
fn spans(kernel: &[usize], dilations: Option<&[usize]>) -> TractResult<Vec<usize>> {
	let span = |(axis, length): (usize, &usize)| {
		let length = length.checked_sub(1).context("a window of no elements")?;
		let span = length.checked_mul(at(dilations, axis, 1));
		let span = span.and_then(|span| i64::try_from(span).ok());
		shape::dim(span.context("a window too large")?)
	};
	kernel.iter().enumerate().map(span).collect()
}

/// What a list says of an axis.
fn at(list: Option<&[usize]>, axis: usize, absent: usize) -> usize {
	list.and_then(|list| list.get(axis)).copied().unwrap_or(absent)
}

impl Of {
	/// The kernel's position among the inputs; a pool has none.
	fn kernel(&self) -> Option<usize> {
		match self {
			Of::Pool(_) => None,
			Of::QLinearConv => Some(3),
			_ => Some(1),
		}
	}
}

impl Transposed {
	/// An output has elements, and those that strides and kernel give at least.
	fn check(
		&self,
		image: &[usize],
		spans: &[usize],
		padding: Option<&[usize]>,
	) -> TractResult<()> {
		for (axis, (length, span)) in image.iter().zip(spans).enumerate() {
			// All numbers are at most 2^27.
			let last = length.checked_sub(1).context("an axis without elements")? as u64;
			let stride = at(self.strides.as_deref(), axis, 1) as u64;
			let given = stride.saturating_mul(last).saturating_add(*span as u64 + 1);
			if let Some(output) = &self.output {
				let output = at(Some(output), axis, 0);
				ensure!(
					output as u64 >= given,
					"output_shape {output} on axis {axis}, where strides and kernel give {given}"
				);
			} else if padding.is_some() {
				let padding = at(padding, axis, 0);
				let grown = given.saturating_add(at(self.added.as_deref(), axis, 0) as u64);
				ensure!(grown > padding as u64, "{padding} padding of {grown} on axis {axis}");
			}
		}
		Ok(())
	}
}

/// GlobalAveragePool: one window of everything, which are floating-point numbers, one or more.
pub fn whole(ctx: &ParsingContext, op: &NodeProto) -> Built {
	check(ctx, op, |inputs| inputs.first().map_or(Ok(()), normalisable))
}

impl Precondition for Windows {
	fn check(&self, inputs: &[Seen]) -> TractResult<()> {
		match &self.of {
			Of::QLinearConv => quantised(inputs)?,
			Of::ConvInteger => inputs.get(2).map_or(Ok(()), Seen::single)?,
			_ => {},
		}
		let Some(x) = inputs.first() else { return Ok(()) };
		let kernel = self.of.kernel().and_then(|at| inputs.get(at));
		if let Some(rank) = x.rank() {
			let axes = rank.checked_sub(2).filter(|axes| *axes > 0);
			let axes = axes.context("windows need an input of 3 axes or more")?;
			for count in &self.counts {
				ensure!(*count == axes, "windows of {count} axes on an input of {rank}");
			}
			if let Some(kernel) = kernel.and_then(Seen::rank) {
				ensure!(kernel == rank, "a kernel of {kernel} axes for an input of {rank}");
			}
		}
		let dims = x.dims();
		let image = dims.as_ref().and_then(|dims| dims.get(2..));
		if let Of::Pool(spans) = &self.of {
			return image.map_or(Ok(()), |image| self.fits(image, spans));
		}
		let Some(dims) = kernel.and_then(Seen::dims) else { return Ok(()) };
		ensure!(dims.iter().all(|dim| *dim > 0), "a kernel without elements");
		let spans = spans(dims.get(2..).unwrap_or_default(), self.dilations.as_deref())?;
		let Some(image) = image else { return Ok(()) };
		match &self.of {
			Of::ConvTranspose(by) => by.check(image, &spans, self.padding.as_deref()),
			_ => self.fits(image, &spans),
		}
	}
}

impl Windows {
	/// A window is no larger than the image with its padding.
	fn fits(&self, image: &[usize], spans: &[usize]) -> TractResult<()> {
		let Some(padding) = &self.padding else { return Ok(()) };
		for (axis, (length, span)) in image.iter().zip(spans).enumerate() {
			let length = length + at(Some(padding), axis, 0);
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
		let of = |counts: &[usize], of| Windows {
			of,
			counts: counts.to_vec(),
			dilations: Some(vec![2; 2]),
			padding: None,
		};
		let (pool, conv) = (|| Of::Pool(vec![2, 2]), || Of::Conv);
		let image = || seen(&[1, 1, 4, 4], None);
		assert!(of(&[2, 2], pool()).check(&[image()]).is_ok());
		assert!(of(&[2, 1], pool()).check(&[image()]).is_err());
		assert!(of(&[0], pool()).check(&[seen(&[4, 4], None)]).is_err());
		assert!(of(&[], conv()).check(&[image(), seen(&[1, 1, 3, 3], None)]).is_ok());
		assert!(of(&[], conv()).check(&[image(), seen(&[1, 1, 3], None)]).is_err());
		assert!(of(&[], conv()).check(&[image(), seen(&[1, 1, 0, 3], None)]).is_err());
		assert!(of(&[], conv()).check(&[image(), seen(&[1, 1, 1 << 26, 1], None)]).is_err());
	}

	#[test]
	fn transposed_convolutions_give_elements() {
		let by = |added: Option<Vec<usize>>, output| Transposed {
			strides: Some(vec![3]),
			added,
			output,
		};
		// 3 · 1 + 2 + 1
		let given =
			|by: Transposed, padding: Option<&[usize]>| by.check(&[2], &[2], padding).is_ok();
		assert!(given(by(None, None), Some(&[5])));
		assert!(!given(by(None, None), Some(&[6])));
		assert!(given(by(Some(vec![1]), None), Some(&[6])));
		assert!(given(by(None, Some(vec![6])), Some(&[])));
		assert!(!given(by(None, Some(vec![5])), Some(&[])));
		assert!(given(by(None, None), None));
		assert!(by(None, None).check(&[0], &[2], None).is_err());
	}
}
