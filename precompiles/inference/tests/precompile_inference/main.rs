//! Tests through `pallet_revive::Pallet::bare_call`, with the released engine.

mod abi;
mod contracts;
mod credit;
mod hashes;
mod mock;
mod onnx;
mod questions;
mod refusals;
mod runs;
