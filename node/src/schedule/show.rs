//! `schedule show`, `schedule list`: what schedules do and how far they are.

use crate::{
	account::Account,
	client::{
		command::{tell, NodeOptions},
		facts::Facts,
		schedule, Chain,
	},
	model::{amount::Amount, failure::Failure, output::printable},
};
use clap::Args;
use serde_json::{json, Value};

/// Show a schedule: what it does, its next turn, its last result, and what a turn can cost.
#[derive(Debug, Args)]
pub struct ShowCmd {
	/// Id of the schedule.
	#[arg(value_name = "ID")]
	schedule: u64,

	#[allow(missing_docs)]
	#[clap(flatten)]
	node: NodeOptions,

	/// Print one JSON object.
	#[arg(long)]
	json: bool,
}

impl ShowCmd {
	pub(super) fn run(self) {
		tell(self.json, self.show());
	}

	async fn show(&self) -> Result<Facts, Failure> {
		let chain = Chain::connect(&self.node.url).await?;
		let at = Some(chain.best().await?.block_hash());
		let shown = schedule::get(&chain, self.schedule, at).await?;
		// The schedule can be looked at also while its model can't be called.
		let cost = match schedule::cost(&chain, self.schedule, at).await {
			Ok(cost) => cost.unwrap_or_default(),
			Err(failure) => json!({ "error": failure.to_json() }),
		};
		Ok(facts_of(&shown, cost))
	}
}

/// A schedule and its cost as the RPC gives them.
fn facts_of(schedule: &Value, cost: Value) -> Facts {
	let mut facts = Facts::default();
	let every = format!("every {} blocks", schedule["every"]);
	for (label, key) in [("Schedule", "id"), ("Owner", "owner"), ("Model", "model")] {
		facts.value(label, key, &schedule[key]);
	}
	facts
		.add("Runs", "every", every, schedule["every"].clone())
		.value("Turns", "runs", &schedule["runs"])
		.value("Next turn (block)", "next", &schedule["next"]);
	for (label, key) in [
		("Turns left", "left"),
		("Succeeded", "succeeded"),
		("Failed", "failed"),
		("Missed", "missed"),
	] {
		facts.value(label, key, &schedule[key]);
	}
	let input = &schedule["input"];
	facts.add("Inputs", "input", input_text(input), input.clone());
	let delivery = &schedule["delivery"];
	facts.add("Delivery", "delivery", delivery_text(delivery), delivery.clone());
	facts
		.value_amount("Price at most", "maxPrice", &schedule["maxPrice"])
		.value("Fuel at most", "maxFuel", &schedule["maxFuel"])
		.value_amount("Deposit", "deposit", &schedule["deposit"])
		.value("Created (block)", "created", &schedule["created"]);
	let (last, failure) = (&schedule["last"], &schedule["lastFailure"]);
	facts.add("Last result", "last", result_text(last), last.clone()).add(
		"Last failure",
		"lastFailure",
		failure_text(failure),
		failure.clone(),
	);
	let shown = match cost["total"].as_str().and_then(|units| units.parse().ok()) {
		Some(units) => Amount(units).to_string(),
		None => text(&cost["error"]["message"]),
	};
	facts.add("A turn costs at most", "cost", shown, cost);
	facts
}

fn text(value: &Value) -> String {
	match value {
		Value::Null => "no".into(),
		Value::String(text) => text.clone(),
		other => other.to_string(),
	}
}

fn input_text(input: &Value) -> String {
	match input["from"].as_str() {
		Some("fixed") => "the same for every run".into(),
		Some("lastOutput") => "the last outputs".into(),
		Some("contract") => format!("contract {}", text(&input["contract"])),
		_ => text(input),
	}
}

fn delivery_text(delivery: &Value) -> String {
	match delivery {
		Value::Null => "no".into(),
		delivery => format!("contract {}", text(&delivery["contract"])),
	}
}

fn result_text(last: &Value) -> String {
	match last {
		Value::Null => "no".into(),
		last => format!(
			"block {}, receipt {}, delivery: {}",
			last["block"],
			text(&last["receipt"]),
			text(&last["delivered"]["code"])
		),
	}
}

fn failure_text(failure: &Value) -> String {
	match failure {
		Value::Null => "no".into(),
		failure => format!("block {}: {}", failure["block"], text(&failure["message"])),
	}
}

