//! Tensors in their packed form and what a model says about them.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// Element type of a tensor. The codes are those of ONNX `TensorProto.DataType`
/// (onnx/onnx.proto, message `TensorProto`), so `1` is a 32-bit float everywhere.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Hash,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
#[repr(u8)]
pub enum DType {
	/// IEEE-754 binary32.
	#[codec(index = 1)]
	Float32 = 1,
	/// Unsigned 8-bit integer.
	#[codec(index = 2)]
	Uint8 = 2,
	/// Signed 8-bit integer.
	#[codec(index = 3)]
	Int8 = 3,
	/// Unsigned 16-bit integer.
	#[codec(index = 4)]
	Uint16 = 4,
	/// Signed 16-bit integer.
	#[codec(index = 5)]
	Int16 = 5,
	/// Signed 32-bit integer.
	#[codec(index = 6)]
	Int32 = 6,
	/// Signed 64-bit integer.
	#[codec(index = 7)]
	Int64 = 7,
	/// One byte, 0 or 1.
	#[codec(index = 9)]
	Bool = 9,
	/// IEEE-754 binary16.
	#[codec(index = 10)]
	Float16 = 10,
	/// IEEE-754 binary64.
	#[codec(index = 11)]
	Float64 = 11,
	/// Unsigned 32-bit integer.
	#[codec(index = 12)]
	Uint32 = 12,
	/// Unsigned 64-bit integer.
	#[codec(index = 13)]
	Uint64 = 13,
}

impl DType {
	/// Every dtype, in the order of its code.
	pub const ALL: [DType; 12] = [
		DType::Float32,
		DType::Uint8,
		DType::Int8,
		DType::Uint16,
		DType::Int16,
		DType::Int32,
		DType::Int64,
		DType::Bool,
		DType::Float16,
		DType::Float64,
		DType::Uint32,
		DType::Uint64,
	];

	/// The ONNX `TensorProto.DataType` code.
	pub const fn code(self) -> u8 {
		self as u8
	}

	/// The dtype of an ONNX code; `None` for one that the engine doesn't support.
	pub fn from_code(code: u64) -> Option<Self> {
		Self::ALL.into_iter().find(|d| u64::from(d.code()) == code)
	}

	/// Bytes of one element.
	pub const fn size(self) -> usize {
		match self {
			DType::Uint8 | DType::Int8 | DType::Bool => 1,
			DType::Uint16 | DType::Int16 | DType::Float16 => 2,
			DType::Float32 | DType::Int32 | DType::Uint32 => 4,
			DType::Int64 | DType::Uint64 | DType::Float64 => 8,
		}
	}

	/// The name that NumPy, the CLI and the RPC use.
	pub const fn name(self) -> &'static str {
		match self {
			DType::Float32 => "float32",
			DType::Uint8 => "uint8",
			DType::Int8 => "int8",
			DType::Uint16 => "uint16",
			DType::Int16 => "int16",
			DType::Int32 => "int32",
			DType::Int64 => "int64",
			DType::Bool => "bool",
			DType::Float16 => "float16",
			DType::Float64 => "float64",
			DType::Uint32 => "uint32",
			DType::Uint64 => "uint64",
		}
	}

	/// The dtype with that NumPy name.
	pub fn from_name(name: &str) -> Option<Self> {
		Self::ALL.into_iter().find(|d| d.name() == name)
	}
}

/// A tensor in its packed form: dtype, shape and row-major little-endian data.
///
/// A scalar has an empty shape. Nothing is checked by decoding; call [`Tensor::check`].
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct Tensor {
	/// Element type.
	pub dtype: DType,
	/// Length of each axis, outermost first.
	pub shape: Vec<u32>,
	/// `product(shape) * dtype.size()` bytes, row-major, little-endian.
	pub data: Vec<u8>,
}

/// Why a [`Tensor`] contradicts itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TensorError {
	/// `product(shape) * dtype.size()` doesn't fit 64 bits.
	TooLarge,
	/// The data are not as long as dtype and shape say.
	WrongLength {
		/// Bytes that dtype and shape ask for.
		expected: u64,
		/// Bytes that are there.
		got: u64,
	},
}

/// Bytes that a tensor of that dtype and shape holds; `None` when it doesn't fit 64 bits.
pub fn byte_len(dtype: DType, shape: &[u32]) -> Option<u64> {
	shape.iter().try_fold(dtype.size() as u64, |n, d| n.checked_mul(u64::from(*d)))
}

impl Tensor {
	/// Checks that the data are as long as dtype and shape say.
	pub fn check(&self) -> Result<(), TensorError> {
		let expected = byte_len(self.dtype, &self.shape).ok_or(TensorError::TooLarge)?;
		let got = self.data.len() as u64;
		if expected == got {
			Ok(())
		} else {
			Err(TensorError::WrongLength { expected, got })
		}
	}
}

