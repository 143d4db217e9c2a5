//! Memory growth of the guest: refused at the limit, a node failure when the system refuses.

use wasmtime::{Error, ResourceLimiter};

/// Watches the memory of one instance.
///
/// wasmtime's own `StoreLimits` hides a failing `mmap` from the host and shows −1 to the guest
/// (wasmtime 36.0.20, `runtime/limits.rs`, `memory_grow_failed`): two nodes with different memory
/// would compute different results. Here the guest sees −1 only at the limit, which is the same
/// everywhere; anything else stops the run with an error that isn't a trap.
#[derive(Debug)]
pub(crate) struct MemoryLimiter {
	max_bytes: usize,
	/// Whether growth over the limit was refused.
	pub(crate) hit_limit: bool,
}

impl MemoryLimiter {
	pub(crate) fn new(max_bytes: usize) -> Self {
		Self { max_bytes, hit_limit: false }
	}
}

impl ResourceLimiter for MemoryLimiter {
	fn memory_growing(
		&mut self,
		_current: usize,
		desired: usize,
		declared: Option<usize>,
	) -> Result<bool, Error> {
		let max = declared.map_or(self.max_bytes, |declared| declared.min(self.max_bytes));
		if desired > max {
			self.hit_limit = true;
			return Ok(false);
		}
		Ok(true)
	}

	fn memory_grow_failed(&mut self, error: Error) -> Result<(), Error> {
		Err(error.context("the system refused to grow a memory within its limit"))
	}

	fn table_growing(
		&mut self,
		_current: usize,
		_desired: usize,
		_maximum: Option<usize>,
	) -> Result<bool, Error> {
		// Only instantiation gets here: the validator admits no instruction that grows a table.
		Ok(true)
	}

	fn table_grow_failed(&mut self, error: Error) -> Result<(), Error> {
		Err(error.context("the system refused a table"))
	}
}
