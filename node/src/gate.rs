//! How many may do something at the same time, how many may wait for their turn, and how long.
//!
//! What is run for RPC passes a gate before it takes one of the runtime's instances, of which there are 64
//! for everything that the node does: however many requests come, block import finds one. A request
//! that finds the gate full waits a little, in bounded numbers, because a model takes milliseconds and
//! clients ask in bursts; then it is turned away.

use parking_lot::{Condvar, Mutex};
use std::{
	sync::Arc,
	time::{Duration, Instant},
};

/// What a gate lets through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
	/// Passes at the same time; at least one.
	pub running: usize,
	/// Requests that wait for one, at most.
	pub waiting: usize,
	/// How long each of them waits, at most.
	pub patience: Duration,
}

/// A gate. Clones are the same gate.
#[derive(Clone, Debug)]
pub struct Gate(Arc<Inner>);

#[derive(Debug)]
struct Inner {
	limits: Limits,
	counts: Mutex<Counts>,
	/// Told when a pass is given back.
	freed: Condvar,
}

/// What has come to a gate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
	/// Passes held now.
	pub running: usize,
	/// Requests that wait for one now.
	pub waiting: usize,
	/// Passes ever given.
	pub passed: u64,
	/// Requests ever turned away.
	pub turned_away: u64,
}

impl Counts {
	fn turn_away(&mut self) -> Busy {
		self.turned_away = self.turned_away.saturating_add(1);
		Busy { running: self.running, waiting: self.waiting }
	}
}

/// Held while what was let through is done; gives the place back when it is dropped.
#[derive(Debug)]
pub struct Pass(Arc<Inner>);

/// Too many are running and waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
	"Busy(running={running},waiting={waiting}): this node runs as many calls for RPC as it may; try again"
)]
pub struct Busy {
	/// Calls that were running.
	pub running: usize,
	/// Calls that were waiting.
	pub waiting: usize,
}

impl Gate {
	/// A gate with these limits.
	pub fn new(limits: Limits) -> Self {
		let limits = Limits { running: limits.running.max(1), ..limits };
		Self(Arc::new(Inner { limits, counts: Mutex::default(), freed: Condvar::new() }))
	}

	/// What has come so far.
	pub fn counts(&self) -> Counts {
		*self.0.counts.lock()
	}

	/// Passes, at once or after waiting. Blocks the thread meanwhile.
	///
	/// # Errors
	/// As many as may are waiting already, or none that runs has ended within the patience.
	pub fn pass(&self) -> Result<Pass, Busy> {
		let Inner { limits, counts, freed } = &*self.0;
		let mut counts = counts.lock();
		if counts.running >= limits.running {
			if counts.waiting >= limits.waiting {
				return Err(counts.turn_away());
			}
			counts.waiting = counts.waiting.saturating_add(1);
			let until = Instant::now().checked_add(limits.patience);
			let mut timed_out = false;
			while counts.running >= limits.running && !timed_out {
				timed_out = match until {
					Some(until) => freed.wait_until(&mut counts, until).timed_out(),
					None => {
						freed.wait(&mut counts);
						false
					},
				};
			}
			counts.waiting = counts.waiting.saturating_sub(1);
			if counts.running >= limits.running {
				return Err(counts.turn_away());
			}
		}
		counts.running = counts.running.saturating_add(1);
		counts.passed = counts.passed.saturating_add(1);
		Ok(Pass(Arc::clone(&self.0)))
	}
}

impl Drop for Pass {
	fn drop(&mut self) {
		let mut counts = self.0.counts.lock();
		counts.running = counts.running.saturating_sub(1);
		drop(counts);
		self.0.freed.notify_one();
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::{
		sync::atomic::{AtomicUsize, Ordering},
		thread,
	};

	/// Long enough that a test which needs it fails, not flakes.
	const LONG: Duration = Duration::from_secs(60);

	fn gate(running: usize, waiting: usize, patience: Duration) -> Gate {
		Gate::new(Limits { running, waiting, patience })
	}

	#[test]
	fn who_finds_it_full_and_may_not_wait_is_turned_away() {
		let gate = gate(2, 0, LONG);
		let first = gate.pass().expect("it is empty");
		let _second = gate.pass().expect("there is one place left");
		assert_eq!(gate.pass().err(), Some(Busy { running: 2, waiting: 0 }));
		drop(first);
		assert!(gate.pass().is_ok());
		assert_eq!(gate.counts(), Counts { running: 1, waiting: 0, passed: 3, turned_away: 1 });
	}

	#[test]
	fn somebody_always_passes() {
		assert!(gate(0, 0, Duration::ZERO).pass().is_ok());
	}

	#[test]
	fn patience_ends() {
		let gate = gate(1, 1, Duration::from_millis(5));
		let held = gate.pass().expect("it is empty");
		assert_eq!(gate.pass().err(), Some(Busy { running: 1, waiting: 0 }));
		drop(held);
		assert!(gate.pass().is_ok(), "who gave up waits no more");
	}

	#[test]
	fn a_crowd_passes_in_turn_and_never_more_at_once_than_may() {
		let gate = gate(3, 64, LONG);
		let (inside, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
		thread::scope(|scope| {
			for _ in 0..64 {
				scope.spawn(|| {
					let pass = gate.pass().expect("all may wait");
					most.fetch_max(inside.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
					thread::sleep(Duration::from_millis(1));
					inside.fetch_sub(1, Ordering::SeqCst);
					drop(pass);
				});
			}
		});
		assert!(most.load(Ordering::SeqCst) <= 3);
		assert_eq!(inside.load(Ordering::SeqCst), 0);
	}

	#[test]
	fn what_panics_inside_gives_its_place_back() {
		let gate = gate(1, 0, LONG);
		let inside = gate.clone();
		let result = thread::spawn(move || {
			let _pass = inside.pass().expect("it is empty");
			// Without the hook, which would print.
			std::panic::resume_unwind(Box::new("inside"));
		})
		.join();
		assert!(result.is_err());
		assert!(gate.pass().is_ok());
	}

	#[test]
	fn the_refusal_says_what_to_do() {
		let text = Busy { running: 2, waiting: 64 }.to_string();
		assert!(text.starts_with("Busy(running=2,waiting=64): "), "{text}");
		assert!(text.ends_with("try again"), "{text}");
	}
}
