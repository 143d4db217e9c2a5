//! A small engine that keeps the interface and does what the first byte of its model (in `load`) or
//! of its inputs (in `run`) says.

use super::Engine;
use opg_engine_host::profile::COSTS;
use wasm_encoder::{
	BlockType, CodeSection, ConstExpr, DataSection, ExportKind, ExportSection, Function,
	FunctionSection, GlobalSection, GlobalType, Instruction, InstructionSink, MemArg,
	MemorySection, MemoryType, Module, TypeSection, ValType,
};

/// Answers like a good engine: no inputs and outputs; a run returns how often this instance ran.
pub const FINE: u8 = 0;
/// Never ends.
pub const ENDLESS: u8 = 1;
/// `unreachable`.
pub const PANIC: u8 = 2;
/// Grows its memory until it is refused, then `unreachable`.
pub const GREEDY: u8 = 3;
/// Answers with a place beyond its memory.
pub const WILD: u8 = 4;
/// Refuses with `RunFailed`.
pub const REFUSE: u8 = 5;
/// Calls itself without end.
pub const DEEP: u8 = 6;
/// Reads beyond its memory.
pub const OUTSIDE: u8 = 7;
/// Divides by zero.
pub const DIVIDE: u8 = 8;
/// Answers with bytes that are no encoding.
pub const GARBLED: u8 = 9;
/// Grows by 16 pages, writes to the last one, and then is [`FINE`].
pub const LARGE: u8 = 10;

/// Pages of the toy's memory: at first, and at most.
pub const PAGES: (u64, u64) = (3, 64);

const ANSWERS: i32 = 1024;
const LOADED: &[u8] = &[0, 0, 0];
/// `Ok(vec![Tensor { Uint8, [1], [counter] }])`; the counter is the last byte.
const RAN: &[u8] = &[0, 4, 2, 4, 1, 0, 0, 0, 4, 0];
/// `Err(Refusal { RunFailed, [0; 4], "" })`.
const REFUSED: [u8; 35] = {
	let mut bytes = [0; 35];
	bytes[0] = 1;
	bytes[1] = 37;
	bytes
};
const NONSENSE: &[u8] = &[7, 7, 7];

fn at(offset: u64) -> MemArg {
	MemArg { offset, align: 0, memory_index: 0 }
}

/// The parts of the module, for tests that spoil one.
pub struct Parts {
	pub types: TypeSection,
	pub functions: FunctionSection,
	pub memories: MemorySection,
	pub globals: GlobalSection,
	pub exports: ExportSection,
	pub code: CodeSection,
	pub data: DataSection,
}

/// Index of the first function that a test adds.
pub const NEXT_FUNCTION: u32 = 6;
/// Type () -> ().
pub const NOTHING: u32 = 5;

impl Parts {
	pub fn new() -> Self {
		let mut types = TypeSection::new();
		let i32s = |n: usize| vec![ValType::I32; n];
		types.ty().function(i32s(0), i32s(1));
		types.ty().function(i32s(1), i32s(1));
		types.ty().function(i32s(4), [ValType::I64]);
		types.ty().function(i32s(2), [ValType::I64]);
		types.ty().function(i32s(1), [ValType::I64]);
		types.ty().function([], []);

		let mut functions = FunctionSection::new();
		for ty in [0, 1, 2, 3, 3, 4] {
			functions.function(ty);
		}

		let mut memories = MemorySection::new();
		memories.memory(memory(PAGES.0, Some(PAGES.1)));

		let mut globals = GlobalSection::new();
		globals.global(global(true), &ConstExpr::i32_const(65_536));

		let mut exports = ExportSection::new();
		exports.export("memory", ExportKind::Memory, 0);
		exports.export("__stack_pointer", ExportKind::Global, 0);
		for (index, name) in ["init", "alloc", "load", "run", "inspect"].iter().enumerate() {
			exports.export(name, ExportKind::Func, index as u32);
		}

		let mut code = CodeSection::new();
		for function in [init(), alloc(), load(), run(), run(), act()] {
			code.function(&function);
		}

		let mut data = DataSection::new();
		let mut answers = Vec::new();
		for answer in [LOADED, RAN, &REFUSED[..], NONSENSE] {
			answers.extend_from_slice(answer);
			answers.resize(answers.len().next_multiple_of(64), 0);
		}
		data.active(0, &ConstExpr::i32_const(ANSWERS), answers);
		Self { types, functions, memories, globals, exports, code, data }
	}

	pub fn module(&self) -> Module {
		let mut module = Module::new();
		module
			.section(&self.types)
			.section(&self.functions)
			.section(&self.memories)
			.section(&self.globals)
			.section(&self.exports)
			.section(&self.code)
			.section(&self.data);
		module
	}

