//! A node's attributes, typed. tract's helpers check the type that an attribute declares.

use super::op::wrong;
use tract_onnx::{
	model::ParsingContext,
	pb::{NodeProto, TensorProto},
	tensor::load_tensor,
	tract_hir::internal::*,
};

/// Floats; none when the attribute is missing.
pub fn floats<'a>(node: &'a NodeProto, name: &str) -> TractResult<&'a [f32]> {
	Ok(node.get_attr_opt_slice(name)?.unwrap_or_default())
}

/// Integers; none when the attribute is missing.
pub fn ints<'a>(node: &'a NodeProto, name: &str) -> TractResult<&'a [i64]> {
	Ok(node.get_attr_opt_slice(name)?.unwrap_or_default())
}

/// Texts; none when the attribute is missing.
pub fn texts<'a>(node: &'a NodeProto, name: &str) -> TractResult<&'a [Vec<u8>]> {
	Ok(node.get_attr_opt_slice(name)?.unwrap_or_default())
}

/// One of a few words.
pub fn word<'a>(node: &'a NodeProto, name: &str, default: &'a str) -> TractResult<&'a str> {
	Ok(node.get_attr_opt(name)?.unwrap_or(default))
}

/// An integer.
pub fn int(node: &NodeProto, name: &str, default: i64) -> TractResult<i64> {
	Ok(node.get_attr_opt(name)?.unwrap_or(default))
}

/// A tensor.
pub fn tensor(ctx: &ParsingContext, node: &NodeProto, name: &str) -> TractResult<Option<Tensor>> {
	let proto: Option<&TensorProto> = node.get_attr_opt(name)?;
	// Walks through the graph have checked that it holds what it says, and in this file.
	proto.map(|proto| load_tensor(&*ctx.framework.provider, proto, None)).transpose()
}

/// A list: a tensor of one axis. (onnxruntime takes a scalar for nothing at all.)
pub fn list(ctx: &ParsingContext, node: &NodeProto, name: &str) -> TractResult<Option<Tensor>> {
	let list = tensor(ctx, node, name)?;
	if list.as_ref().is_some_and(|list| list.rank() != 1) {
		return wrong(node, name, "must have one axis");
	}
	Ok(list)
}

/// Floats of either width.
pub struct Numbers {
	/// Their values: float32 ones are exact in float64.
	pub values: Vec<f64>,
	/// They were given as float64.
	pub wide: bool,
}

/// Floats in an attribute, or of any width in the attribute of that name with `_as_tensor`. Both
/// at once are refused.
pub fn numbers(ctx: &ParsingContext, node: &NodeProto, name: &str) -> TractResult<Numbers> {
	let narrow = floats(node, name)?;
	let as_tensor = format!("{name}_as_tensor");
	match list(ctx, node, &as_tensor)? {
		None => Ok(Numbers { values: narrow.iter().map(|x| f64::from(*x)).collect(), wide: false }),
		Some(_) if !narrow.is_empty() => wrong(node, &as_tensor, "is given twice"),
		Some(tensor) => wide_numbers(node, &as_tensor, &tensor),
	}
}

/// The elements of a tensor of floats.
pub fn wide_numbers(node: &NodeProto, name: &str, tensor: &Tensor) -> TractResult<Numbers> {
	if !tensor.datum_type().is_float() {
		return wrong(node, name, "holds no floats");
	}
	let wide = tensor.datum_type() == DatumType::F64;
	let values = tensor.cast_to::<f64>()?;
	Ok(Numbers { values: values.try_as_plain_ram()?.as_slice::<f64>()?.to_vec(), wide })
}

/// Labels of classes: at least two integers. (Texts were refused before.)
pub fn labels(node: &NodeProto, name: &str) -> TractResult<Vec<i64>> {
	let labels = ints(node, name)?;
	if labels.len() < 2 {
		return wrong(node, name, "at least two classes are needed");
	}
	Ok(labels.to_vec())
}

/// A count or an index.
pub fn index(node: &NodeProto, name: &str, value: i64) -> TractResult<usize> {
	match usize::try_from(value) {
		Ok(index) => Ok(index),
		Err(_) => wrong(node, name, "is out of range"),
	}
}
