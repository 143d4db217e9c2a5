//! Tests through `pallet_revive::Pallet::bare_call`, with the released engine.

mod abi;
mod batches;
mod credit;
mod hashes;
mod mock;
mod pipelines;
mod questions;
mod receipt_roots;
mod refusals;
mod runs;
mod solidity;
mod tensors;
mod views;
