//! OPG, and what a transaction pays in it.

use polkadot_sdk::*;

use crate::{
	fees::{
		AdjustmentVariable, ExistentialDeposit, MaximumMultiplier, MinimumMultiplier, ShareFees,
		TargetBlockFullness, ToTreasury, TransactionByteFee,
	},
	Balance, Balances, Runtime, RuntimeEvent, RuntimeFreezeReason, RuntimeHoldReason, System,
};
use frame_support::{
	traits::{ConstU32, ConstU8, VariantCountOf},
	weights::ConstantMultiplier,
};
use pallet_revive::evm::fees::BlockRatioFee;
use pallet_transaction_payment::{FungibleAdapter, TargetedFeeAdjustment};

impl pallet_balances::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeHoldReason = RuntimeHoldReason;
	type RuntimeFreezeReason = RuntimeFreezeReason;
	type WeightInfo = pallet_balances::weights::SubstrateWeight<Runtime>;
	type Balance = Balance;
	/// What is left of an account that falls below the existential deposit: not burnt, so that
	/// issuance stays what genesis made it.
	type DustRemoval = ToTreasury;
	type ExistentialDeposit = ExistentialDeposit;
	type AccountStore = System;
	type ReserveIdentifier = [u8; 8];
	type FreezeIdentifier = RuntimeFreezeReason;
	/// Nothing here locks balances; pallets hold and freeze instead.
	type MaxLocks = ConstU32<0>;
	type MaxReserves = ConstU32<0>;
	type MaxFreezes = VariantCountOf<RuntimeFreezeReason>;
	type DoneSlashHandler = ();
}

impl pallet_transaction_payment::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type OnChargeTransaction = FungibleAdapter<Balances, ShareFees>;
	/// Operational transactions count their fee five times in the pool's order.
	type OperationalFeeMultiplier = ConstU8<5>;
	/// One base unit a picosecond, before the multiplier. The gas of Ethereum transactions
	/// depends on exactly this type.
	type WeightToFee = BlockRatioFee<1, 1, Runtime, Balance>;
	type LengthToFee = ConstantMultiplier<Balance, TransactionByteFee>;
	type FeeMultiplierUpdate = TargetedFeeAdjustment<
		Runtime,
		TargetBlockFullness,
		AdjustmentVariable,
		MinimumMultiplier,
		MaximumMultiplier,
	>;
	type WeightInfo = pallet_transaction_payment::weights::SubstrateWeight<Runtime>;
}
