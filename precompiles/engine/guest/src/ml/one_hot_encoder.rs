//! `OneHotEncoder`: a row of zeros with a one at the element's category.

use super::{
	attributes,
	op::{built, wrong, Built, Fact, Kernel},
	rows,
};
use tract_onnx::{model::ParsingContext, pb::NodeProto, tract_hir::internal::*};

struct OneHotEncoder {
	/// Category and its place, sorted by category.
	places: Vec<(i64, usize)>,
	/// Length of a row.
	width: usize,
	/// An unknown category gives zeros only; otherwise the run fails.
	zeros: bool,
}

/// Makes the operator of a node.
pub fn build(_: &ParsingContext, node: &NodeProto) -> Built {
	let categories = attributes::ints(node, "cats_int64s")?;
	if categories.is_empty() {
		return wrong(node, "cats_int64s", "is needed");
	}
	let mut places: Vec<(i64, usize)> =
		categories.iter().copied().enumerate().map(|(place, category)| (category, place)).collect();
	places.sort_unstable();
	if places.windows(2).any(|pair| matches!(pair, [a, b] if a.0 == b.0)) {
		return wrong(node, "cats_int64s", "has a category twice");
	}
	let zeros = attributes::int(node, "zeros", 1)? != 0;
	built(OneHotEncoder { places, width: categories.len(), zeros })
}

impl OneHotEncoder {
	fn place(&self, category: Option<i64>) -> TractResult<Option<usize>> {
		let at = category.and_then(|c| self.places.binary_search_by_key(&c, |pair| pair.0).ok());
		let place = at.and_then(|at| self.places.get(at)).map(|pair| pair.1);
		ensure!(place.is_some() || self.zeros, "OneHotEncoder: a category is unknown");
		Ok(place)
	}
}

/// The integer that a float is cast to. None has a float that no 64-bit integer is near.
fn category(x: f64) -> Option<i64> {
	// 2^63; as a float, i64::MAX rounds to it.
	const END: f64 = 9_223_372_036_854_775_808.0;
	(-END..END).contains(&x).then_some(x as i64)
}

impl Kernel for OneHotEncoder {
	fn name(&self) -> &'static str {
		"OneHotEncoder"
	}

	fn facts(&self, inputs: &[Fact]) -> TractResult<TVec<Fact>> {
		let input = rows::only(inputs)?;
		rows::dtype(input, &rows::NUMERIC)?;
		// The engine's highest rank is 8, the row's axis included.
		ensure!(input.shape.len() < 8, "too many axes");
		let shape = input.shape.iter().cloned().chain([self.width.to_dim()]);
		Ok(tvec!(Fact::new(DatumType::F32, shape)))
	}

	fn run(&self, inputs: &[TValue]) -> TractResult<TVec<Tensor>> {
		let input = rows::only(inputs)?;
		let mut shape = input.shape().to_vec();
		shape.push(self.width);
		let output = rows::filled(&shape, self.width, |output| {
			if input.datum_type().is_float() {
				let input = input.cast_to::<f64>()?;
				for (row, x) in output.zip(rows::slice::<f64>(&input)?) {
					light(row, self.place(category(*x))?);
				}
			} else {
				let input = input.cast_to::<i64>()?;
				for (row, x) in output.zip(rows::slice::<i64>(&input)?) {
					light(row, self.place(Some(*x))?);
				}
			}
			Ok(())
		})?;
		Ok(tvec!(output))
	}
}

fn light(row: &mut [f32], place: Option<usize>) {
	if let Some(cell) = place.and_then(|place| row.get_mut(place)) {
		*cell = 1.0;
	}
}
