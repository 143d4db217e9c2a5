//! The runtime.

use crate::chain::{account, account_at, CHAIN_ID, ED, SHARE};
use opg_precompile_credit::{CreditPrecompile, ADDRESS as CREDIT};
use opg_precompile_facades::{OpenGradientPrecompile, RitualPrecompile, VerifierPrecompile};
use opg_precompile_inference::InferencePrecompile;
use opg_precompile_model::ModelPrecompile;
use opg_precompile_model_registry::ModelRegistryPrecompile;
use opg_precompile_staging::StagingPrecompile;
use pallet_model_registry::{ModelCosts, ModelId};
use polkadot_sdk::{
	frame_support::{
		derive_impl, parameter_types,
		traits::{
			fungible::Mutate, tokens::Preservation, ConstBool, ConstU128, ConstU32, ConstU64,
			VariantCountOf,
		},
		weights::Weight,
	},
	frame_system::{self, EnsureRoot, EnsureSigned},
	pallet_balances, pallet_revive,
	pallet_revive::{AccountId32Mapper, AutoMapper},
	pallet_timestamp,
	sp_core::{H160, H256},
	sp_runtime::{
		traits::{Convert, IdentityLookup},
		AccountId32, DispatchResult, Perbill,
	},
	*,
};

/// An amount, in OPG's smallest unit.
pub type Balance = u128;
type Block = frame_system::mocking::MockBlock<Test>;

#[frame_support::runtime]
mod runtime {
	#[runtime::runtime]
	#[runtime::derive(
		RuntimeCall,
		RuntimeEvent,
		RuntimeError,
		RuntimeOrigin,
		RuntimeTask,
		RuntimeHoldReason,
		RuntimeFreezeReason
	)]
	pub struct Test;

	#[runtime::pallet_index(0)]
	pub type System = frame_system;
	#[runtime::pallet_index(1)]
	pub type Timestamp = pallet_timestamp;
	#[runtime::pallet_index(6)]
	pub type Balances = pallet_balances;
	#[runtime::pallet_index(10)]
	pub type Revive = pallet_revive;
	#[runtime::pallet_index(20)]
	pub type ModelRegistry = pallet_model_registry;
	#[runtime::pallet_index(21)]
	pub type Inference = pallet_inference;
	#[runtime::pallet_index(22)]
	pub type Credit = pallet_credit;
	#[runtime::pallet_index(24)]
	pub type Schedule = pallet_schedule;
	#[runtime::pallet_index(25)]
	pub type Staging = pallet_staging;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
	type AccountId = AccountId32;
	type Lookup = IdentityLookup<AccountId32>;
	type AccountData = pallet_balances::AccountData<Balance>;
	type OnNewAccount = AutoMapper<Test>;
	type OnKilledAccount = AutoMapper<Test>;
}

#[derive_impl(pallet_timestamp::config_preludes::TestDefaultConfig)]
impl pallet_timestamp::Config for Test {}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type Balance = Balance;
	type AccountStore = System;
	type ExistentialDeposit = ConstU128<ED>;
	type RuntimeHoldReason = RuntimeHoldReason;
	type RuntimeFreezeReason = RuntimeFreezeReason;
	type FreezeIdentifier = RuntimeFreezeReason;
	type MaxFreezes = VariantCountOf<RuntimeFreezeReason>;
}

#[derive_impl(pallet_revive::config_preludes::TestDefaultConfig)]
impl pallet_revive::Config for Test {
	type AddressMapper = AccountId32Mapper<Self>;
	type Balance = Balance;
	type Currency = Balances;
	type NativeToEthRatio = ConstU32<1>;
	type DepositPerItem = ConstU128<100>;
	type DepositPerChildTrieItem = ConstU128<100>;
	type DepositPerByte = ConstU128<1>;
	type AutoMap = ConstBool<true>;
	type Time = Timestamp;
	type UploadOrigin = EnsureSigned<AccountId32>;
	type InstantiateOrigin = EnsureSigned<AccountId32>;
	type Precompiles = (
		InferencePrecompile<Self>,
		ModelPrecompile<Self>,
		CreditPrecompile<Self>,
		ModelRegistryPrecompile<Self>,
		StagingPrecompile<Self>,
		OpenGradientPrecompile<Self>,
		RitualPrecompile<Self>,
		VerifierPrecompile<Self>,
	);
}

parameter_types! {
	/// Gets the protocol's share.
	pub Treasury: AccountId32 = account(99);
	/// Gets the fees of schedules.
	pub Author: AccountId32 = account(97);
	pub ProtocolShare: Perbill = Perbill::from_percent(SHARE as u32);
	pub VoucherContract: H160 = H160(CREDIT);
	/// Calls contracts for schedules.
	pub ScheduleAccount: AccountId32 = opg_precompile_schedule::account::<Test>();
	/// The model that is warm, if one is: of this thread, so of this test.
	pub static WarmModel: Option<ModelId> = None;
}

