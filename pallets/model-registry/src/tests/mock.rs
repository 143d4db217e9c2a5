//! A runtime with balances and the registry, and what tests do with it.

use crate as pallet_model_registry;
use crate::{
	genesis::GenesisEngine, ChunkHashes, Error, Event, Manifest, ModelId, ModelInfoOf, Models,
};
use opg_engine_abi::{
	hash::{chunk_hashes, keccak256},
	DType, Tensor, CHUNK_BYTES,
};
use polkadot_sdk::{
	frame_support::{
		construct_runtime, derive_impl,
		dispatch::{DispatchResultWithPostInfo, PostDispatchInfo},
		parameter_types,
		traits::{fungible::Inspect, ConstU128, ConstU32, ConstU64, Hooks},
		weights::constants::RocksDbWeight,
		BoundedVec,
	},
	frame_system::{self, EnsureRoot},
	pallet_balances,
	sp_core::crypto::AccountId32,
	sp_io::TestExternalities,
	sp_runtime::{
		traits::{Convert, IdentityLookup},
		BuildStorage, StateVersion,
	},
};

pub(crate) type Account = AccountId32;
pub(crate) type Balance = u128;
type Block = frame_system::mocking::MockBlock<Test>;

construct_runtime!(
	pub enum Test {
		System: frame_system,
		Balances: pallet_balances,
		Registry: pallet_model_registry,
	}
);

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type AccountId = Account;
	type Lookup = IdentityLookup<Account>;
	type AccountData = pallet_balances::AccountData<Balance>;
	type Block = Block;
	type DbWeight = RocksDbWeight;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type AccountStore = System;
	type Balance = Balance;
	type ExistentialDeposit = ConstU128<ED>;
}

parameter_types! {
	pub static MaxCallRefTime: u64 = 2_000_000_000_000;
	/// Whether models have addresses.
	pub static ModelAccounts: bool = false;
}

/// The account of a model's address, in tests with addresses.
pub struct ModelAccount;
impl Convert<ModelId, Option<Account>> for ModelAccount {
	fn convert(model: ModelId) -> Option<Account> {
		ModelAccounts::get().then(|| model_account(model))
	}
}

pub(crate) fn model_account(model: ModelId) -> Account {
	account(100 + model as u8)
}

impl crate::Config for Test {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type ModelAccount = ModelAccount;
	type EngineOrigin = EnsureRoot<Account>;
	type WeightInfo = crate::weights::SubstrateWeight<Test>;
	type DepositPerItem = ConstU128<1_000>;
	type DepositPerByte = ConstU128<10>;
	type DraftPeriod = ConstU64<100>;
	type PriceDelay = ConstU64<5>;
	type RetireDelay = ConstU64<10>;
	type EngineDelay = ConstU64<3>;
	type MaxChunksPerReap = ConstU32<2>;
	type MaxCallRefTime = MaxCallRefTime;
}

/// Existential deposit.
pub(crate) const ED: Balance = 100;
/// What every account starts with.
pub(crate) const FUNDS: Balance = 1_000_000_000;
/// More fuel than any of the test models needs.
pub(crate) const FUEL: u64 = 4_000_000_000;

pub(crate) fn account(n: u8) -> Account {
	Account::new([n; 32])
}
pub(crate) fn alice() -> Account {
	account(1)
}
pub(crate) fn bob() -> Account {
	account(2)
}
pub(crate) fn charlie() -> Account {
	account(3)
}
pub(crate) fn signed(who: Account) -> RuntimeOrigin {
	RuntimeOrigin::signed(who)
}

/// The committed engine as the chain specification has it.
pub(crate) fn genesis_engine() -> GenesisEngine {
	let engine = opg_engine_blob::latest();
	GenesisEngine {
		version: 1,
		profile: engine.profile,
		raw_hash: engine.hash.into(),
		raw_len: engine.raw_len,
		compressed: engine.compressed.to_vec(),
	}
}

/// Runs a test on a chain at block 1 with the committed engine.
pub(crate) fn chain(test: impl FnOnce()) {
	let balances = [alice(), bob(), charlie()].map(|who| (who, FUNDS)).to_vec();
	ext_with(balances, vec![genesis_engine()]).execute_with(|| {
		go_to(1);
		test();
		check();
	});
}

/// A chain without accounts and engines, for benchmarks, which prepare in its genesis.
#[cfg(feature = "runtime-benchmarks")]
pub(crate) fn ext() -> TestExternalities {
	ext_with(vec![], vec![])
}

fn ext_with(balances: Vec<(Account, Balance)>, engines: Vec<GenesisEngine>) -> TestExternalities {
	let mut storage =
		frame_system::GenesisConfig::<Test>::default().build_storage().expect("genesis of system");
	pallet_balances::GenesisConfig::<Test> { balances, ..Default::default() }
		.assimilate_storage(&mut storage)
		.expect("genesis of balances");
	crate::GenesisConfig::<Test> { engines, ..Default::default() }
		.assimilate_storage(&mut storage)
		.expect("genesis of the registry");
	TestExternalities::new_with_code_and_state(&[], storage, StateVersion::V1)
}

/// Enters a later block.
pub(crate) fn go_to(block: u64) {
	while System::block_number() < block {
		let next = System::block_number() + 1;
		System::set_block_number(next);
		System::reset_events();
		Registry::on_initialize(next);
	}
	check();
}

