//! One instance of the engine: fresh or from an image, with fuel, and what its end means.

use crate::{
	failure::{Detailed, HostFailure, Stop},
	image::{Image, ImageBudget},
	limiter::MemoryLimiter,
	profile::CALL_STACK_UNITS,
};
use codec::{Decode, DecodeAll};
use opg_engine_abi::{limits::WASM_PAGE_BYTES, ErrorCode, Refusal};
use opg_engine_meter::{CALL_STACK, FUEL};
use wasmtime::{Global, Instance, InstancePre, Memory, Store, Trap, Val, WasmParams, WasmResults};

/// How a guest stopped: the `trap` of [`ErrorCode::Trapped`]. Numbers never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
pub enum TrapNumber {
	/// `unreachable`: a panic in the guest.
	Unreachable = 1,
	/// Access beyond the memory, an overflow of the guest's own stack included.
	MemoryOutOfBounds = 2,
	/// Access beyond a table.
	TableOutOfBounds = 3,
	/// Indirect call of an empty table element.
	IndirectCallToNull = 4,
	/// Indirect call with another type.
	BadSignature = 5,
	/// Integer overflow of a division.
	IntegerOverflow = 6,
	/// Integer division by zero.
	DivisionByZero = 7,
	/// Conversion of a float that doesn't fit.
	BadConversion = 8,
	/// The guest answered with a pointer, length or encoding that can't be.
	BrokenAnswer = 9,
	/// The engine's call stack ran out ([`crate::profile::CALL_STACK_UNITS`]).
	CallStack = 10,
}

impl TrapNumber {
	/// The number of a trap; `None` for those that the profile can't give.
	fn of(trap: Trap) -> Option<Self> {
		Some(match trap {
			Trap::UnreachableCodeReached => Self::Unreachable,
			Trap::MemoryOutOfBounds => Self::MemoryOutOfBounds,
			Trap::TableOutOfBounds => Self::TableOutOfBounds,
			Trap::IndirectCallToNull => Self::IndirectCallToNull,
			Trap::BadSignature => Self::BadSignature,
			Trap::IntegerOverflow => Self::IntegerOverflow,
			Trap::IntegerDivisionByZero => Self::DivisionByZero,
			Trap::BadConversionToInteger => Self::BadConversion,
			_ => return None,
		})
	}
}

/// An instance.
pub(crate) struct Guest {
	store: Store<MemoryLimiter>,
	instance: Instance,
	memory: Memory,
	stack_pointer: Global,
	/// The counters of [`opg_engine_meter`].
	fuel: Global,
	call_stack: Global,
	max_pages: u32,
	fuel_limit: u64,
	/// What was left when the last call returned.
	fuel_left: u64,
}

impl Guest {
	/// A fresh instance with `fuel_limit` units and at most `max_pages` of memory.
	pub(crate) fn fresh(
		pre: &InstancePre<MemoryLimiter>,
		max_pages: u32,
		fuel_limit: u64,
	) -> Result<Self, Stop> {
		let max_bytes = (max_pages as usize).saturating_mul(WASM_PAGE_BYTES as usize);
		let mut store = Store::new(pre.module().engine(), MemoryLimiter::new(max_bytes));
		store.limiter(|limiter| limiter);
		let instance = match pre.instantiate(&mut store) {
			Ok(instance) => instance,
			// No code runs here (there is no start function), so this is the initial memory.
			Err(_) if store.data().hit_limit => {
				return Err(out_of_memory(max_pages, fuel_limit).into());
			},
			// The limiter's errors, and mmap of a new instance.
			Err(error) => return Err(HostFailure::Memory(format!("{error:#}")).into()),
		};
		let lost = || HostFailure::Configuration("the engine lost an export".into());
		let memory = instance.get_memory(&mut store, "memory").ok_or_else(lost)?;
		let mut global = |name| instance.get_global(&mut store, name).ok_or_else(lost);
		let (stack_pointer, fuel, call_stack) =
			(global("__stack_pointer")?, global(FUEL)?, global(CALL_STACK)?);
		// The counter is signed. Nothing uses 2^63 units.
		let fuel_limit = fuel_limit.min(i64::MAX as u64);
		fuel.set(&mut store, Val::I64(fuel_limit as i64)).map_err(configuration)?;
		call_stack.set(&mut store, Val::I32(CALL_STACK_UNITS)).map_err(configuration)?;
		Ok(Self {
			store,
			instance,
			memory,
			stack_pointer,
			fuel,
			call_stack,
			max_pages,
			fuel_limit,
			fuel_left: fuel_limit,
		})
	}

