//! Contracts by hand: EVM bytecode (Ethereum yellow paper, appendix H).

/// How a [`proxy`] calls.
#[derive(Clone, Copy)]
pub enum Kind {
	/// With the value that it got.
	Call,
	/// Without being allowed to change state.
	Static,
	/// In its own name.
	Delegate,
}

/// Init code of a contract that calls that address with its own calldata and returns or reverts with
/// what it gets.
pub fn proxy(kind: Kind, address: [u8; 20]) -> Vec<u8> {
	let mut code = vec![
		0x36, 0x5f, 0x5f, 0x37, // calldatacopy(0, 0, calldatasize)
		0x5f, 0x5f, 0x36, 0x5f, // return data 0, 0; arguments calldatasize, 0
	];
	if matches!(kind, Kind::Call) {
		code.push(0x34); // callvalue
	}
	code.push(0x73); // push20
	code.extend_from_slice(&address);
	code.push(0x5a); // gas
	code.push(match kind {
		Kind::Call => 0xf1,
		Kind::Static => 0xfa,
		Kind::Delegate => 0xf4,
	});
	code.extend_from_slice(&[0x3d, 0x5f, 0x5f, 0x3e]); // returndatacopy(0, 0, returndatasize)
	let target = code.len() as u8 + 6;
	code.extend_from_slice(&[
		0x60, target, 0x57, // jumpi when the call succeeded
		0x3d, 0x5f, 0xfd, // revert(0, returndatasize)
		0x5b, 0x3d, 0x5f, 0xf3, // return(0, returndatasize)
	]);
	init_code(&code)
}

/// Init code that returns this code, of at most 255 bytes.
pub fn init_code(code: &[u8]) -> Vec<u8> {
	let mut init = vec![0x60, code.len() as u8, 0x80, 0x60, 9, 0x5f, 0x39, 0x5f, 0xf3];
	init.extend_from_slice(code);
	init
}
