//! Calls of real contracts through pallet-revive, and schedules that make them.

#[cfg(feature = "runtime-benchmarks")]
mod benchmarks;
mod calls;
mod contracts;
mod interface;
mod mock;
mod runs;