	/// Without counters.
	pub fn plain(&self) -> Vec<u8> {
		self.module().finish()
	}

	/// With counters if it can have them; a module that is spoilt beyond that stays as it is.
	pub fn wasm(&self) -> Vec<u8> {
		counted(&self.plain())
	}
}

pub fn memory(minimum: u64, maximum: Option<u64>) -> MemoryType {
	MemoryType { minimum, maximum, memory64: false, shared: false, page_size_log2: None }
}

pub fn global(mutable: bool) -> GlobalType {
	GlobalType { val_type: ValType::I32, mutable, shared: false }
}

/// The module with counters if it can have them.
pub fn counted(wasm: &[u8]) -> Vec<u8> {
	opg_engine_meter::instrument(wasm, &COSTS).unwrap_or_else(|_| wasm.to_vec())
}

/// The raw toy.
pub fn wasm() -> Vec<u8> {
	Parts::new().wasm()
}

/// The toy as it lies in state.
pub fn engine() -> Engine {
	Engine::new(&wasm())
}

fn function(locals: u32, body: impl FnOnce(&mut InstructionSink<'_>)) -> Function {
	let mut function = Function::new([(locals, ValType::I32)]);
	body(&mut function.instructions());
	function.instruction(&Instruction::End);
	function
}

/// The allocator's next address lies at 8, the counter of runs at 12.
fn init() -> Function {
	function(0, |f| {
		f.i32_const(8).i32_const(65_536).i32_store(at(0)).i32_const(0);
	})
}

fn alloc() -> Function {
	function(0, |f| {
		f.i32_const(8).i32_load(at(0));
		f.i32_const(8).i32_const(8).i32_load(at(0)).local_get(0).i32_add().i32_store(at(0));
	})
}

fn load() -> Function {
	function(0, |f| {
		act_first(f, 2);
		answer(f, 0, LOADED.len());
	})
}

fn run() -> Function {
	function(0, |f| {
		act_first(f, 0);
		f.i32_const(12).i32_const(12).i32_load(at(0)).i32_const(1).i32_add().i32_store(at(0));
		f.i32_const(ANSWERS + 64 + RAN.len() as i32 - 1);
		f.i32_const(12).i32_load(at(0)).i32_store8(at(0));
		answer(f, 1, RAN.len());
	})
}

/// Does what the first byte at the parameter says; what isn't 0 is the answer.
fn act_first(f: &mut InstructionSink<'_>, parameter: u32) {
	let call = |f: &mut InstructionSink<'_>| {
		f.local_get(parameter).i32_load8_u(at(0)).call(5);
	};
	call(f);
	f.i64_eqz().i32_eqz().if_(BlockType::Empty);
	call(f);
	f.return_().end();
}

fn answer(f: &mut InstructionSink<'_>, slot: i64, len: usize) {
	f.i64_const((i64::from(ANSWERS) + slot * 64) << 32 | len as i64);
}

/// `act(what) -> answer or 0`.
fn act() -> Function {
	let mut function = Function::new([(1, ValType::I32)]);
	let f = &mut function.instructions();
	let mut case = |what: u8, body: &dyn Fn(&mut InstructionSink<'_>)| {
		f.local_get(0).i32_const(i32::from(what)).i32_eq().if_(BlockType::Empty);
		body(f);
		f.end();
	};
	case(ENDLESS, &|f| {
		f.loop_(BlockType::Empty).br(0).end();
	});
	case(PANIC, &|f| {
		f.unreachable();
	});
	case(GREEDY, &|f| {
		f.loop_(BlockType::Empty);
		f.i32_const(1).memory_grow(0).i32_const(-1).i32_ne().br_if(0).end().unreachable();
	});
	case(WILD, &|f| {
		f.i64_const(0x7fff_ffff_0000_0010).return_();
	});
	case(REFUSE, &|f| {
		answer(f, 2, REFUSED.len());
		f.return_();
	});
	case(DEEP, &|f| {
		f.local_get(0).call(5).return_();
	});
	case(OUTSIDE, &|f| {
		f.i32_const(-8).i32_load(at(0)).drop();
	});
	case(DIVIDE, &|f| {
		f.i32_const(1).local_get(1).i32_div_u().drop();
	});
	case(GARBLED, &|f| {
		answer(f, 3, NONSENSE.len());
		f.return_();
	});
	case(LARGE, &|f| {
		f.i32_const(16).memory_grow(0).i32_const(65_536).i32_mul().i32_const(0xf_fff0).i32_add();
		f.i32_const(77).i32_store(at(0));
	});
	f.i64_const(0).end();
	function
}
