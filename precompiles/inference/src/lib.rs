//! # Inference for contracts
//!
//! [`Inference.sol`](../Inference.sol) as a pallet-revive precompile at [`ADDRESS`]: it decodes a
//! call, hands it to `pallet-inference` and encodes what that answers. What may run, what it costs
//! and who is paid is decided there; here is only what the EVM adds: who calls and how, what was
//! sent, and what gas is left.
//!
//! - `msg.value` has arrived on the precompile's own account before this code runs. It is the
//!   highest price that the immediate caller accepts: it goes back by a balance transfer, never by
//!   a call, and the price is then taken from the caller's balance. Without value the price is taken
//!   from the caller's credit (`pallet-credit`). So the excess is back, whatever happens,
//!   and nothing ever stays here. The account must exist at genesis with the existential deposit,
//!   else the first payable call charges that deposit to the transaction's origin.
//! - Fuel is charged as gas before the run, at the model's largest, and what wasn't used is given
//!   back. What was used stays charged when the call reverts.
//! - pallet-revive detects static and delegate calls and doesn't enforce them for precompiles:
//!   every function checks, with `opg-precompile-common`.
//!
//! | module | holds |
//! |---|---|
//! | [`interface`] | what `Inference.sol` says, as Rust types |
//! | `run` | `infer`, `tryInfer` and their twins with a sponsor |
//! | `batch` | `inferBatch` and `tryInferBatch` |
//! | `view` | `quote`, `signature` and `receiptRoot` |
//! | [`fault`] | refusals as reverts and as codes |
//! | `weights` | what this crate's own work costs |

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

mod batch;
pub mod fault;
pub mod interface;
mod payment;
mod run;
mod view;
mod weights;

pub use run::run;

use alloc::vec::Vec;
use core::{marker::PhantomData, num::NonZero};
use interface::IInference::IInferenceCalls;
use polkadot_sdk::{
	frame_support::traits::fungible::Inspect,
	frame_system, pallet_revive,
	pallet_revive::precompiles::{AddressMatcher, Error, Ext, Precompile},
};

/// Bytes 16 and 17 of the precompile's address.
pub const SUFFIX: u16 = 0x0a01;

const MATCHER: AddressMatcher = AddressMatcher::Fixed(match NonZero::new(SUFFIX) {
	Some(suffix) => suffix,
	None => panic!("the suffix isn't 0"),
});

/// Where the precompile is: `0x000000000000000000000000000000000a010000`.
pub const ADDRESS: [u8; 20] = MATCHER.base_address();

/// A runtime that can have the precompile: it runs contracts and models, and both are paid in the
/// same currency. Implemented by itself.
pub trait Config:
	pallet_revive::Config
	+ pallet_inference::Config
	+ pallet_model_registry::Config<
		Currency: Inspect<
			<Self as frame_system::Config>::AccountId,
			Balance = <Self as pallet_revive::Config>::Balance,
		>,
	>
{
}

impl<T> Config for T where
	T: pallet_revive::Config
		+ pallet_inference::Config
		+ pallet_model_registry::Config<
			Currency: Inspect<
				<T as frame_system::Config>::AccountId,
				Balance = <T as pallet_revive::Config>::Balance,
			>,
		>
{
}

/// The precompile of a runtime: an element of `pallet_revive::Config::Precompiles`.
pub struct InferencePrecompile<T>(PhantomData<T>);

impl<T: Config> Precompile for InferencePrecompile<T> {
	type T = T;
	type Interface = IInferenceCalls;
	const MATCHER: AddressMatcher = MATCHER;
	const HAS_CONTRACT_INFO: bool = false;

	fn call(
		_address: &[u8; 20],
		input: &Self::Interface,
		env: &mut impl Ext<T = T>,
	) -> Result<Vec<u8>, Error> {
		match input {
			IInferenceCalls::infer(call) => run::infer(call, env),
			IInferenceCalls::tryInfer(call) => run::try_infer(call, env),
			IInferenceCalls::inferSponsored(call) => run::infer_sponsored(call, env),
			IInferenceCalls::tryInferSponsored(call) => run::try_infer_sponsored(call, env),
			IInferenceCalls::inferBatch(call) => batch::infer(call, env),
			IInferenceCalls::tryInferBatch(call) => batch::try_infer(call, env),
			IInferenceCalls::quote(call) => view::quote(call, env),
			IInferenceCalls::signature(call) => view::signature(call, env),
			IInferenceCalls::receiptRoot(call) => view::receipt_root(call, env),
		}
	}
}
