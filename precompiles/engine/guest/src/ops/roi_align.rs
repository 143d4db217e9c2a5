//! RoiAlign: samples regions of an image, without rounding their edges.

use super::{data, kernel, kernel::Kernel, shape};
use tract_onnx::{model::ParsingContext, pb::NodeProto, tract_hir::internal::*};

/// Samples on one axis of one bin. A region that needs more is far larger than its image.
const MAX_SAMPLES: f64 = 1024.0;

#[derive(Debug)]
struct RoiAlign {
	/// Coordinates are those of pixels' corners, not of their centres.
	half_pixel: bool,
	max: bool,
	/// Height and width of the output.
	output: [usize; 2],
	/// Samples on each axis of a bin; 0 for as many as a bin has pixels.
	samples: usize,
	scale: f64,
}

pub fn build(
	ctx: &ParsingContext,
	node: &NodeProto,
) -> TractResult<(Box<dyn InferenceOp>, Vec<String>)> {
	// Opset 16 added the attribute, and with it the shift by half a pixel as the default.
	let absent =
		if ctx.onnx_operator_set_version < 16 { "output_half_pixel" } else { "half_pixel" };
	let mode = node.get_attr_opt::<&str>("coordinate_transformation_mode")?.unwrap_or(absent);
	let half_pixel = match mode {
		"half_pixel" => true,
		"output_half_pixel" => false,
		other => bail!("coordinate_transformation_mode {other}"),
	};
	let max = match node.get_attr_opt::<&str>("mode")?.unwrap_or("avg") {
		"avg" => false,
		"max" => true,
		other => bail!("mode {other}"),
	};
	let size =
		|name: &str, absent: i64| shape::dim(node.get_attr_opt::<i64>(name)?.unwrap_or(absent));
	let output = [size("output_height", 1)?, size("output_width", 1)?];
	ensure!(output.iter().all(|length| *length > 0), "an empty output");
	let samples = size("sampling_ratio", 0)?;
	ensure!(samples as f64 <= MAX_SAMPLES, "sampling_ratio {samples}");
	let scale = f64::from(node.get_attr_opt::<f32>("spatial_scale")?.unwrap_or(1.0));
	kernel::node(RoiAlign { half_pixel, max, output, samples, scale })
}

/// Pixels around a sample and their weights: at most 4.
type Taps = [(usize, f64); 4];

impl Kernel for RoiAlign {
	fn name(&self) -> &'static str {
		"RoiAlign"
	}

	fn outputs(&self, inputs: &[kernel::Input]) -> TractResult<Option<TVec<kernel::Output>>> {
		let [x, rois, batch] = inputs else { bail!("expects 3 inputs") };
		let dtype = data::float(x.dtype)?;
		let dims = x.dims()?;
		let [_, channels, height, width] = dims[..] else { bail!("the input needs 4 axes") };
		ensure!(height > 0 && width > 0, "an image without pixels");
		let [count, 4] = rois.dims()?[..] else { bail!("regions have 4 coordinates") };
		ensure!(batch.dims()?[..] == [count], "one image for each region");
		ensure!(rois.dtype == dtype && batch.dtype == DatumType::I64, "dtypes");
		let output = [count, channels, self.output[0], self.output[1]];
		shape::volume(&output)?;
		Ok(Some(tvec![(dtype, shape::symbolic(&output))]))
	}

	fn eval(&self, inputs: &[&Tensor]) -> TractResult<TVec<Tensor>> {
		let [x, rois, batch] = inputs else { bail!("expects 3 inputs") };
		let [images, channels, height, width] = *x.shape() else { bail!("4 axes") };
		let pixels = data::numbers(x)?;
		let rois = data::numbers(rois)?;
		let [rows, columns] = self.output;
		let shape = [rois.len() / 4, channels, rows, columns];
		let mut output = vec![0f64; shape::volume(&shape)?];
		let bins = rows * columns;
		for (roi, (corners, image)) in rois.chunks_exact(4).zip(data::integers(batch)?).enumerate()
		{
			let image = usize::try_from(image)
				.ok()
				.filter(|image| *image < images)
				.with_context(|| format!("image {image} of {images}"))?;
			let x = self.side(corners[0], corners[2], columns)?;
			let y = self.side(corners[1], corners[3], rows)?;
			for bin in 0..bins {
				let (row, column) = (bin / columns, bin % columns);
				// Samples of a bin are the same for all channels.
				let mut samples: Vec<Taps> = Vec::with_capacity(x.samples * y.samples);
				for y in y.samples(row) {
					samples.extend(x.samples(column).map(|x| taps(y, x, height, width)));
				}
				for channel in 0..channels {
					let plane = (image * channels + channel) * height * width;
					let values = samples.iter().map(|taps| {
						let weighed = taps.map(|(offset, w)| w * pixels[plane + offset]);
						match self.max {
							true => weighed.into_iter().fold(f64::NEG_INFINITY, f64::max),
							false => data::sum(weighed),
						}
					});
					let value = match self.max {
						true => values.reduce(f64::max).unwrap_or(0.0),
						false => data::sum(values) / samples.len().max(1) as f64,
					};
					output[(roi * channels + channel) * bins + bin] = value;
				}
			}
		}
		Ok(tvec![data::from_numbers(x.datum_type(), &shape, output)?])
	}
}

/// A region on one axis.
struct Side {
	start: f64,
	/// Length of a bin.
	bin: f64,
	/// Samples of a bin.
	samples: usize,
}

impl Side {
	/// Coordinates of a bin's samples.
	fn samples(&self, bin: usize) -> impl Iterator<Item = f64> + '_ {
		let start = self.start + bin as f64 * self.bin;
		let step = self.bin / self.samples as f64;
		(0..self.samples).map(move |sample| start + (sample as f64 + 0.5) * step)
	}
}

impl RoiAlign {
	fn side(&self, from: f64, to: f64, bins: usize) -> TractResult<Side> {
		let shift = if self.half_pixel { 0.5 } else { 0.0 };
		let start = from * self.scale - shift;
		let mut length = to * self.scale - shift - start;
		if !self.half_pixel {
			// As if no region were smaller than a pixel. (A maximum would hide a NaN.)
			length = if length < 1.0 { 1.0 } else { length };
		}
		let bin = length / bins as f64;
		let samples = if self.samples > 0 { self.samples as f64 } else { bin.ceil().max(0.0) };
		let finite = start.is_finite() && length.is_finite();
		ensure!(finite && samples <= MAX_SAMPLES, "a region from {from} to {to}");
		Ok(Side { start, bin, samples: samples as usize })
	}
}

/// Bilinear interpolation at a point. Further than a pixel outside there is nothing.
fn taps(y: f64, x: f64, height: usize, width: usize) -> Taps {
	let inside = |at: f64, length: usize| (-1.0..=length as f64).contains(&at);
	if !inside(y, height) || !inside(x, width) {
		return [(0, 0.0); 4];
	}
	// Lower and upper neighbour, and the upper one's weight.
	let neighbours = |at: f64, length: usize| {
		let at = at.max(0.0);
		let low = (at as usize).min(length - 1);
		if low == length - 1 {
			(low, low, 0.0)
		} else {
			(low, low + 1, at - low as f64)
		}
	};
	let (top, bottom, down) = neighbours(y, height);
	let (left, right, over) = neighbours(x, width);
	[
		(top * width + left, (1.0 - down) * (1.0 - over)),
		(top * width + right, (1.0 - down) * over),
		(bottom * width + left, down * (1.0 - over)),
		(bottom * width + right, down * over),
	]
}
