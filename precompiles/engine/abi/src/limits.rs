//! The bounds that a load and a run are held to. All of them are consensus constants.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// Bytes of each chunk of a model but the last. 512 KiB: well below the 16 MiB of a state sync
/// response and the 32 MiB of one allocation, and a 64 MiB model still has only 128 chunks.
pub const CHUNK_BYTES: u32 = 524_288;

/// Bytes of one page of a prepared image. Not the WebAssembly page of 64 KiB: an image keeps only
/// what differs from the engine's own memory, and finer pages keep less.
pub const IMAGE_PAGE_BYTES: u32 = 4_096;

/// Bytes of one WebAssembly page (WebAssembly core specification, 4.2.8).
pub const WASM_PAGE_BYTES: u32 = 65_536;

/// The bounds of engine version 1. The guest checks what it can see, the host the rest.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct Limits {
	/// Bytes of the ONNX file.
	pub model_bytes: u32,
	/// Bytes of all inputs together.
	pub input_bytes: u32,
	/// Bytes of all outputs together.
	pub output_bytes: u32,
	/// Bytes of the encoded signature.
	pub signature_bytes: u32,
	/// Bytes of an input's or output's name.
	pub name_bytes: u32,
	/// Axes of any tensor.
	pub rank: u32,
	/// Inputs, and outputs.
	pub tensors: u32,
	/// Nodes of the graph, subgraphs included.
	pub nodes: u32,
	/// Depth of subgraphs.
	pub nesting: u32,
	/// Fuel of one load.
	pub load_fuel: u64,
	/// Fuel of one run.
	pub run_fuel: u64,
	/// WebAssembly pages (64 KiB) of linear memory, load and run alike.
	pub memory_pages: u32,
}

impl Limits {
	/// The limits of engine version 1.
	pub const V1: Limits = Limits {
		model_bytes: 64 * 1024 * 1024,
		input_bytes: 1024 * 1024,
		output_bytes: 1024 * 1024,
		signature_bytes: 4 * 1024,
		name_bytes: 128,
		rank: 8,
		tensors: 16,
		nodes: 20_000,
		nesting: 4,
		// About 2 s at the 0.1 ns per unit of ordinary models.
		load_fuel: 20_000_000_000,
		run_fuel: 20_000_000_000,
		// 1 GiB: a model of 64 MiB needs about three times its size to load, a run its activations.
		memory_pages: 16_384,
	};
}
