//! Which operators the engine runs: the allow-list by domain, operator and opset.
//!
//! tract finds an operator by its name alone (tract-onnx 0.23.9, model.rs:130): it would run
//! `com.example.Add` as ONNX's Add, and an operator of an old opset with the rules of a new one.
//! So nothing reaches tract that isn't listed here. The list is what tract registers for
//! `ai.onnx`, what [`crate::ops`] adds to it, and the engine's own operators of `ai.onnx.ml`
//! ([`crate::ml`]), less what is random (validators could not agree on it) and what works on strings.
//! An operator begins with the opset in which ONNX introduced it or, where only newer rules are
//! known, those rules (TopK 10, Scan 9).

use std::ops::RangeInclusive;

/// Versions of `ai.onnx` that the engine knows. Before 7 broadcasting had other rules; 24 is the
/// newest whose node tests were run against the engine.
pub const ONNX_OPSETS: RangeInclusive<i64> = 7..=ONNX_MAX;
/// Versions of `ai.onnx.ml` that the engine knows.
pub const ML_OPSETS: RangeInclusive<i64> = 1..=ML_MAX;

const ONNX_MAX: i64 = 24;
const ML_MAX: i64 = 5;

/// An operator: name, first opset, last opset, and how many inputs and outputs a node may name, in
/// any of those opsets: `[fewest inputs, most inputs, fewest outputs, most outputs]`.
type Row = (&'static str, i64, i64, [usize; 4]);

/// No bound.
const MANY: usize = usize::MAX;

/// A domain of operators that the engine knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Domain {
	/// `ai.onnx`, also written as nothing.
	Onnx,
	/// `ai.onnx.ml`: classic machine learning.
	Ml,
}

impl Domain {
	/// The domain of that name; `None` for a foreign one.
	pub fn from_name(name: &str) -> Option<Self> {
		match name {
			"" | "ai.onnx" => Some(Domain::Onnx),
			"ai.onnx.ml" => Some(Domain::Ml),
			_ => None,
		}
	}

	/// The versions that the engine knows.
	pub fn opsets(self) -> RangeInclusive<i64> {
		match self {
			Domain::Onnx => ONNX_OPSETS,
			Domain::Ml => ML_OPSETS,
		}
	}
}

/// What the allow-list says about an operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
	/// The engine runs it.
	Supported,
	/// It is random.
	Random,
	/// It isn't listed, or not for this opset.
	Unsupported,
}

/// Operators with a random result.
const RANDOM: &[&str] = &[
	"Bernoulli",
	"Multinomial",
	"RandomNormal",
	"RandomNormalLike",
	"RandomUniform",
	"RandomUniformLike",
];

/// Looks an operator up.
pub fn verdict(domain: Domain, operator: &str, opset: i64) -> Verdict {
	if domain == Domain::Onnx && RANDOM.contains(&operator) {
		return Verdict::Random;
	}
	match row(domain, operator) {
		Some((_, first, last, _)) if (*first..=*last).contains(&opset) => Verdict::Supported,
		_ => Verdict::Unsupported,
	}
}

/// Whether a node of that operator may have so many inputs and outputs. tract takes what it needs
/// by position, often without a check. An unlisted operator has no bounds.
pub fn arity_fits(domain: Domain, operator: &str, inputs: usize, outputs: usize) -> bool {
	row(domain, operator).is_none_or(|(_, _, _, [least_in, most_in, least_out, most_out])| {
		(*least_in..=*most_in).contains(&inputs) && (*least_out..=*most_out).contains(&outputs)
	})
}

/// How many of a node's inputs, from the first, may not be left out. Of many none may.
pub fn required_inputs(domain: Domain, operator: &str) -> usize {
	row(domain, operator).map_or(0, |(_, _, _, [least, most, ..])| match *most {
		MANY => MANY,
		_ => *least,
	})
}

/// Every operator of the allow-list.
pub fn operators() -> impl Iterator<Item = (Domain, &'static str)> {
	let names = |domain, table: &'static [Row]| table.iter().map(move |row| (domain, row.0));
	names(Domain::Onnx, ONNX).chain(names(Domain::Ml, ML))
}

fn row(domain: Domain, operator: &str) -> Option<&'static Row> {
	let table = match domain {
		Domain::Onnx => ONNX,
		Domain::Ml => ML,
	};
	// The tables are sorted by name (tested below).
	let at = table.binary_search_by(|(name, ..)| (*name).cmp(operator)).ok()?;
	table.get(at)
}

