//! What operators of tract's take for granted about ranks, lengths and constants, and ONNX doesn't:
//! they would trap where the model is only wrong. The values that a run computes aren't looked at.

use super::{guard, shape};
use tract_onnx::{
	model::{optional_inputs, ParsingContext},
	pb::NodeProto,
	tract_hir::{infer::InferenceFact, internal::*},
};

type Builder = fn(&ParsingContext, &NodeProto) -> TractResult<(Box<dyn InferenceOp>, Vec<String>)>;

/// The operators with a condition, and their builders. `upsample` asks for Resize's.
pub const OPERATORS: &[(&str, Builder)] = &[
	("ArgMax", arg),
	("ArgMin", arg),
	("AveragePool", windows),
	("Conv", windows),
	("ConvInteger", windows),
	("ConvTranspose", windows),
	("MaxPool", windows),
	("QLinearConv", windows),
	("ReduceL1", reduce),
	("ReduceL2", reduce),
	("ReduceLogSum", reduce),
	("ReduceLogSumExp", reduce),
	("ReduceMax", reduce),
	("ReduceMean", reduce),
	("ReduceMin", reduce),
	("ReduceProd", reduce),
	("ReduceSum", reduce),
	("ReduceSumSquare", reduce),
];

/// What is known of an input.
#[derive(Debug, Default)]
pub struct Seen {
	/// How many axes it has.
	pub rank: Option<usize>,
	/// Its lengths, when all are numbers.
	pub dims: Option<TVec<usize>>,
	/// Its value, when it is a constant.
	pub value: Option<Arc<Tensor>>,
}

/// A condition on the inputs of an operator. What isn't known yet passes: it is asked again, for the
/// last time with everything that is known before a run.
pub trait Precondition: std::fmt::Debug + Send + Sync + 'static {
	/// Refuses what tract must not see.
	fn check(&self, inputs: &[Seen]) -> TractResult<()>;

	/// As [`guard::Guard::booleans`].
	fn booleans(&self) -> bool {
		false
	}
}

/// tract's operator behind a condition.
pub fn node(
	ctx: &ParsingContext,
	node: &NodeProto,
	condition: impl Precondition,
) -> TractResult<(Box<dyn InferenceOp>, Vec<String>)> {
	guard::node(ctx, node, Checked(condition))
}

#[derive(Debug)]
struct Checked<P>(P);

impl<P: Precondition> guard::Guard for Checked<P> {
	fn booleans(&self) -> bool {
		self.0.booleans()
	}

	fn facts(&self, inputs: &[&InferenceFact]) -> TractResult<()> {
		let seen = |fact: &&InferenceFact| Seen {
			rank: fact.shape.rank().concretize().and_then(|rank| usize::try_from(rank).ok()),
			dims: fact.shape.concretize().and_then(|shape| numbers(&shape)),
			value: fact.value.concretize(),
		};
		self.0.check(&inputs.iter().map(seen).collect::<Vec<_>>())
	}

	fn values(&self, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
		let seen = |value: &TValue| Seen {
			rank: Some(value.rank()),
			dims: Some(value.shape().into()),
			value: Some(value.clone().into_arc_tensor()),
		};
		self.0.check(&inputs.iter().map(seen).collect::<Vec<_>>())?;
		Ok(inputs)
	}

	fn wire(
		&self,
		_: &str,
		target: &mut TypedModel,
		inputs: TVec<OutletId>,
	) -> TractResult<TVec<OutletId>> {
		let seen = |outlet: &OutletId| {
			let fact = target.outlet_fact(*outlet)?;
			Ok(Seen {
				rank: Some(fact.rank()),
				dims: numbers(&fact.shape.to_tvec()),
				value: fact.konst.clone(),
			})
		};
		self.0.check(&inputs.iter().map(seen).collect::<TractResult<Vec<_>>>()?)?;
		Ok(inputs)
	}
}

fn numbers(shape: &[TDim]) -> Option<TVec<usize>> {
	shape.iter().map(|dim| dim.to_usize().ok()).collect()
}

/// Axes of the first input: each is one of its own.
#[derive(Debug)]
enum Axes {
	Attribute(Vec<i64>),
	/// The input that holds them.
	Input(usize),
}

