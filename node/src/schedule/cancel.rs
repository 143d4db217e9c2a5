//! `schedule cancel`: ends a schedule.

use crate::{
	client::{
		command::{connect, send, tell},
		facts::Facts,
		schedule,
	},
	model::{failure::Failure, publish::ChainOptions},
};
use clap::Args;

/// End the signer's schedule; its deposit comes back.
#[derive(Debug, Args)]
pub struct CancelCmd {
	/// Id of the schedule.
	#[arg(value_name = "ID")]
	schedule: u64,

	#[allow(missing_docs)]
	#[clap(flatten)]
	chain: ChainOptions,

	/// Print one JSON object.
	#[arg(long)]
	json: bool,
}

impl CancelCmd {
	pub(super) fn run(self) {
		tell(self.json, self.cancel());
	}

	async fn cancel(&self) -> Result<Facts, Failure> {
		let chain = connect(&self.chain).await?;
		let included = send(&chain, &self.chain, &schedule::cancel(self.schedule)).await?;
		let mut facts = Facts::default();
		facts.add("Ended", "schedule", self.schedule, self.schedule).included(&included)?;
		Ok(facts)
	}
}
