//! Symbolic dimensions: which ones a model has, and replacing them by numbers.
//!
//! Exporters leave the batch size and sequence lengths open (`dim_param: "batch"`); the chain runs
//! fixed shapes only, so that cost is known before a call. The rewrite works on the file's wire
//! format: it replaces `dim_param` by `dim_value` in
//! `ModelProto.graph.{input,output,value_info}.type.tensor_type.shape.dim` and corrects the lengths
//! around it. Every other byte stays as it is: weights, metadata, fields this code doesn't know.
//!
//! Field numbers are those of `onnx/onnx.proto`.

use super::wire::{fields, put_bytes, put_number, Field, Value, WireError};
use std::{
	collections::{BTreeMap, BTreeSet},
	fmt,
	str::FromStr,
};

const MODEL_GRAPH: u32 = 7;
const GRAPH_INITIALIZER: u32 = 5;
const GRAPH_INPUT: u32 = 11;
const GRAPH_OUTPUT: u32 = 12;
const GRAPH_VALUE_INFO: u32 = 13;
const TENSOR_NAME: u32 = 8;
const VALUE_INFO_NAME: u32 = 1;
const VALUE_INFO_TYPE: u32 = 2;
const TYPE_TENSOR: u32 = 1;
const TENSOR_TYPE_SHAPE: u32 = 2;
const SHAPE_DIM: u32 = 1;
const DIM_VALUE: u32 = 1;
const DIM_PARAM: u32 = 2;

/// Why dimensions couldn't be read or set.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DimsError {
	/// The file is no ONNX model.
	#[error(transparent)]
	Wire(#[from] WireError),
	/// The file has no graph.
	#[error("the file has no graph: it is no ONNX model")]
	NoGraph,
	/// A `--dim` that can't be read.
	#[error("`{0}` isn't NAME=SIZE or INPUT:AXIS=SIZE with a size from 1 to 4294967295")]
	Syntax(String),
	/// A `--dim` for something that the model doesn't have.
	#[error("the model has no open dimension `{target}`; it has {known}")]
	Unknown {
		/// What the user named.
		target: String,
		/// What there is.
		known: String,
	},
	/// Two sizes for one dimension.
	#[error("`{target}` can't be both {first} and {second}")]
	Conflict {
		/// The dimension.
		target: String,
		/// Its first size.
		first: u64,
		/// The other.
		second: u64,
	},
	/// A dimension that the model fixes to another size.
	#[error("`{target}` is fixed to {fixed} in the model")]
	Fixed {
		/// The dimension.
		target: String,
		/// Its size.
		fixed: u64,
	},
	/// An array of another rank than the model's input.
	#[error("input `{input}` has {expected} axes in the model and {got} in the file")]
	Rank {
		/// Name of the input.
		input: String,
		/// Axes in the model.
		expected: usize,
		/// Axes of the array.
		got: usize,
	},
}

/// One dimension as the file has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dim {
	/// A number.
	Fixed(u64),
	/// A symbolic name.
	Named(String),
	/// Neither, or a negative number.
	Unknown,
}

/// Where a tensor is declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
	/// An input that a caller passes.
	Input,
	/// An output.
	Output,
	/// A tensor inside the graph, or an initialiser that is listed as an input.
	Inner,
}

/// A declared tensor with its shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declared {
	/// Where.
	pub place: Place,
	/// Its name.
	pub name: String,
	/// Its dimensions; `None` when the file gives none at all.
	pub shape: Option<Vec<Dim>>,
}

