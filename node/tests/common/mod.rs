//! What the tests of the commands share: running the binary, and small ONNX models made field by
//! field (field numbers of `onnx/onnx.proto`).

#![allow(dead_code)] // Each test binary uses a part.

use opg_engine_abi::{DType, Tensor};
use opg_engine_host::npy;
use opg_node::model::wire::{put_bytes, put_number};
use serde_json::Value;
use std::{
	path::{Path, PathBuf},
	process::Command,
};

/// What a run of the binary gave.
pub struct Ran {
	pub status: Option<i32>,
	pub stdout: String,
	pub stderr: String,
}

impl Ran {
	/// Standard output as one JSON object.
	pub fn json(&self) -> Value {
		serde_json::from_str(&self.stdout)
			.unwrap_or_else(|e| panic!("{e} in\n{}\n{}", self.stdout, self.stderr))
	}

	/// The object of a command that succeeded.
	pub fn ok(self) -> Value {
		assert_eq!(self.status, Some(0), "{}\n{}", self.stdout, self.stderr);
		self.json()
	}

	/// `error.code` of a command that failed with status 1 and explained itself.
	pub fn code(&self) -> String {
		assert_eq!(self.status, Some(1), "{}\n{}", self.stdout, self.stderr);
		let error = &self.json()["error"];
		assert!(error["message"].is_string() && error["hint"].is_string(), "{error}");
		assert!(error.get("node").is_some(), "{error}");
		error["code"].as_str().expect("a code is text").into()
	}
}

/// Runs the binary. No output may look like a panic, whatever happens.
pub fn node(arguments: &[&str]) -> Ran {
	let output = Command::new(env!("CARGO_BIN_EXE_opg-node"))
		.args(arguments)
		.env_remove("RUST_BACKTRACE")
		.output()
		.expect("the binary starts");
	let ran = Ran {
		status: output.status.code(),
		stdout: String::from_utf8(output.stdout).expect("output is UTF-8"),
		stderr: String::from_utf8(output.stderr).expect("output is UTF-8"),
	};
	for text in [&ran.stdout, &ran.stderr] {
		assert!(!text.contains("panicked") && !text.contains("RUST_BACKTRACE"), "{text}");
	}
	ran
}

/// A folder for one test.
pub struct Folder(tempfile::TempDir);

impl Folder {
	pub fn new() -> Self {
		Self(tempfile::tempdir().expect("a folder can be made"))
	}

	/// The path of a file in it.
	pub fn path(&self, name: &str) -> PathBuf {
		self.0.path().join(name)
	}

	/// Writes a file and gives its path as text.
	pub fn file(&self, name: &str, bytes: &[u8]) -> String {
		let path = self.path(name);
		std::fs::write(&path, bytes).expect("a file can be written");
		text(&path)
	}

	/// Writes an array of f32.
	pub fn floats(&self, name: &str, shape: &[u32], values: &[f32]) -> String {
		self.file(name, &npy::write(&floats(shape, values)))
	}
}

/// A path as text.
pub fn text(path: &Path) -> String {
	path.to_str().expect("paths of tests are UTF-8").into()
}

/// A tensor of f32.
pub fn floats(shape: &[u32], values: &[f32]) -> Tensor {
	let data = values.iter().flat_map(|v| v.to_le_bytes()).collect();
	Tensor { dtype: DType::Float32, shape: shape.to_vec(), data }
}

fn message(build: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
	let mut out = Vec::new();
	build(&mut out);
	out
}

/// A dimension: a number, or a name that starts with a letter; empty for unknown.
fn dim(text: &str) -> Vec<u8> {
	message(|out| match text.parse() {
		Ok(number) => put_number(out, 1, number),
		Err(_) if text.is_empty() => {},
		Err(_) => put_bytes(out, 2, text.as_bytes()),
	})
}

fn value_info(name: &str, shape: &[&str]) -> Vec<u8> {
	let shape = message(|out| shape.iter().for_each(|d| put_bytes(out, 1, &dim(d))));
	let tensor = message(|out| {
		put_number(out, 1, 1);
		put_bytes(out, 2, &shape);
	});
	message(|out| {
		put_bytes(out, 1, name.as_bytes());
		put_bytes(out, 2, &message(|out| put_bytes(out, 1, &tensor)));
	})
}

/// `y = x <operator> [10, 20, 30]` with x and y of that shape.
pub fn model(domain: &str, operator: &str, shape: &[&str]) -> Vec<u8> {
	let node = message(|out| {
		put_bytes(out, 1, b"x");
		put_bytes(out, 1, b"b");
		put_bytes(out, 2, b"y");
		put_bytes(out, 3, b"the_node");
		put_bytes(out, 4, operator.as_bytes());
		put_bytes(out, 7, domain.as_bytes());
	});
	let weight = message(|out| {
		put_number(out, 1, 3);
		put_number(out, 2, 1);
		put_bytes(out, 8, b"b");
		let values: Vec<u8> = [10f32, 20.0, 30.0].iter().flat_map(|v| v.to_le_bytes()).collect();
		put_bytes(out, 9, &values);
	});
	let graph = message(|out| {
		put_bytes(out, 1, &node);
		put_bytes(out, 2, b"graph");
		put_bytes(out, 5, &weight);
		put_bytes(out, 11, &value_info("x", shape));
		put_bytes(out, 12, &value_info("y", shape));
	});
	message(|out| {
		put_number(out, 1, 8);
		put_bytes(out, 2, b"test");
		put_bytes(out, 7, &graph);
		for (domain, version) in [("", 17), (domain, 1)] {
			if domain.is_empty() && version == 1 {
				continue;
			}
			let opset = message(|out| {
				put_bytes(out, 1, domain.as_bytes());
				put_number(out, 2, version);
			});
			put_bytes(out, 8, &opset);
		}
	})
}

/// `y = x + [10, 20, 30]`.
pub fn adder(shape: &[&str]) -> Vec<u8> {
	model("", "Add", shape)
}