	/// A fresh instance in the state of an image.
	pub(crate) fn from_image(
		pre: &InstancePre<MemoryLimiter>,
		image: &Image,
		max_pages: u32,
		fuel_limit: u64,
	) -> Result<Self, Stop> {
		if image.memory_pages > max_pages {
			return Err(out_of_memory(max_pages, fuel_limit).into());
		}
		let mut guest = Self::fresh(pre, max_pages, fuel_limit)?;
		let missing = u64::from(image.memory_pages).saturating_sub(guest.memory.size(&guest.store));
		if missing > 0 {
			guest
				.memory
				.grow(&mut guest.store, missing)
				.map_err(|e| HostFailure::Memory(format!("{e:#}")))?;
		}
		let data = guest.memory.data_mut(&mut guest.store);
		let (pointer, len) = (data.as_mut_ptr(), data.len());
		if len != (image.memory_pages as usize).saturating_mul(WASM_PAGE_BYTES as usize) {
			return Err(HostFailure::Configuration("image of another engine".into()).into());
		}
		// SAFETY: `pointer` and `len` are the whole memory of an instance that has run nothing, of the
		// image's size as just checked; profile 1 allocates on demand; the borrow above has ended.
		unsafe { image.restore(pointer, len)? };
		guest
			.stack_pointer
			.set(&mut guest.store, Val::I32(image.stack_pointer))
			.map_err(configuration)?;
		Ok(guest)
	}

	/// Takes the image of this instance, which has used `spent` fuel; `base` is its memory as
	/// instantiated.
	pub(crate) fn image(
		&mut self,
		base: &[u8],
		spent: u64,
		budget: ImageBudget,
	) -> Result<Image, Stop> {
		let stack_pointer = self
			.stack_pointer
			.get(&mut self.store)
			.i32()
			.ok_or_else(|| HostFailure::Configuration("__stack_pointer is no i32".into()))?;
		let memory = self.memory.data(&self.store);
		let most = budget.changed_pages(spent, memory.len());
		let image = match most {
			Some(most) => Image::take(memory, stack_pointer, base, most)?,
			None => None,
		};
		image.ok_or_else(|| out_of_fuel(budget.max_fuel).into())
	}

	/// The whole memory.
	pub(crate) fn memory(&self) -> &[u8] {
		self.memory.data(&self.store)
	}

	/// Fuel used so far, by calls that returned. The instance succeeds exactly when that is at most its
	/// limit.
	pub(crate) fn fuel_used(&self) -> u64 {
		self.fuel_limit.saturating_sub(self.fuel_left)
	}

	/// Calls an export.
	pub(crate) fn call<P: WasmParams, R: WasmResults>(
		&mut self,
		name: &str,
		params: P,
	) -> Result<R, Stop> {
		let function =
			self.instance.get_typed_func::<P, R>(&mut self.store, name).map_err(configuration)?;
		let outcome = function.call(&mut self.store, params);
		let lost = || HostFailure::Configuration("a counter has another type".into());
		let fuel = self.fuel.get(&mut self.store).i64().ok_or_else(lost)?;
		let call_stack = self.call_stack.get(&mut self.store).i32().ok_or_else(lost)?;
		match outcome {
			Ok(results) => match u64::try_from(fuel) {
				Ok(left) => {
					self.fuel_left = left;
					Ok(results)
				},
				// Not every charge looks: the call can return before one does.
				Err(_) => Err(out_of_fuel(self.fuel_limit).into()),
			},
			Err(error) => Err(self.stop(error, fuel, call_stack)),
		}
	}

