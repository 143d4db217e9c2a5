//! Attention (opset 23): scaled dot products, a softmax and a product, as tract's own operators.

use super::shape;
use tract_onnx::{
	model::{optional_inputs, optional_outputs, ParsingContext},
	pb::NodeProto,
	tract_hir::{
		internal::*,
		tract_core::ops::{
			array::TypedConcat,
			cast::cast,
			einsum::EinSum,
			logic::Iff,
			math::{add, mul, tanh},
			nn::Softmax,
		},
	},
};

#[derive(Clone, Debug)]
struct Attention {
	/// Heads of the query, and of key and value, when the inputs have 3 axes.
	heads: Option<[usize; 2]>,
	scale: Option<f32>,
	softcap: f32,
	causal: bool,
	/// Dtype of the softmax, when it isn't the inputs'.
	precision: Option<DatumType>,
	/// Which scores the fourth output holds.
	mode: i64,
	/// Positions of mask, past key and past value among the inputs.
	mask: Option<usize>,
	past: Option<[usize; 2]>,
	/// Which outputs the node names.
	wanted: Vec<usize>,
}

pub fn build(
	_: &ParsingContext,
	node: &NodeProto,
) -> TractResult<(Box<dyn InferenceOp>, Vec<String>)> {
	let head = |name: &str| node.get_attr_opt::<i64>(name)?.map(shape::dim).transpose();
	let heads = match (head("q_num_heads")?, head("kv_num_heads")?) {
		(Some(q), Some(kv)) => {
			ensure!(kv > 0 && q > 0 && q % kv == 0, "{q} heads for {kv}");
			Some([q, kv])
		},
		(None, None) => None,
		_ => bail!("one of two numbers of heads"),
	};
	let mut optional = optional_inputs(node).skip(3);
	let mut next = || optional.next().flatten();
	let mask = next();
	let past = match (next(), next()) {
		(Some(key), Some(value)) => Some([key, value]),
		(None, None) => None,
		_ => bail!("a past key without a past value, or the other way round"),
	};
	ensure!(next().is_none(), "nonpad_kv_seqlen isn't supported");
	let wanted = optional_outputs(node).take(4).enumerate();
	let op = Attention {
		heads,
		scale: node.get_attr_opt("scale")?,
		softcap: node.get_attr_opt("softcap")?.unwrap_or(0.0),
		causal: node.get_attr_opt::<bool>("is_causal")?.unwrap_or(false),
		precision: node.get_attr_opt("softmax_precision")?,
		mode: node.get_attr_opt("qk_matmul_output_mode")?.unwrap_or(0),
		mask,
		past,
		wanted: wanted.filter_map(|(index, wired)| wired.map(|_| index)).collect(),
	};
	ensure!(op.scale.is_none_or(|scale| scale > 0.0 && scale.is_finite()), "scale");
	ensure!(op.softcap >= 0.0 && op.softcap.is_finite(), "softcap {}", op.softcap);
	ensure!((0..=3).contains(&op.mode), "qk_matmul_output_mode {}", op.mode);
	// Whether a mask comes before or after the cap differs between editions of the operator.
	let masked = op.causal || op.mask.is_some();
	ensure!(op.softcap == 0.0 || !masked, "softcap together with a mask isn't supported");
	Ok((expand(op), vec![]))
}

/// Adds operators to a model, with names of their own.
struct Wires<'a> {
	name: &'a str,
	model: &'a mut TypedModel,
	count: usize,
}