/// The invariants, and conservation of money.
pub(crate) fn check() {
	Registry::do_try_state().expect("the invariants hold");
	let total: Balance = frame_system::Account::<Test>::iter_keys()
		.map(|who| <Balances as Inspect<Account>>::total_balance(&who))
		.sum();
	assert_eq!(total, 3 * FUNDS);
	assert_eq!(pallet_balances::TotalIssuance::<Test>::get(), 3 * FUNDS);
}

/// What a call that must succeed gives.
pub(crate) fn accept(result: impl Into<Accepted>) -> PostDispatchInfo {
	let info = result.into().0.expect("the call succeeds");
	check();
	info
}

/// A call's result, with or without post-dispatch information.
pub(crate) struct Accepted(DispatchResultWithPostInfo);

impl From<DispatchResultWithPostInfo> for Accepted {
	fn from(result: DispatchResultWithPostInfo) -> Self {
		Self(result)
	}
}

impl From<polkadot_sdk::sp_runtime::DispatchResult> for Accepted {
	fn from(result: polkadot_sdk::sp_runtime::DispatchResult) -> Self {
		Self(result.map(Into::into).map_err(Into::into))
	}
}

/// The pallet's last event.
pub(crate) fn last_event() -> Event<Test> {
	let event = System::events().pop().expect("there is an event").event;
	event.try_into().unwrap_or_else(|_| panic!("it isn't the registry's"))
}

/// A test model's file.
pub(crate) fn file(name: &str) -> Vec<u8> {
	let path = format!("{}/testdata/{name}.onnx", env!("CARGO_MANIFEST_DIR"));
	std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A content that isn't a model, of that length.
pub(crate) fn content(length: usize) -> Vec<u8> {
	(0..length).map(|i| (i % 251) as u8).collect()
}

pub(crate) fn manifest(bytes: &[u8]) -> Manifest {
	let hashes: Vec<_> = chunk_hashes(bytes).into_iter().map(Into::into).collect();
	Manifest {
		length: bytes.len() as u32,
		chunk_hashes: ChunkHashes::try_from(hashes).expect("a test content is short"),
		engine: 1,
		name: BoundedVec::truncate_from(b"a model".to_vec()),
		card_uri: BoundedVec::truncate_from(b"https://example.org/card".to_vec()),
		card_hash: Some(keccak256(b"card").into()),
	}
}

/// Creates a draft of Alice's.
pub(crate) fn draft(bytes: &[u8]) -> ModelId {
	let id = crate::NextModelId::<Test>::get();
	accept(Registry::create(signed(alice()), manifest(bytes)));
	id
}

/// Creates and fills a draft of Alice's.
pub(crate) fn complete(bytes: &[u8]) -> ModelId {
	let id = draft(bytes);
	for (index, chunk) in bytes.chunks(CHUNK_BYTES as usize).enumerate() {
		accept(Registry::upload_chunk(signed(bob()), id, index as u32, chunk.to_vec()));
	}
	id
}

pub(crate) fn activate(
	model: ModelId,
	run_limit: u64,
	canaries: Vec<Vec<Tensor>>,
	max_fuel: u64,
) -> DispatchResultWithPostInfo {
	let canaries = BoundedVec::try_from(canaries).expect("at most four canaries");
	Registry::activate(signed(alice()), model, run_limit, canaries, max_fuel)
}

/// Moves a model of Alice's to an engine.
pub(crate) fn migrate(
	model: ModelId,
	engine: u32,
	canaries: Vec<Vec<Tensor>>,
	accept_change: bool,
	max_fuel: u64,
) -> DispatchResultWithPostInfo {
	let canaries = BoundedVec::try_from(canaries).expect("at most four canaries");
	Registry::migrate(signed(alice()), model, engine, 0, canaries, accept_change, max_fuel)
}

/// Publishes a model of Alice's.
pub(crate) fn active(name: &str) -> ModelId {
	let id = complete(&file(name));
	accept(activate(id, 0, vec![], FUEL));
	id
}

pub(crate) fn model(id: ModelId) -> ModelInfoOf<Test> {
	Models::<Test>::get(id).expect("the model is there")
}

pub(crate) fn floats(shape: &[u32], values: &[f32]) -> Tensor {
	Tensor {
		dtype: DType::Float32,
		shape: shape.to_vec(),
		data: values.iter().flat_map(|value| value.to_le_bytes()).collect(),
	}
}

/// What is held on an account for its models.
pub(crate) fn held(who: &Account) -> Balance {
	use polkadot_sdk::frame_support::traits::fungible::InspectHold;
	Balances::balance_on_hold(&crate::HoldReason::ModelStorage.into(), who)
}

/// The error of a refused engine call.
pub(crate) fn refused(code: opg_engine_abi::ErrorCode) -> Error<Test> {
	Error::EngineRefused(crate::RefusalCode(code))
}

/// Fuel that a call's actual weight stands for.
pub(crate) fn fuel_of(info: PostDispatchInfo, canary_bytes: u32) -> u64 {
	use crate::WeightInfo;
	let base = crate::weights::SubstrateWeight::<Test>::activate(canary_bytes);
	let weight = info.actual_weight.expect("the weight is refunded");
	(weight.ref_time() - base.ref_time()) / crate::cost::C_FUEL_PS
}
