//! Accounts as people write them.

use opg_runtime::AccountId;
use polkadot_sdk::sp_core::H160;
use serde::{de::Error as _, Deserialize, Deserializer};
use std::{fmt, str::FromStr};

/// What fills an Ethereum address up to an account, as pallet-revive has it.
const FILL: u8 = 0xee;

/// Bytes of an account's text, at most: `0x` and 32 bytes have 66, an SS58 address fewer. Reading one
/// takes time by the square of its length, and over RPC anybody can send a long one.
const MOST: usize = 70;

/// An account, read from its SS58 address, `0x` and its 32 bytes, or an Ethereum or contract address
/// (`0x` and 20 bytes) that no account has claimed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account(pub AccountId);

impl FromStr for Account {
	type Err = String;

	fn from_str(text: &str) -> Result<Self, Self::Err> {
		let wrong = || {
			format!(
				"`{}` is no account: write an SS58 address, or 0x and 20 or 32 bytes",
				shown(text)
			)
		};
		if text.len() > MOST {
			return Err(wrong());
		}
		let Some(digits) = text.strip_prefix("0x") else {
			// 32 bytes without `0x` would pass as well: hexadecimal digits are written one way here.
			let hex = text.len() == 64;
			return text.parse::<AccountId>().ok().filter(|_| !hex).map(Self).ok_or_else(wrong);
		};
		let bytes = hex::decode(digits).map_err(|_| wrong())?;
		if let Ok(account) = <[u8; 32]>::try_from(&bytes[..]) {
			return Ok(Self(account.into()));
		}
		let address = <[u8; 20]>::try_from(&bytes[..]).map_err(|_| wrong())?;
		let mut account = [FILL; 32];
		for (to, from) in account.iter_mut().zip(address) {
			*to = from;
		}
		Ok(Self(account.into()))
	}
}

/// Reads an Ethereum address.
pub fn parse_address(text: &str) -> Result<H160, String> {
	let bytes = text.strip_prefix("0x").and_then(|digits| hex::decode(digits).ok());
	let address = bytes.and_then(|bytes| <[u8; 20]>::try_from(bytes).ok());
	address.map(H160).ok_or_else(|| "an Ethereum address is 0x and 40 hexadecimal digits".into())
}

/// The beginning of what was given: it may be long, and from anybody.
fn shown(text: &str) -> String {
	let head: String = text.chars().take(MOST).collect();
	if head.len() < text.len() {
		format!("{head}…")
	} else {
		head
	}
}

impl fmt::Display for Account {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		self.0.fmt(f)
	}
}

impl<'de> Deserialize<'de> for Account {
	fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
		String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	const ALICE: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";

	#[test]
	fn an_account_has_three_forms() {
		let alice: Account = ALICE.parse().unwrap();
		assert_eq!(alice.to_string(), ALICE);
		let hex = "0xd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d";
		assert_eq!(hex.parse(), Ok(alice));
		let contract: Account = "0x00112233445566778899aabbccddeeff00112233".parse().unwrap();
		let bytes: [u8; 32] = contract.0.into();
		assert_eq!(bytes[..2], [0x00, 0x11]);
		assert_eq!(bytes[20..], [0xee; 12]);
	}

	#[test]
	fn addresses_have_20_bytes() {
		assert_eq!(parse_address(&format!("0x{}", "aB".repeat(20))), Ok(H160([0xab; 20])));
		for wrong in ["", "0x", "ab", &"ab".repeat(20), &format!("0x{}", "ab".repeat(21)), "0xzz"] {
			assert!(parse_address(wrong).is_err(), "{wrong}");
		}
	}

	#[test]
	fn everything_else_is_refused() {
		let long = "5".repeat(1 << 20);
		let zeros = "0".repeat(64);
		let mistyped = ALICE.replace('G', "H");
		for wrong in
			["", "0x", "0x00", "alice", "//Alice", "0xzz", &zeros, &mistyped, &long, "0X00", " "]
		{
			let error = wrong.parse::<Account>().unwrap_err();
			assert!(error.len() < 200 && error.contains("no account"), "{error}");
		}
		let json = |text: &str| serde_json::from_str::<Account>(text);
		assert_eq!(json(&format!("\"{ALICE}\"")).unwrap().to_string(), ALICE);
		for wrong in ["null", "1", "[]", "{}", "\"\"", "\"0x12\""] {
			assert!(json(wrong).is_err(), "{wrong}");
		}
	}
}
