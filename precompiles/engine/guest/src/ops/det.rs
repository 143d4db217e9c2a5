//! Det: determinants, by elimination with partial pivoting.

use super::{data, kernel, kernel::Kernel, shape};
use tract_onnx::{model::ParsingContext, pb::NodeProto, tract_hir::internal::*};

#[derive(Debug)]
struct Det;

pub fn build(
	_: &ParsingContext,
	_: &NodeProto,
) -> TractResult<(Box<dyn InferenceOp>, Vec<String>)> {
	kernel::node(Det)
}

impl Kernel for Det {
	fn name(&self) -> &'static str {
		"Det"
	}

	fn outputs(&self, inputs: &[kernel::Input]) -> TractResult<Option<TVec<kernel::Output>>> {
		let [x] = inputs else { bail!("expects 1 input") };
		let dims = x.dims()?;
		let [batch @ .., rows, columns] = &dims[..] else { bail!("the input needs 2 axes") };
		ensure!(rows == columns && *rows > 0, "{rows} rows and {columns} columns");
		Ok(Some(tvec![(data::float(x.dtype)?, shape::symbolic(batch))]))
	}

	fn eval(&self, inputs: &[&Tensor]) -> TractResult<TVec<Tensor>> {
		let [x] = inputs else { bail!("expects 1 input") };
		let [batch @ .., order, _] = x.shape() else { bail!("the input needs 2 axes") };
		let numbers = data::numbers(x)?;
		let matrices = numbers.chunks_exact(order * order);
		let determinants = matrices.map(|matrix| determinant(matrix.to_vec(), *order)).collect();
		Ok(tvec![data::from_numbers(x.datum_type(), batch, determinants)?])
	}
}

/// Determinant of a square matrix, row-major.
fn determinant(mut matrix: Vec<f64>, order: usize) -> f64 {
	let mut product = 1.0;
	for step in 0..order {
		// The largest element of the column becomes the pivot; the first of equal ones.
		let mut pivot = step;
		for row in step + 1..order {
			if matrix[row * order + step].abs() > matrix[pivot * order + step].abs() {
				pivot = row;
			}
		}
		if pivot != step {
			for column in 0..order {
				matrix.swap(pivot * order + column, step * order + column);
			}
			product = -product;
		}
		let divisor = matrix[step * order + step];
		product *= divisor;
		if divisor == 0.0 {
			return product;
		}
		for row in step + 1..order {
			let factor = matrix[row * order + step] / divisor;
			for column in step..order {
				matrix[row * order + column] -= factor * matrix[step * order + column];
			}
		}
	}
	product
}
