//! `ArrayFeatureExtractor`: the given columns of the last axis.

use super::{
	op::{built, Built, Fact, Kernel},
	rows,
};
use tract_onnx::{model::ParsingContext, pb::NodeProto, tract_hir::internal::*};

struct ArrayFeatureExtractor;

/// Makes the operator of a node.
pub fn build(_: &ParsingContext, _: &NodeProto) -> Built {
	built(ArrayFeatureExtractor)
}

impl Kernel for ArrayFeatureExtractor {
	fn name(&self) -> &'static str {
		"ArrayFeatureExtractor"
	}

	fn inputs(&self) -> usize {
		2
	}

	fn facts(&self, inputs: &[Fact]) -> TractResult<TVec<Fact>> {
		let [data, columns] = inputs else { bail!("two inputs are needed") };
		rows::dtype(data, &rows::NUMERIC)?;
		rows::dtype(columns, &[DatumType::I64])?;
		// Columns are a list, whatever axes it has.
		let columns = columns.shape.iter().cloned().product();
		let Some((_, outer)) = data.shape.split_last() else { bail!("the data have no axis") };
		// One axis only gives one row.
		let outer = if outer.is_empty() { &[TDim::Val(1)] } else { outer };
		Ok(tvec!(Fact::new(data.dtype, outer.iter().cloned().chain([columns]))))
	}

	fn run(&self, inputs: &[TValue]) -> TractResult<TVec<Tensor>> {
		let [data, columns] = inputs else { bail!("two inputs are needed") };
		let columns = rows::slice::<i64>(columns)?;
		let Some((width, outer)) = data.shape().split_last() else {
			bail!("the data have no axis")
		};
		let mut shape = if outer.is_empty() { vec![1] } else { outer.to_vec() };
		shape.push(columns.len());
		let size = data.datum_type().size_of();
		let mut output = Tensor::zero_dt(data.datum_type(), &shape)?;
		let mut cells = output.as_bytes_mut().chunks_exact_mut(size);
		for row in data.as_bytes().chunks_exact(width.saturating_mul(size).max(1)) {
			for column in columns {
				let source = usize::try_from(*column)
					.ok()
					.and_then(|column| row.chunks_exact(size).nth(column))
					.context("ArrayFeatureExtractor: a column is out of range")?;
				if let Some(cell) = cells.next() {
					// Both are one element of the same dtype.
					cell.copy_from_slice(source);
				}
			}
		}
		Ok(tvec!(output))
	}
}
