//! Gemm. tract 0.23.9 multiplies by an `alpha` and a `beta` of binary32 whatever the matrices hold,
//! and lets `C` widen the result.

use super::data;
use tract_onnx::{
	model::ParsingContext,
	pb::NodeProto,
	tract_hir::{
		internal::*,
		ops::math,
		tract_core::ops::{change_axes::AxisOp, einsum::EinSum},
	},
};

#[derive(Clone, Debug)]
struct Gemm {
	alpha: f32,
	beta: f32,
	/// Of the first and of the second matrix.
	transposed: [bool; 2],
}

pub fn build(
	_: &ParsingContext,
	node: &NodeProto,
) -> TractResult<(Box<dyn InferenceOp>, Vec<String>)> {
	let factor = |name: &str| Ok::<f32, TractError>(node.get_attr_opt(name)?.unwrap_or(1.0));
	let transposed =
		|name: &str| Ok::<bool, TractError>(node.get_attr_opt::<i64>(name)?.unwrap_or(0) != 0);
	let gemm = Gemm {
		alpha: factor("alpha")?,
		beta: factor("beta")?,
		transposed: [transposed("transA")?, transposed("transB")?],
	};
	Ok((expand(gemm), vec![]))
}

impl Gemm {
	/// A factor in the dtype of the matrices. Integers have no fractions of themselves.
	fn factor(factor: f32, dtype: DatumType) -> TractResult<Tensor> {
		ensure!(dtype.is_float() || factor.fract() == 0.0, "a factor {factor} of {dtype:?}");
		tensor0(factor).cast_to_dt(dtype)?.into_owned().broadcast_into_rank(2)
	}
}

impl Expansion for Gemm {
	fn name(&self) -> StaticName {
		"Gemm".into()
	}

	fn rules<'r, 'p: 'r, 's: 'r>(
		&'s self,
		s: &mut Solver<'r>,
		inputs: &'p [TensorProxy],
		outputs: &'p [TensorProxy],
	) -> InferenceResult {
		let ([a, b, ..], [y]) = (inputs, outputs) else { bail!("expects 2 or 3 inputs, 1 output") };
		s.equals(&y.rank, 2)?;
		let [ta, tb] = self.transposed.map(usize::from);
		for (x, rows) in [(a, ta), (b, tb)] {
			s.equals(&x.rank, 2)?;
			s.equals(&x.datum_type, &y.datum_type)?;
			// The axis that is no sum: rows of the first, columns of the second.
			let own = if std::ptr::eq(x, a) { rows } else { 1 - rows };
			s.equals(&x.shape[own], &y.shape[usize::from(std::ptr::eq(x, b))])?;
		}
		s.equals(&a.shape[1 - ta], &b.shape[tb])?;
		match inputs.get(2) {
			Some(c) => s.equals(&c.datum_type, &y.datum_type),
			None => Ok(()),
		}
	}

	fn wire(
		&self,
		name: &str,
		model: &mut TypedModel,
		inputs: &[OutletId],
	) -> TractResult<TVec<OutletId>> {
		let ([a, b], c) =
			(inputs.first_chunk::<2>().context("expects 2 or 3 inputs")?, inputs.get(2).copied());
		let dtype = model.outlet_fact(*a)?.datum_type;
		data::factor(dtype)?;
		let axes = AxesMapping::for_numpy_matmul(2, self.transposed[0], self.transposed[1], false)?;
		let mut wire =
			model.wire_node(format!("{name}.ab"), EinSum::new(axes, dtype), &[*a, *b])?[0];
		if self.alpha != 1.0 {
			let alpha = Self::factor(self.alpha, dtype)?;
			let alpha = model.add_const(format!("{name}.alpha_ab.cst"), alpha)?;
			wire = model.wire_node(format!("{name}.alpha_ab"), math::mul(), &[alpha, wire])?[0];
		}
		let Some(mut c) = c.filter(|_| self.beta != 0.0) else { return Ok(tvec![wire]) };
		let (y, added) = (model.outlet_fact(wire)?.shape.to_tvec(), model.outlet_fact(c)?);
		let added = added.shape.to_tvec();
		// Broadcast in one direction: C never widens the product.
		let fits = |(c, y): (&TDim, &TDim)| c == y || *c == 1.to_dim();
		ensure!(
			added.len() <= 2 && added.iter().rev().zip(y.iter().rev()).all(fits),
			"C of {added:?} for {y:?}"
		);
		for rank in added.len()..2 {
			let name = format!("{name}.c_add_axis_{rank}");
			c = model.wire_node(name, AxisOp::Add(0), &[c])?[0];
		}
		let beta =
			model.add_const(format!("{name}.beta_c.cst"), Self::factor(self.beta, dtype)?)?;
		let c = model.wire_node(format!("{name}.beta_c"), math::mul(), &[beta, c])?[0];
		model.wire_node(name, math::add(), &[wire, c])
	}
}
