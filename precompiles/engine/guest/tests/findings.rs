//! What fuzzing found (scripts/fuzz): each file once made a load or a run panic, which is a trap in the
//! blob.

use codec::Encode;
use opg_engine_abi::{Limits, Tensor};
use opg_engine_guest::{inspect::inspect, load::load, run::run};
use std::{fs, path::Path};

/// Zeros for every input.
fn zeros(specs: &[opg_engine_abi::TensorSpec]) -> Vec<Tensor> {
	let tensor = |spec: &opg_engine_abi::TensorSpec| {
		let bytes = spec.byte_len().expect("inputs are bounded") as usize;
		Tensor { dtype: spec.dtype, shape: spec.shape.clone(), data: vec![0; bytes] }
	};
	specs.iter().map(tensor).collect()
}

#[test]
fn nothing_that_was_found_panics() {
	let mut count = 0;
	for folder in ["load", "graphs"] {
		let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/findings").join(folder);
		for entry in fs::read_dir(&path).expect("findings are committed") {
			let path = entry.expect("a folder can be read").path();
			eprintln!("{}", path.display());
			let file = fs::read(&path).expect("a file can be read");
			count += 1;
			let _description = inspect(file.clone());
			let Ok(loaded) = load(Limits::V1, file) else { continue };
			// An error is as good as outputs.
			let _outcome = run(&loaded, &zeros(&loaded.signature.inputs).encode());
		}
	}
	assert!(count > 0);
}
