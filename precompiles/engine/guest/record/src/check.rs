//! What a blob must be, whatever the compiler did.

use wasmparser::{ExternalKind, Parser, Payload, Validator, WasmFeatures};

/// Exports, sorted. rustc exports the two constants `__data_end` and `__heap_base` on its own.
const EXPORTS: [&str; 9] = [
	"__data_end",
	"__heap_base",
	"__stack_pointer",
	"alloc",
	"init",
	"inspect",
	"load",
	"memory",
	"run",
];
/// Bytes that a raw blob may have.
const MAX_BYTES: usize = 16 * 1024 * 1024;

/// Checks a raw blob. `max_pages` is the fixed maximum of its memory, `foreign` texts that it must
/// not contain (paths of the machine that built it).
pub fn check(wasm: &[u8], max_pages: u64, foreign: &[String]) -> Result<(), String> {
	if wasm.len() > MAX_BYTES {
		return Err(format!("{} bytes are more than {MAX_BYTES}", wasm.len()));
	}
	// Without BULK_MEMORY the validator refuses every bulk memory instruction. Wasmtime counts one
	// unit of fuel for each of them, whatever its length.
	let features = WasmFeatures::FLOATS
		| WasmFeatures::GC_TYPES
		| WasmFeatures::MUTABLE_GLOBAL
		| WasmFeatures::SIGN_EXTENSION
		| WasmFeatures::SATURATING_FLOAT_TO_INT
		| WasmFeatures::SIMD
		| WasmFeatures::RELAXED_SIMD;
	Validator::new_with_features(features)
		.validate_all(wasm)
		.map_err(|error| format!("not valid in the engine's profile: {error}"))?;

	let mut exports = Vec::new();
	let mut mutable = Vec::new();
	let mut globals = 0u32;
	let mut stack_pointer = None;
	for payload in Parser::new(0).parse_all(wasm) {
		match payload.map_err(text)? {
			Payload::ImportSection(section) => {
				let names: Vec<_> = section.into_iter().flatten().map(|i| i.name).collect();
				return Err(format!("imports {names:?}"));
			},
			Payload::StartSection { .. } => return Err("has a start function".into()),
			Payload::MemorySection(section) => {
				for memory in section {
					let memory = memory.map_err(text)?;
					if memory.maximum != Some(max_pages) {
						return Err(format!("memory may grow to {:?} pages", memory.maximum));
					}
				}
			},
			Payload::GlobalSection(section) => {
				for global in section {
					if global.map_err(text)?.ty.mutable {
						mutable.push(globals);
					}
					globals += 1;
				}
			},
			Payload::ExportSection(section) => {
				for export in section {
					let export = export.map_err(text)?;
					if export.name == "__stack_pointer" && export.kind == ExternalKind::Global {
						stack_pointer = Some(export.index);
					}
					exports.push(export.name);
				}
			},
			_ => {},
		}
	}
	exports.sort_unstable();
	if exports != EXPORTS {
		return Err(format!("exports {exports:?}, not {EXPORTS:?}"));
	}
	if stack_pointer.is_none() || mutable != Vec::from_iter(stack_pointer) {
		return Err(format!("mutable globals {mutable:?}, __stack_pointer is {stack_pointer:?}"));
	}
	for path in foreign.iter().filter(|path| !path.is_empty()) {
		if wasm.windows(path.len()).any(|window| window == path.as_bytes()) {
			return Err(format!("contains `{path}`"));
		}
	}
	Ok(())
}

fn text(error: impl std::fmt::Display) -> String {
	error.to_string()
}
