//! Reading what Solidity's ABI encodes in place (contract ABI specification, "Formal Specification of the
//! Encoding"): nothing is copied, and nothing is looked at before it is asked for.
//!
//! The decoder of pallet-revive would copy everything before any of this crate's code runs or charges, and
//! thousands of offsets may point to the same array. Here a caller of these functions decides what it
//! reads, after it has charged for it. Everything gives `None` for what lies beyond the data.

use polkadot_sdk::pallet_revive::precompiles::alloy::primitives::{I256, U256};

/// Bytes of a word.
pub const WORD: usize = 32;

/// The encoding of some values one after the other: a head of words, and what their offsets point to.
#[derive(Clone, Copy, Debug)]
pub struct Tuple<'a>(&'a [u8]);

impl<'a> Tuple<'a> {
	/// The encoding that begins with these data.
	pub fn new(data: &'a [u8]) -> Self {
		Self(data)
	}

	/// A word of the head.
	pub fn word(self, index: usize) -> Option<&'a [u8; WORD]> {
		let start = index.checked_mul(WORD)?;
		self.0.get(start..)?.first_chunk()
	}

	/// An unsigned number of the head that has at most 64 bits.
	pub fn number(self, index: usize) -> Option<u64> {
		u64::try_from(U256::from_be_bytes(*self.word(index)?)).ok()
	}

	/// An unsigned number of the head, of a smaller type.
	pub fn small<N: TryFrom<u64>>(self, index: usize) -> Option<N> {
		N::try_from(self.number(index)?).ok()
	}

	/// A signed number of the head.
	pub fn signed(self, index: usize) -> Option<I256> {
		Some(I256::from_raw(U256::from_be_bytes(*self.word(index)?)))
	}

	/// What an offset of the head points to: it counts from the head's beginning.
	pub fn tuple(self, index: usize) -> Option<Self> {
		let offset: usize = self.small(index)?;
		Some(Self(self.0.get(offset..)?))
	}

	/// The `bytes` or `string` that an offset of the head points to.
	pub fn bytes(self, index: usize) -> Option<&'a [u8]> {
		let tail = self.tuple(index)?;
		let length: usize = tail.small(0)?;
		tail.0.get(WORD..)?.get(..length)
	}

	/// The array that an offset of the head points to, of elements with so many words in its own head:
	/// one for a dynamic type. All of it is there.
	pub fn array(self, index: usize, words: usize) -> Option<Array<'a>> {
		let tail = self.tuple(index)?;
		let len: usize = tail.small(0)?;
		let items = tail.0.get(WORD..)?;
		let bytes = len.checked_mul(words)?.checked_mul(WORD)?;
		(bytes <= items.len()).then_some(Array { len, words, items: Self(items) })
	}
}

/// An array in place.
#[derive(Clone, Copy, Debug)]
pub struct Array<'a> {
	len: usize,
	words: usize,
	items: Tuple<'a>,
}

impl<'a> Array<'a> {
	/// Elements.
	pub fn len(self) -> usize {
		self.len
	}

	/// Whether there are none.
	pub fn is_empty(self) -> bool {
		self.len == 0
	}

	/// The elements of a static type.
	pub fn items(self) -> impl Iterator<Item = Tuple<'a>> {
		// Bytes of an element: with none an element would take no place, and there is no such type.
		let bytes = self.words.saturating_mul(WORD).max(1);
		self.items.0.chunks_exact(bytes).take(self.len).map(Tuple)
	}

	/// The elements of a dynamic type: their offsets count from the end of the array's length.
	pub fn tuples(self) -> impl Iterator<Item = Option<Tuple<'a>>> {
		(0..self.len).map(move |index| self.items.tuple(index))
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use alloc::{string::String, vec, vec::Vec};
	use polkadot_sdk::pallet_revive::precompiles::alloy::sol_types::SolValue;

	fn encoded() -> Vec<u8> {
		(7u16, String::from("name"), vec![(1i128, 2i128), (-3, 4)], vec![String::from("a"); 2])
			.abi_encode_params()
	}

	#[test]
	fn what_was_encoded_is_read() {
		let data = encoded();
		let tuple = Tuple::new(&data);
		assert_eq!(tuple.small::<u8>(0), Some(7));
		assert_eq!(tuple.bytes(1), Some(&b"name"[..]));
		let pairs = tuple.array(2, 2).unwrap();
		assert_eq!((pairs.len(), pairs.is_empty()), (2, false));
		let first: Vec<_> = pairs.items().map(|pair| pair.signed(0).unwrap()).collect();
		assert_eq!(first, [1, -3].map(|n| I256::try_from(n).unwrap()));
		let strings = tuple.array(3, 1).unwrap();
		assert!(strings.tuples().all(|one| one.unwrap().small::<u8>(0) == Some(1)));
		assert_eq!(strings.len(), 2);
	}

	#[test]
	fn nothing_is_read_beyond_the_end() {
		let data = encoded();
		for end in 0..data.len() {
			let tuple = Tuple::new(&data[..end]);
			// Never a panic, and never all of it.
			let all = tuple.small::<u8>(0).is_some()
				&& tuple.bytes(1).is_some()
				&& tuple.array(2, 2).is_some()
				&& tuple.array(3, 1).is_some_and(|strings| {
					strings.tuples().all(|one| {
						one.is_some_and(|one| {
							one.small::<u8>(0) == Some(1) && one.word(1).is_some()
						})
					})
				});
			assert!(!all, "{end}");
		}
	}

	#[test]
	fn numbers_that_are_too_large_are_refused() {
		for word in [[0xff; WORD], {
			let mut word = [0; WORD];
			word[23] = 1;
			word
		}] {
			let tuple = Tuple::new(&word);
			assert_eq!(tuple.number(0), None);
			assert!(tuple.tuple(0).is_none());
			assert!(tuple.bytes(0).is_none());
			assert!(tuple.array(0, 2).is_none());
		}
		let data = (256u16,).abi_encode_params();
		assert_eq!(Tuple::new(&data).small::<u8>(0), None);
		assert_eq!(Tuple::new(&data).word(usize::MAX), None);
	}

	#[test]
	fn a_length_beyond_the_data_is_refused() {
		for len in [3u64, u64::MAX, u64::from(u32::MAX), 1 << 58] {
			let mut data = vec![0; WORD];
			data[31] = 32;
			data.extend_from_slice(&(len,).abi_encode_params());
			data.extend_from_slice(&[0; 2 * WORD + 31]);
			assert!(Tuple::new(&data).array(0, 1).is_none(), "{len}");
			assert!(len == 3 || Tuple::new(&data).bytes(0).is_none(), "{len}");
		}
	}
}
