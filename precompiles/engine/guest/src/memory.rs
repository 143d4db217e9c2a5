//! Copying and filling of memory, in place of the compiler's.
//!
//! The profile has no bulk-memory operations, so every `memcpy` of the engine is a loop of
//! instructions that count as fuel. The one of `compiler_builtins` moves 4 bytes at a time; this one
//! moves 16, which makes the load of a model two to five times cheaper. LLVM makes no call of `memcpy`
//! or `memset` out of a loop inside a function of that name, and knows nothing of the blocks here that
//! it could take for a `memmove`.
//!
//! Every function here has the contract of its namesake in C, and none of it is known to Rust: rustc
//! exports them under those names, and the pass that inserts the counters takes the exports away.

use core::ptr;

#[cfg(target_arch = "wasm32")]
use core::arch::wasm32::{u64x2_splat as splat, v128 as Block};

/// For tests: what has the size of a vector.
#[cfg(not(target_arch = "wasm32"))]
type Block = u128;

#[cfg(not(target_arch = "wasm32"))]
fn splat(word: u64) -> Block {
	u128::from(word) << 64 | u128::from(word)
}

/// Bytes of a block.
const BLOCK: usize = core::mem::size_of::<Block>();
/// Bytes that a loop moves at a time.
const STRIDE: usize = 4 * BLOCK;

/// # Safety
///
/// `at` is readable for a `T`, which any bits are.
#[inline(always)]
unsafe fn get<T>(at: *const u8) -> T {
	unsafe { ptr::read_unaligned(at.cast()) }
}

/// # Safety
///
/// `at` is writable for a `T`.
#[inline(always)]
unsafe fn put<T>(at: *mut u8, value: T) {
	unsafe { ptr::write_unaligned(at.cast(), value) }
}

/// Fewer bytes than a block: everything is read before anything is written.
///
/// # Safety
///
/// As of `memmove`, under that condition.
#[inline(always)]
unsafe fn copy_few(to: *mut u8, from: *const u8, len: usize) {
	unsafe {
		if len >= 8 {
			let (head, tail): (u64, u64) = (get(from), get(from.add(len - 8)));
			put(to, head);
			put(to.add(len - 8), tail);
		} else if len >= 4 {
			let (head, tail): (u32, u32) = (get(from), get(from.add(len - 4)));
			put(to, head);
			put(to.add(len - 4), tail);
		} else if len > 0 {
			let (head, middle, tail) = (*from, *from.add(len / 2), *from.add(len - 1));
			*to = head;
			*to.add(len / 2) = middle;
			*to.add(len - 1) = tail;
		}
	}
}

/// Ascending: for memory apart, or `to` below `from`.
///
/// # Safety
///
/// As of `memmove`, under that condition.
#[inline(always)]
unsafe fn copy_up(to: *mut u8, from: *const u8, len: usize) {
	unsafe {
		if len < BLOCK {
			return copy_few(to, from, len);
		}
		let last: Block = get(from.add(len - BLOCK));
		let mut at = 0;
		while len - at >= STRIDE {
			let blocks: [Block; 4] = [
				get(from.add(at)),
				get(from.add(at + BLOCK)),
				get(from.add(at + 2 * BLOCK)),
				get(from.add(at + 3 * BLOCK)),
			];
			put(to.add(at), blocks[0]);
			put(to.add(at + BLOCK), blocks[1]);
			put(to.add(at + 2 * BLOCK), blocks[2]);
			put(to.add(at + 3 * BLOCK), blocks[3]);
			at += STRIDE;
		}
		while len - at >= BLOCK {
			put(to.add(at), get::<Block>(from.add(at)));
			at += BLOCK;
		}
		put(to.add(len - BLOCK), last);
	}
}

/// Descending: for `to` above `from`.
///
/// # Safety
///
/// As of `memmove`, under that condition.
#[inline(always)]
unsafe fn copy_down(to: *mut u8, from: *const u8, len: usize) {
	unsafe {
		if len < BLOCK {
			return copy_few(to, from, len);
		}
		let first: Block = get(from);
		let mut end = len;
		while end >= STRIDE {
			end -= STRIDE;
			let blocks: [Block; 4] = [
				get(from.add(end)),
				get(from.add(end + BLOCK)),
				get(from.add(end + 2 * BLOCK)),
				get(from.add(end + 3 * BLOCK)),
			];
			put(to.add(end + 3 * BLOCK), blocks[3]);
			put(to.add(end + 2 * BLOCK), blocks[2]);
			put(to.add(end + BLOCK), blocks[1]);
			put(to.add(end), blocks[0]);
		}
		while end >= BLOCK {
			end -= BLOCK;
			put(to.add(end), get::<Block>(from.add(end)));
		}
		put(to, first);
	}
}

