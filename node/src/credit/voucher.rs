//! `credit voucher sign`, `credit voucher redeem`: promises to the payee of a channel, signed off chain.

use crate::{
	client::{
		command::{connect, send, tell},
		credit,
		facts::Facts,
		Chain,
	},
	model::{amount::Amount, failure::Failure, output::hex, publish::ChainOptions},
};
use clap::{Args, Subcommand};
use opg_runtime::Runtime;
use pallet_credit::{voucher, Config, Signature, Voucher, MAX_VOUCHERS};
use polkadot_sdk::sp_core::{ecdsa, Pair, H160};
use serde::Deserialize;
use std::{fmt, path::PathBuf, str::FromStr};

/// Bytes of a file with vouchers, at most: one takes about 300.
const MAX_FILE_BYTES: u64 = 1 << 20;

/// Work with vouchers: promises to the payee of a channel, signed off chain.
#[derive(Debug, Args)]
pub struct VoucherCmd {
	#[command(subcommand)]
	command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
	Sign(SignCmd),
	Redeem(RedeemCmd),
}

impl VoucherCmd {
	pub(super) fn run(self) {
		match self.command {
			Command::Sign(cmd) => tell(cmd.json, cmd.sign()),
			Command::Redeem(cmd) => tell(cmd.json, cmd.redeem()),
		}
	}
}

/// Sign a voucher. Nothing is sent to the chain; wallets make the same by EIP-712.
///
/// A voucher says what the payee is owed from the opening of the channel on, so each one replaces those
/// before it: with 1 OPG promised before, the next call for 0.1 OPG is a voucher of 1.1 OPG.
#[derive(Debug, Args)]
struct SignCmd {
	/// Id of the channel.
	#[arg(long, value_name = "ID")]
	channel: u64,

	/// OPG that the payee is owed in all, everything that it has redeemed included.
	#[arg(long, value_name = "OPG")]
	cumulative: Amount,

	/// Last block in which it can be redeemed.
	#[arg(long, value_name = "BLOCK")]
	valid_until: u64,

	/// Secret key of the channel's signer: 0x and 32 bytes, or `@FILE` that holds it.
	#[arg(long, value_name = "KEY")]
	key: SecretKey,

	/// EVM chain id of the network. Without it a node is asked.
	#[arg(long, value_name = "N")]
	chain_id: Option<u64>,

	/// WebSocket of the node that is asked for the chain id.
	#[arg(long, value_name = "WS", default_value = "ws://127.0.0.1:9944")]
	url: String,

	/// Print one JSON object, as `redeem` reads it.
	#[arg(long)]
	json: bool,
}

impl SignCmd {
	async fn sign(&self) -> Result<Facts, Failure> {
		let key = self.key.pair()?;
		let chain_id = match self.chain_id {
			Some(id) => id,
			None => {
				let chain = Chain::connect(&self.url).await?;
				credit::evm_chain_id(&chain.best().await?).await?
			},
		};
		let voucher = Voucher {
			channel: self.channel,
			cumulative: self.cumulative.0,
			valid_until_block: self.valid_until,
		};
		let (signature, signer) = sign(&key, chain_id, &voucher)?;
		let mut facts = Facts::default();
		facts
			.add("Channel", "channel", voucher.channel, voucher.channel)
			.amount("Cumulative", "cumulative", voucher.cumulative)
			.add(
				"Valid until",
				"validUntilBlock",
				format!("block {}", voucher.valid_until_block),
				voucher.valid_until_block,
			)
			.add("Signature", "signature", hex(&signature), hex(&signature))
			.add("Signer", "signer", hex(&signer.0), hex(&signer.0));
		Ok(facts)
	}
}

