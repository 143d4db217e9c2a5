//! `SVMRegressor`: a weighted sum of kernels. ONNX defines a `post_transform` for its one score;
//! like onnxruntime, the engine leaves the score as it is.

use super::{
	attributes,
	kernel::Kernels,
	lanes,
	op::{built, wrong, Built, Fact, Kernel},
	rows,
	scores::PostTransform,
};
use tract_onnx::{model::ParsingContext, pb::NodeProto, tract_hir::internal::*};

struct SvmRegressor {
	/// None for a linear model: the coefficients are those of the features.
	kernels: Option<Kernels>,
	/// One for each support vector, or for each feature.
	coefficients: Vec<f32>,
	rho: f32,
	/// The sign alone: whether a row belongs to the one class.
	one_class: bool,
}

/// Makes the operator of a node.
pub fn build(_: &ParsingContext, node: &NodeProto) -> Built {
	let supports = attributes::int(node, "n_supports", 0)?;
	let supports = attributes::index(node, "n_supports", supports)?;
	let coefficients = attributes::floats(node, "coefficients")?.to_vec();
	let kernels = match supports {
		0 => None,
		count => Some(Kernels::new(node, count)?),
	};
	if coefficients.is_empty() || (supports > 0 && coefficients.len() != supports) {
		return wrong(node, "coefficients", "must be one for each support vector");
	}
	let Some(rho) = attributes::floats(node, "rho")?.first().copied() else {
		return wrong(node, "rho", "is needed");
	};
	PostTransform::from_name(attributes::word(node, "post_transform", "NONE")?)?;
	let one_class = attributes::int(node, "one_class", 0)? != 0;
	built(SvmRegressor { kernels, coefficients, rho, one_class })
}

impl Kernel for SvmRegressor {
	fn name(&self) -> &'static str {
		"SVMRegressor"
	}

	fn facts(&self, inputs: &[Fact]) -> TractResult<TVec<Fact>> {
		let input = rows::only(inputs)?;
		rows::dtype(input, &rows::NUMERIC)?;
		let (count, features) = rows::rows(input)?;
		let expected = self.kernels.as_ref().map_or(self.coefficients.len(), Kernels::features);
		ensure!(features == expected, "{features} features where the model has {expected}");
		Ok(tvec!(Fact::new(DatumType::F32, [count, 1.to_dim()])))
	}

	fn run(&self, inputs: &[TValue]) -> TractResult<TVec<Tensor>> {
		let input = rows::only(inputs)?;
		let (count, features) = rows::rows_of(input)?;
		let input = rows::floats(input)?;
		let mut kernels = vec![0f32; self.kernels.as_ref().map_or(0, Kernels::count)];
		let output = rows::filled(&[count, 1], 1, |output| {
			let input = rows::slice::<f32>(&input)?.chunks_exact(features.max(1));
			for (score, row) in output.flatten().zip(input) {
				let sum = match &self.kernels {
					Some(shape) => {
						shape.of(row, &mut kernels);
						lanes::dot(&kernels, &self.coefficients)
					},
					None => lanes::dot(row, &self.coefficients),
				};
				*score = sum + self.rho;
				if self.one_class {
					*score = if *score > 0.0 { 1.0 } else { -1.0 };
				}
			}
			Ok(())
		})?;
		Ok(tvec!(output))
	}
}
