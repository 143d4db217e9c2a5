//! Prepared images: an instance's whole state, from which every run starts.
//!
//! A run never reuses an instance that has run: the allocator's history would change alignments, and
//! with them fuel and the grouping of sums. It starts from the byte-identical image that was taken
//! right after the model was loaded: linear memory, its size, and `__stack_pointer`, the only
//! mutable global besides the counters, which the host fills for every instance (the validator makes
//! sure; tables can't change either).
//!
//! **Hash** of an image, keccak-256 over
//! `memory pages (u32 LE, 64 KiB each) ‖ __stack_pointer (u32 LE) ‖ for each changed page, ascending:
//! index (u32 LE) ‖ 4096 bytes`, where a changed page is one of 4096 bytes that differs from the
//! engine's memory as instantiated (zero beyond its initial size).
//!
//! **Form.** On Linux the memory lies in a sealed memory file, and a run maps it privately over its own
//! fresh linear memory: the kernel copies only the pages that the run writes, and starting from a
//! model of 50 MB costs what starting from one of 50 kB does. Long stretches of zeros aren't mapped:
//! there the run has new memory of its own, and the file can't grow when a run touches a hole. Elsewhere
//! the non-zero pages are copied.

use crate::failure::HostFailure;
use opg_engine_abi::{
	limits::{IMAGE_PAGE_BYTES, WASM_PAGE_BYTES},
	ImageFuel,
};
use sha3::{Digest, Keccak256};

const PAGE: usize = IMAGE_PAGE_BYTES as usize;
static ZEROS: [u8; PAGE] = [0; PAGE];

/// An instance's whole state.
#[derive(Debug)]
pub(crate) struct Image {
	/// Size of the linear memory in WebAssembly pages of 64 KiB.
	pub(crate) memory_pages: u32,
	/// Value of `__stack_pointer`.
	pub(crate) stack_pointer: i32,
	/// Pages of 4096 bytes that differ from the engine's memory as instantiated.
	pub(crate) changed_pages: u32,
	/// See the module's documentation.
	pub(crate) hash: [u8; 32],
	/// Bytes that the image may hold in this node's memory.
	pub(crate) resident: usize,
	backing: Backing,
}

/// What making an image may cost.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ImageBudget {
	/// Fuel for the load and the image together.
	pub(crate) max_fuel: u64,
	/// What the work is counted with.
	pub(crate) prices: ImageFuel,
}

impl ImageBudget {
	/// Of an image that was made before and is paid for.
	pub(crate) const PAID: Self =
		Self { max_fuel: u64::MAX, prices: ImageFuel { memory_page: 0, changed_page: 0 } };

	/// How many changed pages a memory of `len` bytes may have after `spent` fuel; `None` when the
	/// fuel isn't even enough to compare it.
	pub(crate) fn changed_pages(&self, spent: u64, len: usize) -> Option<u32> {
		let pages = len as u64 / u64::from(WASM_PAGE_BYTES);
		let left = self
			.max_fuel
			.checked_sub(spent)?
			.checked_sub(pages.checked_mul(self.prices.memory_page)?)?;
		let most = left.checked_div(self.prices.changed_page).unwrap_or(u64::MAX);
		Some(u32::try_from(most).unwrap_or(u32::MAX))
	}
}

#[derive(Debug)]
enum Backing {
	/// A file with the whole memory, and the parts of it to map.
	#[cfg(target_os = "linux")]
	File(std::fs::File, Vec<std::ops::Range<usize>>),
	#[cfg_attr(all(target_os = "linux", not(test)), allow(dead_code))]
	Copy(Vec<(usize, Box<[u8]>)>),
}

impl Backing {
	/// Bytes of memory, at most: a hole of a mapped part is filled when a run touches it.
	fn resident(&self) -> usize {
		match self {
			#[cfg(target_os = "linux")]
			Backing::File(_, parts) => parts.iter().fold(0, |sum, part| sum.saturating_add(part.len())),
			Backing::Copy(pages) => pages.len().saturating_mul(PAGE),
		}
	}
}

