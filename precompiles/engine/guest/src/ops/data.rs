//! Elements of tensors, without a copy of each operator for each dtype: what only moves elements
//! works on bytes, what calculates works in binary64 and rounds once, at the end.

use tract_onnx::tract_hir::internal::*;

/// Whether elements of that dtype are plain bytes of one of ONNX's numeric dtypes, or booleans.
pub fn is_plain(dtype: DatumType) -> bool {
	!dtype.is_quantized() && (dtype.is_integer() || dtype.is_float() || dtype == DatumType::Bool)
}

/// Refuses what isn't plain.
pub fn plain(dtype: DatumType) -> TractResult<DatumType> {
	ensure!(is_plain(dtype), "no operator for {dtype:?}");
	Ok(dtype)
}

/// Refuses what isn't a float.
pub fn float(dtype: DatumType) -> TractResult<DatumType> {
	ensure!(dtype.is_float(), "no operator for {dtype:?}");
	Ok(dtype)
}

/// Refuses what tract (0.23.9) has no product of matrices of.
pub fn factor(dtype: DatumType) -> TractResult<DatumType> {
	let bytes = matches!(dtype.unquantized(), DatumType::I8 | DatumType::U8 | DatumType::I32);
	ensure!(dtype.is_float() || bytes, "no product of {dtype:?}");
	Ok(dtype)
}

/// The bytes of a tensor, little-endian, row-major.
pub fn bytes(tensor: &Tensor) -> TractResult<&[u8]> {
	plain(tensor.datum_type())?;
	// Safety of the view is the tensor's: it is plain memory.
	let view = tensor.try_as_plain_ram()?;
	Ok(view.as_bytes())
}

/// A tensor from bytes.
pub fn from_bytes(dtype: DatumType, shape: &[usize], bytes: &[u8]) -> TractResult<Tensor> {
	plain(dtype)?;
	let expected = super::shape::volume(shape)?.checked_mul(dtype.size_of());
	ensure!(expected == Some(bytes.len()), "{} bytes for {shape:?}", bytes.len());
	// Safety: as long as dtype and shape say (checked above); every bit pattern is a value of a
	// plain dtype, and bytes of booleans come from booleans.
	unsafe { Tensor::from_raw_dt(dtype, shape, bytes) }
}

/// The elements as binary64. Exact for all dtypes but 64-bit integers beyond 2^53.
pub fn numbers(tensor: &Tensor) -> TractResult<Vec<f64>> {
	let wide = tensor.cast_to::<f64>()?;
	Ok(wide.try_as_plain_ram()?.as_slice::<f64>()?.to_vec())
}

/// The elements as integers.
pub fn integers(tensor: &Tensor) -> TractResult<Vec<i64>> {
	let wide = tensor.cast_to::<i64>()?;
	Ok(wide.try_as_plain_ram()?.as_slice::<i64>()?.to_vec())
}

/// A tensor of numbers, rounded to its dtype.
pub fn from_numbers(dtype: DatumType, shape: &[usize], numbers: Vec<f64>) -> TractResult<Tensor> {
	let wide = Tensor::from_shape(shape, &numbers)?;
	Ok(wide.cast_to_dt(dtype)?.into_owned())
}

/// A tensor of 64-bit integers of rank 1.
pub fn from_integers(integers: &[i64]) -> Tensor {
	tensor1(integers)
}

/// A sum in the order of its terms. Nothing adds up to +0, not to the −0 that Rust begins with.
pub fn sum(terms: impl IntoIterator<Item = f64>) -> f64 {
	terms.into_iter().fold(0.0, |sum, term| sum + term)
}
