//! Calldata that is decoded only when it has been charged.
//!
//! pallet-revive decodes a call as its interface says before any code of the precompile runs, so
//! before anything is charged. Where dynamic types are nested (`bytes[]`, an array of structs with
//! arrays) that is a trap: the offsets of a thousand elements may point to the same 100 KiB, and the
//! decoder copies each. Functions with such arguments are kept as they came ([`Calls::Raw`]) and read
//! in place with [`crate::calldata`].
//!
//! Specification: Solidity's "Contract ABI Specification", formal specification of the encoding.

use alloc::vec::Vec;
use core::marker::PhantomData;
use polkadot_sdk::pallet_revive::precompiles::{
	alloy::sol_types::{self, PanicKind, SolInterface},
	Error,
};

/// Which functions of an interface aren't decoded.
pub trait Raw {
	/// Their selectors.
	const SELECTORS: &'static [[u8; 4]];
}

/// Calls of the interface `I`; those that `R` names aren't decoded. For `Precompile::Interface`.
pub enum Calls<I, R> {
	/// A call as the interface decodes it.
	Decoded(I),
	/// A call that isn't decoded.
	Raw(RawCall<R>),
}

/// A call that isn't decoded.
pub struct RawCall<R> {
	/// The function: one of `R::SELECTORS`.
	pub selector: [u8; 4],
	/// Its arguments, encoded.
	pub args: Vec<u8>,
	which: PhantomData<R>,
}

impl<I: SolInterface, R: Raw> Calls<I, R> {
	fn decode(
		selector: [u8; 4],
		args: &[u8],
		decode: impl FnOnce([u8; 4], &[u8]) -> sol_types::Result<I>,
	) -> sol_types::Result<Self> {
		if R::SELECTORS.contains(&selector) {
			return Ok(Self::Raw(RawCall { selector, args: args.to_vec(), which: PhantomData }));
		}
		decode(selector, args).map(Self::Decoded)
	}
}

impl<I: SolInterface, R: Raw> SolInterface for Calls<I, R> {
	const NAME: &'static str = I::NAME;
	const MIN_DATA_LENGTH: usize = I::MIN_DATA_LENGTH;
	const COUNT: usize = I::COUNT;

	fn selector(&self) -> [u8; 4] {
		match self {
			Self::Decoded(call) => call.selector(),
			Self::Raw(call) => call.selector,
		}
	}

	fn selector_at(i: usize) -> Option<[u8; 4]> {
		I::selector_at(i)
	}

	fn valid_selector(selector: [u8; 4]) -> bool {
		I::valid_selector(selector)
	}

	fn abi_decode_raw(selector: [u8; 4], data: &[u8]) -> sol_types::Result<Self> {
		Self::decode(selector, data, I::abi_decode_raw)
	}

	fn abi_decode_raw_validate(selector: [u8; 4], data: &[u8]) -> sol_types::Result<Self> {
		Self::decode(selector, data, I::abi_decode_raw_validate)
	}

	fn abi_encoded_size(&self) -> usize {
		match self {
			Self::Decoded(call) => call.abi_encoded_size(),
			Self::Raw(call) => call.args.len(),
		}
	}

	fn abi_encode_raw(&self, out: &mut Vec<u8>) {
		match self {
			Self::Decoded(call) => call.abi_encode_raw(out),
			Self::Raw(call) => out.extend_from_slice(&call.args),
		}
	}
}

/// What pallet-revive answers when it can't decode a call: `Panic(0x41)`.
pub fn malformed() -> Error {
	Error::Panic(PanicKind::ResourceError)
}

#[cfg(test)]
mod tests {
	use super::*;
	use polkadot_sdk::pallet_revive::precompiles::alloy::{self, sol_types::SolCall};

	alloy::sol! {
		struct Item { uint8 kind; uint32[] shape; bytes data; }
		interface I {
			function plain(uint32 n) external;
			function nested(uint32 n, Item[] items) external;
		}
	}
	use I::{nestedCall, plainCall, ICalls};

	struct Nested;
	impl Raw for Nested {
		const SELECTORS: &'static [[u8; 4]] = &[nestedCall::SELECTOR];
	}
	type Tested = Calls<ICalls, Nested>;

	#[test]
	fn only_the_named_functions_are_kept_as_they_came() {
		let plain = plainCall { n: 5 }.abi_encode();
		assert!(matches!(
			Tested::abi_decode_validate(&plain),
			Ok(Calls::Decoded(ICalls::plain(_)))
		));
		// Broken, and nobody has looked.
		let broken = [&nestedCall::SELECTOR[..], &[0xff; 64]].concat();
		let Ok(Calls::Raw(raw)) = Tested::abi_decode_validate(&broken) else { panic!("it is raw") };
		assert_eq!((raw.selector, &raw.args[..]), (nestedCall::SELECTOR, &[0xff; 64][..]));
		assert!(Tested::abi_decode_validate(&[1, 2, 3, 4, 5]).is_err());
		assert!(Tested::abi_decode_validate(&plain[..20]).is_err());
		for data in [plain, broken] {
			assert_eq!(Tested::abi_decode_validate(&data).unwrap().abi_encode(), data);
		}
	}
}
