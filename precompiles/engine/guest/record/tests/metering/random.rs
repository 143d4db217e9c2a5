//! Random control flow: whatever the path, the counters say what wasmtime's own fuel says.

use super::machine::{by_wasmtimes_fuel, call, counted, LIKE_WASMTIME};
use opg_engine_meter::Costs;
use std::fmt::Write;

/// A linear congruential generator (Knuth's MMIX constants).
struct Random(u64);

impl Random {
	fn below(&mut self, n: u32) -> u32 {
		self.0 =
			self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
		(self.0 >> 33) as u32 % n
	}
}

const FUNCTIONS: u32 = 4;

struct Writer {
	random: Random,
	text: String,
	/// Whether the function gives a result, which its own label takes.
	result: bool,
}

/// Next value of the state that conditions look at.
const STEP: &str = "(global.set $x (i32.add (i32.mul (global.get $x) (i32.const 1664525)) (i32.const 1013904223)))";

impl Writer {
	/// A condition that comes out either way.
	fn condition(&mut self) -> String {
		let bit = 16 + self.random.below(14);
		format!("{STEP} (i32.and (i32.shr_u (global.get $x) (i32.const {bit})) (i32.const 1))")
	}

	/// Ends what has gone on for long: the random state won't.
	fn budget(&mut self) {
		let value = if self.result { "(i32.const 77)" } else { "" };
		let _ = write!(
			self.text,
			"(global.set $n (i32.sub (global.get $n) (i32.const 1)))
			(if (i32.lt_s (global.get $n) (i32.const 0)) (then (return {value})))"
		);
	}

	/// `open` labels lie around, the function's own one included.
	fn statements(&mut self, open: u32) {
		for _ in 0..1 + self.random.below(4) {
			self.statement(open);
		}
	}

	fn statement(&mut self, open: u32) {
		let label = self.random.below(open);
		let is_own = label + 1 == open;
		let takes_value = is_own && self.result;
		let value = if takes_value { "(i32.const 5)" } else { "" };
		let nested = open < 6;
		match self.random.below(14) {
			0 if nested => {
				self.text += "(block ";
				self.statements(open + 1);
				self.text += ")\n";
			},
			1 | 2 if nested => {
				self.text += "(loop ";
				self.budget();
				self.statements(open + 1);
				let condition = self.condition();
				let _ = writeln!(self.text, "{condition} (br_if 0))");
			},
			3 | 4 if nested => {
				let condition = self.condition();
				let _ = write!(self.text, "{condition} (if (then ");
				self.statements(open + 1);
				self.text += ")";
				if self.random.below(2) == 0 {
					self.text += "(else ";
					self.statements(open + 1);
					self.text += ")";
				}
				self.text += ")\n";
			},
			5 | 6 => {
				let condition = self.condition();
				let drop = if takes_value { "drop" } else { "" };
				let _ = writeln!(self.text, "{value} {condition} br_if {label} {drop}");
			},
			// What always leaves, mostly on a condition. A `br` to the function's own label is left out:
			// wasmtime doesn't count it as the `return` that it is.
			7 => {
				let conditional = open == 1 || self.random.below(4) > 0;
				let label = label + u32::from(conditional);
				let leave = match self.random.below(12) {
					0..6 if !is_own => format!("br {label}"),
					0 => String::from("unreachable"),
					_ if self.result => String::from("i32.const 3 return"),
					_ => String::from("return"),
				};
				let leave = match conditional {
					true => format!("{} if {leave} end", self.condition()),
					false => leave,
				};
				let _ = writeln!(self.text, "{leave}");
			},
			8 if open > 1 => {
				let inner = open - u32::from(self.result);
				let labels: Vec<String> =
					(0..3).map(|_| self.random.below(inner).to_string()).collect();
				let condition = self.condition();
				let _ = writeln!(
					self.text,
					"{condition} (if (then {STEP} (i32.and (global.get $x) (i32.const 3)) (br_table {})))",
					labels.join(" ")
				);
			},
			9 | 10 => {
				let function = self.random.below(FUNCTIONS);
				let drop = if gives(function) { "drop" } else { "" };
				let _ = writeln!(self.text, "call $f{function} {drop}");
			},
			_ => {
				let _ = writeln!(self.text, "{STEP} nop");
			},
		}
	}
}

fn gives(function: u32) -> bool {
	function % 2 == 1
}

fn module(seed: u64) -> String {
	let mut writer = Writer { random: Random(seed), text: String::new(), result: false };
	let x = writer.random.below(u32::MAX) as i32;
	let _ = write!(
		writer.text,
		"(module (global $x (mut i32) (i32.const {x})) (global $n (mut i32) (i32.const 300))"
	);
	for function in 0..FUNCTIONS {
		writer.result = gives(function);
		let result = if writer.result { "(result i32)" } else { "" };
		let _ = writeln!(writer.text, "(func $f{function} {result} (local i64)");
		writer.budget();
		writer.statements(1);
		writer.text += if writer.result { "(i32.const 1))" } else { ")" };
	}
	writer.text +=
		"(func (export \"f\") (result i32) (call $f0) (drop (call $f1)) (global.get $x)))";
	writer.text
}

#[test]
fn the_counters_agree_with_wasmtimes_fuel() {
	let (mut returned, mut trapped, mut paths) = (0, 0, std::collections::BTreeSet::new());
	for seed in 0..400 {
		let wat = module(seed);
		let wasm = counted(&wat, &LIKE_WASMTIME);
		let ended = call(&wasm, 1 << 40, 1 << 20);
		let Some((result, used)) = by_wasmtimes_fuel(&wat) else {
			assert!(ended.result.is_err() && ended.fuel >= 0, "{wat}");
			trapped += 1;
			continue;
		};
		assert_eq!(ended.result, Ok(result), "{wat}");
		assert_eq!((1u64 << 40) - ended.fuel as u64, used, "{wat}");
		assert_eq!(ended.call_stack, 1 << 20, "{wat}");
		// The limit is exact, wherever it lies.
		assert_eq!(call(&wasm, used as i64, 1 << 20).fuel, 0);
		for less in [used - 1, used / 2, used / 3] {
			assert!(call(&wasm, less as i64, 1 << 20).fuel < 0, "{less} of {used}: {wat}");
		}
		returned += 1;
		paths.insert(used);
	}
	// Otherwise the test would show little.
	assert!(returned > 200 && trapped > 10 && paths.len() > 150, "{returned} {trapped} {paths:?}");
}

#[test]
fn folding_never_charges_too_little() {
	let (mut same, mut more) = (0, 0);
	for seed in 0..400 {
		let wat = module(seed);
		let Some((result, used)) = by_wasmtimes_fuel(&wat) else { continue };
		let ended = call(&counted(&wat, &Costs { folded: 8, ..LIKE_WASMTIME }), 1 << 40, 1 << 20);
		assert_eq!((ended.result, ended.call_stack), (Ok(result), 1 << 20), "{wat}");
		let charged = (1u64 << 40) - ended.fuel as u64;
		// Every branch is a unit at least and adds two arms at most.
		assert!((used..=used * 17).contains(&charged), "{charged} for {used}: {wat}");
		if charged == used {
			same += 1;
		} else {
			more += 1;
		}
	}
	assert!(same + more > 200 && more > 100, "{same} {more}");
}
