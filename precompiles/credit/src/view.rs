//! Questions. Allowed in static calls.

use crate::{
	change::voucher_of,
	interface::ICredit::{
		allowanceCall, allowanceReturn, channelInfoCall, creditOfCall, voucherDigestCall,
		Channel as AbiChannel,
	},
	refused,
	weights::{WeightInfo, Weights},
	Config,
};
use alloc::vec::Vec;
use opg_precompile_common::{account_of, address_of, ensure_question, to_evm};
use pallet_credit::{voucher, Channels, CreditFault, Pallet, Sponsorships};
use polkadot_sdk::{
	frame_support::traits::Get,
	pallet_revive::precompiles::{
		alloy::{primitives::U256, sol_types::SolCall},
		Error, Ext,
	},
	sp_runtime::traits::UniqueSaturatedInto,
};

pub(crate) fn credit_of<T: Config>(
	call: &creditOfCall,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	ensure_question(env)?;
	env.charge(Weights::<T>::credit_of())?;
	let credit = Pallet::<T>::credit_of(&account_of::<T>(call.account));
	Ok(creditOfCall::abi_encode_returns(&to_evm::<T>(credit)))
}

pub(crate) fn allowance<T: Config>(
	call: &allowanceCall,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	ensure_question(env)?;
	env.charge(Weights::<T>::allowance())?;
	let (sponsor, beneficiary) = (account_of::<T>(call.sponsor), account_of::<T>(call.beneficiary));
	let answer = match Sponsorships::<T>::get(sponsor, beneficiary) {
		Some(sponsorship) => allowanceReturn {
			perCall: to_evm::<T>(sponsorship.allowance.per_call),
			total: to_evm::<T>(sponsorship.allowance.total),
			spent: to_evm::<T>(sponsorship.spent),
			models: sponsorship.allowance.models.into_inner(),
			expires: sponsorship.allowance.expires.unique_saturated_into(),
		},
		None => allowanceReturn {
			perCall: U256::ZERO,
			total: U256::ZERO,
			spent: U256::ZERO,
			models: Vec::new(),
			expires: 0,
		},
	};
	Ok(allowanceCall::abi_encode_returns(&answer))
}

pub(crate) fn channel_info<T: Config>(
	call: &channelInfoCall,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	ensure_question(env)?;
	env.charge(Weights::<T>::channel_info())?;
	let channel = Channels::<T>::get(call.channel)
		.ok_or_else(|| refused(CreditFault::UnknownChannel { channel: call.channel }))?;
	Ok(channelInfoCall::abi_encode_returns(&AbiChannel {
		payer: address_of::<T>(&channel.payer),
		payee: address_of::<T>(&channel.payee),
		signer: channel.signer.0.into(),
		funds: to_evm::<T>(channel.funds),
		redeemed: to_evm::<T>(channel.redeemed),
		expires: channel.expires.unique_saturated_into(),
		closing: channel.closing.map_or(0, |from| from.unique_saturated_into()),
	}))
}

pub(crate) fn voucher_digest<T: Config>(
	call: &voucherDigestCall,
	env: &mut impl Ext<T = T>,
) -> Result<Vec<u8>, Error> {
	ensure_question(env)?;
	env.charge(Weights::<T>::voucher_digest())?;
	let domain = voucher::domain_separator(
		<T as pallet_credit::Config>::EvmChainId::get(),
		&<T as pallet_credit::Config>::VoucherContract::get(),
	);
	let digest = voucher::digest(&domain, &voucher_of(&call.voucher));
	Ok(voucherDigestCall::abi_encode_returns(&digest.into()))
}
