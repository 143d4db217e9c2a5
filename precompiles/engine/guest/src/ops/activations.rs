//! Celu and Softplus.
//!
//! tract's (0.23.9) Celu leaves out the factor alpha of the negative part, and divides integers by alpha. Its
//! Softplus is the logarithm of a number that overflows: of binary16 from 12 on, of binary32 from 89 on.

use super::{data, kernel, kernel::Kernel};
use tract_onnx::{model::ParsingContext, pb::NodeProto, tract_hir::internal::*};

/// A function of each element.
#[derive(Debug)]
enum Activation {
	Celu { alpha: f64 },
	Softplus,
}

pub fn build(
	_: &ParsingContext,
	node: &NodeProto,
) -> TractResult<(Box<dyn InferenceOp>, Vec<String>)> {
	if node.op_type == "Softplus" {
		return kernel::node(Activation::Softplus);
	}
	let alpha = node.get_attr_opt::<f32>("alpha")?.unwrap_or(1.0);
	ensure!(alpha.is_finite() && alpha != 0.0, "alpha is {alpha}");
	kernel::node(Activation::Celu { alpha: f64::from(alpha) })
}

impl Activation {
	fn of(&self, x: f64) -> f64 {
		match self {
			// max(0, x) + min(0, alpha · (exp(x / alpha) − 1)): one of the terms is 0, whatever alpha's sign. NaN
			// is neither above nor below.
			Activation::Celu { .. } if x > 0.0 => x,
			Activation::Celu { alpha } => alpha * (x / alpha).exp_m1(),
			// ln(exp(x) + 1), where exp(x) is finite.
			Activation::Softplus if x > 0.0 => x + (-x).exp().ln_1p(),
			Activation::Softplus => x.exp().ln_1p(),
		}
	}
}

impl Kernel for Activation {
	fn name(&self) -> &'static str {
		match self {
			Activation::Celu { .. } => "Celu",
			Activation::Softplus => "Softplus",
		}
	}

	fn outputs(&self, inputs: &[kernel::Input]) -> TractResult<Option<TVec<kernel::Output>>> {
		let [x] = inputs else { bail!("expects 1 input") };
		Ok(Some(tvec![(data::float(x.dtype)?, x.shape.clone())]))
	}

	fn eval(&self, inputs: &[&Tensor]) -> TractResult<TVec<Tensor>> {
		let [x] = inputs else { bail!("expects 1 input") };
		let numbers = data::numbers(x)?.into_iter().map(|x| self.of(x)).collect();
		Ok(tvec![data::from_numbers(x.datum_type(), x.shape(), numbers)?])
	}
}
