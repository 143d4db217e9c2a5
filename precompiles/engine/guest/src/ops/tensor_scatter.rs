//! TensorScatter: writes an update into a cache, at a place for each sample of the batch.

use super::{data, kernel, kernel::Kernel, shape};
use tract_onnx::{model::ParsingContext, pb::NodeProto, tract_hir::internal::*};

#[derive(Debug)]
struct TensorScatter {
	axis: i64,
	circular: bool,
}

pub fn build(
	_: &ParsingContext,
	node: &NodeProto,
) -> TractResult<(Box<dyn InferenceOp>, Vec<String>)> {
	let circular = match node.get_attr_opt::<&str>("mode")?.unwrap_or("linear") {
		"linear" => false,
		"circular" => true,
		other => bail!("mode {other}"),
	};
	kernel::node(TensorScatter { axis: node.get_attr_opt("axis")?.unwrap_or(-2), circular })
}

impl Kernel for TensorScatter {
	fn name(&self) -> &'static str {
		"TensorScatter"
	}

	fn outputs(&self, inputs: &[kernel::Input]) -> TractResult<Option<TVec<kernel::Output>>> {
		let (cache, update, places) = match inputs {
			[cache, update] => (cache, update, None),
			[cache, update, places] => (cache, update, Some(places)),
			_ => bail!("expects 2 or 3 inputs"),
		};
		ensure!(cache.dtype == update.dtype, "cache and update of two dtypes");
		let dims = cache.dims()?;
		let axis = shape::axis(self.axis, dims.len())?;
		ensure!(axis > 0, "the batch isn't the sequence");
		let mut expected = dims.clone();
		let update = update.dims()?;
		expected[axis] = update.get(axis).copied().unwrap_or(0);
		ensure!(
			update == expected && expected[axis] <= dims[axis],
			"update {update:?} for cache {dims:?}"
		);
		if let Some(places) = places {
			ensure!(places.dims()?[..] == dims[..1], "one index for each sample");
		}
		Ok(Some(tvec![(data::plain(cache.dtype)?, cache.shape.clone())]))
	}

	fn eval(&self, inputs: &[&Tensor]) -> TractResult<TVec<Tensor>> {
		let [cache, update, places @ ..] = inputs else { bail!("expects 2 or 3 inputs") };
		let dims = cache.shape();
		let axis = shape::axis(self.axis, dims.len())?;
		let [before, length, after] = shape::around(dims, axis)?;
		let steps = update.shape()[axis];
		let places = match places {
			[places] => data::integers(places)?,
			_ => vec![0; dims[0]],
		};
		// Sequences of one sample lie together.
		let heads = shape::volume(&dims[1..axis])?;
		let block = after * cache.datum_type().size_of();
		let from = data::bytes(update)?;
		let mut to = data::bytes(cache)?.to_vec();
		for sequence in 0..before {
			let place = *places.get(sequence / heads).context("one index for each sample")?;
			let room = if self.circular { i64::MAX } else { (length - steps) as i64 };
			ensure!((0..=room).contains(&place), "{steps} steps at {place} of {length}");
			for step in 0..steps {
				// A place is at most 2^63 − 1 and taken modulo the length before steps are added.
				let at = (place as u64 % length as u64) as usize + step;
				let sink = (sequence * length + at % length) * block;
				let source = (sequence * steps + step) * block;
				to[sink..sink + block].copy_from_slice(&from[source..source + block]);
			}
		}
		Ok(tvec![data::from_bytes(cache.datum_type(), dims, &to)?])
	}
}
