//! A runtime with contracts.

use opg_precompile_schedule::ADDRESS;
use pallet_model_registry::genesis::GenesisEngine;
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
	pallet_revive::{AccountId32Mapper, AutoMapper, Code, ExecConfig, TransactionLimits},
	pallet_timestamp,
	sp_core::{H160, U256},
	sp_io,
	sp_runtime::{
		traits::{Convert, IdentityLookup},
		AccountId32, BuildStorage, DispatchResult, Perbill,
	},
	*,
};

pub type Balance = u128;
type Block = frame_system::mocking::MockBlock<Test>;

/// The existential deposit.
pub const ED: Balance = 1_000;
/// What Alice starts with.
pub const FUNDS: Balance = 1_000_000_000_000_000_000;

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
}

parameter_types! {
	pub Treasury: AccountId32 = AccountId32::new([99; 32]);
	pub Author: AccountId32 = AccountId32::new([97; 32]);
	pub ProtocolShare: Perbill = Perbill::from_percent(10);
	pub VoucherContract: H160 = H160::repeat_byte(4);
	pub Caller: AccountId32 = caller();
}

/// One unit of OPG for a nanosecond.
pub struct ComputeFee;
impl Convert<Weight, Balance> for ComputeFee {
	fn convert(weight: Weight) -> Balance {
		Balance::from(weight.ref_time() / 1_000)
	}
}

impl pallet_model_registry::Config for Test {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type ModelAccount = pallet_model_registry::address::NoModelAccounts;
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
	type EvmChainId = ConstU64<1>;
	type VoucherContract = VoucherContract;
}

impl pallet_inference::Config for Test {
	type WeightInfo = pallet_inference::weights::SubstrateWeight<Test>;
	type Treasury = Treasury;
	type WarmSet = ();
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
	type Account = Caller;
	type MaxRunsPerBlock = ConstU32<4>;
	type MaxRefTimePerBlock = ConstU64<400_000_000_000>;
	type MinPeriod = ConstU64<1>;
	type MaxFailures = ConstU32<3>;
}

/// Deploys contracts, owns models and schedules.
pub fn alice() -> AccountId32 {
	AccountId32::new([1; 32])
}

/// Who calls contracts for schedules.
pub fn caller() -> AccountId32 {
	opg_precompile_schedule::account::<Test>()
}

/// Runs a test on a chain at block 1, on which the caller has the existential deposit and `advance`.
pub fn chain(advance: Balance, test: impl FnOnce()) {
	let mut own = [0xee; 32];
	own[..20].copy_from_slice(&ADDRESS);
	let engine = opg_engine_blob::latest();
	let balances = vec![(alice(), FUNDS), (AccountId32::new(own), ED + advance)];
	let genesis = RuntimeGenesisConfig {
		balances: pallet_balances::GenesisConfig { balances, ..Default::default() },
		model_registry: pallet_model_registry::GenesisConfig {
			engines: vec![GenesisEngine {
				version: engine.version,
				profile: engine.profile,
				raw_hash: engine.hash.into(),
				raw_len: engine.raw_len,
				compressed: engine.compressed.to_vec(),
			}],
			..Default::default()
		},
		..Default::default()
	};
	let mut ext: sp_io::TestExternalities = genesis.build_storage().unwrap().into();
	ext.execute_with(|| {
		System::set_block_number(1);
		assert_eq!(caller(), AccountId32::new(own));
		test();
	});
}

/// What the caller has.
pub fn balance() -> Balance {
	Balances::free_balance(caller())
}

/// Deploys a contract with this code.
pub fn deploy(code: &[u8]) -> H160 {
	let mut init = vec![0x60, code.len() as u8, 0x80, 0x60, 9, 0x5f, 0x39, 0x5f, 0xf3];
	init.extend_from_slice(code);
	// A transaction's nonce is counted before it is executed; an address is made of it.
	System::inc_account_nonce(alice());
	let result = Revive::bare_instantiate(
		RuntimeOrigin::signed(alice()),
		U256::zero(),
		TransactionLimits::WeightAndDeposit {
			weight_limit: Weight::from_parts(2_000_000_000_000, u64::MAX),
			deposit_limit: FUNDS,
		},
		Code::Upload(init),
		vec![],
		None,
		&ExecConfig::new_substrate_tx(),
	);
	let deployed = result.result.expect("the contract was deployed");
	assert!(!deployed.result.did_revert());
	deployed.addr
}

/// A contract's slot.
pub fn slot(contract: H160, slot: u8) -> Option<Vec<u8>> {
	let mut key = [0; 32];
	key[31] = slot;
	Revive::get_storage(contract, key).expect("there is a contract")
}
