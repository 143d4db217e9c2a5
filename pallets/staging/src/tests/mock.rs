//! A runtime with balances and the pallet, and what tests do with it.

use crate as pallet_staging;
use crate::{BufferId, StagingFault};
use polkadot_sdk::{
	frame_support::{
		construct_runtime, derive_impl,
		traits::{fungible::InspectHold, ConstU128, ConstU32, ConstU64},
		weights::constants::RocksDbWeight,
	},
	frame_system, pallet_balances,
	sp_core::crypto::AccountId32,
	sp_io::TestExternalities,
	sp_runtime::{traits::IdentityLookup, BuildStorage},
};

pub(crate) type Account = AccountId32;
pub(crate) type Balance = u128;
type Block = frame_system::mocking::MockBlock<Test>;

construct_runtime!(
	pub enum Test {
		System: frame_system,
		Balances: pallet_balances,
		Staging: pallet_staging,
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

impl crate::Config for Test {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type WeightInfo = crate::weights::SubstrateWeight<Test>;
	type DepositPerItem = ConstU128<1_000>;
	type DepositPerByte = ConstU128<10>;
	type Period = ConstU64<PERIOD>;
	type MaxBuffers = ConstU32<MAX_BUFFERS>;
	type MaxBytes = ConstU32<MAX_BYTES>;
}

/// Existential deposit.
pub(crate) const ED: Balance = 100;
/// What every account starts with.
pub(crate) const FUNDS: Balance = 100_000_000;
/// Blocks for which a buffer can be used.
pub(crate) const PERIOD: u64 = 10;
/// Buffers of one account.
pub(crate) const MAX_BUFFERS: u32 = 3;
/// Bytes of one account.
pub(crate) const MAX_BYTES: u32 = 1_500_000;

pub(crate) fn account(n: u8) -> Account {
	Account::new([n; 32])
}
/// Has buffers.
pub(crate) fn alice() -> Account {
	account(1)
}
/// Has nothing to do with them.
pub(crate) fn bob() -> Account {
	account(2)
}

/// Runs a test on a chain at block 1, and checks the invariants after it.
pub(crate) fn chain(test: impl FnOnce()) {
	ext().execute_with(|| {
		System::set_block_number(1);
		test();
		check();
	});
}

/// A chain in its genesis.
pub(crate) fn ext() -> TestExternalities {
	let balances = [alice(), bob(), account(3)].map(|who| (who, FUNDS)).to_vec();
	let genesis = RuntimeGenesisConfig {
		balances: pallet_balances::GenesisConfig { balances, ..Default::default() },
		..Default::default()
	};
	genesis.build_storage().expect("a valid genesis").into()
}

/// The invariants, and that no unit appeared or vanished.
pub(crate) fn check() {
	Staging::do_try_state().expect("the invariants hold");
	assert_eq!(Balances::total_issuance(), 3 * FUNDS);
	let sum: Balance = (1..=4).map(account).map(|who| free(&who) + held(&who)).sum();
	assert_eq!(sum, 3 * FUNDS);
}

/// Goes to that block.
pub(crate) fn at(block: u64) {
	System::set_block_number(block);
}

/// What is free of an account.
pub(crate) fn free(who: &Account) -> Balance {
	Balances::free_balance(who)
}

/// What is held of an account.
pub(crate) fn held(who: &Account) -> Balance {
	<Balances as InspectHold<Account>>::total_balance_on_hold(who)
}

/// Alice begins a buffer.
pub(crate) fn begin(length: u32) -> BufferId {
	Staging::do_begin(alice(), length).expect("a buffer is begun")
}

/// Alice writes a piece of that many bytes, each of them `index`.
pub(crate) fn write(id: BufferId, index: u32, length: u32) -> Result<(), StagingFault> {
	Staging::do_write(&alice(), id, index, vec![index as u8; length as usize])
}

/// Everything that a refused call must leave as it is.
pub(crate) fn state() -> (Vec<u8>, u64, Balance) {
	use codec::Encode;
	let buffers: Vec<_> = crate::Buffers::<Test>::iter().collect();
	let pieces: Vec<_> = crate::Pieces::<Test>::iter().collect();
	let usages: Vec<_> = crate::Usages::<Test>::iter().collect();
	let all = (buffers, pieces, usages).encode();
	(all, crate::NextBufferId::<Test>::get(), held(&alice()))
}

/// The pallet's events since they were reset.
pub(crate) fn events() -> Vec<crate::Event<Test>> {
	System::events()
		.into_iter()
		.filter_map(|record| match record.event {
			RuntimeEvent::Staging(event) => Some(event),
			_ => None,
		})
		.collect()
}
