//! Windows that slide over an axis: pooling and its inverse.

use super::shape;
use tract_onnx::{pb::NodeProto, tract_hir::internal::*};

/// The attributes of sliding windows, checked against each other.
#[derive(Clone, Debug)]
pub struct Windows {
	kernel: TVec<usize>,
	strides: TVec<usize>,
	dilations: TVec<usize>,
	padding: Padding,
	ceil: bool,
}

#[derive(Clone, Debug)]
enum Padding {
	/// Before each axis, then after each axis.
	Explicit(TVec<usize>),
	/// None at all.
	Valid,
	/// As many windows as strides fit into the input; an odd element goes after, or before.
	Same { upper: bool },
}

/// Windows on one axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Axis {
	/// Elements of the axis.
	pub input: usize,
	/// Taps of a window.
	pub kernel: usize,
	/// Elements from one window's begin to the next one's.
	pub stride: usize,
	/// Elements from one tap to the next.
	pub dilation: usize,
	/// Padding before the axis.
	pub before: usize,
	/// Number of windows.
	pub output: usize,
}

impl Axis {
	/// One window as long as the axis.
	pub fn whole(length: usize) -> Self {
		Axis { input: length, kernel: length, stride: 1, dilation: 1, before: 0, output: 1 }
	}

	/// The elements of the axis under window number `window`: tap and element, without padding.
	pub fn taps(self, window: usize) -> impl Iterator<Item = (usize, usize)> {
		let begin = window * self.stride;
		// The first tap that isn't in the padding before the axis.
		let skipped = self.before.saturating_sub(begin).div_ceil(self.dilation);
		(skipped..self.kernel)
			.map(move |tap| (tap, begin + tap * self.dilation - self.before))
			.take_while(move |(_, element)| *element < self.input)
	}
}

fn span(kernel: usize, dilation: usize) -> TractResult<usize> {
	kernel
		.checked_sub(1)
		.and_then(|taps| taps.checked_mul(dilation))
		.and_then(|span| span.checked_add(1))
		.filter(|span| *span <= 1 << 26)
		.context("a window without taps, or larger than any input")
}

impl Windows {
	/// Reads `kernel_shape`, `strides`, `dilations`, `pads`, `auto_pad`, `ceil_mode`.
	pub fn from_attributes(node: &NodeProto) -> TractResult<Self> {
		let kernel = node.get_attr_slice::<i64>("kernel_shape")?;
		Self::with_kernel(node, kernel)
	}

	/// The same with a kernel from elsewhere.
	pub fn with_kernel(node: &NodeProto, kernel: &[i64]) -> TractResult<Self> {
		let kernel = shape::dims(kernel)?;
		let list = |name: &str, length: usize, absent: usize| match node
			.get_attr_opt_slice::<i64>(name)?
			.filter(|values| !values.is_empty())
		{
			Some(values) => {
				ensure!(values.len() == length, "{name} has {} values", values.len());
				shape::dims(values)
			},
			None => Ok(tvec![absent; length]),
		};
		let axes = kernel.len();
		let strides = list("strides", axes, 1)?;
		let dilations = list("dilations", axes, 1)?;
		let ones = kernel.iter().chain(&strides).chain(&dilations);
		ensure!(ones.copied().all(|n| n > 0), "kernel, strides and dilations must be positive");
		let padding = match node.get_attr_opt::<&str>("auto_pad")?.unwrap_or("NOTSET") {
			"NOTSET" => Padding::Explicit(list("pads", 2 * axes, 0)?),
			"VALID" => Padding::Valid,
			"SAME_UPPER" => Padding::Same { upper: true },
			"SAME_LOWER" => Padding::Same { upper: false },
			other => bail!("auto_pad {other}"),
		};
		let ceil = node.get_attr_opt::<bool>("ceil_mode")?.unwrap_or(false);
		Ok(Self { kernel, strides, dilations, padding, ceil })
	}

	/// The windows on axes of these lengths.
	pub fn on(&self, input: &[usize]) -> TractResult<TVec<Axis>> {
		ensure!(
			input.len() == self.kernel.len(),
			"a kernel of {} axes on {}",
			self.kernel.len(),
			input.len()
		);
		input.iter().enumerate().map(|(axis, length)| self.axis(axis, *length)).collect()
	}

	fn axis(&self, axis: usize, input: usize) -> TractResult<Axis> {
		// All three lists are as long as the kernel, and numbers of at most 2^26.
		let kernel = self.kernel[axis];
		let stride = self.strides[axis];
		let dilation = self.dilations[axis];
		let span = span(kernel, dilation)?;
		let windows = |padded: usize, ceil: bool| {
			let room = padded.checked_sub(span).context("a window larger than the input")?;
			let steps = if ceil { room.div_ceil(stride) } else { room / stride };
			Ok::<_, TractError>(steps + 1)
		};
		let (before, output) = match &self.padding {
			Padding::Explicit(pads) => {
				let (before, after) = (pads[axis], pads[axis + self.kernel.len()]);
				let mut output = windows(input + before + after, self.ceil)?;
				// A window that would begin in the padding after the axis is none.
				if self.ceil && (output - 1) * stride >= input + before {
					output -= 1;
				}
				(before, output)
			},
			Padding::Valid => (0, windows(input, false)?),
			Padding::Same { upper } => {
				let output = input.div_ceil(stride);
				let needed = output.saturating_sub(1) * stride + span;
				let total = needed.saturating_sub(input);
				(if *upper { total / 2 } else { total.div_ceil(2) }, output)
			},
		};
		ensure!(output > 0, "no window");
		Ok(Axis { input, kernel, stride, dilation, before, output })
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn taps_leave_padding_out() {
		let axis = Axis { input: 5, kernel: 3, stride: 2, dilation: 2, before: 3, output: 4 };
		let taps = |window| axis.taps(window).collect::<Vec<_>>();
		assert_eq!(taps(0), [(2, 1)]);
		assert_eq!(taps(1), [(1, 1), (2, 3)]);
		assert_eq!(taps(2), [(0, 1), (1, 3)]);
		assert_eq!(taps(3), [(0, 3)]);
	}
}
