//! Which recent models stay warm. Pure.

use crate::types::WarmModel;
use alloc::vec::Vec;

/// The set after a block: what ran in it, the last first run first, then what was there, in its order.
///
/// An entry that is in `pinned` needs no place here. One whose model ran with another image since is
/// dropped. The first that doesn't fit `max_count` or `max_bytes` ends the set: no model that ran
/// longer ago stays in place of one that ran later.
pub(crate) fn next(
	recent: &[WarmModel],
	touched: &[WarmModel],
	pinned: &[WarmModel],
	max_count: usize,
	max_bytes: u64,
) -> Vec<WarmModel> {
	let mut next: Vec<WarmModel> = Vec::new();
	let mut bytes = 0u64;
	for entry in touched.iter().rev().chain(recent) {
		if pinned.contains(entry) || next.iter().any(|there| there.model == entry.model) {
			continue;
		}
		bytes = bytes.saturating_add(entry.bytes);
		if next.len() >= max_count || bytes > max_bytes {
			break;
		}
		next.push(*entry);
	}
	next
}

#[cfg(test)]
mod tests {
	use super::*;
	use polkadot_sdk::sp_core::H256;

	fn entry(model: u32, bytes: u64) -> WarmModel {
		WarmModel { model, image_hash: H256::repeat_byte(1), bytes }
	}

	fn models(entries: &[WarmModel]) -> Vec<u32> {
		entries.iter().map(|entry| entry.model).collect()
	}

	#[test]
	fn what_ran_last_comes_first() {
		let recent = [entry(1, 1), entry(2, 1), entry(3, 1)];
		let touched = [entry(4, 1), entry(2, 1)];
		assert_eq!(models(&next(&recent, &touched, &[], 9, 99)), [2, 4, 1, 3]);
		assert_eq!(models(&next(&recent, &[], &[], 9, 99)), [1, 2, 3]);
	}

	#[test]
	fn the_least_recent_leave() {
		let recent = [entry(1, 10), entry(2, 10), entry(3, 10)];
		assert_eq!(models(&next(&recent, &[entry(4, 10)], &[], 3, 99)), [4, 1, 2]);
		assert_eq!(models(&next(&recent, &[entry(4, 10)], &[], 9, 30)), [4, 1, 2]);
		// What doesn't fit isn't replaced by an older, smaller one.
		let recent = [entry(1, 25), entry(2, 5)];
		assert_eq!(models(&next(&recent, &[entry(4, 10)], &[], 9, 30)), [4]);
		assert!(next(&recent, &[], &[], 0, 99).is_empty());
		assert!(next(&[entry(1, u64::MAX)], &[entry(2, u64::MAX)], &[], 9, 5).is_empty());
	}

	#[test]
	fn pinned_models_take_no_place() {
		let recent = [entry(1, 10), entry(2, 10)];
		assert_eq!(models(&next(&recent, &[entry(3, 10)], &[entry(3, 10)], 2, 20)), [1, 2]);
	}

	#[test]
	fn another_image_replaces_the_old_one() {
		let old = entry(1, 10);
		let new = WarmModel { image_hash: H256::repeat_byte(2), ..old };
		assert_eq!(next(&[old], &[new], &[], 9, 99), [new]);
		// A block in which it ran before and after it migrated: the later one counts.
		assert_eq!(next(&[], &[old, new], &[], 9, 99), [new]);
	}
}
