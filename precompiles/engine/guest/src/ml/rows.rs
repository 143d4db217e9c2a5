//! Rows of features: the form in which these operators take their input.

use super::op::Fact;
use tract_onnx::tract_hir::internal::*;

/// The dtypes of inputs that ONNX allows for most of these operators.
pub const NUMERIC: [DatumType; 4] =
	[DatumType::F32, DatumType::F64, DatumType::I64, DatumType::I32];

/// The only input. Operators count their inputs before.
pub fn only<T>(inputs: &[T]) -> TractResult<&T> {
	inputs.first().context("an input is missing")
}

/// Checks a dtype.
pub fn dtype(fact: &Fact, allowed: &[DatumType]) -> TractResult<()> {
	ensure!(allowed.contains(&fact.dtype), "inputs of type {:?} aren't supported", fact.dtype);
	Ok(())
}

/// Number of rows and of features of `[N, F]`; `[F]` is one row.
pub fn rows(fact: &Fact) -> TractResult<(TDim, usize)> {
	let (count, features) = match &*fact.shape {
		[features] => (1.to_dim(), features),
		[count, features] => (count.clone(), features),
		_ => bail!("the input must have the shape [N, F] or [F]"),
	};
	Ok((count, features.to_usize().context("the number of features must be known")?))
}

/// [`rows`] of a value.
pub fn rows_of(value: &Tensor) -> TractResult<(usize, usize)> {
	match value.shape() {
		[features] => Ok((1, *features)),
		[count, features] => Ok((*count, *features)),
		_ => bail!("the input must have the shape [N, F] or [F]"),
	}
}

/// A tensor of float32 that a function fills row by row; `width` is the length of a row, which
/// isn't 0.
pub fn filled(
	shape: &[usize],
	width: usize,
	fill: impl FnOnce(std::slice::ChunksExactMut<'_, f32>) -> TractResult<()>,
) -> TractResult<Tensor> {
	let mut tensor = Tensor::zero::<f32>(shape)?;
	fill(tensor.try_as_plain_ram_mut()?.as_slice_mut::<f32>()?.chunks_exact_mut(width.max(1)))?;
	Ok(tensor)
}

/// The input as float32, in C order.
pub fn floats(value: &Tensor) -> TractResult<std::borrow::Cow<'_, Tensor>> {
	value.cast_to::<f32>()
}

/// Elements of a tensor.
pub fn slice<T: Datum>(tensor: &Tensor) -> TractResult<&[T]> {
	tensor.try_as_plain_ram()?.as_slice::<T>()
}

/// Index of the first of the largest elements; 0 when the first is NaN.
pub fn first_largest(row: &[f32]) -> usize {
	let mut best = (0, row.first().copied().unwrap_or_default());
	for (index, value) in row.iter().copied().enumerate() {
		if value > best.1 {
			best = (index, value);
		}
	}
	best.0
}
