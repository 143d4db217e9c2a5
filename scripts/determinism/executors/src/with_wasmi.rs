//! wasmi: an interpreter that shares neither compiler nor code with wasmtime. Its `deterministic` feature
//! makes NaNs canonical, and its relaxed multiply-add is the fused one.

use crate::guest;
use wasmi::{Config, Engine, Instance, Memory, Module, Store, TrapCode, Val};

pub struct Runtime {
	engine: Engine,
	module: Module,
}

impl Runtime {
	pub fn new(wasm: &[u8]) -> Result<Self, String> {
		let mut config = Config::default();
		config
			.wasm_simd(true)
			.wasm_relaxed_simd(true)
			.set_max_recursion_depth(65_536)
			.set_max_stack_height(64 << 20);
		let engine = Engine::new(&config);
		let module = Module::new(&engine, wasm).map_err(|e| e.to_string())?;
		Ok(Self { engine, module })
	}
}

pub struct Running {
	store: Store<()>,
	instance: Instance,
	memory: Memory,
}

impl guest::Runtime for Runtime {
	type Instance = Running;

	fn instantiate(&self) -> Result<Running, String> {
		let mut store = Store::new(&self.engine, ());
		let instance = Instance::new(&mut store, &self.module, &[]).map_err(|e| e.to_string())?;
		let memory = instance.get_memory(&store, "memory").ok_or("no memory")?;
		Ok(Running { store, instance, memory })
	}
}

impl guest::Instance for Running {
	fn call(&mut self, export: &str, arguments: &[u32]) -> Result<Option<u64>, String> {
		let function = self.instance.get_func(&self.store, export).ok_or("no such export")?;
		let arguments: Vec<Val> = arguments.iter().map(|a| Val::I32(*a as i32)).collect();
		let mut results = [Val::I32(0)];
		match function.call(&mut self.store, &arguments, &mut results) {
			Ok(()) => integer(&results[0]).map(|value| Some(value as u64)),
			Err(error) => match error.as_trap_code() {
				Some(TrapCode::UnreachableCodeReached) => Ok(None),
				_ => Err(format!("{export}: {error}")),
			},
		}
	}

	fn global(&mut self, export: &str) -> Result<i64, String> {
		let global = self.instance.get_global(&self.store, export).ok_or("no such global")?;
		integer(&global.get(&self.store))
	}

	fn set_global(&mut self, export: &str, value: i64) -> Result<(), String> {
		let global = self.instance.get_global(&self.store, export).ok_or("no such global")?;
		let value = match global.get(&self.store) {
			Val::I32(_) => Val::I32(i32::try_from(value).map_err(|e| e.to_string())?),
			_ => Val::I64(value),
		};
		global.set(&mut self.store, value).map_err(|e| e.to_string())
	}

	fn memory(&mut self) -> &mut [u8] {
		self.memory.data_mut(&mut self.store)
	}

	fn grow(&mut self, pages: u64) -> Result<(), String> {
		self.memory.grow(&mut self.store, pages).map(drop).map_err(|e| e.to_string())
	}
}

fn integer(value: &Val) -> Result<i64, String> {
	match value {
		Val::I32(value) => Ok(i64::from(*value)),
		Val::I64(value) => Ok(*value),
		_ => Err("no integer".into()),
	}
}
