//! Tests through `pallet_revive::Pallet::bare_call`.

mod abi;
mod channels;
mod contracts;
mod guards;
mod mock;
mod money;
