//! Attributes that tract doesn't read, and those that it reads without a check.
//!
//! tract 0.23.9 takes what it knows from a node and leaves the rest: a GRU with other activations
//! would run with the usual ones and give wrong numbers. So where an attribute that tract ignores
//! changes the result, only the value that tract assumes passes. Attributes without influence on
//! an inference (`momentum`, `hidden_size`, `seed`, `nodes_hitrates`, the `saturate` of 8-bit
//! floats …) aren't listed.

use opg_engine_abi::Limits;
use tract_onnx::pb::{AttributeProto, NodeProto};

/// The value of an ignored attribute that is what tract does anyway.
enum Assumed {
	/// Nothing else than its absence.
	Absent,
	/// One of these integers.
	Int(&'static [i64]),
	/// This number.
	Float(f32),
	/// One of these texts.
	Text(&'static [&'static str]),
	/// These texts, repeated once for each direction, in any case.
	Texts(&'static [&'static str]),
}

/// Operator, attribute, assumed value.
const IGNORED: &[(&str, &str, Assumed)] = &[
	("BatchNormalization", "training_mode", Assumed::Int(&[0])),
	("GRU", "activation_alpha", Assumed::Absent),
	("GRU", "activation_beta", Assumed::Absent),
	("GRU", "activations", Assumed::Texts(&["sigmoid", "tanh"])),
	("GRU", "clip", Assumed::Absent),
	("GRU", "direction", Assumed::Text(&["forward", "reverse", "bidirectional"])),
	("GroupNormalization", "stash_type", Assumed::Int(&[1])),
	("LSTM", "activation_alpha", Assumed::Absent),
	("LSTM", "activation_beta", Assumed::Absent),
	("LSTM", "activations", Assumed::Texts(&["sigmoid", "tanh", "tanh"])),
	("LSTM", "clip", Assumed::Absent),
	("LSTM", "direction", Assumed::Text(&["forward", "reverse", "bidirectional"])),
	("LSTM", "input_forget", Assumed::Int(&[0])),
	("LayerNormalization", "stash_type", Assumed::Int(&[1])),
	("RMSNormalization", "stash_type", Assumed::Int(&[1])),
	("RNN", "activation_alpha", Assumed::Absent),
	("RNN", "activation_beta", Assumed::Absent),
	("RNN", "activations", Assumed::Texts(&["tanh"])),
	("RNN", "clip", Assumed::Absent),
	("RNN", "direction", Assumed::Text(&["forward", "reverse", "bidirectional"])),
	("Swish", "alpha", Assumed::Float(1.0)),
];

/// The first attribute of a node that tract would ignore to another effect.
pub fn ignored(node: &NodeProto) -> Option<&AttributeProto> {
	node.attribute.iter().find(|attribute| {
		IGNORED
			.iter()
			.filter(|(operator, name, _)| *operator == node.op_type && *name == attribute.name)
			.any(|(_, _, assumed)| !holds(assumed, attribute))
	})
}

/// The first attribute of a node that no model can mean: an axis beyond the highest rank, a step or
/// a size of 0, a permutation that is none. tract would index, divide or loop by it.
pub fn out_of_range<'a>(node: &'a NodeProto, limits: &Limits) -> Option<&'a AttributeProto> {
	let rank = i64::from(limits.rank);
	node.attribute.iter().find(|attribute| {
		let mut numbers = std::iter::once(&attribute.i).chain(&attribute.ints);
		match attribute.name.as_str() {
			"axis" | "axes" | "batch_dims" | "scan_input_axes" | "scan_output_axes" => {
				!numbers.all(|axis| (-rank..=rank).contains(axis))
			},
			"blocksize" | "group" | "num_groups" => attribute.i < 1,
			"dilations" | "kernel_shape" | "strides" => {
				attribute.ints.iter().any(|n| *n < 1) || !is_consistent(node, attribute)
			},
			// Pad alone has negative ones, which crop.
			"pads" if node.op_type != "Pad" => {
				attribute.ints.iter().any(|n| *n < 0) || !is_consistent(node, attribute)
			},
			"perm" => {
				let mut sorted = attribute.ints.clone();
				sorted.sort_unstable();
				!sorted.iter().copied().eq(0..sorted.len() as i64)
			},
			_ => false,
		}
	})
}

/// Whether an attribute about windows speaks of as many axes as the node's others do.
fn is_consistent(node: &NodeProto, attribute: &AttributeProto) -> bool {
	let names = ["dilations", "kernel_shape", "pads", "strides"];
	let mut others = node.attribute.iter().filter(|a| names.contains(&a.name.as_str()));
	axes(attribute).is_some_and(|count| others.all(|other| axes(other) == Some(count)))
}

