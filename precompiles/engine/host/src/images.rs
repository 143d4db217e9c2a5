//! The caches of prepared images.

use crate::{image::Image, source::Digests};
use codec::Encode;
use opg_engine_abi::{hash::keccak256, Limits, ModelRef};
use parking_lot::Mutex;
use std::{
	collections::{HashMap, HashSet},
	sync::Arc,
};

/// What an image is made of, and nothing else: no id, no storage key (those differ between forks).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key {
	engine: [u8; 32],
	model: ModelRef,
	limits: [u8; 32],
}

impl Key {
	pub(crate) fn new(engine: [u8; 32], model: ModelRef, limits: &Limits) -> Self {
		Self { engine, model, limits: keccak256(&limits.encode()) }
	}
}

/// A prepared model.
#[derive(Clone)]
pub(crate) struct PreparedModel {
	pub(crate) image: Arc<Image>,
	/// Fuel that the load used.
	pub(crate) load_fuel: u64,
	/// What the model's chunks were when it was verified.
	pub(crate) digests: Arc<Digests>,
}

/// Prepared models within a number of bytes; the least recently used ones leave first, those of the
/// warm set last.
pub(crate) struct Images {
	max_bytes: usize,
	inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
	bytes: usize,
	clock: u64,
	entries: HashMap<Key, Entry>,
	warm: HashSet<Key>,
}

struct Entry {
	prepared: PreparedModel,
	used: u64,
}

impl Images {
	pub(crate) fn new(max_bytes: usize) -> Self {
		Self { max_bytes, inner: Mutex::default() }
	}

	/// Finds an image and marks it as used.
	pub(crate) fn get(&self, key: &Key) -> Option<PreparedModel> {
		let mut inner = self.inner.lock();
		inner.clock = inner.clock.saturating_add(1);
		let now = inner.clock;
		let entry = inner.entries.get_mut(key)?;
		entry.used = now;
		Some(entry.prepared.clone())
	}

	/// Finds an image and leaves no trace: what others look at must not decide what stays.
	pub(crate) fn peek(&self, key: &Key) -> Option<PreparedModel> {
		self.inner.lock().entries.get(key).map(|entry| entry.prepared.clone())
	}

	/// Names the images of the warm set, in place of those named before.
	pub(crate) fn keep_warm(&self, warm: HashSet<Key>) {
		self.inner.lock().warm = warm;
	}

	/// Keeps an image. One that is larger than the whole cache isn't kept.
	pub(crate) fn insert(&self, key: Key, prepared: PreparedModel) {
		let size = prepared.image.resident;
		if size > self.max_bytes {
			return;
		}
		let mut inner = self.inner.lock();
		inner.remove(&key);
		// As many looks as there are images, and those are few: each holds megabytes.
		while inner.bytes.saturating_add(size) > self.max_bytes {
			match inner.first_to_leave() {
				Some(key) => inner.remove(&key),
				None => break,
			}
		}
		inner.clock = inner.clock.saturating_add(1);
		inner.bytes = inner.bytes.saturating_add(size);
		let used = inner.clock;
		inner.entries.insert(key, Entry { prepared, used });
	}

	/// Forgets all images; which ones are warm stays known.
	pub(crate) fn clear(&self) {
		let mut inner = self.inner.lock();
		inner.entries.clear();
		inner.bytes = 0;
	}

	/// Number of images and their bytes.
	pub(crate) fn held(&self) -> (usize, usize) {
		let inner = self.inner.lock();
		(inner.entries.len(), inner.bytes)
	}
}

impl Inner {
	fn first_to_leave(&self) -> Option<Key> {
		let age = |(key, entry): &(&Key, &Entry)| (self.warm.contains(*key), entry.used);
		self.entries.iter().min_by_key(age).map(|(key, _)| *key)
	}

	fn remove(&mut self, key: &Key) {
		if let Some(entry) = self.entries.remove(key) {
			self.bytes = self.bytes.saturating_sub(entry.prepared.image.resident);
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn prepared(pages: usize) -> PreparedModel {
		let memory = vec![1u8; 65_536];
		let image =
			Image::take(&memory[..pages * 4096], 0, &[], u32::MAX).expect("takes").expect("fits");
		assert_eq!(image.resident, pages * 4096);
		PreparedModel { image: Arc::new(image), load_fuel: 0, digests: Arc::default() }
	}

	fn key(n: u8) -> Key {
		Key::new([n; 32], ModelRef { root: [0; 32], len: 0 }, &Limits::V1)
	}

	#[test]
	fn the_least_recently_used_leaves() {
		let images = Images::new(3 * 4096);
		images.insert(key(1), prepared(1));
		images.insert(key(2), prepared(2));
		assert!(images.get(&key(1)).is_some());
		assert!(images.peek(&key(2)).is_some());
		images.insert(key(3), prepared(1));
		assert!(images.peek(&key(2)).is_none(), "a look isn't a use");
		assert_eq!(images.held(), (2, 2 * 4096));
		images.insert(key(3), prepared(2));
		assert_eq!(images.held(), (2, 3 * 4096));
		images.insert(key(4), prepared(4));
		assert!(images.peek(&key(4)).is_none(), "larger than the cache");
		assert_eq!(images.held(), (2, 3 * 4096));
		images.clear();
		assert_eq!(images.held(), (0, 0));
	}

	#[test]
	fn warm_images_leave_last() {
		let images = Images::new(3 * 4096);
		images.keep_warm([key(1), key(2)].into());
		images.insert(key(1), prepared(1));
		images.insert(key(2), prepared(1));
		images.insert(key(3), prepared(1));
		images.insert(key(4), prepared(1));
		let there = |n| images.peek(&key(n)).is_some();
		assert_eq!([1, 2, 3, 4].map(there), [true, true, false, true]);
		// A warm set that is larger than the cache doesn't make it grow.
		images.keep_warm([key(1), key(2), key(4), key(5)].into());
		images.insert(key(5), prepared(1));
		assert_eq!([1, 2, 4, 5].map(there), [false, true, true, true]);
		// What is warm no longer leaves first.
		images.keep_warm([key(2)].into());
		images.insert(key(6), prepared(2));
		assert_eq!([2, 4, 5, 6].map(there), [true, false, false, true]);
		images.clear();
		assert_eq!(images.held(), (0, 0));
	}

	#[test]
	fn limits_are_part_of_the_key() {
		let model = ModelRef { root: [0; 32], len: 0 };
		let other = Limits { run_fuel: 1, ..Limits::V1 };
		assert_ne!(Key::new([0; 32], model, &Limits::V1), Key::new([0; 32], model, &other));
	}
}
