//! Tests through `pallet_revive::Pallet::bare_call` with the released engine.

mod abi;
mod accounts;
mod contracts;
mod decimals;
mod guards;
mod mock;
#[path = "../../../inference/tests/precompile_inference/onnx.rs"]
#[allow(dead_code)]
mod onnx;
mod questions;
mod runs;
