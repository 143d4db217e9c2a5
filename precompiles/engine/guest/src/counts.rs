//! Lengths that a run counts: how many elements Compress chooses, say.
//!
//! tract (0.23.9) has symbols for them, and what needs nothing but the length of a tensor needs no tensor: it
//! takes the operator away that would count, and the run fails on a symbol without a number. Such operators are
//! outputs here, after those of the file, as long as something asks for their symbols.

use std::collections::BTreeSet;
use tract_onnx::{
	pb::{GraphProto, ValueInfoProto},
	prelude::*,
	tract_hir::tract_core::ops::cast::cast,
};

/// Operators whose output is as long as their data say.
const COUNTING: [&str; 4] = ["Compress", "NonMaxSuppression", "NonZero", "Unique"];

/// Makes outputs of what counts in the outer graph.
pub fn expose(graph: &mut GraphProto) {
	let counting = graph.node.iter().filter(|node| COUNTING.contains(&node.op_type.as_str()));
	let names = counting.filter_map(|node| node.output.iter().find(|name| !name.is_empty()));
	let names: Vec<String> = names.cloned().collect();
	for name in names {
		if !graph.output.iter().any(|output| output.name == name) {
			graph.output.push(ValueInfoProto { name, ..Default::default() });
		}
	}
}

/// Makes numbers of the outputs that are dimensions: the run knows what their symbols stand for as long as it
/// runs.
pub fn resolve(model: &mut TypedModel) -> TractResult<()> {
	for slot in 0..model.outputs.len() {
		let outlet = model.outputs[slot];
		if model.outlet_fact(outlet)?.datum_type == DatumType::TDim {
			let name = format!("{}.number-{slot}", model.node(outlet.node).name);
			model.outputs[slot] = model.wire_node(name, cast(DatumType::I64), &[outlet])?[0];
		}
	}
	Ok(())
}

/// Takes those outputs away that nothing asks for. The first `count` are the file's.
pub fn release(model: &mut TypedModel, count: usize) -> TractResult<()> {
	let exposed = model.outputs.split_off(count.min(model.outputs.len()));
	loop {
		let (nodes, symbols) = reached(model)?;
		let mut asked = None;
		for outlet in &exposed {
			let shape = &model.outlet_fact(*outlet)?.shape;
			let mut counts = shape.iter().flat_map(TDim::symbols);
			if !nodes.contains(&outlet.node) && counts.any(|symbol| symbols.contains(&symbol)) {
				asked = Some(*outlet);
				break;
			}
		}
		// Each of these adds a node to those that are reached.
		match asked {
			Some(outlet) => model.outputs.push(outlet),
			None => return Ok(()),
		}
	}
}

/// The nodes on which the outputs depend, and the symbols in their shapes and dimensions.
fn reached(model: &TypedModel) -> TractResult<(BTreeSet<usize>, BTreeSet<Symbol>)> {
	let (mut nodes, mut symbols) = (BTreeSet::new(), BTreeSet::new());
	let mut open: Vec<usize> = model.outputs.iter().map(|outlet| outlet.node).collect();
	while let Some(id) = open.pop() {
		if !nodes.insert(id) {
			continue;
		}
		for (slot, _) in model.node(id).outputs.iter().enumerate() {
			let fact = model.outlet_fact(OutletId::new(id, slot))?;
			symbols.extend(fact.shape.iter().flat_map(TDim::symbols));
			if let Some(value) = fact.konst.as_ref().filter(|value| value.datum_type().is_tdim()) {
				let view = value.try_as_plain_ram()?;
				symbols.extend(view.as_slice::<TDim>()?.iter().flat_map(TDim::symbols));
			}
		}
		open.extend(model.node(id).inputs.iter().map(|input| input.node));
	}
	Ok((nodes, symbols))
}
