//! Tests through `pallet_revive::Pallet::bare_call`.

mod abi;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarks;
mod channels;
mod guards;
mod mock;
mod money;
