//! Tests through `pallet_revive::Pallet::bare_call` with the released engine.

mod abi;
mod accounts;
mod decimals;
mod guards;
mod mock;
mod questions;
mod runs;
mod twins;