/// Operators of `ai.onnx`.
#[rustfmt::skip]
const ONNX: &[Row] = &[
	("Abs", 7, ONNX_MAX, [1, 1, 1, 1]),
	("Acos", 7, ONNX_MAX, [1, 1, 1, 1]),
	("Acosh", 9, ONNX_MAX, [1, 1, 1, 1]),
	("Add", 7, ONNX_MAX, [2, 2, 1, 1]),
	("AffineGrid", 20, ONNX_MAX, [2, 2, 1, 1]),
	("And", 7, ONNX_MAX, [2, 2, 1, 1]),
	("ArgMax", 7, ONNX_MAX, [1, 1, 1, 1]),
	("ArgMin", 7, ONNX_MAX, [1, 1, 1, 1]),
	("Asin", 7, ONNX_MAX, [1, 1, 1, 1]),
	("Asinh", 9, ONNX_MAX, [1, 1, 1, 1]),
	("Atan", 7, ONNX_MAX, [1, 1, 1, 1]),
	("Atanh", 9, ONNX_MAX, [1, 1, 1, 1]),
	("Attention", 23, ONNX_MAX, [3, 7, 1, 4]),
	("AveragePool", 7, ONNX_MAX, [1, 1, 1, 1]),
	("BatchNormalization", 7, ONNX_MAX, [5, 5, 1, 5]),
	("BitShift", 11, ONNX_MAX, [2, 2, 1, 1]),
	("BitwiseAnd", 18, ONNX_MAX, [2, 2, 1, 1]),
	("BitwiseNot", 18, ONNX_MAX, [1, 1, 1, 1]),
	("BitwiseOr", 18, ONNX_MAX, [2, 2, 1, 1]),
	("BitwiseXor", 18, ONNX_MAX, [2, 2, 1, 1]),
	("BlackmanWindow", 17, ONNX_MAX, [1, 1, 1, 1]),
	("Cast", 7, ONNX_MAX, [1, 1, 1, 1]),
	("CastLike", 15, ONNX_MAX, [2, 2, 1, 1]),
	("Ceil", 7, ONNX_MAX, [1, 1, 1, 1]),
	("Celu", 12, ONNX_MAX, [1, 1, 1, 1]),
	("CenterCropPad", 18, ONNX_MAX, [2, 2, 1, 1]),
	("Clip", 7, ONNX_MAX, [1, 3, 1, 1]),
	("Col2Im", 18, ONNX_MAX, [3, 3, 1, 1]),
	("Compress", 9, ONNX_MAX, [2, 2, 1, 1]),
	("Concat", 7, ONNX_MAX, [1, MANY, 1, 1]),
	("Constant", 7, ONNX_MAX, [0, 0, 1, 1]),
	("ConstantOfShape", 9, ONNX_MAX, [1, 1, 1, 1]),
	("Conv", 7, ONNX_MAX, [2, 3, 1, 1]),
	("ConvInteger", 10, ONNX_MAX, [2, 4, 1, 1]),
	("ConvTranspose", 7, ONNX_MAX, [2, 3, 1, 1]),
	("Cos", 7, ONNX_MAX, [1, 1, 1, 1]),
	("Cosh", 9, ONNX_MAX, [1, 1, 1, 1]),
	("CumSum", 11, ONNX_MAX, [2, 2, 1, 1]),
	("DFT", 17, ONNX_MAX, [1, 3, 1, 1]),
	("DeformConv", 19, ONNX_MAX, [3, 5, 1, 1]),
	("DepthToSpace", 7, ONNX_MAX, [1, 1, 1, 1]),
	("DequantizeLinear", 10, ONNX_MAX, [2, 3, 1, 1]),
	("Det", 11, ONNX_MAX, [1, 1, 1, 1]),
	("Div", 7, ONNX_MAX, [2, 2, 1, 1]),
	("Dropout", 7, ONNX_MAX, [1, 3, 1, 2]),
	("DynamicQuantizeLinear", 11, ONNX_MAX, [1, 1, 3, 3]),
	("Einsum", 12, ONNX_MAX, [1, MANY, 1, 1]),
	("Elu", 7, ONNX_MAX, [1, 1, 1, 1]),
	("Equal", 7, ONNX_MAX, [2, 2, 1, 1]),
	("Erf", 9, ONNX_MAX, [1, 1, 1, 1]),
	("Exp", 7, ONNX_MAX, [1, 1, 1, 1]),
	("Expand", 8, ONNX_MAX, [2, 2, 1, 1]),
	("EyeLike", 9, ONNX_MAX, [1, 1, 1, 1]),
	("Flatten", 7, ONNX_MAX, [1, 1, 1, 1]),
	("Floor", 7, ONNX_MAX, [1, 1, 1, 1]),
	("GRU", 7, ONNX_MAX, [3, 6, 0, 2]),
	("Gather", 7, ONNX_MAX, [2, 2, 1, 1]),
	("GatherElements", 11, ONNX_MAX, [2, 2, 1, 1]),
	("GatherND", 11, ONNX_MAX, [2, 2, 1, 1]),
	("Gelu", 20, ONNX_MAX, [1, 1, 1, 1]),
	("Gemm", 7, ONNX_MAX, [2, 3, 1, 1]),
	("GlobalAveragePool", 7, ONNX_MAX, [1, 1, 1, 1]),
	("GlobalLpPool", 7, ONNX_MAX, [1, 1, 1, 1]),
	("GlobalMaxPool", 7, ONNX_MAX, [1, 1, 1, 1]),
	("Greater", 7, ONNX_MAX, [2, 2, 1, 1]),
	("GreaterOrEqual", 12, ONNX_MAX, [2, 2, 1, 1]),
	("GridSample", 16, ONNX_MAX, [2, 2, 1, 1]),
	("GroupNormalization", 18, ONNX_MAX, [3, 3, 1, 1]),
	("HammingWindow", 17, ONNX_MAX, [1, 1, 1, 1]),
	("HannWindow", 17, ONNX_MAX, [1, 1, 1, 1]),
	("HardSigmoid", 7, ONNX_MAX, [1, 1, 1, 1]),
	("HardSwish", 14, ONNX_MAX, [1, 1, 1, 1]),
	("Hardmax", 7, ONNX_MAX, [1, 1, 1, 1]),
	("Identity", 7, ONNX_MAX, [1, 1, 1, 1]),
	("If", 7, ONNX_MAX, [1, 1, 1, MANY]),
	("InstanceNormalization", 7, ONNX_MAX, [3, 3, 1, 1]),
	("IsInf", 10, ONNX_MAX, [1, 1, 1, 1]),
	("IsNaN", 9, ONNX_MAX, [1, 1, 1, 1]),
	("LRN", 7, ONNX_MAX, [1, 1, 1, 1]),
	("LSTM", 7, ONNX_MAX, [3, 8, 0, 3]),
	("LayerNormalization", 17, ONNX_MAX, [2, 3, 1, 3]),
	("LeakyRelu", 7, ONNX_MAX, [1, 1, 1, 1]),
	("Less", 7, ONNX_MAX, [2, 2, 1, 1]),
	("LessOrEqual", 12, ONNX_MAX, [2, 2, 1, 1]),
	("Log", 7, ONNX_MAX, [1, 1, 1, 1]),
	("LogSoftmax", 7, ONNX_MAX, [1, 1, 1, 1]),
	("LpNormalization", 7, ONNX_MAX, [1, 1, 1, 1]),
	("LpPool", 7, ONNX_MAX, [1, 1, 1, 1]),
	("MatMul", 7, ONNX_MAX, [2, 2, 1, 1]),
	("MatMulInteger", 10, ONNX_MAX, [2, 4, 1, 1]),
	("Max", 7, ONNX_MAX, [1, MANY, 1, 1]),
	("MaxPool", 7, ONNX_MAX, [1, 1, 1, 2]),
	("MaxUnpool", 9, ONNX_MAX, [2, 3, 1, 1]),
	("Mean", 7, ONNX_MAX, [1, MANY, 1, 1]),
	("MeanVarianceNormalization", 9, ONNX_MAX, [1, 1, 1, 1]),
	("MelWeightMatrix", 17, ONNX_MAX, [5, 5, 1, 1]),
	("Min", 7, ONNX_MAX, [1, MANY, 1, 1]),
	("Mish", 18, ONNX_MAX, [1, 1, 1, 1]),
	("Mod", 10, ONNX_MAX, [2, 2, 1, 1]),
	("Mul", 7, ONNX_MAX, [2, 2, 1, 1]),
	("Neg", 7, ONNX_MAX, [1, 1, 1, 1]),
	("NegativeLogLikelihoodLoss", 12, ONNX_MAX, [2, 3, 1, 1]),
	("NonMaxSuppression", 10, ONNX_MAX, [2, 5, 1, 1]),
	("NonZero", 9, ONNX_MAX, [1, 1, 1, 1]),
	("Not", 7, ONNX_MAX, [1, 1, 1, 1]),
	("OneHot", 9, ONNX_MAX, [3, 3, 1, 1]),
	("Or", 7, ONNX_MAX, [2, 2, 1, 1]),
	("PRelu", 7, ONNX_MAX, [2, 2, 1, 1]),
	("Pad", 7, ONNX_MAX, [1, 4, 1, 1]),
	("Pow", 7, ONNX_MAX, [2, 2, 1, 1]),
	("QLinearConv", 10, ONNX_MAX, [8, 9, 1, 1]),
	("QLinearMatMul", 10, ONNX_MAX, [8, 8, 1, 1]),
	("QuantizeLinear", 10, ONNX_MAX, [2, 3, 1, 1]),
	("RMSNormalization", 23, ONNX_MAX, [2, 2, 1, 1]),
	("RNN", 7, ONNX_MAX, [3, 6, 0, 2]),
	("Range", 11, ONNX_MAX, [3, 3, 1, 1]),
	("Reciprocal", 7, ONNX_MAX, [1, 1, 1, 1]),
	("ReduceL1", 7, ONNX_MAX, [1, 2, 1, 1]),
	("ReduceL2", 7, ONNX_MAX, [1, 2, 1, 1]),
	("ReduceLogSum", 7, ONNX_MAX, [1, 2, 1, 1]),
	("ReduceLogSumExp", 7, ONNX_MAX, [1, 2, 1, 1]),
	("ReduceMax", 7, ONNX_MAX, [1, 2, 1, 1]),
	("ReduceMean", 7, ONNX_MAX, [1, 2, 1, 1]),
	("ReduceMin", 7, ONNX_MAX, [1, 2, 1, 1]),
	("ReduceProd", 7, ONNX_MAX, [1, 2, 1, 1]),
	("ReduceSum", 7, ONNX_MAX, [1, 2, 1, 1]),
	("ReduceSumSquare", 7, ONNX_MAX, [1, 2, 1, 1]),
	("Relu", 7, ONNX_MAX, [1, 1, 1, 1]),
	("Reshape", 7, ONNX_MAX, [2, 2, 1, 1]),
	("Resize", 10, ONNX_MAX, [1, 4, 1, 1]),
	("ReverseSequence", 10, ONNX_MAX, [2, 2, 1, 1]),
	("RoiAlign", 10, ONNX_MAX, [3, 3, 1, 1]),
	("RotaryEmbedding", 23, ONNX_MAX, [3, 4, 1, 1]),
	("Round", 11, ONNX_MAX, [1, 1, 1, 1]),
	("STFT", 17, ONNX_MAX, [2, 4, 1, 1]),
	("Scan", 9, ONNX_MAX, [1, MANY, 1, MANY]),
	("Scatter", 9, 10, [3, 3, 1, 1]),
	("ScatterElements", 11, ONNX_MAX, [3, 3, 1, 1]),
	("ScatterND", 11, ONNX_MAX, [3, 3, 1, 1]),
	("Selu", 7, ONNX_MAX, [1, 1, 1, 1]),
	("Shape", 7, ONNX_MAX, [1, 1, 1, 1]),
	("Shrink", 9, ONNX_MAX, [1, 1, 1, 1]),
	("Sigmoid", 7, ONNX_MAX, [1, 1, 1, 1]),
	("Sign", 9, ONNX_MAX, [1, 1, 1, 1]),
	("Sin", 7, ONNX_MAX, [1, 1, 1, 1]),
	("Sinh", 9, ONNX_MAX, [1, 1, 1, 1]),
	("Size", 7, ONNX_MAX, [1, 1, 1, 1]),
	("Slice", 7, ONNX_MAX, [1, 5, 1, 1]),
	("Softmax", 7, ONNX_MAX, [1, 1, 1, 1]),
	("SoftmaxCrossEntropyLoss", 12, ONNX_MAX, [2, 3, 1, 2]),
	("Softplus", 7, ONNX_MAX, [1, 1, 1, 1]),
	("Softsign", 7, ONNX_MAX, [1, 1, 1, 1]),
	("SpaceToDepth", 7, ONNX_MAX, [1, 1, 1, 1]),
	("Split", 7, ONNX_MAX, [1, 2, 1, MANY]),
	("Sqrt", 7, ONNX_MAX, [1, 1, 1, 1]),
	("Squeeze", 7, ONNX_MAX, [1, 2, 1, 1]),
	("Sub", 7, ONNX_MAX, [2, 2, 1, 1]),
	("Sum", 7, ONNX_MAX, [1, MANY, 1, 1]),
	("Swish", 24, ONNX_MAX, [1, 1, 1, 1]),
	("Tan", 7, ONNX_MAX, [1, 1, 1, 1]),
	("Tanh", 7, ONNX_MAX, [1, 1, 1, 1]),
	("TensorScatter", 24, ONNX_MAX, [2, 3, 1, 1]),
	("ThresholdedRelu", 10, ONNX_MAX, [1, 1, 1, 1]),
	("Tile", 7, ONNX_MAX, [2, 2, 1, 1]),
	("TopK", 10, ONNX_MAX, [2, 2, 2, 2]),
	("Transpose", 7, ONNX_MAX, [1, 1, 1, 1]),
	("Trilu", 14, ONNX_MAX, [1, 2, 1, 1]),
	("Unique", 11, ONNX_MAX, [1, 1, 1, 4]),
	("Unsqueeze", 7, ONNX_MAX, [1, 2, 1, 1]),
	("Upsample", 7, 9, [1, 2, 1, 1]),
	("Where", 9, ONNX_MAX, [3, 3, 1, 1]),
	("Xor", 7, ONNX_MAX, [2, 2, 1, 1]),
];

