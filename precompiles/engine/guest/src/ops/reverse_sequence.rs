//! ReverseSequence: the first elements of each sequence of a batch, backwards.

use super::{data, kernel, kernel::Kernel, shape};
use tract_onnx::{model::ParsingContext, pb::NodeProto, tract_hir::internal::*};

#[derive(Debug)]
struct ReverseSequence {
	time: usize,
	batch: usize,
}

pub fn build(
	_: &ParsingContext,
	node: &NodeProto,
) -> TractResult<(Box<dyn InferenceOp>, Vec<String>)> {
	let time = node.get_attr_opt::<i64>("time_axis")?.unwrap_or(0);
	let batch = node.get_attr_opt::<i64>("batch_axis")?.unwrap_or(1);
	let (time, batch) = match (time, batch) {
		(0, 1) => (0, 1),
		(1, 0) => (1, 0),
		_ => bail!("time_axis and batch_axis must be 0 and 1"),
	};
	kernel::node(ReverseSequence { time, batch })
}

impl Kernel for ReverseSequence {
	fn name(&self) -> &'static str {
		"ReverseSequence"
	}

	fn outputs(&self, inputs: &[kernel::Input]) -> TractResult<Option<TVec<kernel::Output>>> {
		let [x, lengths] = inputs else { bail!("expects 2 inputs") };
		ensure!(x.shape.len() >= 2, "the input needs 2 axes");
		let dims = x.dims()?;
		ensure!(
			lengths.dims()?[..] == [dims[self.batch]],
			"sequence_lens must have one element for each sequence"
		);
		Ok(Some(tvec![(data::plain(x.dtype)?, x.shape.clone())]))
	}

	fn eval(&self, inputs: &[&Tensor]) -> TractResult<TVec<Tensor>> {
		let [x, lengths] = inputs else { bail!("expects 2 inputs") };
		let dims = x.shape();
		let from = data::bytes(x)?;
		let lengths = data::integers(lengths)?;
		let [outer, inner] = [dims[0], dims[1]];
		let block = shape::volume(&dims[2..])? * x.datum_type().size_of();
		let steps = dims[self.time];
		for length in &lengths {
			ensure!(
				usize::try_from(*length).is_ok_and(|length| length <= steps),
				"a sequence of length {length} in {steps} steps"
			);
		}
		let mut to = Vec::with_capacity(from.len());
		for first in 0..outer {
			for second in 0..inner {
				let mut at = [first, second];
				let length = lengths[at[self.batch]] as usize;
				if at[self.time] < length {
					at[self.time] = length - 1 - at[self.time];
				}
				let start = (at[0] * inner + at[1]) * block;
				to.extend_from_slice(&from[start..start + block]);
			}
		}
		Ok(tvec![data::from_bytes(x.datum_type(), dims, &to)?])
	}
}
