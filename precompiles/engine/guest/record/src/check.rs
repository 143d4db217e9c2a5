//! What a blob must be, whatever the compiler did.

use opg_engine_meter::{check::features, cost::PROFILE_1, CALL_STACK, FUEL};
use wasmparser::{ExternalKind, Parser, Payload, Validator};

/// Exports, sorted. rustc exports the two constants `__data_end` and `__heap_base` on its own.
const EXPORTS: [&str; 11] = [
	"__data_end",
	"__heap_base",
	STACK_POINTER,
	"alloc",
	CALL_STACK,
	FUEL,
	"init",
	"inspect",
	"load",
	"memory",
	"run",
];
/// The shadow stack's pointer, which a prepared image keeps.
const STACK_POINTER: &str = "__stack_pointer";
/// Bytes that a raw blob may have.
const MAX_BYTES: usize = 16 * 1024 * 1024;

/// Checks a raw blob. `max_pages` is the fixed maximum of its memory, `foreign` texts that it must
/// not contain (paths of the machine that built it).
pub fn check(wasm: &[u8], max_pages: u64, foreign: &[String]) -> Result<(), String> {
	if wasm.len() > MAX_BYTES {
		return Err(format!("{} bytes are more than {MAX_BYTES}", wasm.len()));
	}
	// No bulk memory instruction is admitted: one unit of fuel can't pay for any length.
	Validator::new_with_features(features())
		.validate_all(wasm)
		.map_err(|error| format!("not valid in the engine's profile: {error}"))?;
	opg_engine_meter::check(wasm, &PROFILE_1).map_err(text)?;

	let mut exports = Vec::new();
	let mut mutable = Vec::new();
	let mut globals = 0u32;
	let mut kept = Vec::new();
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
					if [STACK_POINTER, FUEL, CALL_STACK].contains(&export.name)
						&& export.kind == ExternalKind::Global
					{
						kept.push(export.index);
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
	kept.sort_unstable();
	if kept.len() != 3 || mutable != kept {
		return Err(format!("mutable globals {mutable:?}, but the exported ones are {kept:?}"));
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
