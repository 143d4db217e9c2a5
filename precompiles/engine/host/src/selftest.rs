//! Whether this machine computes what the profile says.
//!
//! Every relaxed SIMD instruction has one exact meaning under profile 1 (WebAssembly 3.0,
//! deterministic profile), and every NaN that arithmetic makes is the canonical one. The test runs
//! each instruction once, on operands where implementations are known to differ, and compares all
//! bits. A node runs it at its start; one that fails must not author.

use crate::{failure::HostFailure, limiter::MemoryLimiter};
use wasmtime::{Engine, Linker, Module, Store};

type Vector = [u8; 16];

struct Case {
	name: &'static str,
	/// Number of the instruction after the prefix 0xFD.
	opcode: u32,
	operands: Vec<Vector>,
	expected: Vector,
}

fn f32s(bits: [u32; 4]) -> Vector {
	lanes(bits.map(u32::to_le_bytes))
}

fn f64s(bits: [u64; 2]) -> Vector {
	lanes(bits.map(u64::to_le_bytes))
}

fn i16s(values: [i16; 8]) -> Vector {
	lanes(values.map(i16::to_le_bytes))
}

fn lanes<const N: usize, const M: usize>(lanes: [[u8; N]; M]) -> Vector {
	let mut vector = Vector::default();
	for (to, from) in vector.iter_mut().zip(lanes.as_flattened()) {
		*to = *from;
	}
	vector
}

/// 1 + 2⁻¹², whose square needs 25 bits.
const A32: u32 = 0x3f80_0800;
/// 1 + 2⁻¹¹, that square without its last bit.
const B32: u32 = 0x3f80_1000;
/// 2⁻²⁴, what only a fused operation keeps.
const FUSED32: u32 = 0x3380_0000;
/// 1 + 2⁻²⁷ and 1 + 2⁻²⁶, and 2⁻⁵⁴: the same for 64 bits.
const A64: u64 = 0x3ff0_0000_0200_0000;
const B64: u64 = 0x3ff0_0000_0400_0000;
const FUSED64: u64 = 0x3c90_0000_0000_0000;
const ONE32: u32 = 0x3f80_0000;
const ONE64: u64 = 0x3ff0_0000_0000_0000;
const NEGATIVE32: u32 = 1 << 31;
const NEGATIVE64: u64 = 1 << 63;
/// The canonical NaNs, and NaNs with a sign and a payload.
const NAN32: u32 = 0x7fc0_0000;
const NAN64: u64 = 0x7ff8_0000_0000_0000;
const ODD_NAN32: u32 = 0xffc1_2345;
const SIGNALLING32: u32 = 0x7fa0_0001;
const ODD_NAN64: u64 = 0xfff8_0000_0001_2345;
const INFINITY32: u32 = 0x7f80_0000;
const INFINITY64: u64 = 0x7ff0_0000_0000_0000;

