//! The OPG runtime: FRAME composition only. Every rule lives in a pallet, every figure in
//! [`fees`] or next to its use in [`configs`], and this file says which pallet stands where.
//!
//! What is fixed for the life of the chain, and pinned by `tests/pins.rs`: the pallets' names and
//! indices, the transaction extensions and their order, the widths of balance, nonce and block
//! number.

#![cfg_attr(not(feature = "std"), no_std)]
// `#[frame_support::runtime]` expands recursively over the pallets.
#![recursion_limit = "512"]

#[cfg(feature = "std")]
include!(concat!(env!("OUT_DIR"), "/wasm_binary.rs"));

extern crate alloc;

use alloc::vec::Vec;

use polkadot_sdk::*;

pub mod apis;
pub mod chain_params;
pub mod configs;
#[cfg(feature = "std")]
pub mod dev_keys;
pub mod fees;
pub mod genesis;
pub mod precompiles;
pub mod weights;

pub use apis::RuntimeApi;
// The node derives its types from these.
pub use polkadot_sdk::{frame_system::Call as SystemCall, pallet_balances::Call as BalancesCall};

use pallet_revive::evm::runtime::EthExtra;
use sp_runtime::{
	generic, impl_opaque_keys,
	traits::{BlakeTwo256, IdentifyAccount, InvalidVersion, Verify},
	MultiAddress, MultiSignature,
};
use sp_version::RuntimeVersion;

/// A signature of an extrinsic: sr25519, ed25519 or ECDSA. (Ethereum transactions carry their own
/// and travel inside `Revive::eth_transact`.)
pub type Signature = MultiSignature;
/// An account: 32 bytes. An Ethereum address is the account `address ++ 0xEE × 12`.
pub type AccountId = <<Signature as Verify>::Signer as IdentifyAccount>::AccountId;
/// An amount in base units: 10⁻¹⁸ OPG, as 1 wei is 10⁻¹⁸ ether.
pub type Balance = u128;
/// A block's height.
pub type BlockNumber = u32;
/// A count of an account's transactions.
pub type Nonce = u32;
/// A hash of a block, an extrinsic or a trie node: blake2-256.
pub type Hash = sp_core::H256;
/// How an extrinsic names an account.
pub type Address = MultiAddress<AccountId, ()>;
/// A block's header.
pub type Header = generic::Header<BlockNumber, BlakeTwo256>;
/// A block with decoded extrinsics.
pub type Block = generic::Block<Header, UncheckedExtrinsic>;

/// The checks and charges that every transaction passes, in this order. The order is part of the
/// transaction format: wallets sign over it, so it never changes.
pub type TxExtension = (
	frame_system::CheckNonZeroSender<Runtime>,
	frame_system::CheckSpecVersion<Runtime>,
	frame_system::CheckTxVersion<Runtime>,
	frame_system::CheckGenesis<Runtime>,
	frame_system::CheckMortality<Runtime>,
	frame_system::CheckNonce<Runtime>,
	frame_system::CheckWeight<Runtime>,
	pallet_transaction_payment::ChargeTransactionPayment<Runtime>,
	// In the tuple from the first block, so that switching it on later (an environment variable
	// at build time) doesn't change the format of transactions.
	frame_metadata_hash_extension::CheckMetadataHash<Runtime>,
	// After every extension that needs the signed origin.
	pallet_revive::evm::tx_extension::SetOrigin<Runtime>,
	// Last, so that it sees the weight which the others gave back.
	frame_system::WeightReclaim<Runtime>,
);

/// Gives a bare Ethereum transaction the extensions of a signed one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EthExtraImpl;

impl EthExtra for EthExtraImpl {
	type Config = Runtime;
	type ExtensionV0 = TxExtension;
	type ExtensionOtherVersions = InvalidVersion;

	fn get_eth_extension(nonce: Nonce, tip: Balance) -> Self::ExtensionV0 {
		(
			frame_system::CheckNonZeroSender::new(),
			frame_system::CheckSpecVersion::new(),
			frame_system::CheckTxVersion::new(),
			frame_system::CheckGenesis::new(),
			frame_system::CheckMortality::from(generic::Era::Immortal),
			frame_system::CheckNonce::from(nonce),
			frame_system::CheckWeight::new(),
			pallet_transaction_payment::ChargeTransactionPayment::from(tip),
			frame_metadata_hash_extension::CheckMetadataHash::new(false),
			pallet_revive::evm::tx_extension::SetOrigin::new_from_eth_transaction(),
			frame_system::WeightReclaim::new(),
		)
	}
}

/// An extrinsic as it lies in a block: signed, bare, or an Ethereum transaction.
pub type UncheckedExtrinsic =
	pallet_revive::evm::runtime::UncheckedExtrinsic<Address, Signature, EthExtraImpl>;

/// The payload that a signer of an extrinsic signs.
pub type SignedPayload = generic::SignedPayload<RuntimeCall, TxExtension>;

/// Runs blocks and extrinsics over the pallets below.
pub type Executive = frame_executive::Executive<
	Runtime,
	Block,
	frame_system::ChainContext<Runtime>,
	Runtime,
	AllPalletsWithSystem,
>;

/// The block and keys as the node sees them: extrinsics stay opaque bytes, so that a runtime
/// upgrade that changes their format needs no new node.
pub mod opaque {
	use super::*;
	pub use polkadot_sdk::sp_runtime::OpaqueExtrinsic as UncheckedExtrinsic;

