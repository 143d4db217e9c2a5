//! What `Staging.sol` says, as Rust types: generated from the file that contracts import, so the two
//! can't differ.

#![allow(missing_docs, clippy::all)]

use polkadot_sdk::pallet_revive::precompiles::alloy;

alloy::sol!("Staging.sol");
