//! A runtime with balances, credit, models, inference and the warm set, and what tests do with it.

use crate as pallet_warm_set;
use crate::{Event, Recent};
use opg_engine_abi::{hash::chunk_hashes, DType, Tensor};
use pallet_inference::{DryRun, InferError, Inference as Done, Quote, Source};
use pallet_model_registry::{GenesisEngine, Manifest, ModelCosts, ModelId, Models, NextModelId};
use polkadot_sdk::{
	frame_support::{
		construct_runtime, derive_impl, parameter_types,
		traits::{ConstU128, ConstU32, ConstU64, Hooks},
		weights::Weight,
		BoundedVec,
	},
	frame_system::{self, EnsureRoot},
	pallet_balances,
	sp_core::{crypto::AccountId32, H160},
	sp_io::TestExternalities,
	sp_runtime::{
		traits::{Convert, IdentityLookup},
		BuildStorage, Perbill, StateVersion,
	},
};

type Account = AccountId32;
type Balance = u128;
type Block = frame_system::mocking::MockBlock<Test>;

construct_runtime!(
	pub enum Test {
		System: frame_system,
		Balances: pallet_balances,
		Registry: pallet_model_registry,
		Credit: pallet_credit,
		Inference: pallet_inference,
		Warm: pallet_warm_set,
	}
);

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type AccountId = Account;
	type Lookup = IdentityLookup<Account>;
	type AccountData = pallet_balances::AccountData<Balance>;
	type Block = Block;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type AccountStore = System;
	type Balance = Balance;
	type ExistentialDeposit = ConstU128<100>;
	type RuntimeHoldReason = RuntimeHoldReason;
}