/// Operators of `ai.onnx.ml`.
#[rustfmt::skip]
const ML: &[Row] = &[
	("ArrayFeatureExtractor", 1, ML_MAX, [2, 2, 1, 1]),
	("Binarizer", 1, ML_MAX, [1, 1, 1, 1]),
	("FeatureVectorizer", 1, ML_MAX, [1, MANY, 1, 1]),
	("Imputer", 1, ML_MAX, [1, 1, 1, 1]),
	("LabelEncoder", 1, ML_MAX, [1, 1, 1, 1]),
	("LinearClassifier", 1, ML_MAX, [1, 1, 2, 2]),
	("LinearRegressor", 1, ML_MAX, [1, 1, 1, 1]),
	("Normalizer", 1, ML_MAX, [1, 1, 1, 1]),
	("OneHotEncoder", 1, ML_MAX, [1, 1, 1, 1]),
	("SVMClassifier", 1, ML_MAX, [1, 1, 2, 2]),
	("SVMRegressor", 1, ML_MAX, [1, 1, 1, 1]),
	("Scaler", 1, ML_MAX, [1, 1, 1, 1]),
	("TreeEnsemble", 5, ML_MAX, [1, 1, 1, 1]),
	("TreeEnsembleClassifier", 1, 4, [1, 1, 2, 2]),
	("TreeEnsembleRegressor", 1, 4, [1, 1, 1, 1]),
];

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn tables_are_sorted_and_in_range() {
		for (table, opsets) in [(ONNX, ONNX_OPSETS), (ML, ML_OPSETS)] {
			assert!(table.windows(2).all(|pair| pair[0].0 < pair[1].0));
			for (name, first, last, [least_in, most_in, least_out, most_out]) in table {
				assert!(least_in <= most_in && least_out <= most_out, "{name}");
				assert!(opsets.contains(first) && opsets.contains(last) && first <= last, "{name}");
			}
		}
	}

	#[test]
	fn everything_listed_is_known() {
		let mut onnx = tract_onnx::onnx();
		crate::ops::register(&mut onnx);
		crate::ml::register(&mut onnx);
		for (name, ..) in ONNX.iter().chain(ML) {
			assert!(onnx.op_register.0.contains_key(*name), "{name}");
		}
	}

	#[test]
	fn counts_of_inputs_and_outputs_are_bounded() {
		assert!(arity_fits(Domain::Onnx, "Add", 2, 1));
		assert!(!arity_fits(Domain::Onnx, "Add", 1, 1));
		assert!(!arity_fits(Domain::Onnx, "Add", 2, 2));
		assert!(arity_fits(Domain::Onnx, "Concat", 1000, 1));
		assert!(!arity_fits(Domain::Onnx, "Concat", 0, 1));
		assert_eq!(required_inputs(Domain::Onnx, "Clip"), 1);
		assert_eq!(required_inputs(Domain::Onnx, "Concat"), MANY);
	}

	#[test]
	fn random_operators_and_foreign_opsets_are_refused() {
		assert_eq!(verdict(Domain::Onnx, "Relu", 7), Verdict::Supported);
		assert_eq!(verdict(Domain::Onnx, "Relu", 6), Verdict::Unsupported);
		assert_eq!(verdict(Domain::Onnx, "Relu", 25), Verdict::Unsupported);
		assert_eq!(verdict(Domain::Ml, "Relu", 3), Verdict::Unsupported);
		assert_eq!(verdict(Domain::Onnx, "Scatter", 11), Verdict::Unsupported);
		assert_eq!(verdict(Domain::Onnx, "Loop", 13), Verdict::Unsupported);
		for name in RANDOM {
			assert_eq!(verdict(Domain::Onnx, name, 13), Verdict::Random);
		}
	}
}
