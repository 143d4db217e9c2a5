//! What a development node prints at start: accounts, endpoints, a first call.

use crate::cli::Sealing;
use opg_runtime::{dev_keys, genesis};
use polkadot_sdk::{
	sc_service::Configuration,
	sp_core::{crypto::DEV_PHRASE, H160},
};
use std::fmt::Write;

/// Substrate's development accounts: name and SS58 address (prefix 42, sr25519).
const SUBSTRATE_ACCOUNTS: [(&str, &str); 6] = [
	("Alice", "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"),
	("Bob", "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty"),
	("Charlie", "5FLSigC9HGRKVhB9FiEo4Y3koPsNmBmLJbpXg2mp1hXcS59Y"),
	("Dave", "5DAAnrj7VHTznn2AWBemMuyBwZWs6FNFjdyVXUeYum3PTXFy"),
	("Eve", "5HGjWAeFDfFCWPsjFQdVV2Msvz2XtMktvgocEZcCj68kUMaw"),
	("Ferdie", "5CiPPseXPECbkjWCa6MnjNokrgYjMqmKndv2rSnekmSK2DjL"),
];

/// Name, address and secret key (hexadecimal) of every Ethereum account with funds. The first come
/// from Substrate's phrase and have Moonbeam's names, the rest from "test test … junk".
fn ethereum_accounts() -> impl Iterator<Item = (String, H160, &'static str)> {
	let named = genesis::SUBSTRATE_ETH_ACCOUNTS.iter().zip(dev_keys::SUBSTRATE_ETH_KEYS);
	let junk = genesis::JUNK_ETH_ACCOUNTS.iter().zip(dev_keys::JUNK_ETH_KEYS).enumerate();
	named
		.map(|((name, address), key)| (name.to_string(), *address, key))
		.chain(junk.map(|(i, (address, key))| (format!("junk {i}"), *address, key)))
}

/// The text. Nothing in it is secret: everybody has these keys.
pub fn text(config: &Configuration, sealing: Sealing) -> String {
	// Writing to a string doesn't fail.
	let mut out = String::new();
	// `rpc.port` is the default; the addresses know what was asked for.
	let listening = config.rpc.addr.as_ref().and_then(|addresses| addresses.first());
	let port = listening.map_or(config.rpc.port, |address| address.listen_addr.port());
	let sealing = match sealing {
		Sealing::Instant => "a block for every transaction".into(),
		Sealing::Interval(ms) => format!("a block every {ms} ms"),
		Sealing::Manual => "a block when engine_createBlock is called".into(),
	};
	let _ = writeln!(out, "\nOPG development chain: {sealing}, finalised at once.");
	let _ = writeln!(out, "The keys below are public. Never use them for anything of value.\n");
	let _ = writeln!(out, "Substrate accounts (--suri //Alice, …; phrase: {DEV_PHRASE})");
	for (name, address) in SUBSTRATE_ACCOUNTS {
		let _ = writeln!(out, "  //{name:<10} {address}");
	}
	let _ = writeln!(out, "\nEthereum accounts");
	for (name, address, key) in ethereum_accounts() {
		let _ = writeln!(out, "  {name:<10} {address:?}  0x{key}");
	}
	let _ = writeln!(out, "\nEndpoints");
	let _ = writeln!(out, "  RPC         ws://127.0.0.1:{port} and http://127.0.0.1:{port}");
	if let Some(prometheus) = &config.prometheus_config {
		let _ = writeln!(out, "  Prometheus  http://127.0.0.1:{}/metrics", prometheus.port.port());
	}
	let _ = writeln!(out, "\nA first model");
	let _ = writeln!(out, "  opg-node model inspect model.onnx");
	let _ = writeln!(
		out,
		"  opg-node model publish model.onnx --url ws://127.0.0.1:{port} --suri //Alice"
	);
	let _ = writeln!(
		out,
		"  opg-node model call 1 --url ws://127.0.0.1:{port} --suri //Bob --input NAME=data.npy"
	);
	out
}

#[cfg(test)]
mod tests {
	use super::*;
	use opg_engine_abi::hash::keccak256;
	use polkadot_sdk::{
		sp_core::{crypto::Ss58Codec, ecdsa, sr25519, Pair},
		sp_runtime::AccountId32,
	};

	#[test]
	fn substrate_addresses_belong_to_their_names() {
		for (name, address) in SUBSTRATE_ACCOUNTS {
			let pair = sr25519::Pair::from_string(&format!("//{name}"), None).unwrap();
			assert_eq!(AccountId32::from(pair.public()).to_ss58check(), address, "{name}");
		}
	}

	#[test]
	fn ethereum_addresses_belong_to_their_keys() {
		for (name, address, key) in ethereum_accounts() {
			let seed = hex::decode(key).unwrap();
			let pair = ecdsa::Pair::from_seed_slice(&seed).unwrap();
			// Signing and recovering gives the uncompressed key that an address is made of.
			let message = keccak256(b"who am I");
			let signature = pair.sign_prehashed(&message);
			let public =
				polkadot_sdk::sp_io::crypto::secp256k1_ecdsa_recover(&signature.0, &message)
					.unwrap_or_else(|_| panic!("{name}"));
			assert_eq!(address.as_bytes(), &keccak256(&public)[12..], "{name}");
		}
	}
}