impl Wires<'_> {
	fn add(
		&mut self,
		op: impl Into<Box<dyn TypedOp>>,
		inputs: &[OutletId],
	) -> TractResult<OutletId> {
		self.count += 1;
		let name = format!("{}.{}", self.name, self.count);
		let outlets = self.model.wire_node(name, op, inputs)?;
		outlets.first().copied().context("an operator without output")
	}

	fn constant(&mut self, tensor: Tensor) -> TractResult<OutletId> {
		self.count += 1;
		self.model.add_const(format!("{}.{}", self.name, self.count), tensor)
	}

	fn dims(&self, outlet: OutletId) -> TractResult<TVec<usize>> {
		let shape = &self.model.outlet_fact(outlet)?.shape;
		Ok(shape.as_concrete().context("the shape depends on data")?.into())
	}

	/// Multiplies with a number, or adds it to, every element.
	fn scalar(
		&mut self,
		op: impl Into<Box<dyn TypedOp>>,
		outlet: OutletId,
		number: f32,
	) -> TractResult<OutletId> {
		let fact = self.model.outlet_fact(outlet)?;
		let (dtype, rank) = (fact.datum_type, fact.rank());
		let number = tensor0(number).cast_to_dt(dtype)?.into_owned().broadcast_into_rank(rank)?;
		let number = self.constant(number)?;
		self.add(op, &[outlet, number])
	}

	/// Splits an axis in two, the second of this length.
	fn split(&mut self, outlet: OutletId, axis: usize, first: usize) -> TractResult<OutletId> {
		let length = self.dims(outlet)?.get(axis).copied().context("too few axes")?;
		ensure!(first > 0 && length % first == 0, "{length} in {first} parts");
		let parts = tvec![first.to_dim(), (length / first).to_dim()];
		self.add(AxisOp::Reshape(axis, tvec![length.to_dim()], parts), &[outlet])
	}

	/// The other way round.
	fn join(&mut self, outlet: OutletId, axis: usize) -> TractResult<OutletId> {
		let dims = self.dims(outlet)?;
		let [first, second] = dims[axis..axis + 2] else { bail!("too few axes") };
		let parts = tvec![first.to_dim(), second.to_dim()];
		self.add(AxisOp::Reshape(axis, parts, tvec![(first * second).to_dim()]), &[outlet])
	}
}

impl Attention {
	/// A query, key or value as [batch, heads, sequence, features].
	fn by_heads(&self, wires: &mut Wires, outlet: OutletId, key: usize) -> TractResult<OutletId> {
		match (wires.dims(outlet)?.len(), self.heads) {
			(4, _) => Ok(outlet),
			(3, Some(heads)) => {
				let split = wires.split(outlet, 2, heads[key])?;
				wires.add(AxisOp::Move(2, 1), &[split])
			},
			(rank, _) => bail!("inputs of {rank} axes, or without numbers of heads"),
		}
	}

	/// Takes scores away where nothing may be looked at. Scores are [batch, heads of the key,
	/// queries for each, queries, keys].
	fn masked(
		&self,
		wires: &mut Wires,
		mut scores: OutletId,
		mask: Option<OutletId>,
		past: usize,
	) -> TractResult<OutletId> {
		let dims = wires.dims(scores)?;
		let dtype = wires.model.outlet_fact(scores)?.datum_type;
		let never = tensor0(f32::NEG_INFINITY).cast_to_dt(dtype)?.into_owned();
		let never = wires.constant(never.broadcast_into_rank(5)?)?;
		if let Some(mut mask) = mask {
			for _ in wires.dims(mask)?.len()..4 {
				mask = wires.add(AxisOp::Add(0), &[mask])?;
			}
			let shape = wires.dims(mask)?;
			ensure!(shape.len() == 4, "a mask of {} axes", shape.len());
			mask = match shape[1] {
				1 => wires.add(AxisOp::Add(1), &[mask])?,
				_ => wires.split(mask, 1, dims[1])?,
			};
			for (mask, score) in wires.dims(mask)?.iter().zip(&dims) {
				ensure!(mask == score || *mask == 1, "a mask of {shape:?}");
			}
			scores = if wires.model.outlet_fact(mask)?.datum_type == DatumType::Bool {
				wires.add(Iff, &[mask, scores, never])?
			} else {
				wires.add(add(), &[scores, mask])?
			};
		}
		if self.causal {
			let [.., queries, keys] = dims[..] else { bail!("too few axes") };
			shape::volume(&[queries, keys])?;
			let seen = (0..queries).flat_map(|q| (0..keys).map(move |k| k <= past + q));
			let seen = Tensor::from_shape(&[1, 1, 1, queries, keys], &seen.collect::<Vec<_>>())?;
			let seen = wires.constant(seen)?;
			scores = wires.add(Iff, &[seen, scores, never])?;
		}
		Ok(scores)
	}
}

impl Expansion for Attention {
	fn name(&self) -> StaticName {
		"Attention".into()
	}

	fn nboutputs(&self) -> TractResult<usize> {
		Ok(self.wanted.len())
	}