/// # Safety
///
/// As of `memmove`.
#[inline(always)]
unsafe fn copy(to: *mut u8, from: *const u8, len: usize) {
	unsafe {
		// Also true when `to` is below `from`: the difference wraps.
		if (to as usize).wrapping_sub(from as usize) >= len {
			copy_up(to, from, len);
		} else {
			copy_down(to, from, len);
		}
	}
}

/// # Safety
///
/// As of `memset`.
#[inline(always)]
unsafe fn fill(to: *mut u8, byte: u8, len: usize) {
	unsafe {
		let word = u64::from(byte) * 0x0101_0101_0101_0101;
		if len >= BLOCK {
			let block = splat(word);
			let mut at = 0;
			while len - at >= STRIDE {
				put(to.add(at), block);
				put(to.add(at + BLOCK), block);
				put(to.add(at + 2 * BLOCK), block);
				put(to.add(at + 3 * BLOCK), block);
				at += STRIDE;
			}
			while len - at >= BLOCK {
				put(to.add(at), block);
				at += BLOCK;
			}
			put(to.add(len - BLOCK), block);
		} else if len >= 8 {
			put(to, word);
			put(to.add(len - 8), word);
		} else if len >= 4 {
			put(to, word as u32);
			put(to.add(len - 4), word as u32);
		} else if len > 0 {
			*to = byte;
			*to.add(len / 2) = byte;
			*to.add(len - 1) = byte;
		}
	}
}

/// The functions that compiled code calls.
#[cfg(target_arch = "wasm32")]
mod library {
	/// # Safety
	///
	/// C's.
	#[no_mangle]
	pub unsafe extern "C" fn memcpy(to: *mut u8, from: *const u8, len: usize) -> *mut u8 {
		unsafe { super::copy_up(to, from, len) };
		to
	}

	/// # Safety
	///
	/// C's.
	#[no_mangle]
	pub unsafe extern "C" fn memmove(to: *mut u8, from: *const u8, len: usize) -> *mut u8 {
		unsafe { super::copy(to, from, len) };
		to
	}

	/// # Safety
	///
	/// C's.
	#[no_mangle]
	pub unsafe extern "C" fn memset(to: *mut u8, byte: i32, len: usize) -> *mut u8 {
		// C: converted to `unsigned char`.
		unsafe { super::fill(to, byte as u8, len) };
		to
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn numbers() -> Vec<u8> {
		(0..512u32).map(|i| (i * 7 % 251) as u8).collect()
	}

	#[test]
	fn copies_like_the_standard_library_whatever_overlaps() {
		for len in (0..70).chain([127, 128, 129, 200]) {
			for (to, from) in
				[(0, 300), (1, 303), (64, 65), (64, 64), (65, 64), (80, 64), (64, 80), (9, 0)]
			{
				let (mut ours, mut theirs) = (numbers(), numbers());
				theirs.copy_within(from..from + len, to);
				let start = ours.as_mut_ptr();
				// Safety: both ranges are within the vector.
				unsafe { copy(start.add(to), start.add(from), len) };
				assert!(ours == theirs, "{len} bytes from {from} to {to}");
			}
			let (mut ours, from) = (numbers(), vec![9; len]);
			// Safety: within both vectors, which are apart.
			unsafe { copy_up(ours.as_mut_ptr().add(3), from.as_ptr(), len) };
			assert!(ours[..3] == numbers()[..3] && ours[3 + len..] == numbers()[3 + len..]);
			assert!(ours[3..3 + len].iter().all(|byte| *byte == 9));
		}
	}

	#[test]
	fn fills_exactly_what_it_should() {
		for len in (0..70).chain([127, 128, 129, 200]) {
			let mut ours = numbers();
			// Safety: within the vector.
			unsafe { fill(ours.as_mut_ptr().add(5), 0xa7, len) };
			assert!(ours[..5] == numbers()[..5] && ours[5 + len..] == numbers()[5 + len..]);
			assert!(ours[5..5 + len].iter().all(|byte| *byte == 0xa7));
		}
	}
}
