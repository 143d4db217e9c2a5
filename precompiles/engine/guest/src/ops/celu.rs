//! Celu. tract (0.23.9) leaves out the factor alpha of the negative part, and divides integers by alpha.

use super::{data, kernel, kernel::Kernel};
use tract_onnx::{model::ParsingContext, pb::NodeProto, tract_hir::internal::*};

#[derive(Debug)]
struct Celu {
	alpha: f64,
}

pub fn build(
	_: &ParsingContext,
	node: &NodeProto,
) -> TractResult<(Box<dyn InferenceOp>, Vec<String>)> {
	let alpha = node.get_attr_opt::<f32>("alpha")?.unwrap_or(1.0);
	ensure!(alpha.is_finite() && alpha != 0.0, "alpha is {alpha}");
	kernel::node(Celu { alpha: f64::from(alpha) })
}

impl Kernel for Celu {
	fn name(&self) -> &'static str {
		"Celu"
	}

	fn outputs(&self, inputs: &[kernel::Input]) -> TractResult<Option<TVec<kernel::Output>>> {
		let [x] = inputs else { bail!("expects 1 input") };
		Ok(Some(tvec![(data::float(x.dtype)?, x.shape.clone())]))
	}

	fn eval(&self, inputs: &[&Tensor]) -> TractResult<TVec<Tensor>> {
		let [x] = inputs else { bail!("expects 1 input") };
		// max(0, x) + min(0, alpha · (exp(x / alpha) − 1)): one of the terms is 0, whatever alpha's sign. NaN
		// is neither above nor below.
		let celu = |x: f64| if x > 0.0 { x } else { self.alpha * (x / self.alpha).exp_m1() };
		let numbers = data::numbers(x)?.into_iter().map(celu).collect();
		Ok(tvec![data::from_numbers(x.datum_type(), x.shape(), numbers)?])
	}
}
