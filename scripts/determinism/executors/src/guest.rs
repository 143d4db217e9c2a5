//! The engine in any WebAssembly runtime, by the same rules as the node's host: its interface, its
//! counters, a fresh instance for each load and each run, and the hash of the prepared image
//! (precompiles/engine/host/src/{instance,image}.rs).

use crate::golden::{Ended, Executor, Loaded, Observed, Ran};
use codec::{Decode, DecodeAll, Encode};
use opg_engine_abi::{
	limits::{IMAGE_PAGE_BYTES, WASM_PAGE_BYTES},
	Limits, ModelSignature, Refusal, Tensor,
};
use opg_engine_meter::{CALL_STACK, FUEL};
use sha3::{Digest, Keccak256};
use std::sync::Arc;

/// Profile 1's units of call stack (`opg_engine_host::profile::CALL_STACK_UNITS`).
const CALL_STACK_UNITS: i64 = 262_144;
const STACK_POINTER: &str = "__stack_pointer";

/// A runtime with the compiled blob.
pub trait Runtime {
	type Instance: Instance;

	/// A fresh instance.
	fn instantiate(&self) -> Result<Self::Instance, String>;
}

/// An instance of the blob.
pub trait Instance {
	/// Calls an export whose parameters are all `i32`. `None`: it reached `unreachable`; an error is any
	/// other trap.
	fn call(&mut self, export: &str, arguments: &[u32]) -> Result<Option<u64>, String>;
	/// Value of an exported global of any integer type.
	fn global(&mut self, export: &str) -> Result<i64, String>;
	fn set_global(&mut self, export: &str, value: i64) -> Result<(), String>;
	fn memory(&mut self) -> &mut [u8];
	/// Adds pages of 64 KiB.
	fn grow(&mut self, pages: u64) -> Result<(), String>;
}

/// State of an instance: everything that can differ between two of them, besides the counters.
struct Image {
	memory: Vec<u8>,
	stack_pointer: i64,
}

/// The engine after `init`, from which every load starts.
pub struct Started<R> {
	runtime: R,
	/// The memory as instantiated.
	base: Vec<u8>,
	image: Image,
}

impl<R: Runtime> Started<R> {
	pub fn new(runtime: R) -> Result<Arc<Self>, String> {
		let mut instance = runtime.instantiate()?;
		let base = instance.memory().to_vec();
		fill(&mut instance, i64::MAX)?;
		instance.call("init", &[])?.ok_or("init traps")?;
		let image = Image::take(&mut instance)?;
		Ok(Arc::new(Self { runtime, base, image }))
	}

	/// A fresh instance in the state of an image.
	fn restored(&self, image: &Image, fuel: u64) -> Result<R::Instance, String> {
		let mut instance = self.runtime.instantiate()?;
		let missing = image.memory.len().saturating_sub(instance.memory().len());
		if missing > 0 {
			instance.grow((missing / WASM_PAGE_BYTES as usize) as u64)?;
		}
		instance.memory().copy_from_slice(&image.memory);
		instance.set_global(STACK_POINTER, image.stack_pointer)?;
		fill(&mut instance, i64::try_from(fuel).map_err(|e| e.to_string())?)?;
		Ok(instance)
	}
}

impl Image {
	fn take(instance: &mut impl Instance) -> Result<Self, String> {
		let stack_pointer = instance.global(STACK_POINTER)?;
		Ok(Self { memory: instance.memory().to_vec(), stack_pointer })
	}

	/// The hash that a node keeps of a prepared image.
	fn hash(&self, base: &[u8]) -> [u8; 32] {
		const PAGE: usize = IMAGE_PAGE_BYTES as usize;
		let mut hasher = Keccak256::new();
		hasher.update(((self.memory.len() / WASM_PAGE_BYTES as usize) as u32).to_le_bytes());
		hasher.update((self.stack_pointer as u32).to_le_bytes());
		let originals = base.chunks_exact(PAGE).chain(std::iter::repeat(&[0; PAGE][..]));
		for (index, (page, original)) in self.memory.chunks_exact(PAGE).zip(originals).enumerate() {
			if page != original {
				hasher.update((index as u32).to_le_bytes());
				hasher.update(page);
			}
		}
		hasher.finalize().into()
	}
}

