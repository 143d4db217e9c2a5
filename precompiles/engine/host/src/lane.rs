//! Lanes: who waits for the answer.

use crate::failure::HostFailure;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Who waits for the answer. It decides what may be cached and who may wait, never a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lane {
	/// A block that is authored or imported, or a tool that has the machine for itself. Runs at
	/// once, compiles engines when it must, fills the caches.
	Consensus,
	/// Everything else. State may be forged (anybody can run a call against an overlay of his own),
	/// so nothing that is run here enters a cache that [`Lane::Consensus`] reads; it takes a permit
	/// or fails at once, because a caller that queues holds one of the runtime instances that block
	/// import needs; it never compiles.
	Rpc,
}

/// Permits of the RPC lane.
#[derive(Debug)]
pub(crate) struct Permits {
	total: usize,
	free: AtomicUsize,
}

/// Held during a call; gives its permit back when dropped.
pub(crate) struct Permit<'a>(Option<&'a Permits>);

impl Permits {
	pub(crate) fn new(total: usize) -> Self {
		Self { total, free: AtomicUsize::new(total) }
	}

	/// Takes a permit when the lane needs one.
	pub(crate) fn take(&self, lane: Lane) -> Result<Permit<'_>, HostFailure> {
		match lane {
			Lane::Consensus => Ok(Permit(None)),
			Lane::Rpc => self
				.free
				.fetch_update(Ordering::AcqRel, Ordering::Acquire, |free| free.checked_sub(1))
				.map(|_| Permit(Some(self)))
				.map_err(|_| HostFailure::Busy(self.total)),
		}
	}
}

impl Drop for Permit<'_> {
	fn drop(&mut self) {
		if let Some(permits) = self.0 {
			permits.free.fetch_add(1, Ordering::AcqRel);
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn permits_run_out_and_come_back() {
		let permits = Permits::new(1);
		let first = permits.take(Lane::Rpc).expect("one is free");
		assert_eq!(permits.take(Lane::Rpc).err(), Some(HostFailure::Busy(1)));
		assert!(permits.take(Lane::Consensus).is_ok());
		drop(first);
		assert!(permits.take(Lane::Rpc).is_ok());
	}
}
