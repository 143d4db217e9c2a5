//! `model prepare`: fixes symbolic dimensions in a copy of the file.

use super::{
	amount,
	dims::{self, Plan, Setting},
	failure::{finish, Failure},
	output::{self, Rows},
	tensors::{read_file, write_file},
};
use clap::Args;
use opg_engine_abi::{hash::content_root_of, ErrorCode, Limits};
use serde_json::json;
use std::path::PathBuf;

/// Fix symbolic dimensions: the chain runs models whose shapes are numbers.
///
/// Only the dimensions change; weights, metadata and everything else stay byte for byte.
#[derive(Debug, Args)]
pub struct PrepareCmd {
	/// ONNX file.
	#[arg(value_name = "FILE")]
	file: PathBuf,

	/// A dimension and its size. Dimensions without a name are given as `INPUT:AXIS=SIZE`, axes
	/// counted from 0. May be repeated.
	#[arg(long = "dim", value_name = "NAME=SIZE")]
	dims: Vec<Setting>,

	/// File to write.
	#[arg(long, value_name = "FILE")]
	out: PathBuf,

	/// Print one JSON object.
	#[arg(long)]
	json: bool,
}

impl PrepareCmd {
	pub(super) fn run(self) {
		finish(self.json, self.prepare());
	}

	fn prepare(&self) -> Result<(), Failure> {
		let max = u64::from(Limits::V1.model_bytes);
		let before = read_file(&self.file, max, ErrorCode::ModelTooLarge)?;
		let tensors = dims::declared(&before)?;
		let plan = Plan::from_settings(&self.dims, &tensors)?;
		let after = dims::fix(&before, &plan)?;
		let left: Vec<String> = dims::open(&dims::declared(&after)?)
			.iter()
			.map(|open| match &open.name {
				Some(name) => format!("{name} (input `{}`, axis {})", open.input, open.axis),
				None => format!("{open} (no name)"),
			})
			.collect();
		if !left.is_empty() {
			return Err(Failure::new(
				ErrorCode::SymbolicDimension.name(),
				format!("dimensions are still open, nothing was written: {}", left.join(", ")),
				"add --dim NAME=SIZE (or --dim INPUT:AXIS=SIZE) for each",
			));
		}
		write_file(&self.out, &after)?;

		let root = output::hex(&content_root_of(&after));
		if self.json {
			let object = json!({
				"file": self.out.display().to_string(),
				"bytes": after.len(),
				"contentRoot": root,
				"changed": after != before,
			});
			output::emit(object);
		} else {
			Rows::default()
				.add("Written", self.out.display())
				.add("Size", amount::bytes(after.len() as u64))
				.add("Content root", root)
				.print();
		}
		Ok(())
	}
}
