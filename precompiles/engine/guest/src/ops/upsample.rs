//! Upsample, and Resize as opset 10 has it: without a choice of coordinates or rounding.
//!
//! ONNX left the rounding of `nearest` open then. As in ONNX Runtime a position is rounded down
//! where the image grows and up where it shrinks; ONNX's own examples agree.

use super::{data, kernel, kernel::Kernel, preconditions, shape};
use tract_onnx::{model::ParsingContext, pb::NodeProto, tract_hir::internal::*};

#[derive(Debug)]
struct Nearest {
	/// Scales of Upsample 7, an attribute; later ones are an input.
	scales: Option<Vec<f32>>,
}

pub fn build(
	ctx: &ParsingContext,
	node: &NodeProto,
) -> TractResult<(Box<dyn InferenceOp>, Vec<String>)> {
	let resize = node.op_type == "Resize";
	if resize && ctx.onnx_operator_set_version > 10 {
		return preconditions::resize(ctx, node);
	}
	let scales = node.get_attr_opt_vec::<f32>("scales")?;
	let inputs = if scales.is_some() { 1 } else { 2 };
	ensure!(node.input.len() == inputs, "scales are missing, or there twice");
	match node.get_attr_opt::<&str>("mode")?.unwrap_or("nearest") {
		"nearest" => kernel::node(Nearest { scales }),
		// Resize 10 is the same as Upsample 9.
		"linear" | "bilinear" => {
			ensure!(scales.is_none(), "linear Upsample needs opset 9 or later");
			let mut node = node.clone();
			for attribute in node.attribute.iter_mut().filter(|a| a.name == "mode") {
				attribute.s = b"linear".to_vec();
			}
			node.op_type = "Resize".into();
			let mut ctx = ctx.clone();
			ctx.onnx_operator_set_version = 10;
			preconditions::resize(&ctx, &node)
		},
		other => bail!("mode {other}"),
	}
}

impl Nearest {
	/// Lengths of the output: the input's times the scale, rounded down.
	fn output(&self, dims: &[usize], scales: &[f32]) -> TractResult<TVec<usize>> {
		ensure!(scales.len() == dims.len(), "{} scales for {dims:?}", scales.len());
		let length = |(dim, scale): (&usize, &f32)| {
			ensure!(scale.is_finite() && *scale > 0.0, "a scale of {scale}");
			shape::dim((*dim as f32 * scale).floor() as i64)
		};
		let output = dims.iter().zip(scales).map(length).collect::<TractResult<TVec<_>>>()?;
		shape::volume(&output)?;
		Ok(output)
	}
}

impl Kernel for Nearest {
	fn name(&self) -> &'static str {
		"Upsample"
	}

	fn outputs(&self, inputs: &[kernel::Input]) -> TractResult<Option<TVec<kernel::Output>>> {
		let (x, scales) = match (inputs, &self.scales) {
			([x], Some(scales)) => (x, scales.clone()),
			([x, scales], None) => match scales.floats()? {
				Some(scales) => (x, scales),
				None => return Ok(None),
			},
			_ => bail!("expects 1 or 2 inputs"),
		};
		let output = self.output(&x.dims()?, &scales)?;
		Ok(Some(tvec![(data::plain(x.dtype)?, shape::symbolic(&output))]))
	}

	fn eval(&self, inputs: &[&Tensor]) -> TractResult<TVec<Tensor>> {
		let given;
		let (x, scales) = match (inputs, &self.scales) {
			([x], Some(scales)) => (x, scales),
			([x, scales], None) => {
				given = scales.cast_to::<f32>()?.try_as_plain_ram()?.as_slice::<f32>()?.to_vec();
				(x, &given)
			},
			_ => bail!("expects 1 or 2 inputs"),
		};
		let dims = x.shape();
		let output = self.output(dims, scales)?;
		let from = data::bytes(x)?;
		let size = x.datum_type().size_of();
		let mut to = Vec::with_capacity(shape::volume(&output)? * size);
		// Which element of an axis each element of the output copies.
		let sources: TVec<Vec<usize>> = output
			.iter()
			.zip(dims)
			.zip(scales)
			.map(|((length, dim), scale)| {
				let source = |at: usize| {
					let position = at as f32 / scale;
					let rounded = if *scale < 1.0 { position.ceil() } else { position.floor() };
					(rounded as usize).min(dim.saturating_sub(1))
				};
				(0..*length).map(source).collect()
			})
			.collect();
		let mut at: TVec<usize> = tvec![0; dims.len()];
		for _ in 0..shape::volume(&output)? {
			let mut source = 0;
			for (axis, dim) in dims.iter().enumerate() {
				source = source * dim + sources[axis][at[axis]];
			}
			to.extend_from_slice(&from[source * size..(source + 1) * size]);
			shape::advance(&mut at, &output);
		}
		Ok(tvec![data::from_bytes(x.datum_type(), &output, &to)?])
	}
}
