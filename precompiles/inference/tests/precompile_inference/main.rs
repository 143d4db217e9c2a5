//! Tests through `pallet_revive::Pallet::bare_call`, with the released engine.

mod abi;
mod batches;
mod contracts;
mod credit;
mod hashes;
mod mock;
mod onnx;
mod questions;
mod receipt_roots;
mod refusals;
mod runs;
