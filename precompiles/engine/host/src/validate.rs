//! Which bytes are an engine. Decided with the parser only, the same on every node.
//!
//! `set_engine` runs this inside a block, so it is consensus: it depends on nothing but the bytes
//! and the pinned release of wasmparser. It doesn't compile.

use crate::{
	failure::Detailed,
	profile::{COSTS, MAX_ENGINE_BYTES},
};
use opg_engine_abi::{limits::WASM_PAGE_BYTES, EngineError, ErrorCode, Limits};
use opg_engine_meter::{check::features, CALL_STACK, FUEL};
use wasmparser::{
	types::Types, ConstExpr, Data, DataKind, Element, ElementItems, ElementKind, ExternalKind,
	FuncValidatorAllocations, Operator, Parser, Payload, ValType, ValidPayload, Validator,
};

/// Why bytes are no engine: the `reason` of [`ErrorCode::EngineInvalid`]. Numbers never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
pub enum Reason {
	/// Longer than [`MAX_ENGINE_BYTES`].
	TooLarge = 1,
	/// No WebAssembly module, or one that uses more than the profile admits: only the MVP with
	/// mutable globals, sign extension, saturating conversions, multiple values and (relaxed) SIMD;
	/// no bulk-memory instruction, no table instruction, no threads, no 64-bit or second memory.
	NotAdmitted = 2,
	/// It imports something.
	Imports = 3,
	/// It has a start function. `init` is the only code that runs at instantiation.
	Start = 4,
	/// It doesn't have exactly one memory with a maximum.
	Memory = 5,
	/// Its memory's maximum is over the limit (`Limits::memory_pages`).
	MemoryTooLarge = 6,
	/// It doesn't have exactly three mutable globals, all exported: `__stack_pointer` (32 bits) and the
	/// counters `fuel` (64 bits) and `call_stack` (32 bits). A prepared image consists of memory and
	/// the first; the host fills the others.
	Globals = 7,
	/// An export is missing or has the wrong type.
	MissingExport = 8,
	/// An export that the interface doesn't have.
	ForeignExport = 9,
	/// Data that don't fit its memory as it starts, or elements that don't fit a table: it could not
	/// be instantiated.
	Segments = 10,
	/// `init` trapped, ran out of fuel or returned an error. Found when the engine is first used, not
	/// by [`validate`].
	Init = 11,
	/// Its code doesn't count fuel and call stack exactly as the profile says
	/// ([`opg_engine_meter::check`]).
	Counters = 12,
}

impl Reason {
	/// As an error of the engine.
	pub fn error(self) -> EngineError {
		EngineError::new(ErrorCode::EngineInvalid, &[self as u64])
	}

	/// As a fault that costs nothing.
	pub(crate) fn fault(self) -> Detailed {
		Detailed::free(ErrorCode::EngineInvalid, &[self as u64])
	}
}

/// The functions of the interface: name, parameters, results.
const FUNCTIONS: [(&str, &[ValType], &[ValType]); 5] = [
	("init", &[], &[ValType::I32]),
	("alloc", &[ValType::I32], &[ValType::I32]),
	("load", &[ValType::I32, ValType::I32, ValType::I32, ValType::I32], &[ValType::I64]),
	("run", &[ValType::I32, ValType::I32], &[ValType::I64]),
	("inspect", &[ValType::I32, ValType::I32], &[ValType::I64]),
];

/// The mutable globals.
const GLOBALS: [(&str, ValType); 3] =
	[("__stack_pointer", ValType::I32), (FUEL, ValType::I64), (CALL_STACK, ValType::I32)];

/// Immutable globals that rustc always has the linker export. Harmless, and not used.
const LINKER_GLOBALS: [&str; 2] = ["__data_end", "__heap_base"];

/// Checks that these bytes are an engine of profile 1.
///
/// # Errors
/// `EngineInvalid { reason }`, see [`Reason`].
pub fn validate(raw: &[u8]) -> Result<(), EngineError> {
	parse(raw).map_err(Reason::error)?;
	opg_engine_meter::check(raw, &COSTS).map_err(|_| Reason::Counters.error())
}

