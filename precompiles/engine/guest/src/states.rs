//! The state with which an LSTM begins, as a node of its own.
//!
//! tract (0.23.9) takes two equal constants for one, and moves the axes of one where it moves those of the
//! other: an LSTM that begins with zeros, which gives its last cells, failed in every run on a batch of two or
//! more. So the hidden state comes from a node that depends on the input, and is no constant.

use std::collections::BTreeSet;
use tract_onnx::pb::{GraphProto, NodeProto};

/// The node's operator: the state that is given, or zeros. No file has it.
pub const OPERATOR: &str = "opg.InitialState";

/// Position of the initial hidden state among the inputs of LSTM.
const HIDDEN: usize = 5;

/// Gives every LSTM such a node that gives its last cells, as its third output.
pub fn separate(graph: &mut GraphProto) {
	let gives_cells = |node: &NodeProto| {
		node.op_type == "LSTM" && node.output.get(2).is_some_and(|name| !name.is_empty())
	};
	if !graph.node.iter().any(gives_cells) {
		return;
	}
	let values = graph.input.iter().map(|value| &value.name);
	let values = values.chain(graph.initializer.iter().map(|tensor| &tensor.name));
	let nodes = graph.node.iter().flat_map(|node| node.output.iter().chain([&node.name]));
	let mut taken: BTreeSet<String> = values.chain(nodes).cloned().collect();
	for mut node in std::mem::take(&mut graph.node) {
		if let (true, Some([x, _, recurrence])) = (gives_cells(&node), node.input.first_chunk()) {
			let mut name = format!("{}~state", node.name);
			while !taken.insert(name.clone()) {
				name.push('~');
			}
			let given = node.input.get(HIDDEN).filter(|name| !name.is_empty());
			graph.node.push(NodeProto {
				name: name.clone(),
				op_type: OPERATOR.into(),
				input: [x, recurrence].into_iter().chain(given).cloned().collect(),
				output: vec![name.clone()],
				attribute: node.attribute.iter().filter(|a| a.name == "layout").cloned().collect(),
				..Default::default()
			});
			let length = node.input.len().max(HIDDEN.saturating_add(1));
			node.input.resize(length, String::new());
			node.input[HIDDEN] = name;
		}
		graph.node.push(node);
	}
}
