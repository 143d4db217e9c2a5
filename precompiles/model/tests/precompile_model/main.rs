//! Tests through `pallet_revive::Pallet::bare_call` with the released engine.

mod abi;
mod accounts;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarks;
mod decimals;
mod guards;
mod mock;
mod questions;
mod runs;
mod twins;