/// Reads the declared tensors of a model.
pub fn declared(model: &[u8]) -> Result<Vec<Declared>, DimsError> {
	let mut initialisers = BTreeSet::new();
	let mut tensors = Vec::new();
	let mut graphs = 0u32;
	for field in fields(model) {
		let field = field?;
		if field.number != MODEL_GRAPH {
			continue;
		}
		graphs = graphs.saturating_add(1);
		for field in fields(field.bytes("ModelProto")?) {
			let field = field?;
			let place = match field.number {
				GRAPH_INPUT => Place::Input,
				GRAPH_OUTPUT => Place::Output,
				GRAPH_VALUE_INFO => Place::Inner,
				GRAPH_INITIALIZER => {
					for inner in fields(field.bytes("GraphProto")?) {
						let inner = inner?;
						if inner.number == TENSOR_NAME {
							initialisers.insert(inner.text("TensorProto")?);
						}
					}
					continue;
				},
				_ => continue,
			};
			tensors.push(read_value_info(field.bytes("GraphProto")?, place)?);
		}
	}
	if graphs == 0 {
		return Err(DimsError::NoGraph);
	}
	// Before IR version 4 every initialiser is listed as an input too.
	for tensor in &mut tensors {
		if tensor.place == Place::Input && initialisers.contains(tensor.name.as_str()) {
			tensor.place = Place::Inner;
		}
	}
	Ok(tensors)
}

fn read_value_info(message: &[u8], place: Place) -> Result<Declared, WireError> {
	let mut tensor = Declared { place, name: String::new(), shape: None };
	for field in fields(message) {
		let field = field?;
		match field.number {
			VALUE_INFO_NAME => tensor.name = field.text("ValueInfoProto")?.into(),
			VALUE_INFO_TYPE => {
				for shape in descend(field.bytes("ValueInfoProto")?, "TypeProto", TYPE_TENSOR) {
					for shape in descend(shape?, "TypeProto.Tensor", TENSOR_TYPE_SHAPE) {
						let dims = tensor.shape.get_or_insert_with(Vec::new);
						for dim in descend(shape?, "TensorShapeProto", SHAPE_DIM) {
							dims.push(read_dim(dim?)?);
						}
					}
				}
			},
			_ => {},
		}
	}
	Ok(tensor)
}

/// The messages in one field of a message.
fn descend<'a>(
	message: &'a [u8],
	name: &'static str,
	number: u32,
) -> impl Iterator<Item = Result<&'a [u8], WireError>> {
	fields(message).filter_map(move |field| match field {
		Ok(field) if field.number == number => Some(field.bytes(name)),
		Ok(_) => None,
		Err(error) => Some(Err(error)),
	})
}

fn read_dim(message: &[u8]) -> Result<Dim, WireError> {
	let mut dim = Dim::Unknown;
	for field in fields(message) {
		let field = field?;
		// Of a oneof the last one counts.
		match field.number {
			DIM_VALUE => {
				// An int64: what exceeds its maximum is a negative number.
				let value = field.varint("TensorShapeProto.Dimension")?;
				dim = if value <= i64::MAX as u64 { Dim::Fixed(value) } else { Dim::Unknown };
			},
			DIM_PARAM => {
				let name = field.text("TensorShapeProto.Dimension")?;
				dim = if name.is_empty() { Dim::Unknown } else { Dim::Named(name.into()) };
			},
			_ => {},
		}
	}
	Ok(dim)
}

/// One `--dim`: `NAME=SIZE`, or `INPUT:AXIS=SIZE` for a dimension without a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
	target: String,
	size: u64,
}

impl FromStr for Setting {
	type Err = DimsError;

	fn from_str(text: &str) -> Result<Self, Self::Err> {
		let syntax = || DimsError::Syntax(text.into());
		let (target, size) = text.rsplit_once('=').ok_or_else(syntax)?;
		let size: u32 = size.parse().map_err(|_| syntax())?;
		if target.is_empty() || size == 0 {
			return Err(syntax());
		}
		Ok(Self { target: target.into(), size: size.into() })
	}
}

/// The sizes to write.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
	names: BTreeMap<String, u64>,
	axes: BTreeMap<(String, u32), u64>,
}

