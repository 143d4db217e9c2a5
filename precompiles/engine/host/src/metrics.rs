//! Counters of a host.

use std::{
	sync::atomic::{AtomicU64, Ordering},
	time::Instant,
};

macro_rules! counters {
	($( $(#[doc = $doc:literal])+ $name:ident, )+) => {
		/// A snapshot of a host's counters since its start. Not atomic as a whole.
		#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
		pub struct Metrics {
			$( $(#[doc = $doc])+ pub $name: u64, )+
		}

		#[derive(Debug, Default)]
		pub(crate) struct Counters {
			$( pub(crate) $name: Counter, )+
		}

		impl Counters {
			pub(crate) fn snapshot(&self) -> Metrics {
				Metrics { $( $name: self.$name.get(), )+ }
			}
		}

		impl Metrics {
			/// Every counter with its name and meaning, for exporters.
			pub fn named(&self) -> impl Iterator<Item = (&'static str, &'static str, u64)> {
				[$( (stringify!($name), concat!($($doc),+).trim_ascii(), self.$name), )+].into_iter()
			}
		}
	};
}

counters! {
	/// Runs that gave outputs.
	runs,
	/// Loads that gave a prepared image, rebuilt ones included.
	loads,
	/// Fuel of successful runs.
	run_fuel,
	/// Fuel of successful loads.
	load_fuel,
	/// Nanoseconds of successful runs, from taking the instance to its outputs.
	run_nanos,
	/// Nanoseconds of successful loads.
	load_nanos,
	/// Typed refusals of the engine and of the host.
	refusals,
	/// Traps, exhausted fuel and memory included.
	traps,
	/// Failures of this node. Each is worth an alert.
	failures,
	/// Calls over RPC that were turned away: all permits taken, or the engine not compiled yet.
	rpc_rejections,
	/// Runs over RPC that were known already.
	rpc_result_hits,
	/// Runs that found their prepared image.
	image_hits,
	/// Runs that had to load their model again.
	image_misses,
	/// Calls that found their engine in memory.
	engine_hits,
	/// Engines read from disk.
	engine_disk_hits,
	/// Engines compiled.
	engine_compiles,
	/// Nanoseconds of compiling.
	compile_nanos,
	/// Files of the engine cache that were discarded: corrupt, foreign or of another build.
	disk_discards,
	/// Compiled engines that could not be written to disk.
	disk_write_failures,
}

/// One counter.
#[derive(Debug, Default)]
pub(crate) struct Counter(AtomicU64);

impl Counter {
	pub(crate) fn add(&self, n: u64) {
		self.0.fetch_add(n, Ordering::Relaxed);
	}

	pub(crate) fn one(&self) {
		self.add(1);
	}

	pub(crate) fn since(&self, start: Instant) {
		self.add(u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX));
	}

	fn get(&self) -> u64 {
		self.0.load(Ordering::Relaxed)
	}
}
