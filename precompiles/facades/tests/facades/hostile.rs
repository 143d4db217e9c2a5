//! Calldata that is no encoding, or one that wants more than it has.

use super::{mock::*, opengradient::*};
use opg_precompile_facades::forwarder::{ALL, OPENGRADIENT, OPENGRADIENT_HUB, RITUAL_ONNX};

/// Knuth's MMIX generator: the same numbers on every machine.
struct Random(u64);

impl Random {
	fn below(&mut self, n: usize) -> usize {
		self.0 =
			self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
		(self.0 >> 33) as usize % n
	}
}

fn word(number: u64) -> Vec<u8> {
	let mut word = vec![0; 24];
	word.extend_from_slice(&number.to_be_bytes());
	word
}

#[test]
fn empty_and_unknown_calls() {
	ext().execute_with(|| {
		for one in ALL {
			for data in [vec![], vec![1], vec![0; 4], vec![0xff; 4], vec![0xff; 300]] {
				malformed(at(one), data);
			}
		}
		// Each has its own function.
		malformed(at(OPENGRADIENT), doubled(OPENGRADIENT_HUB, "doubler"));
		malformed(at(OPENGRADIENT_HUB), doubled(OPENGRADIENT, "doubler"));
	});
}

/// Whatever is cut off, the word of the forwarder isn't read in its place.
#[test]
fn a_call_that_ends_early() {
	ext().execute_with(|| {
		name(publish(0), "doubler");
		for forwarder in [OPENGRADIENT, OPENGRADIENT_HUB] {
			let data = doubled(forwarder, "doubler");
			data_is_whole(&data);
			for end in (4..data.len()).step_by(13) {
				malformed(at(forwarder), data[..end].to_vec());
			}
		}
	});
}

/// All of it is needed, but the zeros that fill the last word.
fn data_is_whole(data: &[u8]) {
	assert_eq!(data.len() % 32, 4);
}

/// An array of thousands of tensors, each of which is the same 100 KiB.
#[test]
fn offsets_that_all_point_to_the_same() {
	ext().execute_with(|| {
		name(publish(0), "doubler");
		let tensors = 1_500;
		// Arguments: request; its mode, name and input; the input's numbers and strings.
		let mut data = doubled(OPENGRADIENT, "doubler")[..4].to_vec();
		data.extend([word(32), word(0), word(96), word(160)].concat());
		data.extend([word(7), b"doubler".to_vec(), vec![0; 25]].concat());
		data.extend([word(64), word(32 * (tensors + 3)), word(tensors)].concat());
		data.extend(word(32 * tensors).repeat(tensors as usize));
		data.extend(word(0));
		// A tensor: offsets of name, values and shape; 800 numbers.
		data.extend([word(96), word(160), word(96)].concat());
		data.extend([word(1), b"x".to_vec(), vec![0; 31], word(800)].concat());
		data.extend(vec![0; 64 * 800]);
		refused(at(OPENGRADIENT), data, "WrongInputCount(");
	});
}

#[test]
fn lengths_and_offsets_beyond_the_end() {
	ext().execute_with(|| {
		name(publish(0), "doubler");
		for forwarder in [OPENGRADIENT, OPENGRADIENT_HUB] {
			let data = doubled(forwarder, "doubler");
			for word in (4..data.len() - 31).step_by(32) {
				let mut huge = data.clone();
				// A revert, whatever the word was: a name, an offset, a length, a number, decimals.
				huge[word] ^= 0x80;
				let output = call(at(forwarder), huge).result.unwrap();
				assert!(output.did_revert(), "{word}");
			}
		}
	});
}

/// A word written over others: an answer or a revert, never a trap.
#[test]
fn calls_with_words_exchanged() {
	ext().execute_with(|| {
		name(publish(0), "doubler");
		let mut random = Random(7);
		let ritual = super::ritual::request("id:1", &super::ritual::floats32(&[1], &[1.0]));
		let calls = [
			(OPENGRADIENT, doubled(OPENGRADIENT, "doubler")),
			(OPENGRADIENT_HUB, doubled(OPENGRADIENT_HUB, "doubler")),
			(RITUAL_ONNX, ritual),
		];
		for _ in 0..100 {
			for (forwarder, data) in &calls {
				let offset = data.len() % 32;
				let words = data.len() / 32;
				let mut data = data.clone();
				for _ in 0..=random.below(2) {
					let (from, to) = (random.below(words), random.below(words));
					let from = offset + 32 * from;
					data.copy_within(from..from + 32, offset + 32 * to);
				}
				assert!(call(at(*forwarder), data).result.is_ok());
			}
		}
	});
}

/// pallet-revive takes 128 KiB; the forwarder's word is one of them.
#[test]
fn the_longest_calldata() {
	ext().execute_with(|| {
		name(publish(0), "doubler");
		let mut data = doubled(OPENGRADIENT, "doubler");
		data.resize(128 * 1024 - 32, 0);
		super::mock::data(call(at(OPENGRADIENT), data.clone()));
		data.push(0);
		let output = call(at(OPENGRADIENT), data).result.unwrap();
		assert!(output.did_revert());
	});
}
