//! Contracts from their Solidity sources, compiled by `scripts/e2e/solc.mjs`: Node.js and the packages
//! that `scripts/setup` installs.

use std::{path::Path, process::Command};

/// Init code of a contract; `source` is a path from the repository's root.
pub fn compile(source: &str, contract: &str) -> Vec<u8> {
	// Set by cargo for the crate whose tests run, which is two folders below the root.
	let manifest = std::env::var("CARGO_MANIFEST_DIR").expect("cargo runs the tests");
	let output = Command::new("node")
		.args(["scripts/e2e/solc.mjs", source, contract])
		.current_dir(Path::new(&manifest).join("../.."))
		.output()
		.expect("Node.js is installed (scripts/setup)");
	assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
	let text = String::from_utf8(output.stdout).expect("solc.mjs prints hex");
	let digits = text.strip_prefix("0x").expect("solc.mjs prints hex").as_bytes();
	digits
		.chunks(2)
		.map(|pair| {
			let pair = std::str::from_utf8(pair).expect("hex digits are ASCII");
			u8::from_str_radix(pair, 16).expect("solc.mjs prints hex")
		})
		.collect()
}
