//! What is charged and where calls stop, on small modules.

use super::machine::{by_wasmtimes_fuel, call, counted, Ended, LIKE_WASMTIME};
use opg_engine_meter::{cost::PROFILE_1, instrument, Costs, Error, FRAME_UNITS};

/// Calls `f` with plenty of everything: it must return and leave the call stack as it was. The fuel
/// used, which is what wasmtime counts.
fn used(wat: &str) -> u64 {
	let ended = call(&counted(wat, &LIKE_WASMTIME), 1 << 40, 1 << 20);
	assert_eq!(ended.call_stack, 1 << 20, "{wat}");
	let used = ((1 << 40) - ended.fuel) as u64;
	assert_eq!(by_wasmtimes_fuel(wat), Some((ended.result.expect("returns"), used)), "{wat}");
	used
}

fn function(body: &str) -> String {
	format!("(module (func (export \"f\") {body}))")
}

/// Calls `f`: it must return and leave the call stack as it was.
fn returns(wat: &str) {
	let ended = call(&counted(wat, &LIKE_WASMTIME), 1 << 40, 1 << 20);
	let result = by_wasmtimes_fuel(wat).expect("returns").0;
	assert_eq!((ended.result, ended.call_stack), (Ok(result), 1 << 20), "{wat}");
}

/// A loop of `n` iterations, in a local 0 of type i32.
fn counting(n: u32, body: &str) -> String {
	format!(
		"(local i32) (local.set 0 (i32.const {n})) (loop {body}
			(br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))"
	)
}

#[test]
fn one_unit_an_instruction_and_one_a_call() {
	assert_eq!(used(&function("")), 1);
	assert_eq!(used(&function("nop (block) (drop (i32.const 5))")), 2);
	assert_eq!(used(&function("(return)")), 1);
	// A branch to the function's own label is a return; wasmtime charges the branch.
	let ended = call(&counted(&function("(block (br 1))"), &LIKE_WASMTIME), 100, 0);
	assert_eq!(ended, Ended { result: Ok(None), fuel: 99, call_stack: 0 });
	// Two before the loop; five an iteration.
	assert_eq!(used(&function(&counting(1, ""))), 1 + 2 + 5);
	assert_eq!(used(&function(&counting(1_000, ""))), 1 + 2 + 5_000);
	// The call and the entry of what is called.
	let calls = "(module (func $g (drop (i32.const 1))) (func (export \"f\") (call $g) (call $g)))";
	assert_eq!(used(calls), 1 + 2 * (1 + 1 + 1));
}

#[test]
fn only_the_path_that_is_taken_is_charged() {
	let branch = |condition: u32, arms: &str| {
		used(&function(&format!("(if (i32.const {condition}) {arms})")))
	};
	let arms = "(then (drop (i32.const 1)) (drop (i32.const 2))) (else (drop (i32.const 3)))";
	assert_eq!((branch(1, arms), branch(0, arms)), (5, 4));
	let one = "(then (drop (i32.const 1)))";
	assert_eq!((branch(1, one), branch(0, one)), (4, 3));
	// What follows an arm that leaves early.
	let leaves = |condition: u32| {
		used(&function(&format!(
			"(block (if (i32.const {condition}) (then (br 1))) (drop (i32.const 1))) (drop (i32.const 2))"
		)))
	};
	assert_eq!((leaves(1), leaves(0)), (1 + 2 + 1 + 1, 1 + 2 + 1 + 1));
	let returns = |condition: u32| {
		used(&function(&format!(
			"(if (i32.const {condition}) (then (return))) (drop (i32.const 1))"
		)))
	};
	assert_eq!((returns(1), returns(0)), (3, 4));
	let table = |index: u32| {
		used(&function(&format!(
			"(block (block (block (br_table 0 1 2 3 (i32.const {index}))) (drop (i32.const 1)))
			(drop (i32.const 2)) (drop (i32.const 3))) (drop (i32.const 4))"
		)))
	};
	assert_eq!([0, 1, 2, 3, 99].map(table), [7, 6, 4, 3, 3]);
}

