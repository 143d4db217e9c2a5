//! The reductions, but for ArgMax and ArgMin, and GlobalMaxPool, which is one.
//!
//! tract's (0.23.9) are of floating-point numbers: it adds integers of 64 bits in 32, has no code for unsigned
//! ones of 32 and 64, and divides by the length of an axis, which a run may find to be 0. ReduceLogSumExp is
//! ours altogether: tract's adds powers that overflow, of binary16 from 12 on, of binary32 from 89 on. Here the
//! largest is taken out first. So are ReduceMax, ReduceMin and GlobalMaxPool: what isn't a number is the largest
//! and the least here; of a row with one, tract's largest may be the least number that there is.
//!
//! Integers are those of ONNX: arithmetic is modulo two to the power of their width. Of nothing, a sum is 0, a
//! product 1, the largest the least number there is, and the least the largest.

use super::{choice, data, kernel, kernel::Kernel, shape};
use tract_onnx::{
	model::ParsingContext,
	pb::NodeProto,
	tract_hir::internal::{
		tract_num_traits::{AsPrimitive, PrimInt, WrappingAdd, WrappingMul, WrappingSub},
		*,
	},
};

const OPERATORS: &[(&str, Operator)] = &[
	("GlobalMaxPool", Operator::Max),
	("ReduceL1", Operator::L1),
	("ReduceL2", Operator::L2),
	("ReduceLogSum", Operator::LogSum),
	("ReduceLogSumExp", Operator::LogSumExp),
	("ReduceMax", Operator::Max),
	("ReduceMean", Operator::Mean),
	("ReduceMin", Operator::Min),
	("ReduceProd", Operator::Prod),
	("ReduceSum", Operator::Sum),
	("ReduceSumSquare", Operator::SumSquare),
];

/// The operators' names.
pub fn names() -> impl Iterator<Item = &'static str> {
	OPERATORS.iter().map(|(name, _)| *name)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
	L1,
	L2,
	LogSum,
	LogSumExp,
	Max,
	Mean,
	Min,
	Prod,
	Sum,
	SumSquare,
}

/// Which axes are reduced.
#[derive(Debug)]
enum Axes {
	/// Those of the attribute: before opset 18 (ReduceSum: 13).
	Attribute(Vec<i64>),
	/// Those of the second input, if there is one.
	Input,
	/// All but the first two.
	Image,
}

#[derive(Debug)]
struct Reduce {
	name: &'static str,
	operator: Operator,
	axes: Axes,
	/// Whether an axis that is reduced stays, of length 1.
	keep: bool,
	/// Whether no axes are none; else they are all.
	none: bool,
}

pub fn build(
	ctx: &ParsingContext,
	node: &NodeProto,
) -> TractResult<(Box<dyn InferenceOp>, Vec<String>)> {
	let operator = OPERATORS.iter().find(|(name, _)| *name == node.op_type);
	let (name, operator) = *operator.context("no reduction")?;
	let flag = |name: &str, absent: i64| {
		Ok::<_, TractError>(node.get_attr_opt::<i64>(name)?.unwrap_or(absent) != 0)
	};
	let given = node.get_attr_opt_vec("axes")?;
	let version = ctx.onnx_operator_set_version;
	let axes = if name == "GlobalMaxPool" {
		Axes::Image
	} else if version < if operator == Operator::Sum { 13 } else { 18 } {
		Axes::Attribute(given.unwrap_or_default())
	} else {
		ensure!(given.is_none(), "axes as an attribute, in opset {version}");
		Axes::Input
	};
	let none = match axes {
		Axes::Attribute(_) => false,
		Axes::Input => flag("noop_with_empty_axes", 0)?,
		Axes::Image => true,
	};
	let reduce = Reduce { name, operator, axes, keep: flag("keepdims", 1)?, none };
	match operator {
		Operator::LogSumExp | Operator::Max | Operator::Min => kernel::node(reduce),
		_ => choice::node(ctx, node, reduce),
	}
}

impl Reduce {
	/// Which of so many axes are reduced. The axes of an input are its value.
	fn reduced(&self, rank: usize, input: Option<Vec<i64>>) -> TractResult<TVec<bool>> {
		let axes = match (&self.axes, input) {
			(Axes::Attribute(axes), None) => axes.clone(),
			(Axes::Input, axes) => axes.unwrap_or_default(),
			(Axes::Image, None) => (2..rank as i64).collect(),
			_ => bail!("expects 1 input in this opset"),
		};
		let mut reduced = tvec![axes.is_empty() && !self.none; rank];
		for axis in axes {
			let at = shape::axis(axis, rank)?;
			ensure!(!reduced[at], "axis {axis} twice");
			reduced[at] = true;
		}
		Ok(reduced)
	}

