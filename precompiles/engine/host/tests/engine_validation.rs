//! Which bytes are an engine.

mod common;

use common::{
	host,
	toy::{self, Parts},
	Engine,
};
use opg_engine_host::{profile::COSTS, validate::Reason, EngineHost, HostFailure, Lane};
use opg_engine_meter::Costs;
use wasm_encoder::{
	CodeSection, ConstExpr, CustomSection, DataSection, ElementSection, Elements, Encode,
	EntityType, ExportKind, ExportSection, Function, GlobalSection, GlobalType, ImportSection,
	Instruction, MemoryType, Module, RefType, Section, StartSection, TableSection, TableType,
	ValType,
};

fn verdict(wasm: &[u8]) -> Result<(), u64> {
	EngineHost::validate_engine(wasm).map_err(|error| error.args[0])
}

/// The toy, spoilt.
fn spoilt(spoil: impl FnOnce(&mut Parts)) -> Result<(), u64> {
	let mut parts = Parts::new();
	spoil(&mut parts);
	verdict(&parts.wasm())
}

fn refused(reason: Reason) -> Result<(), u64> {
	Err(reason as u64)
}

/// The toy with one more function made of these instructions.
fn with_code(instructions: &[Instruction<'_>]) -> Result<(), u64> {
	spoilt(|parts| {
		parts.functions.function(toy::NOTHING);
		let mut function = Function::new([]);
		for instruction in instructions {
			function.instruction(instruction);
		}
		function.instruction(&Instruction::End);
		parts.code.function(&function);
	})
}

#[test]
fn the_toy_is_one() {
	assert_eq!(spoilt(|_| {}), Ok(()));
	assert_eq!(with_code(&[Instruction::Nop]), Ok(()));
}

#[test]
fn nothing_but_the_profiles_instructions() {
	let zero = Instruction::I32Const(0);
	let three = [zero.clone(), zero.clone(), zero.clone()];
	let after = |i| [&three[..], &[i]].concat();
	for code in [
		after(Instruction::MemoryCopy { src_mem: 0, dst_mem: 0 }),
		after(Instruction::MemoryFill(0)),
		after(Instruction::MemoryInit { mem: 0, data_index: 0 }),
		vec![Instruction::DataDrop(0)],
		vec![Instruction::TableSize(0), Instruction::Drop],
		vec![Instruction::RefFunc(0), Instruction::Drop],
		vec![Instruction::ReturnCall(0)],
		vec![Instruction::AtomicFence],
	] {
		assert_eq!(with_code(&code), refused(Reason::NotAdmitted), "{code:?}");
	}
}

#[test]
fn no_imports_and_no_start_function() {
	let mut imports = ImportSection::new();
	imports.import("env", "now", EntityType::Function(0));
	let parts = Parts::new();
	let mut module = Module::new();
	module.section(&parts.types).section(&imports).section(&parts.functions);
	assert_eq!(verdict(&module.finish()), refused(Reason::Imports));

	let mut module = Module::new();
	module
		.section(&parts.types)
		.section(&parts.functions)
		.section(&parts.memories)
		.section(&parts.globals)
		.section(&parts.exports)
		.section(&StartSection { function_index: 0 });
	assert_eq!(verdict(&module.finish()), refused(Reason::Start));
}

#[test]
fn one_memory_with_a_maximum_within_the_limit() {
	let with = |memory: MemoryType| {
		spoilt(|parts| {
			parts.memories = wasm_encoder::MemorySection::new();
			parts.memories.memory(memory);
		})
	};
	assert_eq!(with(toy::memory(3, Some(16_384))), Ok(()));
	assert_eq!(with(toy::memory(3, None)), refused(Reason::Memory));
	assert_eq!(with(toy::memory(3, Some(16_385))), refused(Reason::MemoryTooLarge));
	let shared = MemoryType { shared: true, ..toy::memory(3, Some(64)) };
	assert_eq!(with(shared), refused(Reason::NotAdmitted));
	let long = MemoryType { memory64: true, ..toy::memory(3, Some(64)) };
	assert_eq!(with(long), refused(Reason::NotAdmitted));
	let two = spoilt(|parts| {
		parts.memories.memory(toy::memory(1, Some(1)));
	});
	assert_eq!(two, refused(Reason::NotAdmitted));
}

#[test]
fn no_mutable_global_but_the_stack_pointer_and_the_counters() {
	let constant = || ConstExpr::i32_const(0);
	let another = |mutable| {
		spoilt(|parts| {
			parts.globals.global(toy::global(mutable), &constant());
		})
	};
	assert_eq!(another(false), Ok(()));
	assert_eq!(another(true), refused(Reason::Globals));
	let frozen = spoilt(|parts| {
		parts.globals = GlobalSection::new();
		parts.globals.global(toy::global(false), &constant());
	});
	assert_eq!(frozen, refused(Reason::Globals));
	let wide = spoilt(|parts| {
		parts.globals = GlobalSection::new();
		let ty = GlobalType { val_type: ValType::I64, ..toy::global(true) };
		parts.globals.global(ty, &ConstExpr::i64_const(0));
	});
	assert_eq!(wide, refused(Reason::Globals));
}

#[test]
fn the_counters_and_what_they_count() {
	// None at all; then two of them that count nothing; then those of other costs.
	assert_eq!(verdict(&Parts::new().plain()), refused(Reason::Globals));
	let mut idle = Parts::new();
	for (index, name, val_type, zero) in [
		(1, "fuel", ValType::I64, ConstExpr::i64_const(0)),
		(2, "call_stack", ValType::I32, ConstExpr::i32_const(0)),
	] {
		idle.globals.global(GlobalType { val_type, ..toy::global(true) }, &zero);
		idle.exports.export(name, ExportKind::Global, index);
	}
	assert_eq!(verdict(&idle.plain()), refused(Reason::Counters));
	for costs in [Costs { entry: 2, ..COSTS }, Costs { page: 1, ..COSTS }] {
		let wasm = opg_engine_meter::instrument(&Parts::new().plain(), &costs).expect("valid");
		assert_eq!(verdict(&wasm), refused(Reason::Counters));
	}
	assert_eq!(verdict(&opg_engine_blob::ENGINE_V1.wasm()), Ok(()));
}

#[test]
fn the_exports_of_the_interface_and_no_others() {
	let functions = ["init", "alloc", "load", "run", "inspect"];
	let exporting = |change: fn(&str) -> (&str, u32)| {
		spoilt(|parts| {
			parts.exports = ExportSection::new();
			parts.exports.export("memory", ExportKind::Memory, 0);
			parts.exports.export("__stack_pointer", ExportKind::Global, 0);
			for (index, name) in (0..).zip(functions) {
				let (name, offset) = change(name);
				parts.exports.export(name, ExportKind::Func, (index + offset) % 5);
			}
		})
	};
	assert_eq!(exporting(|name| (name, 0)), Ok(()));
	// Other names, and other types.
	assert_eq!(
		exporting(|n| (if n == "run" { "go" } else { n }, 0)),
		refused(Reason::MissingExport)
	);
	assert_eq!(exporting(|n| (n, u32::from(n == "run"))), Ok(()));
	assert_eq!(exporting(|n| (n, u32::from(n == "load"))), refused(Reason::MissingExport));
	let more = spoilt(|parts| {
		parts.exports.export("clock", ExportKind::Func, 0);
	});
	assert_eq!(more, refused(Reason::ForeignExport));
	let linker = spoilt(|parts| {
		parts.globals.global(toy::global(false), &ConstExpr::i32_const(0));
		parts.exports.export("__heap_base", ExportKind::Global, 1);
	});
	assert_eq!(linker, Ok(()));
}

#[test]
fn no_passive_data() {
	let passive = spoilt(|parts| {
		parts.data = DataSection::new();
		parts.data.passive([1, 2, 3]);
	});
	assert_eq!(passive, refused(Reason::NotAdmitted));
}

#[test]
fn whole_modules_of_the_right_size() {
	let wasm = toy::wasm();
	for cut in [0, 4, 8, 100, wasm.len() - 1] {
		assert!(verdict(&wasm[..cut]).is_err(), "{cut}");
	}
	assert_eq!(verdict(b"\0asm\x0d\0\x01\0"), refused(Reason::NotAdmitted));
	let padded = |len: usize| {
		let mut wasm = toy::wasm();
		let data = vec![0u8; len];
		let section = CustomSection { name: "x".into(), data: (&data[..]).into() };
		wasm.push(section.id());
		section.encode(&mut wasm);
		verdict(&wasm)
	};
	assert_eq!(padded(16 * 1024 * 1024 - 10_000), Ok(()));
	assert_eq!(padded(16 * 1024 * 1024), refused(Reason::TooLarge));
}

#[test]
fn what_only_shows_when_it_starts_is_a_typed_fault_too() {
	let parts = || {
		let mut parts = Parts::new();
		parts.code = CodeSection::new();
		parts
	};
	// `init` answers 1, or traps; the others are never called.
	let bodies: [&[Instruction<'_>]; 2] =
		[&[Instruction::I32Const(1)], &[Instruction::Unreachable]];
	for body in bodies {
		let mut parts = parts();
		for index in 0..6 {
			let mut function = Function::new([]);
			let body = if index == 0 { body } else { &[Instruction::Unreachable] };
			for instruction in body {
				function.instruction(instruction);
			}
			function.instruction(&Instruction::End);
			parts.code.function(&function);
		}
		starts_badly(&parts.wasm());
	}
}

#[test]
fn data_and_elements_fit() {
	let data = |offset: i32, len: usize| {
		spoilt(|parts| {
			parts.data.active(0, &ConstExpr::i32_const(offset), vec![7; len]);
		})
	};
	let end = toy::PAGES.0 as i32 * 65_536;
	assert_eq!(data(end - 5, 5), Ok(()));
	for (offset, len) in [(end - 5, 6), (end + 1, 0), (-4, 5), (i32::MIN, 1)] {
		assert_eq!(data(offset, len), refused(Reason::Segments), "{offset} {len}");
	}
	let elements = |minimum: u64, offset: i32| {
		let mut tables = TableSection::new();
		tables.table(TableType {
			element_type: RefType::FUNCREF,
			minimum,
			maximum: None,
			table64: false,
			shared: false,
		});
		let mut elements = ElementSection::new();
		let functions = Elements::Functions(vec![0, 1].into());
		elements.active(None, &ConstExpr::i32_const(offset), functions);
		let parts = Parts::new();
		let mut module = Module::new();
		module
			.section(&parts.types)
			.section(&parts.functions)
			.section(&tables)
			.section(&parts.memories)
			.section(&parts.globals)
			.section(&parts.exports)
			.section(&elements)
			.section(&parts.code)
			.section(&parts.data);
		verdict(&toy::counted(&module.finish()))
	};
	assert_eq!(elements(2, 0), Ok(()));
	assert_eq!(elements(2, 1), refused(Reason::Segments));
	assert_eq!(elements(1, 0), refused(Reason::Segments));
	assert_eq!(elements(2, -1), refused(Reason::Segments));
}

fn starts_badly(wasm: &[u8]) {
	assert_eq!(verdict(wasm), Ok(()));
	let (host, engine) = (host(), Engine::new(wasm));
	let failure = host.prepare_engine(&engine.engine, &mut engine.source());
	assert_eq!(failure, Err(HostFailure::Engine(Reason::Init.error())));
	let fault = common::load_in(&host, Lane::Consensus, &engine, &[0]).expect("no failure");
	assert_eq!(fault.expect_err("can't start").fault.error, Reason::Init.error());
}

#[test]
fn invalid_bytes_in_state_are_a_typed_fault() {
	let (host, engine) = (host(), Engine::new(b"no wasm"));
	let fault = common::load_in(&host, Lane::Consensus, &engine, &[0]).expect("no failure");
	assert_eq!(fault.expect_err("is no engine").fault.error, Reason::NotAdmitted.error());
	let verdict = EngineHost::check_engine(&engine.engine, &mut engine.source());
	assert_eq!(verdict, Err(Reason::NotAdmitted.error()));
}