fn parse(raw: &[u8]) -> Result<(), Reason> {
	if raw.len() > MAX_ENGINE_BYTES as usize {
		return Err(Reason::TooLarge);
	}
	let mut validator = Validator::new_with_features(features());
	let mut allocations = FuncValidatorAllocations::default();
	let mut exports = Vec::new();
	let mut segments = Vec::new();
	for payload in Parser::new(0).parse_all(raw) {
		let payload = payload.map_err(|_| Reason::NotAdmitted)?;
		// Told apart before the validator sees them, so that the reason is a useful one.
		match &payload {
			Payload::ImportSection(section) if section.count() > 0 => return Err(Reason::Imports),
			Payload::StartSection { .. } => return Err(Reason::Start),
			Payload::ExportSection(section) => {
				for export in section.clone() {
					exports.push(export.map_err(|_| Reason::NotAdmitted)?);
				}
			},
			Payload::DataSection(section) => {
				for data in section.clone() {
					segments.push(Segment::of_data(&data.map_err(|_| Reason::NotAdmitted)?)?);
				}
			},
			Payload::ElementSection(section) => {
				for element in section.clone() {
					segments.push(Segment::of_element(&element.map_err(|_| Reason::NotAdmitted)?)?);
				}
			},
			_ => {},
		}
		match validator.payload(&payload).map_err(|_| Reason::NotAdmitted)? {
			ValidPayload::Func(function, body) => {
				let mut function = function.into_validator(allocations);
				function.validate(&body).map_err(|_| Reason::NotAdmitted)?;
				allocations = function.into_allocations();
			},
			ValidPayload::End(types) => return check(&types, &exports, &segments),
			ValidPayload::Ok => {},
			// A nested module: components aren't admitted, so this isn't reached.
			ValidPayload::Parser(_) => return Err(Reason::NotAdmitted),
		}
	}
	// Cut off before its end.
	Err(Reason::NotAdmitted)
}

/// What instantiation copies: data to the memory, or elements to a table.
struct Segment {
	/// The table; `None` for the memory.
	table: Option<u32>,
	/// First byte or element, and the number of them.
	offset: u32,
	len: u64,
}

impl Segment {
	fn of_data(data: &Data<'_>) -> Result<Self, Reason> {
		match &data.kind {
			// Another index than 0 doesn't pass the validator.
			DataKind::Active { offset_expr, .. } => Ok(Self {
				table: None,
				offset: constant(offset_expr)?,
				len: data.data.len() as u64,
			}),
			DataKind::Passive => Err(Reason::NotAdmitted),
		}
	}

	fn of_element(element: &Element<'_>) -> Result<Self, Reason> {
		let len = match &element.items {
			ElementItems::Functions(items) => u64::from(items.count()),
			ElementItems::Expressions(_, items) => u64::from(items.count()),
		};
		match &element.kind {
			ElementKind::Active { table_index, offset_expr } => {
				let table = Some(table_index.unwrap_or(0));
				Ok(Self { table, offset: constant(offset_expr)?, len })
			},
			ElementKind::Passive | ElementKind::Declared => Err(Reason::NotAdmitted),
		}
	}
}

/// The value of an offset: one constant. Without imports there is nothing else that it could be.
fn constant(expression: &ConstExpr<'_>) -> Result<u32, Reason> {
	match expression.get_operators_reader().read() {
		Ok(Operator::I32Const { value }) => Ok(value as u32),
		_ => Err(Reason::NotAdmitted),
	}
}

fn check(
	types: &Types,
	exports: &[wasmparser::Export<'_>],
	segments: &[Segment],
) -> Result<(), Reason> {
	let types = types.as_ref();
	if types.memory_count() != 1 {
		return Err(Reason::Memory);
	}
	match types.memory_at(0).maximum {
		None => return Err(Reason::Memory),
		Some(pages) if pages > u64::from(Limits::V1.memory_pages) => {
			return Err(Reason::MemoryTooLarge)
		},
		Some(_) => {},
	}

	for segment in segments {
		let room = match segment.table {
			// At most 16,384 pages, as just checked: the minimum isn't over the maximum.
			None => types.memory_at(0).initial.saturating_mul(u64::from(WASM_PAGE_BYTES)),
			Some(table) => types.table_at(table).initial,
		};
		if u64::from(segment.offset).saturating_add(segment.len) > room {
			return Err(Reason::Segments);
		}
	}

	let export = |name: &str, kind: ExternalKind| {
		exports.iter().find(|e| e.name == name && e.kind == kind).map(|e| e.index)
	};
	export("memory", ExternalKind::Memory).ok_or(Reason::MissingExport)?;
	for (name, params, results) in FUNCTIONS {
		let index = export(name, ExternalKind::Func).ok_or(Reason::MissingExport)?;
		let ty =
			types.get(types.core_function_at(index)).ok_or(Reason::MissingExport)?.unwrap_func();
		if ty.params() != params || ty.results() != results {
			return Err(Reason::MissingExport);
		}
	}

	let mut mutable = Vec::new();
	for (name, ty) in GLOBALS {
		let index = export(name, ExternalKind::Global).ok_or(Reason::Globals)?;
		if types.global_at(index).content_type != ty || mutable.contains(&index) {
			return Err(Reason::Globals);
		}
		mutable.push(index);
	}
	for index in 0..types.global_count() {
		if types.global_at(index).mutable != mutable.contains(&index) {
			return Err(Reason::Globals);
		}
	}

	for e in exports {
		let known = match e.kind {
			ExternalKind::Func => FUNCTIONS.iter().any(|(name, ..)| *name == e.name),
			ExternalKind::Memory => e.name == "memory",
			ExternalKind::Global => mutable.contains(&e.index) || LINKER_GLOBALS.contains(&e.name),
			_ => false,
		};
		if !known {
			return Err(Reason::ForeignExport);
		}
	}
	Ok(())
}
