//! A runtime with contracts, credit and the precompile, and calls as tests write them.

use opg_precompile_credit::{CreditPrecompile, ADDRESS};
use polkadot_sdk::{
	frame_support::{
		derive_impl, parameter_types,
		traits::{fungible::Inspect, ConstU128, ConstU32, ConstU64, VariantCountOf},
		weights::Weight,
	},
	frame_system::{self, EnsureSigned},
	pallet_balances, pallet_revive,
	pallet_revive::{
		precompiles::alloy::sol_types::{Revert, SolCall, SolError},
		AccountId32Mapper, AddressMapper, AutoMapper, Code, ContractResult, ExecConfig,
		ExecReturnValue, TransactionLimits,
	},
	pallet_timestamp,
	sp_core::{H160, U256},
	sp_io,
	sp_runtime::{traits::IdentityLookup, AccountId32, BuildStorage},
	*,
};

pub type Balance = u128;
type Block = frame_system::mocking::MockBlock<Test>;

/// The existential deposit.
pub const ED: Balance = 1_000;
/// What every account starts with.
pub const FUNDS: Balance = 1_000_000_000_000_000_000;
/// The chain id in the vouchers' domain.
pub const CHAIN_ID: u64 = 5_197_895;

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
	#[runtime::pallet_index(22)]
	pub type Credit = pallet_credit;
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
	type DepositPerItem = ConstU128<1>;
	type DepositPerChildTrieItem = ConstU128<1>;
	type DepositPerByte = ConstU128<1>;
	type AutoMap = frame_support::traits::ConstBool<true>;
	type Time = Timestamp;
	type UploadOrigin = EnsureSigned<AccountId32>;
	type InstantiateOrigin = EnsureSigned<AccountId32>;
	type Precompiles = (CreditPrecompile<Self>,);
}

parameter_types! {
	pub VoucherContract: H160 = H160(ADDRESS);
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

pub fn account(n: u8) -> AccountId32 {
	AccountId32::new([n; 32])
}

/// Calls contracts and the precompile.
pub fn alice() -> AccountId32 {
	account(1)
}

/// Is paid, is sponsored.
pub fn bob() -> AccountId32 {
	account(2)
}

pub fn precompile() -> H160 {
	H160(ADDRESS)
}

pub fn account_of(address: H160) -> AccountId32 {
	<Test as pallet_revive::Config>::AddressMapper::to_account_id(&address)
}

pub fn address_of(account: &AccountId32) -> H160 {
	<Test as pallet_revive::Config>::AddressMapper::to_address(account)
}

/// A chain at block 1 with funded accounts and an endowed precompile.
pub fn ext() -> sp_io::TestExternalities {
	ext_with(&[(account_of_precompile(), ED)])
}

/// The precompile's account, without looking into state.
pub fn account_of_precompile() -> AccountId32 {
	let mut bytes = [0xee; 32];
	bytes[..20].copy_from_slice(&ADDRESS);
	AccountId32::new(bytes)
}

pub fn ext_with(more: &[(AccountId32, Balance)]) -> sp_io::TestExternalities {
	let mut balances = vec![(alice(), FUNDS), (bob(), FUNDS)];
	balances.extend_from_slice(more);
	let genesis = RuntimeGenesisConfig {
		balances: pallet_balances::GenesisConfig { balances, ..Default::default() },
		..Default::default()
	};
	let mut ext: sp_io::TestExternalities = genesis.build_storage().unwrap().into();
	ext.execute_with(|| System::set_block_number(1));
	ext
}

/// Limits that are in nobody's way.
pub fn limits() -> TransactionLimits<Test> {
	TransactionLimits::WeightAndDeposit {
		weight_limit: Weight::from_parts(2_000_000_000_000, u64::MAX),
		deposit_limit: FUNDS,
	}
}

pub type CallResult = ContractResult<ExecReturnValue, Balance>;

/// Alice calls an address with these bytes.
pub fn call_raw(to: H160, value: Balance, data: Vec<u8>) -> CallResult {
	call_within(to, value, data, limits())
}

pub fn call_within(
	to: H160,
	value: Balance,
	data: Vec<u8>,
	limits: TransactionLimits<Test>,
) -> CallResult {
	Revive::bare_call(
		RuntimeOrigin::signed(alice()),
		to,
		U256::from(value),
		limits,
		data,
		&ExecConfig::new_substrate_tx(),
	)
}

/// Alice calls a function of the precompile.
pub fn call<C: SolCall>(value: Balance, call: C) -> CallResult {
	call_raw(precompile(), value, call.abi_encode())
}

/// What a call that went well returned.
pub fn returned<C: SolCall>(result: CallResult) -> C::Return {
	let output = result.result.expect("the call was executed");
	assert!(!output.did_revert(), "reverted: {}", revert_text(&output.data));
	C::abi_decode_returns_validate(&output.data).expect("the answer is encoded as the ABI says")
}

/// The text that a call reverted with.
pub fn reverted(result: CallResult) -> String {
	let output = result.result.expect("the call was executed");
	assert!(output.did_revert(), "returned {:?}", output.data);
	revert_text(&output.data)
}

fn revert_text(data: &[u8]) -> String {
	Revert::abi_decode_validate(data).map(|r| r.reason).unwrap_or_else(|_| format!("{data:?}"))
}

/// Deploys a contract and returns its address.
pub fn deploy(init_code: Vec<u8>) -> H160 {
	// A transaction's nonce is counted before it is executed; an address is made of it.
	System::inc_account_nonce(alice());
	let result = Revive::bare_instantiate(
		RuntimeOrigin::signed(alice()),
		U256::zero(),
		limits(),
		Code::Upload(init_code),
		vec![],
		None,
		&ExecConfig::new_substrate_tx(),
	);
	let deployed = result.result.expect("the contract was deployed");
	assert!(!deployed.result.did_revert());
	deployed.addr
}

/// Every balance that a call can move, credits, and the issuance. A refused call leaves them as
/// they were.
pub fn money() -> Vec<Balance> {
	Credit::do_try_state().expect("the invariants hold");
	let mut all = Vec::new();
	for account in [alice(), bob(), account_of_precompile(), Credit::pot()] {
		all.push(<Balances as Inspect<AccountId32>>::total_balance(&account));
		all.push(Credit::credit_of(&account));
	}
	all.push(Balances::total_issuance());
	all
}

/// A call that must revert with a text that starts so, and move nothing.
pub fn refused(value: Balance, call: impl SolCall, start: &str) {
	let before = money();
	let text = reverted(self::call(value, call));
	assert!(text.starts_with(start), "{text}");
	assert!(text.contains("): "), "{text}");
	assert_eq!(money(), before);
}
