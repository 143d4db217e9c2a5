//! The state with which an LSTM begins (see [`crate::states`]).

use super::{data, kernel, kernel::Kernel};
use tract_onnx::{model::ParsingContext, pb::NodeProto, tract_hir::internal::*};

/// Of the input, the recurrence weights and maybe the state: the state, else zeros.
#[derive(Debug)]
struct InitialState {
	batch_first: bool,
}

pub fn build(
	_: &ParsingContext,
	node: &NodeProto,
) -> TractResult<(Box<dyn InferenceOp>, Vec<String>)> {
	let batch_first = node.get_attr_opt::<i64>("layout")?.unwrap_or_default() == 1;
	kernel::node(InitialState { batch_first })
}

impl InitialState {
	/// The state's shape: of `[directions, batch, hidden]`, or with the batch first.
	fn shape<D: Clone>(&self, x: &[D], recurrence: &[D]) -> TractResult<TVec<D>> {
		let ([first, second, _], [directions, _, hidden]) = (x, recurrence) else {
			bail!("{} and {} axes for 3 each", x.len(), recurrence.len())
		};
		let (directions, hidden) = (directions.clone(), hidden.clone());
		Ok(match self.batch_first {
			true => tvec![first.clone(), directions, hidden],
			false => tvec![directions, second.clone(), hidden],
		})
	}
}

impl Kernel for InitialState {
	fn name(&self) -> &'static str {
		"InitialState"
	}

	fn outputs(&self, inputs: &[kernel::Input]) -> TractResult<Option<TVec<kernel::Output>>> {
		let [x, recurrence, given @ ..] = inputs else { bail!("expects 2 inputs or 3") };
		let shape = match given.first() {
			Some(given) => {
				ensure!(given.dtype == x.dtype, "a state of {:?} for {:?}", given.dtype, x.dtype);
				given.shape.clone()
			},
			None => self.shape(&x.shape, &recurrence.shape)?,
		};
		Ok(Some(tvec![(data::float(x.dtype)?, shape)]))
	}

	fn eval(&self, inputs: &[&Tensor]) -> TractResult<TVec<Tensor>> {
		let [x, recurrence, given @ ..] = inputs else { bail!("expects 2 inputs or 3") };
		let state = match given.first() {
			Some(given) => (*given).clone(),
			None => Tensor::zero_dt(x.datum_type(), &self.shape(x.shape(), recurrence.shape())?)?,
		};
		Ok(tvec![state])
	}
}
