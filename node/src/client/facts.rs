//! What a command tells: rows for people, and the same as one object for programs.

use super::inclusion::Included;
use crate::model::{
	amount::{grouped, Amount},
	failure::Failure,
	output::{emit, hex, printable, Rows},
};
use serde_json::{Map, Value};

/// Rows and an object that say the same.
#[derive(Clone, Debug, Default)]
pub struct Facts {
	rows: Rows,
	object: Map<String, Value>,
}

impl Facts {
	/// Adds a fact: as people read it, and as programs do.
	pub fn add(
		&mut self,
		label: &str,
		key: &str,
		shown: impl ToString,
		value: impl Into<Value>,
	) -> &mut Self {
		self.rows.add(label, printable(&shown.to_string()));
		self.object.insert(key.into(), value.into());
		self
	}

	/// Adds an amount of base units.
	pub fn amount(&mut self, label: &str, key: &str, units: u128) -> &mut Self {
		self.add(label, key, Amount(units), units.to_string())
	}

	/// Adds what the RPC gave: text or a number; nothing is `no`.
	pub fn value(&mut self, label: &str, key: &str, value: &Value) -> &mut Self {
		let shown = match value {
			Value::Null => "no".into(),
			Value::String(text) => text.clone(),
			other => other.to_string(),
		};
		self.add(label, key, shown, value.clone())
	}

	/// Adds an amount that the RPC gave.
	pub fn value_amount(&mut self, label: &str, key: &str, value: &Value) -> &mut Self {
		match value.as_str().and_then(|units| units.parse().ok()) {
			Some(units) => self.amount(label, key, units),
			None => self.value(label, key, value),
		}
	}

	/// Adds a list: one line for each entry.
	pub fn lines(
		&mut self,
		label: &str,
		key: &str,
		lines: &[String],
		values: Vec<Value>,
	) -> &mut Self {
		let shown: Vec<String> = lines.iter().map(|line| printable(line)).collect();
		self.rows.add(label, if shown.is_empty() { "none".into() } else { shown.join("\n") });
		self.object.insert(key.into(), Value::Array(values));
		self
	}

	/// Adds where a transaction is, and its fee.
	pub fn included(&mut self, included: &Included) -> Result<&mut Self, Failure> {
		let (block, hash) = (included.block.block_number(), included.block.block_hash());
		let shown = format!("{} {}", grouped(block), hex(&hash.0));
		self.object.insert("blockHash".into(), hex(&hash.0).into());
		let transaction = hex(&included.hash.0);
		Ok(self.amount("Fee", "fee", included.fee()?).add("Block", "block", shown, block).add(
			"Transaction",
			"transaction",
			&transaction,
			transaction.clone(),
		))
	}

	/// The object for programs.
	pub fn to_json(&self) -> Value {
		Value::Object(self.object.clone())
	}

	/// The lines for people.
	pub fn to_text(&self) -> String {
		self.rows.to_text()
	}

	/// Prints one of both on standard output.
	pub fn print(&self, json: bool) {
		if json {
			emit(self.to_json());
		} else {
			emit(self.to_text());
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use serde_json::json;

	#[test]
	fn both_forms_say_the_same() {
		let mut facts = Facts::default();
		facts
			.amount("Credit", "credit", 1_500_000_000_000_000_000)
			.add("Name", "name", "a\nb", "a\nb");
		assert_eq!(facts.to_text(), "Credit  1.5 OPG\nName    a�b");
		assert_eq!(facts.to_json(), json!({"credit": "1500000000000000000", "name": "a\nb"}));
	}
}
