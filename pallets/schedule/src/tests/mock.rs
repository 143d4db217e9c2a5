//! A runtime with balances, models, credit, inference and schedules, contracts that do as they are told,
//! and what tests do with it.

pub(crate) use super::scripted::*;
use crate as pallet_schedule;
use crate::{
	Delivery, Event, Fees, Input, LastResult, Packed, Progress, ProgressOf, RunResult, ScheduleId,
	Schedules, Terms,
};
use opg_engine_abi::{hash::chunk_hashes, CHUNK_BYTES};
use pallet_model_registry::{GenesisEngine, Manifest, ModelCosts, ModelId, Models, NextModelId};
use polkadot_sdk::{
	frame_support::{
		construct_runtime, derive_impl, parameter_types,
		traits::{
			fungible::{Balanced, Inspect, InspectHold},
			tokens::{Fortitude, Precision, Preservation},
			ConstU128, ConstU32, ConstU64, Hooks,
		},
		weights::{constants::RocksDbWeight, Weight},
		BoundedVec,
	},
	frame_system::{self, EnsureRoot},
	pallet_balances,
	sp_core::{crypto::AccountId32, H160},
	sp_io::TestExternalities,
	sp_runtime::{
		traits::{Convert, IdentityLookup},
		BuildStorage, DispatchError, DispatchResult, Perbill, StateVersion,
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
		Credit: pallet_credit,
		Inference: pallet_inference,
		Schedule: pallet_schedule,
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
	type WarmSet = ();
	type ComputeFee = Fee;
	type ProtocolShare = ProtocolShare;
	type ReceiptPeriod = ConstU64<20>;
	type MaxReceiptsPerBlock = MaxReceipts;
	type MaxEventOutput = ConstU32<64>;
}

parameter_types! {
	pub Caller: Account = account(98);
	/// Changed by tests.
	pub static MaxRefTime: u64 = 400_000_000_000;
	/// Changed by tests.
	pub static MaxReceipts: u32 = 100;
	/// Changed by tests.
	pub static FeesFail: bool = false;
}

impl crate::Config for Test {
	type WeightInfo = crate::weights::SubstrateWeight<Test>;
	type Contracts = Scripted;
	type Fees = ToAuthor;
	type Account = Caller;
	type MaxRunsPerBlock = ConstU32<MAX_RUNS>;
	type MaxRefTimePerBlock = MaxRefTime;
	type MinPeriod = ConstU64<2>;
	type MaxFailures = ConstU32<3>;
}

/// Turns of a block.
pub(crate) const MAX_RUNS: u32 = 4;

/// The author of every block.
pub(crate) fn author() -> Account {
	account(3)
}

/// Gives all fees to the author.
pub struct ToAuthor;

impl Fees<Account, Balance> for ToAuthor {
	fn pay(from: &Account, amount: Balance) -> DispatchResult {
		if FeesFail::get() {
			return Err(DispatchError::Other("no fees"));
		}
		let fee = Balances::withdraw(
			from,
			amount,
			Precision::Exact,
			Preservation::Preserve,
			Fortitude::Polite,
		)?;
		Balances::resolve(&author(), fee).map_err(|_| DispatchError::Exhausted)
	}
}

/// Existential deposit.
pub(crate) const ED: Balance = 100;
/// What every account starts with.
pub(crate) const FUNDS: Balance = 1_000_000_000_000;
/// All that there is: four accounts, the pot, and the account that calls contracts.
pub(crate) const ISSUANCE: Balance = 4 * FUNDS + 2 * ED;
/// More fuel than the test models need: 300 ms less what is not fuel.
pub(crate) const FUEL: u64 = 900_000_000;
/// Bob's credit at the start.
pub(crate) const CREDIT: Balance = 500_000_000;

pub(crate) fn account(n: u8) -> Account {
	Account::new([n; 32])
}
/// Owns the models.
pub(crate) fn alice() -> Account {
	account(1)
}
/// Owns the schedules.
pub(crate) fn bob() -> Account {
	account(2)
}
pub(crate) fn signed(who: Account) -> RuntimeOrigin {
	RuntimeOrigin::signed(who)
}

/// Runs a test on a chain at block 1 with the committed engine.
pub(crate) fn chain(test: impl FnOnce()) {
	let engine = opg_engine_blob::latest();
	let mut ext = ext_with(vec![GenesisEngine {
		version: 1,
		profile: engine.profile,
		raw_hash: engine.hash.into(),
		raw_len: engine.raw_len,
		compressed: engine.compressed.to_vec(),
	}]);
	forget_scripts();
	ext.execute_with(|| {
		System::set_block_number(1);
		Credit::do_deposit(&bob(), &bob(), CREDIT).expect("Bob has the funds");
		test();
		check();
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
		balances: [alice(), bob(), account(3), contracts()].map(|who| (who, FUNDS)).to_vec(),
		..Default::default()
	}
	.assimilate_storage(&mut storage)
	.expect("genesis of balances");
	pallet_model_registry::GenesisConfig::<Test> { engines, ..Default::default() }
		.assimilate_storage(&mut storage)
		.expect("genesis of the registry");
	pallet_credit::GenesisConfig::<Test>::default()
		.assimilate_storage(&mut storage)
		.expect("genesis of credit");
	crate::GenesisConfig::<Test>::default()
		.assimilate_storage(&mut storage)
		.expect("genesis of schedules");
	TestExternalities::new_with_code_and_state(&[], storage, StateVersion::V1)
}

/// Ends this block with that much weight left, and begins the next. Gives what turns used.
pub(crate) fn end_block(remaining: u64) -> u64 {
	check();
	let now = System::block_number();
	let used = Schedule::on_idle(now, Weight::from_parts(remaining, 0));
	assert_eq!(used.proof_size(), 0);
	assert!(used.ref_time() <= remaining.min(MaxRefTime::get()), "more was used than there was");
	Inference::on_finalize(now);
	check();
	System::set_block_number(now + 1);
	Inference::on_initialize(now + 1);
	used.ref_time()
}

/// Enters a later block; events of the block before it stay.
pub(crate) fn go_to(block: u64) {
	while System::block_number() < block {
		System::reset_events();
		end_block(u64::MAX);
	}
}

/// The invariants of all pallets, and conservation of money.
pub(crate) fn check() {
	Registry::do_try_state().expect("the registry's invariants hold");
	Credit::do_try_state().expect("the credits' invariants hold");
	Inference::do_try_state().expect("inference's invariants hold");
	Schedule::do_try_state().expect("the invariants hold");
	let everybody = (0..=255).map(account).chain([Credit::pot()]);
	let sum: Balance = everybody.map(|who| total(&who)).sum();
	assert_eq!(sum, ISSUANCE);
	assert_eq!(pallet_balances::TotalIssuance::<Test>::get(), ISSUANCE);
	let credits: Balance = pallet_credit::Credits::<Test>::iter_values().sum();
	assert_eq!(total_of_pot(), credits + ED, "the pot holds the credits and nothing else");
	assert_eq!(total(&Caller::get()), ED, "the caller keeps nothing");
}

fn total_of_pot() -> Balance {
	total(&Credit::pot())
}

/// Free and held funds of an account.
pub(crate) fn total(who: &Account) -> Balance {
	<Balances as Inspect<Account>>::total_balance(who)
}

/// What Bob has held for schedules.
pub(crate) fn held() -> Balance {
	Balances::balance_on_hold(&crate::HoldReason::Schedule.into(), &bob())
}

/// Bob's credit.
pub(crate) fn credit() -> Balance {
	Credit::credit_of(&bob())
}

/// An active model of Alice's.
pub(crate) fn active(name: &str, price: Balance) -> ModelId {
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
	let origin = || signed(alice());
	Registry::create(origin(), manifest).expect("a draft is created");
	for (index, chunk) in (0u32..).zip(bytes.chunks(CHUNK_BYTES as usize)) {
		Registry::upload_chunk(origin(), id, index, chunk.to_vec()).expect("a chunk is uploaded");
	}
	Registry::set_price(origin(), id, price).expect("the price is set");
	Registry::activate(origin(), id, 0, Default::default(), FUEL).expect("it is activated");
	id
}

pub(crate) fn costs(id: ModelId) -> ModelCosts {
	Models::<Test>::get(id).and_then(|info| info.costs).expect("the model is active")
}

/// Raw data of float32 values.
pub(crate) fn raw(values: &[f32]) -> Vec<u8> {
	values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

pub(crate) fn packed(values: &[f32]) -> Packed {
	Packed::truncate_from(raw(values))
}

/// The schedules with a turn in that block, in order.
pub(crate) fn booked(block: u64) -> Vec<ScheduleId> {
	crate::Agenda::<Test>::get(block).iter().map(|turn| turn.schedule).collect()
}

/// Four turns, every 3 blocks, of the model `affine` on fixed inputs.
pub(crate) fn terms(model: ModelId) -> Terms<Balance, u64> {
	Terms {
		model,
		every: 3,
		runs: 4,
		input: Input::Fixed(packed(&[1.0, 2.0, 3.0, 4.0])),
		delivery: None,
		max_price: 1_000_000,
		max_fuel: costs(model).max_fuel(),
	}
}

/// The same with a delivery to that contract, of a millisecond at most.
pub(crate) fn told(model: ModelId, contract: H160, deposit_limit: Balance) -> Terms<Balance, u64> {
	let delivery = Some(Delivery { contract, ref_time: 1_000_000_000, deposit_limit });
	Terms { delivery, ..terms(model) }
}

/// Bob's new schedule.
pub(crate) fn create(terms: Terms<Balance, u64>) -> ScheduleId {
	let id = crate::NextScheduleId::<Test>::get();
	Schedule::create(signed(bob()), terms).expect("the schedule is created");
	check();
	id
}

pub(crate) fn progress(id: ScheduleId) -> Progress<u64> {
	ProgressOf::<Test>::get(id).expect("the schedule hasn't ended")
}

/// `(succeeded, failed, missed)`.
pub(crate) fn counts(id: ScheduleId) -> (u32, u32, u32) {
	let Progress { succeeded, failed, missed, .. } = progress(id);
	(succeeded, failed, missed)
}

pub(crate) fn last(id: ScheduleId) -> Option<RunResult<u64>> {
	LastResult::<Test>::get(id)
}

pub(crate) fn exists(id: ScheduleId) -> bool {
	Schedules::<Test>::contains_key(id)
}

/// The pallet's events since they were reset.
pub(crate) fn events() -> Vec<Event<Test>> {
	System::events()
		.into_iter()
		.filter_map(|record| match record.event {
			RuntimeEvent::Schedule(event) => Some(event),
			_ => None,
		})
		.collect()
}

/// The only event of the block before this one.
pub(crate) fn event() -> Event<Test> {
	let events = events();
	assert_eq!(events.len(), 1, "{events:?}");
	events[0].clone()
}

/// The fee for that much execution time.
pub(crate) fn fee(ref_time: u64) -> Balance {
	Fee::convert(Weight::from_parts(ref_time, 0))
}

/// Execution time of a turn's bookkeeping with so many blocks looked at for the next.
pub(crate) fn turn(lookups: u32) -> u64 {
	<crate::weights::SubstrateWeight<Test> as crate::WeightInfo>::turn(lookups).ref_time()
}

/// Execution time of bookkeeping, with one block looked at for the next turn, and of that a run adds.
pub(crate) fn bookkeeping() -> (u64, u64) {
	let run = <crate::weights::SubstrateWeight<Test> as crate::WeightInfo>::run();
	(turn(1), run.ref_time())
}

/// Execution time of a run of `affine` that pays its owner, without bookkeeping.
pub(crate) fn affine_ref_time(model: ModelId, values: &[f32]) -> u64 {
	let signature = Registry::signature(model).expect("it is active");
	let inputs = signature.unpack_inputs(&raw(values)).expect("they fit");
	let bytes = pallet_inference::data_bytes(&inputs);
	let run = Inference::dry_run(model, inputs, None, None, None).expect("it runs");
	Inference::infer_weight(bytes, 1, run.charged_fuel).ref_time()
}
