//! Target `tensors`: the SCALE encodings that cross borders, and `.npy` files.

use codec::{Decode, DecodeAll, Encode};
use opg_engine_abi::{
	EngineError, Inspection, Limits, LoadReport, ModelSignature, Refusal, RunReport, Tensor,
};
use opg_engine_host::npy;

/// The first byte chooses what the others are.
pub fn check(input: &[u8]) {
	let Some((kind, bytes)) = input.split_first() else { return };
	match kind % 10 {
		0 => {
			if let Some(tensor) = exact::<Tensor>(bytes) {
				written(&tensor);
			}
		},
		1 => {
			exact::<Vec<Tensor>>(bytes);
		},
		2 => {
			exact::<ModelSignature>(bytes);
		},
		3 => {
			exact::<EngineError>(bytes);
			exact::<Refusal>(bytes);
		},
		4 => {
			exact::<LoadReport>(bytes);
			exact::<RunReport>(bytes);
		},
		5 => {
			exact::<Inspection>(bytes);
			exact::<Limits>(bytes);
		},
		6 => unpacked(bytes),
		_ => {
			if let Ok(tensor) = npy::read(bytes) {
				written(&tensor);
			}
		},
	}
}

/// What decodes encodes to the same bytes, and says how long it is.
fn exact<T: Decode + Encode>(bytes: &[u8]) -> Option<T> {
	let value = T::decode_all(&mut &*bytes).ok()?;
	assert_eq!(value.encode(), bytes, "another encoding");
	assert_eq!(value.encoded_size(), bytes.len(), "another length");
	Some(value)
}

/// A consistent tensor survives a `.npy` file.
fn written(tensor: &Tensor) {
	if tensor.check().is_ok() && tensor.shape.len() <= 8 {
		assert_eq!(npy::read(&npy::write(tensor)).as_ref(), Ok(tensor), "another tensor");
	}
}

/// A signature and packed inputs: they split exactly when they are as long as it says.
fn unpacked(bytes: &[u8]) {
	let mut rest = bytes;
	let Ok(signature) = ModelSignature::decode(&mut rest) else { return };
	let expected = signature.input_bytes();
	match signature.unpack_inputs(rest) {
		Ok(tensors) => {
			assert_eq!(expected, Some(rest.len() as u64), "split at another length");
			assert_eq!(tensors.len(), signature.inputs.len(), "another number");
			let mut packed = Vec::with_capacity(rest.len());
			for (tensor, spec) in tensors.iter().zip(&signature.inputs) {
				assert_eq!(tensor.check(), Ok(()), "no tensor");
				assert_eq!(
					(tensor.dtype, &tensor.shape),
					(spec.dtype, &spec.shape),
					"another spec"
				);
				packed.extend_from_slice(&tensor.data);
			}
			assert_eq!(packed, rest, "other data");
		},
		Err((said, got)) => {
			assert_ne!(expected, Some(rest.len() as u64), "not split");
			assert_eq!((said, got), (expected.unwrap_or(u64::MAX), rest.len() as u64), "numbers");
		},
	}
}
