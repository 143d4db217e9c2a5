//! Compress: the elements, or slices along an axis, that a condition chooses.

use super::{data, kernel, kernel::Kernel, shape};
use tract_onnx::{model::ParsingContext, pb::NodeProto, tract_hir::internal::*};

#[derive(Debug)]
struct Compress {
	axis: Option<i64>,
	/// How many are chosen, when the condition isn't a constant.
	count: Symbol,
	/// Whether the node is in a subgraph.
	nested: bool,
}

pub fn build(
	ctx: &ParsingContext,
	node: &NodeProto,
) -> TractResult<(Box<dyn InferenceOp>, Vec<String>)> {
	kernel::node(Compress {
		axis: node.get_attr_opt("axis")?,
		count: ctx.template.symbols.new_with_prefix("compress"),
		nested: ctx.parent_graphs.len() > 1,
	})
}

impl Compress {
	/// The input as `[before, length, after]`, and the shape with `count` for `length`.
	fn sides<D: Clone>(
		&self,
		dims: &[usize],
		shape: &[D],
		count: D,
	) -> TractResult<([usize; 3], TVec<D>)> {
		match self.axis {
			Some(axis) => {
				let axis = shape::axis(axis, dims.len())?;
				let mut output: TVec<D> = shape.into();
				output[axis] = count;
				Ok((shape::around(dims, axis)?, output))
			},
			None => Ok(([1, shape::volume(dims)?, 1], tvec![count])),
		}
	}
}

impl Kernel for Compress {
	fn name(&self) -> &'static str {
		"Compress"
	}

	fn mints(&self) -> bool {
		true
	}

	fn outputs(&self, inputs: &[kernel::Input]) -> TractResult<Option<TVec<kernel::Output>>> {
		let [x, condition] = inputs else { bail!("expects 2 inputs") };
		ensure!(condition.dtype == DatumType::Bool, "the condition must be boolean");
		ensure!(condition.shape.len() == 1, "the condition must have 1 axis");
		let count = match condition.integers()? {
			Some(values) => values.iter().sum::<i64>().to_dim(),
			// tract binds a symbol once in a run: a subgraph that runs several times has none.
			None if self.nested => bail!("Compress in a subgraph needs a constant condition"),
			None => self.count.to_dim(),
		};
		let (_, output) = self.sides(&x.dims()?, &x.shape, count)?;
		Ok(Some(tvec![(data::plain(x.dtype)?, output)]))
	}

	fn eval(&self, inputs: &[&Tensor]) -> TractResult<TVec<Tensor>> {
		let [x, condition] = inputs else { bail!("expects 2 inputs") };
		let condition = data::bytes(condition)?.iter().enumerate();
		let chosen: Vec<usize> =
			condition.filter(|(_, choice)| **choice != 0).map(|(index, _)| index).collect();
		let ([before, length, after], dims) = self.sides(x.shape(), x.shape(), chosen.len())?;
		// A condition may be shorter than the axis. One that chooses beyond it is an error.
		if let Some(last) = chosen.last() {
			ensure!(*last < length, "the condition chooses element {last} of {length}");
		}
		let from = data::bytes(x)?;
		let block = after * x.datum_type().size_of();
		let mut to = Vec::with_capacity(before * chosen.len() * block);
		for outer in 0..before {
			for index in &chosen {
				let start = (outer * length + index) * block;
				to.extend_from_slice(&from[start..start + block]);
			}
		}
		Ok(tvec![data::from_bytes(x.datum_type(), &dims, &to)?])
	}
}
