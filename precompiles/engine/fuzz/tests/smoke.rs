//! Every target over its committed corpus and findings, and over models made now. A finding that isn't
//! in `known.txt` is a panic here.

use opg_engine_fuzz::{
	calldata, findings, generate, graphs, load, mutate, operators, random::Random, sandbox, tensors,
};
use opg_engine_guest::opset::{self, Domain};
use prost::Message;
use std::{fs, path::PathBuf};

#[global_allocator]
static ALLOCATOR: sandbox::Bounded = sandbox::Bounded;

/// Committed inputs of a target; there are some.
fn inputs(target: &str) -> Vec<(PathBuf, Vec<u8>)> {
	let mut all = Vec::new();
	for folder in ["corpus", "findings"] {
		let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(folder).join(target);
		let Ok(entries) = fs::read_dir(&path) else { continue };
		for entry in entries {
			let path = entry.expect("a folder can be read").path();
			let bytes = fs::read(&path).expect("a file can be read");
			all.push((path, bytes));
		}
	}
	all.sort();
	assert!(!all.is_empty(), "no inputs for {target}");
	all
}

fn run<T>(target: &str, check: fn(&[u8]) -> T) {
	for (path, bytes) in inputs(target) {
		eprintln!("{}", path.display());
		check(&bytes);
	}
}

#[test]
fn load_holds_on_its_corpus() {
	run("load", load::check);
}

#[test]
fn graphs_hold_on_their_corpus() {
	run("graphs", graphs::check);
}

#[test]
fn tensors_hold_on_their_corpus() {
	run("tensors", tensors::check);
}

#[test]
fn calldata_hold_on_their_corpus() {
	run("calldata", calldata::check);
}

#[test]
fn every_function_can_be_called() {
	// One to three numbers, alone or with three bytes after them.
	let arguments: Vec<Vec<u8>> = (1..4)
		.flat_map(|count| {
			let numbers = vec![7; usize::from(count)];
			let bytes = [&numbers[..], &[65 + count, 3, 200, b'a', b'b', b'c']].concat();
			[numbers, bytes]
		})
		.collect();
	for function in 0..calldata::FUNCTIONS {
		let called =
			|arguments: &Vec<u8>| calldata::check(&[&[function as u8], &arguments[..]].concat());
		assert!(arguments.iter().any(called), "function {function}");
	}
	assert!(!calldata::check(&[calldata::FUNCTIONS as u8, 7]), "bytes as they are");
}

#[test]
fn models_made_now_hold() {
	let mut loads = 0;
	for seed in 0..300 {
		let mut random = Random::new(seed);
		let file = generate::model(&mut random).encode_to_vec();
		load::check(&file);
		if opg_engine_guest::inspect::inspect(file.clone()).is_ok() {
			loads += 1;
		}
		// Changed, they are models still.
		let mut changed = vec![0; 1 << 16];
		changed[..file.len()].copy_from_slice(&file);
		let size = mutate::file(&mut changed, file.len(), 1 << 16, seed as u32);
		assert!(tract_onnx::pb::ModelProto::decode(&changed[..size]).is_ok());
		load::check(&changed[..size]);
	}
	assert_eq!(loads, 300, "each is a model");
}

#[test]
fn every_allowed_operator_has_a_line() {
	for (domain, name) in opset::operators() {
		assert!(operators::find(domain, name).is_some(), "{name} is missing in operators.txt");
	}
	for operator in operators::all() {
		let known =
			opset::operators().any(|(d, name)| (d, name) == (operator.domain, operator.name));
		assert!(known, "{} isn't allowed", operator.name);
	}
	assert!(operators::find(Domain::Onnx, "Loop").is_none());
}

#[test]
fn a_defect_is_found() {
	use sandbox::End;
	assert_eq!(sandbox::run(|| 7), End::Done(7));
	match sandbox::run(|| -> u32 { panic!("on purpose") }) {
		End::Panicked(panic) => {
			assert_eq!(panic.message, "on purpose");
			assert!(panic.place.contains("smoke.rs"), "{}", panic.place);
		},
		other => panic!("{other:?}"),
	}
	let end = sandbox::run(|| Vec::<u8>::with_capacity(1 << 40).capacity());
	assert_eq!(end, End::OutOfMemory);
	assert_eq!(sandbox::run(|| 8), End::Done(8));
	let unknown = std::panic::catch_unwind(|| findings::record("no such finding", "", b""));
	assert!(unknown.is_err());
}
