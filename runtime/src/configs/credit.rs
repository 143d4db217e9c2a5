//! Prepaid OPG: credits, sponsorships, channels.

use polkadot_sdk::*;

use crate::{
	chain_params::EvmChainIdOf,
	fees::{DepositPerByte, DepositPerItem},
	precompiles, weights, Balances, BlockNumber, Runtime, RuntimeHoldReason,
};
use frame_support::parameter_types;
use sp_core::H160;

parameter_types! {
	/// Blocks of notice before a payer's channel closes: a day of 6-second slots, in which a payee
	/// that is down for a night still redeems.
	pub const ClosePeriod: BlockNumber = 14_400;
	/// The contract that vouchers are signed for.
	pub const VoucherContract: H160 = precompiles::CREDIT;
}

impl pallet_credit::Config for Runtime {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type WeightInfo = weights::pallet_credit::WeightInfo<Runtime>;
	type DepositPerItem = DepositPerItem;
	type DepositPerByte = DepositPerByte;
	type ClosePeriod = ClosePeriod;
	/// The chain id of Ethereum transactions: wallets sign vouchers for the network that they are
	/// connected to.
	type EvmChainId = EvmChainIdOf;
	type VoucherContract = VoucherContract;
}
