//! # An address for each model
//!
//! [`Model.sol`](../Model.sol) as a pallet-revive precompile at as many addresses as there are model
//! ids ([`address`]): `IModel(address).predict(inputs)`. A run is `opg_precompile_inference::run` with
//! the model that the address names; here are only the address and the two forms of numbers.
//!
//! - pallet-revive moves `msg.value` to the account of the address before this code runs, and makes
//!   the account first, with the existential deposit of the transaction's origin, when it isn't there.
//!   Fixed precompiles get that deposit at genesis, a model's address when its owner activates the
//!   model (`pallet_model_registry::Config::ModelAccount`); nothing else stays on it.
//! - Functions on raw data are charged as those of `opg-precompile-inference`, by its weights. What decimal
//!   numbers take beside that, and questions, is charged by [`WeightInfo`], before any of it.
//! - A conversion that fails reverts, also after the run: then no price is paid, and the compute is.
//!
//! | module | holds |
//! |---|---|
//! | [`interface`] | what `Model.sol` says, as Rust types |
//! | `predict` | `predict` of both kinds, its views and twins |
//! | `decimal` | inputs and outputs as decimal numbers |
//! | [`fault`] | refusals of decimal numbers |
//! | `view` | questions |
//! | [`weights`] | what this crate's own work costs |
//! | `benchmarking` | measures it, with the feature `runtime-benchmarks` |

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
pub mod benchmarking;
mod decimal;
pub mod fault;
pub mod interface;
mod predict;
mod view;
pub mod weights;

pub use opg_precompile_common::{fixed, ieee};
pub use weights::WeightInfo;

use alloc::vec::Vec;
use core::marker::PhantomData;
use interface::IModel::IModelCalls;
use opg_precompile_common::{revert, suffix};
use pallet_inference::InferFault;
use pallet_model_registry::ModelId;
use polkadot_sdk::pallet_revive::precompiles::{AddressMatcher, Error, Ext, Precompile};

/// Bytes 16 and 17 of every model's address.
pub const SUFFIX: u16 = 0x0a03;

const MATCHER: AddressMatcher = AddressMatcher::Prefix(suffix::<SUFFIX>());

/// Where model 0 would be, which is no model: `0x000000000000000000000000000000000a030000`.
pub const BASE_ADDRESS: [u8; 20] = MATCHER.base_address();

/// The address of a model: its id, 4 bytes big-endian, and the rest of [`BASE_ADDRESS`].
pub const fn address(model: ModelId) -> [u8; 20] {
	let mut address = BASE_ADDRESS;
	let [a, b, c, d] = model.to_be_bytes();
	address[0] = a;
	address[1] = b;
	address[2] = c;
	address[3] = d;
	address
}

/// The model of an address that the matcher has let pass.
const fn model_of(address: &[u8; 20]) -> ModelId {
	let [a, b, c, d, ..] = *address;
	u32::from_be_bytes([a, b, c, d])
}

/// A runtime that can have the precompile.
pub trait Config: opg_precompile_inference::Config {
	/// Weights of this crate's own work.
	type WeightInfo: WeightInfo;
}

/// The precompile of a runtime: an element of `pallet_revive::Config::Precompiles`.
pub struct ModelPrecompile<T>(PhantomData<T>);

impl<T: Config> Precompile for ModelPrecompile<T> {
	type T = T;
	type Interface = IModelCalls;
	const MATCHER: AddressMatcher = MATCHER;
	const HAS_CONTRACT_INFO: bool = false;

	fn call(
		address: &[u8; 20],
		input: &Self::Interface,
		env: &mut impl Ext<T = T>,
	) -> Result<Vec<u8>, Error> {
		let model = model_of(address);
		match input {
			IModelCalls::predict_0(call) => predict::raw(model, call, env),
			IModelCalls::predict_1(call) => predict::decimal(model, call, env),
			IModelCalls::tryPredict_0(call) => predict::try_raw(model, call, env),
			IModelCalls::tryPredict_1(call) => predict::try_decimal(model, call, env),
			IModelCalls::predictView_0(call) => predict::raw_view(model, call, env),
			IModelCalls::predictView_1(call) => predict::decimal_view(model, call, env),
			IModelCalls::inputs(_) => view::inputs(model, env),
			IModelCalls::outputs(_) => view::outputs(model, env),
			IModelCalls::price(_) => view::price(model, env),
			IModelCalls::modelId(_) => view::model_id(model, env),
		}
	}
}

/// The revert of a call to an address without a model.
fn unknown(model: ModelId) -> Error {
	revert(InferFault::UnknownModel { model }.message())
}
