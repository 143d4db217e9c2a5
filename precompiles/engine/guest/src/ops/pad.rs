//! Pad. tract's own does what it can: it merges padding into convolutions, but knows neither
//! negative pads, nor mode `wrap`, nor reflections of more than the axis holds.

use super::{choice, data, kernel, kernel::Kernel, shape};
use tract_onnx::{
	model::{optional_inputs, ParsingContext},
	pb::NodeProto,
	tract_hir::internal::*,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
	Constant,
	Reflect,
	Edge,
	Wrap,
}

#[derive(Debug)]
struct Pad {
	mode: Mode,
	/// Opset 10 and before: an attribute.
	pads: Option<Vec<i64>>,
	/// Opset 10 and before: an attribute.
	value: f32,
	/// Positions of the value and of the axes among the inputs.
	value_input: Option<usize>,
	axes_input: Option<usize>,
}

pub fn build(
	ctx: &ParsingContext,
	node: &NodeProto,
) -> TractResult<(Box<dyn InferenceOp>, Vec<String>)> {
	let mode = match node.get_attr_opt::<&str>("mode")?.unwrap_or("constant") {
		"constant" => Mode::Constant,
		"reflect" => Mode::Reflect,
		"edge" => Mode::Edge,
		"wrap" => Mode::Wrap,
		other => bail!("mode {other}"),
	};
	let pads = match ctx.onnx_operator_set_version {
		..=10 => Some(node.get_attr_vec::<i64>("pads")?),
		_ => None,
	};
	let mut optional = optional_inputs(node).skip(2);
	let mut next = || optional.next().flatten();
	let (value_input, axes_input) = (next(), next());
	let value = node.get_attr_opt("value")?.unwrap_or(0.0);
	let pad = Pad { mode, pads, value, value_input, axes_input };
	let negative = pad.pads.as_ref().is_some_and(|pads| pads.iter().any(|pad| *pad < 0));
	// tract would refuse the node as a whole.
	if negative || mode == Mode::Wrap {
		return kernel::node(pad);
	}
	choice::node(ctx, node, pad)
}

impl Pad {
	/// Elements before and after each axis; `None` when a constant isn't known.
	fn around(&self, inputs: &[kernel::Input]) -> TractResult<Option<TVec<(i64, i64)>>> {
		let x = inputs.first().context("expects an input")?;
		let integers = |at: usize| inputs.get(at).context("an input is missing")?.integers();
		let pads = match &self.pads {
			Some(pads) => Some(pads.clone()),
			None => integers(1)?,
		};
		let axes = self.axes_input.map(integers).transpose()?;
		let (Some(pads), true) = (pads, !matches!(axes, Some(None))) else { return Ok(None) };
		self.resolve(&x.dims()?, &pads, axes.flatten().as_deref()).map(Some)
	}

	fn resolve(
		&self,
		dims: &[usize],
		pads: &[i64],
		axes: Option<&[i64]>,
	) -> TractResult<TVec<(i64, i64)>> {
		let axes = match axes {
			Some(axes) => axes
				.iter()
				.map(|axis| shape::axis(*axis, dims.len()))
				.collect::<TractResult<TVec<_>>>()?,
			None => (0..dims.len()).collect(),
		};
		ensure!(pads.len() == 2 * axes.len(), "{} pads for {} axes", pads.len(), axes.len());
		let mut around = tvec![(0, 0); dims.len()];
		for (index, axis) in axes.iter().enumerate() {
			ensure!(!axes[..index].contains(axis), "axis {axis} is there twice");
			around[*axis] = (pads[index], pads[index + axes.len()]);
		}
		Ok(around)
	}

	fn output(&self, dims: &[usize], around: &[(i64, i64)]) -> TractResult<TVec<usize>> {
		let length = |(dim, (before, after)): (&usize, &(i64, i64))| {
			let sum = (*dim as i64).checked_add(*before).and_then(|sum| sum.checked_add(*after));
			// What is left of the axis after cropping, and what is added to it.
			let kept = (*dim as i64).saturating_add(*before.min(&0)).saturating_add(*after.min(&0));
			ensure!(kept >= 0, "pads {before} and {after} for an axis of {dim}");
			let adds = *before > 0 || *after > 0;
			ensure!(!adds || kept > 0 || self.mode == Mode::Constant, "nothing to pad with");
			shape::dim(sum.context("pads are too large")?)
		};
		let output = dims.iter().zip(around).map(length).collect::<TractResult<TVec<_>>>()?;
		shape::volume(&output)?;
		Ok(output)
	}

