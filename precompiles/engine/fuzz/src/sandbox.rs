//! Runs the guest natively with what the blob would have: bounded memory, and panics that end one
//! execution only.
//!
//! An execution has a thread of its own. One that asks for more memory than there is stops there and
//! then: its thread is parked for good, since nothing may unwind from an allocation. What it held is
//! lost, so after [`MAX_LOST`] of them the process should end and be started again.

use std::{
	alloc::{GlobalAlloc, Layout, System},
	backtrace::Backtrace,
	cell::{Cell, RefCell},
	panic::{catch_unwind, AssertUnwindSafe},
	sync::{
		atomic::{AtomicUsize, Ordering},
		Arc, Condvar, Mutex, Once, PoisonError,
	},
};

/// Bytes that an execution may hold. Less than the guest's 1 GiB, so that several lost ones fit the
/// machine.
const MAX_BYTES: isize = 512 << 20;
/// What lost executions may hold before [`end_when_exhausted`] ends the process: bytes, and threads.
const MAX_LOST_BYTES: usize = 2 << 30;
const MAX_LOST: usize = 200;
/// Stack of an execution. The blob has 4 MiB of its own; unoptimised frames are larger.
const STACK: usize = 64 << 20;

/// How an execution ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End<T> {
	/// It returned.
	Done(T),
	/// It panicked: in the blob that is a trap.
	Panicked(Panic),
	/// It asked for more memory than there is.
	OutOfMemory,
}

/// A panic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Panic {
	/// File (from the crate's name on) and line; then the innermost function of tract's or ours.
	pub place: String,
	/// What it said.
	pub message: String,
}

thread_local! {
	/// Bytes held by this thread's execution; `None` outside of one.
	static HELD: Cell<Option<isize>> = const { Cell::new(None) };
	/// The last panic of this thread's execution.
	static PANIC: RefCell<Option<Panic>> = const { RefCell::new(None) };
}

/// Whether the execution that is going on has stopped for want of memory.
static LOST: (Mutex<bool>, Condvar) = (Mutex::new(false), Condvar::new());
/// Executions lost so far, and the bytes that they held.
static LOSSES: AtomicUsize = AtomicUsize::new(0);
static LOST_BYTES: AtomicUsize = AtomicUsize::new(0);
/// Executions so far.
static EXECUTIONS: AtomicUsize = AtomicUsize::new(0);
/// One execution at a time.
static ONE: Mutex<()> = Mutex::new(());

/// The allocator that holds executions to their bound; everybody else gets what the system has.
pub struct Bounded;

// SAFETY: every call goes to the system's allocator as it is, or never returns.
unsafe impl GlobalAlloc for Bounded {
	unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
		account(layout.size(), 0);
		// SAFETY: the caller's promises.
		unsafe { System.alloc(layout) }
	}

	unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
		account(layout.size(), 0);
		// SAFETY: the caller's promises.
		unsafe { System.alloc_zeroed(layout) }
	}

	unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
		account(0, layout.size());
		// SAFETY: the caller's promises.
		unsafe { System.dealloc(pointer, layout) }
	}

	unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
		account(size, layout.size());
		// SAFETY: the caller's promises.
		unsafe { System.realloc(pointer, layout, size) }
	}
}

/// Counts what an execution takes and gives back. Doesn't return when it takes too much.
fn account(taken: usize, given: usize) {
	let Ok(Some(held)) = HELD.try_with(Cell::get) else { return };
	// No layout is longer than isize::MAX.
	let next = held.saturating_add(taken as isize).saturating_sub(given as isize);
	if next <= MAX_BYTES {
		HELD.set(Some(next));
		return;
	}
	HELD.set(None);
	LOST_BYTES.fetch_add(held.max(0) as usize, Ordering::Relaxed);
	*LOST.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
	LOST.1.notify_all();
	loop {
		std::thread::park();
	}
}

