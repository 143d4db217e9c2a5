//! A runtime with contracts, models and the precompiles that run them, and calls as tests write them.

use super::onnx;
use opg_engine_abi::hash::chunk_hashes;
use opg_precompile_facades::{
	forwarder, OpenGradientPrecompile, RitualPrecompile, VerifierPrecompile,
};
use pallet_inference::Receipts;
use pallet_model_registry::{genesis::GenesisEngine, Manifest, ModelId, Models};
use polkadot_sdk::{
	frame_support::{
		assert_ok, derive_impl, parameter_types,
		traits::{ConstU128, ConstU32, ConstU64, VariantCountOf},
		weights::Weight,
	},
	frame_system::{self, EnsureRoot, EnsureSigned},
	pallet_balances, pallet_revive,
	pallet_revive::{
		precompiles::alloy::sol_types::{Panic, PanicKind, Revert, SolCall, SolError},
		AccountId32Mapper, AddressMapper, AutoMapper, Code, ContractResult, ExecConfig,
		ExecReturnValue, TransactionLimits,
	},
	pallet_timestamp,
	sp_core::{H160, U256},
	sp_io,
	sp_runtime::{
		traits::{Convert, IdentityLookup},
		AccountId32, BuildStorage, Perbill,
	},
	*,
};

pub type Balance = u128;
type Block = frame_system::mocking::MockBlock<Test>;

/// The existential deposit.
pub const ED: Balance = 1_000;
/// What every account starts with.
pub const FUNDS: Balance = 1_000_000_000_000_000_000;
/// The protocol's share, in percent.
pub const SHARE: Balance = 10;

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
	type Precompiles =
		(OpenGradientPrecompile<Self>, RitualPrecompile<Self>, VerifierPrecompile<Self>);
}

parameter_types! {
	pub Treasury: AccountId32 = account(99);
	pub ProtocolShare: Perbill = Perbill::from_percent(SHARE as u32);
}

/// One unit of OPG for a nanosecond.
pub struct ComputeFee;
impl Convert<Weight, Balance> for ComputeFee {
	fn convert(weight: Weight) -> Balance {
		Balance::from(weight.ref_time() / 1_000)
	}
}

/// Models have no addresses here.
pub struct NoAccount;
impl Convert<ModelId, Option<AccountId32>> for NoAccount {
	fn convert(_: ModelId) -> Option<AccountId32> {
		None
	}
}

