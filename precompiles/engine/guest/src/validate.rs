//! Everything that is checked before tract sees a model.
//!
//! tract trusts its input in many places: it indexes maps by names from the file, ignores domains
//! and sparse initialisers, and takes an opset that is missing for version 0. What passes here
//! has none of that.

use crate::{dims, graph, graph::Walk, states, weights};
use opg_engine_abi::{DType, ErrorCode, Limits, Refusal, TensorSpec};
use std::collections::{BTreeMap, BTreeSet};
use tract_onnx::pb::{GraphProto, ModelProto};

/// What the file promises about inputs and outputs.
#[derive(Debug)]
pub struct Interface {
	/// Inputs that a caller passes: those without an initialiser.
	pub inputs: Vec<TensorSpec>,
	/// Name and declared dtype of each output; the shape follows from analysis.
	pub outputs: Vec<(String, Option<DType>)>,
}

/// Checks a model. Nothing that passes makes tract's parser panic.
pub fn model(model: &ModelProto, limits: &Limits) -> Result<Interface, Refusal> {
	let graph = model.graph.as_ref().ok_or_else(|| Refusal::new(ErrorCode::NotOnnx, &[]))?;
	let mut domains = BTreeMap::new();
	for import in &model.opset_import {
		let name = if import.domain == "ai.onnx" { "" } else { import.domain.as_str() };
		// skl2onnx imports a domain twice, with one version.
		if domains.insert(name, import.version).is_some_and(|before| before != import.version) {
			return Err(graph::malformed(name));
		}
	}
	Walk::new(model, limits).graph(graph)?;
	interface(graph, limits)
}

fn interface(graph: &GraphProto, limits: &Limits) -> Result<Interface, Refusal> {
	let initialised: BTreeSet<&str> = graph.initializer.iter().map(|t| t.name.as_str()).collect();
	let passed = || graph.input.iter().filter(|input| !initialised.contains(input.name.as_str()));
	for count in [passed().count(), graph.output.len()] {
		if count as u64 > u64::from(limits.tensors) {
			let args = [count as u64, u64::from(limits.tensors)];
			return Err(Refusal::new(ErrorCode::TooManyTensors, &args));
		}
	}
	for info in passed().chain(&graph.output) {
		let bytes = info.name.len() as u64;
		if bytes > u64::from(limits.name_bytes) {
			let args = [bytes, u64::from(limits.name_bytes)];
			return Err(Refusal::at(ErrorCode::NameTooLong, &args, &info.name));
		}
	}

	let mut inputs = Vec::new();
	for (index, info) in passed().enumerate() {
		let declared = dims::declared(info);
		let dtype = dims::dtype(declared.dtype, &info.name)?;
		dims::rank(declared.shape.as_ref().map_or(0, Vec::len), limits, &info.name)?;
		let shape = dims::concrete(&declared, index, &info.name)?;
		inputs.push(TensorSpec { name: info.name.clone().into_bytes(), dtype, shape });
	}
	dims::total_bytes(&inputs, limits.input_bytes)?;

	let mut outputs = Vec::new();
	for info in &graph.output {
		let dtype = match dims::declared(info).dtype {
			0 => None,
			code => Some(dims::dtype(code, &info.name)?),
		};
		outputs.push((info.name.clone(), dtype));
	}
	Ok(Interface { inputs, outputs })
}

/// Rewrites what tract would misread, without changing what the model means: unsigned weights, names of nodes,
/// which ONNX doesn't require to be unique but tract does, and initial states.
pub fn normalise(model: &mut ModelProto) {
	if let Some(graph) = model.graph.as_mut() {
		normalise_graph(graph);
	}
}

fn normalise_graph(graph: &mut GraphProto) {
	graph.initializer.iter_mut().for_each(weights::move_unsigned);
	// tract names the nodes it makes of inputs and initialisers after them.
	let mut taken: BTreeSet<String> = graph
		.input
		.iter()
		.map(|input| input.name.clone())
		.chain(graph.initializer.iter().map(|tensor| tensor.name.clone()))
		.collect();
	for (index, node) in graph.node.iter_mut().enumerate() {
		let base = graph::node_name(node).to_string();
		let mut name = base.clone();
		// Only a name that ends in another node's number makes a second step necessary.
		let mut suffix = index;
		while !taken.insert(name.clone()) {
			name = format!("{base}~{suffix}");
			suffix = suffix.saturating_add(1);
		}
		node.name = name;
		// An optional input that isn't given may be named "", and after the last one nothing is named: tract
		// looks for what is named.
		while node.input.last().is_some_and(String::is_empty) {
			node.input.pop();
		}
		for attribute in &mut node.attribute {
			attribute.t.iter_mut().chain(&mut attribute.tensors).for_each(weights::move_unsigned);
			attribute.g.iter_mut().chain(&mut attribute.graphs).for_each(normalise_graph);
		}
	}
	states::separate(graph);
}
