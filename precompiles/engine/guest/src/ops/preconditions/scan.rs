//! Scan.
//!
//! tract (0.23.9) adds the axis along which slices are collected to what the body gives, and takes the one
//! along which they are cut from what it gets, without a look at their ranks.

use super::{guarded, Built, Precondition, Seen};
use crate::ops::{guard::build_original, shape};
use std::any::Any;
use tract_onnx::{
	model::ParsingContext,
	pb::NodeProto,
	tract_hir::{
		internal::*,
		ops::{
			array::{AddDims, RmDims},
			scan::InferenceScan,
		},
	},
};

pub fn build(ctx: &ParsingContext, op: &NodeProto) -> Built {
	let (mut scan, closures) = build_original(ctx, op)?;
	let inner: &mut dyn Op = scan.as_mut();
	let inner = inner.downcast_mut::<InferenceScan>().context("Scan has become something else")?;
	for node in inner.body.nodes_mut() {
		let Some(expansion) = node.op_as::<Box<dyn Expansion>>() else { continue };
		let expansion: &dyn Any = &**expansion;
		let slices = if let Some(added) = expansion.downcast_ref::<AddDims>() {
			Slices { axes: added.axes.clone(), added: true }
		} else if let Some(removed) = expansion.downcast_ref::<RmDims>() {
			Slices { axes: removed.axes.clone(), added: false }
		} else {
			continue;
		};
		node.op = guarded(node.op.clone(), slices);
	}
	Ok((scan, closures))
}

/// Axes of slices.
#[derive(Debug)]
struct Slices {
	axes: Vec<isize>,
	/// Whether the slices don't have them yet.
	added: bool,
}

impl Precondition for Slices {
	fn check(&self, inputs: &[Seen]) -> TractResult<()> {
		let Some(rank) = inputs.first().and_then(Seen::rank) else { return Ok(()) };
		let rank = if self.added { rank.saturating_add(self.axes.len()) } else { rank };
		self.axes.iter().try_for_each(|axis| shape::axis(*axis as i64, rank).map(drop))
	}
}
