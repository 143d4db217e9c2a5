//! # The model registry for contracts
//!
//! [`ModelRegistry.sol`](../ModelRegistry.sol) as a pallet-revive precompile at [`ADDRESS`]: it decodes a
//! call, hands it to `pallet-model-registry` and encodes what that answers. Every rule is the pallet's;
//! here is only what the EVM adds: who calls and how. What changes something is the pallet's own
//! dispatchable, signed by the immediate caller. What this crate does itself is charged by [`WeightInfo`],
//! what the pallet does by the pallet's, before any of it.
//!
//! The pallet's events aren't Ethereum logs: contracts that need logs emit their own.
//!
//! | module | holds |
//! |---|---|
//! | [`interface`] | what `ModelRegistry.sol` says, as Rust types |
//! | `change` | functions that change something |
//! | `view` | questions |
//! | [`fault`] | the pallet's errors as reverts |
//! | [`weights`] | what this crate's own work costs |
//! | `benchmarking` | measures it, with the feature `runtime-benchmarks` |

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
pub mod benchmarking;
mod change;
pub mod fault;
pub mod interface;
mod view;
pub mod weights;

pub use weights::WeightInfo;

use alloc::vec::Vec;
use core::marker::PhantomData;
use interface::IModelRegistry::IModelRegistryCalls;
use opg_precompile_common::{models, suffix};
use polkadot_sdk::pallet_revive::precompiles::{AddressMatcher, Error, Ext, Precompile};

/// Bytes 16 and 17 of the precompile's address.
pub const SUFFIX: u16 = 0x0a02;

const MATCHER: AddressMatcher = AddressMatcher::Fixed(suffix::<SUFFIX>());

/// Where the precompile is: `0x000000000000000000000000000000000a020000`.
pub const ADDRESS: [u8; 20] = MATCHER.base_address();

/// A runtime that can have the precompile.
pub trait Config: models::Config {
	/// Weights of this crate's own work.
	type WeightInfo: WeightInfo;
}

/// The precompile of a runtime: an element of `pallet_revive::Config::Precompiles`.
pub struct ModelRegistryPrecompile<T>(PhantomData<T>);

impl<T: Config> Precompile for ModelRegistryPrecompile<T> {
	type T = T;
	type Interface = IModelRegistryCalls;
	const MATCHER: AddressMatcher = MATCHER;
	const HAS_CONTRACT_INFO: bool = false;

	fn call(
		_address: &[u8; 20],
		input: &Self::Interface,
		env: &mut impl Ext<T = T>,
	) -> Result<Vec<u8>, Error> {
		match input {
			IModelRegistryCalls::modelCount(_) => view::model_count(env),
			IModelRegistryCalls::model(call) => view::model(call, env),
			IModelRegistryCalls::ownerOf(call) => view::owner_of(call, env),
			IModelRegistryCalls::priceOf(call) => view::price_of(call, env),
			IModelRegistryCalls::statusOf(call) => view::status_of(call, env),
			IModelRegistryCalls::costs(call) => view::costs(call, env),
			IModelRegistryCalls::beneficiaries(call) => view::beneficiaries(call, env),
			IModelRegistryCalls::resolve_0(call) => view::resolve(call, env),
			IModelRegistryCalls::resolve_1(call) => view::resolve_version(call, env),
			IModelRegistryCalls::nameInfo(call) => view::name_info(call, env),
			IModelRegistryCalls::setPrice(call) => change::set_price(call, env),
			IModelRegistryCalls::pause(call) => change::pause(call, env),
			IModelRegistryCalls::resume(call) => change::resume(call, env),
			IModelRegistryCalls::transfer(call) => change::transfer(call, env),
			IModelRegistryCalls::setBeneficiaries(call) => change::set_beneficiaries(call, env),
			IModelRegistryCalls::registerName(call) => change::register_name(call, env),
			IModelRegistryCalls::transferName(call) => change::transfer_name(call, env),
			IModelRegistryCalls::releaseName(call) => change::release_name(call, env),
		}
	}
}