	fn rules<'r, 'p: 'r, 's: 'r>(
		&'s self,
		s: &mut Solver<'r>,
		inputs: &'p [TensorProxy],
		outputs: &'p [TensorProxy],
	) -> InferenceResult {
		check_output_arity(outputs, self.wanted.len())?;
		ensure!(inputs.len() >= 3, "expects 3 inputs");
		// Shapes follow from the operators that it becomes.
		for output in outputs {
			s.equals(&output.datum_type, &inputs[0].datum_type)?;
		}
		Ok(())
	}

	fn wire(
		&self,
		name: &str,
		model: &mut TypedModel,
		inputs: &[OutletId],
	) -> TractResult<TVec<OutletId>> {
		let [query, key, value, ..] = inputs else { bail!("expects 3 inputs") };
		let mut wires = Wires { name, model, count: 0 };
		let dtype = wires.model.outlet_fact(*query)?.datum_type;
		ensure!(dtype.is_float(), "no operator for {dtype:?}");
		for outlet in [key, value] {
			let other = wires.model.outlet_fact(*outlet)?.datum_type;
			ensure!(other == dtype, "{other:?} with {dtype:?}");
		}
		let flat = wires.dims(*query)?.len() == 3;
		let query = self.by_heads(&mut wires, *query, 0)?;
		let mut key = self.by_heads(&mut wires, *key, 1)?;
		let mut value = self.by_heads(&mut wires, *value, 1)?;
		let mut past = 0;
		if let Some([past_key, past_value]) = self.past {
			let before = |at: usize| inputs.get(at).copied().context("a missing input");
			past = wires.dims(before(past_key)?)?.get(2).copied().context("too few axes")?;
			key = wires.add(TypedConcat::new(2), &[before(past_key)?, key])?;
			value = wires.add(TypedConcat::new(2), &[before(past_value)?, value])?;
		}
		let [batch, heads, _, features] = wires.dims(query)?[..] else { bail!("4 axes") };
		let [k_batch, k_heads, keys, k_features] = wires.dims(key)?[..] else { bail!("4 axes") };
		let [v_batch, v_heads, values, _] = wires.dims(value)?[..] else { bail!("4 axes") };
		ensure!(
			k_batch == batch && v_batch == batch && v_heads == k_heads,
			"batches or heads differ"
		);
		ensure!(k_features == features && values == keys, "key and value don't fit the query");

		let scale = self.scale.unwrap_or(1.0 / (features as f32).sqrt()).sqrt();
		let grouped = wires.split(query, 1, k_heads)?;
		ensure!(heads > 0 && features > 0, "an empty query");
		let q = wires.scalar(mul(), grouped, scale)?;
		let k = wires.scalar(mul(), key, scale)?;
		let product = EinSum::new("bhgqd,bhkd->bhgqk".parse()?, dtype);
		let products = wires.add(product, &[q, k])?;
		let mask = self.mask.and_then(|at| inputs.get(at)).copied();
		let masked = self.masked(&mut wires, products, mask, past)?;
		let mut capped = masked;
		if self.softcap > 0.0 {
			capped = wires.scalar(mul(), capped, 1.0 / self.softcap)?;
			capped = wires.add(tanh(), &[capped])?;
			capped = wires.scalar(mul(), capped, self.softcap)?;
		}
		let mut scores = capped;
		let precision = self.precision.unwrap_or(dtype);
		ensure!(precision.is_float(), "softmax_precision");
		if precision != dtype {
			scores = wires.add(cast(precision), &[scores])?;
		}
		scores = wires.add(Softmax { axes: tvec![4], ..Softmax::default() }, &[scores])?;
		if precision != dtype {
			scores = wires.add(cast(dtype), &[scores])?;
		}
		let product = EinSum::new("bhgqk,bhkd->bhgqd".parse()?, dtype);
		let output = wires.add(product, &[scores, value])?;
		let mut output = wires.join(output, 1)?;
		if flat {
			output = wires.add(AxisOp::Move(1, 2), &[output])?;
			output = wires.join(output, 2)?;
		}
		self.wanted
			.iter()
			.map(|index| match index {
				0 => Ok(output),
				1 => Ok(key),
				2 => Ok(value),
				_ => {
					let chosen = [products, masked, capped, scores];
					let at = usize::try_from(self.mode).unwrap_or(0);
					wires.join(*chosen.get(at).context("mode")?, 1)
				},
			})
			.collect()
	}
}
