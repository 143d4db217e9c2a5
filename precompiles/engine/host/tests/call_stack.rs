//! The deepest models that the validator lets through need a small part of the call stack that a call
//! has, so that no model ever meets its end, let alone that of the native stack.

mod common;

use codec::{DecodeAll, Encode};
use common::{
	onnx::{field, graph, model, node, number, value, BOOL, FLOAT},
	released,
};
use opg_engine_abi::{Limits, ModelSignature, Refusal};
use opg_engine_host::profile::{CALL_STACK_UNITS, MAX_WASM_STACK};
use opg_engine_meter::{CALL_STACK, FUEL};
use wasmtime::{Config, Engine, Instance, Memory, Module, Store, Val};

/// `length` nodes, each on the one before.
fn chain(operator: &str, length: usize) -> Vec<u8> {
	let names: Vec<String> = (0..=length).map(|index| format!("t{index}")).collect();
	let nodes: Vec<_> = names
		.windows(2)
		.map(|pair| match operator {
			"Add" => node(operator, &[&pair[0], "t0"], &pair[1], &[]),
			_ => node(operator, &[&pair[0]], &pair[1], &[]),
		})
		.collect();
	model(&graph(&nodes, &[value("t0", FLOAT, &[4])], names.last().expect("is there")))
}

/// `If` in `If`, so deep.
fn nested(depth: usize) -> Vec<u8> {
	let flat = graph(&[node("Relu", &["x"], "y", &[])], &[], "y");
	let mut inner = flat.clone();
	for _ in 0..depth {
		let branch = |name: &str, graph: &[u8]| {
			[field(1, name.as_bytes()), field(6, graph), number(20, 5)].concat()
		};
		let branches = [branch("then_branch", &inner), branch("else_branch", &flat)];
		inner = graph(&[node("If", &["c"], "y", &branches)], &[], "y");
	}
	let inputs = [value("c", BOOL, &[]), value("x", FLOAT, &[4])].map(|input| field(11, &input));
	model(&[inner, inputs.concat()].concat())
}

struct Blob(Module);

impl Blob {
	/// With a small part of the native stack that a host gives.
	fn new() -> Self {
		let mut config = Config::new();
		config.max_wasm_stack(MAX_WASM_STACK / 32);
		let engine = Engine::new(&config).expect("configuration");
		Self(Module::new(&engine, opg_engine_blob::ENGINE_V1.wasm()).expect("compiles"))
	}

	/// Loads a model with so much call stack; `None` if that ran out.
	fn load(&self, model: &[u8], units: i32) -> Option<Result<ModelSignature, Refusal>> {
		let mut store = Store::new(self.0.engine(), ());
		let instance = Instance::new(&mut store, &self.0, &[]).expect("instantiates");
		let memory = instance.get_memory(&mut store, "memory").expect("exported");
		let mut global = |name| instance.get_global(&mut store, name).expect("exported");
		let (fuel, stack) = (global(FUEL), global(CALL_STACK));
		fuel.set(&mut store, Val::I64(i64::MAX)).expect("mutable");
		stack.set(&mut store, Val::I32(CALL_STACK_UNITS)).expect("mutable");
		let init = instance.get_typed_func::<(), u32>(&mut store, "init").expect("exported");
		assert_eq!(init.call(&mut store, ()).expect("starts"), 0);
		let (a, b) = pass(&mut store, &instance, &memory, &Limits::V1.encode());
		let (c, d) = pass(&mut store, &instance, &memory, model);
		stack.set(&mut store, Val::I32(units)).expect("mutable");
		let load = instance.get_typed_func::<(u32, u32, u32, u32), u64>(&mut store, "load");
		let outcome = load.expect("exported").call(&mut store, (a, b, c, d));
		let left = stack.get(&mut store).unwrap_i32();
		match outcome {
			Ok(packed) => {
				assert_eq!(left, units);
				let (at, len) = ((packed >> 32) as usize, packed as u32 as usize);
				let answer = &memory.data(&store)[at..at + len];
				Some(Result::decode_all(&mut &answer[..]).expect("is an answer"))
			},
			Err(error) => {
				assert!(left < 0, "{error:?}");
				None
			},
		}
	}

	/// A call stack with which a model loads, at most twice what it needs, and how the load ended.
	fn needed(&self, model: &[u8]) -> (i32, Result<ModelSignature, Refusal>) {
		let mut units = 1_024;
		loop {
			if let Some(outcome) = self.load(model, units) {
				return (units, outcome);
			}
			units *= 2;
			assert!(units <= CALL_STACK_UNITS, "the call stack ran out");
		}
	}
}

fn pass(store: &mut Store<()>, instance: &Instance, memory: &Memory, bytes: &[u8]) -> (u32, u32) {
	let len = bytes.len() as u32;
	let alloc = instance.get_typed_func::<u32, u32>(&mut *store, "alloc").expect("exported");
	let at = alloc.call(&mut *store, len).expect("has memory");
	memory.write(store, at as usize, bytes).expect("fits");
	(at, len)
}

#[test]
fn the_deepest_models_need_a_small_part_of_it() {
	let blob = Blob::new();
	let mut models: Vec<(String, Vec<u8>)> = ["mlp", "branch", "nan", "expand", "huge", "slow"]
		.iter()
		.map(|name| (name.to_string(), released::data(&format!("{name}.onnx"))))
		.collect();
	for (operator, length) in [("Relu", 100), ("Exp", 2_000), ("Add", 100), ("Add", 1_000)] {
		models.push((format!("{operator} x {length}"), chain(operator, length)));
	}
	for depth in [1, 4, 5, 40] {
		models.push((format!("If, {depth} deep"), nested(depth)));
	}
	let mut loaded = 0;
	for (name, bytes) in &models {
		let (needed, outcome) = blob.needed(bytes);
		println!("{name}: {needed} units, {:?}", outcome.as_ref().err().map(|r| r.error.code));
		loaded += u32::from(outcome.is_ok());
		assert!(needed <= CALL_STACK_UNITS / 8, "{name}");
	}
	assert!(loaded >= 8, "{loaded}");
}
