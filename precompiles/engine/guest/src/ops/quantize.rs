//! QuantizeLinear and DequantizeLinear: per tensor, per axis and in blocks, with scales and zero
//! points that may be constants or computed.
//!
//! tract's own (0.23.9) multiplies by a rounded reciprocal where ONNX divides, wraps around for
//! large numbers where ONNX saturates, and takes constants only.

use super::{data, kernel, kernel::Kernel, shape};
use tract_onnx::{model::ParsingContext, pb::NodeProto, tract_hir::internal::*};

#[derive(Debug)]
struct Linear {
	/// DequantizeLinear, not QuantizeLinear.
	back: bool,
	axis: i64,
	/// Elements that share a scale along the axis; 0 when there are no blocks.
	block: usize,
	/// `output_dtype`.
	to: Option<DatumType>,
	/// `precision` asks for division in binary32, whatever the scale's dtype.
	single: bool,
}

pub fn quantize(
	_: &ParsingContext,
	node: &NodeProto,
) -> TractResult<(Box<dyn InferenceOp>, Vec<String>)> {
	kernel::node(Linear::new(node, false)?)
}

pub fn dequantize(
	_: &ParsingContext,
	node: &NodeProto,
) -> TractResult<(Box<dyn InferenceOp>, Vec<String>)> {
	kernel::node(Linear::new(node, true)?)
}

impl Linear {
	fn new(node: &NodeProto, back: bool) -> TractResult<Self> {
		let given = |name: &str| Ok::<_, TractError>(node.get_attr_opt::<i64>(name)?.unwrap_or(0));
		let to = match given("output_dtype")? {
			0 => None,
			_ => Some(node.get_attr::<DatumType>("output_dtype")?),
		};
		let single = match given("precision")? {
			0 => false,
			1 => true,
			other => bail!("precision {other} isn't supported"),
		};
		let axis = node.get_attr_opt("axis")?.unwrap_or(1);
		Ok(Self { back, axis, block: shape::dim(given("block_size")?)?, to, single })
	}

	/// How scales lie on the input.
	fn layout(&self, dims: &[usize], scale: &[usize]) -> TractResult<Layout> {
		// One element is for the whole tensor, whatever its rank: exporters write [] and [1].
		if scale.len() <= 1 && shape::volume(scale)? == 1 {
			return Ok(Layout { sides: [1, 1, shape::volume(dims)?], run: 1, step: 0 });
		}
		let axis = shape::axis(self.axis, dims.len())?;
		let sides @ [_, length, _] = shape::around(dims, axis)?;
		if self.block == 0 {
			ensure!(*scale == [length], "scales {scale:?} for an axis of {length}");
			return Ok(Layout { sides, run: 1, step: 0 });
		}
		let mut blocks: TVec<usize> = dims.into();
		blocks[axis] = length.div_ceil(self.block);
		ensure!(*scale == blocks[..], "scales {scale:?} for blocks {blocks:?}");
		Ok(Layout { sides, run: self.block, step: 1 })
	}
}

/// The input as `[before, length, after]` of the axis, and which scale belongs to an element.
struct Layout {
	sides: [usize; 3],
	/// Elements of the axis with the same scale.
	run: usize,
	/// 1 when every element after the axis has its own scale.
	step: usize,
}

impl Layout {
	/// Calls `f` with the start of each row of elements after the axis, the place of its first
	/// scale, and the step to the next element's.
	fn rows(&self, mut f: impl FnMut(usize, usize, usize)) {
		let [before, length, after] = self.sides;
		let groups = length.div_ceil(self.run);
		for outer in 0..before {
			for at in 0..length {
				let group = at / self.run;
				let scale = if self.step == 0 { group } else { (outer * groups + group) * after };
				f((outer * length + at) * after, scale, self.step);
			}
		}
	}
}

