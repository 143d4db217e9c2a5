//! `credit channel open | top-up | close | show`: money set aside for one payee, drawn by vouchers.

use super::sponsor::Until;
use crate::{
	account::{parse_address, Account},
	client::{
		command::{connect, send, tell, NodeOptions},
		credit,
		facts::Facts,
		Chain,
	},
	model::{amount::Amount, failure::Failure, publish::ChainOptions},
};
use clap::{Args, Subcommand};
use polkadot_sdk::sp_core::H160;
use serde_json::Value;
use subxt::ext::scale_decode::DecodeAsType;

/// Work with channels: money set aside for one payee, drawn by vouchers.
#[derive(Debug, Args)]
pub struct ChannelCmd {
	#[command(subcommand)]
	command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
	Open(OpenCmd),
	TopUp(TopUpCmd),
	Close(CloseCmd),
	Show(ShowCmd),
}

impl ChannelCmd {
	pub(super) fn run(self) {
		match self.command {
			Command::Open(cmd) => tell(cmd.json, cmd.open()),
			Command::TopUp(cmd) => tell(cmd.json, cmd.top_up()),
			Command::Close(cmd) => tell(cmd.json, cmd.close()),
			Command::Show(cmd) => tell(cmd.json, cmd.show()),
		}
	}
}

/// Open a channel with a part of the signer's credit.
///
/// Before it expires the payee can rely on it: the signer alone can close it only with notice. A deposit is
/// held until it is closed.
#[derive(Debug, Args)]
struct OpenCmd {
	/// Who is paid: SS58, 0x and 32 bytes, or an Ethereum address.
	#[arg(value_name = "PAYEE")]
	payee: Account,

	/// OPG of the signer's credit to put in.
	#[arg(value_name = "OPG")]
	amount: Amount,

	/// Ethereum address of the key whose vouchers count (see `credit voucher sign`).
	#[arg(long, value_name = "0x…", value_parser = parse_address)]
	signer: H160,

	#[allow(missing_docs)]
	#[clap(flatten)]
	until: Until,

	#[allow(missing_docs)]
	#[clap(flatten)]
	chain: ChainOptions,

	/// Print one JSON object.
	#[arg(long)]
	json: bool,
}

/// The event of a new channel.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct ChannelOpened {
	channel: u64,
	deposit: u128,
}

impl OpenCmd {
	async fn open(&self) -> Result<Facts, Failure> {
		let chain = connect(&self.chain).await?;
		let expires = self.until.block(chain.best().await?.block_number());
		let call = credit::open_channel(&self.payee, self.signer, self.amount.0, expires);
		let included = send(&chain, &self.chain, &call).await?;
		let opened: ChannelOpened = included.event("Credit", "ChannelOpened")?;
		let mut facts = Facts::default();
		facts
			.add("Channel", "channel", opened.channel, opened.channel)
			.add("Payee", "payee", &self.payee, self.payee.to_string())
			.amount("Funds", "funds", self.amount.0)
			.amount("Deposit", "deposit", opened.deposit)
			.add("Expires", "expires", format!("block {expires}"), expires)
			.included(&included)?;
		Ok(facts)
	}
}

/// Add a part of the signer's credit to its channel.
#[derive(Debug, Args)]
struct TopUpCmd {
	/// Id of the channel.
	#[arg(value_name = "ID")]
	channel: u64,

	/// OPG of the signer's credit to add.
	#[arg(value_name = "OPG")]
	amount: Amount,

	#[allow(missing_docs)]
	#[clap(flatten)]
	chain: ChainOptions,

	/// Print one JSON object.
	#[arg(long)]
	json: bool,
}

impl TopUpCmd {
	async fn top_up(&self) -> Result<Facts, Failure> {
		let chain = connect(&self.chain).await?;
		let call = credit::top_up(self.channel, self.amount.0);
		let included = send(&chain, &self.chain, &call).await?;
		let mut facts = Facts::default();
		facts
			.add("Channel", "channel", self.channel, self.channel)
			.amount("Added", "amount", self.amount.0)
			.included(&included)?;
		Ok(facts)
	}
}

/// Close a channel: what is left is its payer's credit again.
///
/// The payee may at any time, the payer once it has expired, anybody once the payer's notice is over.
#[derive(Debug, Args)]
struct CloseCmd {
	/// Id of the channel.
	#[arg(value_name = "ID")]
	channel: u64,

	/// Give notice, as the payer, instead of closing: from a day later on anybody can close it.
	#[arg(long)]
	notice: bool,

	#[allow(missing_docs)]
	#[clap(flatten)]
	chain: ChainOptions,

	/// Print one JSON object.
	#[arg(long)]
	json: bool,
}

/// The event of a notice.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct ChannelClosing {
	from: u32,
}

/// The event of a channel that was closed.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct ChannelClosed {
	returned: u128,
}

impl CloseCmd {
	async fn close(&self) -> Result<Facts, Failure> {
		let chain = connect(&self.chain).await?;
		let mut facts = Facts::default();
		facts.add("Channel", "channel", self.channel, self.channel);
		let included = if self.notice {
			let call = credit::request_close(self.channel);
			let included = send(&chain, &self.chain, &call).await?;
			let closing: ChannelClosing = included.event("Credit", "ChannelClosing")?;
			facts.add("Closes", "from", format!("from block {}", closing.from), closing.from);
			included
		} else {
			let included = send(&chain, &self.chain, &credit::close(self.channel)).await?;
			let closed: ChannelClosed = included.event("Credit", "ChannelClosed")?;
			facts.amount("Returned", "returned", closed.returned);
			included
		};
		facts.included(&included)?;
		Ok(facts)
	}
}

/// Show a channel.
#[derive(Debug, Args)]
struct ShowCmd {
	/// Id of the channel.
	#[arg(value_name = "ID")]
	channel: u64,

	#[allow(missing_docs)]
	#[clap(flatten)]
	node: NodeOptions,

	/// Print one JSON object.
	#[arg(long)]
	json: bool,
}

impl ShowCmd {
	async fn show(&self) -> Result<Facts, Failure> {
		let chain = Chain::connect(&self.node.url).await?;
		Ok(facts_of(&credit::channel(&chain, self.channel).await?))
	}
}

/// A channel as the RPC gives it.
fn facts_of(channel: &Value) -> Facts {
	let mut facts = Facts::default();
	for (label, key) in
		[("Channel", "id"), ("Payer", "payer"), ("Payee", "payee"), ("Signer", "signer")]
	{
		facts.value(label, key, &channel[key]);
	}
	for (label, key) in [("Funds", "funds"), ("Redeemed", "redeemed"), ("Deposit", "deposit")] {
		facts.value_amount(label, key, &channel[key]);
	}
	facts.value("Expires (block)", "expires", &channel["expires"]).value(
		"Closing (block)",
		"closing",
		&channel["closing"],
	);
	facts
}

#[cfg(test)]
mod tests {
	use super::*;
	use serde_json::json;

	#[test]
	fn a_channel_is_shown() {
		let channel = json!({
			"id": 7, "payer": "5A", "payee": "5B", "signer": "0x01", "funds": "1000000000000000000",
			"redeemed": "0", "deposit": "?", "expires": 9, "closing": null,
		});
		let facts = facts_of(&channel);
		assert_eq!(facts.to_json(), channel);
		let text = facts.to_text();
		assert!(text.contains("Funds            1 OPG"), "{text}");
		assert!(text.contains("Closing (block)  no"), "{text}");
	}
}