/// Fills the counters.
fn fill(instance: &mut impl Instance, fuel: i64) -> Result<(), String> {
	instance.set_global(FUEL, fuel)?;
	instance.set_global(CALL_STACK, CALL_STACK_UNITS)
}

/// Allocates in the guest and copies `bytes` there: pointer and length.
fn pass(instance: &mut impl Instance, bytes: &[u8]) -> Result<[u32; 2], String> {
	let len = u32::try_from(bytes.len()).map_err(|e| e.to_string())?;
	let at = instance.call("alloc", &[len])?.ok_or("alloc traps")? as u32;
	let end = (at as usize).saturating_add(bytes.len());
	let place = instance.memory().get_mut(at as usize..end).ok_or("alloc lies")?;
	place.copy_from_slice(bytes);
	Ok([at, len])
}

/// Calls `load` or `run`: its answer and the fuel used of `limit`.
fn ask<T: Decode>(
	instance: &mut impl Instance,
	export: &str,
	arguments: &[u32],
	limit: u64,
) -> Observed<(T, Vec<u8>, u64)> {
	let packed = instance.call(export, arguments)?;
	// Below 0 it is out of fuel, whichever way it ended.
	let left = instance.global(FUEL)?;
	let left = u64::try_from(left).map_err(|_| format!("{export}: {left} fuel is left"))?;
	let Some(packed) = packed else {
		return match instance.global(CALL_STACK)? {
			0.. => Ok(Err(Ended::Trapped)),
			left => Err(format!("{export}: {left} units of call stack are left")),
		};
	};
	let (at, len) = ((packed >> 32) as usize, packed as u32 as usize);
	let bytes = instance.memory().get(at..at.saturating_add(len)).ok_or("a wild answer")?.to_vec();
	let fuel = limit - left;
	match Result::<T, Refusal>::decode_all(&mut &bytes[..]) {
		Ok(Ok(value)) => Ok(Ok((value, bytes, fuel))),
		Ok(Err(refusal)) => Ok(Err(Ended::Refused { error: refusal.error, fuel })),
		Err(error) => Err(error.to_string()),
	}
}

/// Loads and runs models as golden vectors ask.
pub struct Guest<R: Runtime> {
	started: Arc<Started<R>>,
	model: Option<Image>,
}

impl<R: Runtime> Guest<R> {
	pub fn new(started: Arc<Started<R>>) -> Self {
		Self { started, model: None }
	}
}

impl<R: Runtime> Executor for Guest<R> {
	fn load(&mut self, model: &[u8]) -> Observed<Loaded> {
		self.model = None;
		let limit = Limits::V1.load_fuel;
		let mut instance = self.started.restored(&self.started.image, limit)?;
		let limits = pass(&mut instance, &Limits::V1.encode())?;
		let model = pass(&mut instance, model)?;
		let arguments = [limits, model].concat();
		let answer = ask::<ModelSignature>(&mut instance, "load", &arguments, limit)?;
		let (_, _, fuel) = match answer {
			Ok(answer) => answer,
			Err(ended) => return Ok(Err(ended)),
		};
		let image = Image::take(&mut instance)?;
		let image_hash = image.hash(&self.started.base);
		self.model = Some(image);
		Ok(Ok(Loaded { fuel, image_hash }))
	}

	fn run(&mut self, inputs: &[u8]) -> Observed<Ran> {
		let model = self.model.as_ref().ok_or("nothing is loaded")?;
		let limit = Limits::V1.run_fuel;
		let mut instance = self.started.restored(model, limit)?;
		let place = pass(&mut instance, inputs)?;
		let answer = ask::<Vec<Tensor>>(&mut instance, "run", &place, limit)?;
		// Past the byte that says that it is no refusal.
		Ok(answer.map(|(_, bytes, fuel)| Ran { fuel, outputs: bytes[1..].to_vec() }))
	}
}
