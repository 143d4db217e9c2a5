//! Calls as they came.

use alloc::vec::Vec;
use polkadot_sdk::pallet_revive::precompiles::alloy::sol_types::{Result, SolInterface};

/// A call's data, not decoded: pallet-revive decodes before anything can be charged, and Ritual's calls
/// have no selector.
pub struct RawCall(Vec<u8>);

impl RawCall {
	/// The data.
	pub fn data(&self) -> &[u8] {
		&self.0
	}
}

impl SolInterface for RawCall {
	const NAME: &'static str = "RawCall";
	const MIN_DATA_LENGTH: usize = 0;
	const COUNT: usize = 0;

	fn selector(&self) -> [u8; 4] {
		self.0.first_chunk().copied().unwrap_or_default()
	}

	fn selector_at(_: usize) -> Option<[u8; 4]> {
		None
	}

	fn valid_selector(_: [u8; 4]) -> bool {
		true
	}

	fn abi_decode_raw(selector: [u8; 4], data: &[u8]) -> Result<Self> {
		let mut all = Vec::with_capacity(selector.len().saturating_add(data.len()));
		all.extend_from_slice(&selector);
		all.extend_from_slice(data);
		Ok(Self(all))
	}

	fn abi_decode_raw_validate(selector: [u8; 4], data: &[u8]) -> Result<Self> {
		Self::abi_decode_raw(selector, data)
	}

	fn abi_decode(data: &[u8]) -> Result<Self> {
		Ok(Self(data.into()))
	}

	fn abi_decode_validate(data: &[u8]) -> Result<Self> {
		Self::abi_decode(data)
	}

	fn abi_encoded_size(&self) -> usize {
		self.0.len().saturating_sub(4)
	}

	fn abi_encode_raw(&self, out: &mut Vec<u8>) {
		out.extend_from_slice(self.0.get(4..).unwrap_or_default());
	}
}