/// A reduction, of booleans as well when it is the largest or smallest.
#[derive(Debug)]
struct Reduced {
	axes: Axes,
	booleans: bool,
}

impl Precondition for Reduced {
	fn check(&self, inputs: &[Seen]) -> TractResult<()> {
		self.axes.check(inputs)
	}

	fn booleans(&self) -> bool {
		self.booleans
	}
}

impl Precondition for Axes {
	fn check(&self, inputs: &[Seen]) -> TractResult<()> {
		let Some(rank) = inputs.first().and_then(|x| x.rank) else { return Ok(()) };
		let axes = match self {
			Axes::Attribute(axes) => axes.clone(),
			Axes::Input(at) => match inputs.get(*at).and_then(|axes| axes.value.as_ref()) {
				Some(value) => super::data::integers(value)?,
				None => return Ok(()),
			},
		};
		let mut seen = TVec::new();
		for axis in axes {
			let axis = shape::axis(axis, rank)?;
			ensure!(!seen.contains(&axis), "axis {axis} twice");
			seen.push(axis);
		}
		Ok(())
	}
}

/// ArgMax and ArgMin.
pub fn arg(
	ctx: &ParsingContext,
	op: &NodeProto,
) -> TractResult<(Box<dyn InferenceOp>, Vec<String>)> {
	let axes = Axes::Attribute(vec![op.get_attr_opt("axis")?.unwrap_or(0)]);
	node(ctx, op, Reduced { axes, booleans: false })
}

/// The reductions: axes are an attribute, and from opset 13 (ReduceSum) or 18 on an input.
pub fn reduce(
	ctx: &ParsingContext,
	op: &NodeProto,
) -> TractResult<(Box<dyn InferenceOp>, Vec<String>)> {
	let input = ctx.onnx_operator_set_version >= 18
		|| (op.op_type == "ReduceSum" && ctx.onnx_operator_set_version >= 13);
	let axes = match input {
		true => Axes::Input(1),
		false => Axes::Attribute(op.get_attr_opt_vec("axes")?.unwrap_or_default()),
	};
	let booleans = matches!(op.op_type.as_str(), "ReduceMax" | "ReduceMin");
	node(ctx, op, Reduced { axes, booleans })
}

/// Windows that move over all axes but the first two.
#[derive(Debug)]
struct Windows {
	/// Lengths of the attributes about windows: one number for each such axis.
	counts: Vec<usize>,
	/// Elements that a window spans on each axis, as far as attributes say; `None` from the kernel.
	spans: Option<Vec<usize>>,
	/// The kernel's position among the inputs; a pool has none.
	kernel: Option<usize>,
	dilations: Option<Vec<usize>>,
}

/// AveragePool, MaxPool and the convolutions.
pub fn windows(
	ctx: &ParsingContext,
	op: &NodeProto,
) -> TractResult<(Box<dyn InferenceOp>, Vec<String>)> {
	let list = |name: &str| -> TractResult<Option<Vec<usize>>> {
		let Some(values) = op.get_attr_opt_vec::<i64>(name)? else { return Ok(None) };
		Ok(Some(shape::dims(&values)?.to_vec()))
	};
	let (kernel_shape, dilations) = (list("kernel_shape")?, list("dilations")?);
	let mut counts: Vec<usize> = [&kernel_shape, &dilations, &list("strides")?]
		.into_iter()
		.flatten()
		.map(Vec::len)
		.collect();
	if let Some(pads) = list("pads")? {
		counts.push(pads.len() / 2);
	}
	for name in ["output_padding", "output_shape"] {
		counts.extend(list(name)?.map(|list| list.len()));
	}
	let kernel = match op.op_type.as_str() {
		"AveragePool" | "MaxPool" => None,
		"QLinearConv" => Some(3),
		_ => Some(1),
	};
	let spans = kernel_shape.map(|kernel| spans(&kernel, dilations.as_deref())).transpose()?;
	node(ctx, op, Windows { counts, spans, kernel, dilations })
}

