//! Range of constants. tract counts the steps of floats in integers: a step of a half would divide by
//! zero.

use super::{data, kernel, kernel::Kernel, shape};
use tract_onnx::{model::ParsingContext, pb::NodeProto, tract_hir::internal::*};

/// From a start by a step to a limit, which isn't in it.
#[derive(Debug)]
struct Range;

pub fn build(
	_: &ParsingContext,
	_: &NodeProto,
) -> TractResult<(Box<dyn InferenceOp>, Vec<String>)> {
	kernel::node(Range)
}

/// How many integers there are.
fn count_integers([start, limit, step]: [i64; 3]) -> TractResult<usize> {
	ensure!(step != 0, "a step of 0");
	// No difference of 64-bit integers overflows.
	let (span, step) = (i128::from(limit) - i128::from(start), i128::from(step));
	let whole = span / step;
	// Rounded up; the quotient of two signs was rounded up by the division.
	let part = span % step != 0 && (span < 0) == (step < 0);
	let count = (whole + i128::from(part)).max(0);
	shape::dim(i64::try_from(count).unwrap_or(i64::MAX))
}

/// How many floats there are.
fn count_floats([start, limit, step]: [f64; 3]) -> TractResult<usize> {
	let finite = start.is_finite() && limit.is_finite() && step.is_finite();
	ensure!(finite && step != 0.0, "from {start} to {limit} by {step}");
	// A span of more than all numbers is infinite, and saturates.
	shape::dim(((limit - start) / step).ceil().max(0.0) as i64)
}

/// The one number of each input; `None` while one isn't known.
fn numbers<T: Copy>(values: [TractResult<Option<Vec<T>>>; 3]) -> TractResult<Option<[T; 3]>> {
	let mut numbers = TVec::new();
	for value in values {
		let Some(value) = value? else { return Ok(None) };
		let [number] = value[..] else { bail!("{} numbers", value.len()) };
		numbers.push(number);
	}
	let [start, limit, step] = numbers[..] else { bail!("expects 3 inputs") };
	Ok(Some([start, limit, step]))
}

impl Kernel for Range {
	fn name(&self) -> &'static str {
		"Range"
	}

	fn outputs(&self, inputs: &[kernel::Input]) -> TractResult<Option<TVec<kernel::Output>>> {
		let [start, limit, step] = inputs else { bail!("expects 3 inputs") };
		let dtype = start.dtype;
		ensure!(limit.dtype == dtype && step.dtype == dtype, "numbers of several types");
		let inputs = [start, limit, step];
		let count = match dtype {
			DatumType::I16 | DatumType::I32 | DatumType::I64 => {
				numbers(inputs.map(|input| input.integers()))?.map(count_integers)
			},
			DatumType::F32 | DatumType::F64 => {
				numbers(inputs.map(|input| input.numbers()))?.map(count_floats)
			},
			other => bail!("no operator for {other:?}"),
		};
		Ok(count.transpose()?.map(|count| tvec![(dtype, tvec![count.to_dim()])]))
	}

	fn eval(&self, inputs: &[&Tensor]) -> TractResult<TVec<Tensor>> {
		let [start, limit, step] = inputs else { bail!("expects 3 inputs") };
		let (dtype, inputs) = (start.datum_type(), [*start, *limit, *step]);
		if dtype.is_integer() {
			let all = numbers(inputs.map(|input| data::integers(input).map(Some)))?;
			let all @ [start, _, step] = all.context("constants")?;
			// What comes after the last one may be beyond the dtype, and isn't kept.
			let steps = std::iter::successors(Some(start), |at| Some(at.wrapping_add(step)));
			let elements: Vec<i64> = steps.take(count_integers(all)?).collect();
			return Ok(tvec![data::from_integers(&elements).cast_to_dt(dtype)?.into_owned()]);
		}
		let all = numbers(inputs.map(|input| data::numbers(input).map(Some)))?;
		let all @ [start, _, step] = all.context("constants")?;
		let count = count_floats(all)?;
		// Each is the sum of the one before and the step, rounded.
		let rounded = |sum: f64| if dtype == DatumType::F32 { f64::from(sum as f32) } else { sum };
		let steps = std::iter::successors(Some(start), |at| Some(rounded(at + step)));
		let elements: Vec<f64> = steps.take(count).collect();
		Ok(tvec![data::from_numbers(dtype, &[count], elements)?])
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn counts_round_up() {
		for (numbers, count) in [
			([0, 10, 3], 4),
			([0, 9, 3], 3),
			([10, 0, -3], 4),
			([0, 10, -3], 0),
			([10, 0, 3], 0),
			([0, 2, 3], 1),
			([0, -2, 3], 0),
			([5, 5, 1], 0),
			([i64::MIN, i64::MAX, i64::MAX], 3),
		] {
			assert_eq!(count_integers(numbers).unwrap(), count, "{numbers:?}");
			if numbers[0] != i64::MIN {
				assert_eq!(count_floats(numbers.map(|x| x as f64)).unwrap(), count, "{numbers:?}");
			}
		}
		assert_eq!(count_floats([0.0, 1.0, 0.25]).unwrap(), 4);
		for bad in [[0, 1, 0], [0, i64::MAX, 1], [i64::MAX, i64::MIN, -1]] {
			assert!(count_integers(bad).is_err(), "{bad:?}");
		}
		for bad in [[0.0, 1.0, 0.0], [f64::NAN, 1.0, 1.0], [0.0, 1.0, 1e-300], [0.0, 1e300, 1.0]] {
			assert!(count_floats(bad).is_err(), "{bad:?}");
		}
	}
}
