//! Errors of the engine: on chain a code and at most four integers, off chain also the node's name.

use alloc::{string::String, vec::Vec};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

macro_rules! codes {
	($( $(#[doc = $doc:literal])+ $name:ident = $code:literal ($($arg:literal),*) $hint:literal; )+) => {
		/// What went wrong. Numbers never change their meaning; new ones are appended.
		#[derive(
			Clone, Copy, Debug, PartialEq, Eq, Hash, Encode, Decode, DecodeWithMemTracking,
			MaxEncodedLen, TypeInfo,
		)]
		#[repr(u8)]
		pub enum ErrorCode {
			$( $(#[doc = $doc])+ #[codec(index = $code)] $name = $code, )+
		}

		impl ErrorCode {
			/// Every code, in the order of its number.
			pub const ALL: &'static [ErrorCode] = &[$(ErrorCode::$name),+];

			/// The name, as errors print it.
			pub const fn name(self) -> &'static str {
				match self { $(ErrorCode::$name => stringify!($name),)+ }
			}

			/// Names of the integers that go with the code, in order.
			pub const fn arg_names(self) -> &'static [&'static str] {
				match self { $(ErrorCode::$name => &[$($arg),*],)+ }
			}

			/// What a user can do about it.
			pub const fn hint(self) -> &'static str {
				match self { $(ErrorCode::$name => $hint,)+ }
			}
		}
	};
}

codes! {
	/// The bytes are no ONNX `ModelProto`.
	NotOnnx = 1 () "check that the file is a complete ONNX model (onnx.checker.check_model)";
	/// A domain's opset is missing or outside the supported range.
	OpsetUnsupported = 2 ("opset", "min", "max") "export the model with an opset in the supported range";
	/// An operator of a domain other than `ai.onnx` and `ai.onnx.ml`.
	ForeignDomain = 3 ("opset") "export with standard ONNX operators only";
	/// An operator that isn't on the allow-list.
	OperatorUnsupported = 4 ("opset") "replace the operator; `opg-node model inspect` lists which are supported";
	/// A random operator: validators could not agree on its result.
	RandomOperator = 5 ("opset") "export for inference; pass random values as an input instead";
	/// Weights kept outside the ONNX file.
	ExternalData = 6 () "save the model as one file (onnx.save_model with save_as_external_data=False)";
	/// A sparse initialiser.
	SparseInitializer = 7 () "store the weight as a dense initialiser";
	/// A dimension that isn't a number.
	SymbolicDimension = 8 ("input", "axis") "fix it: opg-node model prepare FILE --dim NAME=SIZE --out FILE";
	/// A dtype that the engine doesn't support.
	DtypeUnsupported = 9 ("dtype") "use float16, float32, float64, bool or an 8 to 64-bit integer";
	/// The file is longer than allowed.
	ModelTooLarge = 10 ("bytes", "max") "shrink or quantise the model";
	/// Too many inputs or outputs.
	TooManyTensors = 11 ("count", "max") "merge inputs or outputs";
	/// A tensor with too many axes.
	RankTooLarge = 12 ("rank", "max") "reshape to fewer axes";
	/// A name longer than allowed.
	NameTooLong = 13 ("bytes", "max") "rename the tensor";
	/// The signature's encoding is longer than allowed.
	SignatureTooLarge = 14 ("bytes", "max") "shorten the names of inputs and outputs";
	/// All inputs together, or all outputs together, are larger than allowed.
	TensorTooLarge = 15 ("bytes", "max") "pass smaller tensors";
	/// Too many nodes.
	TooManyNodes = 16 ("count", "max") "simplify the graph";
	/// Subgraphs nested too deep.
	NestingTooDeep = 17 ("depth", "max") "flatten If and Scan";
	/// The graph refers to what isn't there, defines a name twice, or has a cycle.
	MalformedGraph = 18 () "check the model with onnx.checker.check_model(full_check=True)";
	/// Shapes or dtypes of the graph could not be inferred, or an operator's use isn't supported.
	AnalysisFailed = 19 () "run onnx.shape_inference with strict_mode=True to find the node";
	/// A run was given another number of inputs than the signature has.
	WrongInputCount = 32 ("expected", "got") "pass one tensor for each input, in signature order";
	/// An input has another dtype than the signature says.
	WrongDtype = 33 ("input", "expected", "got") "convert the input; the numbers are ONNX dtype codes";
	/// An input has another shape than the signature says. For a wrong rank `axis` is 255 and the
	/// other two are ranks.
	WrongShape = 34 ("input", "axis", "expected", "got") "reshape the input to the signature's shape";
	/// Input data of another length than dtype and shape say.
	WrongDataLength = 35 ("input", "expected", "got") "pass row-major little-endian data of exactly that length";
	/// The inputs are no encoding of tensors.
	MalformedInput = 36 () "encode the inputs as SCALE Vec<Tensor>";
	/// The run's operators failed on these inputs.
	RunFailed = 37 () "check the inputs' values (indices in range, positive sizes)";
	/// Outputs larger than allowed.
	OutputTooLarge = 38 ("bytes", "max") "reduce the size of the model's outputs";
	/// Fuel ran out. The whole limit is charged.
	OutOfFuel = 48 ("limit") "raise the limit, or use a smaller model or input";
	/// Memory ran out. The whole limit is charged.
	OutOfMemory = 49 ("max_pages") "use a smaller model";
	/// The guest trapped. The whole limit is charged.
	Trapped = 50 ("trap") "report the model and the input: a trap is a bug";
	/// A chunk is missing in state.
	StateMissing = 64 ("chunk") "upload the missing chunk";
	/// What state holds isn't what its root or hash says.
	StateMismatch = 65 ("chunk") "report it: state and its recorded root disagree";
	/// The bytes are no valid engine.
	EngineInvalid = 66 ("reason") "build the engine with scripts/engine build";
	/// This node doesn't carry the engine's numeric profile.
	ProfileUnsupported = 67 ("profile") "update the node";
}

