//! wasmtime in other settings than the node's: everything that this machine has, or its interpreter.

use crate::guest;
use wasmtime::{Config, Engine, Instance, InstancePre, Linker, Memory, Module, Store, Trap, Val};

/// How wasmtime executes.
#[derive(Clone, Copy)]
pub enum Form {
	/// Cranelift with every feature of this processor, which the node's profile never asks for.
	Native,
	/// Pulley, the interpreter of Cranelift's portable code: no instruction of this processor is chosen
	/// by Cranelift.
	Pulley,
}

pub struct Runtime(InstancePre<()>);

impl Runtime {
	pub fn new(form: Form, wasm: &[u8]) -> Result<Self, String> {
		let text = |error: wasmtime::Error| format!("{error:#}");
		let mut config = Config::new();
		config
			.cranelift_nan_canonicalization(true)
			.wasm_relaxed_simd(true)
			.relaxed_simd_deterministic(true)
			.max_wasm_stack(16 << 20);
		if let Form::Pulley = form {
			config.target("pulley64").map_err(text)?;
		}
		let engine = Engine::new(&config).map_err(text)?;
		let module = Module::from_binary(&engine, wasm).map_err(text)?;
		Ok(Self(Linker::new(&engine).instantiate_pre(&module).map_err(text)?))
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
		let mut store = Store::new(self.0.module().engine(), ());
		let instance = self.0.instantiate(&mut store).map_err(|e| format!("{e:#}"))?;
		let memory = instance.get_memory(&mut store, "memory").ok_or("no memory")?;
		Ok(Running { store, instance, memory })
	}
}

impl guest::Instance for Running {
	fn call(&mut self, export: &str, arguments: &[u32]) -> Result<Option<u64>, String> {
		let function = self.instance.get_func(&mut self.store, export).ok_or("no such export")?;
		let arguments: Vec<Val> = arguments.iter().map(|a| Val::I32(*a as i32)).collect();
		let mut results = [Val::I32(0)];
		match function.call(&mut self.store, &arguments, &mut results) {
			Ok(()) => integer(&results[0]).map(|value| Some(value as u64)),
			Err(error) => match error.downcast_ref::<Trap>() {
				Some(Trap::UnreachableCodeReached) => Ok(None),
				_ => Err(format!("{export}: {:#}", error.root_cause())),
			},
		}
	}

	fn global(&mut self, export: &str) -> Result<i64, String> {
		let global = self.instance.get_global(&mut self.store, export).ok_or("no such global")?;
		integer(&global.get(&mut self.store))
	}

	fn set_global(&mut self, export: &str, value: i64) -> Result<(), String> {
		let global = self.instance.get_global(&mut self.store, export).ok_or("no such global")?;
		let value = match global.get(&mut self.store) {
			Val::I32(_) => Val::I32(i32::try_from(value).map_err(|e| e.to_string())?),
			_ => Val::I64(value),
		};
		global.set(&mut self.store, value).map_err(|e| format!("{e:#}"))
	}

	fn memory(&mut self) -> &mut [u8] {
		self.memory.data_mut(&mut self.store)
	}

	fn grow(&mut self, pages: u64) -> Result<(), String> {
		self.memory.grow(&mut self.store, pages).map(drop).map_err(|e| format!("{e:#}"))
	}
}

fn integer(value: &Val) -> Result<i64, String> {
	match value {
		Val::I32(value) => Ok(i64::from(*value)),
		Val::I64(value) => Ok(*value),
		_ => Err("no integer".into()),
	}
}
