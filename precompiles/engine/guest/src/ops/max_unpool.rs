//! MaxUnpool: puts the results of a MaxPool back to where they came from.

use super::{data, kernel, kernel::Kernel, shape};
use tract_onnx::{model::ParsingContext, pb::NodeProto, tract_hir::internal::*};

#[derive(Debug)]
struct MaxUnpool {
	kernel: TVec<usize>,
	strides: TVec<usize>,
	pads: TVec<usize>,
}

pub fn build(
	_: &ParsingContext,
	node: &NodeProto,
) -> TractResult<(Box<dyn InferenceOp>, Vec<String>)> {
	let kernel = shape::dims(node.get_attr_slice::<i64>("kernel_shape")?)?;
	let list = |name: &str, length: usize, absent: usize| {
		let given = node.get_attr_opt_slice::<i64>(name)?.map(shape::dims).transpose()?;
		let list = given.unwrap_or_else(|| tvec![absent; length]);
		ensure!(list.len() == length, "{name} has {} values", list.len());
		Ok(list)
	};
	let strides = list("strides", kernel.len(), 1)?;
	let pads = list("pads", 2 * kernel.len(), 0)?;
	kernel::node(MaxUnpool { kernel, strides, pads })
}

impl MaxUnpool {
	/// The shape that was pooled.
	fn unpooled(&self, dims: &[usize]) -> TractResult<TVec<usize>> {
		let axes = self.kernel.len();
		ensure!(dims.len() == axes + 2, "a kernel of {axes} axes on {dims:?}");
		let mut output: TVec<usize> = dims[..2].into();
		for (axis, length) in dims[2..].iter().enumerate() {
			let padding = self.pads[axis] + self.pads[axis + axes];
			let unpooled = length
				.checked_sub(1)
				.and_then(|steps| steps.checked_mul(self.strides[axis]))
				.and_then(|room| room.checked_add(self.kernel[axis]))
				.and_then(|padded| padded.checked_sub(padding));
			output.push(unpooled.context("windows that fit no input")?);
		}
		shape::volume(&output)?;
		Ok(output)
	}
}

impl Kernel for MaxUnpool {
	fn name(&self) -> &'static str {
		"MaxUnpool"
	}

	fn outputs(&self, inputs: &[kernel::Input]) -> TractResult<Option<TVec<kernel::Output>>> {
		let (x, indices, wanted) = match inputs {
			[x, indices] => (x, indices, None),
			[x, indices, wanted] => (x, indices, Some(wanted)),
			_ => bail!("expects 2 or 3 inputs"),
		};
		let dims = x.dims()?;
		ensure!(indices.dims()? == dims, "as many indices as elements");
		ensure!(indices.dtype == DatumType::I64, "indices must be 64-bit integers");
		let output = self.unpooled(&dims)?;
		if let Some(wanted) = wanted {
			let Some(wanted) = wanted.integers()? else { return Ok(None) };
			// Whether indices count in the shape that was pooled or in the wanted one isn't clear
			// (onnx/onnx issue 5741), so they have to be the same.
			ensure!(
				shape::dims(&wanted)? == output,
				"output_shape {wanted:?} isn't what windows give, {output:?}"
			);
		}
		Ok(Some(tvec![(data::float(x.dtype)?, shape::symbolic(&output))]))
	}

	fn eval(&self, inputs: &[&Tensor]) -> TractResult<TVec<Tensor>> {
		let [x, indices, ..] = inputs else { bail!("expects 2 inputs") };
		let dims = self.unpooled(x.shape())?;
		let size = x.datum_type().size_of();
		let length = shape::volume(&dims)?;
		let mut to = vec![0u8; length * size];
		for (index, element) in data::integers(indices)?.iter().zip(data::bytes(x)?.chunks(size)) {
			let place = usize::try_from(*index).ok().filter(|place| *place < length);
			let start = place.with_context(|| format!("index {index} of {length}"))? * size;
			to[start..start + size].copy_from_slice(element);
		}
		Ok(tvec![data::from_bytes(x.datum_type(), &dims, &to)?])
	}
}
