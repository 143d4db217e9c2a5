//! Ensembles of decision trees: `TreeEnsembleRegressor`, `TreeEnsembleClassifier` (opsets 1 to 4)
//! and `TreeEnsemble` (5).
//!
//! Both forms of attributes become the same flat arrays ([`forest`]), whose trees are proved to end
//! when a model is loaded. A row walks through every tree and collects votes ([`ensemble`]).
//!
//! As in onnxruntime, scores are added in float32, tree by tree, unless the input or a number of
//! the model is float64. A sum of two float32 numbers that is rounded to float64 first is the same,
//! so there is one code for both, which rounds once more.

mod classifier;
mod ensemble;
mod flat;
mod forest;
mod regressor;
mod split;

pub use classifier::build as classifier;
pub use regressor::{build as regressor, build_split as split};
