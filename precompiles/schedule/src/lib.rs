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
//! - Weight is execution time alone: a block's proof is unbounded.

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

pub mod interface;

use alloc::vec::Vec;
use core::marker::PhantomData;
use interface::{IScheduleInput::scheduleInputCall, IScheduleReceiver::onInferenceCall};
use pallet_schedule::{CallFault, Called, Contracts, Outcome, ScheduleId};
use polkadot_sdk::{
	frame_support::{storage::with_storage_layer, traits::OriginTrait, weights::Weight},
	frame_system::pallet_prelude::OriginFor,
	pallet_revive,
	pallet_revive::{
		precompiles::alloy::sol_types::SolCall, weights::WeightInfo, AccountInfo, AddressMapper,
		BalanceOf, Config, ExecConfig, TransactionLimits,
	},
	sp_core::{H160, U256},
	sp_runtime::traits::Zero,
};

/// Who calls contracts: `0x000000000000000000000000000000000a050000`, next to the precompiles.
pub const ADDRESS: [u8; 20] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x0a, 0x05, 0, 0];

/// Execution time of encoding a call and decoding its answer, picoseconds: 4 KiB are copied a few
/// times, and whether there is a contract is read.
const CODING_REF_TIME: u64 = 40_000_000;

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
		T::WeightInfo::call().ref_time().saturating_add(CODING_REF_TIME)
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
		let result = result.and_then(|answer| {
			scheduleInputCall::abi_decode_returns_validate(&answer)
				.map(|inputs| inputs.to_vec())
				.map_err(|_| CallFault::BadAnswer)
		});
		Called { result, ref_time }
	}

	fn deliver(
		caller: &T::AccountId,
		contract: H160,
		outcome: Outcome<'_>,
		ref_time: u64,
		deposit_limit: BalanceOf<T>,
	) -> Called<()> {
		let Outcome { schedule, model, receipt, output } = outcome;
		let call = onInferenceCall {
			schedule,
			model,
			receipt: receipt.0.into(),
			output: output.to_vec().into(),
		};
		let Called { result, ref_time } =
			Self::call(caller, contract, call.abi_encode(), ref_time, deposit_limit);
		Called { result: result.map(|_| ()), ref_time }
	}
}

/// The account of [`ADDRESS`].
pub fn account<T: Config>() -> T::AccountId {
	T::AddressMapper::to_fallback_account_id(&H160(ADDRESS))
}
