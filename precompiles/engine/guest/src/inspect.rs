//! What a file says about itself, supported or not.

use crate::{
	decode, dims,
	graph::imported,
	opset::{self, Domain, Verdict},
};
use opg_engine_abi::{Inspection, Limits, OperatorUse, RawSpec, Refusal};
use std::collections::{BTreeMap, BTreeSet};
use tract_onnx::pb::{GraphProto, ModelProto, NodeProto, ValueInfoProto};

/// Describes a file. Only what is no ONNX model, or too long, is refused.
pub fn inspect(bytes: Vec<u8>) -> Result<Inspection, Refusal> {
	let model = decode::model(bytes, Limits::V1.model_bytes)?;
	let mut found = Found::default();
	let empty = GraphProto::default();
	let graph = model.graph.as_ref().unwrap_or(&empty);
	found.graph(graph);

	let initialised: BTreeSet<&str> = graph.initializer.iter().map(|t| t.name.as_str()).collect();
	let inputs = graph.input.iter().filter(|input| !initialised.contains(input.name.as_str()));
	let number = |n: i64| u64::try_from(n).unwrap_or(0);
	Ok(Inspection {
		ir_version: number(model.ir_version),
		producer: model.producer_name.clone().into_bytes(),
		opsets: model
			.opset_import
			.iter()
			.map(|import| (import.domain.clone().into_bytes(), number(import.version)))
			.collect(),
		inputs: inputs.map(raw_spec).collect(),
		outputs: graph.output.iter().map(raw_spec).collect(),
		operators: found
			.operators
			.iter()
			.map(|(key, count)| operator(&model, *key, *count))
			.collect(),
		parameters: found.parameters,
	})
}

fn raw_spec(info: &ValueInfoProto) -> RawSpec {
	let declared = dims::declared(info);
	let shape = declared.shape.unwrap_or_default();
	let dimension = |dim: Result<i64, &str>| match dim {
		Ok(length) => u64::try_from(length).map_err(|_| Vec::new()),
		Err(name) => Err(name.as_bytes().to_vec()),
	};
	RawSpec {
		name: info.name.clone().into_bytes(),
		dtype: declared.dtype,
		shape: shape.into_iter().map(dimension).collect(),
	}
}

fn operator(model: &ModelProto, (domain, name): (&str, &str), count: u64) -> OperatorUse {
	let version = imported(model, domain);
	let supported = match (Domain::from_name(domain), version) {
		(Some(domain), Some(version)) => {
			opset::verdict(domain, name, version) == Verdict::Supported
		},
		_ => false,
	};
	OperatorUse {
		domain: if domain == "ai.onnx" { Vec::new() } else { domain.as_bytes().to_vec() },
		name: name.as_bytes().to_vec(),
		opset: version.and_then(|version| u64::try_from(version).ok()).unwrap_or(0),
		count,
		supported,
	}
}

/// What the walk through all graphs finds.
#[derive(Default)]
struct Found<'a> {
	/// Uses of each operator, by domain and name.
	operators: BTreeMap<(&'a str, &'a str), u64>,
	/// Elements of all initialisers.
	parameters: u64,
}

impl<'a> Found<'a> {
	fn graph(&mut self, graph: &'a GraphProto) {
		for tensor in &graph.initializer {
			let elements = dims::elements(&tensor.dims).unwrap_or(0);
			self.parameters = self.parameters.saturating_add(elements);
		}
		for node in &graph.node {
			self.node(node);
		}
	}

	fn node(&mut self, node: &'a NodeProto) {
		let count = self.operators.entry((&node.domain, &node.op_type)).or_default();
		*count = count.saturating_add(1);
		for attribute in &node.attribute {
			for graph in attribute.g.iter().chain(&attribute.graphs) {
				self.graph(graph);
			}
		}
	}
}
