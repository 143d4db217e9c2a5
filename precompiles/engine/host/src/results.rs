//! The results of the RPC lane.
//!
//! Estimating the gas of a call runs it about ten times, with other limits and the same inputs. Block
//! execution never looks here.

use crate::images::Key;
use opg_engine_abi::{hash::keccak256, RunReport};
use parking_lot::Mutex;
use std::collections::HashMap;

/// Most bytes of outputs that are held.
const MAX_BYTES: usize = 16 << 20;

/// Most results that are held: what a look for the oldest has to go through.
const MAX_RESULTS: usize = 1024;

/// What decides a result: the image (engine, content, limits) and the inputs as they were encoded.
type Run = (Key, [u8; 32]);

/// Results, the least recently used leaving first.
#[derive(Default)]
pub(crate) struct Results(Mutex<Inner>);

#[derive(Default)]
struct Inner {
	bytes: usize,
	clock: u64,
	entries: HashMap<Run, Entry>,
}

struct Entry {
	report: RunReport,
	used: u64,
}

impl Results {
	/// Finds the result of a run with a limit of fuel. A run is the same under every limit that it
	/// doesn't exceed; what happens under a lower one isn't known here.
	pub(crate) fn get(&self, image: Key, inputs: &[u8], limit: u64) -> Option<RunReport> {
		let mut inner = self.0.lock();
		inner.clock = inner.clock.saturating_add(1);
		let now = inner.clock;
		let entry = inner.entries.get_mut(&(image, keccak256(inputs)))?;
		if entry.report.fuel > limit {
			return None;
		}
		entry.used = now;
		Some(entry.report.clone())
	}

	/// Keeps a result.
	pub(crate) fn insert(&self, image: Key, inputs: &[u8], report: &RunReport) {
		let size = report.outputs.len();
		let run = (image, keccak256(inputs));
		let mut inner = self.0.lock();
		inner.remove(&run);
		while inner.entries.len() >= MAX_RESULTS || inner.bytes.saturating_add(size) > MAX_BYTES {
			let oldest =
				inner.entries.iter().min_by_key(|(_, entry)| entry.used).map(|(run, _)| *run);
			match oldest {
				Some(run) => inner.remove(&run),
				None => return,
			}
		}
		inner.clock = inner.clock.saturating_add(1);
		inner.bytes = inner.bytes.saturating_add(size);
		let used = inner.clock;
		inner.entries.insert(run, Entry { report: report.clone(), used });
	}
}

impl Inner {
	fn remove(&mut self, run: &Run) {
		if let Some(entry) = self.entries.remove(run) {
			self.bytes = self.bytes.saturating_sub(entry.report.outputs.len());
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use opg_engine_abi::{Limits, ModelRef};

	fn image(n: u8) -> Key {
		Key::new([n; 32], ModelRef { root: [0; 32], len: 0 }, &Limits::V1)
	}

	fn report(fuel: u64, bytes: usize) -> RunReport {
		RunReport { outputs: vec![7; bytes], fuel }
	}

	#[test]
	fn image_and_inputs_decide() {
		let results = Results::default();
		results.insert(image(1), b"in", &report(5, 3));
		assert_eq!(results.get(image(1), b"in", 5), Some(report(5, 3)));
		assert_eq!(results.get(image(1), b"in", u64::MAX), Some(report(5, 3)));
		assert_eq!(results.get(image(1), b"in", 4), None, "the run doesn't end under that limit");
		assert_eq!(results.get(image(2), b"in", 5), None);
		assert_eq!(results.get(image(1), b"other", 5), None);
	}

	#[test]
	fn bytes_and_number_are_bounded() {
		let results = Results::default();
		results.insert(image(0), b"", &report(1, MAX_BYTES + 1));
		assert_eq!(results.0.lock().bytes, 0, "larger than the cache");
		results.insert(image(1), b"", &report(1, MAX_BYTES / 2));
		results.insert(image(2), b"", &report(1, MAX_BYTES / 2));
		assert!(results.get(image(1), b"", 1).is_some());
		results.insert(image(3), b"", &report(1, 1));
		assert!(results.get(image(2), b"", 1).is_none(), "the least recently used leaves");
		assert!(results.get(image(1), b"", 1).is_some());
		results.insert(image(1), b"", &report(1, 2));
		assert_eq!(results.0.lock().bytes, 3, "a result replaces the one before");
		for n in 0..=MAX_RESULTS {
			results.insert(image(4), &n.to_le_bytes(), &report(1, 0));
		}
		assert_eq!(results.0.lock().entries.len(), MAX_RESULTS);
	}
}
