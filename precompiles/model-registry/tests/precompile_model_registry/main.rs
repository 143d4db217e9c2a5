//! Tests through `pallet_revive::Pallet::bare_call`, with the released engine.

mod abi;
mod guards;
mod mock;
mod names;
mod owners;
mod questions;
