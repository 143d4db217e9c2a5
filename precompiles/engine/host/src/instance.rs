//! One instance of the engine: fresh or from an image, with fuel, and what its end means.

use crate::{
	failure::{Detailed, HostFailure, Stop},
	image::{Image, ImageBudget},
	limiter::MemoryLimiter,
};
use codec::{Decode, DecodeAll};
use opg_engine_abi::{limits::WASM_PAGE_BYTES, ErrorCode, Refusal};
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
	max_pages: u32,
	fuel_limit: u64,
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
		store.set_fuel(fuel_limit).map_err(configuration)?;
		let instance = match pre.instantiate(&mut store) {
			Ok(instance) => instance,
			// No code runs here (there is no start function), so this is the initial memory.
			Err(_) if store.data().hit_limit => {
				return Err(out_of_memory(max_pages, fuel_limit).into());
			},
			Err(error) => return Err(stop(error, false, max_pages, fuel_limit)),
		};
		let lost = || HostFailure::Configuration("the engine lost an export".into());
		let memory = instance.get_memory(&mut store, "memory").ok_or_else(lost)?;
		let stack_pointer = instance.get_global(&mut store, "__stack_pointer").ok_or_else(lost)?;
		Ok(Self { store, instance, memory, stack_pointer, max_pages, fuel_limit })
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

	/// Fuel used so far. Only meaningful as long as nothing trapped: wasmtime doesn't write fuel back
	/// on a trap.
	pub(crate) fn fuel_used(&self) -> Result<u64, Stop> {
		let left = self.store.get_fuel().map_err(configuration)?;
		// wasmtime looks at the fuel at function entries and loop headers, so the last straight piece
		// of code may pass the limit unseen, and what is left then reads 0. Counting that as a success
		// would make success depend on where the checks are; so a run succeeds exactly when it
		// uses less than its limit.
		if left == 0 {
			return Err(out_of_fuel(self.fuel_limit).into());
		}
		Ok(self.fuel_limit.saturating_sub(left))
	}

	/// Calls an export.
	pub(crate) fn call<P: WasmParams, R: WasmResults>(
		&mut self,
		name: &str,
		params: P,
	) -> Result<R, Stop> {
		let function =
			self.instance.get_typed_func::<P, R>(&mut self.store, name).map_err(configuration)?;
		function.call(&mut self.store, params).map_err(|error| {
			stop(error, self.store.data().hit_limit, self.max_pages, self.fuel_limit)
		})
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
			Ok(Err(refusal)) => Err(Detailed::new(refusal, self.fuel_used()?).into()),
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

/// What an error of a call means. On any trap the whole limit is charged, because wasmtime doesn't
/// know the fuel used then.
fn stop(error: wasmtime::Error, hit_limit: bool, max_pages: u32, limit: u64) -> Stop {
	let Some(trap) = error.downcast_ref::<Trap>() else {
		// The limiter's errors, and mmap of a new instance.
		return HostFailure::Memory(format!("{error:#}")).into();
	};
	match trap {
		Trap::OutOfFuel => out_of_fuel(limit).into(),
		Trap::StackOverflow => HostFailure::StackOverflow.into(),
		trap => match TrapNumber::of(*trap) {
			None => HostFailure::UnexpectedTrap(trap.to_string()).into(),
			// A guest that was refused memory aborts: that is the reason worth telling.
			Some(_) if hit_limit => out_of_memory(max_pages, limit).into(),
			Some(number) => trapped(number, limit).into(),
		},
	}
}
