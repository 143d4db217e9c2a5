//! The operators of `ai.onnx.ml`: classic machine learning, as scikit-learn and gradient-boosting
//! libraries export it.
//!
//! tract 0.23.9 knows five of them, trusts their attributes and differs from onnxruntime in each
//! (largest magnitude instead of largest value, axes of indices kept, its own rules for two
//! classes), so all of them are the engine's own. Results are onnxruntime's (1.31) up to rounding:
//! models are exported and checked against it, and it fixes what ONNX leaves open. Where it reads
//! memory that nothing wrote, or contradicts the standard, a model is refused.
//!
//! | module | holds |
//! |---|---|
//! | [`op`] | an operator as tract sees it |
//! | [`attributes`], [`rows`] | what nodes and inputs hold, checked |
//! | [`lanes`], [`scores`], [`kernel`], [`coupling`] | arithmetic |
//! | [`tree`] | ensembles of decision trees |
//! | the others | an operator or two each |
//!
//! Arithmetic has one order, in native and WebAssembly builds alike; `exp`, `ln`, `tanh` and `powf`
//! are the library's, inside the blob.

mod array_feature_extractor;
pub mod attributes;
mod binarizer;
pub mod coupling;
mod feature_vectorizer;
mod imputer;
pub mod kernel;
mod label_encoder;
pub mod lanes;
mod linear;
mod normalizer;
mod one_hot_encoder;
pub mod op;
pub mod rows;
mod scaler;
pub mod scores;
mod svm_classifier;
mod svm_regressor;
pub mod tree;

use crate::{graph, opset::Domain};
use opg_engine_abi::{ErrorCode, Refusal};
use tract_onnx::{pb::NodeProto, Onnx};

/// Makes tract find the operators. It looks for names alone; the allow-list keeps the domains
/// apart.
pub fn register(onnx: &mut Onnx) {
	let register = &mut onnx.op_register;
	register.insert("ArrayFeatureExtractor", array_feature_extractor::build);
	register.insert("Binarizer", binarizer::build);
	register.insert("FeatureVectorizer", feature_vectorizer::build);
	register.insert("Imputer", imputer::build);
	register.insert("LabelEncoder", label_encoder::build);
	register.insert("LinearClassifier", linear::classifier);
	register.insert("LinearRegressor", linear::regressor);
	register.insert("Normalizer", normalizer::build);
	register.insert("OneHotEncoder", one_hot_encoder::build);
	register.insert("SVMClassifier", svm_classifier::build);
	register.insert("SVMRegressor", svm_regressor::build);
	register.insert("Scaler", scaler::build);
	register.insert("TreeEnsemble", tree::split);
	register.insert("TreeEnsembleClassifier", tree::classifier);
	register.insert("TreeEnsembleRegressor", tree::regressor);
}

/// Attributes that make an operator work on texts, for which the engine has no dtype.
const TEXTS: &[&str] =
	&["cats_strings", "classes_strings", "classlabels_strings", "keys_strings", "values_strings"];

/// ONNX's code for texts.
const STRING: u64 = 8;

/// Refuses a node that works on texts.
pub fn check(node: &NodeProto) -> Result<(), Refusal> {
	if Domain::from_name(&node.domain) != Some(Domain::Ml) {
		return Ok(());
	}
	let texts = node.attribute.iter().find(|attribute| {
		TEXTS.contains(&attribute.name.as_str()) && !attribute.strings.is_empty()
	});
	match texts {
		Some(texts) => {
			let place = format!(
				"{}: {} {}: train with integer classes and categories",
				node.op_type,
				graph::node_name(node),
				texts.name
			);
			Err(Refusal::at(ErrorCode::DtypeUnsupported, &[STRING], &place))
		},
		None => Ok(()),
	}
}

/// What to do about an operator that isn't supported, where there is more to say than the code's
/// hint.
pub fn remedy(domain: Domain, operator: &str) -> Option<&'static str> {
	match (domain, operator) {
		(Domain::Ml, "ZipMap") => Some("export with the option zipmap=False"),
		_ => None,
	}
}
