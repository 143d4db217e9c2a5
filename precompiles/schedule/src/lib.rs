//! # Contracts of scheduled inference
//!
//! [`Schedule.sol`](../Schedule.sol) is what contracts implement; [`ReviveContracts`] calls them for
//! `pallet-schedule` with pallet-revive. Here is only what the EVM adds: encoding, and who calls.
//!
//! - The caller is the account of [`ADDRESS`], whose form says that no key has it and that it needs no
//!   mapping. It must exist, with the existential deposit: storage deposits are taken from its balance,
//!   into which `pallet-schedule` has put as much as they may come to, and go back there.
//! - No Ethereum transaction carries the calls, so their events aren't Ethereum logs.
//! - What answers must be a contract: a call of an address without one would succeed and mean
//!   nothing. Precompiles are none.
//! - Weight is execution time alone: a block's proof is unbounded. What this crate does itself is in
//!   [`WeightInfo`], and part of what a call takes at least.
//!
//! | module | holds |
//! |---|---|
//! | [`interface`] | what `Schedule.sol` says, as Rust types |
//! | [`weights`] | what this crate's own work costs |
//! | `benchmarking` | measures it, with the feature `runtime-benchmarks` |

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
pub mod benchmarking;
pub mod interface;
pub mod weights;

pub use weights::WeightInfo;

use alloc::vec::Vec;
use core::marker::PhantomData;
use interface::{IScheduleInput::scheduleInputCall, IScheduleReceiver::onInferenceCall};
use pallet_schedule::{CallFault, Called, Contracts, Outcome, ScheduleId};
use polkadot_sdk::{
	frame_support::{storage::with_storage_layer, traits::OriginTrait, weights::Weight},
	frame_system::pallet_prelude::OriginFor,
	pallet_revive,
	pallet_revive::{
		precompiles::alloy::sol_types::SolCall, weights::WeightInfo as _, AccountInfo,
		AddressMapper, BalanceOf, ExecConfig, TransactionLimits,
	},
	sp_core::{H160, U256},
	sp_runtime::traits::Zero,
};

/// Who calls contracts: `0x000000000000000000000000000000000a050000`, next to the precompiles.
pub const ADDRESS: [u8; 20] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x0a, 0x05, 0, 0];

/// A runtime whose schedules can call contracts.
pub trait Config: pallet_revive::Config {
	/// Weights of this crate's own work.
	type WeightInfo: WeightInfo;
}

/// Calls contracts with pallet-revive.
pub struct ReviveContracts<T>(PhantomData<T>);

impl<T: Config> ReviveContracts<T> {
	/// Calls a contract and gives what it returned.
	fn call(
		caller: &T::AccountId,
		contract: H160,
		data: Vec<u8>,
		ref_time: u64,
		deposit_limit: BalanceOf<T>,
	) -> Called<Vec<u8>> {
		if !AccountInfo::<T>::is_contract(&contract) {
			return Called { result: Err(CallFault::BadAnswer), ref_time: 0 };
		}
		let mut used = 0;
		// A deposit that can't be paid is found out after the call, and doesn't undo it.
		let result = with_storage_layer(|| {
			let called = pallet_revive::Pallet::<T>::bare_call(
				OriginFor::<T>::signed(caller.clone()),
				contract,
				U256::zero(),
				TransactionLimits::WeightAndDeposit {
					weight_limit: Weight::from_parts(ref_time, u64::MAX),
					deposit_limit,
				},
				data,
				&ExecConfig::new_substrate_tx(),
			);
			used = called.weight_consumed.ref_time();
			match called.result {
				Ok(returned) if returned.did_revert() => Err(CallFault::Reverted),
				Ok(returned) => Ok(returned.data),
				Err(error) => Err(CallFault::Failed(error)),
			}
		});
		Called { result, ref_time: used.min(ref_time) }
	}
}

impl<T: Config> Contracts<T::AccountId, BalanceOf<T>> for ReviveContracts<T> {
	fn overhead() -> u64 {
		let call = <T as pallet_revive::Config>::WeightInfo::call();
		call.saturating_add(<T as Config>::WeightInfo::coding()).ref_time()
	}

	fn input(
		caller: &T::AccountId,
		contract: H160,
		schedule: ScheduleId,
		ref_time: u64,
	) -> Called<Vec<u8>> {
		let data = scheduleInputCall { schedule }.abi_encode();
		let Called { result, ref_time } =
			Self::call(caller, contract, data, ref_time, Zero::zero());
		Called { result: result.and_then(|answer| decode_inputs(&answer)), ref_time }
	}

	fn deliver(
		caller: &T::AccountId,
		contract: H160,
		outcome: Outcome<'_>,
		ref_time: u64,
		deposit_limit: BalanceOf<T>,
	) -> Called<()> {
		let Called { result, ref_time } =
			Self::call(caller, contract, encode_outcome(outcome), ref_time, deposit_limit);
		Called { result: result.map(|_| ()), ref_time }
	}
}

/// What a contract answered to `scheduleInput`.
fn decode_inputs(answer: &[u8]) -> Result<Vec<u8>, CallFault> {
	scheduleInputCall::abi_decode_returns_validate(answer)
		.map(|inputs| inputs.to_vec())
		.map_err(|_| CallFault::BadAnswer)
}

/// The call of `onInference`.
fn encode_outcome(outcome: Outcome<'_>) -> Vec<u8> {
	let Outcome { schedule, model, receipt, output } = outcome;
	onInferenceCall { schedule, model, receipt: receipt.0.into(), output: output.to_vec().into() }
		.abi_encode()
}

/// The account of [`ADDRESS`].
pub fn account<T: pallet_revive::Config>() -> T::AccountId {
	T::AddressMapper::to_fallback_account_id(&H160(ADDRESS))
}
