//! DeformConv: a convolution whose taps are moved by an input.

use super::{
	data, kernel,
	kernel::Kernel,
	shape,
	windows::{Axis, Windows},
};
use tract_onnx::{
	model::{optional_inputs, ParsingContext},
	pb::NodeProto,
	tract_hir::internal::*,
};

#[derive(Debug)]
struct DeformConv {
	node: NodeProto,
	groups: usize,
	/// Groups of input channels with the same offsets.
	offset_groups: usize,
	/// Positions of bias and mask among the inputs.
	bias: Option<usize>,
	mask: Option<usize>,
}

pub fn build(
	_: &ParsingContext,
	node: &NodeProto,
) -> TractResult<(Box<dyn InferenceOp>, Vec<String>)> {
	ensure!(node.attribute.iter().all(|a| a.name != "auto_pad" && a.name != "ceil_mode"));
	let positive = |name: &str| {
		let groups = shape::dim(node.get_attr_opt::<i64>(name)?.unwrap_or(1))?;
		ensure!(groups > 0, "{name} must be positive");
		Ok(groups)
	};
	let mut optional = optional_inputs(node).skip(3);
	let mut next = || optional.next().flatten();
	let (bias, mask) = (next(), next());
	kernel::node(DeformConv {
		node: node.clone(),
		groups: positive("group")?,
		offset_groups: positive("offset_group")?,
		bias,
		mask,
	})
}

impl DeformConv {
	/// Checks shapes against each other: the windows on height and width.
	fn geometry(&self, shapes: &[TVec<usize>]) -> TractResult<[Axis; 2]> {
		let [x, weights, offsets, ..] = shapes else { bail!("expects 3 inputs") };
		let [batch, channels, height, width] = x[..] else { bail!("the input needs 4 axes") };
		let [out, inner, rows, columns] = weights[..] else { bail!("weights need 4 axes") };
		let taps = shape::volume(&[rows, columns])?;
		if let Some(given) = self.node.get_attr_opt_slice::<i64>("kernel_shape")? {
			ensure!(shape::dims(given)?[..] == [rows, columns], "kernel_shape {given:?}");
		}
		let windows = Windows::with_kernel(&self.node, &[rows as i64, columns as i64])?;
		let [y, x] = windows.on(&[height, width])?[..] else { bail!("2 axes") };
		ensure!(
			inner.checked_mul(self.groups) == Some(channels)
				&& out % self.groups == 0
				&& channels % self.offset_groups == 0,
			"{channels} channels, {out} of the output, in {} and {} groups",
			self.groups,
			self.offset_groups
		);
		let moved = shape::volume(&[self.offset_groups, taps])?;
		ensure!(offsets[..] == [batch, 2 * moved, y.output, x.output], "offsets {offsets:?}");
		let at = |position: Option<usize>| position.and_then(|at| shapes.get(at));
		ensure!(at(self.bias).is_none_or(|bias| bias[..] == [out]), "bias");
		ensure!(
			at(self.mask).is_none_or(|mask| mask[..] == [batch, moved, y.output, x.output]),
			"mask"
		);
		shape::volume(&[batch, out, y.output, x.output])?;
		Ok([y, x])
	}
}

impl Kernel for DeformConv {
	fn name(&self) -> &'static str {
		"DeformConv"
	}

	fn outputs(&self, inputs: &[kernel::Input]) -> TractResult<Option<TVec<kernel::Output>>> {
		let shapes = inputs.iter().map(|input| input.dims()).collect::<TractResult<Vec<_>>>()?;
		let [y, x] = self.geometry(&shapes)?;
		let dtype = data::float(inputs[0].dtype)?;
		ensure!(inputs.iter().all(|input| input.dtype == dtype), "inputs of several dtypes");
		let output = [shapes[0][0], shapes[1][0], y.output, x.output];
		Ok(Some(tvec![(dtype, shape::symbolic(&output))]))
	}

	fn eval(&self, inputs: &[&Tensor]) -> TractResult<TVec<Tensor>> {
		let shapes: Vec<TVec<usize>> = inputs.iter().map(|input| input.shape().into()).collect();
		let [rows, columns] = self.geometry(&shapes)?;
		let [batch, channels] = [shapes[0][0], shapes[0][1]];
		let [out, inner] = [shapes[1][0], shapes[1][1]];
		let numbers = |at: usize| data::numbers(inputs.get(at).context("an input is missing")?);
		let (image, weights, offsets) = (numbers(0)?, numbers(1)?, numbers(2)?);
		let bias = self.bias.map(numbers).transpose()?;
		let mask = self.mask.map(numbers).transpose()?;

		let taps = rows.kernel * columns.kernel;
		let plane = rows.input * columns.input;
		let windows = rows.output * columns.output;
		let together = channels / self.offset_groups;
		let mut output = vec![0f64; shape::volume(&[batch, out, windows])?];
		// What the taps of one window see, channel by channel.
		let mut column = vec![0f64; channels * taps];
		for (sample, window) in (0..batch).flat_map(|s| (0..windows).map(move |w| (s, w))) {
			let (row, place) = (window / columns.output, window % columns.output);
			for group in 0..self.offset_groups {
				for tap in 0..taps {
					let moved = (sample * self.offset_groups + group) * taps + tap;
					let begin = |axis: Axis, window: usize, tap: usize| {
						(window * axis.stride + tap * axis.dilation) as f64 - axis.before as f64
					};
					let y = begin(rows, row, tap / columns.kernel);
					let x = begin(columns, place, tap % columns.kernel);
					let y = y + offsets[2 * moved * windows + window];
					let x = x + offsets[(2 * moved + 1) * windows + window];
					let weight = mask.as_ref().map_or(1.0, |mask| mask[moved * windows + window]);
					for channel in group * together..(group + 1) * together {
						let start = (sample * channels + channel) * plane;
						let pixels = &image[start..start + plane];
						let value = bilinear(pixels, [rows.input, columns.input], y, x);
						column[channel * taps + tap] = value * weight;
					}
				}
			}
			for channel in 0..out {
				let start = channel / (out / self.groups) * inner * taps;
				let seen = &column[start..start + inner * taps];
				let kernel = &weights[channel * inner * taps..(channel + 1) * inner * taps];
				let sum = data::sum(seen.iter().zip(kernel).map(|(x, w)| x * w));
				let bias = bias.as_ref().map_or(0.0, |bias| bias[channel]);
				output[(sample * out + channel) * windows + window] = sum + bias;
			}
		}
		let shape = [batch, out, rows.output, columns.output];
		Ok(tvec![data::from_numbers(inputs[0].datum_type(), &shape, output)?])
	}
}

/// Bilinear interpolation; pixels outside are zero.
fn bilinear(pixels: &[f64], [height, width]: [usize; 2], y: f64, x: f64) -> f64 {
	let inside = |at: f64, length: usize| at > -1.0 && at < length as f64;
	if !inside(y, height) || !inside(x, width) {
		return 0.0;
	}
	let (top, left) = (y.floor(), x.floor());
	let (down, over) = (y - top, x - left);
	let pixel = |row: f64, column: f64| {
		let index =
			|at: f64, length: usize| (at >= 0.0 && at < length as f64).then_some(at as usize);
		let place = index(row, height).zip(index(column, width));
		place.map_or(0.0, |(row, column)| pixels[row * width + column])
	};
	(pixel(top, left) * (1.0 - over) + pixel(top, left + 1.0) * over) * (1.0 - down)
		+ (pixel(top + 1.0, left) * (1.0 - over) + pixel(top + 1.0, left + 1.0) * over) * down
}
