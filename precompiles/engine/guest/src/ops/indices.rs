//! Operators that look elements up: an index out of range is an error of the run, and a negative
//! one counts from the end for all of them. tract would trap, and knows negative ones for some.

use super::{data, guard, kernel, kernel::Kernel, shape};
use tract_onnx::{
	model::ParsingContext,
	pb::NodeProto,
	tract_hir::{infer::InferenceFact, internal::*},
};

/// Gather, GatherElements, GatherND, ScatterElements, ScatterND, Scatter, and the caches of
/// RotaryEmbedding.
pub fn build(
	ctx: &ParsingContext,
	node: &NodeProto,
) -> TractResult<(Box<dyn InferenceOp>, Vec<String>)> {
	let axis = || Ok::<_, TractError>(node.get_attr_opt::<i64>("axis")?.unwrap_or(0));
	let kind = match node.op_type.as_str() {
		"Gather" => Kind::Slices(axis()?),
		"GatherElements" | "ScatterElements" | "Scatter" => Kind::Elements(axis()?),
		"GatherND" => Kind::Tuples(node.get_attr_opt("batch_dims")?.unwrap_or(0)),
		"ScatterND" => Kind::Tuples(0),
		// Positions are rows of the caches.
		"RotaryEmbedding" => Kind::Slices(0),
		other => bail!("{other} has no indices"),
	};
	let at = if node.op_type == "RotaryEmbedding" { CACHES } else { [0, 1] };
	guard::node(ctx, node, Indices { kind, at })
}

/// Where RotaryEmbedding has its first cache, and positions in it.
const CACHES: [usize; 2] = [1, 3];

/// What an index is.
#[derive(Clone, Copy, Debug)]
enum Kind {
	/// One slice along this axis.
	Slices(i64),
	/// One element: the index replaces its coordinate on this axis.
	Elements(i64),
	/// The last axis of the indices holds coordinates, the first for this axis of the data.
	Tuples(usize),
}

#[derive(Clone, Copy, Debug)]
struct Indices {
	kind: Kind,
	/// Positions of data and indices among the inputs.
	at: [usize; 2],
}

impl guard::Guard for Indices {
	fn facts(&self, inputs: &[&InferenceFact]) -> TractResult<()> {
		let shapes: Option<Vec<_>> = inputs.iter().map(|fact| fact.shape.concretize()).collect();
		shapes.map_or(Ok(()), |shapes| self.shapes(&shapes))
	}

	fn values(&self, mut inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
		let dims: Vec<_> = inputs.iter().map(|value| shape::symbolic(value.shape())).collect();
		self.shapes(&dims)?;
		let [data, indices] = self.at;
		let data = inputs.get(data).context("data are missing")?.shape();
		let resolved = self.resolve(inputs.get(indices).context("no indices")?, data)?;
		inputs[indices] = resolved.into_tvalue();
		Ok(inputs)
	}

	fn wire(
		&self,
		name: &str,
		target: &mut TypedModel,
		mut inputs: TVec<OutletId>,
	) -> TractResult<TVec<OutletId>> {
		let dims = inputs
			.iter()
			.map(|outlet| Ok(target.outlet_fact(*outlet)?.shape.to_tvec()))
			.collect::<TractResult<Vec<_>>>()?;
		self.shapes(&dims)?;
		// Both are there: their shapes were just checked.
		let [data, indices] = self.at;
		let name = format!("{name}.indices");
		let lengths: Option<TVec<usize>> =
			dims[data].iter().map(|dim| dim.to_usize().ok()).collect();
		inputs[indices] = match (lengths, target.outlet_fact(inputs[indices])?.konst.clone()) {
			(Some(lengths), Some(value)) => {
				target.add_const(name, self.resolve(&value, &lengths)?)?
			},
			_ => guard::check(name, target, *self, &[inputs[indices], inputs[data]])?,
		};
		Ok(inputs)
	}
}

impl Indices {
	/// Checks the inputs' shapes against each other.
	fn shapes(&self, inputs: &[TVec<TDim>]) -> TractResult<()> {
		let [data, indices] =
			self.at.map(|at| inputs.get(at).map(|dims| &dims[..]).context("an input is missing"));
		let (data, indices) = (data?, indices?);
		let third = inputs.get(2).map(|dims| &dims[..]);
		let updates = if self.at == CACHES {
			ensure!(third == Some(data), "caches of two shapes");
			None
		} else {
			third
		};
		match self.kind {
			Kind::Slices(axis) => {
				shape::axis(axis, data.len())?;
			},
			Kind::Elements(axis) => {
				let axis = shape::axis(axis, data.len())?;
				ensure!(indices.len() == data.len(), "indices must have the data's rank");
				for (at, (index, length)) in indices.iter().zip(data).enumerate() {
					let fits = match (index.to_usize(), length.to_usize()) {
						(Ok(index), Ok(length)) => index <= length,
						_ => index == length,
					};
					ensure!(at == axis || fits, "{index} indices on an axis of {length}");
				}
				ensure!(
					updates.is_none_or(|updates| updates == indices),
					"updates must have the indices' shape"
				);
			},
			Kind::Tuples(batch) => {
				let (tuple, places) = indices.split_last().context("indices without axes")?;
				let end = batch.saturating_add(tuple.to_usize()?);
				ensure!(end <= data.len() && batch <= places.len(), "indices are too long");
				ensure!(end > batch, "indices are empty");
				ensure!(data[..batch] == places[..batch], "batches differ");
				if let Some(updates) = updates {
					let expected: TVec<TDim> = places.iter().chain(&data[end..]).cloned().collect();
					ensure!(*updates == expected[..], "updates {updates:?} for {expected:?}");
				}
			},
		}
		Ok(())
	}

	/// The indices, counted from the front.
	fn resolve(&self, indices: &Tensor, data: &[usize]) -> TractResult<Tensor> {
		let lengths = match self.kind {
			Kind::Slices(axis) | Kind::Elements(axis) => {
				let axis = shape::axis(axis, data.len())?;
				data.get(axis..=axis)
			},
			Kind::Tuples(batch) => {
				let tuple = indices.shape().last().context("indices without axes")?;
				batch.checked_add(*tuple).and_then(|end| data.get(batch..end))
			},
		};
		let lengths = lengths.context("indices are too long")?;
		let mut resolved = data::integers(indices)?;
		for (index, length) in resolved.iter_mut().zip(lengths.iter().cycle()) {
			let length = *length as i64;
			let place = if *index < 0 { index.saturating_add(length) } else { *index };
			ensure!((0..length).contains(&place), "index {index} on an axis of {length}");
			*index = place;
		}
		Tensor::from_shape(indices.shape(), &resolved)
	}
}

/// The check in a run: indices and data in, resolved indices out.
impl Kernel for Indices {
	fn name(&self) -> &'static str {
		"Indices"
	}

	fn outputs(&self, inputs: &[kernel::Input]) -> TractResult<Option<TVec<kernel::Output>>> {
		let [indices, _] = inputs else { bail!("expects 2 inputs") };
		ensure!(indices.dtype.is_integer(), "no indices of {:?}", indices.dtype);
		Ok(Some(tvec![(DatumType::I64, indices.shape.clone())]))
	}

	fn eval(&self, inputs: &[&Tensor]) -> TractResult<TVec<Tensor>> {
		let [indices, data] = inputs else { bail!("expects 2 inputs") };
		Ok(tvec![self.resolve(indices, data.shape())?])
	}
}
