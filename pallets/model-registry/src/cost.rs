//! What a call costs beyond its fuel, in one unit: everything is turned into fuel, and fuel into
//! execution time. And what [`WeightInfo`] can't say, because no benchmark of a runtime sees it: the
//! bytes that state holds, and the host's check of an engine.
//!
//! Every function is pure and saturates. Each constant of fuel is set by `scripts/bench engine` on the
//! reference machine from the worst case, with a margin, and rounded up; changing one changes fees
//! and the run limits that activation accepts, so it needs a runtime upgrade and nothing else.

use crate::WeightInfo;
use opg_engine_abi::{hash::chunk_count, ImageFuel, Tensor, TensorSpec, CHUNK_BYTES};
use polkadot_sdk::frame_support::weights::Weight;

/// Execution time of one unit of fuel, in picoseconds. Ordinary models take 50 to 100 ps; the worst
/// hostile ones (random access to tables beyond the caches, gigabytes of new memory) 250.
pub const C_FUEL_PS: u64 = 300;

/// One chunk of a content: the trie path, the comparison of its digest and the copy of the key,
/// whether or not a cache holds the content. 105 µs.
pub const CHUNK_READ_FUEL: u64 = 350_000;

/// One byte of a model on a cold cache: read, keccak-256, copy into the guest. 8 ns.
pub const BYTE_FUEL: u64 = 27;

/// One page (4 KiB) of the prepared image: compared and hashed when it is made, copied (with the
/// page fault) for every run. 12 µs.
pub const PAGE_FUEL: u64 = 40_000;

/// One WebAssembly page (64 KiB) of linear memory: mapped, compared when an image is made, and
/// unmapped. 16 µs. The engine itself counts what a load or a run adds to it.
pub const MEMORY_PAGE_FUEL: u64 = 54_000;

/// What the engine's host counts while it makes a prepared image.
pub const IMAGE_FUEL: ImageFuel =
	ImageFuel { memory_page: MEMORY_PAGE_FUEL, changed_page: PAGE_FUEL };

/// One byte of inputs or outputs: decoded, checked, hashed with keccak-256, copied into and out of
/// the guest and the runtime. 20 ns.
pub const IO_BYTE_FUEL: u64 = 67;

/// A run, whatever it does: two calls over the host border, a fresh instance, a thread. 0.5 ms.
pub const RUN_BASE_FUEL: u64 = 1_700_000;

/// What a run limit has above the largest canary, in fuel; and that times 5/4.
pub const RUN_LIMIT_MARGIN_FUEL: u64 = 100_000;

/// Execution time of writing one byte of a chunk to state, in picoseconds, beside the call: it is hashed
/// into the trie when the block ends (1 ns) and written to disk twice, log and table (4 ns). A benchmark
/// ends before that, and a write of ordinary size is all that `DbWeight` stands for.
pub const WRITE_BYTE_PS: u64 = 5_000;

/// Execution time of reading one byte of a chunk from the disk, in picoseconds: 1 ns. A benchmark reads
/// memory, and a read of ordinary size is all that `DbWeight` stands for.
pub const READ_BYTE_PS: u64 = 1_000;

/// Execution time of the host's check of a new engine, in picoseconds for each byte of raw wasm: chunks
/// are read, decompressed, hashed and parsed. 0.7 s for the largest of 16 MiB; root alone asks for it.
pub const ENGINE_CHECK_BYTE_PS: u64 = 40_000;

/// Sizes that the overhead of a call depends on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sizes {
	/// Bytes of the model.
	pub model_bytes: u32,
	/// Bytes of the engine as stored.
	pub engine_stored_bytes: u32,
	/// Pages of the prepared image.
	pub image_pages: u32,
	/// WebAssembly pages of linear memory after the load.
	pub memory_pages: u32,
	/// Bytes of all inputs together.
	pub input_bytes: u32,
	/// Bytes of all outputs together.
	pub output_bytes: u32,
}