	/// What a call that didn't return means. On any trap the whole limit is charged: what a caller
	/// pays for a run that fails is then known before the run.
	fn stop(&self, error: wasmtime::Error, fuel: i64, call_stack: i32) -> Stop {
		let Some(trap) = error.downcast_ref::<Trap>() else {
			// The limiter's errors.
			return HostFailure::Memory(format!("{error:#}")).into();
		};
		match (*trap, TrapNumber::of(*trap)) {
			(Trap::StackOverflow, _) => HostFailure::StackOverflow.into(),
			(trap, None) => HostFailure::UnexpectedTrap(trap.to_string()).into(),
			_ if fuel < 0 => out_of_fuel(self.fuel_limit).into(),
			_ if call_stack < 0 => trapped(TrapNumber::CallStack, self.fuel_limit).into(),
			// A guest that was refused memory aborts: that is the reason worth telling.
			_ if self.store.data().hit_limit => {
				out_of_memory(self.max_pages, self.fuel_limit).into()
			},
			(_, Some(number)) => trapped(number, self.fuel_limit).into(),
		}
	}

	/// Allocates in the guest and copies `bytes` there. Returns pointer and length.
	pub(crate) fn pass(&mut self, bytes: &[u8]) -> Result<(u32, u32), Stop> {
		let len = u32::try_from(bytes.len()).map_err(|_| self.broken())?;
		let pointer: u32 = self.call("alloc", len)?;
		let start = pointer as usize;
		self.memory
			.data_mut(&mut self.store)
			.get_mut(start..start.saturating_add(bytes.len()))
			.map(|to| to.copy_from_slice(bytes))
			.ok_or_else(|| Stop::from(self.broken()))?;
		Ok((pointer, len))
	}

	/// The bytes of an answer `(pointer << 32) | length` of at most `max` bytes.
	pub(crate) fn answer(&self, packed: u64, max: usize) -> Result<&[u8], Stop> {
		let start = (packed >> 32) as usize;
		let len = (packed & 0xffff_ffff) as usize;
		if len > max {
			return Err(self.broken().into());
		}
		self.memory
			.data(&self.store)
			.get(start..start.saturating_add(len))
			.ok_or_else(|| self.broken().into())
	}

	/// Decodes an answer `Result<T, Refusal>`. A refusal costs the fuel used so far.
	pub(crate) fn decode<T: Decode>(&self, bytes: &[u8]) -> Result<T, Stop> {
		match Result::<T, Refusal>::decode_all(&mut &bytes[..]) {
			Ok(Ok(value)) => Ok(value),
			Ok(Err(refusal)) => Err(Detailed::new(refusal, self.fuel_used()).into()),
			Err(_) => Err(self.broken().into()),
		}
	}

	/// The fault of a guest that breaks its interface: like a trap.
	pub(crate) fn broken(&self) -> Detailed {
		trapped(TrapNumber::BrokenAnswer, self.fuel_limit)
	}
}

fn configuration(error: wasmtime::Error) -> HostFailure {
	HostFailure::Configuration(format!("{error:#}"))
}

fn out_of_memory(max_pages: u32, limit: u64) -> Detailed {
	Detailed::new(Refusal::new(ErrorCode::OutOfMemory, &[u64::from(max_pages)]), limit)
}

fn out_of_fuel(limit: u64) -> Detailed {
	Detailed::new(Refusal::new(ErrorCode::OutOfFuel, &[limit]), limit)
}

fn trapped(number: TrapNumber, limit: u64) -> Detailed {
	Detailed::new(Refusal::new(ErrorCode::Trapped, &[number as u64]), limit)
}
