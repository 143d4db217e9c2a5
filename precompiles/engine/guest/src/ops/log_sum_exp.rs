//! ReduceLogSumExp.
//!
//! tract's (0.23.9) adds powers that overflow: of binary16 from 12 on, of binary32 from 89 on. Here the
//! largest is taken out first.

use super::{data, kernel, kernel::Kernel, shape};
use tract_onnx::{model::ParsingContext, pb::NodeProto, tract_hir::internal::*};

#[derive(Debug)]
struct LogSumExp {
	/// The attribute, before opset 18; an input since.
	axes: Option<Vec<i64>>,
	/// Whether an axis that is reduced stays, of length 1.
	keep: bool,
	/// Whether no axes are none; else they are all.
	none: bool,
}

pub fn build(
	ctx: &ParsingContext,
	node: &NodeProto,
) -> TractResult<(Box<dyn InferenceOp>, Vec<String>)> {
	let flag = |name: &str, absent: i64| {
		Ok::<_, TractError>(node.get_attr_opt::<i64>(name)?.unwrap_or(absent) != 0)
	};
	let given = node.get_attr_opt_vec("axes")?;
	let axes = match ctx.onnx_operator_set_version {
		..18 => Some(given.unwrap_or_default()),
		version => {
			ensure!(given.is_none(), "axes as an attribute, in opset {version}");
			None
		},
	};
	let none = axes.is_none() && flag("noop_with_empty_axes", 0)?;
	kernel::node(LogSumExp { axes, keep: flag("keepdims", 1)?, none })
}

impl LogSumExp {
	/// Which axes are reduced.
	fn reduced(&self, rank: usize, axes: &[i64]) -> TractResult<TVec<bool>> {
		let mut reduced = tvec![axes.is_empty() && !self.none; rank];
		for axis in axes {
			let at = shape::axis(*axis, rank)?;
			ensure!(!reduced[at], "axis {axis} twice");
			reduced[at] = true;
		}
		Ok(reduced)
	}

	/// The shape of the result, with lengths of 1 for what is reduced, and without them.
	fn shapes(&self, dims: &[usize], reduced: &[bool]) -> (TVec<usize>, TVec<usize>) {
		let kept = dims.iter().zip(reduced);
		let whole = kept.map(|(dim, reduced)| if *reduced { 1 } else { *dim }).collect();
		let left = dims.iter().zip(reduced).filter(|(_, reduced)| !**reduced);
		let shape =
			if self.keep { TVec::clone(&whole) } else { left.map(|(dim, _)| *dim).collect() };
		(whole, shape)
	}
}

impl Kernel for LogSumExp {
	fn name(&self) -> &'static str {
		"ReduceLogSumExp"
	}

	fn outputs(&self, inputs: &[kernel::Input]) -> TractResult<Option<TVec<kernel::Output>>> {
		let x = inputs.first().context("expects an input")?;
		let axes = match (&self.axes, inputs.get(1)) {
			(Some(axes), None) => axes.clone(),
			(None, Some(axes)) => match axes.integers()? {
				Some(axes) => axes,
				None => return Ok(None),
			},
			(None, None) => vec![],
			(Some(_), Some(_)) => bail!("axes belong to an attribute before opset 18"),
		};
		let dims = x.dims()?;
		let (_, shape) = self.shapes(&dims, &self.reduced(dims.len(), &axes)?);
		Ok(Some(tvec![(data::float(x.dtype)?, shape::symbolic(&shape))]))
	}

	fn eval(&self, inputs: &[&Tensor]) -> TractResult<TVec<Tensor>> {
		let x = inputs.first().context("expects an input")?;
		let axes = match (&self.axes, inputs.get(1)) {
			(None, Some(axes)) => data::integers(axes)?,
			(axes, _) => axes.clone().unwrap_or_default(),
		};
		let dims = x.shape();
		let reduced = self.reduced(dims.len(), &axes)?;
		let (whole, shape) = self.shapes(dims, &reduced);
		let numbers = data::numbers(x)?;
		// Where each element belongs: its coordinates without those that are reduced.
		let mut targets = Vec::with_capacity(numbers.len());
		let mut at: TVec<usize> = tvec![0; dims.len()];
		for _ in &numbers {
			let coordinates = at.iter().zip(&reduced).zip(&whole);
			targets.push(coordinates.fold(0, |target, ((coordinate, reduced), length)| {
				target * length + if *reduced { 0 } else { *coordinate }
			}));
			shape::advance(&mut at, dims);
		}
		let count = shape::volume(&shape)?;
		let mut largest = vec![f64::NEG_INFINITY; count];
		for (x, target) in numbers.iter().zip(&targets) {
			if *x > largest[*target] || x.is_nan() {
				largest[*target] = *x;
			}
		}
		let mut sums = vec![0.0; count];
		for (x, target) in numbers.iter().zip(&targets) {
			sums[*target] += (x - largest[*target]).exp();
		}
		// An infinite one is the result: its difference from itself is no number.
		let result = |(largest, sum): (f64, f64)| {
			if largest.is_infinite() {
				largest
			} else {
				largest + sum.ln()
			}
		};
		let numbers = largest.into_iter().zip(sums).map(result).collect();
		Ok(tvec![data::from_numbers(x.datum_type(), &shape, numbers)?])
	}
}
