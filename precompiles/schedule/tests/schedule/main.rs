//! Calls of real contracts through pallet-revive, and schedules that make them.

mod calls;
mod contracts;
mod interface;
mod mock;
mod runs;