	/// A block's header.
	pub type Header = super::Header;
	/// A block of opaque extrinsics.
	pub type Block = generic::Block<Header, UncheckedExtrinsic>;
	/// A block's identifier: its hash or its height.
	pub type BlockId = generic::BlockId<Block>;
}

impl_opaque_keys! {
	/// The keys that a validator signs with during a session.
	pub struct SessionKeys {
		/// sr25519: seals the blocks of the validator's slots.
		pub aura: Aura,
		/// ed25519: votes on finality.
		pub grandpa: Grandpa,
	}
}

/// What `opg-node benchmark pallet` measures: our pallets, and our precompiles' own work. The SDK's
/// pallets come with weights.
#[cfg(feature = "runtime-benchmarks")]
mod benches {
	use super::*;

	frame_benchmarking::define_benchmarks!(
		[opg_precompile_credit, opg_precompile_credit::benchmarking::Pallet::<Runtime>]
		[opg_precompile_facades, opg_precompile_facades::benchmarking::Pallet::<Runtime>]
		[opg_precompile_inference, opg_precompile_inference::benchmarking::Pallet::<Runtime>]
		[opg_precompile_model, opg_precompile_model::benchmarking::Pallet::<Runtime>]
		[
			opg_precompile_model_registry,
			opg_precompile_model_registry::benchmarking::Pallet::<Runtime>
		]
		[opg_precompile_schedule, opg_precompile_schedule::benchmarking::Pallet::<Runtime>]
		[opg_precompile_staging, opg_precompile_staging::benchmarking::Pallet::<Runtime>]
		[pallet_credit, Credit]
		[pallet_inference, Inference]
		[pallet_model_registry, ModelRegistry]
		[pallet_schedule, Schedule]
		[pallet_staging, Staging]
		[pallet_warm_set, WarmSet]
	);
}

/// The runtime's version. `spec_version` rises with every change of behaviour,
/// `transaction_version` with every change of a call's encoding or of [`TxExtension`].
#[sp_version::runtime_version]
pub const VERSION: RuntimeVersion = RuntimeVersion {
	spec_name: alloc::borrow::Cow::Borrowed("opg"),
	impl_name: alloc::borrow::Cow::Borrowed("opg"),
	authoring_version: 1,
	spec_version: 1,
	impl_version: 1,
	apis: apis::RUNTIME_API_VERSIONS,
	transaction_version: 1,
	// 1 = state version 1: values of 33 bytes and more are trie nodes of their own, so that a
	// model's chunk is read and hashed apart from the branches above it.
	system_version: 1,
};

// `legacy_ordering`: hooks and genesis run in the order of declaration, not of the indices, which
// are fixed by what is easy to remember.
#[frame_support::runtime(legacy_ordering)]
mod runtime {
	/// The runtime of the OPG chain.
	#[runtime::runtime]
	#[runtime::derive(
		RuntimeCall,
		RuntimeEvent,
		RuntimeError,
		RuntimeOrigin,
		RuntimeFreezeReason,
		RuntimeHoldReason,
		RuntimeSlashReason,
		RuntimeLockId,
		RuntimeTask,
		RuntimeViewFunction
	)]
	pub struct Runtime;

	#[runtime::pallet_index(0)]
	pub type System = frame_system::Pallet<Runtime>;

	#[runtime::pallet_index(1)]
	pub type Timestamp = pallet_timestamp::Pallet<Runtime>;

	// Before Aura: the slot's length is a genesis value that consensus reads.
	#[runtime::pallet_index(11)]
	pub type ChainParams = chain_params::Pallet<Runtime>;

	#[runtime::pallet_index(2)]
	pub type Aura = pallet_aura::Pallet<Runtime>;

	#[runtime::pallet_index(3)]
	pub type Grandpa = pallet_grandpa::Pallet<Runtime>;

	#[runtime::pallet_index(4)]
	pub type Authorship = pallet_authorship::Pallet<Runtime>;

	// Declared before Session: at genesis Session counts itself as a user of the validators'
	// accounts, which must exist by then.
	#[runtime::pallet_index(6)]
	pub type Balances = pallet_balances::Pallet<Runtime>;

	// After Aura and Grandpa: its genesis hands them their authorities.
	#[runtime::pallet_index(5)]
	pub type Session = pallet_session::Pallet<Runtime>;

	#[runtime::pallet_index(7)]
	pub type TransactionPayment = pallet_transaction_payment::Pallet<Runtime>;

	#[runtime::pallet_index(8)]
	pub type Sudo = pallet_sudo::Pallet<Runtime>;

	#[runtime::pallet_index(9)]
	pub type Utility = pallet_utility::Pallet<Runtime>;

	#[runtime::pallet_index(10)]
	pub type Revive = pallet_revive::Pallet<Runtime>;

	#[runtime::pallet_index(20)]
	pub type ModelRegistry = pallet_model_registry::Pallet<Runtime>;

	#[runtime::pallet_index(21)]
	pub type Inference = pallet_inference::Pallet<Runtime>;

	#[runtime::pallet_index(22)]
	pub type Credit = pallet_credit::Pallet<Runtime>;

	#[runtime::pallet_index(23)]
	pub type WarmSet = pallet_warm_set::Pallet<Runtime>;

	// Its genesis endows an account: after Balances.
	#[runtime::pallet_index(24)]
	pub type Schedule = pallet_schedule::Pallet<Runtime>;

	#[runtime::pallet_index(25)]
	pub type Staging = pallet_staging::Pallet<Runtime>;
}
