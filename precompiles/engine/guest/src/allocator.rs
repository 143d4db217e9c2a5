//! The allocator: the target's own, which also zeroes what a load gives back.
//!
//! A prepared image holds every page of memory that isn't zero, whether anything lives there or not,
//! and a load leaves much behind: the file, the message made of it, weights before they were packed.
//! Zeroed, they are in no image: a third of the pages is hashed, paid for and kept. Runs don't wipe:
//! their memory goes with the instance.

use std::{
	alloc::{GlobalAlloc, Layout, System},
	sync::atomic::{AtomicBool, Ordering},
};

/// Smallest block that is wiped, in bytes: a page of an image. Smaller ones seldom leave a page empty.
const WIPED_BYTES: usize = 4096;

static LOADING: AtomicBool = AtomicBool::new(false);

/// See the module's documentation.
struct Wiping;

#[global_allocator]
static ALLOCATOR: Wiping = Wiping;

/// Wipes from here on, until [`stop_wiping`].
pub fn start_wiping() {
	LOADING.store(true, Ordering::Relaxed);
}

/// The load is over.
pub fn stop_wiping() {
	LOADING.store(false, Ordering::Relaxed);
}

// Safety: all of it is `System`'s, but for a block's bytes, which are the caller's until it is freed.
unsafe impl GlobalAlloc for Wiping {
	unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
		// Safety: the caller's promise.
		unsafe { System.alloc(layout) }
	}

	unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
		// Safety: the caller's promise.
		unsafe { System.alloc_zeroed(layout) }
	}

	// Thousands of places free something.
	#[inline(never)]
	unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
		if layout.size() >= WIPED_BYTES && LOADING.load(Ordering::Relaxed) {
			// Safety: the block is writable as a whole, and nobody reads it any more.
			unsafe { block.write_bytes(0, layout.size()) }
		}
		// Safety: the caller's promise.
		unsafe { System.dealloc(block, layout) }
	}

	/// Not wiped when it moves: a block that can grow in place shouldn't be copied for that.
	unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
		// Safety: the caller's promise.
		unsafe { System.realloc(block, layout, size) }
	}
}