impl Image {
	/// Takes the image of a memory, `base` being the memory as instantiated; `None` when more than
	/// `most` pages changed.
	pub(crate) fn take(
		memory: &[u8],
		stack_pointer: i32,
		base: &[u8],
		most: u32,
	) -> Result<Option<Self>, HostFailure> {
		#[cfg(target_os = "linux")]
		return Self::build(memory, stack_pointer, base, most, linux::Writer::new(memory.len())?);
		#[cfg(not(target_os = "linux"))]
		return Self::build(memory, stack_pointer, base, most, CopyWriter::default());
	}

	fn build(
		memory: &[u8],
		stack_pointer: i32,
		base: &[u8],
		most: u32,
		mut writer: impl Write,
	) -> Result<Option<Self>, HostFailure> {
		// At most 65,536 pages of 64 KiB: a 32-bit memory.
		let memory_pages = (memory.len() / WASM_PAGE_BYTES as usize) as u32;
		let mut hasher = Keccak256::new();
		hasher.update(memory_pages.to_le_bytes());
		hasher.update(stack_pointer.to_le_bytes());
		let mut changed_pages = 0u32;
		let originals = base.chunks_exact(PAGE).chain(std::iter::repeat(&ZEROS[..]));
		for (index, (page, original)) in memory.chunks_exact(PAGE).zip(originals).enumerate() {
			if page != original {
				if changed_pages >= most {
					return Ok(None);
				}
				changed_pages = changed_pages.saturating_add(1);
				hasher.update((index as u32).to_le_bytes());
				hasher.update(page);
			}
			// What is zero in the image and wasn't before must be made zero, too.
			if page != ZEROS || *original != ZEROS {
				writer.page(index.saturating_mul(PAGE), page)?;
			}
		}
		let backing = writer.finish()?;
		Ok(Some(Self {
			memory_pages,
			stack_pointer,
			changed_pages,
			hash: hasher.finalize().into(),
			resident: backing.resident(),
			backing,
		}))
	}

	/// Makes a fresh instance's memory equal to the image.
	///
	/// # Safety
	/// `memory` must be the whole linear memory of an instance that hasn't run, of exactly this
	/// image's size, allocated on demand by wasmtime (never pooled: see below), and nothing may hold
	/// a reference into it.
	pub(crate) unsafe fn restore(&self, memory: *mut u8, len: usize) -> Result<(), HostFailure> {
		debug_assert_eq!(len, self.memory_pages as usize * WASM_PAGE_BYTES as usize);
		match &self.backing {
			#[cfg(target_os = "linux")]
			// SAFETY: the parts lie within the range, which is the caller's, mapped readable and writable by wasmtime, page-aligned
			// (wasmtime aligns memories to host pages), and stays so. wasmtime unmaps its whole
			// reservation when an instance that was allocated on demand is dropped, and this mapping
			// with it.
			Backing::File(file, parts) => unsafe { linux::map_over(file, parts, memory) },
			Backing::Copy(pages) => {
				// SAFETY: readable and writable, the caller's alone.
				let memory = unsafe { std::slice::from_raw_parts_mut(memory, len) };
				memory.fill(0);
				for (offset, page) in pages {
					match memory.get_mut(*offset..offset.saturating_add(PAGE)) {
						Some(to) => to.copy_from_slice(page),
						None => return Err(HostFailure::Memory("image beyond the memory".into())),
					}
				}
				Ok(())
			},
		}
	}
}

/// Receives the pages of an image that aren't those of a fresh memory, ascending.
trait Write {
	fn page(&mut self, offset: usize, page: &[u8]) -> Result<(), HostFailure>;
	fn finish(self) -> Result<Backing, HostFailure>;
}

#[cfg(any(test, not(target_os = "linux")))]
#[derive(Default)]
struct CopyWriter(Vec<(usize, Box<[u8]>)>);

#[cfg(any(test, not(target_os = "linux")))]
impl Write for CopyWriter {
	fn page(&mut self, offset: usize, page: &[u8]) -> Result<(), HostFailure> {
		self.0.push((offset, page.into()));
		Ok(())
	}

