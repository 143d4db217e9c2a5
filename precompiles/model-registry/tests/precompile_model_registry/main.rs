//! Tests through `pallet_revive::Pallet::bare_call`, with the released engine.

mod abi;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarks;
mod guards;
mod mock;
mod names;
mod owners;
mod questions;
