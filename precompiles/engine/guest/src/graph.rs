//! The graph and its subgraphs, node by node.

use crate::{
	attributes, ml,
	opset::{self, Domain, Verdict},
	subgraphs, weights,
};
use opg_engine_abi::{ErrorCode, Limits, Refusal};
use std::collections::BTreeSet;
use tract_onnx::pb::{
	attribute_proto::AttributeType, AttributeProto, GraphProto, ModelProto, NodeProto,
};

/// Walks a model's graphs.
pub struct Walk<'a> {
	model: &'a ModelProto,
	limits: &'a Limits,
	/// Nodes so far, subgraphs included.
	nodes: u64,
	/// Names of values that are defined where the walk is: one set for each open graph. ONNX is in
	/// single static assignment form: a name has one definition, and no subgraph hides one.
	scopes: Vec<BTreeSet<&'a str>>,
}

/// A refusal for what contradicts itself.
pub fn malformed(place: &str) -> Refusal {
	Refusal::at(ErrorCode::MalformedGraph, &[], place)
}

/// What people know a node by: its name, else its first output, else its operator.
pub fn node_name(node: &NodeProto) -> &str {
	let named = std::iter::once(&node.name).chain(&node.output).find(|name| !name.is_empty());
	named.unwrap_or(&node.op_type)
}

/// The version of a domain that a model imports; `None` when it doesn't.
pub fn imported(model: &ModelProto, domain: &str) -> Option<i64> {
	let canonical = |name: &str| if name == "ai.onnx" { String::new() } else { name.to_string() };
	let wanted = canonical(domain);
	let import = model.opset_import.iter().find(|import| canonical(&import.domain) == wanted);
	import.map(|import| import.version)
}

impl<'a> Walk<'a> {
	/// A walk that hasn't begun.
	pub fn new(model: &'a ModelProto, limits: &'a Limits) -> Self {
		Self { model, limits, nodes: 0, scopes: Vec::new() }
	}

	/// Checks a graph and everything in it.
	pub fn graph(&mut self, graph: &'a GraphProto) -> Result<(), Refusal> {
		let depth = self.scopes.len() as u64;
		if depth > u64::from(self.limits.nesting) {
			let args = [depth, u64::from(self.limits.nesting)];
			return Err(Refusal::at(ErrorCode::NestingTooDeep, &args, &graph.name));
		}
		if let Some(sparse) = graph.sparse_initializer.first() {
			let name = sparse.values.as_ref().map_or("", |values| &values.name);
			return Err(Refusal::at(ErrorCode::SparseInitializer, &[], name));
		}
		self.scopes.push(BTreeSet::new());
		let mut inputs = BTreeSet::new();
		for input in &graph.input {
			self.define(&input.name)?;
			inputs.insert(input.name.as_str());
		}
		let mut initialised = BTreeSet::new();
		for tensor in &graph.initializer {
			weights::check(tensor, &tensor.name, self.limits)?;
			if !initialised.insert(tensor.name.as_str()) {
				return Err(malformed(&tensor.name));
			}
			// An initialiser may give an input of the same graph its value.
			if !inputs.contains(tensor.name.as_str()) {
				self.define(&tensor.name)?;
			}
		}
		for node in &graph.node {
			self.node(node)?;
		}
		// An output must be a value of this very graph: tract looks nowhere else.
		let own = self.scopes.pop().unwrap_or_default();
		if graph.output.is_empty() {
			return Err(malformed(&graph.name));
		}
		let mut outputs = BTreeSet::new();
		for output in &graph.output {
			if !own.contains(output.name.as_str()) || !outputs.insert(output.name.as_str()) {
				return Err(malformed(&output.name));
			}
		}
		Ok(())
	}

	/// Defines a name. It must be new here and in every graph around.
	fn define(&mut self, name: &'a str) -> Result<(), Refusal> {
		if name.is_empty() || self.scopes.iter().any(|scope| scope.contains(name)) {
			return Err(malformed(name));
		}
		if let Some(scope) = self.scopes.last_mut() {
			scope.insert(name);
		}
		Ok(())
	}

