//! Models and their use: the registry, inference, and the warm set.

use polkadot_sdk::*;

use crate::{
	fees::{ComputeFee, DepositPerByte, DepositPerItem, MaxInferenceRefTime, TreasuryAccount},
	precompiles::ModelAccount,
	weights, AccountId, Balances, BlockNumber, Runtime, RuntimeHoldReason, WarmSet,
};
use frame_support::{
	parameter_types,
	traits::{ConstU32, ConstU64},
};
use frame_system::EnsureRoot;
use sp_runtime::Perbill;

/// Blocks of an hour, in slots of 6 seconds.
const HOURS: BlockNumber = 600;
/// Blocks of a day, in slots of 6 seconds.
const DAYS: BlockNumber = 24 * HOURS;

parameter_types! {
	/// Blocks after which anybody may reap a draft: a week.
	pub const DraftPeriod: BlockNumber = 7 * DAYS;
	/// Blocks until a new price holds: an hour, in which callers see it coming. Their `max_price`
	/// protects those who don't look.
	pub const PriceDelay: BlockNumber = HOURS;
	/// Blocks until a retirement takes effect: a week, in which contracts can be moved.
	pub const RetireDelay: BlockNumber = 7 * DAYS;
	/// Blocks until a new engine version may be called: ten minutes, in which every node compiles
	/// it (10 s on two cores) at low priority.
	pub const EngineDelay: BlockNumber = 100;
	/// The protocol's share of a model's price, paid to the treasury.
	pub const ProtocolShare: Perbill = Perbill::from_percent(5);
	/// Blocks for which a receipt stays in the state: a day.
	pub const ReceiptPeriod: BlockNumber = DAYS;
}

impl pallet_model_registry::Config for Runtime {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type ModelAccount = ModelAccount;
	/// Root until governance.
	type EngineOrigin = EnsureRoot<AccountId>;
	type WeightInfo = weights::pallet_model_registry::WeightInfo<Runtime>;
	type DepositPerItem = DepositPerItem;
	type DepositPerByte = DepositPerByte;
	type DraftPeriod = DraftPeriod;
	type PriceDelay = PriceDelay;
	type RetireDelay = RetireDelay;
	type EngineDelay = EngineDelay;
	/// 16 chunks of 512 KiB: some milliseconds of disk.
	type MaxChunksPerReap = ConstU32<16>;
	type MaxCallRefTime = MaxInferenceRefTime;
}

impl pallet_inference::Config for Runtime {
	type WeightInfo = weights::pallet_inference::WeightInfo<Runtime>;
	type ProtocolShare = ProtocolShare;
	type Treasury = TreasuryAccount;
	type ReceiptPeriod = ReceiptPeriod;
	/// Inferences of a block: the cheapest takes about a millisecond of 1,500.
	type MaxReceiptsPerBlock = ConstU32<1024>;
	/// Bytes of outputs in an event: enough for a classifier of a thousand classes. Each is paid
	/// for by the byte.
	type MaxEventOutput = ConstU32<4096>;
	type ComputeFee = ComputeFee;
	type WarmSet = WarmSet;
}

impl pallet_warm_set::Config for Runtime {
	type WeightInfo = weights::pallet_warm_set::WeightInfo<Runtime>;
	/// Root until governance.
	type PinOrigin = EnsureRoot<AccountId>;
	/// As many as a block of cheap models calls; a list of 2.8 KB.
	type MaxRecent = ConstU32<64>;
	/// What governance, later an auction, keeps warm.
	type MaxPinned = ConstU32<16>;
	/// Half of a node's image cache of 1 GiB: what is being executed needs room beside it.
	type MaxBytes = ConstU64<{ 512 << 20 }>;
	/// An eighth of that.
	type MaxImageBytes = ConstU64<{ 64 << 20 }>;
	/// A minute: 16 loads of the largest models take 16 s.
	type PinDelay = ConstU32<10>;
}