	/// The shape of the result, with lengths of 1 for what is reduced, and without them.
	fn shapes<D: Clone>(&self, dims: &[D], reduced: &[bool], one: D) -> (TVec<D>, TVec<D>) {
		let kept = dims.iter().zip(reduced);
		let whole = kept.map(|(dim, reduced)| if *reduced { &one } else { dim }.clone()).collect();
		let left = dims.iter().zip(reduced).filter(|(_, reduced)| !**reduced);
		let shape = if self.keep {
			TVec::clone(&whole)
		} else {
			left.map(|(dim, _)| dim.clone()).collect()
		};
		(whole, shape)
	}

	/// Refuses what ONNX doesn't reduce, and logarithms of integers, which it leaves open.
	fn takes(&self, dtype: DatumType) -> TractResult<DatumType> {
		let ordered = matches!(self.operator, Operator::Max | Operator::Min);
		let logarithm = matches!(self.operator, Operator::LogSum | Operator::LogSumExp);
		let taken = match dtype {
			_ if matches!(self.axes, Axes::Image) => dtype.is_float(),
			// Booleans are bytes when it comes to it.
			DatumType::I8 | DatumType::U8 | DatumType::Bool => ordered,
			DatumType::I32 | DatumType::I64 | DatumType::U32 | DatumType::U64 => !logarithm,
			_ => dtype.is_float(),
		};
		ensure!(taken, "no operator for {dtype:?}");
		Ok(dtype)
	}
}

impl choice::Alternative for Reduce {
	fn is_tracts(&self, facts: &[TypedFact]) -> TractResult<bool> {
		let inputs: Vec<_> = facts.iter().map(kernel::Input::of).collect();
		self.outputs(&inputs)?;
		let x = inputs.first().context("expects an input")?;
		let elements = |dim: &TDim| dim.to_usize().is_ok_and(|dim| dim > 0);
		Ok(x.dtype.is_float() && x.shape.iter().all(elements))
	}
}

impl Kernel for Reduce {
	fn name(&self) -> &'static str {
		self.name
	}

	fn outputs(&self, inputs: &[kernel::Input]) -> TractResult<Option<TVec<kernel::Output>>> {
		let x = inputs.first().context("expects an input")?;
		let dtype = self.takes(x.dtype)?;
		let axes = inputs.get(1).map(|axes| axes.integers()).transpose()?;
		if axes.as_ref().is_some_and(Option::is_none) {
			return Ok(None);
		}
		let reduced = self.reduced(x.shape.len(), axes.flatten())?;
		let (_, shape) = self.shapes(&x.shape, &reduced, 1.to_dim());
		Ok(Some(tvec![(dtype, shape)]))
	}

	fn eval(&self, inputs: &[&Tensor]) -> TractResult<TVec<Tensor>> {
		let x = inputs.first().context("expects an input")?;
		let dims = x.shape();
		let axes = inputs.get(1).map(|axes| data::integers(axes)).transpose()?;
		let reduced = self.reduced(dims.len(), axes)?;
		let (whole, shape) = self.shapes(dims, &reduced, 1);
		// How far apart the groups of neighbours along each axis are. Lengths of what has no elements may have a
		// product beyond all numbers.
		let mut steps = tvec![1usize; dims.len()];
		for axis in (1..dims.len()).rev() {
			steps[axis - 1] = steps[axis].saturating_mul(whole[axis]);
		}
		for (step, _) in steps.iter_mut().zip(&reduced).filter(|(_, reduced)| **reduced) {
			*step = 0;
		}
		let lengths = dims.iter().zip(&reduced).filter(|(_, reduced)| **reduced);
		let lengths: TVec<usize> = lengths.map(|(length, _)| *length).collect();
		let (count, size) = (shape::volume(&shape)?, shape::volume(&lengths)?);
		let of = Groups { dims, steps, count, size };
		let y = match self.takes(x.datum_type())? {
			DatumType::I8 => of.integers::<i8>(self.operator, x),
			DatumType::I32 => of.integers::<i32>(self.operator, x),
			DatumType::I64 => of.integers::<i64>(self.operator, x),
			DatumType::U8 => of.integers::<u8>(self.operator, x),
			DatumType::U32 => of.integers::<u32>(self.operator, x),
			DatumType::U64 => of.integers::<u64>(self.operator, x),
			DatumType::F16 => of.numbers::<f16>(self.operator, x),
			DatumType::F32 => of.numbers::<f32>(self.operator, x),
			DatumType::F64 => of.numbers::<f64>(self.operator, x),
			other => bail!("no operator for {other:?}"),
		}?;
		Ok(tvec![y.into_shape(&shape)?])
	}
}

/// Elements that become one.
struct Groups<'a> {
	/// Lengths of the axes.
	dims: &'a [usize],
	/// How many groups a step along each axis leads on: none along one that is reduced.
	steps: TVec<usize>,
	/// How many groups there are.
	count: usize,
	/// How many elements each has.
	size: usize,
}