impl Plan {
	/// The plan of the user's `--dim` settings. A name of the model wins over `INPUT:AXIS`, since
	/// symbolic names may hold a colon.
	pub fn from_settings(settings: &[Setting], tensors: &[Declared]) -> Result<Self, DimsError> {
		let mut plan = Self::default();
		for Setting { target, size } in settings {
			if dims(tensors).any(|(_, _, dim)| matches!(dim, Dim::Named(name) if name == target)) {
				plan.name(target, *size)?;
				continue;
			}
			let place = target
				.rsplit_once(':')
				.and_then(|(tensor, axis)| Some((tensor, axis.parse::<u32>().ok()?)))
				.and_then(|at| {
					dims(tensors).find(|(tensor, axis, _)| (tensor.name.as_str(), *axis) == at)
				});
			match place {
				Some((_, _, Dim::Fixed(fixed))) if fixed == size => {},
				Some((_, _, Dim::Fixed(fixed))) => {
					return Err(DimsError::Fixed { target: target.clone(), fixed: *fixed })
				},
				Some((tensor, axis, _)) => plan.axis(&tensor.name, axis, *size)?,
				None => {
					return Err(DimsError::Unknown {
						target: target.clone(),
						known: known(tensors),
					})
				},
			}
		}
		Ok(plan)
	}

	/// The plan that the shapes of the given inputs imply.
	pub fn from_shapes<'a>(
		shapes: impl IntoIterator<Item = (&'a str, &'a [u32])>,
		tensors: &[Declared],
	) -> Result<Self, DimsError> {
		let mut plan = Self::default();
		for (input, given) in shapes {
			let Some(shape) = tensors
				.iter()
				.find(|t| t.place == Place::Input && t.name == input)
				.and_then(|t| t.shape.as_ref())
			else {
				continue;
			};
			if shape.len() != given.len() {
				return Err(DimsError::Rank {
					input: input.into(),
					expected: shape.len(),
					got: given.len(),
				});
			}
			for (axis, (dim, size)) in shape.iter().zip(given).enumerate() {
				match dim {
					Dim::Named(name) => plan.name(name, u64::from(*size))?,
					Dim::Unknown => plan.axis(input, axis as u32, u64::from(*size))?,
					// A wrong fixed size is the engine's to refuse.
					Dim::Fixed(_) => {},
				}
			}
		}
		Ok(plan)
	}

	/// Whether there is nothing to write.
	pub fn is_empty(&self) -> bool {
		self.names.is_empty() && self.axes.is_empty()
	}

	fn name(&mut self, name: &str, size: u64) -> Result<(), DimsError> {
		set(&mut self.names, name.into(), size, || name.into())
	}

	fn axis(&mut self, tensor: &str, axis: u32, size: u64) -> Result<(), DimsError> {
		set(&mut self.axes, (tensor.into(), axis), size, || format!("{tensor}:{axis}"))
	}

	fn size(&self, tensor: &str, axis: u32, dim: &Dim) -> Option<u64> {
		// One axis of one tensor is the more exact statement.
		let exact = self.axes.get(&(tensor.to_string(), axis));
		match dim {
			Dim::Fixed(_) => None,
			Dim::Named(name) => exact.or_else(|| self.names.get(name)).copied(),
			Dim::Unknown => exact.copied(),
		}
	}
}

fn set<K: Ord>(
	map: &mut BTreeMap<K, u64>,
	key: K,
	size: u64,
	target: impl FnOnce() -> String,
) -> Result<(), DimsError> {
	match map.insert(key, size) {
		Some(first) if first != size => {
			Err(DimsError::Conflict { target: target(), first, second: size })
		},
		_ => Ok(()),
	}
}

fn dims(tensors: &[Declared]) -> impl Iterator<Item = (&Declared, u32, &Dim)> {
	tensors.iter().flat_map(|tensor| {
		let shape = tensor.shape.as_deref().unwrap_or_default();
		shape.iter().enumerate().map(move |(axis, dim)| (tensor, axis as u32, dim))
	})
}

fn known(tensors: &[Declared]) -> String {
	let open: BTreeSet<String> = open(tensors).iter().map(ToString::to_string).collect();
	match open.len() {
		0 => "none".into(),
		_ => open.into_iter().collect::<Vec<_>>().join(", "),
	}
}