	/// Which element of an axis each element of the output copies; `None` for the value.
	fn sources(&self, dim: usize, (before, after): (i64, i64)) -> Vec<Option<usize>> {
		// Negative pads crop, then positive ones pad what is left. All of it was checked above.
		let first = -before.min(0);
		let kept = dim as i64 + before.min(0) + after.min(0);
		let source = |at: i64| {
			let inside = match self.mode {
				Mode::Constant => (0..kept).contains(&at).then_some(at)?,
				Mode::Edge => at.clamp(0, kept - 1),
				Mode::Wrap => at.rem_euclid(kept),
				Mode::Reflect if kept == 1 => 0,
				Mode::Reflect => {
					let turn = at.rem_euclid(2 * (kept - 1));
					turn.min(2 * (kept - 1) - turn)
				},
			};
			usize::try_from(inside + first).ok()
		};
		(-before.max(0)..kept + after.max(0)).map(source).collect()
	}
}

impl choice::Alternative for Pad {
	// What fits no shape is refused.
	fn is_tracts(&self, facts: &[TypedFact]) -> TractResult<bool> {
		let inputs: Vec<_> = facts.iter().map(kernel::Input::of).collect();
		self.outputs(&inputs)?;
		let fixed = |at: usize| {
			facts.get(at).is_some_and(|fact: &TypedFact| fact.konst.is_some() && fact.rank() == 0)
		};
		let (Some(around), Some(x)) = (self.around(&inputs)?, inputs.first()) else {
			return Ok(false);
		};
		let fits = |pad: i64, dim: usize| {
			pad >= 0 && (self.mode != Mode::Reflect || usize::try_from(pad).is_ok_and(|p| p < dim))
		};
		let mut axes = around.iter().zip(x.dims()?);
		Ok(self.value_input.is_none_or(fixed)
			&& axes.all(|((before, after), dim)| fits(*before, dim) && fits(*after, dim)))
	}
}

impl Kernel for Pad {
	fn name(&self) -> &'static str {
		"Pad"
	}

	fn outputs(&self, inputs: &[kernel::Input]) -> TractResult<Option<TVec<kernel::Output>>> {
		let x = inputs.first().context("expects an input")?;
		let dtype = data::plain(x.dtype)?;
		if let Some(at) = self.value_input {
			let value = inputs.get(at).context("an input is missing")?;
			ensure!(value.dtype == dtype, "a value of {:?} for {dtype:?}", value.dtype);
			ensure!(shape::volume(&value.dims()?)? == 1, "one value");
		}
		let Some(around) = self.around(inputs)? else { return Ok(None) };
		let output = self.output(&x.dims()?, &around)?;
		Ok(Some(tvec![(dtype, shape::symbolic(&output))]))
	}

	fn eval(&self, inputs: &[&Tensor]) -> TractResult<TVec<Tensor>> {
		let input = |at: usize| inputs.get(at).copied().context("an input is missing");
		let x = input(0)?;
		let pads = match &self.pads {
			Some(pads) => pads.clone(),
			None => data::integers(input(1)?)?,
		};
		let axes = self.axes_input.map(|at| data::integers(input(at)?)).transpose()?;
		let around = self.resolve(x.shape(), &pads, axes.as_deref())?;
		let output = self.output(x.shape(), &around)?;
		let dtype = x.datum_type();
		let value = match self.value_input {
			Some(at) => data::bytes(input(at)?)?.to_vec(),
			None => data::bytes(&*tensor0(self.value).cast_to_dt(dtype)?)?.to_vec(),
		};
		let sources: TVec<Vec<Option<usize>>> = x
			.shape()
			.iter()
			.zip(&around)
			.map(|(dim, around)| self.sources(*dim, *around))
			.collect();
		let size = dtype.size_of();
		let from = data::bytes(x)?;
		let length = shape::volume(&output)?;
		let mut to = Vec::with_capacity(length * size);
		let mut at: TVec<usize> = tvec![0; output.len()];
		for _ in 0..length {
			let mut axes = sources.iter().zip(x.shape()).zip(&at);
			let source = axes.try_fold(0, |source, ((sources, dim), at)| {
				sources[*at].map(|element| source * dim + element)
			});
			match source {
				Some(source) => to.extend_from_slice(&from[source * size..(source + 1) * size]),
				None => to.extend_from_slice(&value),
			}
			shape::advance(&mut at, &output);
		}
		Ok(tvec![data::from_bytes(dtype, &output, &to)?])
	}
}