/// What a tensor's dtype and the two lengths count in [`argument_bytes`]: decoding a tensor costs
/// an allocation or two, however short it is.
const TENSOR_BYTES: u64 = 16;

/// Bytes of one dimension.
const DIMENSION_BYTES: u64 = 4;

/// Bytes that tensors in a call's arguments are weighed with.
pub fn argument_bytes<'a>(tensors: impl IntoIterator<Item = &'a Tensor>) -> u64 {
	tensors.into_iter().fold(0u64, |n, tensor| {
		n.saturating_add(tensor_bytes(tensor.data.len() as u64, tensor.shape.len() as u64))
	})
}

/// [`argument_bytes`] of tensors as these specifications say.
pub fn signature_bytes(specs: &[TensorSpec]) -> u64 {
	specs.iter().fold(0u64, |n, spec| {
		let data = spec.byte_len().unwrap_or(u64::MAX);
		n.saturating_add(tensor_bytes(data, spec.shape.len() as u64))
	})
}

fn tensor_bytes(data: u64, rank: u64) -> u64 {
	data.saturating_add(rank.saturating_mul(DIMENSION_BYTES)).saturating_add(TENSOR_BYTES)
}

/// Fuel of finding and verifying the engine's and the model's bytes: known before any work.
pub fn content_fuel(model_bytes: u32, engine_stored_bytes: u32) -> u64 {
	let chunks = chunk_count(u64::from(model_bytes))
		.saturating_add(chunk_count(u64::from(engine_stored_bytes)));
	chunks.saturating_mul(CHUNK_READ_FUEL).saturating_add(bytes_fuel(model_bytes))
}

/// The part of [`content_fuel`] that a prepared image saves: reading and hashing the model's bytes.
/// The chunks are looked at for every run, whatever is cached.
pub fn bytes_fuel(model_bytes: u32) -> u64 {
	u64::from(model_bytes).saturating_mul(BYTE_FUEL)
}

/// Fuel of making the prepared image, or of one run's copy of it: the dearer of both.
pub fn image_fuel(image_pages: u32, memory_pages: u32) -> u64 {
	u64::from(image_pages)
		.saturating_mul(PAGE_FUEL)
		.saturating_add(u64::from(memory_pages).saturating_mul(MEMORY_PAGE_FUEL))
}

/// Fuel of passing inputs and outputs, and of a run's fixed part.
pub fn run_overhead_fuel(input_bytes: u32, output_bytes: u32) -> u64 {
	u64::from(input_bytes)
		.saturating_add(u64::from(output_bytes))
		.saturating_mul(IO_BYTE_FUEL)
		.saturating_add(RUN_BASE_FUEL)
}

/// Everything that a call costs and fuel doesn't see, as fuel.
pub fn overhead_fuel(sizes: &Sizes) -> u64 {
	content_fuel(sizes.model_bytes, sizes.engine_stored_bytes)
		.saturating_add(image_fuel(sizes.image_pages, sizes.memory_pages))
		.saturating_add(run_overhead_fuel(sizes.input_bytes, sizes.output_bytes))
}

/// The smallest run limit that activation accepts: 1.25 × the largest canary + 100,000, because
/// fuel may depend on data.
pub fn min_run_limit(largest_canary: u64) -> u64 {
	largest_canary.saturating_add(largest_canary.div_ceil(4)).saturating_add(RUN_LIMIT_MARGIN_FUEL)
}

/// Execution time of that much fuel, in picoseconds.
pub fn fuel_ref_time(fuel: u64) -> u64 {
	fuel.saturating_mul(C_FUEL_PS)
}

/// Weight of that much fuel. There is no proof: the chain is no parachain.
pub fn fuel_weight(fuel: u64) -> Weight {
	Weight::from_parts(fuel_ref_time(fuel), 0)
}

/// Weight of storing a chunk of so many bytes.
pub fn chunk_weight<W: WeightInfo>(bytes: u32) -> Weight {
	W::upload_chunk(bytes).saturating_add(bytes_weight(WRITE_BYTE_PS, bytes.into()))
}

