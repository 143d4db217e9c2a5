//! OneHot. An index out of range gives a row without a hot element; tract would trap.

use super::{data, kernel, kernel::Kernel, shape};
use tract_onnx::{model::ParsingContext, pb::NodeProto, tract_hir::internal::*};

#[derive(Debug)]
struct OneHot {
	axis: i64,
}

pub fn build(
	_: &ParsingContext,
	node: &NodeProto,
) -> TractResult<(Box<dyn InferenceOp>, Vec<String>)> {
	kernel::node(OneHot { axis: node.get_attr_opt("axis")?.unwrap_or(-1) })
}

impl OneHot {
	fn output(&self, indices: &[usize], depth: &[i64]) -> TractResult<(usize, TVec<usize>)> {
		let [depth] = depth else { bail!("one depth") };
		let axis = shape::axis(self.axis, indices.len() + 1)?;
		let mut output: TVec<usize> = indices.into();
		output.insert(axis, shape::dim(*depth)?);
		ensure!(output[axis] > 0, "a depth of 0");
		shape::volume(&output)?;
		Ok((axis, output))
	}
}

impl Kernel for OneHot {
	fn name(&self) -> &'static str {
		"OneHot"
	}

	fn outputs(&self, inputs: &[kernel::Input]) -> TractResult<Option<TVec<kernel::Output>>> {
		let [indices, depth, values] = inputs else { bail!("expects 3 inputs") };
		ensure!(values.dims()?[..] == [2], "two values");
		ensure!(indices.dtype.is_integer() || indices.dtype.is_float(), "indices");
		let dtype = data::plain(values.dtype)?;
		let Some(depth) = depth.integers()? else { return Ok(None) };
		let (_, output) = self.output(&indices.dims()?, &depth)?;
		Ok(Some(tvec![(dtype, shape::symbolic(&output))]))
	}

	fn eval(&self, inputs: &[&Tensor]) -> TractResult<TVec<Tensor>> {
		let [indices, depth, values] = inputs else { bail!("expects 3 inputs") };
		let (axis, output) = self.output(indices.shape(), &data::integers(depth)?)?;
		let [_, depth, after] = shape::around(&output, axis)?;
		let dtype = values.datum_type();
		let size = dtype.size_of();
		let (off, on) = data::bytes(values)?.split_at(size);
		let mut to = off.repeat(shape::volume(&output)?);
		for (place, index) in data::integers(indices)?.into_iter().enumerate() {
			let hot = if index < 0 { index.saturating_add(depth as i64) } else { index };
			if let Some(hot) = usize::try_from(hot).ok().filter(|hot| *hot < depth) {
				let start = ((place / after * depth + hot) * after + place % after) * size;
				to[start..start + size].copy_from_slice(on);
			}
		}
		Ok(tvec![data::from_bytes(dtype, &output, &to)?])
	}
}