#[test]
fn loops_within_loops_with_calls_are_charged_for_each_iteration() {
	let inner = |calls: &str| {
		format!(
			"(module (func $g (drop (i32.const 1))) (func (export \"f\") (local i32 i32)
			(local.set 0 (i32.const 10)) (loop
				(local.set 1 (i32.const 20)) (loop {calls}
					(br_if 0 (local.tee 1 (i32.sub (local.get 1) (i32.const 1)))))
				(br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))))"
		)
	};
	assert_eq!(used(&inner("")), 1 + 2 + 10 * (2 + 5) + 200 * 5);
	assert_eq!(used(&inner("(call $g)")), 1 + 2 + 10 * (2 + 5) + 200 * (5 + 3));
}

#[test]
fn every_way_out_gives_the_call_stack_back() {
	let ways = [
		"(return)",
		"(block (block (return)))",
		"(br 0)",
		"(block (loop (br 2)))",
		"(br_if 0 (i32.const 1))",
		"(br_if 0 (i32.const 0))",
		"(block (br_table 0 1 (i32.const 1)))",
		"(if (i32.const 1) (then (return)) (else (br 1)))",
		"(block (br 0)) (if (i32.const 0) (then (unreachable)))",
	];
	for way in ways {
		for call in ["(call $leaf)", "(call_indirect (i32.const 0))"] {
			let wat = format!(
				"(module (table 1 1 funcref) (elem (i32.const 0) $leaf) (func $leaf)
				(func $g {call} {way}) (func (export \"f\") (call $g) (call $g)))"
			);
			returns(&wat);
		}
	}
	// With one result, with several, and with values below those that a branch takes.
	for results in ["i32", "i32 i32", "i32 i64 f64"] {
		let values: Vec<String> = results.split(' ').map(|ty| format!("({ty}.const 7)")).collect();
		let (values, drops) = (values.join(" "), "drop ".repeat(values.len()));
		for way in ["return", "br 0", "i32.const 1 br_if 0", "i32.const 9 br_table 0 0", ""] {
			returns(&format!(
				"(module (func $leaf) (func $g (result {results}) i64.const 1 call $leaf {values} {way}
				{} ) (func (export \"f\") call $g {drops}))",
				if way.is_empty() || way.ends_with("br_if 0") {
					format!("{drops} drop {values}")
				} else {
					"unreachable".into()
				}
			));
		}
	}
}

#[test]
fn recursion_is_counted_call_by_call() {
	let fibonacci = |n: u32| {
		format!(
			"(module (func $fib (param i32) (result i32)
				(if (i32.lt_u (local.get 0) (i32.const 2)) (then (return (local.get 0))))
				(i32.add (call $fib (i32.sub (local.get 0) (i32.const 1)))
					(call $fib (i32.sub (local.get 0) (i32.const 2)))))
			(func (export \"f\") (result i32) (call $fib (i32.const {n}))))"
		)
	};
	let wasm = counted(&fibonacci(15), &LIKE_WASMTIME);
	assert_eq!(call(&wasm, 1 << 40, 1 << 20).result, Ok(Some(610)));
	// 1,973 calls, 987 of them of 0 or 1: 5 instructions there, 13 in the others.
	assert_eq!(used(&fibonacci(15)), 1 + 2 + 1_973 + 987 * 5 + 986 * 13);
}

#[test]
fn exactly_enough_is_enough() {
	for body in ["", "(call $g)", "(return)", "(if (i32.const 1) (then (drop (i32.const 1))))"] {
		let wat = format!("(module (func $g) (func (export \"f\") {body}))");
		let needed = used(&wat) as i64;
		let wasm = counted(&wat, &LIKE_WASMTIME);
		let ended = call(&wasm, needed, 1_000);
		assert_eq!((ended.result, ended.fuel), (Ok(None), 0), "{body}");
		for less in 0..needed {
			assert!(call(&wasm, less, 1_000).fuel < 0, "{body}");
		}
	}
	// As instantiated, an engine can do nothing.
	assert!(call(&counted(&function(""), &LIKE_WASMTIME), 0, 0).fuel < 0);
}

#[test]
fn small_segments_are_charged_with_the_one_before() {
	let folded = Costs { folded: 3, ..LIKE_WASMTIME };
	let charged = |wat: &str| 1_000 - call(&counted(wat, &folded), 1_000, 100).fuel;
	let drops = |n: usize| "(drop (i32.const 1))".repeat(n);
	for condition in [0, 1] {
		let arms = |then: usize, other: usize| {
			let (then, other) = (drops(then), drops(other));
			charged(&function(&format!(
				"(if (i32.const {condition}) (then {then}) (else {other}))"
			)))
		};
		// An entry, a condition and an `if`; then both arms, or one of them, or the one that is taken.
		assert_eq!(arms(3, 2), 3 + 3 + 2);
		assert_eq!(arms(4, 2), 3 + 2 + if condition == 1 { 4 } else { 0 });
		assert_eq!(arms(4, 5), 3 + if condition == 1 { 4 } else { 5 });
	}
	// What has taken over something counts with that: 3 and 2 before, 2 + 2 apart.
	let nested = "(if (i32.const 0) (then (if (i32.const 1) (then (drop (i32.const 1)) (drop (i32.const 1))))))";
	assert_eq!(charged(&function(nested)), 3);
	// A loop's body never folds.
	assert_eq!(charged(&function(&counting(9, ""))), 1 + 2 + 9 * 5);
}

#[test]
fn an_endless_loop_stops_within_one_iteration() {
	let wasm = counted(&function("(loop (drop (i32.const 1)) (br 0))"), &PROFILE_1);
	for fuel in [0, 1, 2, 3, 4, 1_000, 1_001] {
		let ended = call(&wasm, fuel, 100);
		assert_eq!(ended.result, Err(()));
		assert!((-3..0).contains(&ended.fuel), "{ended:?}");
	}
	// Every shape of a cycle.
	for body in [
		"(loop (br 0))",
		"(loop (block (br 1)))",
		"(loop (br_if 0 (i32.const 1)))",
		"(loop (loop (br 1)))",
		"(loop (if (i32.const 1) (then (br 1))))",
		"(loop (block (br_table 1 0 (i32.const 0))))",
		"(loop (block (br_if 1 (i32.const 1))) (unreachable))",
		"(loop (if (i32.const 0) (then (unreachable)) (else (br 1))))",
	] {
		let ended = call(&counted(&function(body), &PROFILE_1), 100_000, 100);
		assert_eq!(ended.result, Err(()), "{body}");
		assert!((-10..0).contains(&ended.fuel), "{body}: {ended:?}");
	}
}

#[test]
fn endless_recursion_ends_at_the_call_stacks_end() {
	let units = FRAME_UNITS as i32;
	for (function, frame) in [
		("(func $g (call $g))", units),
		("(func $g (call $g) (unreachable))", units),
		("(func $g (local i32 i64 f64) (call $g))", units + 3),
		("(func $g (call $h)) (func $h (call $g))", units),
		("(func $g (call_indirect (i32.const 0)))", units),
		("(func $g (loop (call $g)))", units),
	] {
		let wat = format!(
			"(module (table 1 1 funcref) (elem (i32.const 0) $g) {function} (func (export \"f\") (call $g)))"
		);
		let wasm = counted(&wat, &PROFILE_1);
		let ended = call(&wasm, 1 << 40, 100 * units + 5 * frame);
		assert_eq!((ended.result, ended.fuel > 0), (Err(()), true), "{function}");
		assert!((-frame..0).contains(&ended.call_stack), "{function} {ended:?}");
		// The fuel used grows by the same amount for each frame more.
		let at = |frames: i32| call(&wasm, 1 << 40, units + frames * frame).fuel;
		assert_eq!(at(10) - at(20), at(20) - at(30), "{function}");
		// Fuel may end first.
		assert!(call(&wasm, 50, 1 << 20).fuel < 0, "{function}");
	}
}

#[test]
fn the_deepest_chain_of_calls_that_fits_returns() {
	let deep = |n: u32| {
		format!(
			"(module (func $g (param i32)
				(if (local.get 0) (then (call $g (i32.sub (local.get 0) (i32.const 1))))))
			(func (export \"f\") (call $g (i32.const {n}))))"
		)
	};
	let frame = FRAME_UNITS as i32 + 1;
	for n in [0, 1, 50] {
		let wasm = counted(&deep(n), &PROFILE_1);
		let stack = FRAME_UNITS as i32 + (n as i32 + 1) * frame;
		let full = Ended { result: Ok(None), ..call(&wasm, 10_000, stack) };
		assert_eq!(call(&wasm, 10_000, stack), full);
		assert_eq!(full.call_stack, stack);
		let ended = call(&wasm, 10_000, stack - 1);
		assert_eq!((ended.result, ended.call_stack), (Err(()), -1));
	}
}

#[test]
fn the_guests_own_traps_leave_the_counters_at_or_above_zero() {
	for body in [
		"(unreachable)",
		"(drop (i32.load (i32.const -8)))",
		"(drop (i32.div_u (i32.const 1) (i32.const 0)))",
		"(call $g) (unreachable) (drop (i32.const 1))",
		"(loop (drop (i32.const 1)) (unreachable))",
		"(if (i32.const 1) (then (drop (i32.const 1)) (unreachable)))",
	] {
		let wat = format!("(module (memory 1 1) (func $g) (func (export \"f\") {body}))");
		let ended = call(&counted(&wat, &PROFILE_1), 100, 100);
		assert!(ended.result.is_err() && ended.fuel >= 0 && ended.call_stack >= 0, "{body}");
	}
}

#[test]
fn growth_is_paid_by_the_page_before_it_happens() {
	let grows = |pages: u32, memory: &str| {
		counted(
			&format!(
				"(module (memory {memory}) (func (export \"f\") (result i32) (local i64)
				(memory.grow (i32.const {pages}))))"
			),
			&PROFILE_1,
		)
	};
	let cost = |pages: i64| 3 + PROFILE_1.page as i64 * pages;
	for pages in [0, 1, 7] {
		let ended = call(&grows(pages, "1 8"), 10_000_000, 0);
		assert_eq!((ended.result, 10_000_000 - ended.fuel), (Ok(Some(1)), cost(pages.into())));
	}
	// Also when it is refused.
	let ended = call(&grows(8, "1 8"), 10_000_000, 0);
	assert_eq!((ended.result, 10_000_000 - ended.fuel), (Ok(Some(-1)), cost(8)));
	let ended = call(&grows(u32::MAX, "1"), 10_000_000, 0);
	assert_eq!((ended.result, 10_000_000 - ended.fuel), (Err(()), cost(u32::MAX.into())));
}

#[test]
fn only_plain_modules_get_counters() {
	let refuses = |wat: &str| {
		let wasm = wat::parse_str(wat).expect("text");
		instrument(&wasm, &PROFILE_1).expect_err("is refused")
	};
	for wat in [
		"(module (func (return_call 0)))",
		"(module (memory 1) (func (memory.fill (i32.const 0) (i32.const 0) (i32.const 9))))",
		"(module (memory i64 1))",
		"(module (tag))",
	] {
		assert!(matches!(refuses(wat), Error::Invalid(_)), "{wat}");
	}
	let twice = "(module (global (mut i64) (i64.const 0)) (export \"fuel\" (global 0)))";
	assert!(matches!(refuses(twice), Error::Counters(_)));
	let again = instrument(&counted(&function(""), &PROFILE_1), &PROFILE_1);
	assert!(matches!(again, Err(Error::Counters(_))));
}
