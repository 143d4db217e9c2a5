//! Signals: their windows, spectra and filters.

use super::{check, sizes::lengths, Built, Seen};
use crate::ops::{data, shape};
use tract_onnx::{
	model::{optional_inputs, ParsingContext},
	pb::NodeProto,
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
	check(ctx, op, |inputs| {
		if let Some(length) = inputs.first().map(Seen::integers).transpose()?.flatten() {
			let [length] = length[..] else { bail!("{} lengths", length.len()) };
			ensure!(length > 0, "a length of {length}");
			shape::dim(length)?;
		}
		Ok(())
	})
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
		let one = |input: &Seen| -> TractResult<Option<usize>> {
			let Some(number) = input.integers()? else { return Ok(None) };
			let [number] = number[..] else { bail!("{} numbers", number.len()) };
			let number = shape::dim(number)?;
			ensure!(number > 0, "a step or frame of no samples");
			Ok(Some(number))
		};
		// tract looks for it on a first axis, or on none.
		ensure!(step.rank.is_none_or(|rank| rank <= 1), "a step of {:?} axes", step.rank);
		one(step)?;
		let mut frames = TVec::new();
		if let Some(window) = window.and_then(|at| inputs.get(at)) {
			ensure!(window.rank.is_none_or(|rank| rank == 1), "a window of {:?} axes", window.rank);
			frames.extend(window.dims.as_ref().and_then(|dims| dims.first().copied()));
		}
		if let Some(length) = length.and_then(|at| inputs.get(at)) {
			frames.extend(one(length)?);
		}
		let samples = signal.dims.as_ref().map(|dims| match dims[..] {
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