/// Ends the process when so many executions were lost that their memory is missed. scripts/fuzz
/// starts it again.
pub fn end_when_exhausted() {
	let (lost, bytes) = (LOSSES.load(Ordering::Relaxed), LOST_BYTES.load(Ordering::Relaxed));
	if lost >= MAX_LOST || bytes >= MAX_LOST_BYTES {
		let executions = EXECUTIONS.load(Ordering::Relaxed);
		eprintln!("{lost} executions ran out of memory: starting again");
		// As libFuzzer prints it, which doesn't get to do so.
		eprintln!("stat::number_of_executed_units: {executions}");
		extern "C" {
			fn _exit(status: i32) -> !;
		}
		// SAFETY: ends the process at once; nothing of it is needed any more. An ordinary exit would be
		// a crash to libFuzzer.
		unsafe { _exit(0) };
	}
}

/// Runs something on a thread of its own. [`Bounded`] must be the program's allocator.
pub fn run<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> End<T> {
	install_hook();
	EXECUTIONS.fetch_add(1, Ordering::Relaxed);
	let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
	let end = Arc::new(Mutex::new(None));
	let slot = Arc::clone(&end);
	let body = move || {
		HELD.set(Some(0));
		let result = catch_unwind(AssertUnwindSafe(work));
		HELD.set(None);
		let result = result.map_err(|_| PANIC.take());
		*slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
		// Under the lock, so that whoever waits has either not looked yet or is told.
		let _told = LOST.0.lock().unwrap_or_else(PoisonError::into_inner);
		LOST.1.notify_all();
	};
	std::thread::Builder::new().stack_size(STACK).spawn(body).expect("a thread starts");
	let mut lost = LOST.0.lock().unwrap_or_else(PoisonError::into_inner);
	loop {
		if std::mem::take(&mut *lost) {
			LOSSES.fetch_add(1, Ordering::Relaxed);
			return End::OutOfMemory;
		}
		// Apart from the match: a lock in its head would be held in all of it.
		let ended = end.lock().unwrap_or_else(PoisonError::into_inner).take();
		match ended {
			Some(Ok(value)) => return End::Done(value),
			Some(Err(panic)) => {
				let unknown = || Panic { place: "unknown".into(), message: String::new() };
				return End::Panicked(panic.unwrap_or_else(unknown));
			},
			None => lost = LOST.1.wait(lost).unwrap_or_else(PoisonError::into_inner),
		}
	}
}

/// Keeps the panics of executions, and leaves those of everybody else to the hook that was there.
fn install_hook() {
	static ONCE: Once = Once::new();
	ONCE.call_once(|| {
		let before = std::panic::take_hook();
		std::panic::set_hook(Box::new(move |info| {
			// What the hook allocates isn't the execution's.
			let Some(held) = HELD.take() else { return before(info) };
			let place = info.location().map_or_else(String::new, |at| {
				let file = at.file().rsplit_once("/src/").map_or(at.file(), |(folder, file)| {
					let name = folder.rsplit('/').next().unwrap_or_default().len();
					&at.file()[at.file().len() - name - "/src/".len() - file.len()..]
				});
				format!("{file}:{}", at.line())
			});
			let payload = info.payload();
			let message = payload
				.downcast_ref::<String>()
				.cloned()
				.or_else(|| payload.downcast_ref::<&str>().map(|text| text.to_string()));
			let panic = Panic {
				place: format!("{place} {}", innermost()),
				message: message.unwrap_or_default(),
			};
			PANIC.set(Some(panic));
			HELD.set(Some(held));
		}));
	});
}

/// The innermost function of tract's or ours on the stack.
fn innermost() -> String {
	let trace = Backtrace::force_capture().to_string();
	let ours = |line: &&str| line.contains("tract_") || line.contains("opg_engine_guest");
	let line = trace.lines().filter(|line| !line.contains("opg_engine_fuzz")).find(ours);
	let name = line.and_then(|line| line.split_once(": ")).map_or("", |(_, name)| name);
	name.split("::h").next().unwrap_or(name).trim().to_string()
}
