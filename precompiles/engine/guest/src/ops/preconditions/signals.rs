//! Signals: their windows, spectra and filters.

use super::{check, node, sizes::lengths, Built, Precondition, Seen};
use crate::ops::{data, shape};
use tract_onnx::{
	model::{optional_inputs, ParsingContext},
	pb::{attribute_proto, AttributeProto, NodeProto},
	tract_hir::internal::*,
};

/// MelWeightMatrix: bands between two frequencies that half the sample rate holds.
pub fn mel(ctx: &ParsingContext, op: &NodeProto) -> Built {
	check(ctx, op, |inputs| {
		let mut numbers = TVec::new();
		for input in inputs {
			let Some(value) = &input.value else { return Ok(()) };
			let value = data::numbers(value)?;
			let [number] = value[..] else { bail!("{} numbers", value.len()) };
			numbers.push(number);
		}
		let [bands, points, rate, low, high] = numbers[..] else { bail!("expects 5 inputs") };
		ensure!(
			bands >= 1.0 && points >= 1.0 && rate >= 1.0,
			"{bands} bands of {points} points at a rate of {rate}"
		);
		ensure!(0.0 <= low && low <= high && high * 2.0 <= rate, "from {low} to {high} of {rate}");
		// Saturates; half the points are the frequencies.
		lengths(&[bands as i64, points as i64 / 2 + 1])?;
		Ok(())
	})
}

/// The windows of signals: a length of at least 1.
pub fn window(ctx: &ParsingContext, op: &NodeProto) -> Built {
	check(ctx, op, |inputs| inputs.first().map_or(Ok(()), |input| counted(input).map(drop)))
}

/// A length of at least 1, once it is known.
fn counted(input: &Seen) -> TractResult<Option<usize>> {
	let Some(length) = input.integers()? else { return Ok(None) };
	let [length] = length[..] else { bail!("{} lengths", length.len()) };
	ensure!(length > 0, "a length of {length}");
	Ok(Some(shape::dim(length)?))
}

/// DFT: along an axis but the last, which holds real and imaginary parts.
#[derive(Debug)]
struct Transform {
	/// The axis, until opset 19.
	attribute: Option<i64>,
	/// The input that is the axis, from opset 20 on.
	axis: Option<usize>,
	/// The input that is the length of the signal.
	length: Option<usize>,
	/// Half of a spectrum: the signal is real.
	real: bool,
}

pub fn dft(ctx: &ParsingContext, op: &NodeProto) -> Built {
	let mut optional = optional_inputs(op).skip(1);
	let (length, axis) = (optional.next().flatten(), optional.next().flatten());
	let flag = |name: &str| Ok::<_, TractError>(op.get_attr_opt::<i64>(name)?.unwrap_or(0) != 0);
	let real = flag("onesided")? && !flag("inverse")?;
	let given = op.get_attr_opt("axis")?;
	let attribute = match ctx.onnx_operator_set_version {
		..20 => Some(given.unwrap_or(1)),
		version => {
			ensure!(given.is_none(), "an axis as an attribute, in opset {version}");
			None
		},
	};
	if attribute.is_some() || axis.is_some() {
		let axis = axis.filter(|_| attribute.is_none());
		return node(ctx, op, Transform { axis, attribute, length, real });
	}
	// The last but one, which tract (0.23.9) takes to be the second: it gets it as opset 19 has it.
	let before = ParsingContext { onnx_operator_set_version: 19, ..ctx.clone() };
	let mut op = op.clone();
	op.attribute.push(AttributeProto {
		name: "axis".into(),
		r#type: attribute_proto::AttributeType::Int.into(),
		i: -2,
		..Default::default()
	});
	node(&before, &op, Transform { attribute: Some(-2), axis: None, length, real })
}

impl Precondition for Transform {
	fn check(&self, inputs: &[Seen]) -> TractResult<()> {
		let input = |at: Option<usize>| at.and_then(|at| inputs.get(at));
		input(self.length).map(counted).transpose()?;
		let Some(x) = inputs.first() else { return Ok(()) };
		ensure!(x.dtype.is_none_or(|dtype| dtype.is_float()), "a spectrum of {:?}", x.dtype);
		let Some(dims) = x.dims() else { return Ok(()) };
		let rank = dims.len();
		ensure!(rank >= 2, "{rank} axes");
		ensure!(!dims.contains(&0), "an axis without elements");
		ensure!(!self.real || dims.last() == Some(&1), "half of the spectrum of complex numbers");
		let axis = match self.attribute {
			Some(axis) => Some(vec![axis]),
			None => input(self.axis).map(Seen::integers).transpose()?.flatten(),
		};
		if let Some(axis) = axis {
			let [axis] = axis[..] else { bail!("{} axes to transform", axis.len()) };
			ensure!(shape::axis(axis, rank)? + 1 < rank, "axis {axis} of {rank}");
		}
		Ok(())
	}

	fn complete(&self, inputs: &[Seen]) -> TractResult<()> {
		let axis = self.axis.and_then(|at| inputs.get(at));
		ensure!(axis.is_none_or(|axis| axis.value.is_some()), "the axis must be a constant");
		Ok(())
	}
}

/// STFT: frames of at least one sample, that the signal holds, and a step forward from each to the
/// next.
pub fn stft(ctx: &ParsingContext, op: &NodeProto) -> Built {
	let mut optional = optional_inputs(op).skip(2);
	let (window, length) = (optional.next().flatten(), optional.next().flatten());
	ensure!(window.or(length).is_some(), "neither a window nor a length of frames");
	check(ctx, op, move |inputs| {
		let [signal, step, ..] = inputs else { bail!("expects 2 inputs or more") };
		ensure!(
			signal.dtype.is_none_or(|dtype| dtype.is_float()),
			"a signal of {:?}",
			signal.dtype
		);
		// tract looks for it on a first axis, or on none.
		ensure!(step.rank().is_none_or(|rank| rank <= 1), "a step of {:?} axes", step.rank());
		counted(step)?;
		let mut frames = TVec::new();
		if let Some(window) = window.and_then(|at| inputs.get(at)) {
			ensure!(
				window.rank().is_none_or(|rank| rank == 1),
				"a window of {:?} axes",
				window.rank()
			);
			frames.extend(window.length(0));
		}
		if let Some(length) = length.and_then(|at| inputs.get(at)) {
			frames.extend(counted(length)?);
		}
		let samples = signal.dims().map(|dims| match dims[..] {
			[_, samples, 1 | 2] => Ok(samples),
			_ => Err(format_err!("a signal of {dims:?}")),
		});
		let samples = samples.transpose()?;
		for frame in frames {
			let held = samples.is_none_or(|samples| frame <= samples);
			ensure!(frame > 0 && held, "frames of {frame} in a signal of {samples:?}");
		}
		Ok(())
	})
}
