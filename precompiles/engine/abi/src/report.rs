//! What a load, a run and an inspection report.

use crate::{error::EngineError, tensor::ModelSignature};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode};
use scale_info::TypeInfo;

/// What a load found. Every field is the same on every node.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct LoadReport {
	/// Inputs and outputs.
	pub signature: ModelSignature,
	/// Fuel that the load used.
	pub load_fuel: u64,
	/// Pages of [`crate::limits::IMAGE_PAGE_BYTES`] that the prepared image keeps: those that
	/// differ from the engine's memory as instantiated.
	pub image_pages: u32,
	/// keccak-256 of the prepared image (see the host's `image` module for the exact bytes).
	pub image_hash: [u8; 32],
	/// WebAssembly pages of linear memory after the load.
	pub memory_pages: u32,
}

/// What a run gave.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct RunReport {
	/// SCALE encoding of `Vec<Tensor>`, every NaN canonical.
	pub outputs: Vec<u8>,
	/// Fuel that the run used.
	pub fuel: u64,
}

/// A load or run that failed, and the fuel that is charged for it: what it used, or the whole
/// limit when it trapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct RunFault {
	/// Why.
	pub error: EngineError,
	/// Fuel to charge.
	pub fuel: u64,
}

/// What a file says about itself, supported or not. Off chain only.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Inspection {
	/// `ModelProto.ir_version`.
	pub ir_version: u64,
	/// Name of the exporter, UTF-8.
	pub producer: Vec<u8>,
	/// Domain and version of each opset import.
	pub opsets: Vec<(Vec<u8>, u64)>,
	/// Inputs with symbolic dimensions as they are.
	pub inputs: Vec<RawSpec>,
	/// Outputs with symbolic dimensions as they are.
	pub outputs: Vec<RawSpec>,
	/// Operators that the graph and its subgraphs use, sorted.
	pub operators: Vec<OperatorUse>,
	/// Elements of all initialisers together.
	pub parameters: u64,
}

/// An input or output as the file describes it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct RawSpec {
	/// Name, UTF-8.
	pub name: Vec<u8>,
	/// ONNX dtype code, supported or not; 0 when the file doesn't say.
	pub dtype: u64,
	/// Dimensions: a length, or the name of a symbolic one (empty when unnamed).
	pub shape: Vec<Result<u64, Vec<u8>>>,
}

/// One operator of a file.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct OperatorUse {
	/// Domain, empty for `ai.onnx`.
	pub domain: Vec<u8>,
	/// `op_type`.
	pub name: Vec<u8>,
	/// Version of the domain's opset in this file; 0 when it isn't imported.
	pub opset: u64,
	/// Nodes that use it.
	pub count: u64,
	/// Whether the allow-list has it.
	pub supported: bool,
}
