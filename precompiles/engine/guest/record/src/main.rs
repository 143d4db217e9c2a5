//! Used by scripts/engine:
//!
//! ```text
//! opg-engine-record hash  FILE.wasm                       print keccak-256
//! opg-engine-record check OUT.wasm PAGES PATH…            finish, check, print keccak-256
//! opg-engine-record write OUT.wasm PAGES BLOB RECORD KEY=VALUE… -- PATH…
//! ```
//!
//! `OUT.wasm` is the compiler's output. To finish it is to insert the counters of fuel and call stack
//! (`opg-engine-meter`); the result is the blob. `write` compresses it and writes its record: what it
//! measures itself, then the given pairs.

mod check;

use opg_engine_abi::hash::keccak256;
use opg_engine_meter::{cost::PROFILE_1, instrument, PASS};
use std::{env, fs, process::ExitCode};

/// The highest level that needs no more memory to decompress than usual.
const ZSTD_LEVEL: i32 = 19;

fn main() -> ExitCode {
	let args: Vec<String> = env::args().skip(1).collect();
	match run(&args) {
		Ok(()) => ExitCode::SUCCESS,
		Err(error) => {
			eprintln!("error: {error}");
			ExitCode::FAILURE
		},
	}
}

fn run(args: &[String]) -> Result<(), String> {
	let words: Vec<&str> = args.iter().map(String::as_str).collect();
	match words.as_slice() {
		["hash", raw] => println!("{}", hex(&keccak256(&read(raw)?))),
		["check", raw, pages, paths @ ..] => {
			let wasm = finish(&read(raw)?)?;
			check::check(&wasm, number(pages)?, &owned(paths))?;
			println!("{}", hex(&keccak256(&wasm)));
		},
		["write", raw, pages, blob, record, rest @ ..] => {
			let wasm = finish(&read(raw)?)?;
			let at = rest.iter().position(|word| *word == "--").ok_or("`--` is missing")?;
			let (pairs, paths) = rest.split_at(at);
			check::check(&wasm, number(pages)?, &owned(paths.get(1..).unwrap_or_default()))?;
			let compressed = zstd::bulk::compress(&wasm, ZSTD_LEVEL).map_err(|e| e.to_string())?;
			let text = json(&wasm, &compressed, pairs)?;
			write(blob, &compressed)?;
			write(record, text.as_bytes())?;
			print!("{text}");
		},
		_ => return Err("usage: see scripts/engine".into()),
	}
	Ok(())
}

/// Inserts the counters.
fn finish(compiled: &[u8]) -> Result<Vec<u8>, String> {
	instrument(compiled, &PROFILE_1).map_err(|error| error.to_string())
}

/// The record: one pair a line. Values that are all digits are numbers.
fn json(wasm: &[u8], compressed: &[u8], pairs: &[&str]) -> Result<String, String> {
	let mut all = vec![
		("hash".to_string(), hex(&keccak256(wasm))),
		("raw_len".to_string(), wasm.len().to_string()),
		("compressed_len".to_string(), compressed.len().to_string()),
		("counters".to_string(), PASS.to_string()),
	];
	for pair in pairs {
		let (key, value) = pair.split_once('=').ok_or_else(|| format!("`{pair}` has no ="))?;
		all.push((key.to_string(), value.to_string()));
	}
	let lines: Vec<String> = all
		.iter()
		.map(|(key, value)| {
			let digits = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
			let quoted = value.replace('\\', "\\\\").replace('"', "\\\"");
			let value = if digits { value.clone() } else { format!("\"{quoted}\"") };
			format!("\t\"{key}\": {value}")
		})
		.collect();
	Ok(format!("{{\n{}\n}}\n", lines.join(",\n")))
}

fn hex(bytes: &[u8]) -> String {
	bytes.iter().fold(String::from("0x"), |text, byte| format!("{text}{byte:02x}"))
}

fn number(text: &str) -> Result<u64, String> {
	text.parse().map_err(|_| format!("`{text}` is no number"))
}

fn owned(words: &[&str]) -> Vec<String> {
	words.iter().map(|word| word.to_string()).collect()
}

fn read(path: &str) -> Result<Vec<u8>, String> {
	fs::read(path).map_err(|error| format!("{path}: {error}"))
}

fn write(path: &str, bytes: &[u8]) -> Result<(), String> {
	fs::write(path, bytes).map_err(|error| format!("{path}: {error}"))
}
