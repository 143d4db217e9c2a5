//! Contracts by hand: EVM bytecode (Ethereum yellow paper, appendix H).

use polkadot_sdk::sp_core::H160;

pub use opg_precompile_testing::Kind;

/// Init code of a contract that passes everything on to another.
pub fn proxy(kind: Kind, target: H160) -> Vec<u8> {
	opg_precompile_testing::proxy(kind, target.0)
}

/// Init code of a contract with that code.
pub fn copy(code: &[u8]) -> Vec<u8> {
	init_code(&[], code)
}

/// Init code of a contract that destroys whoever delegates to it.
pub fn bomb() -> Vec<u8> {
	init_code(&[], &[0x33, 0xff]) // selfdestruct(caller)
}

/// Init code that lets `bomb` destroy the contract in the making, and gives it that code all the same.
pub fn short_lived(bomb: H160, code: &[u8]) -> Vec<u8> {
	let mut first = vec![
		0x5f, 0x5f, 0x5f, 0x5f, // no data in or out
		0x73, // push20
	];
	first.extend_from_slice(&bomb.0);
	first.extend_from_slice(&[0x5a, 0xf4, 0x50]); // pop(delegatecall with all gas)
	init_code(&first, code)
}

/// Init code that runs `first` and returns `code`.
fn init_code(first: &[u8], code: &[u8]) -> Vec<u8> {
	let mut init = first.to_vec();
	let begin = first.len() as u8 + 9;
	init.extend_from_slice(&[0x60, code.len() as u8, 0x80, 0x60, begin, 0x5f, 0x39, 0x5f, 0xf3]);
	init.extend_from_slice(code);
	init
}
