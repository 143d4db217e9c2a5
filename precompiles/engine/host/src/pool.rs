//! Worker threads with large stacks.
//!
//! WebAssembly runs on threads of our own: the caller's stack (a runtime instance on a 2 MiB thread)
//! is too small for the frozen stack limit. A thread is started when none is idle, so a call never
//! queues behind another one; how many calls there are is bounded elsewhere (permits of the RPC
//! lane; block authoring and import). Idle threads are kept, because starting one takes longer than
//! a small inference.

use crate::{failure::HostFailure, profile::WORKER_STACK};
use parking_lot::Mutex;
use std::{
	panic::{catch_unwind, AssertUnwindSafe},
	sync::{
		mpsc::{sync_channel, SyncSender},
		Arc, Weak,
	},
};

type Job = Box<dyn FnOnce() + Send>;

/// The pool.
pub(crate) struct Pool {
	idle: Arc<Idle>,
}

struct Idle {
	keep: usize,
	threads: Mutex<Vec<SyncSender<Job>>>,
}

impl Pool {
	/// A pool that keeps at most `keep` idle threads.
	pub(crate) fn new(keep: usize) -> Self {
		Self { idle: Arc::new(Idle { keep, threads: Mutex::new(Vec::new()) }) }
	}

	/// Runs `work` on a worker and waits for it. A panic becomes a failure.
	pub(crate) fn run<T: Send + 'static>(
		&self,
		work: impl FnOnce() -> T + Send + 'static,
	) -> Result<T, HostFailure> {
		let (answer, result) = sync_channel(1);
		let mut job: Job = Box::new(move || {
			// Nothing that `work` shares with others can be seen half changed: it owns its instance,
			// and shared state lies behind locks that aren't held across a run.
			let outcome = catch_unwind(AssertUnwindSafe(work));
			// The receiver waits below; were it gone, nobody would want the answer.
			let _ = answer.send(outcome);
		});
		// A thread that just ended may still be in the list: its channel hands the job back.
		loop {
			let Some(thread) = self.idle.threads.lock().pop() else {
				self.start(job)?;
				break;
			};
			match thread.send(job) {
				Ok(()) => break,
				Err(returned) => job = returned.0,
			}
		}
		match result.recv() {
			Ok(Ok(value)) => Ok(value),
			Ok(Err(panic)) => Err(HostFailure::Worker(panic_text(&*panic))),
			Err(_) => Err(HostFailure::Worker("ended without an answer".into())),
		}
	}

	/// Starts a thread with its first job. It ends when there are enough idle ones, or with the pool.
	fn start(&self, first: Job) -> Result<(), HostFailure> {
		let idle = Arc::downgrade(&self.idle);
		std::thread::Builder::new()
			.name("opg-engine".into())
			.stack_size(WORKER_STACK)
			.spawn(move || {
				first();
				while let Some(job) = next(&idle) {
					job();
				}
			})
			.map(|_| ())
			.map_err(|e| HostFailure::Worker(format!("can't be started: {e}")))
	}
}

/// Waits idly for the next job; `None` when the thread isn't needed any more.
fn next(idle: &Weak<Idle>) -> Option<Job> {
	// The list holds the only sender, so that dropping the pool wakes the thread.
	let (sender, jobs) = sync_channel(1);
	{
		let idle = idle.upgrade()?;
		let mut threads = idle.threads.lock();
		if threads.len() >= idle.keep {
			return None;
		}
		threads.push(sender);
	}
	jobs.recv().ok()
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
	panic
		.downcast_ref::<&str>()
		.map(|s| s.to_string())
		.or_else(|| panic.downcast_ref::<String>().cloned())
		.unwrap_or_else(|| "panicked".into())
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_worker_is_reused_and_survives_a_panic() {
		let pool = Pool::new(1);
		let first = pool.run(|| std::thread::current().id()).expect("runs");
		// The thread announces itself as idle after it has answered.
		while pool.idle.threads.lock().is_empty() {
			std::thread::yield_now();
		}
		let failed = pool.run(|| panic!("on purpose"));
		assert_eq!(failed, Err::<(), _>(HostFailure::Worker("on purpose".into())));
		while pool.idle.threads.lock().is_empty() {
			std::thread::yield_now();
		}
		assert_eq!(pool.run(|| std::thread::current().id()), Ok(first));
	}

	#[test]
	fn calls_do_not_queue() {
		let pool = Arc::new(Pool::new(2));
		let (a, b) = std::sync::mpsc::channel();
		let inner = Arc::clone(&pool);
		// The outer job waits for the inner one: with one thread this would never end.
		let value = pool
			.run(move || {
				inner.run(move || a.send(7)).expect("starts another").expect("is received");
				b.recv().expect("was sent")
			})
			.expect("runs");
		assert_eq!(value, 7);
	}

	#[test]
	fn idle_threads_end_with_the_pool() {
		let pool = Pool::new(1);
		let (sender, receiver) = sync_channel::<()>(0);
		thread_local! {
			static HELD: std::cell::RefCell<Option<SyncSender<()>>> =
				const { std::cell::RefCell::new(None) };
		}
		pool.run(move || HELD.with(|held| *held.borrow_mut() = Some(sender))).expect("runs");
		drop(pool);
		// The thread's own storage is dropped when it ends.
		assert!(receiver.recv().is_err());
	}

	#[test]
	fn stacks_are_large() {
		fn deep(n: u32) -> u64 {
			let page = [u64::from(n); 512];
			if n == 0 {
				return std::hint::black_box(&page)[0];
			}
			deep(n - 1) + std::hint::black_box(&page)[511]
		}
		// Frames of at least 40 MB.
		assert!(Pool::new(1).run(|| deep(10_000)).expect("doesn't overflow") > 0);
	}
}
