//! From bytes to an ONNX `ModelProto`.

use opg_engine_abi::{ErrorCode, Refusal};
use prost::{bytes::Bytes, Message};
use tract_onnx::pb::ModelProto;

/// Field numbers of `ModelProto` (onnx.proto of ONNX 1.19). Protobuf skips fields that it doesn't
/// know, so almost any bytes after a model would still be a model: a file with other fields than
/// these is none.
const MODEL_FIELDS: &[u64] = &[1, 2, 3, 4, 5, 6, 7, 8, 14, 20, 25, 26];

/// Decodes a model. It has a graph.
///
/// From `Bytes`, prost copies a field once; from a slice it would copy it twice, and a large weight would be
/// in memory three times.
pub fn model(bytes: Vec<u8>, max_bytes: u32) -> Result<ModelProto, Refusal> {
	if bytes.len() as u64 > u64::from(max_bytes) {
		let args = [bytes.len() as u64, u64::from(max_bytes)];
		return Err(Refusal::new(ErrorCode::ModelTooLarge, &args));
	}
	only_model_fields(&bytes).ok_or_else(|| not_onnx("no protobuf message ModelProto"))?;
	let model =
		ModelProto::decode(Bytes::from(bytes)).map_err(|error| not_onnx(&error.to_string()))?;
	if model.graph.is_none() {
		return Err(not_onnx("the model has no graph"));
	}
	Ok(model)
}

fn not_onnx(why: &str) -> Refusal {
	Refusal::at(ErrorCode::NotOnnx, &[], why)
}

/// Walks the fields of the outermost message to the last byte.
fn only_model_fields(mut rest: &[u8]) -> Option<()> {
	while !rest.is_empty() {
		let key = varint(&mut rest)?;
		if !MODEL_FIELDS.contains(&(key >> 3)) {
			return None;
		}
		// Wire types of the fields above: 0 is a varint, 2 a length and as many bytes.
		match key & 7 {
			0 => {
				varint(&mut rest)?;
			},
			2 => {
				let length = usize::try_from(varint(&mut rest)?).ok()?;
				rest = rest.get(length..)?;
			},
			_ => return None,
		}
	}
	Some(())
}

/// Protobuf's variable-length integer: 7 bits a byte, lowest first.
fn varint(rest: &mut &[u8]) -> Option<u64> {
	let mut value = 0u64;
	for shift in (0..64).step_by(7) {
		let (byte, tail) = rest.split_first()?;
		*rest = tail;
		value |= u64::from(byte & 0x7f) << shift;
		if byte & 0x80 == 0 {
			return Some(value);
		}
	}
	None
}

#[cfg(test)]
mod tests {
	use super::*;
	use tract_onnx::pb::GraphProto;

	fn code(bytes: &[u8]) -> ErrorCode {
		model(bytes.to_vec(), 1000).unwrap_err().error.code
	}

	#[test]
	fn what_is_no_model_is_refused() {
		assert_eq!(code(b""), ErrorCode::NotOnnx);
		assert_eq!(code(b"hello, world"), ErrorCode::NotOnnx);
		assert_eq!(code(&[0xff; 64]), ErrorCode::NotOnnx);
		assert_eq!(code(&[0; 1001]), ErrorCode::ModelTooLarge);
		let without_graph = ModelProto { ir_version: 8, ..Default::default() };
		assert_eq!(code(&without_graph.encode_to_vec()), ErrorCode::NotOnnx);
	}

	#[test]
	fn a_cut_or_lengthened_model_is_refused() {
		let graph = GraphProto { name: "a graph with a name".into(), ..Default::default() };
		let whole = ModelProto { ir_version: 8, graph: Some(graph), ..Default::default() };
		let whole = whole.encode_to_vec();
		assert!(model(whole.clone(), 1000).is_ok());
		assert_eq!(code(&whole[..whole.len() - 1]), ErrorCode::NotOnnx);
		for tail in [&b"\0"[..], b"garbage", &[0xfa, 0x7f, 0]] {
			assert_eq!(code(&[&whole, tail].concat()), ErrorCode::NotOnnx);
		}
	}
}
