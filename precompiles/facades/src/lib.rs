//! # Interfaces of other systems
//!
//! Contracts and clients that were written for another chain's inference find its functions here, at the
//! addresses that they know, answered by this chain's models.
//!
//! | interface | address | behind it |
//! |---|---|---|
//! | OpenGradient's precompile, `runModelInference` | `0x00000000000000000000000000000000000000F4` | [`opengradient`] |
//! | OpenGradient's hub, `run`, which its Python SDK calls | `0x8383C9bD7462F12Eb996DD02F78234C0421A6FaE` | [`opengradient`] |
//! | Ritual's ONNX precompile | `0x0000000000000000000000000000000000000800` | [`ritual`] |
//! | `verify` of the draft ERC-8274 | `0x000000000000000000000000000000000A080000` | [`verifier`] |
//!
//! - Nothing is decided here: a run is one of `pallet-inference`, with its checks, price, fuel, receipt
//!   and refusals. Here are only other names and other forms of numbers.
//! - None of these interfaces can say what a call may cost, so value is refused and a price comes from the
//!   credit that the immediate caller has deposited, for a contract the contract's own: whoever deposits
//!   credit agrees to pay any price up to it. `tx.origin` pays for nothing.
//! - The first three addresses have no place for a precompile; [`forwarder`] says what is there, and why
//!   its word is taken for who called.
//! - What a call takes beside its run is charged by [`WeightInfo`], before any of it.
//! - A conversion that fails after the run reverts: no price is paid, and the compute is.
//!
//! | module | holds |
//! |---|---|
//! | [`opengradient`], [`ritual`], [`verifier`] | the interfaces |
//! | [`forwarder`] | contracts of the genesis at other systems' addresses |
//! | [`raw`] | calls as they came |
//! | `model` | models by strings |
//! | `run` | runs that credit pays |
//! | [`weights`] | what this crate's own work costs |
//! | `benchmarking` | measures it, with the feature `runtime-benchmarks` |

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
pub mod benchmarking;
pub mod forwarder;
mod model;
pub mod opengradient;
pub mod raw;
pub mod ritual;
mod run;
pub mod verifier;
pub mod weights;

pub use opengradient::OpenGradientPrecompile;
pub use opg_precompile_common::calldata;
pub use ritual::RitualPrecompile;
pub use verifier::VerifierPrecompile;
pub use weights::WeightInfo;

use opg_engine_abi::{EngineError, ErrorCode};
use polkadot_sdk::pallet_revive::precompiles::{alloy::sol_types::PanicKind, Error};

/// A runtime that can have the precompiles.
pub trait Config: opg_precompile_inference::Config {
	/// Weights of this crate's own work.
	type WeightInfo: WeightInfo;
}

/// The revert of data that are no encoding of a call: `Panic(0x41)`, as pallet-revive's own.
pub(crate) fn malformed() -> Error {
	Error::Panic(PanicKind::ResourceError)
}

/// The revert of a model with outputs that an interface can't return.
pub(crate) fn output_too_large(bytes: u64, max: u64) -> Error {
	model::refused(EngineError::new(ErrorCode::OutputTooLarge, &[bytes, max]).into())
}

/// The sum, or the largest number.
pub(crate) fn sum(numbers: impl Iterator<Item = u64>) -> u64 {
	numbers.fold(0, u64::saturating_add)
}