impl pallet_model_registry::Config for Test {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type ModelAccount = NoAccount;
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

parameter_types! {
	pub VoucherContract: H160 = H160::repeat_byte(4);
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

pub fn account(n: u8) -> AccountId32 {
	AccountId32::new([n; 32])
}

/// Calls contracts and models.
pub fn alice() -> AccountId32 {
	account(1)
}

/// Owns the models.
pub fn owner() -> AccountId32 {
	account(2)
}

/// Where a forwarder is.
pub fn at(forwarder: forwarder::Forwarder) -> H160 {
	H160(forwarder.address)
}

pub fn account_of(address: H160) -> AccountId32 {
	<Test as pallet_revive::Config>::AddressMapper::to_account_id(&address)
}

pub fn address_of(account: &AccountId32) -> H160 {
	<Test as pallet_revive::Config>::AddressMapper::to_address(account)
}

/// The account of an address without a mapping, without looking into state.
pub fn account_at(address: H160) -> AccountId32 {
	let mut bytes = [0xee; 32];
	bytes[..20].copy_from_slice(&address.0);
	AccountId32::new(bytes)
}

/// A chain at block 1 with the released engine, funded accounts and the forwarders.
pub fn ext() -> sp_io::TestExternalities {
	let mut ext = uncounted();
	ext.execute_with(|| assert_eq!(forwarder::count_users::<Test>(), 3));
	ext
}

/// The same with forwarders whose code isn't counted as used.
pub fn uncounted() -> sp_io::TestExternalities {
	let mut ext: sp_io::TestExternalities = genesis().build_storage().unwrap().into();
	ext.execute_with(|| System::set_block_number(1));
	ext
}

pub fn genesis() -> RuntimeGenesisConfig {
	let engine = opg_engine_blob::latest();
	let mut balances = vec![(alice(), FUNDS), (owner(), FUNDS), (Treasury::get(), FUNDS)];
	balances.extend(forwarder::ALL.map(|one| (account_at(at(one)), ED)));
	RuntimeGenesisConfig {
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
		revive: pallet_revive::GenesisConfig {
			accounts: forwarder::ALL.map(|one| one.account()).into(),
			..Default::default()
		},
		..Default::default()
	}
}

/// Publishes [`onnx::doubler`] at that price.
pub fn publish(price: Balance) -> ModelId {
	publish_file(&onnx::doubler(), price)
}

/// Publishes a model at that price.
pub fn publish_file(file: &[u8], price: Balance) -> ModelId {
	let id = draft(file);
	assert_ok!(ModelRegistry::set_price(RuntimeOrigin::signed(owner()), id, price));
	activate(id);
	id
}

/// Uploads a model.
pub fn draft(file: &[u8]) -> ModelId {
	let id = pallet_model_registry::NextModelId::<Test>::get();
	let hashes: Vec<_> = chunk_hashes(file).into_iter().map(Into::into).collect();
	let manifest = Manifest {
		length: file.len() as u32,
		chunk_hashes: hashes.try_into().unwrap(),
		engine: 1,
		name: b"doubler".to_vec().try_into().unwrap(),
		card_uri: Default::default(),
		card_hash: None,
	};
	let origin = RuntimeOrigin::signed(owner());
	assert_ok!(ModelRegistry::create(origin.clone(), manifest));
	assert_ok!(ModelRegistry::upload_chunk(origin, id, 0, file.to_vec()));
	id
}

pub fn activate(id: ModelId) {
	let origin = RuntimeOrigin::signed(owner());
	assert_ok!(ModelRegistry::activate(origin, id, 0, Default::default(), 1_000_000_000));
	assert!(Models::<Test>::get(id).unwrap().costs.is_some());
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

/// Alice calls an address without value.
pub fn call(to: H160, data: Vec<u8>) -> CallResult {
	call_raw(to, 0, data)
}

/// What a call that went well returned, as bytes.
pub fn data(result: CallResult) -> Vec<u8> {
	let output = result.result.expect("the call was executed");
	assert!(!output.did_revert(), "reverted: {}", revert_text(&output.data));
	output.data
}

/// What a call reverted with, as bytes.
pub fn reverted_data(result: CallResult) -> Vec<u8> {
	let output = result.result.expect("the call was executed");
	assert!(output.did_revert(), "returned {:?}", output.data);
	output.data
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

/// Every balance and credit that a call can move, and the issuance. A refused call leaves them as they
/// were.
pub fn money() -> Vec<Balance> {
	let accounts = [alice(), owner(), Treasury::get(), Credit::pot()];
	let mut all: Vec<_> = accounts.iter().map(Balances::free_balance).collect();
	all.extend(accounts.iter().map(Credit::credit_of));
	all.extend(forwarder::ALL.map(|one| Balances::free_balance(account_at(at(one)))));
	all.push(Balances::total_issuance());
	all
}

/// Gives an account credit of the owner's money.
pub fn prepay(who: &AccountId32, amount: Balance) {
	assert_ok!(Credit::deposit_to(RuntimeOrigin::signed(owner()), who.clone(), amount));
}

/// Registers a model as the next version of a name.
pub fn name(model: ModelId, name: &str) {
	let name = name.as_bytes().to_vec().try_into().unwrap();
	assert_ok!(ModelRegistry::register_name(RuntimeOrigin::signed(owner()), model, name));
}

/// A call's revert must start so and have moved nothing.
pub fn refused(to: H160, data: Vec<u8>, start: &str) {
	let before = (money(), Receipts::<Test>::iter().count());
	let text = reverted(call(to, data));
	assert!(text.starts_with(start), "{text}");
	assert!(text.contains("): "), "{text}");
	assert_eq!((money(), Receipts::<Test>::iter().count()), before);
}

/// A call must be no encoding of one, and have moved nothing.
pub fn malformed(to: H160, data: Vec<u8>) {
	let before = (money(), Receipts::<Test>::iter().count());
	let panic = Panic::from(PanicKind::ResourceError).abi_encode();
	assert_eq!(reverted_data(call(to, data)), panic);
	assert_eq!((money(), Receipts::<Test>::iter().count()), before);
}
