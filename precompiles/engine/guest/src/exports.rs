//! What the host calls. All values that cross are SCALE; a returned u64 is `pointer << 32 | length`
//! of bytes in memory, which stay there: an instance is used once.

use crate::{
	allocator, inspect, kernels,
	load::{self, Loaded},
	run,
};
use codec::{Decode, Encode};
use opg_engine_abi::{ErrorCode, Limits, ModelSignature, Refusal, Tensor};
use std::sync::Mutex;

extern "C" {
	/// Made by the linker: runs every constructor. A module that calls it itself is not made to
	/// call it in every export.
	fn __wasm_call_ctors();
}

/// The one model of this instance.
static LOADED: Mutex<Option<Loaded>> = Mutex::new(None);

/// Runs the constructors and asserts that all kernels are there; traps when they aren't. To be
/// called once, before anything else.
#[no_mangle]
pub extern "C" fn init() -> u32 {
	// Safety: the linker's function takes nothing and gives nothing; inventory's constructors may
	// run more than once.
	unsafe { __wasm_call_ctors() };
	kernels::assert_expected();
	0
}

/// Memory for the host to write to. [`load`], [`run`] and [`inspect`] take it back.
#[no_mangle]
pub extern "C" fn alloc(len: u32) -> u32 {
	give(Vec::with_capacity(capacity(len))).0
}

/// Room for `len` bytes and a little more: when a file is freed, the weights made of it should fit in its
/// place, although they are aligned and others were there first.
fn capacity(len: u32) -> usize {
	let len = len as usize;
	len.saturating_add(len / 64)
}

/// Loads the model of this instance: `Result<ModelSignature, Refusal>`.
///
/// # Safety
///
/// Both pointers are [`alloc`]'s, with the lengths that were asked for, and written to.
#[no_mangle]
pub unsafe extern "C" fn load(
	limits_ptr: u32,
	limits_len: u32,
	model_ptr: u32,
	model_len: u32,
) -> u64 {
	allocator::start_wiping();
	// Safety: as above.
	let (limits, model) = unsafe { (take(limits_ptr, limits_len), take(model_ptr, model_len)) };
	let result: Result<ModelSignature, Refusal> = Limits::decode(&mut &*limits)
		.map_err(|_| Refusal::at(ErrorCode::MalformedInput, &[], "limits"))
		.and_then(|limits| load::load(limits, model))
		.map(|loaded| {
			let signature = loaded.signature.clone();
			*LOADED.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = Some(loaded);
			signature
		});
	allocator::stop_wiping();
	answer(&result)
}

/// Runs the loaded model on a SCALE `Vec<Tensor>`: `Result<Vec<Tensor>, Refusal>`.
///
/// # Safety
///
/// The pointer is [`alloc`]'s, with the length that was asked for, and written to.
#[no_mangle]
pub unsafe extern "C" fn run(ptr: u32, len: u32) -> u64 {
	// Safety: as above.
	let inputs = unsafe { take(ptr, len) };
	let loaded = LOADED.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
	let result: Result<Vec<Tensor>, Refusal> = match &*loaded {
		Some(loaded) => run::run(loaded, &inputs),
		None => Err(Refusal::at(ErrorCode::RunFailed, &[], "no model is loaded")),
	};
	answer(&result)
}

/// Describes a file: `Result<Inspection, Refusal>`.
///
/// # Safety
///
/// The pointer is [`alloc`]'s, with the length that was asked for, and written to.
#[no_mangle]
pub unsafe extern "C" fn inspect(ptr: u32, len: u32) -> u64 {
	// Safety: as above.
	let file = unsafe { take(ptr, len) };
	answer(&inspect::inspect(file))
}

/// Hands bytes to the host for good: pointer and length.
fn give(bytes: Vec<u8>) -> (u32, u32) {
	let bytes = std::mem::ManuallyDrop::new(bytes);
	(bytes.as_ptr() as u32, bytes.len() as u32)
}

/// Takes bytes back from the host.
///
/// # Safety
///
/// They come from [`alloc`] with that length, and aren't taken twice.
unsafe fn take(ptr: u32, len: u32) -> Vec<u8> {
	// Safety: the caller's promise.
	unsafe { Vec::from_raw_parts(ptr as *mut u8, len as usize, capacity(len)) }
}

fn answer(value: &impl Encode) -> u64 {
	let (ptr, len) = give(value.encode());
	u64::from(ptr) << 32 | u64::from(len)
}
