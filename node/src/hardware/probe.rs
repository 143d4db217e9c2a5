//! A matrix product in the engine, to see how long a unit of fuel takes. The model is written here
//! byte by byte: the smallest ONNX file, which the node's tests use as well.

use codec::Encode;
use opg_engine_abi::{
	hash::content_root_of, DType, EngineRef, ImageFuel, Limits, ModelRef, Tensor,
};
use opg_engine_host::{EngineHost, Lane, MemorySource};
use std::time::{Duration, Instant};

/// Rows and columns of the matrices: 17 million multiply-adds, some milliseconds.
const SIZE: u32 = 256;

/// Runs of which the fastest counts: the first pays for caches, others for neighbours.
const RUNS: usize = 5;

/// Time for a unit of fuel, in picoseconds.
#[derive(Clone, Copy, Debug)]
pub struct Speed {
	/// With ordinary numbers.
	pub ordinary: f64,
	/// With subnormal inputs, which every product and sum keeps subnormal. Some processors take a
	/// hundred times as long for such an operation, and no wasm flushes them to zero.
	pub subnormal: f64,
}

/// Measures both.
///
/// # Errors
/// A text, when the engine can't load or run the probe.
pub fn measure(host: &EngineHost) -> Result<Speed, String> {
	let artefact = &opg_engine_blob::ENGINE_V1;
	let stored_len = u32::try_from(artefact.compressed.len()).map_err(|e| e.to_string())?;
	let engine = EngineRef {
		hash: artefact.hash,
		profile: artefact.profile,
		raw_len: artefact.raw_len,
		stored_len,
	};
	let file = matrix_product(SIZE);
	let len = u32::try_from(file.len()).map_err(|e| e.to_string())?;
	let model = ModelRef { root: content_root_of(&file), len };
	let limits = Limits::V1;
	let loaded = host
		.load(
			Lane::Consensus,
			&engine,
			&mut MemorySource::new(artefact.compressed),
			&model,
			&mut MemorySource::new(&file),
			&limits,
			limits.load_fuel,
			ImageFuel::default(),
		)
		.map_err(|e| e.to_string())?
		.map_err(|e| e.fault.error.to_string())?;

	let run = |data: Vec<u8>| -> Result<f64, String> {
		let inputs = vec![Tensor { dtype: DType::Float32, shape: vec![SIZE, SIZE], data }].encode();
		let mut best = Duration::MAX;
		let mut fuel = 0;
		for _ in 0..RUNS {
			let start = Instant::now();
			let report = host
				.run(
					Lane::Consensus,
					&engine,
					&mut MemorySource::new(artefact.compressed),
					&model,
					&mut MemorySource::new(&file),
					&limits,
					loaded.load_fuel,
					loaded.image_hash,
					&inputs,
					limits.run_fuel,
				)
				.map_err(|e| e.to_string())?
				.map_err(|e| e.fault.error.to_string())?;
			best = best.min(start.elapsed());
			fuel = report.fuel;
		}
		if fuel == 0 {
			return Err("a run used no fuel".into());
		}
		#[allow(clippy::cast_precision_loss)] // Far below 2^53.
		Ok(best.as_nanos() as f64 * 1_000.0 / fuel as f64)
	};
	Ok(Speed {
		ordinary: run(values(SIZE).collect())?,
		subnormal: run(subnormals(SIZE).collect())?,
	})
}

/// Bytes of a square float32 matrix of positive subnormal numbers.
fn subnormals(side: u32) -> impl Iterator<Item = u8> {
	// The bits of a subnormal number are its fraction; 4,001 is small enough for sums of as many
	// products as there are rows to stay subnormal.
	(0..side.pow(2)).flat_map(|i| f32::from_bits(1 + i % 4_001).to_le_bytes())
}

/// Bytes of a square float32 matrix with values between -1 and 1, none of them subnormal.
pub fn values(side: u32) -> impl Iterator<Item = u8> {
	(0..u64::from(side).pow(2)).flat_map(|i| {
		// i mod 251 fits 16 bits, and those a float.
		let small = f32::from(u16::try_from(i % 251).unwrap_or_default());
		((small - 125.0) / 125.0).to_le_bytes()
	})
}

/// An ONNX model `y = x · w` of square float32 matrices; `w` is [`values`].
pub fn matrix_product(size: u32) -> Vec<u8> {
	let side = u64::from(size);
	let value_info = |name: &str| {
		let dim = message(&[number(1, side)]);
		let shape = message(&[bytes(1, &dim), bytes(1, &dim)]);
		let tensor_type = message(&[number(1, u64::from(DType::Float32.code())), bytes(2, &shape)]);
		message(&[bytes(1, name.as_bytes()), bytes(2, &message(&[bytes(1, &tensor_type)]))])
	};
	let weight = message(&[
		number(1, side),
		number(1, side),
		number(2, u64::from(DType::Float32.code())),
		bytes(8, b"w"),
		bytes(9, &values(size).collect::<Vec<u8>>()),
	]);
	let node = message(&[bytes(1, b"x"), bytes(1, b"w"), bytes(2, b"y"), bytes(4, b"MatMul")]);
	let graph = message(&[
		bytes(1, &node),
		bytes(2, b"probe"),
		bytes(5, &weight),
		bytes(11, &value_info("x")),
		bytes(12, &value_info("y")),
	]);
	let opset = message(&[bytes(1, b""), number(2, 17)]);
	// Field numbers: onnx/onnx.proto, messages ModelProto, GraphProto, TensorProto, NodeProto.
	message(&[number(1, 8), bytes(7, &graph), bytes(8, &opset)])
}

fn message(fields: &[Vec<u8>]) -> Vec<u8> {
	fields.concat()
}

/// A protobuf field of wire type 0.
fn number(field: u64, value: u64) -> Vec<u8> {
	let mut out = varint(field << 3);
	out.extend(varint(value));
	out
}

/// A protobuf field of wire type 2.
fn bytes(field: u64, value: &[u8]) -> Vec<u8> {
	let mut out = varint(field << 3 | 2);
	out.extend(varint(value.len() as u64));
	out.extend_from_slice(value);
	out
}

fn varint(mut value: u64) -> Vec<u8> {
	let mut out = Vec::new();
	loop {
		let low = (value & 0x7f) as u8;
		value >>= 7;
		if value == 0 {
			out.push(low);
			return out;
		}
		out.push(low | 0x80);
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn varints_are_those_of_protobuf() {
		assert_eq!(varint(0), [0]);
		assert_eq!(varint(127), [127]);
		assert_eq!(varint(300), [0xac, 0x02]);
	}

	#[test]
	fn the_probe_is_a_small_file() {
		assert_eq!(values(3).count(), 9 * 4);
		let subnormals: Vec<u8> = subnormals(3).collect();
		assert!(subnormals
			.chunks(4)
			.all(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]).is_subnormal()));
		assert!((4 * 64..4 * 64 + 200).contains(&matrix_product(8).len()));
	}
}