/// What windows of that size span with dilations.
fn spans(kernel: &[usize], dilations: Option<&[usize]>) -> TractResult<Vec<usize>> {
	let span = |(at, length): (usize, &usize)| {
		let dilation = dilations.and_then(|dilations| dilations.get(at)).copied().unwrap_or(1);
		let length = length.checked_sub(1).context("a window of no elements")?;
		let span = length.checked_mul(dilation).and_then(|span| i64::try_from(span).ok());
		shape::dim(span.context("a window too large")?)
	};
	kernel.iter().enumerate().map(span).collect()
}

impl Precondition for Windows {
	fn check(&self, inputs: &[Seen]) -> TractResult<()> {
		let Some(x) = inputs.first() else { return Ok(()) };
		if let Some(rank) = x.rank {
			let axes = rank.checked_sub(2).filter(|axes| *axes > 0);
			let axes = axes.context("windows need an input of 3 axes or more")?;
			for count in &self.counts {
				ensure!(*count == axes, "windows of {count} axes on an input of {rank}");
			}
			if let Some(kernel) = self.kernel.and_then(|at| inputs.get(at)).and_then(|k| k.rank) {
				ensure!(kernel == rank, "a kernel of {kernel} axes for an input of {rank}");
			}
		}
		let kernel = self.kernel.and_then(|at| inputs.get(at)).and_then(|k| k.dims.as_ref());
		if let (None, Some(dims)) = (&self.spans, kernel) {
			spans(dims.get(2..).unwrap_or_default(), self.dilations.as_deref())?;
		}
		if let Some(dims) = kernel {
			ensure!(dims.iter().all(|dim| *dim > 0), "a kernel without elements");
		}
		Ok(())
	}
}

/// Resize: scales or sizes are positive, one for each axis that is resized, and leave something of
/// every axis.
#[derive(Debug)]
struct Resized {
	scales: Option<usize>,
	sizes: Option<usize>,
	axes: Option<Vec<i64>>,
	/// Which of the sizes' ratios all axes take, when they keep theirs.
	ratio: Option<fn(f32, f32) -> f32>,
}

/// Resize of opset 10, whose scales are the second input, or later.
pub fn resize(
	ctx: &ParsingContext,
	op: &NodeProto,
) -> TractResult<(Box<dyn InferenceOp>, Vec<String>)> {
	let first = if ctx.onnx_operator_set_version > 10 { 2 } else { 1 };
	let mut inputs = optional_inputs(op).skip(first);
	let (scales, sizes) = (inputs.next().flatten(), inputs.next().flatten());
	let ratio: Option<fn(f32, f32) -> f32> =
		match op.get_attr_opt::<&str>("keep_aspect_ratio_policy")?.unwrap_or("stretch") {
			"not_larger" => Some(f32::min),
			"not_smaller" => Some(f32::max),
			_ => None,
		};
	node(ctx, op, Resized { scales, sizes, axes: op.get_attr_opt_vec("axes")?, ratio })
}

impl Precondition for Resized {
	fn check(&self, inputs: &[Seen]) -> TractResult<()> {
		let Some(x) = inputs.first() else { return Ok(()) };
		let Some(rank) = x.rank else { return Ok(()) };
		let axes: Vec<usize> = match &self.axes {
			Some(axes) => {
				Axes::Attribute(axes.clone()).check(inputs)?;
				axes.iter().map(|axis| shape::axis(*axis, rank)).collect::<TractResult<_>>()?
			},
			None => (0..rank).collect(),
		};
		let value = |at: Option<usize>| at.and_then(|at| inputs.get(at)?.value.as_ref());
		for (numbers, scale) in [(value(self.scales), true), (value(self.sizes), false)] {
			let Some(numbers) = numbers else { continue };
			let numbers = numbers.cast_to::<f32>()?;
			let numbers = numbers.try_as_plain_ram()?.as_slice::<f32>()?;
			if scale && numbers.is_empty() {
				continue;
			}
			ensure!(numbers.len() == axes.len(), "{} numbers, {} axes", numbers.len(), axes.len());
			for number in numbers {
				ensure!(number.is_finite() && *number > 0.0, "a scale or size of {number}");
			}
			let Some(dims) = &x.dims else { continue };
			self.lengths(dims, &axes, numbers, scale)?;
		}
		Ok(())
	}
}