/// The signature of a voucher with `v` as wallets write it, and the address that it is of.
fn sign(key: &ecdsa::Pair, chain_id: u64, voucher: &Voucher) -> Result<(Signature, H160), Failure> {
	let contract = <Runtime as Config>::VoucherContract::get();
	let digest = voucher::digest(&voucher::domain_separator(chain_id, &contract), voucher);
	let mut signature: Signature = key.sign_prehashed(&digest).0;
	if let Some(v) = signature.last_mut().filter(|v| **v < 27) {
		*v = v.saturating_add(27);
	}
	// As the chain will see it.
	let signer = voucher::signer(&digest, &signature).ok_or_else(|| {
		Failure::new("Key", "the signature can't be read", "report it: it is a bug")
	})?;
	Ok((signature, signer))
}

/// A secret key of secp256k1, or `@FILE` that holds one. Its debug form hides it.
#[derive(Clone)]
struct SecretKey(String);

impl fmt::Debug for SecretKey {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str("SecretKey(…)")
	}
}

impl FromStr for SecretKey {
	type Err = std::convert::Infallible;

	fn from_str(text: &str) -> Result<Self, Self::Err> {
		Ok(Self(text.into()))
	}
}

impl SecretKey {
	/// The key pair. Errors never show the secret.
	fn pair(&self) -> Result<ecdsa::Pair, Failure> {
		let text = match self.0.strip_prefix('@') {
			Some(path) => std::fs::read_to_string(path)
				.map_err(|error| Failure::file(path.as_ref(), "read", &error))?,
			None => self.0.clone(),
		};
		let wrong = || {
			Failure::new(
				"Key",
				"the secret key can't be read",
				"pass 0x and 64 hexadecimal digits, or @FILE that holds them",
			)
		};
		let text = text.trim();
		let bytes = hex::decode(text.strip_prefix("0x").unwrap_or(text)).map_err(|_| wrong())?;
		<ecdsa::Pair as Pair>::from_seed_slice(&bytes).map_err(|_| wrong())
	}
}

/// Redeem vouchers: pay the payees what they are owed and weren't paid yet.
///
/// Anybody may. If one of them can't be redeemed nothing happens.
#[derive(Debug, Args)]
struct RedeemCmd {
	/// Files with vouchers as `voucher sign --json` prints them: one object, or a list of them. At most 64
	/// vouchers in all.
	#[arg(value_name = "FILE", required = true)]
	files: Vec<PathBuf>,

	#[allow(missing_docs)]
	#[clap(flatten)]
	chain: ChainOptions,

	/// Print one JSON object.
	#[arg(long)]
	json: bool,
}

impl RedeemCmd {
	async fn redeem(&self) -> Result<Facts, Failure> {
		let mut vouchers = Vec::new();
		for file in &self.files {
			let failed = |error: &std::io::Error| Failure::file(file, "read", error);
			let length = std::fs::metadata(file).map_err(|e| failed(&e))?.len();
			if length > MAX_FILE_BYTES {
				return Err(not_vouchers("it is too long").at(file.display()));
			}
			let text = std::fs::read_to_string(file).map_err(|e| failed(&e))?;
			vouchers.extend(parse(&text).map_err(|failure| failure.at(file.display()))?);
		}
		let count = vouchers.len();
		if count == 0 || count > MAX_VOUCHERS as usize {
			return Err(Failure::new(
				"Usage",
				format!("{count} vouchers can't be redeemed at a time"),
				format!("pass 1 to {MAX_VOUCHERS}; of a channel the last one is enough"),
			));
		}
		let chain = connect(&self.chain).await?;
		let included = send(&chain, &self.chain, &credit::redeem(vouchers)).await?;
		let paid = credit::redeemed(&included)?;
		let mut facts = Facts::default();
		facts
			.add("Vouchers", "vouchers", count, count)
			.amount("Paid", "paid", paid)
			.included(&included)?;
		Ok(facts)
	}
}

/// A signed voucher in a file.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Signed {
	channel: u64,
	cumulative: crate::rpc::types::Amount,
	valid_until_block: u64,
	signature: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum File {
	One(Signed),
	Many(Vec<Signed>),
}

fn not_vouchers(why: impl fmt::Display) -> Failure {
	Failure::new(
		"NotVouchers",
		format!("the file has no vouchers: {why}"),
		"pass what `credit voucher sign --json` printed, or a list of that",
	)
}