/// What a model says about one of its inputs or outputs. All dimensions are concrete.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct TensorSpec {
	/// Name in the ONNX graph, UTF-8. Used by the CLI and the RPC only; positions count on chain.
	pub name: Vec<u8>,
	/// Element type.
	pub dtype: DType,
	/// Length of each axis, outermost first.
	pub shape: Vec<u32>,
}

impl TensorSpec {
	/// Bytes that a tensor of this specification holds; `None` when it doesn't fit 64 bits.
	pub fn byte_len(&self) -> Option<u64> {
		byte_len(self.dtype, &self.shape)
	}
}

/// Inputs and outputs of a model, in the order in which they are passed and returned.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct ModelSignature {
	/// Inputs that a caller passes (initialisers with the same name are not inputs).
	pub inputs: Vec<TensorSpec>,
	/// Outputs that a run returns.
	pub outputs: Vec<TensorSpec>,
}

impl ModelSignature {
	/// Bytes of all inputs together.
	pub fn input_bytes(&self) -> Option<u64> {
		sum(&self.inputs)
	}

	/// Bytes of all outputs together.
	pub fn output_bytes(&self) -> Option<u64> {
		sum(&self.outputs)
	}

	/// Splits the concatenation of each input's raw data (the `bytes inputs` of Solidity, no
	/// header) into tensors. `Err((expected, got))` when the length is wrong.
	pub fn unpack_inputs(&self, packed: &[u8]) -> Result<Vec<Tensor>, (u64, u64)> {
		let expected = self.input_bytes().unwrap_or(u64::MAX);
		let got = packed.len() as u64;
		if expected != got {
			return Err((expected, got));
		}
		let mut rest = packed;
		let mut tensors = Vec::with_capacity(self.inputs.len());
		for spec in &self.inputs {
			// The sum of all lengths fits `packed.len()`, so each does.
			let len = spec.byte_len().unwrap_or(u64::MAX) as usize;
			let (data, tail) = rest.split_at_checked(len).ok_or((expected, got))?;
			rest = tail;
			tensors.push(Tensor {
				dtype: spec.dtype,
				shape: spec.shape.clone(),
				data: data.to_vec(),
			});
		}
		Ok(tensors)
	}
}

fn sum(specs: &[TensorSpec]) -> Option<u64> {
	specs.iter().try_fold(0u64, |n, spec| n.checked_add(spec.byte_len()?))
}

#[cfg(test)]
mod tests {
	use super::*;
	use alloc::vec;

	#[test]
	fn codes_are_those_of_onnx() {
		for d in DType::ALL {
			assert_eq!(d.encode(), vec![d.code()]);
			assert_eq!(DType::from_code(u64::from(d.code())), Some(d));
			assert_eq!(DType::from_name(d.name()), Some(d));
		}
		for code in [0u64, 8, 14, 15, 16, 17, 255, u64::MAX] {
			assert_eq!(DType::from_code(code), None);
		}
		for code in [0u8, 8, 14, 255] {
			assert!(DType::decode(&mut &[code][..]).is_err());
		}
	}

	#[test]
	fn a_tensor_that_contradicts_itself_is_found() {
		let t =
			|shape: Vec<u32>, n: usize| Tensor { dtype: DType::Float32, shape, data: vec![0; n] };
		assert_eq!(t(vec![2, 3], 24).check(), Ok(()));
		assert_eq!(t(vec![], 4).check(), Ok(()));
		assert_eq!(t(vec![0], 0).check(), Ok(()));
		assert_eq!(
			t(vec![2, 3], 23).check(),
			Err(TensorError::WrongLength { expected: 24, got: 23 })
		);
		assert_eq!(t(vec![u32::MAX; 3], 0).check(), Err(TensorError::TooLarge));
	}

	#[test]
	fn packed_inputs_split_in_signature_order() {
		let spec = |dtype, shape: Vec<u32>| TensorSpec { name: vec![], dtype, shape };
		let signature = ModelSignature {
			inputs: vec![spec(DType::Uint8, vec![2]), spec(DType::Float32, vec![])],
			outputs: vec![],
		};
		let tensors = signature.unpack_inputs(&[1, 2, 3, 4, 5, 6]).unwrap();
		assert_eq!(tensors[0].data, vec![1, 2]);
		assert_eq!(tensors[1].data, vec![3, 4, 5, 6]);
		assert_eq!(signature.unpack_inputs(&[0; 5]), Err((6, 5)));
		assert_eq!(signature.unpack_inputs(&[0; 7]), Err((6, 7)));
	}
}