/// A dimension of an input that isn't a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Open {
	/// Name of the input.
	pub input: String,
	/// Its axis.
	pub axis: u32,
	/// The symbolic name, if there is one.
	pub name: Option<String>,
}

impl fmt::Display for Open {
	/// What to write before `=SIZE` in `--dim`.
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match &self.name {
			Some(name) => f.write_str(name),
			None => write!(f, "{}:{}", self.input, self.axis),
		}
	}
}

/// The open dimensions of the inputs. Those of outputs follow from them.
pub fn open(tensors: &[Declared]) -> Vec<Open> {
	dims(tensors)
		.filter(|(tensor, _, _)| tensor.place == Place::Input)
		.filter_map(|(tensor, axis, dim)| {
			let name = match dim {
				Dim::Fixed(_) => return None,
				Dim::Named(name) => Some(name.clone()),
				Dim::Unknown => None,
			};
			Some(Open { input: tensor.name.clone(), axis, name })
		})
		.collect()
}

/// Writes the plan's sizes into the model.
pub fn fix(model: &[u8], plan: &Plan) -> Result<Vec<u8>, DimsError> {
	let fixed = map(model, |field| {
		if field.number != MODEL_GRAPH {
			return Ok(None);
		}
		let graph = map(field.bytes("ModelProto")?, |field| match field.number {
			GRAPH_INPUT | GRAPH_OUTPUT | GRAPH_VALUE_INFO => {
				Ok(Some(fix_value_info(field.bytes("GraphProto")?, plan)?))
			},
			_ => Ok(None),
		})?;
		Ok(Some(graph))
	})?;
	Ok(fixed)
}

fn fix_value_info(message: &[u8], plan: &Plan) -> Result<Vec<u8>, WireError> {
	// The name may come after the type.
	let name = read_value_info(message, Place::Inner)?.name;
	let mut axis = 0u32;
	map_at(message, "ValueInfoProto", VALUE_INFO_TYPE, |message| {
		map_at(message, "TypeProto", TYPE_TENSOR, |message| {
			map_at(message, "TypeProto.Tensor", TENSOR_TYPE_SHAPE, |message| {
				map_at(message, "TensorShapeProto", SHAPE_DIM, |message| {
					let size = plan.size(&name, axis, &read_dim(message)?);
					axis = axis.saturating_add(1);
					match size {
						Some(size) => fix_dim(message, size),
						None => Ok(message.to_vec()),
					}
				})
			})
		})
	})
}

fn fix_dim(message: &[u8], size: u64) -> Result<Vec<u8>, WireError> {
	let mut out = Vec::with_capacity(message.len());
	put_number(&mut out, DIM_VALUE, size);
	for field in fields(message) {
		let field = field?;
		// The denotation and whatever else there is stay.
		if !matches!(field.number, DIM_VALUE | DIM_PARAM) {
			out.extend_from_slice(field.raw);
		}
	}
	Ok(out)
}

fn map_at(
	message: &[u8],
	name: &'static str,
	number: u32,
	mut change: impl FnMut(&[u8]) -> Result<Vec<u8>, WireError>,
) -> Result<Vec<u8>, WireError> {
	map(message, |field| {
		if field.number == number {
			change(field.bytes(name)?).map(Some)
		} else {
			Ok(None)
		}
	})
}

/// Copies a message with the messages in it that `change` rewrites. A field that doesn't change
/// stays byte for byte, even where its length is written in an unusual way.
fn map(
	message: &[u8],
	mut change: impl FnMut(&Field<'_>) -> Result<Option<Vec<u8>>, WireError>,
) -> Result<Vec<u8>, WireError> {
	let mut out = Vec::with_capacity(message.len());
	for field in fields(message) {
		let field = field?;
		match change(&field)? {
			Some(new) if Value::Bytes(&new) != field.value => {
				put_bytes(&mut out, field.number, &new)
			},
			_ => out.extend_from_slice(field.raw),
		}
	}
	Ok(out)
}

#[cfg(test)]
mod tests;
