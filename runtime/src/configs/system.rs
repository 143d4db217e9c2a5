//! Blocks, accounts, and the two pallets that only dispatch: Sudo and Utility.

use polkadot_sdk::*;

use crate::{
	AccountId, Balance, Block, BlockNumber, Hash, Nonce, OriginCaller, PalletInfo, Runtime,
	RuntimeCall, RuntimeEvent, RuntimeOrigin, RuntimeTask, VERSION,
};
use frame_support::{
	derive_impl,
	dispatch::{DispatchClass, GetDispatchInfo},
	parameter_types,
	traits::{ConstU16, Contains},
	weights::{
		constants::{
			BlockExecutionWeight, ExtrinsicBaseWeight, ParityDbWeight, WEIGHT_REF_TIME_PER_SECOND,
		},
		Weight,
	},
};
use frame_system::limits::{BlockLength, BlockWeights};
use sp_runtime::Perbill;
use sp_version::RuntimeVersion;

/// Share of a block's weight that hooks take on average; it is kept free when the heaviest
/// extrinsic is sized.
const AVERAGE_ON_INITIALIZE_RATIO: Perbill = Perbill::from_percent(10);

/// Share of a block for ordinary extrinsics. The rest stays open for operational ones, so that an
/// upgrade or the off switch of an engine gets in when blocks are full.
const NORMAL_DISPATCH_RATIO: Perbill = Perbill::from_percent(75);

/// Two seconds of execution in a slot of six: authors need the rest to build the block once and
/// every other validator to import it once, and a node that syncs gains on the chain threefold.
///
/// The proof size is unbounded: there is no relay chain that a proof would be sent to, and a
/// finite figure would make `BlockRatioFee` charge for it and cap contract calls on it.
pub const MAXIMUM_BLOCK_WEIGHT: Weight =
	Weight::from_parts(WEIGHT_REF_TIME_PER_SECOND.saturating_mul(2), u64::MAX);

/// Bytes of a block's extrinsics: 5 MiB, of which three quarters for ordinary ones. Seven chunks
/// of a model (512 KiB) or one runtime (about 1 MB compressed) fit, and the block passes a
/// 10 Mbit/s line within a slot.
pub const MAXIMUM_BLOCK_LENGTH: u32 = 5 * 1024 * 1024;

parameter_types! {
	/// Blocks whose hash stays in the state: 4 hours of 6-second slots, the longest life of a
	/// mortal transaction; the EVM's `BLOCKHASH` needs 256.
	pub const BlockHashCount: BlockNumber = 2_400;
	/// The runtime's version.
	pub const Version: RuntimeVersion = VERSION;
	/// See [`MAXIMUM_BLOCK_WEIGHT`].
	pub RuntimeBlockWeights: BlockWeights = BlockWeights::builder()
		.base_block(BlockExecutionWeight::get())
		.for_class(DispatchClass::all(), |weights| {
			weights.base_extrinsic = ExtrinsicBaseWeight::get();
		})
		.for_class(DispatchClass::Normal, |weights| {
			weights.max_total = Some(NORMAL_DISPATCH_RATIO * MAXIMUM_BLOCK_WEIGHT);
		})
		.for_class(DispatchClass::Operational, |weights| {
			weights.max_total = Some(MAXIMUM_BLOCK_WEIGHT);
			weights.reserved =
				Some(MAXIMUM_BLOCK_WEIGHT - NORMAL_DISPATCH_RATIO * MAXIMUM_BLOCK_WEIGHT);
		})
		.avg_block_initialization(AVERAGE_ON_INITIALIZE_RATIO)
		// Built from constants only, and every run of the tests builds it: can't fail; qed.
		.build_or_panic();
	/// See [`MAXIMUM_BLOCK_LENGTH`].
	pub RuntimeBlockLength: BlockLength = BlockLength::builder()
		.max_length(MAXIMUM_BLOCK_LENGTH)
		.modify_max_length_for_class(DispatchClass::Normal, |length| {
			*length = NORMAL_DISPATCH_RATIO * MAXIMUM_BLOCK_LENGTH
		})
		.build();
}

/// Calls whose declared weight fits a block: all that can be in one, on their own or in a batch, whose
/// weight is that of its calls together.
///
/// In a block the transaction extensions see to that before. But pallet-revive dispatches what is sent to
/// the address of the runtime's pallets in a dry run without them, for everybody who asks a node: an
/// `eth_call` could hold any number of inferences, or a contract call with any limit of weight, and the
/// node would run all of it. Root isn't filtered.
pub struct FitsBlock;

impl Contains<RuntimeCall> for FitsBlock {
	fn contains(call: &RuntimeCall) -> bool {
		call.get_dispatch_info().call_weight.all_lte(MAXIMUM_BLOCK_WEIGHT)
	}
}

#[derive_impl(frame_system::config_preludes::SolochainDefaultConfig)]
impl frame_system::Config for Runtime {
	type Block = Block;
	type BaseCallFilter = FitsBlock;
	type BlockWeights = RuntimeBlockWeights;
	type BlockLength = RuntimeBlockLength;
	type BlockHashCount = BlockHashCount;
	type Version = Version;
	type AccountId = AccountId;
	type Nonce = Nonce;
	type Hash = Hash;
	type AccountData = pallet_balances::AccountData<Balance>;
	/// The node runs on ParityDB: 8 µs a read, 50 µs a write.
	type DbWeight = ParityDbWeight;
	/// 42, the prefix of any Substrate network, until the public network has one of its own.
	type SS58Prefix = ConstU16<42>;
	/// Every new account can call contracts at once, without `map_account`.
	type OnNewAccount = pallet_revive::AutoMapper<Runtime>;
	type OnKilledAccount = pallet_revive::AutoMapper<Runtime>;
	type SystemWeightInfo = frame_system::weights::SubstrateWeight<Runtime>;
	type ExtensionsWeightInfo = frame_system::SubstrateExtensionsWeight<Runtime>;
}

// Root until governance takes over (design section 8): upgrades, engine versions.
impl pallet_sudo::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	type WeightInfo = pallet_sudo::weights::SubstrateWeight<Runtime>;
}

impl pallet_utility::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	type PalletsOrigin = OriginCaller;
	type WeightInfo = pallet_utility::weights::SubstrateWeight<Runtime>;
}
