//! Numeric profile 1: everything about the executor that can change a bit or a unit of fuel.
//!
//! The profile is frozen. It is wasmtime 36.0.20 with NaN canonicalisation, exact relaxed SIMD, no
//! optional proposal but SIMD, and one fixed instruction set for each architecture, so that all
//! validators run the same machine code. Fuel and call depth are counted by the engine's own code
//! ([`opg_engine_meter`]), which the validator has checked against [`COSTS`]; wasmtime counts
//! nothing. Any change of a constant here is a change of consensus and needs a new profile number; a
//! wasmtime release, patch releases included, may only replace this one after all golden vectors
//! (bits and fuel) and a replay of old blocks came out equal.

use crate::failure::HostFailure;
use opg_engine_meter::Costs;
use wasmtime::{Config, OptLevel, RegallocAlgorithm, Strategy, WasmBacktraceDetails};

/// Number of the profile.
pub const PROFILE: u32 = 1;

/// What an engine's counters must charge.
pub const COSTS: Costs = opg_engine_meter::cost::PROFILE_1;

/// Units of call stack that a call of an engine has ([`opg_engine_meter::CALL_STACK`]); 8 bytes of
/// locals are one unit.
///
/// Functions of the released engine take up to 27 bytes of native stack for each of their units on
/// x86-64 (`docs/design/adr-0013-counters-in-the-blob.md`), so this limit ends a call after at most
/// 7 MiB of [`MAX_WASM_STACK`].
pub const CALL_STACK_UNITS: i32 = 262_144;

/// Native stack that WebAssembly may use, in bytes.
///
/// Native frames differ between architectures, so reaching this limit can't be a result: it must be
/// unreachable, and [`CALL_STACK_UNITS`] end long before.
pub const MAX_WASM_STACK: usize = 32 * 1024 * 1024;

/// Native stack of a worker thread, in bytes: twice [`MAX_WASM_STACK`], for libcalls and the host.
pub const WORKER_STACK: usize = 2 * MAX_WASM_STACK;

/// Fuel that an engine's `init` may use. It isn't charged to anybody: an engine is admitted by root,
/// and its `init` runs once for each time a node compiles it.
pub const INIT_FUEL: u64 = 1_000_000_000;

/// Greatest size of a raw engine, in bytes. Compiling one takes about 0.7 s of a core for each MiB.
pub const MAX_ENGINE_BYTES: u32 = 16 * 1024 * 1024;

/// Counts changes of this crate that make compiled engines on disk unusable and that wasmtime can't
/// see.
pub(crate) const COMPILED_REVISION: u32 = 1;

/// The instruction set that engines are compiled for.
///
/// [`Cpu::Baseline`] and [`Cpu::Masked`] give the same bits and the same fuel, always.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Cpu {
	/// What validators use: x86-64-v3 (AVX2, FMA, BMI, no AVX-512: 128-bit WebAssembly gains nothing
	/// from it), or the baseline of aarch64.
	#[default]
	Baseline,
	/// Other machine code for the same results, to show and to test that they don't depend on it:
	/// AVX and FMA without AVX2, SSE4.2, BMI, LZCNT and POPCNT. The same as [`Cpu::Baseline`] on
	/// aarch64.
	Masked,
	/// x86-64-v2, without AVX and FMA: a fused multiply-add becomes a library call, 10 to 35 times
	/// slower. **For cross-checks only, never in consensus**: Cranelift makes the NaNs of its own
	/// instructions canonical, but not those that a library call returns (cranelift-codegen 0.123.20,
	/// nan_canonicalization.rs; wasmtime 36.0.20, func_environ.rs, `fma_f32x4`), so a NaN inside of a
	/// model may have other bits. The self-test fails for that reason.
	NoFma,
	/// wasmtime's interpreter in place of machine code: a second way through the same engine. **For
	/// cross-checks only** (`precompiles/engine/fuzz`).
	#[cfg(feature = "pulley")]
	Pulley,
}