	fn finish(self) -> Result<Backing, HostFailure> {
		Ok(Backing::Copy(self.0))
	}
}

#[cfg(target_os = "linux")]
mod linux {
	use super::{Backing, HostFailure, Write, PAGE};
	use std::{
		fs::File,
		io,
		ops::Range,
		os::{
			fd::{AsRawFd, FromRawFd},
			unix::fs::FileExt,
		},
	};

	/// Pages are gathered into writes of at most this many bytes.
	const BATCH: usize = 256 * PAGE;

	/// Longest hole inside of a mapped part, in bytes: a memory of 1 GiB has at most 1,024 parts, far
	/// fewer than a process may map.
	const HOLE: usize = 1 << 20;

	fn failed(what: &str) -> impl Fn(io::Error) -> HostFailure + '_ {
		move |e| HostFailure::Memory(format!("{what}: {e}"))
	}

	/// Writes a memory file.
	pub(super) struct Writer {
		file: File,
		offset: usize,
		batch: Vec<u8>,
		parts: Vec<Range<usize>>,
	}

	impl Writer {
		pub(super) fn new(len: usize) -> Result<Self, HostFailure> {
			// SAFETY: the name is a C string; the result is checked.
			let fd = unsafe {
				libc::memfd_create(
					c"opg-engine-image".as_ptr(),
					libc::MFD_CLOEXEC | libc::MFD_ALLOW_SEALING,
				)
			};
			if fd < 0 {
				return Err(failed("memfd_create")(io::Error::last_os_error()));
			}
			// SAFETY: a fresh descriptor that nothing else owns.
			let file = unsafe { File::from_raw_fd(fd) };
			file.set_len(len as u64).map_err(failed("size of an image"))?;
			Ok(Self { file, offset: 0, batch: Vec::with_capacity(BATCH), parts: Vec::new() })
		}

		fn flush(&mut self) -> Result<(), HostFailure> {
			self.file
				.write_all_at(&self.batch, self.offset as u64)
				.map_err(failed("writing an image"))?;
			self.batch.clear();
			Ok(())
		}
	}

	impl Write for Writer {
		fn page(&mut self, offset: usize, page: &[u8]) -> Result<(), HostFailure> {
			let next = self.offset.saturating_add(self.batch.len());
			if next != offset || self.batch.len() >= BATCH {
				self.flush()?;
				self.offset = offset;
			}
			self.batch.extend_from_slice(page);
			let end = offset.saturating_add(PAGE);
			match self.parts.last_mut() {
				Some(part) if offset.saturating_sub(part.end) <= HOLE => part.end = end,
				_ => self.parts.push(offset..end),
			}
			Ok(())
		}

		fn finish(mut self) -> Result<Backing, HostFailure> {
			self.flush()?;
			// Sealed: a file that shrank under a mapping would kill the process, and one that changed
			// would change results.
			let seals =
				libc::F_SEAL_SEAL | libc::F_SEAL_SHRINK | libc::F_SEAL_GROW | libc::F_SEAL_WRITE;
			// SAFETY: a plain system call on a descriptor that we own.
			if unsafe { libc::fcntl(self.file.as_raw_fd(), libc::F_ADD_SEALS, seals) } != 0 {
				return Err(failed("sealing an image")(io::Error::last_os_error()));
			}
			Ok(Backing::File(self.file, self.parts))
		}
	}

	/// Maps parts of the file privately over the same parts of a memory.
	///
	/// # Safety
	/// See [`super::Image::restore`]; every part lies within the memory.
	pub(super) unsafe fn map_over(
		file: &File,
		parts: &[Range<usize>],
		memory: *mut u8,
	) -> Result<(), HostFailure> {
		for part in parts {
			// SAFETY: replaces pages that the caller owns by others with the same protection.
			let mapped = unsafe {
				libc::mmap(
					memory.add(part.start).cast(),
					part.len(),
					libc::PROT_READ | libc::PROT_WRITE,
					libc::MAP_PRIVATE | libc::MAP_FIXED | libc::MAP_NORESERVE,
					file.as_raw_fd(),
					// At most 4 GiB: a 32-bit memory.
					part.start as libc::off_t,
				)
			};
			if mapped == libc::MAP_FAILED {
				return Err(failed("mapping an image")(io::Error::last_os_error()));
			}
		}
		Ok(())
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	/// A page-aligned memory like a fresh instance's, made equal to the image.
	fn restored(image: &Image, base: &[u8]) -> Vec<u8> {
		let len = image.memory_pages as usize * WASM_PAGE_BYTES as usize;
		let layout = std::alloc::Layout::from_size_align(len, PAGE).expect("small");
		// SAFETY: a zeroed allocation of its own whole pages, unmapped by nobody else: it is leaked,
		// since an allocator must not get back pages that were mapped over.
		unsafe {
			let memory = std::alloc::alloc_zeroed(layout);
			memory.copy_from_nonoverlapping(base.as_ptr(), base.len());
			image.restore(memory, len).expect("restores");
			std::slice::from_raw_parts(memory, len).to_vec()
		}
	}

	#[test]
	fn both_forms_restore_the_same_bytes_and_hash() {
		let base = vec![1u8; 65_536];
		let mut memory = vec![0u8; 3 * 65_536];
		memory[..65_536].copy_from_slice(&base);
		memory[5] = 2;
		memory[4096..8192].fill(0);
		memory[65_536 + 4096] = 3;
		memory[3 * 65_536 - 1] = 4;
		let taken = Image::take(&memory, 1024, &base, u32::MAX).expect("takes").expect("fits");
		let copied = Image::build(&memory, 1024, &base, u32::MAX, CopyWriter::default())
			.expect("takes")
			.expect("fits");
		assert_eq!(taken.hash, copied.hash);
		// Page 0 and 1 changed, one page in the middle, the last one.
		assert_eq!((taken.changed_pages, copied.changed_pages), (4, 4));
		let bounded = |most| Image::take(&memory, 1024, &base, most).expect("takes");
		assert_eq!(bounded(4).map(|image| image.hash), Some(taken.hash));
		assert!(bounded(3).is_none() && bounded(0).is_none());
		assert_eq!(taken.memory_pages, 3);
		assert!(restored(&taken, &base) == memory);
		assert!(restored(&copied, &base) == memory);
	}

	#[test]
	fn long_stretches_of_zeros_are_not_held() {
		let mut memory = vec![0u8; 64 * 65_536];
		memory[8192] = 1;
		memory[3 << 20] = 2;
		let image = Image::take(&memory, 0, &[], u32::MAX).expect("takes").expect("fits");
		assert_eq!((image.changed_pages, image.resident), (2, 2 * PAGE));
		assert!(restored(&image, &[]) == memory);
		// A short one is: it may be filled.
		memory[1 << 20] = 3;
		let image = Image::take(&memory, 0, &[], u32::MAX).expect("takes").expect("fits");
		assert_eq!((image.changed_pages, image.resident), (3, 1 << 20));
		// Zero now, but not in a fresh memory.
		let base = vec![1u8; 65_536];
		let image = Image::take(&memory, 0, &base, u32::MAX).expect("takes").expect("fits");
		assert_eq!(image.changed_pages, 16 + 2);
		assert!(restored(&image, &base) == memory);
	}

	#[test]
	fn the_hash_is_the_documented_one() {
		let base = vec![0u8; 65_536];
		let mut memory = base.clone();
		memory[4096] = 7;
		let image = Image::take(&memory, 16, &base, u32::MAX).expect("takes").expect("fits");
		let mut text = vec![1, 0, 0, 0, 16, 0, 0, 0, 1, 0, 0, 0];
		text.extend_from_slice(&memory[4096..8192]);
		assert_eq!(image.hash, opg_engine_abi::hash::keccak256(&text));
		let other = Image::take(&memory, 32, &base, u32::MAX).expect("takes").expect("fits");
		assert_ne!(image.hash, other.hash);
	}
}
