//! What the check of the counters refuses.

use super::machine::counted;
use opg_engine_meter::{check, cost::PROFILE_1, Costs};

/// What the module is charged by.
const COSTS: Costs = Costs { page: 16_000, folded: 0, ..PROFILE_1 };

/// A module as the pass writes it, by hand: a leaf, a caller with a loop, and one that grows.
const GOOD: &str = r#"(module
	(memory 1 9)
	(global $other (mut i32) (i32.const 1))
	(global $fuel (mut i64) (i64.const 0))
	(global $stack (mut i32) (i32.const 0))
	(export "fuel" (global $fuel))
	(export "call_stack" (global $stack))
	(func $leaf (param i32)
		global.get $fuel i64.const 3 i64.sub global.set $fuel
		local.get 0
		if
			global.get $fuel i64.const 2 i64.sub global.set $fuel
			i32.const 1 global.set $other
			return
		end)
	(func $caller (param i32) (local v128)
		global.get $fuel i64.const 1 i64.sub global.set $fuel
		global.get $fuel i64.const 0 i64.lt_s if unreachable end
		global.get $stack i32.const 19 i32.sub global.set $stack
		global.get $stack i32.const 0 i32.lt_s if unreachable end
		block
			loop
				global.get $fuel i64.const 4 i64.sub global.set $fuel
				global.get $fuel i64.const 0 i64.lt_s if unreachable end
				local.get 0
				call $leaf
				local.get 0
				br_if 0
			end
		end
		global.get $stack i32.const 19 i32.add global.set $stack)
	(func $grower (param i32) (result i32) (local i32)
		global.get $fuel i64.const 3 i64.sub global.set $fuel
		local.get 0
		local.set 1
		global.get $fuel local.get 1 i64.extend_i32_u i64.const 16000 i64.mul i64.sub global.set $fuel
		global.get $fuel i64.const 0 i64.lt_s if unreachable end
		local.get 1
		memory.grow))"#;

fn verdict(wat: &str) -> Result<(), String> {
	let wasm = wat::parse_str(wat).expect("text");
	wasmparser::Validator::new_with_features(opg_engine_meter::check::features())
		.validate_all(&wasm)
		.expect("valid");
	check(&wasm, &COSTS).map_err(|error| error.to_string())
}

#[test]
fn what_the_pass_writes_is_admitted() {
	assert_eq!(verdict(GOOD), Ok(()));
	// And the pass does write it.
	let plain = "(module (memory 1 9) (global $other (mut i32) (i32.const 1))
		(func $leaf (param i32) local.get 0 if i32.const 1 global.set $other return end)
		(func $caller (param i32) (local v128) loop local.get 0 call $leaf local.get 0 br_if 0 end)
		(func $grower (param i32) (result i32) local.get 0 memory.grow))";
	// The text has names as well, at the end.
	assert!(wat::parse_str(GOOD).expect("text").starts_with(&counted(plain, &COSTS)));
}

#[test]
fn what_counts_otherwise_is_refused() {
	let look = "global.get $fuel i64.const 0 i64.lt_s if unreachable end\n";
	for (what, from, to) in [
		("a charge too low", "i64.const 2 i64.sub", "i64.const 1 i64.sub"),
		("a charge too high", "i64.const 2 i64.sub", "i64.const 9 i64.sub"),
		("a refund", "i64.const 2 i64.sub", "i64.const -2 i64.sub"),
		("an addition", "i64.const 4 i64.sub", "i64.const 4 i64.add"),
		("a charge missing", "global.get $fuel i64.const 2 i64.sub global.set $fuel", ""),
		(
			"another order",
			"i32.const 1 global.set $other\n",
			"i32.const 1 nop global.set $other nop nop i32.const 5 drop\n",
		),
		(
			"fuel set",
			"i32.const 1 global.set $other",
			"i64.const 1 global.set $fuel i32.const 1 global.set $other",
		),
		(
			"fuel read",
			"i32.const 1 global.set $other",
			"global.get $fuel drop i32.const 1 global.set $other",
		),
		("stack set", "i32.const 1 global.set $other", "i32.const 1 global.set $stack"),
		("a return in a frame", "call $leaf\n", "call $leaf return\n"),
		("a branch past the frame", "br_if 0", "br_if 2"),
		("a table past the frame", "br_if 0", "br_table 0 2"),
		("less given back", "i32.const 19 i32.add", "i32.const 18 i32.add"),
		("too small a frame", "i32.const 19 i32", "i32.const 18 i32"),
		("no frame", "call $leaf", "drop"),
		("a look at another value", "i32.const 0 i32.lt_s", "i32.const -9 i32.lt_s"),
		("pages too cheap", "i64.const 16000", "i64.const 15999"),
		("pages of another number", "global.get $fuel local.get 1", "global.get $fuel local.get 0"),
		(
			"growth for nothing",
			"local.get 1\n\t\tmemory.grow",
			"local.get 1 memory.grow memory.grow",
		),
		("fuel to start with", "$fuel (mut i64) (i64.const 0)", "$fuel (mut i64) (i64.const 1)"),
		("no export", "(export \"fuel\" (global $fuel))", ""),
		(
			"another export",
			"(export \"call_stack\" (global $stack))",
			"(export \"call_stack\" (func $leaf))",
		),
	] {
		assert!(GOOD.contains(from), "{what}");
		let spoilt = GOOD.replace(from, to);
		assert!(verdict(&spoilt).is_err(), "{what}");
	}
	// Every look on its own.
	let looks = GOOD.matches(look).count();
	assert_eq!(looks, 3);
	for which in 0..looks {
		let at = GOOD.match_indices(look).nth(which).expect("counted").0;
		let spoilt = format!("{}{}", &GOOD[..at], &GOOD[at + look.len()..]);
		assert!(verdict(&spoilt).is_err(), "look {which}");
	}
	let dear = Costs { entry: 7, ..COSTS };
	assert!(check(&wat::parse_str(GOOD).expect("text"), &dear).is_err());
	let folded = Costs { folded: 2, ..COSTS };
	assert!(check(&wat::parse_str(GOOD).expect("text"), &folded).is_err());
	assert!(verdict("(module)").is_err());
}
