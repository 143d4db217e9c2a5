//! The pass. What it doesn't change it copies byte by byte.

use crate::{
	body::{calls, frame_units, opens, with_returns, Body},
	check::features,
	plan::plan,
	Costs, Error, CALL_STACK, FUEL,
};
use std::collections::BTreeMap;
use wasm_encoder::{
	BlockType, CodeSection, ConstExpr, Encode, ExportKind, ExportSection, Function, GlobalSection,
	GlobalType, Module, RawSection, TypeSection, ValType,
};
use wasmparser::{BinaryReader, ExternalKind, FuncType, Operator, Parser, Payload, TypeRef};

const TYPES: u8 = 1;
const GLOBALS: u8 = 6;
const EXPORTS: u8 = 7;
const CODE: u8 = 10;
const DATA_COUNT: u8 = 12;

/// Functions that an engine may define in place of the compiler's: rustc exports everything that has
/// a name in C, and an engine's interface has none of these.
const LIBRARY: [&str; 3] = ["memcpy", "memmove", "memset"];

/// Gives a module counters. Custom sections and the exports of [`LIBRARY`] functions are left out.
///
/// # Errors
/// [`Error::Invalid`] if the module isn't valid with the features of profile 1, and
/// [`Error::Counters`] if it already exports one of their names.
pub fn instrument(wasm: &[u8], costs: &Costs) -> Result<Vec<u8>, Error> {
	wasmparser::Validator::new_with_features(features()).validate_all(wasm)?;
	let mut pass = Pass::default();
	let mut sections = BTreeMap::new();
	let mut bodies = Vec::new();
	for payload in Parser::new(0).parse_all(wasm) {
		let payload = payload?;
		let content = payload.as_section().and_then(|(_, range)| wasm.get(range));
		match &payload {
			Payload::TypeSection(section) => {
				for ty in section.clone().into_iter_err_on_gc_types() {
					pass.signatures.push(ty?);
				}
				pass.types.read(content)?;
			},
			Payload::ImportSection(section) => {
				for import in section.clone() {
					pass.global_count += u32::from(matches!(import?.ty, TypeRef::Global(_)));
				}
			},
			Payload::FunctionSection(section) => {
				pass.functions = section.clone().into_iter().collect::<Result<_, _>>()?;
			},
			Payload::GlobalSection(section) => {
				pass.global_count += section.count();
				pass.globals.read(content)?;
			},
			Payload::ExportSection(section) => {
				for export in section.clone() {
					let export = export?;
					if [FUEL, CALL_STACK].contains(&export.name) {
						return Err(Error::Counters("the module exports their names"));
					}
					if !LIBRARY.contains(&export.name) {
						pass.exports.export(export.name, kind(export.kind)?, export.index);
					}
				}
			},
			Payload::CodeSectionEntry(body) => bodies.push(Body::read(body)?),
			_ => {},
		}
		if let Some((id, range)) = payload.as_section() {
			// Custom sections have the id 0. The number of data segments only serves bulk memory.
			if id != 0 && id != DATA_COUNT {
				sections.insert(id, wasm.get(range).unwrap_or_default().to_vec());
			}
		}
	}

	let counters = (pass.global_count, pass.global_count + 1);
	let mut added = GlobalSection::new();
	let global = |val_type| GlobalType { val_type, mutable: true, shared: false };
	added.global(global(ValType::I64), &ConstExpr::i64_const(0));
	added.global(global(ValType::I32), &ConstExpr::i32_const(0));
	pass.globals.append(&content(&added))?;
	pass.exports.export(FUEL, ExportKind::Global, counters.0);
	pass.exports.export(CALL_STACK, ExportKind::Global, counters.1);
	let mut code = CodeSection::new();
	for (index, body) in bodies.into_iter().enumerate() {
		code.function(&pass.function(index, wasm, body, costs, counters)?);
	}
	if !code.is_empty() {
		sections.insert(CODE, content(&code));
	}
	sections.insert(TYPES, pass.types.content());
	sections.insert(GLOBALS, pass.globals.content());
	sections.insert(EXPORTS, content(&pass.exports));
	// In the order of their ids, which is that of the format but for the number of data segments.
	let mut module = Module::new();
	for (id, data) in &sections {
		module.section(&RawSection { id: *id, data });
	}
	Ok(module.finish())
}

/// The content of a section, without the length in front.
fn content(section: &impl Encode) -> Vec<u8> {
	let mut bytes = Vec::new();
	section.encode(&mut bytes);
	let length = bytes.iter().take_while(|byte| **byte & 0x80 != 0).count() + 1;
	bytes.split_off(length)
}

fn kind(kind: ExternalKind) -> Result<ExportKind, Error> {
	match kind {
		ExternalKind::Func => Ok(ExportKind::Func),
		ExternalKind::Table => Ok(ExportKind::Table),
		ExternalKind::Memory => Ok(ExportKind::Memory),
		ExternalKind::Global => Ok(ExportKind::Global),
		ExternalKind::Tag => Err(Error::Invalid("a tag is exported".into())),
	}
}

