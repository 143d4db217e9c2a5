//! Vouchers: what their signer signs, after EIP-712, and who that was.
//!
//! The domain is `{name: "OPG Voucher", version: "1", chainId, verifyingContract}` with the chain's
//! EVM chain id and the address of the credit precompile; the message is
//! `Voucher(uint64 channel,uint128 cumulative,uint64 validUntilBlock)`. A channel's id stands for its
//! payer, payee and signer, which never change, and no id is used twice; so a voucher is good for
//! one payee on one chain. Any wallet signs it with `eth_signTypedData_v4`.

use crate::types::{Signature, Voucher};
use polkadot_sdk::{
	sp_core::H160,
	sp_io::{crypto::secp256k1_ecdsa_recover, hashing::keccak_256},
};

/// Type of the domain, as EIP-712 hashes it.
pub const DOMAIN_TYPE: &str =
	"EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)";
/// Name of the domain.
pub const DOMAIN_NAME: &str = "OPG Voucher";
/// Version of the domain.
pub const DOMAIN_VERSION: &str = "1";
/// Type of the message, as EIP-712 hashes it.
pub const VOUCHER_TYPE: &str = "Voucher(uint64 channel,uint128 cumulative,uint64 validUntilBlock)";

/// Half of the order of secp256k1, rounded down, big-endian (SEC 2, section 2.4.1): of the two `s`
/// that fit one message the lower one counts, so that nobody can make a second signature of one.
const HALF_ORDER: [u8; 32] = [
	0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	0x5d, 0x57, 0x6e, 0x73, 0x57, 0xa4, 0x50, 0x1d, 0xdf, 0xe9, 0x2f, 0x46, 0x68, 0x1b, 0x20, 0xa0,
];

/// Hash of the domain.
pub fn domain_separator(chain_id: u64, contract: &H160) -> [u8; 32] {
	keccak_256(
		&[
			keccak_256(DOMAIN_TYPE.as_bytes()),
			keccak_256(DOMAIN_NAME.as_bytes()),
			keccak_256(DOMAIN_VERSION.as_bytes()),
			word(&chain_id.to_be_bytes()),
			word(&contract.0),
		]
		.concat(),
	)
}

/// What is signed: the domain and the voucher.
pub fn digest(domain: &[u8; 32], voucher: &Voucher) -> [u8; 32] {
	let message = keccak_256(
		&[
			keccak_256(VOUCHER_TYPE.as_bytes()),
			word(&voucher.channel.to_be_bytes()),
			word(&voucher.cumulative.to_be_bytes()),
			word(&voucher.valid_until_block.to_be_bytes()),
		]
		.concat(),
	);
	keccak_256(&[&[0x19, 0x01], &domain[..], &message[..]].concat())
}

/// Address of the key that signed a digest; `None` when the signature isn't a proper one.
pub fn signer(digest: &[u8; 32], signature: &Signature) -> Option<H160> {
	// 65 bytes: neither split is outside of them.
	let (_, rest) = signature.split_at(32);
	let (s, v) = rest.split_at(32);
	if !matches!(v, [0 | 1 | 27 | 28]) || s > &HALF_ORDER[..] {
		return None;
	}
	let key = secp256k1_ecdsa_recover(signature, digest).ok()?;
	Some(address(&key))
}

/// Address of a public key without its leading byte: the last 20 bytes of its keccak-256.
pub fn address(key: &[u8; 64]) -> H160 {
	let hash = keccak_256(key);
	let (_, last) = hash.split_at(12);
	// 32 − 12 bytes: as many as an address has.
	H160::from_slice(last)
}

/// A number or address as the word that EIP-712 encodes it to: padded on the left.
fn word(bytes: &[u8]) -> [u8; 32] {
	let mut word = [0u8; 32];
	for (to, from) in word.iter_mut().rev().zip(bytes.iter().rev()) {
		*to = *from;
	}
	word
}
