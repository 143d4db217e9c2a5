//! # One runtime for the tests of all precompiles
//!
//! A [`Test`] runtime with every pallet and every precompile, a chain of it ([`ext`]), and calls as
//! tests write them. Only tests depend on this crate.
//!
//! | module | holds |
//! |---|---|
//! | [`runtime`] | the runtime |
//! | [`chain`] | its genesis, accounts, and balances |
//! | `benchmarks` | benchmarks on that chain, with the feature `runtime-benchmarks` |
//! | [`calls`] | calls of contracts, and what they answered |
//! | [`contracts`] | contracts by hand: EVM bytecode |
//! | [`models`] | publishing models |
//! | [`onnx`] | the models |
//! | [`solidity`] | contracts from their sources |

#[cfg(feature = "runtime-benchmarks")]
pub mod benchmarks;
pub mod calls;
pub mod chain;
pub mod contracts;
pub mod models;
pub mod onnx;
pub mod runtime;
pub mod solidity;

pub use calls::*;
pub use chain::*;
pub use contracts::{proxy, Kind};
pub use models::*;
pub use runtime::*;
