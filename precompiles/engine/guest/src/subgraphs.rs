//! The bodies of If and Scan must fit their nodes: tract counts inputs and outputs without a check.

use crate::graph::{malformed, node_name};
use opg_engine_abi::Refusal;
use tract_onnx::pb::{AttributeProto, GraphProto, NodeProto};

/// Checks the counts of a node with subgraphs; other nodes have none.
pub fn check(node: &NodeProto) -> Result<(), Refusal> {
	let fits = match node.op_type.as_str() {
		"If" => branches(node),
		"Scan" => scan(node),
		_ => node.attribute.iter().all(|a| a.g.is_none() && a.graphs.is_empty()).then_some(()),
	};
	fits.ok_or_else(|| malformed(node_name(node)))
}

fn attribute<'a>(node: &'a NodeProto, name: &str) -> Option<&'a AttributeProto> {
	node.attribute.iter().find(|attribute| attribute.name == name)
}

fn graph<'a>(node: &'a NodeProto, name: &str) -> Option<&'a GraphProto> {
	attribute(node, name)?.g.as_ref()
}

/// If: branches take nothing and give what the node gives.
fn branches(node: &NodeProto) -> Option<()> {
	for name in ["then_branch", "else_branch"] {
		let branch = graph(node, name)?;
		if !branch.input.is_empty() || branch.output.len() != node.output.len() {
			return None;
		}
	}
	(node.input.len() == 1).then_some(())
}

/// Scan: states and slices go in, states and slices come out.
fn scan(node: &NodeProto) -> Option<()> {
	let body = graph(node, "body")?;
	let slices = usize::try_from(attribute(node, "num_scan_inputs")?.i).ok()?;
	// An initialiser in place of a body's input would shift what tract counts.
	let constant = |name: &str| body.initializer.iter().any(|tensor| tensor.name == name);
	if body.input.iter().any(|input| constant(&input.name)) {
		return None;
	}
	if slices == 0 || node.input.len() != body.input.len() || node.output.len() != body.output.len()
	{
		return None;
	}
	let states = body.input.len().checked_sub(slices)?;
	let collected = body.output.len().checked_sub(states)?;
	for (name, count) in [
		("scan_input_axes", slices),
		("scan_input_directions", slices),
		("scan_output_axes", collected),
		("scan_output_directions", collected),
	] {
		if attribute(node, name).is_some_and(|list| list.ints.len() != count) {
			return None;
		}
	}
	Some(())
}
