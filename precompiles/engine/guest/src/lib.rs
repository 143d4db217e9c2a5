//! The engine: runs ONNX models, by tract, as WebAssembly without imports.
//!
//! The compiled blob is a released artefact and part of consensus (see scripts/engine). Every
//! result is a function of the model, the inputs and the blob alone: no clock, no randomness, no
//! environment, no threads, and a fresh instance for every run.
//!
//! | module | holds |
//! |---|---|
//! | [`exports`] | what the host calls |
//! | [`decode`], [`validate`], [`graph`], [`subgraphs`], [`weights`], [`dims`], [`opset`], [`attributes`] | what is refused before tract sees it |
//! | [`load`], [`counts`], [`states`], [`elementwise`] | analysis and optimisation |
//! | [`ops`] | operators of `ai.onnx` that tract lacks or gets wrong |
//! | [`ml`] | the operators of `ai.onnx.ml` |
//! | [`run`] | one inference |
//! | [`inspect`] | a description of any file |
//! | [`nan`], [`dtype`] | canonical bits, dtypes |
//! | `allocator` | memory that a load gives back is zeroed |
//! | `memory` | copying and filling of memory, in place of the compiler's |
//! | [`kernels`] | the list of kernels that this build must have |
//!
//! It is a library as well, for tests and for comparing with a native run; native results differ
//! in their last bits.

#[cfg(target_arch = "wasm32")]
mod allocator;
pub mod attributes;
pub mod counts;
pub mod decode;
pub mod dims;
pub mod dtype;
pub mod elementwise;
#[cfg(target_arch = "wasm32")]
pub mod exports;
pub mod graph;
pub mod inspect;
pub mod kernels;
pub mod load;
#[cfg(any(test, target_arch = "wasm32"))]
mod memory;
pub mod ml;
pub mod nan;
pub mod ops;
pub mod opset;
pub mod run;
pub mod states;
pub mod subgraphs;
pub mod validate;
pub mod weights;
