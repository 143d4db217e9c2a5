//! Smart contracts: ordinary EVM bytecode and PolkaVM code through pallet-revive.

use polkadot_sdk::*;

use crate::{
	chain_params::EvmChainIdOf,
	fees::{
		CodeHashLockupDepositPercent, DepositPerByte, DepositPerChildTrieItem, DepositPerItem,
		GasScale, MaxEthExtrinsicWeight, ToTreasury,
	},
	precompiles::Precompiles,
	AccountId, Address, Balance, Balances, EthExtraImpl, Runtime, RuntimeCall, RuntimeEvent,
	RuntimeHoldReason, RuntimeOrigin, Signature, Timestamp,
};
use frame_support::traits::{ConstBool, ConstU32};
use frame_system::EnsureSigned;
use pallet_revive::{evm::fees::Info as FeeInfo, AccountId32Mapper};

impl pallet_revive::Config for Runtime {
	type Time = Timestamp;
	type Balance = Balance;
	type Currency = Balances;
	/// Gas is rounded up to the gas price; what the rounding takes goes to the treasury.
	type OnBurn = ToTreasury;
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	type RuntimeOrigin = RuntimeOrigin;
	type RuntimeHoldReason = RuntimeHoldReason;
	type WeightInfo = pallet_revive::weights::SubstrateWeight<Runtime>;
	type Precompiles = Precompiles;
	type FindAuthor = <Runtime as pallet_authorship::Config>::FindAuthor;
	type DepositPerByte = DepositPerByte;
	type DepositPerItem = DepositPerItem;
	type DepositPerChildTrieItem = DepositPerChildTrieItem;
	type CodeHashLockupDepositPercent = CodeHashLockupDepositPercent;
	/// An Ethereum address is `address ++ 0xEE × 12`; any other account has the last 20 bytes of
	/// its keccak-256.
	type AddressMapper = AccountId32Mapper<Runtime>;
	type AllowEVMBytecode = ConstBool<true>;
	type UploadOrigin = EnsureSigned<AccountId>;
	type InstantiateOrigin = EnsureSigned<AccountId>;
	/// Bytes of memory of a runtime instance: the node's default of 2,048 extra heap pages. The
	/// pallet's integrity test compares its worst block with it.
	type RuntimeMemory = ConstU32<{ 128 * 1024 * 1024 }>;
	/// Bytes for the storage and events that one block may write, beyond the above: read only by
	/// the same test. Validators here are full nodes, which import with twice the memory and hold
	/// the overlay natively.
	type PVFMemory = ConstU32<{ 512 * 1024 * 1024 }>;
	type ChainId = EvmChainIdOf;
	/// OPG has the decimals of ether: one base unit is one wei.
	type NativeToEthRatio = ConstU32<1>;
	type FeeInfo = FeeInfo<Address, Signature, EthExtraImpl>;
	/// Storage deposits are held in OPG.
	type Deposit = ();
	type MaxEthExtrinsicWeight = MaxEthExtrinsicWeight;
	type DebugEnabled = ConstBool<false>;
	type AutoMap = ConstBool<true>;
	type GasScale = GasScale;
}
