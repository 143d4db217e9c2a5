//! What differs between the networks that run this runtime: set at genesis, never afterwards by
//! a call. One runtime blob thus serves a development chain with slots of one second and a public
//! one with slots of six, and each has its own EVM chain id.
//!
//! A pallet of its own only because genesis values need a place in the state; it has no calls and
//! no events.

use polkadot_sdk::*;

use crate::Runtime;
use frame_support::traits::Get;

pub use pallet::*;

/// Milliseconds of a slot where genesis names no other: two seconds of execution and four to pass
/// the block on.
pub const DEFAULT_SLOT_DURATION_MS: u64 = 6_000;

/// The EVM chain id of development networks: the ASCII letters `OPG`.
pub const DEVELOPMENT_EVM_CHAIN_ID: u64 = 0x4F_50_47;

#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use frame_support::pallet_prelude::*;

	#[pallet::pallet]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: polkadot_sdk::frame_system::Config {}

	#[pallet::type_value]
	pub fn DefaultSlotDuration() -> u64 {
		DEFAULT_SLOT_DURATION_MS
	}

	#[pallet::type_value]
	pub fn DefaultEvmChainId() -> u64 {
		DEVELOPMENT_EVM_CHAIN_ID
	}

	/// The length of a slot, in milliseconds.
	// Whitelisted: one cached read a block, like the timestamp.
	#[pallet::storage]
	#[pallet::whitelist_storage]
	pub type SlotDuration<T: Config> = StorageValue<_, u64, ValueQuery, DefaultSlotDuration>;

	/// The EIP-155 chain id of Ethereum transactions on this network.
	#[pallet::storage]
	#[pallet::whitelist_storage]
	pub type EvmChainId<T: Config> = StorageValue<_, u64, ValueQuery, DefaultEvmChainId>;

	/// The network's constants.
	#[pallet::genesis_config]
	pub struct GenesisConfig<T: Config> {
		/// The length of a slot, in milliseconds: at least 2, so that half of it isn't zero.
		pub slot_duration: u64,
		/// The EIP-155 chain id: not zero.
		pub evm_chain_id: u64,
		/// Ties the type to the runtime.
		#[serde(skip)]
		pub _config: PhantomData<T>,
	}

	impl<T: Config> Default for GenesisConfig<T> {
		fn default() -> Self {
			Self {
				slot_duration: DEFAULT_SLOT_DURATION_MS,
				evm_chain_id: DEVELOPMENT_EVM_CHAIN_ID,
				_config: PhantomData,
			}
		}
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			// Only at genesis, on the machine that makes the chain's specification: a chain with
			// these values could never make a block.
			assert!(self.slot_duration >= 2, "a slot needs at least 2 ms");
			assert!(self.evm_chain_id > 0, "an EVM chain id is not zero");
			SlotDuration::<T>::put(self.slot_duration);
			EvmChainId::<T>::put(self.evm_chain_id);
		}
	}
}

/// The length of a slot in milliseconds, for Aura.
pub struct SlotDurationMs;

impl Get<u64> for SlotDurationMs {
	fn get() -> u64 {
		SlotDuration::<Runtime>::get()
	}
}

/// The least time between two blocks in milliseconds, for Timestamp: half a slot, so that an
/// author late in one slot doesn't block the author of the next.
pub struct MinimumPeriodMs;

impl Get<u64> for MinimumPeriodMs {
	fn get() -> u64 {
		SlotDuration::<Runtime>::get() / 2
	}
}

/// The EVM chain id, for Revive.
pub struct EvmChainIdOf;

impl Get<u64> for EvmChainIdOf {
	fn get() -> u64 {
		EvmChainId::<Runtime>::get()
	}
}
