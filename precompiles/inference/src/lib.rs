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
//! - What this crate does beside a run, decoding and encoding above all, is charged by [`WeightInfo`] first;
//!   every function has its weight there.
//! - pallet-revive detects static and delegate calls and doesn't enforce them for precompiles:
//!   every function checks, with `opg-precompile-common`.
//!
//! | module | holds |
//! |---|---|
//! | [`interface`] | what `Inference.sol` says, as Rust types |
//! | `run` | a run and a view: guards, charges, payment, event |
//! | [`form`] | how a function takes inputs and gives outputs |
//! | `infer` | `infer`, `inferSponsored`, `inferView` |
//! | `tensors` | `inferTensors` |
//! | `batch` | `inferBatch` |
//! | `pipeline` | `pipeline` |
//! | `view` | `quote`, `signature` and `receiptRoot` |
//! | [`fault`] | refusals as reverts and as codes |
//! | [`weights`] | what this crate's own work costs |
//! | `benchmarking` | measures it, with the feature `runtime-benchmarks` |

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

mod batch;
#[cfg(feature = "runtime-benchmarks")]
pub mod benchmarking;
pub mod fault;
pub mod form;
mod infer;
pub mod interface;
mod payment;
mod pipeline;
mod run;
mod tensors;
mod view;
pub mod weights;

pub use run::{run, run_as, run_callable, view_as, view_callable};
pub use tensors::Tensors;
pub use weights::WeightInfo;

use alloc::vec::Vec;
use core::marker::PhantomData;
use interface::IInference::IInferenceCalls as Function;
use opg_precompile_common::{
	abi::{self, Calls},
	models, revert, suffix,
};
use pallet_inference::InferFault;
use polkadot_sdk::pallet_revive::precompiles::{AddressMatcher, Error, Ext, Precompile};

/// Bytes 16 and 17 of the precompile's address.
pub const SUFFIX: u16 = 0x0a01;

const MATCHER: AddressMatcher = AddressMatcher::Fixed(suffix::<SUFFIX>());

/// Where the precompile is: `0x000000000000000000000000000000000a010000`.
pub const ADDRESS: [u8; 20] = MATCHER.base_address();

/// A runtime that can have the precompile.
pub trait Config: models::Config {
	/// Weights of this crate's own work.
	type WeightInfo: WeightInfo;
}

/// The precompile of a runtime: an element of `pallet_revive::Config::Precompiles`.
pub struct InferencePrecompile<T>(PhantomData<T>);

impl<T: Config> Precompile for InferencePrecompile<T> {
	type T = T;
	type Interface = Calls<Function, Tensors>;
	const MATCHER: AddressMatcher = MATCHER;
	const HAS_CONTRACT_INFO: bool = false;

	fn call(
		_address: &[u8; 20],
		input: &Self::Interface,
		env: &mut impl Ext<T = T>,
	) -> Result<Vec<u8>, Error> {
		let function = match input {
			Calls::Decoded(function) => function,
			Calls::Raw(call) => return tensors::call(call, env),
		};
		match function {
			Function::infer(call) => infer::infer(call, env),
			Function::tryInfer(call) => infer::try_infer(call, env),
			Function::inferSponsored(call) => infer::infer_sponsored(call, env),
			Function::tryInferSponsored(call) => infer::try_infer_sponsored(call, env),
			Function::inferView(call) => infer::infer_view(call, env),
			Function::tryInferView(call) => infer::try_infer_view(call, env),
			Function::inferBatch(call) => batch::infer(call, env),
			Function::tryInferBatch(call) => batch::try_infer(call, env),
			Function::pipeline(call) => pipeline::infer(call, env),
			Function::tryPipeline(call) => pipeline::try_infer(call, env),
			Function::quote(call) => view::quote(call, env),
			Function::tryQuote(call) => view::try_quote(call, env),
			Function::signature(call) => view::signature(call, env),
			Function::trySignature(call) => view::try_signature(call, env),
			Function::receiptRoot(call) => view::receipt_root(call, env),
			// These are never decoded: see `Tensors`.
			Function::inferTensors(_) | Function::tryInferTensors(_) => Err(abi::malformed()),
		}
	}
}

/// The revert of a fault.
fn refused(fault: InferFault) -> Error {
	revert(fault.message())
}
