//! Runs small modules: with counters in wasmtime and in wasmi, without in wasmtime with its own fuel.

use opg_engine_meter::{check, cost, instrument, Costs, CALL_STACK, FUEL};
use wasmtime::{Config, Engine, Instance, Module, Store, Val};

/// Like wasmtime: growth is free.
pub const LIKE_WASMTIME: Costs = Costs { page: 0, folded: 0, ..cost::PROFILE_1 };

/// How a call of the exported `f` ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
	/// Its result if it has one; `Err` after a trap.
	pub result: Result<Option<i32>, ()>,
	/// What the counters say.
	pub fuel: i64,
	pub call_stack: i32,
}

/// The module with counters, checked.
pub fn counted(wat: &str, costs: &Costs) -> Vec<u8> {
	let wasm = instrument(&wat::parse_str(wat).expect("text"), costs).expect("valid");
	check(&wasm, costs).expect("is what the check wants");
	wasm
}

/// Calls `f` with these counters in both implementations, which must agree.
pub fn call(wasm: &[u8], fuel: i64, call_stack: i32) -> Ended {
	let ended = in_wasmtime(wasm, fuel, call_stack);
	assert_eq!(ended, in_wasmi(wasm, fuel, call_stack));
	ended
}

fn in_wasmtime(wasm: &[u8], fuel: i64, call_stack: i32) -> Ended {
	let engine = Engine::default();
	let module = Module::new(&engine, wasm).expect("compiles");
	let mut store = Store::new(&engine, ());
	let instance = Instance::new(&mut store, &module, &[]).expect("instantiates");
	let mut global = |name| instance.get_global(&mut store, name).expect("exported");
	let (left, stack) = (global(FUEL), global(CALL_STACK));
	left.set(&mut store, Val::I64(fuel)).expect("mutable");
	stack.set(&mut store, Val::I32(call_stack)).expect("mutable");
	let f = instance.get_func(&mut store, "f").expect("exported");
	let mut results = vec![Val::I32(0); f.ty(&store).results().len()];
	let outcome = f.call(&mut store, &[], &mut results);
	Ended {
		result: outcome.map(|()| results.first().map(Val::unwrap_i32)).map_err(drop),
		fuel: left.get(&mut store).unwrap_i64(),
		call_stack: stack.get(&mut store).unwrap_i32(),
	}
}

fn in_wasmi(wasm: &[u8], fuel: i64, call_stack: i32) -> Ended {
	let mut config = wasmi::Config::default();
	let limits = wasmi::StackLimits::new(1 << 10, 1 << 20, 1 << 16).expect("consistent");
	config.set_stack_limits(limits);
	let engine = wasmi::Engine::new(&config);
	let module = wasmi::Module::new(&engine, wasm).expect("valid");
	let mut store = wasmi::Store::new(&engine, ());
	let instance = wasmi::Linker::new(&engine)
		.instantiate(&mut store, &module)
		.and_then(|instance| instance.start(&mut store))
		.expect("instantiates");
	let global = |name| instance.get_global(&store, name).expect("exported");
	let (left, stack) = (global(FUEL), global(CALL_STACK));
	left.set(&mut store, wasmi::Val::I64(fuel)).expect("mutable");
	stack.set(&mut store, wasmi::Val::I32(call_stack)).expect("mutable");
	let f = instance.get_func(&store, "f").expect("exported");
	let mut results = vec![wasmi::Val::I32(0); f.ty(&store).results().len()];
	let outcome = f.call(&mut store, &[], &mut results);
	let number = |value: &wasmi::Val| value.i32().expect("is an i32");
	Ended {
		result: outcome.map(|()| results.first().map(number)).map_err(drop),
		fuel: left.get(&store).i64().expect("is an i64"),
		call_stack: stack.get(&store).i32().expect("is an i32"),
	}
}

/// Calls `f` without counters and with wasmtime's own fuel: its result and the fuel used, if it
/// returns.
pub fn by_wasmtimes_fuel(wat: &str) -> Option<(Option<i32>, u64)> {
	let engine = Engine::new(Config::new().consume_fuel(true)).expect("configuration");
	let module = Module::new(&engine, wat::parse_str(wat).expect("text")).expect("compiles");
	let mut store = Store::new(&engine, ());
	store.set_fuel(1 << 40).expect("counts fuel");
	let instance = Instance::new(&mut store, &module, &[]).expect("instantiates");
	let f = instance.get_func(&mut store, "f").expect("exported");
	let mut results = vec![Val::I32(0); f.ty(&store).results().len()];
	f.call(&mut store, &[], &mut results).ok()?;
	let used = (1 << 40) - store.get_fuel().expect("counts fuel");
	Some((results.first().map(Val::unwrap_i32), used))
}
