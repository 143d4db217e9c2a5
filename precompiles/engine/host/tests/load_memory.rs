//! What a load needs of memory, and what of that the prepared image keeps.

mod common;

use common::{
	load,
	onnx::{graph, model, node, value, weight, FLOAT, INT64},
	released::{self, host},
};

/// Bytes of the engine's own memory, at most: its data and its shadow stack.
const ENGINE_BYTES: usize = 6 << 20;
/// Bytes of an image that aren't weights, at most.
const REST_BYTES: usize = 1 << 20;

/// One table of rows of 4 numbers, of which a run reads one.
fn table(rows: usize) -> Vec<u8> {
	let values: Vec<f32> = (1..=4 * rows).map(|n| n as f32).collect();
	let parts = [weight("t", &[rows as u64, 4], &values), node("Gather", &["t", "i"], "y", &[])];
	model(&graph(&parts, &[value("i", INT64, &[])], "y"))
}

/// The sum of `count` layers of `inputs` × 4 weights.
fn layers(inputs: usize, count: usize) -> Vec<u8> {
	let mut parts = Vec::new();
	for layer in 0..count {
		// Others in each layer: equal ones would be kept once.
		let first = 4 * inputs * layer;
		let values: Vec<f32> = (first..first + 4 * inputs).map(|n| n as f32).collect();
		let (w, y) = (format!("w{layer}"), format!("y{layer}"));
		parts.push(weight(&w, &[inputs as u64, 4], &values));
		parts.push(node("MatMul", &["x", &w], &y, &[]));
		if layer > 0 {
			let (sum, before) = (format!("s{layer}"), format!("s{}", layer - 1));
			let before = if layer == 1 { "y0" } else { &before };
			parts.push(node("Add", &[before, &y], &sum, &[]));
		}
	}
	let output = if count == 1 { "y0".into() } else { format!("s{}", count - 1) };
	model(&graph(&parts, &[value("x", FLOAT, &[inputs as u64])], &output))
}

#[test]
fn memory_is_at_most_three_times_the_file_and_the_image_holds_the_weights_once() {
	let (host, engine) = (host(), released::engine());
	for (model, weights) in [(table(1 << 20), 16 << 20), (layers(1 << 16, 16), 16 << 20)] {
		let loaded = load(&host, &engine, &model);
		let memory = loaded.memory_pages as usize * 65_536;
		let image = loaded.image_pages as usize * 4096;
		assert!(memory <= 3 * model.len() + ENGINE_BYTES, "memory {memory} of {}", model.len());
		assert!(image <= weights + REST_BYTES, "image {image} of {weights}");
		assert!(image >= weights, "image {image} of {weights}");
	}
}
