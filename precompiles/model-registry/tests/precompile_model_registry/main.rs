//! Tests through `pallet_revive::Pallet::bare_call`, with the released engine.

mod abi;
mod contracts;
mod guards;
mod mock;
mod names;
#[path = "../../../inference/tests/precompile_inference/onnx.rs"]
#[allow(dead_code)]
mod onnx;
mod owners;
mod questions;
