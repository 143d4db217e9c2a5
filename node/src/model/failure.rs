//! What goes wrong in the model commands, said in one way: a code, a sentence, a place, a remedy.

use super::{
	dims::DimsError,
	output::{self, printable},
};
use opg_engine_abi::{ErrorCode, Refusal};
use opg_engine_host::{Detailed, HostFailure};
use serde_json::{json, Value};
use std::path::Path;

/// Why a command didn't do what it was asked. Every failure ends with exit status 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
	/// A name for programs: of [`ErrorCode`], of a pallet's error, or of this crate.
	pub code: String,
	/// What happened, for people: `Code(key=value,…)` where the chain says it, else a sentence.
	pub message: String,
	/// The operator, node, tensor, file or transaction concerned; empty for the whole.
	pub node: String,
	/// What to do about it.
	pub hint: String,
}

impl Failure {
	/// A failure with its remedy.
	pub fn new(code: &str, message: impl ToString, hint: impl ToString) -> Self {
		Self {
			code: code.into(),
			message: message.to_string(),
			node: String::new(),
			hint: hint.to_string(),
		}
	}

	/// The same at a place.
	pub fn at(mut self, node: impl ToString) -> Self {
		self.node = node.to_string();
		self
	}

	/// A refusal of the engine's kind that the CLI finds itself, with its own words.
	pub fn refused(code: ErrorCode, message: impl ToString) -> Self {
		Self::new(code.name(), message, code.hint())
	}

	/// A file that can't be read or written.
	pub fn file(path: &Path, what: &str, error: &std::io::Error) -> Self {
		Self::new(
			"File",
			format!("can't {what} {}: {error}", path.display()),
			"check the path and its permissions",
		)
		.at(path.display())
	}

	/// The object that `--json` prints.
	pub fn to_json(&self) -> Value {
		json!({
			"code": self.code,
			"message": self.message,
			"node": if self.node.is_empty() { Value::Null } else { Value::from(self.node.clone()) },
			"hint": self.hint,
		})
	}

	/// The lines that people read.
	pub fn to_text(&self) -> String {
		let mut text = format!("error: {}", printable(&self.message));
		if !self.message.starts_with(&self.code) {
			text.push_str(&format!(" [{}]", printable(&self.code)));
		}
		if !self.node.is_empty() {
			text.push_str(&format!("\n   at: {}", printable(&self.node)));
		}
		if !self.hint.is_empty() {
			text.push_str(&format!("\n hint: {}", printable(&self.hint)));
		}
		text
	}
}

impl From<Refusal> for Failure {
	fn from(refusal: Refusal) -> Self {
		Self::new(refusal.error.code.name(), refusal.error, refusal.error.code.hint())
			.at(refusal.node())
	}
}

impl From<Detailed> for Failure {
	fn from(detailed: Detailed) -> Self {
		detailed.refusal.into()
	}
}

impl From<HostFailure> for Failure {
	fn from(failure: HostFailure) -> Self {
		Self::new(
			"EngineHost",
			format!("this machine can't run the engine: {failure}"),
			"see `opg-node engine info`; free memory, or remove the engine cache folder",
		)
	}
}

impl From<DimsError> for Failure {
	fn from(error: DimsError) -> Self {
		match &error {
			DimsError::Wire(_) | DimsError::NoGraph => {
				Self::refused(ErrorCode::NotOnnx, format!("NotOnnx(): {error}"))
			},
			DimsError::Rank { input, .. } => {
				let input = input.clone();
				Self::refused(ErrorCode::WrongShape, error).at(input)
			},
			DimsError::Syntax(_) => Self::new("Usage", error, "for example --dim batch=1"),
			DimsError::Unknown { .. } => Self::new(
				"UnknownDimension",
				error,
				"name one of those: --dim NAME=SIZE, or --dim INPUT:AXIS=SIZE",
			),
			DimsError::Conflict { .. } | DimsError::Fixed { .. } => Self::new(
				"DimensionConflict",
				error,
				"give each dimension one size; a size that the model fixes can't be changed",
			),
		}
	}
}

/// Ends a command: prints a failure and exits with status 1. Under `--json` it is one object on
/// standard output, `{"error": {"code", "message", "node", "hint"}}`, else text on standard error.
pub fn finish(json: bool, result: Result<(), Failure>) {
	if let Err(failure) = result {
		if json {
			output::emit(json!({ "error": failure.to_json() }));
		} else {
			output::note(failure.to_text());
		}
		std::process::exit(1);
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_failure_says_what_where_and_what_to_do() {
		let failure =
			Failure::from(Refusal::at(ErrorCode::RandomOperator, &[17], "Dropout drop_1"));
		assert_eq!(
			failure.to_text(),
			format!(
				"error: RandomOperator(opset=17)\n   at: Dropout drop_1\n hint: {}",
				ErrorCode::RandomOperator.hint()
			)
		);
		let object = failure.to_json();
		assert_eq!(object["code"], "RandomOperator");
		assert_eq!(object["node"], "Dropout drop_1");
		let whole = Failure::new("File", "can't read x", "check it");
		assert_eq!(whole.to_text(), "error: can't read x [File]\n hint: check it");
		assert!(whole.to_json()["node"].is_null());
	}
}
