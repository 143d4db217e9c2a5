//! Tests through `pallet_revive::Pallet::bare_call`, with the released engine.

mod abi;
mod batches;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarks;
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
