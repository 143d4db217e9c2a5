//! `LabelEncoder`: each element's value in a table, or a default.

use super::{
	attributes,
	op::{built, wrong, Built, Fact, Kernel},
	rows,
};
use crate::graph;
use tract_onnx::{model::ParsingContext, pb::NodeProto, tract_hir::internal::*};

/// dtypes that keys and values may have.
const DTYPES: [DatumType; 5] =
	[DatumType::F32, DatumType::F64, DatumType::I64, DatumType::I32, DatumType::I16];

struct LabelEncoder {
	/// dtype of keys and input.
	dtype: DatumType,
	/// Keys' bits and the place of their values, sorted by bits.
	keys: Vec<(u64, usize)>,
	/// Values, and after them the default.
	values: Tensor,
}

/// Makes the operator of a node.
pub fn build(ctx: &ParsingContext, node: &NodeProto) -> Built {
	let keys = list(ctx, node, "keys")?;
	let values = list(ctx, node, "values")?;
	if keys.len() != values.len() {
		return wrong(node, "keys_*", "must be as many as values_*");
	}
	let default = default(ctx, node, values.datum_type())?;
	// Before opset 4 a NaN is no key.
	let nan_is_key = graph::imported(ctx.model, &node.domain).is_some_and(|opset| opset >= 4);
	let mut places = Vec::with_capacity(keys.len());
	for (place, bits) in bits(&keys)?.into_iter().enumerate() {
		if nan_is_key || bits != NAN {
			places.push((bits, place));
		}
	}
	places.sort_unstable();
	let size = values.datum_type().size_of();
	let value = |place: usize| values.as_bytes().chunks_exact(size).nth(place);
	for pair in places.windows(2) {
		// ONNX takes the last value of a repeated key, onnxruntime the first.
		if let [a, b] = pair {
			if a.0 == b.0 && value(a.1) != value(b.1) {
				return wrong(node, "keys_*", "has a key twice, with different values");
			}
		}
	}
	let values = Tensor::stack_tensors(0, &[&values, &default])?;
	built(LabelEncoder { dtype: keys.datum_type(), keys: places, values })
}

/// A list in one of the attributes for it, as a tensor of one axis.
fn list(ctx: &ParsingContext, node: &NodeProto, kind: &str) -> TractResult<Tensor> {
	let floats = attributes::floats(node, &format!("{kind}_floats"))?;
	let ints = attributes::ints(node, &format!("{kind}_int64s"))?;
	let name = format!("{kind}_tensor");
	let tensor = attributes::list(ctx, node, &name)?;
	let list = match (floats, ints, tensor) {
		([_, ..], [], None) => tensor1(floats),
		([], [_, ..], None) => tensor1(ints),
		([], [], Some(tensor)) => tensor,
		_ => return wrong(node, &name, "exactly one list of them is needed"),
	};
	if list.len() == 0 || !DTYPES.contains(&list.datum_type()) {
		return wrong(node, &name, "must hold float, double or 16 to 64-bit integer numbers");
	}
	Ok(list)
}

/// What an element without a key becomes.
fn default(ctx: &ParsingContext, node: &NodeProto, dtype: DatumType) -> TractResult<Tensor> {
	let default = match attributes::tensor(ctx, node, "default_tensor")? {
		Some(tensor) => tensor,
		None if dtype.is_float() => {
			tensor1(&[node.get_attr_opt("default_float")?.unwrap_or(-0f32)])
		},
		None => tensor1(&[attributes::int(node, "default_int64", -1)?]),
	};
	// float32 and int64 attributes stand for wider and narrower dtypes as well.
	let by_tensor = node.attribute.iter().any(|attribute| attribute.name == "default_tensor");
	if default.len() != 1 || (by_tensor && default.datum_type() != dtype) {
		return wrong(node, "default_tensor", "must be one element of the values' type");
	}
	default.cast_to_dt(dtype)?.into_owned().into_shape(&[1])
}

/// The bits of every NaN, as a key.
const NAN: u64 = f64::NAN.to_bits();

/// Bits that are equal when the elements are: every NaN is one, and so are both zeros.
fn bits(tensor: &Tensor) -> TractResult<Vec<u64>> {
	if tensor.datum_type().is_float() {
		let wide = tensor.cast_to::<f64>()?;
		let float = |x: &f64| if x.is_nan() { NAN } else { (x + 0.0).to_bits() };
		Ok(rows::slice::<f64>(&wide)?.iter().map(float).collect())
	} else {
		let wide = tensor.cast_to::<i64>()?;
		Ok(rows::slice::<i64>(&wide)?.iter().map(|x| *x as u64).collect())
	}
}

impl Kernel for LabelEncoder {
	fn name(&self) -> &'static str {
		"LabelEncoder"
	}

	fn facts(&self, inputs: &[Fact]) -> TractResult<TVec<Fact>> {
		let input = rows::only(inputs)?;
		rows::dtype(input, &[self.dtype])?;
		Ok(tvec!(Fact { dtype: self.values.datum_type(), shape: input.shape.clone() }))
	}

	fn run(&self, inputs: &[TValue]) -> TractResult<TVec<Tensor>> {
		let input = rows::only(inputs)?;
		let mut output = Tensor::zero_dt(self.values.datum_type(), input.shape())?;
		let size = self.values.datum_type().size_of();
		let values = self.values.as_bytes();
		let cells = output.as_bytes_mut().chunks_exact_mut(size);
		for (cell, key) in cells.zip(bits(input)?) {
			let at = self.keys.binary_search_by_key(&key, |pair| pair.0).ok();
			let place = at.and_then(|at| self.keys.get(at)).map(|pair| pair.1);
			let mut all = values.chunks_exact(size);
			// The default is the last.
			let value = match place {
				Some(place) => all.nth(place),
				None => all.last(),
			};
			// Both are one element of the same dtype.
			cell.copy_from_slice(value.context("a value for each key")?);
		}
		Ok(tvec!(output))
	}
}
