//! A runtime with balances, utility, credit and the two pallets, and what tests do with it.

use crate as pallet_inference;
use crate::{Event, InferError, InferFault, Inference, Receipts, Source};
use opg_engine_abi::{hash::chunk_hashes, DType, Tensor, CHUNK_BYTES};
use pallet_model_registry::{GenesisEngine, Manifest, ModelCosts, ModelId, Models, NextModelId};
use polkadot_sdk::{
	frame_support::{
		construct_runtime, derive_impl,
		dispatch::{DispatchResultWithPostInfo, PostDispatchInfo},
		parameter_types,
		traits::{fungible::Inspect, ConstU128, ConstU32, ConstU64, Hooks},
		weights::{constants::RocksDbWeight, Weight},
		BoundedVec,
	},
	frame_system::{self, EnsureRoot},
	pallet_balances, pallet_utility,
	sp_core::{crypto::AccountId32, H160, H256},
	sp_io::{self, TestExternalities},
	sp_runtime::{
		traits::{Convert, IdentityLookup},
		BuildStorage, DispatchError, Perbill, StateVersion,
	},
};

pub(crate) type Account = AccountId32;
pub(crate) type Balance = u128;
type Block = frame_system::mocking::MockBlock<Test>;

construct_runtime!(
	pub enum Test {
		System: frame_system,
		Balances: pallet_balances,
		Utility: pallet_utility,
		Registry: pallet_model_registry,
		Credit: pallet_credit,
		Engine: pallet_inference,
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
	type RuntimeHoldReason = RuntimeHoldReason;
}

impl pallet_utility::Config for Test {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	type PalletsOrigin = OriginCaller;
	type WeightInfo = ();
}

impl pallet_model_registry::Config for Test {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type ModelAccount = pallet_model_registry::address::NoModelAccounts;
	type EngineOrigin = EnsureRoot<Account>;
	type WeightInfo = pallet_model_registry::weights::SubstrateWeight<Test>;
	type DepositPerItem = ConstU128<1_000>;
	type DepositPerByte = ConstU128<10>;
	type DraftPeriod = ConstU64<100>;
	type PriceDelay = ConstU64<5>;
	type RetireDelay = ConstU64<10>;
	type EngineDelay = ConstU64<3>;
	type MaxChunksPerReap = ConstU32<2>;
	type MaxCallRefTime = ConstU64<2_000_000_000_000>;
}

parameter_types! {
	pub VoucherContract: H160 = H160::repeat_byte(4);
}

impl pallet_credit::Config for Test {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type WeightInfo = pallet_credit::weights::SubstrateWeight<Test>;
	type DepositPerItem = ConstU128<1_000>;
	type DepositPerByte = ConstU128<10>;
	type ClosePeriod = ConstU64<10>;
	type EvmChainId = ConstU64<1>;
	type VoucherContract = VoucherContract;
}

parameter_types! {
	pub Treasury: Account = account(99);
	pub const ProtocolShare: Perbill = Perbill::from_percent(5);
	/// Receipts of a block: few, so that tests fill one. Each test has its own.
	pub static MaxReceipts: u32 = 3;
}

/// One unit for a microsecond.
pub struct Fee;

impl Convert<Weight, Balance> for Fee {
	fn convert(weight: Weight) -> Balance {
		u128::from(weight.ref_time() / 1_000_000)
	}
}

impl crate::Config for Test {
	type WeightInfo = crate::weights::SubstrateWeight<Test>;
	type Treasury = Treasury;
	type WarmSet = ();
	type ComputeFee = Fee;
	type ProtocolShare = ProtocolShare;
	type ReceiptPeriod = ConstU64<20>;
	type MaxReceiptsPerBlock = MaxReceipts;
	type MaxEventOutput = ConstU32<4_096>;
}

/// Existential deposit.
pub(crate) const ED: Balance = 100;
/// What every account starts with.
pub(crate) const FUNDS: Balance = 1_000_000_000;
/// All that there is: three accounts and the pot.
pub(crate) const ISSUANCE: Balance = 3 * FUNDS + ED;
/// More fuel than any of the test models needs.
pub(crate) const FUEL: u64 = 4_000_000_000;

pub(crate) fn account(n: u8) -> Account {
	Account::new([n; 32])
}
/// Owns the models.
pub(crate) fn alice() -> Account {
	account(1)
}
/// Calls them.
pub(crate) fn bob() -> Account {
	account(2)
}
pub(crate) fn charlie() -> Account {
	account(3)
}
pub(crate) fn signed(who: Account) -> RuntimeOrigin {
	RuntimeOrigin::signed(who)
}

/// Runs a test on a chain at block 1 with the committed engine.
pub(crate) fn chain(test: impl FnOnce()) {
	let engine = opg_engine_blob::latest();
	let engine = GenesisEngine {
		version: 1,
		profile: engine.profile,
		raw_hash: engine.hash.into(),
		raw_len: engine.raw_len,
		compressed: engine.compressed.to_vec(),
	};
	let balances = [alice(), bob(), charlie()].map(|who| (who, FUNDS)).to_vec();
	ext_with(balances, vec![engine]).execute_with(|| {
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
	pallet_model_registry::GenesisConfig::<Test> { engines, ..Default::default() }
		.assimilate_storage(&mut storage)
		.expect("genesis of the registry");
	pallet_credit::GenesisConfig::<Test>::default()
		.assimilate_storage(&mut storage)
		.expect("genesis of credit");
	TestExternalities::new_with_code_and_state(&[], storage, StateVersion::V1)
}

/// Enters a later block.
pub(crate) fn go_to(block: u64) {
	while System::block_number() < block {
		let now = System::block_number();
		Engine::on_finalize(now);
		check();
		let next = now + 1;
		System::reset_events();
		System::initialize(&next, &H256::repeat_byte(now as u8), &Default::default());
		Engine::on_initialize(next);
	}
	check();
}

/// The invariants of all three pallets, and conservation of money.
pub(crate) fn check() {
	Registry::do_try_state().expect("the registry's invariants hold");
	Credit::do_try_state().expect("the credits' invariants hold");
	Engine::do_try_state().expect("the invariants hold");
	let everybody = (0..=255).map(account).chain([Credit::pot()]);
	let total: Balance = everybody.map(|who| total(&who)).sum();
	assert_eq!(total, ISSUANCE);
	assert_eq!(pallet_balances::TotalIssuance::<Test>::get(), ISSUANCE);
}

/// Free and held funds of an account.
pub(crate) fn total(who: &Account) -> Balance {
	<Balances as Inspect<Account>>::total_balance(who)
}

pub(crate) fn model_file(name: &str) -> Vec<u8> {
	let path = format!("{}/../model-registry/testdata/{name}.onnx", env!("CARGO_MANIFEST_DIR"));
	std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A complete draft of Alice's.
pub(crate) fn draft(name: &str, price: Balance) -> ModelId {
	let bytes = model_file(name);
	let id = NextModelId::<Test>::get();
	let hashes = chunk_hashes(&bytes).into_iter().map(Into::into).collect();
	let manifest = Manifest {
		length: bytes.len() as u32,
		chunk_hashes: BoundedVec::truncate_from(hashes),
		engine: 1,
		name: Default::default(),
		card_uri: Default::default(),
		card_hash: None,
	};
	Registry::create(signed(alice()), manifest).expect("a draft is created");
	for (index, chunk) in (0u32..).zip(bytes.chunks(CHUNK_BYTES as usize)) {
		Registry::upload_chunk(signed(alice()), id, index, chunk.to_vec())
			.expect("a chunk is uploaded");
	}
	Registry::set_price(signed(alice()), id, price).expect("the price is set");
	id
}

/// An active model of Alice's.
pub(crate) fn active(name: &str, price: Balance) -> ModelId {
	let id = draft(name, price);
	Registry::activate(signed(alice()), id, 0, Default::default(), FUEL)
		.expect("the model is activated");
	check();
	id
}

pub(crate) fn costs(id: ModelId) -> ModelCosts {
	Models::<Test>::get(id).and_then(|info| info.costs).expect("the model is active")
}

/// Bob calls, with limits that don't bind.
pub(crate) fn infer(id: ModelId, inputs: Vec<Tensor>) -> DispatchResultWithPostInfo {
	Engine::infer(signed(bob()), id, inputs, Balance::MAX, FUEL)
}

/// A call by Bob that must succeed.
pub(crate) fn accept(id: ModelId, inputs: Vec<Tensor>) -> PostDispatchInfo {
	let info = infer(id, inputs).expect("the call succeeds");
	check();
	info
}

/// The same way as the precompile's.
pub(crate) fn do_infer(id: ModelId, inputs: Vec<Tensor>) -> Result<Inference<Balance>, InferError> {
	let result = Engine::do_infer(&bob(), &Source::Caller, id, inputs, Balance::MAX, FUEL);
	check();
	result
}

/// A call that must fail and change nothing: the fault, the extrinsic's error and the fuel.
pub(crate) fn refusal(
	caller: Account,
	id: ModelId,
	inputs: Vec<Tensor>,
	max_price: Balance,
	max_fuel: u64,
) -> (InferFault, DispatchError, u64) {
	let root = || sp_io::storage::root(StateVersion::V1);
	let before = root();
	let source = Source::Caller;
	let failed = Engine::do_infer(&caller, &source, id, inputs.clone(), max_price, max_fuel)
		.expect_err("it is refused");
	assert_eq!(root(), before);
	let bytes = crate::data_bytes(&inputs);
	let by_extrinsic =
		Engine::infer(signed(caller), id, inputs, max_price, max_fuel).expect_err("it is refused");
	assert_eq!(root(), before);
	check();
	assert_eq!(by_extrinsic.error, failed.fault.dispatch_error::<Test>());
	assert_eq!(fuel_with(by_extrinsic.post_info, bytes, 0), failed.charged_fuel);
	(failed.fault, by_extrinsic.error, failed.charged_fuel)
}

/// Fuel that the actual weight of a call stands for that paid the owner alone.
pub(crate) fn fuel_of(info: PostDispatchInfo, input_bytes: u64) -> u64 {
	fuel_with(info, input_bytes, 1)
}

/// Fuel that the actual weight of a call stands for that paid so many beneficiaries.
pub(crate) fn fuel_with(info: PostDispatchInfo, input_bytes: u64, beneficiaries: u32) -> u64 {
	let weight = info.actual_weight.expect("the weight is refunded");
	let base = Engine::infer_weight(input_bytes, beneficiaries, 0);
	(weight.ref_time() - base.ref_time()) / pallet_model_registry::cost::C_FUEL_PS
}

pub(crate) fn floats(shape: &[u32], values: &[f32]) -> Tensor {
	Tensor {
		dtype: DType::Float32,
		shape: shape.to_vec(),
		data: values.iter().flat_map(|value| value.to_le_bytes()).collect(),
	}
}

/// An input of the model `affine`.
pub(crate) fn four(values: [f32; 4]) -> Vec<Tensor> {
	vec![floats(&[1, 4], &values)]
}

/// Inputs of the model `branch`.
pub(crate) fn branch(heavy: bool) -> Vec<Tensor> {
	let flag = Tensor { dtype: DType::Bool, shape: vec![], data: vec![heavy.into()] };
	vec![flag, floats(&[48, 48], &[0.0; 48 * 48])]
}

/// The pallet's events in this block.
pub(crate) fn events() -> Vec<Event<Test>> {
	System::events()
		.into_iter()
		.filter_map(|record| match record.event {
			RuntimeEvent::Engine(event) => Some(event),
			_ => None,
		})
		.collect()
}

/// The events of credit in this block.
pub(crate) fn credit_events() -> Vec<pallet_credit::Event<Test>> {
	System::events()
		.into_iter()
		.filter_map(|record| match record.event {
			RuntimeEvent::Credit(event) => Some(event),
			_ => None,
		})
		.collect()
}

/// What an account can spend from the pot.
pub(crate) fn credit(who: &Account) -> Balance {
	Credit::credit_of(who)
}

/// Ids of the receipts that are kept.
pub(crate) fn receipt_ids() -> Vec<H256> {
	Receipts::<Test>::iter_keys().collect()
}