/// How many axes an attribute about windows speaks of; `None` for half an axis.
fn axes(attribute: &AttributeProto) -> Option<usize> {
	let numbers = attribute.ints.len();
	match attribute.name.as_str() {
		"pads" => numbers.is_multiple_of(2).then_some(numbers / 2),
		_ => Some(numbers),
	}
}

fn holds(assumed: &Assumed, attribute: &AttributeProto) -> bool {
	match assumed {
		Assumed::Absent => false,
		Assumed::Int(values) => values.contains(&attribute.i),
		Assumed::Float(value) => attribute.f == *value,
		Assumed::Text(texts) => {
			texts.iter().any(|text| attribute.s.eq_ignore_ascii_case(text.as_bytes()))
		},
		Assumed::Texts(texts) => {
			attribute.strings.len().is_multiple_of(texts.len())
				&& attribute
					.strings
					.iter()
					.zip(texts.iter().cycle())
					.all(|(got, want)| got.eq_ignore_ascii_case(want.as_bytes()))
		},
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn node(operator: &str, attribute: AttributeProto) -> NodeProto {
		NodeProto { op_type: operator.into(), attribute: vec![attribute], ..Default::default() }
	}

	fn attribute(name: &str) -> AttributeProto {
		AttributeProto { name: name.into(), ..Default::default() }
	}

	#[test]
	fn what_tract_assumes_passes() {
		let strings =
			["Sigmoid", "Tanh", "Sigmoid", "Tanh"].map(|s| s.as_bytes().to_vec()).to_vec();
		assert!(
			ignored(&node("GRU", AttributeProto { strings, ..attribute("activations") })).is_none()
		);
		assert!(ignored(&node("BatchNormalization", attribute("training_mode"))).is_none());
		assert!(ignored(&node("Swish", AttributeProto { f: 1.0, ..attribute("alpha") })).is_none());
		assert!(ignored(&node("Conv", attribute("group"))).is_none());
	}

	#[test]
	fn what_no_model_can_mean_is_found() {
		let ints =
			|name: &str, ints: &[i64]| AttributeProto { ints: ints.to_vec(), ..attribute(name) };
		for bad in [
			AttributeProto { i: 9, ..attribute("axis") },
			ints("axes", &[0, -9]),
			ints("strides", &[1, 0]),
			ints("perm", &[0, 0]),
			ints("perm", &[0, 2]),
			attribute("group"),
		] {
			assert!(out_of_range(&node("X", bad.clone()), &Limits::V1).is_some(), "{}", bad.name);
		}
		for good in [
			AttributeProto { i: -8, ..attribute("axis") },
			ints("perm", &[2, 0, 1]),
			ints("perm", &[]),
			ints("pads", &[1, 0]),
		] {
			assert!(out_of_range(&node("X", good.clone()), &Limits::V1).is_none(), "{}", good.name);
		}
	}

	#[test]
	fn windows_have_as_many_axes_everywhere() {
		let ints =
			|name: &str, ints: &[i64]| AttributeProto { ints: ints.to_vec(), ..attribute(name) };
		let with = |attributes: &[AttributeProto]| NodeProto {
			op_type: "MaxPool".into(),
			attribute: attributes.to_vec(),
			..Default::default()
		};
		let kernel = ints("kernel_shape", &[2, 2]);
		let good = with(&[kernel.clone(), ints("pads", &[0; 4]), ints("strides", &[1, 2])]);
		assert!(out_of_range(&good, &Limits::V1).is_none());
		for bad in [
			ints("pads", &[0; 2]),
			ints("pads", &[0; 3]),
			ints("pads", &[0, 0, 0, -1]),
			ints("strides", &[1]),
			ints("dilations", &[1; 3]),
		] {
			assert!(out_of_range(&with(&[kernel.clone(), bad.clone()]), &Limits::V1).is_some());
			assert!(out_of_range(&with(&[bad, kernel.clone()]), &Limits::V1).is_some());
		}
		let crop = NodeProto { op_type: "Pad".into(), ..with(&[ints("pads", &[-1, 0])]) };
		assert!(out_of_range(&crop, &Limits::V1).is_none());
	}

	#[test]
	fn anything_else_is_found() {
		let strings = ["Relu", "Tanh"].map(|s| s.as_bytes().to_vec()).to_vec();
		for (operator, attribute) in [
			("GRU", AttributeProto { strings, ..attribute("activations") }),
			("LSTM", attribute("clip")),
			("LSTM", AttributeProto { i: 1, ..attribute("input_forget") }),
			("BatchNormalization", AttributeProto { i: 1, ..attribute("training_mode") }),
			("Swish", AttributeProto { f: 0.5, ..attribute("alpha") }),
			("LSTM", AttributeProto { s: b"sideways".to_vec(), ..attribute("direction") }),
		] {
			let node = node(operator, attribute);
			assert_eq!(ignored(&node).map(|a| &a.name), node.attribute.first().map(|a| &a.name));
		}
	}
}