impl Resized {
	/// Checks the output that positive scales or sizes give.
	fn lengths(
		&self,
		dims: &[usize],
		axes: &[usize],
		numbers: &[f32],
		scale: bool,
	) -> TractResult<()> {
		let mut output: TVec<usize> = dims.into();
		let ratios = || numbers.iter().zip(axes).map(|(size, axis)| size / dims[*axis] as f32);
		let common = self.ratio.filter(|_| !scale).and_then(|pick| ratios().reduce(pick));
		for (number, axis) in numbers.iter().zip(axes) {
			// Axes are below the rank.
			let from = dims[*axis];
			ensure!(from > 0, "an axis without elements");
			let length = match (scale, common) {
				(true, _) => number * from as f32,
				(false, Some(ratio)) => ratio * from as f32 + 0.5,
				(false, None) => *number,
			};
			// Larger than any dimension: refused just as well.
			output[*axis] = shape::dim(length as i64)?;
			ensure!(output[*axis] > 0, "nothing is left of an axis");
		}
		shape::volume(&output)?;
		Ok(())
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn seen(dims: &[usize], value: Option<Tensor>) -> Seen {
		Seen {
			rank: Some(dims.len()),
			dims: Some(dims.into()),
			value: value.map(|value| value.into_arc_tensor()),
		}
	}

	#[test]
	fn axes_are_the_inputs_and_distinct() {
		let check = |axes: &[i64]| Axes::Attribute(axes.to_vec()).check(&[seen(&[2, 3], None)]);
		assert!(check(&[0, -1]).is_ok());
		for bad in [&[2][..], &[-3], &[0, -2], &[1, 1]] {
			assert!(check(bad).is_err(), "{bad:?}");
		}
		// Nothing is known yet.
		assert!(Axes::Attribute(vec![7]).check(&[Seen::default()]).is_ok());
	}

	#[test]
	fn windows_fit_the_input() {
		let of = |counts: &[usize], kernel| Windows {
			counts: counts.to_vec(),
			spans: None,
			kernel,
			dilations: Some(vec![2; 2]),
		};
		let image = || seen(&[1, 1, 4, 4], None);
		assert!(of(&[2, 2], None).check(&[image()]).is_ok());
		assert!(of(&[2, 1], None).check(&[image()]).is_err());
		assert!(of(&[0], None).check(&[seen(&[4, 4], None)]).is_err());
		assert!(of(&[], Some(1)).check(&[image(), seen(&[1, 1, 3, 3], None)]).is_ok());
		assert!(of(&[], Some(1)).check(&[image(), seen(&[1, 1, 3], None)]).is_err());
		assert!(of(&[], Some(1)).check(&[image(), seen(&[1, 1, 0, 3], None)]).is_err());
		assert!(of(&[], Some(1)).check(&[image(), seen(&[1, 1, 1 << 26, 1], None)]).is_err());
	}

	#[test]
	fn what_is_resized_keeps_elements_and_bounds() {
		let resized = |ratio| Resized { scales: Some(1), sizes: Some(2), axes: None, ratio };
		let check = |scales: &[f32], sizes: &[i64], ratio| {
			let of = |value: Tensor| seen(&value.shape().to_vec(), Some(value));
			resized(ratio).check(&[seen(&[2, 4], None), of(tensor1(scales)), of(tensor1(sizes))])
		};
		assert!(check(&[0.5, 2.0], &[1, 8], None).is_ok());
		assert!(check(&[], &[1, 8], None).is_ok());
		for scales in
			[&[0.4, 1.0][..], &[0.0, 1.0], &[-1.0, 1.0], &[f32::NAN, 1.0], &[1.0], &[1e9, 1.0]]
		{
			assert!(check(scales, &[1, 8], None).is_err(), "{scales:?}");
		}
		for sizes in [&[0, 1][..], &[-1, 1], &[1], &[i64::MAX, 1], &[1 << 20, 1 << 20]] {
			assert!(check(&[], sizes, None).is_err(), "{sizes:?}");
		}
		assert!(check(&[], &[8, 1], Some(f32::max)).is_ok());
		assert!(check(&[], &[8, 1 << 30], Some(f32::min)).is_ok());
		assert!(check(&[], &[8, 1 << 30], Some(f32::max)).is_err());
	}
}
