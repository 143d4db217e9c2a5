//! Inputs that are uploaded in pieces.

use polkadot_sdk::*;

use crate::{
	fees::{DepositPerByte, DepositPerItem},
	weights, Balances, BlockNumber, Runtime, RuntimeHoldReason,
};
use frame_support::{parameter_types, traits::ConstU32};

parameter_types! {
	/// Blocks for which a buffer can be used: a day of 6-second slots. An upload takes a minute; what is
	/// used for longer is worth another one.
	pub const BufferPeriod: BlockNumber = 14_400;
}

impl pallet_staging::Config for Runtime {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type WeightInfo = weights::pallet_staging::WeightInfo<Runtime>;
	type DepositPerItem = DepositPerItem;
	type DepositPerByte = DepositPerByte;
	type Period = BufferPeriod;
	/// Buffers of one account: some images that are used in turns.
	type MaxBuffers = ConstU32<8>;
	/// Bytes of one account: four inputs of the largest size, 42 OPG of deposit.
	type MaxBytes = ConstU32<{ 4 * pallet_staging::MAX_LENGTH }>;
}