impl Kernel for Linear {
	fn name(&self) -> &'static str {
		if self.back {
			"DequantizeLinear"
		} else {
			"QuantizeLinear"
		}
	}

	fn outputs(&self, inputs: &[kernel::Input]) -> TractResult<Option<TVec<kernel::Output>>> {
		let (x, scale, zero) = match inputs {
			[x, scale] => (x, scale, None),
			[x, scale, zero] => (x, scale, Some(zero)),
			_ => bail!("expects 2 or 3 inputs"),
		};
		let small = [DatumType::U8, DatumType::I8, DatumType::U16, DatumType::I16];
		let quantised = |dtype| small.contains(&dtype) || self.back && dtype == DatumType::I32;
		let binary = [DatumType::F32, DatumType::F16];
		ensure!(binary.contains(&scale.dtype), "no scale of {:?}", scale.dtype);
		let scales = scale.dims()?;
		// A shape that isn't known in numbers can have one scale only.
		if x.dims().is_ok() || scales.len() > 1 || shape::volume(&scales)? != 1 {
			self.layout(&x.dims()?, &scales)?;
		}
		if let Some(zero) = zero {
			let zeros = zero.dims()?;
			ensure!(
				zeros == scales
					|| zeros.len() <= 1
						&& shape::volume(&zeros)? == 1
						&& shape::volume(&scales)? == 1,
				"zero points {zeros:?} for scales {scales:?}"
			);
		}
		let dtype = if self.back {
			ensure!(quantised(x.dtype), "no operator for {:?}", x.dtype);
			ensure!(zero.is_none_or(|zero| zero.dtype == x.dtype), "another dtype of zero points");
			let dtype = self.to.unwrap_or(scale.dtype);
			ensure!(binary.contains(&dtype), "no operator for {dtype:?}");
			dtype
		} else {
			ensure!(
				binary.contains(&x.dtype) || x.dtype == DatumType::I32,
				"no operator for {:?}",
				x.dtype
			);
			let zero = zero.map(|zero| zero.dtype);
			ensure!(self.to.is_none() || zero.is_none() || self.to == zero, "two dtypes");
			let dtype = zero.or(self.to).unwrap_or(DatumType::U8);
			ensure!(quantised(dtype), "no operator for {dtype:?}");
			dtype
		};
		Ok(Some(tvec![(dtype, x.shape.clone())]))
	}

	fn eval(&self, inputs: &[&Tensor]) -> TractResult<TVec<Tensor>> {
		let (x, scale, zero) = match inputs {
			[x, scale] => (x, scale, None),
			[x, scale, zero] => (x, scale, Some(zero)),
			_ => bail!("expects 2 or 3 inputs"),
		};
		let layout = self.layout(x.shape(), scale.shape())?;
		let half = scale.datum_type() == DatumType::F16;
		let wide = scale.cast_to::<f32>()?;
		let scales = wide.try_as_plain_ram()?.as_slice::<f32>()?;
		let zeros = match zero {
			Some(zero) => zero.cast_to::<i32>()?.into_owned(),
			None => Tensor::zero::<i32>(scale.shape())?,
		};
		let zeros = zeros.try_as_plain_ram()?.as_slice::<i32>()?;
		ensure!(zeros.len() == scales.len(), "as many zero points as scales");
		if self.back {
			let to = self.to.unwrap_or(scale.datum_type());
			return Ok(tvec![dequantize_all(x, &layout, scales, zeros)?
				.cast_to_dt(to)?
				.into_owned()]);
		}
		let to = zero.map(|zero| zero.datum_type()).or(self.to).unwrap_or(DatumType::U8);
		let output = quantize_all(x, &layout, scales, zeros, to, half && !self.single)?;
		Ok(tvec![data::from_bytes(to, x.shape(), &output)?])
	}
}

/// `(x − zero point) · scale`, in binary32.
fn dequantize_all(
	x: &Tensor,
	layout: &Layout,
	scales: &[f32],
	zeros: &[i32],
) -> TractResult<Tensor> {
	let wide = x.cast_to::<i32>()?;
	let from = wide.try_as_plain_ram()?.as_slice::<i32>()?;
	let mut output = Tensor::zero::<f32>(x.shape())?;
	let mut view = output.try_as_plain_ram_mut()?;
	let to = view.as_slice_mut::<f32>()?;
	let after = layout.sides[2];
	layout.rows(|start, place, step| {
		let row = to[start..start + after].iter_mut().zip(&from[start..start + after]);
		if step == 0 {
			let (scale, zero) = (scales[place], i64::from(zeros[place]));
			row.for_each(|(to, from)| *to = (i64::from(*from) - zero) as f32 * scale);
		} else {
			let parameters = scales[place..].iter().zip(&zeros[place..]);
			row.zip(parameters).for_each(|((to, from), (scale, zero))| {
				*to = (i64::from(*from) - i64::from(*zero)) as f32 * scale;
			});
		}
	});
	Ok(output)
}

/// `saturate(round to even(x / scale) + zero point)`, as bytes of the dtype.
fn quantize_all(
	x: &Tensor,
	layout: &Layout,
	scales: &[f32],
	zeros: &[i32],
	dtype: DatumType,
	half: bool,
) -> TractResult<Vec<u8>> {
	let wide = x.cast_to::<f32>()?;
	let from = wide.try_as_plain_ram()?.as_slice::<f32>()?;
	let (least, most) = match dtype {
		DatumType::U8 => (0, 255),
		DatumType::I8 => (-128, 127),
		DatumType::U16 => (0, 65_535),
		_ => (-32_768, 32_767),
	};
	let size = dtype.size_of();
	let mut to = Vec::with_capacity(from.len() * size);
	let after = layout.sides[2];
	layout.rows(|start, place, step| {
		for (index, x) in from[start..start + after].iter().enumerate() {
			let place = place + index * step;
			let mut quotient = x / scales[place];
			if half {
				// Two roundings give what one division in binary16 gives: 24 ≥ 2 · 11 + 2 bits.
				quotient = f16::from_f32(quotient).to_f32();
			}
			// A conversion saturates, and takes NaN for 0.
			let rounded = quotient.round_ties_even() as i32;
			let level = rounded.saturating_add(zeros[place]).clamp(least, most);
			to.extend_from_slice(&level.to_le_bytes()[..size]);
		}
	});
	Ok(to)
}