fn value_type(ty: wasmparser::ValType) -> Result<ValType, Error> {
	match ty {
		wasmparser::ValType::I32 => Ok(ValType::I32),
		wasmparser::ValType::I64 => Ok(ValType::I64),
		wasmparser::ValType::F32 => Ok(ValType::F32),
		wasmparser::ValType::F64 => Ok(ValType::F64),
		wasmparser::ValType::V128 => Ok(ValType::V128),
		wasmparser::ValType::Ref(_) => Err(Error::Invalid("a reference".into())),
	}
}

/// The entries of a section, as they are.
#[derive(Default)]
struct Entries {
	count: u32,
	bytes: Vec<u8>,
}

impl Entries {
	/// Takes a section's content.
	fn read(&mut self, content: Option<&[u8]>) -> Result<(), Error> {
		self.append(content.unwrap_or_default())
	}

	/// Adds the entries of a section's content.
	fn append(&mut self, content: &[u8]) -> Result<(), Error> {
		let mut reader = BinaryReader::new(content, 0);
		self.count = self.count.saturating_add(reader.read_var_u32()?);
		let start = reader.original_position();
		self.bytes.extend_from_slice(content.get(start..).unwrap_or_default());
		Ok(())
	}

	fn content(&self) -> Vec<u8> {
		let mut bytes = Vec::new();
		self.count.encode(&mut bytes);
		bytes.extend_from_slice(&self.bytes);
		bytes
	}
}

#[derive(Default)]
struct Pass {
	types: Entries,
	signatures: Vec<FuncType>,
	/// Types of the functions with a body.
	functions: Vec<u32>,
	globals: Entries,
	global_count: u32,
	exports: ExportSection,
}

impl Pass {
	/// The type of a block with a function's results.
	fn block_type(&mut self, results: &[wasmparser::ValType]) -> Result<BlockType, Error> {
		if results.is_empty() {
			return Ok(BlockType::Empty);
		}
		if let [result] = results {
			return Ok(BlockType::Result(value_type(*result)?));
		}
		let there =
			self.signatures.iter().position(|ty| ty.params().is_empty() && ty.results() == results);
		let index = match there {
			Some(index) => index,
			None => {
				let mut added = TypeSection::new();
				let types = results.iter().map(|ty| value_type(*ty)).collect::<Result<Vec<_>, _>>();
				added.ty().function([], types?);
				self.types.append(&content(&added))?;
				self.signatures.push(FuncType::new([], results.iter().copied()));
				self.signatures.len() - 1
			},
		};
		// A valid module has at most a million types.
		Ok(BlockType::FunctionType(index as u32))
	}

	fn function(
		&mut self,
		index: usize,
		wasm: &[u8],
		body: Body<'_>,
		costs: &Costs,
		(fuel, call_stack): (u32, u32),
	) -> Result<Function, Error> {
		let lost = || Error::Invalid("a function without a type".into());
		let ty = *self.functions.get(index).ok_or_else(lost)?;
		let signature = self.signatures.get(ty as usize).ok_or_else(lost)?.clone();
		let units = frame_units(signature.params(), &body.locals);
		let pages = signature.params().len() as u32 + body.local_count();
		let places = body.places;
		let operators = with_returns(body.operators);
		let framed = calls(&operators);

		let mut locals = Vec::new();
		for (count, ty) in &body.locals {
			locals.push((*count, value_type(*ty)?));
		}
		if operators.iter().any(|o| matches!(o, Operator::MemoryGrow { .. })) {
			locals.push((1, ValType::I32));
		}
		let mut function = Function::new(locals);
		let charges = plan(&operators, costs);
		let mut charges = charges.iter().peekable();
		let mut nesting = 0u32;
		for (at, (operator, place)) in operators.iter().zip(places).enumerate() {
			let mut code = function.instructions();
			if let Some(charge) = charges.next_if(|charge| charge.at == at) {
				let cost = i64::try_from(charge.cost)
					.map_err(|_| Error::Counters("the costs are too high"))?;
				code.global_get(fuel).i64_const(cost).i64_sub().global_set(fuel);
				if charge.looks {
					code.global_get(fuel).i64_const(0).i64_lt_s();
					code.if_(BlockType::Empty).unreachable().end();
				}
			}
			if at == 0 && framed {
				code.global_get(call_stack).i32_const(units).i32_sub().global_set(call_stack);
				code.global_get(call_stack).i32_const(0).i32_lt_s();
				code.if_(BlockType::Empty).unreachable().end();
				code.block(self.block_type(signature.results())?);
			}
			if opens(operator) {
				nesting = nesting.saturating_add(1);
			}
			match operator {
				Operator::Return if framed => {
					code.br(nesting);
					continue;
				},
				// It may have been a branch to the function's own label.
				Operator::Return => {
					code.return_();
					continue;
				},
				Operator::End if nesting == 0 && framed => {
					code.end();
					code.global_get(call_stack).i32_const(units).i32_add().global_set(call_stack);
				},
				Operator::End => nesting = nesting.saturating_sub(1),
				Operator::MemoryGrow { .. } => {
					code.local_set(pages).global_get(fuel).local_get(pages).i64_extend_i32_u();
					code.i64_const(costs.page as i64).i64_mul().i64_sub().global_set(fuel);
					code.global_get(fuel).i64_const(0).i64_lt_s();
					code.if_(BlockType::Empty).unreachable().end().local_get(pages);
				},
				_ => {},
			}
			function.raw(wasm.get(place).unwrap_or_default().iter().copied());
		}
		Ok(function)
	}
}