/// The vouchers of a file.
fn parse(text: &str) -> Result<Vec<(Voucher, Signature)>, Failure> {
	let signed = match serde_json::from_str(text).map_err(not_vouchers)? {
		File::One(one) => vec![one],
		File::Many(many) => many,
	};
	signed.into_iter().map(Signed::read).collect()
}

impl Signed {
	fn read(self) -> Result<(Voucher, Signature), Failure> {
		let digits = self.signature.strip_prefix("0x");
		let bytes = digits.and_then(|digits| hex::decode(digits).ok());
		let signature = bytes.and_then(|bytes| Signature::try_from(bytes).ok());
		let signature = signature
			.ok_or_else(|| not_vouchers("a signature is 0x and 130 hexadecimal digits"))?;
		let voucher = Voucher {
			channel: self.channel,
			cumulative: self.cumulative.0,
			valid_until_block: self.valid_until_block,
		};
		Ok((voucher, signature))
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	/// The first key of "test test … junk", as Hardhat prints it, and its address.
	const KEY: &str = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
	const ADDRESS: &str = "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266";

	fn key(text: &str) -> Result<ecdsa::Pair, Failure> {
		SecretKey(text.into()).pair()
	}

	#[test]
	fn a_voucher_is_signed_for_one_chain_and_read_again() {
		let voucher = Voucher { channel: 3, cumulative: u128::MAX, valid_until_block: u64::MAX };
		let (signature, signer) = sign(&key(KEY).unwrap(), 5_197_895, &voucher).unwrap();
		assert_eq!(hex(&signer.0), ADDRESS);
		assert!(matches!(signature[64], 27 | 28));
		let (other, _) = sign(&key(KEY).unwrap(), 1, &voucher).unwrap();
		assert_ne!(signature, other);
		let text = format!(
			r#"{{"channel":3,"cumulative":"{}","validUntilBlock":{},"signature":"{}","signer":"x"}}"#,
			u128::MAX,
			u64::MAX,
			hex(&signature)
		);
		assert_eq!(parse(&text).unwrap(), [(voucher, signature)]);
		assert_eq!(parse(&format!("[{text},{text}]")).unwrap().len(), 2);
		assert!(parse("[]").unwrap().is_empty());
	}

	#[test]
	fn what_is_no_voucher_is_refused() {
		let voucher = |signature: &str| {
			format!(
				r#"{{"channel":1,"cumulative":"1","validUntilBlock":2,"signature":"{signature}"}}"#
			)
		};
		let short = voucher(&format!("0x{}", "00".repeat(64)));
		let bare = voucher(&"00".repeat(65));
		for text in [
			"",
			"{}",
			"null",
			"[1]",
			"{\"channel\":-1}",
			&short,
			&bare,
			&voucher("0x"),
			&voucher("").replace("\"1\"", "1"),
			&voucher("").replace("\"1\"", "\"-1\""),
			&"[".repeat(100_000),
		] {
			assert_eq!(parse(text).unwrap_err().code, "NotVouchers", "{:.60}", text);
		}
	}

	#[test]
	fn a_secret_is_never_shown() {
		let secret = "0xsecret";
		assert!(!format!("{:?}", SecretKey(secret.into())).contains("secret"));
		let zero = format!("0x{}", "00".repeat(32));
		for wrong in ["", "0x", secret, KEY.get(..64).unwrap(), &zero] {
			let failure = key(wrong).map(|_| ()).unwrap_err();
			assert_eq!(failure.code, "Key");
			assert!(wrong.len() < 3 || !failure.to_text().contains(wrong));
		}
		assert_eq!(key("@/nowhere").map(|_| ()).unwrap_err().code, "File");
		let file = tempfile::NamedTempFile::new().unwrap();
		std::fs::write(file.path(), format!("{KEY}\n")).unwrap();
		let at = key(&format!("@{}", file.path().display())).unwrap();
		assert_eq!(at.public(), key(KEY).unwrap().public());
	}
}