/// List schedules that haven't ended, in the order of their ids.
#[derive(Debug, Args)]
pub struct ListCmd {
	/// First id that is listed.
	#[arg(long, value_name = "ID", default_value_t = 1)]
	from: u64,

	/// Schedules that are looked at, 1 to 100.
	#[arg(long, value_name = "N", default_value_t = schedule::PAGE,
		value_parser = clap::value_parser!(u32).range(1..=i64::from(schedule::PAGE)))]
	limit: u32,

	/// Show only this account's.
	#[arg(long, value_name = "ACCOUNT")]
	owner: Option<Account>,

	#[allow(missing_docs)]
	#[clap(flatten)]
	node: NodeOptions,

	/// Print one JSON object.
	#[arg(long)]
	json: bool,
}

impl ListCmd {
	pub(super) fn run(self) {
		tell(self.json, self.list());
	}

	async fn list(&self) -> Result<Facts, Failure> {
		let chain = Chain::connect(&self.node.url).await?;
		let all = schedule::list(&chain, self.from, self.limit).await?;
		Ok(facts_of_list(all, self.owner.as_ref()))
	}
}

/// Schedules of an owner, or all of them.
fn facts_of_list(all: Vec<Value>, owner: Option<&Account>) -> Facts {
	let owner = owner.map(ToString::to_string);
	let wanted = |one: &Value| owner.is_none() || one["owner"].as_str() == owner.as_deref();
	let shown: Vec<Value> = all.into_iter().filter(wanted).collect();
	let lines: Vec<String> = shown.iter().map(line).collect();
	let mut facts = Facts::default();
	facts.lines("Schedules", "schedules", &lines, shown);
	facts
}

fn line(schedule: &Value) -> String {
	printable(&format!(
		"{}: model {} every {} blocks, {} of {} turns left, next in block {}, of {}",
		schedule["id"],
		schedule["model"],
		schedule["every"],
		schedule["left"],
		schedule["runs"],
		text(&schedule["next"]),
		text(&schedule["owner"]),
	))
}

#[cfg(test)]
mod tests {
	use super::*;

	const ALICE: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";

	fn schedule(owner: &str) -> Value {
		json!({
			"id": 7, "owner": owner, "model": 3, "every": 10, "runs": 4, "left": 2, "next": 90,
			"succeeded": 1, "failed": 1, "missed": 0, "input": {"from": "lastOutput", "initial": "0x"},
			"delivery": null, "maxPrice": "1000000000000000000", "maxFuel": 5, "deposit": "0",
			"created": 1, "last": null,
			"lastFailure": {"block": 5, "code": "TooHeavy", "message": "TooHeavy(needed=2,max=1)"},
		})
	}

	#[test]
	fn a_schedule_is_shown_with_all_that_the_node_says() {
		let cost = json!({"total": "2000000000000000000"});
		let facts = facts_of(&schedule(ALICE), cost.clone());
		let mut expected = schedule(ALICE);
		expected["cost"] = cost;
		assert_eq!(facts.to_json(), expected);
		let text = facts.to_text();
		for part in
			["every 10 blocks", "the last outputs", "block 5: TooHeavy(needed=2,max=1)", "2 OPG"]
		{
			assert!(text.contains(part), "{part} in\n{text}");
		}
		let failed = json!({"error": {"message": "ModelNotActive(model=3)"}});
		assert!(facts_of(&schedule(ALICE), failed).to_text().contains("ModelNotActive(model=3)"));
	}

	#[test]
	fn a_node_that_answers_nonsense_does_no_harm() {
		for nonsense in [json!(null), json!([]), json!({"id": "\u{1b}[2J"}), json!("x")] {
			let text = facts_of(&nonsense, nonsense.clone()).to_text();
			assert!(!text.contains('\u{1b}'), "{text}");
			assert!(!line(&nonsense).contains('\u{1b}'));
		}
	}

	#[test]
	fn a_list_is_of_one_owner_or_of_all() {
		let all = || vec![schedule(ALICE), schedule("somebody else")];
		let count = |owner: Option<&Account>| {
			facts_of_list(all(), owner).to_json()["schedules"].as_array().unwrap().len()
		};
		assert_eq!(count(None), 2);
		assert_eq!(count(Some(&ALICE.parse().unwrap())), 1);
	}
}
