//! Small models of real exporters through the released engine, compared with onnxruntime's values:
//! the part of `scripts/test journeys` that needs no Python. `scripts/journeys/run --smoke` writes the
//! file.

mod common;

use codec::Decode;
use common::{
	load,
	released::{data, engine, host, inputs},
	run,
};
use opg_engine_abi::{DType, Limits, Tensor};

/// An exported model with rows for it.
#[derive(Decode)]
struct Journey {
	name: String,
	/// Bits of the relative error that values may have, as f64.
	tolerance: u64,
	model: Vec<u8>,
	/// Inputs, and the outputs of onnxruntime.
	rows: Vec<(Vec<Tensor>, Vec<Tensor>)>,
}

fn floats(tensor: &Tensor) -> Vec<f64> {
	let bytes = tensor.data.chunks_exact(4);
	bytes.map(|b| f32::from_le_bytes(b.try_into().expect("four bytes")).into()).collect()
}

/// Classes must be equal; a value may differ relative to itself or to the mean magnitude of its
/// output, whichever is larger.
fn compare(name: &str, got: &Tensor, wanted: &Tensor, tolerance: f64) {
	assert_eq!((got.dtype, &got.shape), (wanted.dtype, &wanted.shape), "{name}");
	if wanted.dtype != DType::Float32 {
		assert_eq!(got.data, wanted.data, "{name}");
		return;
	}
	let (got, wanted) = (floats(got), floats(wanted));
	let mean = wanted.iter().map(|w| w.abs()).sum::<f64>() / wanted.len() as f64;
	for (got, wanted) in got.iter().zip(&wanted) {
		let allowed = tolerance * wanted.abs().max(mean);
		assert!((got - wanted).abs() <= allowed, "{name}: {got}, not {wanted}");
	}
}

#[test]
fn exported_models_give_what_onnxruntime_gives() {
	let file = data("journeys.scale");
	let journeys = Vec::<Journey>::decode(&mut &file[..]).expect("the file is whole");
	assert!(journeys.len() >= 20, "{} journeys", journeys.len());
	let (host, engine) = (host(), engine());
	for Journey { name, tolerance, model, rows } in journeys {
		let loaded = load(&host, &engine, &model);
		assert!(!rows.is_empty(), "{name}");
		for (given, wanted) in rows {
			let limit = Limits::V1.run_fuel;
			let ran = run(&host, &engine, &model, &loaded, &inputs(&given), limit);
			let ran = ran.expect("the node doesn't fail").expect("the model runs");
			let got = Vec::<Tensor>::decode(&mut &ran.outputs[..]).expect("tensors");
			assert_eq!(got.len(), wanted.len(), "{name}");
			for (got, wanted) in got.iter().zip(&wanted) {
				compare(&name, got, wanted, f64::from_bits(tolerance));
			}
		}
	}
}
