//! Unique: the different elements, or slices along an axis.

use super::{data, kernel, kernel::Kernel, shape};
use tract_onnx::{
	model::{optional_outputs, ParsingContext},
	pb::NodeProto,
	tract_hir::internal::*,
};

#[derive(Debug)]
struct Unique {
	axis: Option<i64>,
	sorted: bool,
	/// Which of ONNX's four outputs the node names.
	wanted: Vec<usize>,
	/// How many elements are different: known after the run.
	count: Symbol,
}

pub fn build(
	ctx: &ParsingContext,
	node: &NodeProto,
) -> TractResult<(Box<dyn InferenceOp>, Vec<String>)> {
	// tract binds a symbol once in a run, so a count that changes from one run of a subgraph to the
	// next has none.
	ensure!(ctx.parent_graphs.len() <= 1, "Unique in a subgraph isn't supported");
	let wanted = optional_outputs(node).take(4).enumerate();
	kernel::node(Unique {
		axis: node.get_attr_opt("axis")?,
		sorted: node.get_attr_opt::<bool>("sorted")?.unwrap_or(true),
		wanted: wanted.filter_map(|(index, wired)| wired.map(|_| index)).collect(),
		count: ctx.template.symbols.new_with_prefix("unique"),
	})
}

impl Unique {
	/// The input as slices: how many, and each one's shape within `[before, length, after]`.
	fn sides(&self, dims: &[usize]) -> TractResult<[usize; 3]> {
		match self.axis {
			Some(axis) => shape::around(dims, shape::axis(axis, dims.len())?),
			None => Ok([1, shape::volume(dims)?, 1]),
		}
	}
}

impl Kernel for Unique {
	fn name(&self) -> &'static str {
		"Unique"
	}

	fn count(&self) -> usize {
		self.wanted.len()
	}

	fn mints(&self) -> bool {
		true
	}

	fn outputs(&self, inputs: &[kernel::Input]) -> TractResult<Option<TVec<kernel::Output>>> {
		let [x] = inputs else { bail!("expects 1 input") };
		let dtype = data::plain(x.dtype)?;
		let dims = x.dims()?;
		let [_, length, _] = self.sides(&dims)?;
		let count = self.count.to_dim();
		let values = match self.axis {
			Some(axis) => {
				let mut values = x.shape.clone();
				values[shape::axis(axis, dims.len())?] = count.clone();
				values
			},
			None => tvec![count.clone()],
		};
		let output = |index: &usize| match index {
			0 => (dtype, values.clone()),
			2 => (DatumType::I64, tvec![length.to_dim()]),
			_ => (DatumType::I64, tvec![count.clone()]),
		};
		Ok(Some(self.wanted.iter().map(output).collect()))
	}

	fn eval(&self, inputs: &[&Tensor]) -> TractResult<TVec<Tensor>> {
		let [x] = inputs else { bail!("expects 1 input") };
		let [before, length, after] = self.sides(x.shape())?;
		// Keys of each slice, one after the other.
		let keys = keys(x)?;
		let width = before * after;
		let mut slices = Vec::with_capacity(keys.len());
		for slice in 0..length {
			for outer in 0..before {
				let start = (outer * length + slice) * after;
				slices.extend_from_slice(&keys[start..start + after]);
			}
		}
		let slice = |index: usize| &slices[index * width..(index + 1) * width];

		// Equal slices become neighbours, the one that comes first in front.
		let mut order: Vec<usize> = (0..length).collect();
		order.sort_by(|a, b| slice(*a).cmp(slice(*b)).then(a.cmp(b)));
		// First occurrence and members of each group.
		let mut groups: Vec<(usize, Vec<usize>)> = Vec::new();
		for index in order {
			match groups.last_mut() {
				Some((first, members)) if slice(*first) == slice(index) => members.push(index),
				_ => groups.push((index, vec![index])),
			}
		}
		if !self.sorted {
			groups.sort_by_key(|(first, _)| *first);
		}

		let mut inverse = vec![0i64; length];
		for (group, (_, members)) in groups.iter().enumerate() {
			for member in members {
				inverse[*member] = group as i64;
			}
		}
		let firsts: Vec<i64> = groups.iter().map(|(first, _)| *first as i64).collect();
		let counts: Vec<i64> = groups.iter().map(|(_, members)| members.len() as i64).collect();
		let output = |index: &usize| match index {
			0 => self.values(x, [before, length, after], &firsts),
			1 => Ok(data::from_integers(&firsts)),
			2 => Ok(data::from_integers(&inverse)),
			_ => Ok(data::from_integers(&counts)),
		};
		self.wanted.iter().map(output).collect()
	}
}

impl Unique {
	/// The slices with these indices, in this order.
	fn values(&self, x: &Tensor, sides: [usize; 3], chosen: &[i64]) -> TractResult<Tensor> {
		let [before, length, after] = sides;
		let from = data::bytes(x)?;
		let block = after * x.datum_type().size_of();
		let mut to = Vec::with_capacity(from.len());
		for outer in 0..before {
			for index in chosen {
				let start = (outer * length + *index as usize) * block;
				to.extend_from_slice(&from[start..start + block]);
			}
		}
		let mut dims: TVec<usize> = x.shape().into();
		match self.axis {
			Some(axis) => dims[shape::axis(axis, x.rank())?] = chosen.len(),
			None => dims = tvec![chosen.len()],
		}
		data::from_bytes(x.datum_type(), &dims, &to)
	}
}

/// Integers in the order of the elements. Zeros of both signs are equal, and NaNs are equal and
/// come last, as in NumPy's `unique`, which ONNX refers to.
fn keys(x: &Tensor) -> TractResult<Vec<u64>> {
	const SIGN: u64 = 1 << 63;
	let dtype = x.datum_type();
	if dtype.is_float() {
		let key = |number: f64| match number {
			n if n.is_nan() => u64::MAX,
			// Of either sign.
			0.0 => SIGN,
			n if n < 0.0 => !n.to_bits(),
			n => n.to_bits() | SIGN,
		};
		return Ok(data::numbers(x)?.into_iter().map(key).collect());
	}
	let size = dtype.size_of();
	let signed = dtype.is_signed();
	let wide = |bytes: &[u8]| {
		let negative = signed && bytes.last().is_some_and(|byte| byte & 0x80 != 0);
		let mut wide = [if negative { 0xff } else { 0 }; 8];
		wide[..size].copy_from_slice(bytes);
		u64::from_le_bytes(wide) ^ if signed { SIGN } else { 0 }
	};
	Ok(data::bytes(x)?.chunks_exact(size).map(wide).collect())
}
