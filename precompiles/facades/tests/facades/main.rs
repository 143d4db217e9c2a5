//! Tests through `pallet_revive::Pallet::bare_call` with the released engine and the genesis contracts.

mod abi;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarks;
mod contracts;
mod forwarders;
mod hostile;
mod mock;
mod opengradient;
mod opengradient_refused;
mod payment;
mod ritual;
mod ritual_refused;
mod verifier;

use opg_precompile_testing::onnx;