impl opg_precompile_inference::Config for Test {
	type WeightInfo = opg_precompile_inference::weights::SubstrateWeight<Test>;
}

impl opg_precompile_model::Config for Test {
	type WeightInfo = opg_precompile_model::weights::SubstrateWeight<Test>;
}

impl opg_precompile_credit::Config for Test {
	type WeightInfo = opg_precompile_credit::weights::SubstrateWeight<Test>;
}

impl opg_precompile_model_registry::Config for Test {
	type WeightInfo = opg_precompile_model_registry::weights::SubstrateWeight<Test>;
}

impl opg_precompile_staging::Config for Test {
	type WeightInfo = opg_precompile_staging::weights::SubstrateWeight<Test>;
}

impl opg_precompile_facades::Config for Test {
	type WeightInfo = opg_precompile_facades::weights::SubstrateWeight<Test>;
}

impl opg_precompile_schedule::Config for Test {
	type WeightInfo = opg_precompile_schedule::weights::SubstrateWeight<Test>;
}

/// One unit of OPG for a nanosecond.
pub struct ComputeFee;
impl Convert<Weight, Balance> for ComputeFee {
	fn convert(weight: Weight) -> Balance {
		Balance::from(weight.ref_time() / 1_000)
	}
}

/// The account of a model's address.
pub struct ModelAccount;
impl Convert<ModelId, Option<AccountId32>> for ModelAccount {
	fn convert(model: ModelId) -> Option<AccountId32> {
		Some(account_at(H160(opg_precompile_model::address(model))))
	}
}

/// Keeps [`WarmModel`] warm.
pub struct OneIsWarm;
impl pallet_inference::WarmSet for OneIsWarm {
	fn is_warm(model: ModelId, image_hash: H256) -> bool {
		WarmModel::get() == Some(model) && !image_hash.is_zero()
	}

	fn touch(_: ModelId, _: &ModelCosts) {}
}

impl pallet_model_registry::Config for Test {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type ModelAccount = ModelAccount;
	type EngineOrigin = EnsureRoot<AccountId32>;
	type WeightInfo = pallet_model_registry::weights::SubstrateWeight<Test>;
	type DepositPerItem = ConstU128<1>;
	type DepositPerByte = ConstU128<1>;
	type DraftPeriod = ConstU64<100>;
	type PriceDelay = ConstU64<10>;
	type RetireDelay = ConstU64<10>;
	type EngineDelay = ConstU64<10>;
	type MaxChunksPerReap = ConstU32<16>;
	type MaxCallRefTime = ConstU64<1_000_000_000_000>;
}

impl pallet_credit::Config for Test {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type WeightInfo = pallet_credit::weights::SubstrateWeight<Test>;
	type DepositPerItem = ConstU128<1>;
	type DepositPerByte = ConstU128<1>;
	type ClosePeriod = ConstU64<10>;
	type EvmChainId = ConstU64<CHAIN_ID>;
	type VoucherContract = VoucherContract;
}

impl pallet_inference::Config for Test {
	type WeightInfo = pallet_inference::weights::SubstrateWeight<Test>;
	type Treasury = Treasury;
	type WarmSet = OneIsWarm;
	type ComputeFee = ComputeFee;
	type ProtocolShare = ProtocolShare;
	type ReceiptPeriod = ConstU64<100>;
	type MaxReceiptsPerBlock = ConstU32<1024>;
	type MaxEventOutput = ConstU32<4096>;
}

/// Gives fees to the author.
pub struct ToAuthor;
impl pallet_schedule::Fees<AccountId32, Balance> for ToAuthor {
	fn pay(from: &AccountId32, amount: Balance) -> DispatchResult {
		Balances::transfer(from, &Author::get(), amount, Preservation::Preserve).map(|_| ())
	}
}

impl pallet_schedule::Config for Test {
	type WeightInfo = pallet_schedule::weights::SubstrateWeight<Test>;
	type Contracts = opg_precompile_schedule::ReviveContracts<Test>;
	type Fees = ToAuthor;
	type Account = ScheduleAccount;
	type MaxRunsPerBlock = ConstU32<4>;
	type MaxRefTimePerBlock = ConstU64<400_000_000_000>;
	type MinPeriod = ConstU64<1>;
	type MaxFailures = ConstU32<3>;
}

impl pallet_staging::Config for Test {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type WeightInfo = pallet_staging::weights::SubstrateWeight<Test>;
	type DepositPerItem = ConstU128<1_000>;
	type DepositPerByte = ConstU128<10>;
	type Period = ConstU64<10>;
	type MaxBuffers = ConstU32<8>;
	type MaxBytes = ConstU32<{ 4 * 1024 * 1024 }>;
}
