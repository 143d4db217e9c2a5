//! Contracts by hand: EVM bytecode (Ethereum yellow paper, appendix H).

use super::mock::deploy;
use polkadot_sdk::sp_core::H160;

/// Answers `scheduleInput` with that word as `bytes` of that length, as the ABI says; `offset` is where
/// it says that they begin (32).
pub fn answers(offset: u8, length: u8, word: [u8; 32]) -> H160 {
	let mut code = vec![
		0x60, offset, 0x5f, 0x52, // mstore(0, offset)
		0x60, length, 0x60, 0x20, 0x52, // mstore(32, length)
		0x7f, // push32
	];
	code.extend(word);
	code.extend([
		0x60, 0x40, 0x52, // mstore(64, word)
		0x60, 0x60, 0x5f, 0xf3, // return(0, 96)
	]);
	deploy(&code)
}

/// Stores the caller in slot 0 and the words of its calldata after the selector in slots 1 to 6.
pub fn keeps() -> H160 {
	let mut code = vec![0x33, 0x5f, 0x55]; // sstore(0, caller)
	for slot in 1..=6u8 {
		// sstore(slot, calldataload(4 + 32 × (slot - 1)))
		code.extend([0x60, 4 + 32 * (slot - 1), 0x35, 0x60, slot, 0x55]);
	}
	code.push(0); // stop
	deploy(&code)
}

/// Writes slot 0 when it is empty, and clears it when it isn't.
pub fn toggles() -> H160 {
	deploy(&[0x5f, 0x54, 0x15, 0x5f, 0x55, 0x00]) // sstore(0, iszero(sload(0))); stop
}

/// Writes slot 0 and reverts.
pub fn reverts() -> H160 {
	deploy(&[0x60, 1, 0x5f, 0x55, 0x5f, 0x5f, 0xfd])
}

/// Never ends.
pub fn loops() -> H160 {
	deploy(&[0x5b, 0x5f, 0x56]) // jumpdest; jump(0)
}
