//! Calls of real contracts through pallet-revive.

mod calls;
mod contracts;
mod interface;
mod mock;