/// Weight of removing so many chunks: each is read, all of it, to see that it is there.
pub fn reap_weight<W: WeightInfo>(chunks: u32) -> Weight {
	let bytes = u64::from(chunks).saturating_mul(CHUNK_BYTES.into());
	W::reap(chunks).saturating_add(bytes_weight(READ_BYTE_PS, bytes))
}

/// Weight of a new engine of so many raw bytes.
pub fn set_engine_weight<W: WeightInfo>(raw_len: u32) -> Weight {
	W::set_engine().saturating_add(bytes_weight(ENGINE_CHECK_BYTE_PS, raw_len.into()))
}

fn bytes_weight(byte_ps: u64, bytes: u64) -> Weight {
	Weight::from_parts(byte_ps.saturating_mul(bytes), 0)
}

/// The most fuel that fits `ref_time` picoseconds.
pub fn fuel_within(ref_time: u64) -> u64 {
	ref_time / C_FUEL_PS
}

#[cfg(test)]
mod tests {
	use super::*;
	use alloc::vec;
	use opg_engine_abi::DType;

	#[test]
	fn every_size_counts() {
		let none = overhead_fuel(&Sizes::default());
		assert_eq!(none, RUN_BASE_FUEL);
		let one = |sizes: Sizes| overhead_fuel(&sizes) - none;
		let d = Sizes::default();
		assert_eq!(one(Sizes { model_bytes: 1, ..d }), CHUNK_READ_FUEL + BYTE_FUEL);
		assert_eq!(one(Sizes { engine_stored_bytes: 1, ..d }), CHUNK_READ_FUEL);
		assert_eq!(one(Sizes { image_pages: 1, ..d }), PAGE_FUEL);
		assert_eq!(one(Sizes { memory_pages: 1, ..d }), MEMORY_PAGE_FUEL);
		assert_eq!(one(Sizes { input_bytes: 1, ..d }), IO_BYTE_FUEL);
		assert_eq!(one(Sizes { output_bytes: 1, ..d }), IO_BYTE_FUEL);
	}

	#[test]
	fn arguments_count_as_their_signature_says() {
		let spec = |shape| TensorSpec { name: b"x".to_vec(), dtype: DType::Float32, shape };
		let tensor = |shape, len| Tensor { dtype: DType::Float32, shape, data: vec![0; len] };
		assert_eq!(argument_bytes(&[]), 0);
		assert_eq!(argument_bytes(&[tensor(vec![2, 3], 24), tensor(vec![], 4)]), 48 + 20);
		assert_eq!(signature_bytes(&[spec(vec![2, 3]), spec(vec![])]), 48 + 20);
		assert_eq!(signature_bytes(&[spec(vec![u32::MAX; 4])]), u64::MAX);
	}

	#[test]
	fn the_largest_numbers_saturate() {
		assert_eq!(min_run_limit(u64::MAX), u64::MAX);
		assert_eq!(fuel_weight(u64::MAX).ref_time(), u64::MAX);
		let most = Sizes {
			model_bytes: u32::MAX,
			engine_stored_bytes: u32::MAX,
			image_pages: u32::MAX,
			memory_pages: u32::MAX,
			input_bytes: u32::MAX,
			output_bytes: u32::MAX,
		};
		assert!(overhead_fuel(&most) > u64::from(u32::MAX));
	}

	#[test]
	fn a_run_limit_leaves_a_quarter_and_a_margin() {
		assert_eq!(min_run_limit(0), 100_000);
		assert_eq!(min_run_limit(4), 100_005);
		assert_eq!(min_run_limit(5), 100_007);
		assert_eq!(min_run_limit(400_000), 600_000);
	}

	#[test]
	fn fuel_within_is_the_inverse() {
		assert_eq!(fuel_within(fuel_ref_time(12_345)), 12_345);
	}
}
