//! What this crate's own work takes, measured: everything but what `pallet-credit` charges.
//!
//! Functions that change something are put together here from this crate's parts of the longest of them;
//! questions are called as a contract calls them.

use crate::{
	change::voucher_of,
	interface::ICredit::{
		allowanceCall, channelInfoCall, creditOfCall, openChannelCall, redeemCall, sponsorCall,
		voucherDigestCall, ICreditCalls as Function, Voucher as AbiVoucher,
	},
	CreditPrecompile, ADDRESS,
};
use alloc::{vec, vec::Vec};
use core::marker::PhantomData;
use opg_precompile_common::{account_of, amount, benchmarking::Contract, to_evm};
use pallet_credit::{
	Allowance, BalanceOf, ChannelOf, Channels, Credits, ModelList, Signature, Sponsorship,
	Sponsorships, MAX_MODELS, MAX_VOUCHERS,
};
use polkadot_sdk::{
	frame_benchmarking::v2::*,
	pallet_revive::precompiles::alloy::{
		primitives::{Address, U256},
		sol_types::{SolCall, SolInterface},
	},
	sp_core::H160,
	sp_runtime::traits::{Bounded, One},
};

pub use crate::Config;

/// Stands for this crate among the pallets that are measured.
pub struct Pallet<T: Config>(PhantomData<T>);

/// Address of an account that isn't there.
fn address(n: u8) -> Address {
	Address::repeat_byte(n)
}

fn decoded(data: &[u8]) -> Function {
	let Ok(function) = Function::abi_decode_validate(data) else { panic!("it is a call") };
	function
}

fn models() -> ModelList {
	ModelList::truncate_from(vec![u32::MAX; MAX_MODELS as usize])
}

#[benchmarks]
pub mod benchmarks {
	use super::*;

	/// The longest call but `redeem`, with the mapping of one address more, and the longest answer.
	#[benchmark]
	pub fn change() {
		let data = sponsorCall {
			beneficiary: address(1),
			perCall: U256::from(1),
			total: U256::from(1),
			models: models().into_inner(),
			expires: u64::MAX,
		}
		.abi_encode();
		let answer;
		#[block]
		{
			let Function::sponsor(call) = decoded(&data) else { panic!("it is another") };
			assert!(ModelList::try_from(call.models.clone()).is_ok());
			assert!(amount::<T>(call.perCall).is_ok() && amount::<T>(call.total).is_ok());
			assert!(account_of::<T>(call.beneficiary) != account_of::<T>(address(2)));
			answer = openChannelCall::abi_encode_returns(&u64::MAX);
		}
		assert_eq!(answer.len(), 32);
	}

	/// `n` vouchers.
	#[benchmark]
	pub fn redeem(n: Linear<1, MAX_VOUCHERS>) {
		let voucher = AbiVoucher { channel: 1, cumulative: u128::MAX, validUntilBlock: u64::MAX };
		let data = redeemCall {
			vouchers: vec![voucher; n as usize],
			signatures: vec![vec![1; 65].into(); n as usize],
		}
		.abi_encode();
		let mut vouchers = Vec::new();
		let answer;
		#[block]
		{
			let Function::redeem(call) = decoded(&data) else { panic!("it is another") };
			for (voucher, signature) in call.vouchers.iter().zip(&call.signatures) {
				let signature = Signature::try_from(&signature[..]);
				assert!(signature.is_ok());
				vouchers.push((voucher_of(voucher), signature));
			}
			answer = redeemCall::abi_encode_returns(&to_evm::<T>(Bounded::max_value()));
		}
		assert_eq!((vouchers.len(), answer.len()), (n as usize, 32));
	}

	#[benchmark]
	pub fn credit_of() {
		let mut contract = Contract::<T>::default();
		Credits::<T>::insert(account_of::<T>(address(1)), BalanceOf::<T>::one());
		let data = creditOfCall { account: address(1) }.abi_encode();
		let answer;
		#[block]
		{
			answer = contract.call::<CreditPrecompile<T>>(&ADDRESS, &data);
		}
		assert!(answer.is_ok());
	}

	/// The longest.
	#[benchmark]
	pub fn allowance() {
		let mut contract = Contract::<T>::default();
		let one = BalanceOf::<T>::one();
		let allowed =
			Allowance { per_call: one, total: one, models: models(), expires: One::one() };
		let (sponsor, beneficiary) = (account_of::<T>(address(1)), account_of::<T>(address(2)));
		let sponsorship = Sponsorship { allowance: allowed, spent: one, deposit: one };
		Sponsorships::<T>::insert(sponsor, beneficiary, sponsorship);
		let data = allowanceCall { sponsor: address(1), beneficiary: address(2) }.abi_encode();
		let answer;
		#[block]
		{
			answer = contract.call::<CreditPrecompile<T>>(&ADDRESS, &data);
		}
		assert!(answer.is_ok_and(|answer| answer.len() > 32 * MAX_MODELS as usize));
	}

	#[benchmark]
	pub fn channel_info() {
		let mut contract = Contract::<T>::default();
		let one = BalanceOf::<T>::one();
		let stored = ChannelOf::<T> {
			payer: account("payer", 0, 0),
			payee: account("payee", 0, 0),
			signer: H160::repeat_byte(1),
			funds: one,
			redeemed: one,
			expires: One::one(),
			closing: Some(One::one()),
			deposit: one,
		};
		Channels::<T>::insert(1, stored);
		let data = channelInfoCall { channel: 1 }.abi_encode();
		let answer;
		#[block]
		{
			answer = contract.call::<CreditPrecompile<T>>(&ADDRESS, &data);
		}
		assert!(answer.is_ok());
	}

	#[benchmark]
	pub fn voucher_digest() {
		let mut contract = Contract::<T>::default();
		let voucher = AbiVoucher { channel: 1, cumulative: u128::MAX, validUntilBlock: u64::MAX };
		let data = voucherDigestCall { voucher }.abi_encode();
		let answer;
		#[block]
		{
			answer = contract.call::<CreditPrecompile<T>>(&ADDRESS, &data);
		}
		assert!(answer.is_ok());
	}
}