impl pallet_model_registry::Config for Test {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type ModelAccount = pallet_model_registry::address::NoModelAccounts;
	type EngineOrigin = EnsureRoot<Account>;
	type WeightInfo = pallet_model_registry::weights::SubstrateWeight<Test>;
	type DepositPerItem = ConstU128<1>;
	type DepositPerByte = ConstU128<1>;
	type DraftPeriod = ConstU64<100>;
	type PriceDelay = ConstU64<5>;
	type RetireDelay = ConstU64<10>;
	type EngineDelay = ConstU64<3>;
	type MaxChunksPerReap = ConstU32<2>;
	type MaxCallRefTime = ConstU64<2_000_000_000_000>;
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

parameter_types! {
	pub VoucherContract: H160 = H160::repeat_byte(4);
	pub Treasury: Account = account(99);
	pub const ProtocolShare: Perbill = Perbill::from_percent(5);
	/// Changed by tests.
	pub static MaxBytes: u64 = 64 << 20;
	/// Changed by tests.
	pub static MaxImageBytes: u64 = 16 << 20;
}

/// One unit for a microsecond.
pub struct Fee;

impl Convert<Weight, Balance> for Fee {
	fn convert(weight: Weight) -> Balance {
		u128::from(weight.ref_time() / 1_000_000)
	}
}

impl pallet_inference::Config for Test {
	type WeightInfo = pallet_inference::weights::SubstrateWeight<Test>;
	type Treasury = Treasury;
	type ComputeFee = Fee;
	type ProtocolShare = ProtocolShare;
	type ReceiptPeriod = ConstU64<100>;
	type MaxReceiptsPerBlock = ConstU32<100>;
	type MaxEventOutput = ConstU32<64>;
	type WarmSet = Warm;
}

impl crate::Config for Test {
	type WeightInfo = crate::weights::SubstrateWeight<Test>;
	type PinOrigin = EnsureRoot<Account>;
	type MaxRecent = ConstU32<2>;
	type MaxPinned = ConstU32<2>;
	type MaxBytes = MaxBytes;
	type MaxImageBytes = MaxImageBytes;
	type PinDelay = ConstU64<PIN_DELAY>;
}

/// Blocks until a pin holds.
pub(crate) const PIN_DELAY: u64 = 4;

fn account(n: u8) -> Account {
	Account::new([n; 32])
}

pub(crate) fn signed() -> RuntimeOrigin {
	RuntimeOrigin::signed(account(1))
}

/// Runs a test on a chain at block 1 with the committed engine.
pub(crate) fn chain(test: impl FnOnce()) {
	let engine = opg_engine_blob::latest();
	ext_with(vec![GenesisEngine {
		version: 1,
		profile: engine.profile,
		raw_hash: engine.hash.into(),
		raw_len: engine.raw_len,
		compressed: engine.compressed.to_vec(),
	}])
	.execute_with(|| {
		System::set_block_number(1);
		Warm::on_initialize(1);
		test();
		Warm::do_try_state(false).expect("the invariants hold");
	});
}

/// A chain without engines, for benchmarks, which prepare in its genesis.
#[cfg(feature = "runtime-benchmarks")]
pub(crate) fn ext() -> TestExternalities {
	ext_with(vec![])
}

fn ext_with(engines: Vec<GenesisEngine>) -> TestExternalities {
	let mut storage =
		frame_system::GenesisConfig::<Test>::default().build_storage().expect("genesis of system");
	pallet_balances::GenesisConfig::<Test> {
		balances: [1, 2].map(|n| (account(n), 1_000_000_000)).to_vec(),
		..Default::default()
	}
	.assimilate_storage(&mut storage)
	.expect("genesis of balances");
	pallet_model_registry::GenesisConfig::<Test> { engines, ..Default::default() }
		.assimilate_storage(&mut storage)
		.expect("genesis of the registry");
	TestExternalities::new_with_code_and_state(&[], storage, StateVersion::V1)
}

/// Ends this block and begins the next.
pub(crate) fn next_block() {
	Warm::do_try_state(false).expect("the invariants hold");
	let now = System::block_number();
	Warm::on_finalize(now);
	Warm::do_try_state(true).expect("the invariants hold");
	System::set_block_number(now + 1);
	System::reset_events();
	Warm::on_initialize(now + 1);
}

/// Enters a later block.
pub(crate) fn go_to(block: u64) {
	while System::block_number() < block {
		next_block();
	}
}

/// An active model. Models of one file differ by their `card_uri` alone.
pub(crate) fn active(name: &str) -> ModelId {
	let path = format!("{}/../model-registry/testdata/{name}.onnx", env!("CARGO_MANIFEST_DIR"));
	let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
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
	Registry::create(signed(), manifest).expect("a draft is created");
	Registry::upload_chunk(signed(), id, 0, bytes).expect("a chunk is uploaded");
	Registry::activate(signed(), id, 0, Default::default(), u64::MAX).expect("it is activated");
	id
}

pub(crate) fn costs(id: ModelId) -> ModelCosts {
	Models::<Test>::get(id).and_then(|info| info.costs).expect("the model is active")
}

/// An input of the model `affine`.
pub(crate) fn input() -> Vec<Tensor> {
	let data = [1f32, 2.0, 3.0, 4.0].iter().flat_map(|value| value.to_le_bytes()).collect();
	vec![Tensor { dtype: DType::Float32, shape: vec![1, 4], data }]
}

/// Calls `affine`.
pub(crate) fn run(id: ModelId) -> Done<Balance> {
	call(id, input()).expect("the call succeeds")
}

pub(crate) fn call(id: ModelId, inputs: Vec<Tensor>) -> Result<Done<Balance>, InferError> {
	let caller = account(2);
	Inference::do_infer(&caller, &Source::Caller, id, inputs, Balance::MAX, u64::MAX)
}

pub(crate) fn quote(id: ModelId) -> Quote<Balance> {
	Inference::quote(id).expect("it is callable")
}

pub(crate) fn dry_run(id: ModelId) -> DryRun<Balance> {
	Inference::dry_run(id, input(), None, None, None).expect("it runs")
}

/// The recent models, in order.
pub(crate) fn recent() -> Vec<ModelId> {
	Recent::<Test>::get().iter().map(|entry| entry.model).collect()
}

/// The pallet's events in this block.
pub(crate) fn events() -> Vec<Event<Test>> {
	System::events()
		.into_iter()
		.filter_map(|record| match record.event {
			RuntimeEvent::Warm(event) => Some(event),
			_ => None,
		})
		.collect()
}
