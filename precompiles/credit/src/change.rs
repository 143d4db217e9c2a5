//! Functions that change something. A revert rolls the frame back, value included.

use crate::{
	interface::ICredit::{
		closeCall, openChannelCall, redeemCall, requestCloseCall, revokeCall, sponsorCall,
		topUpCall, withdrawCall, Voucher as AbiVoucher,
	},
	refused,
	weights::{WeightInfo as _, Weights},
	Config,
};
use alloc::{format, vec::Vec};
use opg_precompile_common::{
	account_of, amount, caller, ensure_called_directly, ensure_change, ensure_mutable, revert,
	to_evm, value,
};
use pallet_credit::{
	Allowance, ModelList, Pallet, Signature, Voucher, WeightInfo, MAX_MODELS, MAX_VOUCHERS,
};
use polkadot_sdk::{
	pallet_revive::precompiles::{
		alloy::{primitives::Address, sol_types::SolCall},
		Error, Ext,
	},
	sp_core::H160,
	sp_runtime::traits::UniqueSaturatedFrom,
};

/// What the pallet charges for its calls.
type PalletWeight<T> = <T as pallet_credit::Config>::WeightInfo;

pub(crate) fn deposit<T: Config>(
	to: Option<Address>,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	ensure_called_directly(env)?;
	ensure_mutable(env)?;
	env.charge(Weights::<T>::change().saturating_add(PalletWeight::<T>::deposit()))?;
	let account = match to {
		Some(address) => account_of::<T>(address),
		None => caller(env)?,
	};
	let amount = value(env)?;
	Pallet::<T>::do_deposit(env.account_id(), &account, amount).map_err(refused)?;
	Ok(Vec::new())
}

pub(crate) fn withdraw<T: Config>(
	call: &withdrawCall,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	ensure_change(env)?;
	env.charge(Weights::<T>::change().saturating_add(PalletWeight::<T>::withdraw()))?;
	let account = caller(env)?;
	Pallet::<T>::do_withdraw(&account, amount::<T>(call.amount)?).map_err(refused)?;
	Ok(Vec::new())
}

pub(crate) fn sponsor<T: Config>(
	call: &sponsorCall,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	ensure_change(env)?;
	env.charge(Weights::<T>::change().saturating_add(PalletWeight::<T>::sponsor()))?;
	let sponsor = caller(env)?;
	let models = ModelList::try_from(call.models.clone()).map_err(|models| {
		revert(format!(
			"TooManyModels(count={},max={MAX_MODELS}): name fewer models, or none for all",
			models.len()
		))
	})?;
	let allowance = Allowance {
		per_call: amount::<T>(call.perCall)?,
		total: amount::<T>(call.total)?,
		models,
		expires: UniqueSaturatedFrom::unique_saturated_from(call.expires),
	};
	let beneficiary = account_of::<T>(call.beneficiary);
	Pallet::<T>::do_sponsor(sponsor, beneficiary, allowance).map_err(refused)?;
	Ok(Vec::new())
}

pub(crate) fn revoke<T: Config>(
	call: &revokeCall,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	ensure_change(env)?;
	env.charge(Weights::<T>::change().saturating_add(PalletWeight::<T>::revoke()))?;
	let sponsor = caller(env)?;
	Pallet::<T>::do_revoke(sponsor, account_of::<T>(call.beneficiary)).map_err(refused)?;
	Ok(Vec::new())
}

pub(crate) fn open_channel<T: Config>(
	call: &openChannelCall,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	ensure_change(env)?;
	env.charge(Weights::<T>::change().saturating_add(PalletWeight::<T>::open_channel()))?;
	let payer = caller(env)?;
	let channel = Pallet::<T>::do_open_channel(
		payer,
		account_of::<T>(call.payee),
		H160(call.signer.into_array()),
		amount::<T>(call.amount)?,
		UniqueSaturatedFrom::unique_saturated_from(call.expires),
	)
	.map_err(refused)?;
	Ok(openChannelCall::abi_encode_returns(&channel))
}

pub(crate) fn top_up<T: Config>(
	call: &topUpCall,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	ensure_change(env)?;
	env.charge(Weights::<T>::change().saturating_add(PalletWeight::<T>::top_up()))?;
	let payer = caller(env)?;
	let amount = amount::<T>(call.amount)?;
	Pallet::<T>::do_top_up(&payer, call.channel, amount).map_err(refused)?;
	Ok(Vec::new())
}

pub(crate) fn request_close<T: Config>(
	call: &requestCloseCall,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	ensure_change(env)?;
	env.charge(Weights::<T>::change().saturating_add(PalletWeight::<T>::request_close()))?;
	let payer = caller(env)?;
	Pallet::<T>::do_request_close(&payer, call.channel).map_err(refused)?;
	Ok(Vec::new())
}

pub(crate) fn close<T: Config>(
	call: &closeCall,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	ensure_change(env)?;
	env.charge(Weights::<T>::change().saturating_add(PalletWeight::<T>::close()))?;
	let caller = caller(env)?;
	Pallet::<T>::do_close(&caller, call.channel).map_err(refused)?;
	Ok(Vec::new())
}

pub(crate) fn redeem<T: Config>(
	call: &redeemCall,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	ensure_change(env)?;
	let (count, signed) = (call.vouchers.len(), call.signatures.len());
	if count > MAX_VOUCHERS as usize {
		return Err(revert(format!(
			"TooManyVouchers(count={count},max={MAX_VOUCHERS}): redeem them in several calls"
		)));
	}
	if count != signed {
		return Err(revert(format!(
			"WrongSignatureCount(vouchers={count},signatures={signed}): pass one for each voucher"
		)));
	}
	env.charge(
		Weights::<T>::redeem(count as u32).saturating_add(PalletWeight::<T>::redeem(count as u32)),
	)?;
	let mut vouchers = Vec::with_capacity(count);
	for (index, (voucher, signature)) in call.vouchers.iter().zip(&call.signatures).enumerate() {
		let signature = Signature::try_from(&signature[..]).map_err(|_| {
			revert(format!(
				"WrongSignatureLength(index={index},got={}): pass 65 bytes, r, s and v",
				signature.len()
			))
		})?;
		vouchers.push((voucher_of(voucher), signature));
	}
	let paid = Pallet::<T>::do_redeem(&vouchers).map_err(refused)?;
	Ok(redeemCall::abi_encode_returns(&to_evm::<T>(paid)))
}

/// A voucher as the pallet has it.
pub(crate) fn voucher_of(voucher: &AbiVoucher) -> Voucher {
	Voucher {
		channel: voucher.channel,
		cumulative: voucher.cumulative,
		valid_until_block: voucher.validUntilBlock,
	}
}
