//! Arithmetic on shapes that a file may have chosen to overflow.

use tract_onnx::tract_hir::internal::*;

/// Elements that a tensor of ours may have. Larger ones fit no output of a model, and hardly the
/// memory of the guest.
const MAX_ELEMENTS: usize = 1 << 26;

/// Axes that a file may ask for: more than any model has, and few enough for what tract makes of their
/// products.
pub const MAX_AXES: usize = 32;

/// Elements of a shape.
pub fn volume(shape: &[usize]) -> TractResult<usize> {
	shape
		.iter()
		.try_fold(1usize, |product, dim| product.checked_mul(*dim))
		.filter(|product| *product <= MAX_ELEMENTS)
		.with_context(|| format!("{shape:?} is too large"))
}

/// An axis counted from the front; a negative one counts from the back.
pub fn axis(axis: i64, rank: usize) -> TractResult<usize> {
	let from_front = if axis < 0 { axis.checked_add(rank as i64) } else { Some(axis) };
	from_front
		.and_then(|axis| usize::try_from(axis).ok())
		.filter(|axis| *axis < rank)
		.with_context(|| format!("axis {axis} of {rank}"))
}

/// What lies before an axis, the axis, and what lies after it, each as one length.
pub fn around(shape: &[usize], axis: usize) -> TractResult<[usize; 3]> {
	let before = shape.get(..axis).context("axis beyond the rank")?;
	let (length, after) = shape[axis..].split_first().context("axis beyond the rank")?;
	Ok([volume(before)?, *length, volume(after)?])
}

/// A dimension from a file.
pub fn dim(value: i64) -> TractResult<usize> {
	usize::try_from(value)
		.ok()
		.filter(|dim| *dim <= MAX_ELEMENTS)
		.with_context(|| format!("{value} is no dimension"))
}

/// Dimensions from a file.
pub fn dims(values: &[i64]) -> TractResult<TVec<usize>> {
	ensure!(values.len() <= MAX_AXES, "{} dimensions", values.len());
	values.iter().map(|value| dim(*value)).collect()
}

/// A shape in tract's form.
pub fn symbolic(shape: &[usize]) -> TVec<TDim> {
	shape.iter().map(|dim| dim.to_dim()).collect()
}

/// Steps through all coordinates of a shape, last axis first; `false` after the last.
pub fn advance(coordinates: &mut [usize], shape: &[usize]) -> bool {
	for (at, length) in coordinates.iter_mut().zip(shape).rev() {
		*at += 1;
		if *at < *length {
			return true;
		}
		*at = 0;
	}
	false
}
