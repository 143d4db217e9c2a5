//! Who makes blocks (Aura), who finalises them (GRANDPA), and with which keys (Session).

use polkadot_sdk::*;

use crate::{
	chain_params::{self, MinimumPeriodMs, SlotDurationMs},
	fees, AccountId, Aura, Balance, Balances, BlockNumber, Runtime, RuntimeEvent, SessionKeys,
};
use frame_support::{
	parameter_types,
	traits::{ConstBool, ConstU32, ConstU64},
};
use pallet_session::{FindAccountFromAuthorIndex, PeriodicSessions};
use sp_consensus_aura::sr25519::AuthorityId as AuraId;
use sp_runtime::traits::{ConvertInto, OpaqueKeys};

/// Validators at most. Each executes every inference; more than this adds cost faster than trust.
const MAX_AUTHORITIES: u32 = 128;

parameter_types! {
	/// Blocks of a session: one hour of 6-second slots. New keys of a validator act two sessions
	/// after they were set.
	pub const SessionPeriod: BlockNumber = 600;
	/// Blocks of the first session: as long as any other.
	pub const SessionOffset: BlockNumber = 0;
	/// Base units held for a validator's session keys: one item of 64 bytes of keys and their
	/// two entries in the index of owners (4 bytes of key type and 32 of account each).
	pub const SessionKeyDeposit: Balance = fees::deposit(3, 64 + 2 * (4 + 32));
}

impl chain_params::Config for Runtime {}

impl pallet_timestamp::Config for Runtime {
	/// Milliseconds since 1970.
	type Moment = u64;
	type OnTimestampSet = Aura;
	type MinimumPeriod = MinimumPeriodMs;
	type WeightInfo = pallet_timestamp::weights::SubstrateWeight<Runtime>;
}

impl pallet_aura::Config for Runtime {
	type AuthorityId = AuraId;
	type MaxAuthorities = ConstU32<MAX_AUTHORITIES>;
	type DisabledValidators = ();
	/// One block a slot, also under `--dev`, whose clock runs ahead instead.
	type AllowMultipleBlocksPerSlot = ConstBool<false>;
	type SlotDuration = SlotDurationMs;
}

impl pallet_grandpa::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = ();
	type MaxAuthorities = ConstU32<MAX_AUTHORITIES>;
	/// No nominators: validators are set at genesis until they can be bonded.
	type MaxNominators = ConstU32<0>;
	/// One week of hourly sessions, in which an equivocation can still be laid to a set.
	type MaxSetIdSessionEntries = ConstU64<168>;
	// Equivocations are reported once validators have a bond to lose (design section 8).
	type KeyOwnerProof = sp_core::Void;
	type EquivocationReportSystem = ();
}

impl pallet_authorship::Config for Runtime {
	type FindAuthor = FindAccountFromAuthorIndex<Runtime, Aura>;
	type EventHandler = ();
}

impl pallet_session::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type ValidatorId = AccountId;
	/// A validator is its account.
	type ValidatorIdOf = ConvertInto;
	type ShouldEndSession = PeriodicSessions<SessionPeriod, SessionOffset>;
	type NextSessionRotation = PeriodicSessions<SessionPeriod, SessionOffset>;
	/// The genesis set stays until governance; its members can change their keys.
	type SessionManager = ();
	type SessionHandler = <SessionKeys as OpaqueKeys>::KeyTypeIdProviders;
	type Keys = SessionKeys;
	type DisablingStrategy = ();
	type WeightInfo = pallet_session::weights::SubstrateWeight<Runtime>;
	type Currency = Balances;
	type KeyDeposit = SessionKeyDeposit;
}