/// An error as the chain sees it: a code and at most four integers. [`ErrorCode::arg_names`] says
/// what they mean; unused ones are 0.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct EngineError {
	/// What went wrong.
	pub code: ErrorCode,
	/// Its integers.
	pub args: [u64; 4],
}

impl EngineError {
	/// An error with its integers. More than four are cut.
	pub fn new(code: ErrorCode, args: &[u64]) -> Self {
		let mut all = [0u64; 4];
		for (to, from) in all.iter_mut().zip(args) {
			*to = *from;
		}
		Self { code, args: all }
	}

	/// The integers with their names.
	pub fn named_args(&self) -> impl Iterator<Item = (&'static str, u64)> + '_ {
		self.code.arg_names().iter().copied().zip(self.args)
	}
}

impl core::fmt::Display for EngineError {
	/// The grammar of errors everywhere: `Code(key=value,…)`.
	fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
		f.write_str(self.code.name())?;
		f.write_str("(")?;
		for (i, (name, value)) in self.named_args().enumerate() {
			if i > 0 {
				f.write_str(",")?;
			}
			write!(f, "{name}={value}")?;
		}
		f.write_str(")")
	}
}

/// Bytes that a node's name in a [`Refusal`] is cut to.
pub const REFUSAL_NODE_BYTES: usize = 128;

/// An error as the guest gives it: with the place, for people. The chain keeps only `error`.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Refusal {
	/// What the chain sees.
	pub error: EngineError,
	/// The operator, node or tensor that was refused, UTF-8, cut to [`REFUSAL_NODE_BYTES`].
	pub node: Vec<u8>,
}

impl Refusal {
	/// A refusal at a named place.
	pub fn at(code: ErrorCode, args: &[u64], node: &str) -> Self {
		let mut end = node.len().min(REFUSAL_NODE_BYTES);
		while !node.is_char_boundary(end) {
			end = end.saturating_sub(1);
		}
		let node = node.as_bytes().get(..end).unwrap_or_default().to_vec();
		Self { error: EngineError::new(code, args), node }
	}

	/// A refusal of the whole.
	pub fn new(code: ErrorCode, args: &[u64]) -> Self {
		Self::at(code, args, "")
	}

	/// The place, as text.
	pub fn node(&self) -> String {
		String::from_utf8_lossy(&self.node).into_owned()
	}
}

impl From<EngineError> for Refusal {
	fn from(error: EngineError) -> Self {
		Self { error, node: Vec::new() }
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use alloc::string::ToString;

	#[test]
	fn errors_print_in_one_grammar() {
		let e = EngineError::new(ErrorCode::WrongShape, &[0, 1, 64, 63]);
		assert_eq!(e.to_string(), "WrongShape(input=0,axis=1,expected=64,got=63)");
		assert_eq!(EngineError::new(ErrorCode::NotOnnx, &[]).to_string(), "NotOnnx()");
	}

	#[test]
	fn codes_are_stable_and_have_at_most_four_integers() {
		for code in ErrorCode::ALL {
			assert_eq!(code.encode(), [*code as u8]);
			assert!(code.arg_names().len() <= 4);
			assert!(!code.hint().is_empty());
		}
	}

	#[test]
	fn a_long_name_is_cut_at_a_character() {
		let name = "é".repeat(200);
		let refusal = Refusal::at(ErrorCode::MalformedGraph, &[], &name);
		assert_eq!(refusal.node.len(), 128);
		assert_eq!(refusal.node(), "é".repeat(64));
	}
}
