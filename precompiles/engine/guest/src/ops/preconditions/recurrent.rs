//! GRU, LSTM and RNN.

use super::{check, Built};
use crate::ops::shape;
use tract_onnx::{model::ParsingContext, pb::NodeProto, tract_hir::internal::*};

/// The weights are for the input, and as `hidden_size` and `direction` say: tract looks at the weights alone.
pub fn build(ctx: &ParsingContext, op: &NodeProto) -> Built {
	let hidden = op.get_attr_opt::<i64>("hidden_size")?.map(shape::dim).transpose()?;
	let both = op.get_attr_opt::<String>("direction")?;
	let both = both.is_some_and(|direction| direction.eq_ignore_ascii_case("bidirectional"));
	let directions = if both { 2 } else { 1 };
	check(ctx, op, move |inputs| {
		let [x, w, r, ..] = inputs else { bail!("expects 3 inputs or more") };
		let ranks = [x, w, r].map(|input| input.rank);
		ensure!(
			ranks.iter().all(|rank| rank.is_none_or(|rank| rank == 3)),
			"{ranks:?} axes for 3 each"
		);
		let length = |input: &super::Seen, axis: usize| Some(*input.dims.as_ref()?.get(axis)?);
		if let (Some(input), Some(weights)) = (length(x, 2), length(w, 2)) {
			ensure!(input == weights, "weights for {weights} features of {input}");
		}
		if let Some(weights) = length(w, 0) {
			ensure!(weights == directions, "weights for {weights} directions of {directions}");
		}
		if let (Some(hidden), Some(weights)) = (hidden, length(r, 2)) {
			ensure!(hidden == weights, "weights for a hidden size of {weights}, not {hidden}");
		}
		Ok(())
	})
}