impl Cpu {
	/// Settings of Cranelift that are on; all others of the instruction set are off.
	#[cfg(target_arch = "x86_64")]
	fn flags(self) -> &'static [&'static str] {
		match self {
			Cpu::Baseline => &[
				"has_sse3",
				"has_ssse3",
				"has_cmpxchg16b",
				"has_sse41",
				"has_sse42",
				"has_popcnt",
				"has_avx",
				"has_avx2",
				"has_fma",
				"has_bmi1",
				"has_bmi2",
				"has_lzcnt",
			],
			Cpu::Masked => &["has_sse3", "has_ssse3", "has_sse41", "has_avx", "has_fma"],
			Cpu::NoFma => {
				&["has_sse3", "has_ssse3", "has_cmpxchg16b", "has_sse41", "has_sse42", "has_popcnt"]
			},
			#[cfg(feature = "pulley")]
			Cpu::Pulley => &[],
		}
	}

	#[cfg(not(target_arch = "x86_64"))]
	fn flags(self) -> &'static [&'static str] {
		&[]
	}

	/// Checks that this machine has the instructions.
	pub fn check(self) -> Result<(), HostFailure> {
		#[cfg(target_arch = "x86_64")]
		{
			macro_rules! need {
				($($feature:tt),+) => {
					[$(($feature, std::is_x86_feature_detected!($feature))),+]
				};
			}
			let needed = match self {
				Cpu::Baseline => &need!(
					"sse3",
					"ssse3",
					"cmpxchg16b",
					"sse4.1",
					"sse4.2",
					"popcnt",
					"avx",
					"avx2",
					"fma",
					"bmi1",
					"bmi2",
					"lzcnt"
				)[..],
				Cpu::Masked => &need!("sse3", "ssse3", "sse4.1", "avx", "fma")[..],
				Cpu::NoFma => {
					&need!("sse3", "ssse3", "cmpxchg16b", "sse4.1", "sse4.2", "popcnt")[..]
				},
				#[cfg(feature = "pulley")]
				Cpu::Pulley => &[],
			};
			let missing: Vec<&str> =
				needed.iter().filter(|(_, there)| !there).map(|(name, _)| *name).collect();
			if !missing.is_empty() {
				return Err(HostFailure::CpuUnsupported(missing.join(", ")));
			}
		}
		Ok(())
	}
}

/// The target triple, named so that wasmtime doesn't add what it finds on this machine.
fn triple(cpu: Cpu) -> Result<&'static str, HostFailure> {
	#[cfg(feature = "pulley")]
	if cpu == Cpu::Pulley {
		return Ok("pulley64");
	}
	#[cfg(not(feature = "pulley"))]
	let _ = cpu;
	Ok(match (std::env::consts::OS, std::env::consts::ARCH) {
		("linux", "x86_64") if cfg!(target_env = "musl") => "x86_64-unknown-linux-musl",
		("linux", "x86_64") => "x86_64-unknown-linux-gnu",
		("linux", "aarch64") if cfg!(target_env = "musl") => "aarch64-unknown-linux-musl",
		("linux", "aarch64") => "aarch64-unknown-linux-gnu",
		("macos", "aarch64") => "aarch64-apple-darwin",
		(os, arch) => return Err(HostFailure::PlatformUnsupported(format!("{os} on {arch}"))),
	})
}

/// wasmtime's configuration for profile 1.
pub(crate) fn config(cpu: Cpu) -> Result<Config, HostFailure> {
	let refused = |e: wasmtime::Error| HostFailure::Configuration(format!("{e:#}"));
	cpu.check()?;
	let mut config = Config::new();
	config.target(triple(cpu)?).map_err(refused)?;
	for flag in cpu.flags() {
		// SAFETY: a flag lets Cranelift emit instructions that the machine must have; `check` above
		// has looked for each of them, and wasmtime looks again when it loads a module.
		unsafe { config.cranelift_flag_enable(flag) };
	}

	// Bits.
	config
		.strategy(Strategy::Cranelift)
		.cranelift_opt_level(OptLevel::Speed)
		.cranelift_regalloc_algorithm(RegallocAlgorithm::Backtracking)
		.cranelift_nan_canonicalization(true)
		.wasm_simd(true)
		.wasm_relaxed_simd(true)
		.relaxed_simd_deterministic(true)
		.compiler_inlining(false);

	// Everything else that WebAssembly has grown is off. The validator refuses it as well.
	config
		.wasm_multi_value(true)
		.wasm_bulk_memory(false)
		.wasm_reference_types(false)
		.wasm_function_references(false)
		.wasm_gc(false)
		.wasm_threads(false)
		.wasm_memory64(false)
		.wasm_multi_memory(false)
		.wasm_tail_call(false)
		.wasm_extended_const(false)
		.wasm_custom_page_sizes(false)
		.wasm_wide_arithmetic(false);

	// The engine's own code counts fuel. Never epochs: they count time.
	config.consume_fuel(false).epoch_interruption(false).max_wasm_stack(MAX_WASM_STACK);

	// Memory: 4 GiB of address space are reserved, so growth never moves a memory and bounds are
	// checked by guard pages. Never the pooling allocator: an instance's memory is mapped over with
	// the prepared image (see `image`) and must be unmapped with the instance.
	config
		.memory_reservation(1 << 32)
		.memory_guard_size(32 << 20)
		.memory_may_move(false)
		.memory_init_cow(true);

	// Speed and size, without influence on results.
	config
		.parallel_compilation(true)
		.wasm_backtrace_details(WasmBacktraceDetails::Disable)
		.native_unwind_info(false)
		.generate_address_map(false);
	Ok(config)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn wasmtime_accepts_the_profile_on_every_cpu_setting() {
		for cpu in [Cpu::Masked, Cpu::NoFma, Cpu::Baseline] {
			if cpu.check().is_ok() {
				let config = config(cpu).expect("platform is supported");
				wasmtime::Engine::new(&config).expect("configuration is consistent");
			}
		}
	}
}