	fn node(&mut self, node: &'a NodeProto) -> Result<(), Refusal> {
		self.nodes = self.nodes.saturating_add(1);
		if self.nodes > u64::from(self.limits.nodes) {
			let args = [self.nodes, u64::from(self.limits.nodes)];
			return Err(Refusal::new(ErrorCode::TooManyNodes, &args));
		}
		self.operator(node)?;
		ml::check(node)?;
		// Nodes are in order (ONNX IR specification, "Graphs"): what is used was defined before, so
		// there is no cycle.
		for input in node.input.iter().filter(|input| !input.is_empty()) {
			if !self.scopes.iter().any(|scope| scope.contains(input.as_str())) {
				return Err(malformed(input));
			}
		}
		if let Some(attribute) = attributes::ignored(node) {
			let place = format!("{}: attribute {} isn't supported", place(node), attribute.name);
			return Err(Refusal::at(ErrorCode::AnalysisFailed, &[], &place));
		}
		if let Some(attribute) = attributes::out_of_range(node, self.limits) {
			return Err(malformed(&format!("{}: attribute {}", place(node), attribute.name)));
		}
		subgraphs::check(node)?;
		let mut names = BTreeSet::new();
		for attribute in &node.attribute {
			if !names.insert(attribute.name.as_str()) {
				return Err(malformed(node_name(node)));
			}
			self.attribute(node, attribute)?;
		}
		for output in node.output.iter().filter(|output| !output.is_empty()) {
			self.define(output)?;
		}
		Ok(())
	}

	/// Checks the operator against the allow-list.
	fn operator(&self, node: &NodeProto) -> Result<(), Refusal> {
		let imported = imported(self.model, &node.domain);
		let opset = imported.and_then(|version| u64::try_from(version).ok()).unwrap_or(0);
		let place = place(node);
		let Some(domain) = Domain::from_name(&node.domain) else {
			return Err(Refusal::at(ErrorCode::ForeignDomain, &[opset], &place));
		};
		let range = domain.opsets();
		let version = match imported {
			Some(version) if range.contains(&version) => version,
			_ => {
				let args = [opset, *range.start() as u64, *range.end() as u64];
				return Err(Refusal::at(ErrorCode::OpsetUnsupported, &args, &place));
			},
		};
		// A function of the model may redefine an operator; tract doesn't know functions.
		let redefined = self
			.model
			.functions
			.iter()
			.any(|function| function.name.as_deref() == Some(node.op_type.as_str()));
		match opset::verdict(domain, &node.op_type, version) {
			Verdict::Supported if !redefined => {
				if !opset::arity_fits(domain, &node.op_type, node.input.len(), node.output.len()) {
					return Err(malformed(&format!("{place}: number of inputs or outputs")));
				}
				// An empty name stands for an optional input that is left out.
				let required = opset::required_inputs(domain, &node.op_type);
				if node.input.iter().take(required).any(|name| name.is_empty()) {
					return Err(malformed(&format!("{place}: a required input is left out")));
				}
				Ok(())
			},
			Verdict::Random => Err(Refusal::at(ErrorCode::RandomOperator, &[opset], &place)),
			_ => {
				let place = match ml::remedy(domain, &node.op_type) {
					// First: a long name would cut it.
					Some(remedy) => format!("{}: {remedy}: {place}", node.op_type),
					None => place,
				};
				Err(Refusal::at(ErrorCode::OperatorUnsupported, &[opset], &place))
			},
		}
	}

	fn attribute(
		&mut self,
		node: &NodeProto,
		attribute: &'a AttributeProto,
	) -> Result<(), Refusal> {
		let place = || format!("{} {}", place(node), attribute.name);
		if AttributeType::try_from(attribute.r#type).is_err() || !attribute.ref_attr_name.is_empty()
		{
			return Err(malformed(&place()));
		}
		if attribute.sparse_tensor.is_some() || !attribute.sparse_tensors.is_empty() {
			return Err(Refusal::at(ErrorCode::SparseInitializer, &[], &place()));
		}
		for tensor in attribute.t.iter().chain(&attribute.tensors) {
			weights::check(tensor, &place(), self.limits)?;
		}
		for graph in attribute.g.iter().chain(&attribute.graphs) {
			self.graph(graph)?;
		}
		Ok(())
	}
}

/// A node for people: operator and name.
fn place(node: &NodeProto) -> String {
	let name = node_name(node);
	if name == node.op_type {
		name.to_string()
	} else if node.domain.is_empty() {
		format!("{} {name}", node.op_type)
	} else {
		format!("{}.{} {name}", node.domain, node.op_type)
	}
}