fn cases() -> Vec<Case> {
	let mut cases = Vec::new();
	let mut case = |name, opcode, operands: &[Vector], expected| {
		cases.push(Case { name, opcode, operands: operands.to_vec(), expected });
	};

	// Fused multiply-add: one rounding; infinity × 0 and NaN operands give the canonical NaN.
	let a = f32s([A32, INFINITY32, ODD_NAN32, A32]);
	let b = f32s([A32, 0, ONE32, A32]);
	case(
		"f32x4.relaxed_madd",
		0x105,
		&[a, b, f32s([B32 | NEGATIVE32, ONE32, ONE32, SIGNALLING32])],
		f32s([FUSED32, NAN32, NAN32, NAN32]),
	);
	case(
		"f32x4.relaxed_nmadd",
		0x106,
		&[a, b, f32s([B32, ONE32, ONE32, SIGNALLING32])],
		f32s([FUSED32 | NEGATIVE32, NAN32, NAN32, NAN32]),
	);
	let (a, b) = (f64s([A64, INFINITY64]), f64s([A64, 0]));
	case(
		"f64x2.relaxed_madd",
		0x107,
		&[a, b, f64s([B64 | NEGATIVE64, ONE64])],
		f64s([FUSED64, NAN64]),
	);
	case(
		"f64x2.relaxed_nmadd",
		0x108,
		&[a, b, f64s([B64, ONE64])],
		f64s([FUSED64 | NEGATIVE64, NAN64]),
	);

	// Minimum and maximum: NaN wins and is canonical, −0 is less than +0.
	let (a, b) = (f32s([0, NEGATIVE32, ODD_NAN32, ONE32]), f32s([NEGATIVE32, 0, ONE32, ODD_NAN32]));
	case("f32x4.relaxed_min", 0x10d, &[a, b], f32s([NEGATIVE32, NEGATIVE32, NAN32, NAN32]));
	case("f32x4.relaxed_max", 0x10e, &[a, b], f32s([0, 0, NAN32, NAN32]));
	let (a, b) = (f64s([0, ODD_NAN64]), f64s([NEGATIVE64, ONE64]));
	case("f64x2.relaxed_min", 0x10f, &[a, b], f64s([NEGATIVE64, NAN64]));
	case("f64x2.relaxed_max", 0x110, &[a, b], f64s([0, NAN64]));

	// Conversions: saturating, NaN gives 0.
	let big = f32s([0x4f80_0000, 0xcf80_0000, ODD_NAN32, 0x4070_0000]);
	case(
		"i32x4.relaxed_trunc_f32x4_s",
		0x101,
		&[big],
		f32s([i32::MAX as u32, i32::MIN as u32, 0, 3]),
	);
	case("i32x4.relaxed_trunc_f32x4_u", 0x102, &[big], f32s([u32::MAX, 0, 0, 3]));
	let big = f64s([0x41f0_0000_0000_0000, ODD_NAN64]);
	case("i32x4.relaxed_trunc_f64x2_s_zero", 0x103, &[big], f32s([i32::MAX as u32, 0, 0, 0]));
	case("i32x4.relaxed_trunc_f64x2_u_zero", 0x104, &[big], f32s([u32::MAX, 0, 0, 0]));

	// Swizzle: an index out of range gives 0. Selection: bit by bit.
	let table: Vector = std::array::from_fn(|i| i as u8 + 1);
	let index = [15, 16, 0x7f, 0x80, 0x8f, 0xff, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
	let chosen = [16, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
	case("i8x16.relaxed_swizzle", 0x100, &[table, index], chosen);
	let (ones, mask) = ([0xff; 16], [0x0f; 16]);
	for (name, opcode) in [
		("i8x16.relaxed_laneselect", 0x109),
		("i16x8.relaxed_laneselect", 0x10a),
		("i32x4.relaxed_laneselect", 0x10b),
		("i64x2.relaxed_laneselect", 0x10c),
	] {
		case(name, opcode, &[ones, [0; 16], mask], mask);
	}

	// Integer products: −32768² saturates; both sides of the dot product are signed.
	case(
		"i16x8.relaxed_q15mulr_s",
		0x111,
		&[i16s([i16::MIN; 8]), i16s([i16::MIN; 8])],
		i16s([i16::MAX; 8]),
	);
	let (a, b) = ([0xfe; 16], [0x81; 16]);
	case("i16x8.relaxed_dot_i8x16_i7x16_s", 0x112, &[a, b], i16s([508; 8]));
	case(
		"i32x4.relaxed_dot_i8x16_i7x16_add_s",
		0x113,
		&[a, b, f32s([1, 2, 3, u32::MAX])],
		f32s([1017, 1018, 1019, 1015]),
	);

	// Plain arithmetic: NaNs are canonical too.
	let odd = f32s([ODD_NAN32, SIGNALLING32, ONE32, INFINITY32]);
	let other = f32s([ONE32, ONE32, ODD_NAN32, INFINITY32 | NEGATIVE32]);
	case("f32x4.add", 0xe4, &[odd, other], f32s([NAN32; 4]));
	case("f32x4.div", 0xe7, &[f32s([0; 4]), f32s([0; 4])], f32s([NAN32; 4]));
	case("f32x4.sqrt", 0xe3, &[f32s([ONE32 | NEGATIVE32; 4])], f32s([NAN32; 4]));
	let (odd, other) = (f64s([ODD_NAN64, INFINITY64]), f64s([ONE64, 0]));
	case("f64x2.mul", 0xf2, &[odd, other], f64s([NAN64; 2]));
	cases
}

/// Runs every case.
pub(crate) fn run(engine: &Engine) -> Result<(), HostFailure> {
	for case in cases() {
		let got = evaluate(engine, &case)
			.map_err(|e| HostFailure::Configuration(format!("{}: {e:#}", case.name)))?;
		if got != case.expected {
			return Err(HostFailure::SelfTest {
				instruction: case.name,
				expected: hex::encode(case.expected),
				got: hex::encode(got),
			});
		}
	}
	Ok(())
}

/// Address of the result; the operands lie before it.
const RESULT: u8 = 48;

fn evaluate(engine: &Engine, case: &Case) -> wasmtime::Result<Vector> {
	let module = Module::from_binary(engine, &module(case))?;
	let mut store = Store::new(engine, MemoryLimiter::new(1 << 16));
	store.limiter(|limiter| limiter);
	let instance = Linker::new(engine).instantiate(&mut store, &module)?;
	let memory =
		instance.get_memory(&mut store, "m").ok_or_else(|| wasmtime::Error::msg("no memory"))?;
	for (index, operand) in case.operands.iter().enumerate() {
		memory.write(&mut store, index.saturating_mul(16), operand)?;
	}
	instance.get_typed_func::<(), ()>(&mut store, "f")?.call(&mut store, ())?;
	let mut result = Vector::default();
	memory.read(&store, usize::from(RESULT), &mut result)?;
	Ok(result)
}

/// A module with a memory `m` and a function `f` that applies the instruction to the vectors at 0,
/// 16 and 32 and stores the result (WebAssembly core specification, 5: binary format).
fn module(case: &Case) -> Vec<u8> {
	// i32.const RESULT
	let mut code = vec![0x41, RESULT];
	for (address, _) in (0u8..).step_by(16).zip(&case.operands) {
		// i32.const address; v128.load align=1
		code.extend([0x41, address, 0xfd, 0x00, 0x00, 0x00]);
	}
	code.push(0xfd);
	// LEB128 of a number below 2¹⁴.
	code.extend([(case.opcode & 0x7f) as u8 | 0x80, (case.opcode >> 7) as u8]);
	// v128.store align=1; end
	code.extend([0xfd, 0x0b, 0x00, 0x00, 0x0b]);

	let mut wasm = b"\0asm\x01\0\0\0".to_vec();
	// Every section is shorter than 128 bytes, so its length takes one byte.
	let mut section = |id: u8, content: &[u8]| {
		wasm.extend([id, content.len() as u8]);
		wasm.extend_from_slice(content);
	};
	// Type () -> (); one function; one memory of exactly one page; exports.
	section(1, &[1, 0x60, 0, 0]);
	section(3, &[1, 0]);
	section(5, &[1, 1, 1, 1]);
	section(7, &[2, 1, b'm', 2, 0, 1, b'f', 0, 0]);
	// One body without locals.
	let mut body = vec![1, code.len() as u8 + 1, 0];
	body.extend(code);
	section(10, &body);
	wasm
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::profile::{config, Cpu};

	#[test]
	fn every_cpu_setting_passes() {
		for cpu in [Cpu::Masked, Cpu::Baseline] {
			if cpu.check().is_ok() {
				let engine = Engine::new(&config(cpu).expect("supported")).expect("consistent");
				assert_eq!(run(&engine), Ok(()), "{cpu:?}");
			}
		}
	}

	#[test]
	#[cfg(target_arch = "x86_64")]
	fn a_machine_without_fused_multiply_add_is_found() {
		// The NaNs of library calls aren't canonical: see `Cpu::NoFma`.
		let engine = Engine::new(&config(Cpu::NoFma).expect("supported")).expect("consistent");
		match run(&engine) {
			Err(HostFailure::SelfTest { instruction, .. }) => {
				assert_eq!(instruction, "f32x4.relaxed_madd");
			},
			other => panic!("{other:?}"),
		}
	}

	#[test]
	fn every_relaxed_instruction_is_tested() {
		let tested: Vec<u32> = cases().iter().map(|case| case.opcode).collect();
		assert!((0x100..=0x113).all(|opcode| tested.contains(&opcode)));
	}
}
