//! What fuzzing found (scripts/fuzz): each file once made a load or a run panic, which is a trap in the
//! blob.

use codec::Encode;
use opg_engine_abi::{Limits, Tensor};
use opg_engine_guest::{inspect::inspect, load::load, run::run};
use std::{
	fs,
	panic::{catch_unwind, AssertUnwindSafe},
	path::Path,
	sync::{Arc, Mutex},
};

/// Panics that are none in the blob; the head of the file says why.
const KNOWN: &str = include_str!("../../fuzz/known.txt");

/// Zeros for every input.
fn zeros(specs: &[opg_engine_abi::TensorSpec]) -> Vec<Tensor> {
	let tensor = |spec: &opg_engine_abi::TensorSpec| {
		let bytes = spec.byte_len().expect("inputs are bounded") as usize;
		Tensor { dtype: spec.dtype, shape: spec.shape.clone(), data: vec![0; bytes] }
	};
	specs.iter().map(tensor).collect()
}

/// Describes, loads and runs. An error is as good as outputs.
fn all(file: Vec<u8>) {
	let _description = inspect(file.clone());
	if let Ok(loaded) = load(Limits::V1, file) {
		let _outcome = run(&loaded, &zeros(&loaded.signature.inputs).encode());
	}
}

fn is_known(place: &str) -> bool {
	let lines = KNOWN.lines().map(str::trim).filter(|line| !line.starts_with('#'));
	lines.filter(|line| !line.is_empty()).any(|line| place.contains(&format!("{line} ")))
}

#[test]
fn nothing_that_was_found_panics() {
	let last = Arc::new(Mutex::new(String::new()));
	let place = Arc::clone(&last);
	std::panic::set_hook(Box::new(move |info| {
		let at =
			info.location().map_or_else(String::new, |at| format!("{}:{}", at.file(), at.line()));
		*place.lock().unwrap() = format!("{at} {:?}", info.payload_as_str());
	}));
	let mut count = 0;
	let mut panics = Vec::new();
	for folder in ["load", "graphs"] {
		let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/findings").join(folder);
		for entry in fs::read_dir(&path).expect("findings are committed") {
			let path = entry.expect("a folder can be read").path();
			// What ends the process has its name here.
			eprintln!("{}", path.display());
			let file = fs::read(&path).expect("a file can be read");
			count += 1;
			let ended = catch_unwind(AssertUnwindSafe(|| all(file)));
			let place = last.lock().unwrap().clone();
			if ended.is_err() && !is_known(&place) {
				panics.push(format!("{}: {place}", path.display()));
			}
		}
	}
	let _ours = std::panic::take_hook();
	assert!(count > 0);
	assert!(panics.is_empty(), "{}", panics.join("\n"));
}
