//! Tests through `pallet_revive::Pallet::bare_call`.

mod abi;
mod channels;
mod guards;
mod mock;
mod money;