impl Groups<'_> {
	/// Visits all elements with the positions of their groups, in row-major order.
	fn each<T: Copy>(&self, elements: &[T], mut visit: impl FnMut(usize, T)) {
		let (last, outer) = self.dims.split_last().unwrap_or((&1, &[]));
		let (step, steps) = self.steps.split_last().unwrap_or((&0, &[]));
		let mut at: TVec<usize> = tvec![0; outer.len()];
		// Of rows without elements there are none.
		for row in elements.chunks((*last).max(1)) {
			let mut group = at.iter().zip(steps).map(|(at, step)| at * step).sum();
			for element in row {
				visit(group, *element);
				group += step;
			}
			shape::advance(&mut at, outer);
		}
	}

	/// Puts each element to what its group is so far.
	fn fold<T: Copy, G: Copy>(&self, elements: &[T], first: G, put: impl Fn(G, T) -> G) -> Vec<G> {
		let mut groups = vec![first; self.count];
		self.each(elements, |group, element| groups[group] = put(groups[group], element));
		groups
	}

	fn numbers<T: Datum + Copy + Into<f64>>(
		&self,
		operator: Operator,
		x: &Tensor,
	) -> TractResult<Tensor> {
		use Operator::*;
		let view = x.try_as_plain_ram()?;
		let elements = view.as_slice::<T>()?;
		let fold = |first: f64, put: &dyn Fn(f64, f64) -> f64| {
			self.fold(elements, first, |group, element| put(group, element.into()))
		};
		// What isn't a number is the largest, and the least.
		let beyond = |is: bool, known: f64, x: f64| if is || x.is_nan() { x } else { known };
		let largest = || fold(f64::NEG_INFINITY, &|most, x| beyond(x > most, most, x));
		let sum = || fold(0.0, &|sum, x| sum + x);
		let squares = || fold(0.0, &|sum, x| sum + x * x);
		let each = |numbers: Vec<f64>, f: &dyn Fn(f64) -> f64| numbers.into_iter().map(f).collect();
		let y = match operator {
			L1 => fold(0.0, &|sum, x| sum + x.abs()),
			L2 => each(squares(), &f64::sqrt),
			LogSum => each(sum(), &f64::ln),
			LogSumExp => self.logarithms(elements, largest()),
			Max => largest(),
			Mean => each(sum(), &|sum| sum / self.size as f64),
			Min => fold(f64::INFINITY, &|least, x| beyond(x < least, least, x)),
			Prod => fold(1.0, &|product, x| product * x),
			Sum => sum(),
			SumSquare => squares(),
		};
		data::from_numbers(x.datum_type(), &[self.count], y)
	}

	/// Logarithms of sums of powers, where the largest of each group is known.
	fn logarithms<T: Copy + Into<f64>>(&self, x: &[T], largest: Vec<f64>) -> Vec<f64> {
		let mut sums = vec![0.0; self.count];
		self.each(x, |group, x| sums[group] += (x.into() - largest[group]).exp());
		// An infinite one is the result: its difference from itself is no number.
		let result = |(largest, sum): (f64, f64)| {
			if largest.is_infinite() {
				largest
			} else {
				largest + sum.ln()
			}
		};
		largest.into_iter().zip(sums).map(result).collect()
	}

	fn integers<T>(&self, operator: Operator, x: &Tensor) -> TractResult<Tensor>
	where
		T: Datum + PrimInt + WrappingAdd + WrappingSub + WrappingMul + AsPrimitive<f64>,
		f64: AsPrimitive<T>,
	{
		use Operator::*;
		let view = x.try_as_plain_ram()?;
		let x = view.as_slice::<T>()?;
		let (zero, one) = (T::zero(), T::one());
		let sum = || self.fold(x, zero, |sum, x| sum.wrapping_add(&x));
		let squares = || self.fold(x, zero, |sum, x| sum.wrapping_add(&x.wrapping_mul(&x)));
		let size = |x: T| if x < zero { zero.wrapping_sub(&x) } else { x };
		let y: Vec<T> = match operator {
			L1 => self.fold(x, zero, |sum, x| sum.wrapping_add(&size(x))),
			L2 => {
				squares().into_iter().map(|sum| AsPrimitive::<f64>::as_(sum).sqrt().as_()).collect()
			},
			Max => self.fold(x, T::min_value(), T::max),
			Mean => {
				let size = T::from(self.size).filter(|size| *size != zero);
				let size = size.with_context(|| format!("the mean of {} integers", self.size))?;
				sum().into_iter().map(|sum| sum / size).collect()
			},
			Min => self.fold(x, T::max_value(), T::min),
			Prod => self.fold(x, one, |product, x| product.wrapping_mul(&x)),
			Sum => sum(),
			SumSquare => squares(),
			LogSum | LogSumExp => bail!("a logarithm of integers"),
		};
		Ok(tensor1(&y))
	}
}
