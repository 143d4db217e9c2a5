//! A runtime with balances and the pallet, and what tests do with it.

use crate as pallet_credit;
use crate::{
	voucher, Allowance, AllowanceOf, ChannelId, CreditFault, Event, NextChannelId, Signature,
	Voucher,
};
use polkadot_sdk::{
	frame_support::{
		construct_runtime, derive_impl, parameter_types,
		traits::{fungible::Inspect, ConstU128, ConstU64},
		weights::constants::RocksDbWeight,
		BoundedVec,
	},
	frame_system, pallet_balances,
	sp_core::{crypto::AccountId32, ecdsa, hex2array, Pair, H160},
	sp_io::{self, TestExternalities},
	sp_runtime::{traits::IdentityLookup, BuildStorage, DispatchResult, StateVersion},
};

pub(crate) type Account = AccountId32;
pub(crate) type Balance = u128;
type Block = frame_system::mocking::MockBlock<Test>;

construct_runtime!(
	pub enum Test {
		System: frame_system,
		Balances: pallet_balances,
		Credit: pallet_credit,
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

parameter_types! {
	pub VoucherContract: H160 = CONTRACT;
}

impl crate::Config for Test {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type WeightInfo = crate::weights::SubstrateWeight<Test>;
	type DepositPerItem = ConstU128<100>;
	type DepositPerByte = ConstU128<1>;
	type ClosePeriod = ConstU64<PERIOD>;
	type EvmChainId = ConstU64<CHAIN_ID>;
	type VoucherContract = VoucherContract;
}

/// Existential deposit.
pub(crate) const ED: Balance = 100;
/// What every account starts with.
pub(crate) const FUNDS: Balance = 1_000_000_000;
/// All that there is: three accounts and the pot.
pub(crate) const ISSUANCE: Balance = 3 * FUNDS + ED;
/// Blocks of notice before a channel closes.
pub(crate) const PERIOD: u64 = 10;
/// In the vouchers' domain.
pub(crate) const CHAIN_ID: u64 = 5_197_895;
/// In the vouchers' domain.
pub(crate) const CONTRACT: H160 = H160(hex2array!("000000000000000000000000000000000a040000"));
/// The first key of "test test … junk", as Hardhat prints it, and its address.
pub(crate) const KEY: [u8; 32] =
	hex2array!("ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80");
pub(crate) const SIGNER: H160 = H160(hex2array!("f39fd6e51aad88f6f4ce6ab8827279cfffb92266"));
/// The second one.
pub(crate) const OTHER_KEY: [u8; 32] =
	hex2array!("59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d");
pub(crate) const OTHER_SIGNER: H160 = H160(hex2array!("70997970c51812dc3a010c7d01b50e0d17dc79c8"));

pub(crate) fn account(n: u8) -> Account {
	Account::new([n; 32])
}
/// Pays, sponsors, opens channels.
pub(crate) fn alice() -> Account {
	account(1)
}
/// Is sponsored, is paid.
pub(crate) fn bob() -> Account {
	account(2)
}
/// Has nothing to do with it.
pub(crate) fn charlie() -> Account {
	account(3)
}
/// Doesn't exist.
pub(crate) fn nobody() -> Account {
	account(9)
}
pub(crate) fn signed(who: Account) -> RuntimeOrigin {
	RuntimeOrigin::signed(who)
}

/// Runs a test on a chain at block 1.
pub(crate) fn chain(test: impl FnOnce()) {
	let balances = [alice(), bob(), charlie()].map(|who| (who, FUNDS)).to_vec();
	chain_with(balances, ISSUANCE, test);
}

/// Runs a test on a chain at block 1 with these balances, which make that issuance with the pot's.
pub(crate) fn chain_with(
	balances: Vec<(Account, Balance)>,
	issuance: Balance,
	test: impl FnOnce(),
) {
	ext_with(balances).execute_with(|| {
		go_to(1);
		test();
		check_issuance(issuance);
	});
}

/// A chain without accounts but the pot, for benchmarks, which prepare in its genesis.
#[cfg(feature = "runtime-benchmarks")]
pub(crate) fn ext() -> TestExternalities {
	ext_with(Vec::new())
}

fn ext_with(balances: Vec<(Account, Balance)>) -> TestExternalities {
	let mut storage =
		frame_system::GenesisConfig::<Test>::default().build_storage().expect("genesis of system");
	pallet_balances::GenesisConfig::<Test> { balances, ..Default::default() }
		.assimilate_storage(&mut storage)
		.expect("genesis of balances");
	crate::GenesisConfig::<Test>::default()
		.assimilate_storage(&mut storage)
		.expect("genesis of credit");
	TestExternalities::new_with_code_and_state(&[], storage, StateVersion::V1)
}

/// Enters a later block.
pub(crate) fn go_to(block: u64) {
	System::set_block_number(block);
	System::reset_events();
}

/// The invariants and conservation of money.
pub(crate) fn check() {
	check_issuance(ISSUANCE);
}

pub(crate) fn check_issuance(issuance: Balance) {
	Credit::do_try_state().expect("the invariants hold");
	let accounts = (0..=255).map(account).chain([Credit::pot()]);
	assert_eq!(accounts.map(|who| total(&who)).sum::<Balance>(), issuance);
	assert_eq!(pallet_balances::TotalIssuance::<Test>::get(), issuance);
	// Nobody has sent the pot anything: it holds what it owes, to the unit.
	let credits: Balance = crate::Credits::<Test>::iter_values().sum();
	let channels: Balance =
		crate::Channels::<Test>::iter_values().map(|c| c.funds - c.redeemed).sum();
	assert_eq!(total(&Credit::pot()), credits + channels + ED);
}

/// Free and held funds of an account.
pub(crate) fn total(who: &Account) -> Balance {
	<Balances as Inspect<Account>>::total_balance(who)
}

pub(crate) fn free(who: &Account) -> Balance {
	Balances::free_balance(who)
}

pub(crate) fn credit(who: &Account) -> Balance {
	Credit::credit_of(who)
}

/// A call that must succeed.
pub(crate) fn accept(result: DispatchResult) {
	result.expect("it succeeds");
	check();
}

/// Something that must be refused with that fault and change nothing.
pub(crate) fn refuse<R: std::fmt::Debug>(
	call: impl FnOnce() -> Result<R, CreditFault>,
	fault: CreditFault,
) {
	let root = || sp_io::storage::root(StateVersion::V1);
	let before = root();
	assert_eq!(call().expect_err("it is refused"), fault);
	assert_eq!(root(), before);
}

/// An allowance for all models that expires at block 100.
pub(crate) fn allowance(per_call: Balance, total: Balance) -> AllowanceOf<Test> {
	Allowance { per_call, total, models: Default::default(), expires: 100 }
}

/// Alice gives Bob an allowance.
pub(crate) fn sponsor(allowance: AllowanceOf<Test>) {
	accept(Credit::sponsor(signed(alice()), bob(), allowance));
}

/// Alice deposits.
pub(crate) fn deposit(amount: Balance) {
	accept(Credit::deposit(signed(alice()), amount));
}

/// A channel from Alice to that payee that expires at block 100.
pub(crate) fn open(payee: Account, amount: Balance) -> ChannelId {
	let id = NextChannelId::<Test>::get();
	accept(Credit::open_channel(signed(alice()), payee, SIGNER, amount, 100));
	id
}

pub(crate) fn voucher(channel: ChannelId, cumulative: u128) -> Voucher {
	Voucher { channel, cumulative, valid_until_block: 1_000 }
}

/// The signature of these 32 bytes by a key, as wallets make it: `v` is 27 or 28.
pub(crate) fn sign_digest(key: [u8; 32], digest: &[u8; 32]) -> Signature {
	let mut signature = ecdsa::Pair::from_seed(&key).sign_prehashed(digest).0;
	signature[64] += 27;
	signature
}

/// A voucher signed for this chain.
pub(crate) fn signed_by(key: [u8; 32], voucher: Voucher) -> (Voucher, Signature) {
	let domain = voucher::domain_separator(CHAIN_ID, &CONTRACT);
	(voucher, sign_digest(key, &voucher::digest(&domain, &voucher)))
}

/// A voucher of the channels that [`open`] makes.
pub(crate) fn promise(channel: ChannelId, cumulative: u128) -> (Voucher, Signature) {
	signed_by(KEY, voucher(channel, cumulative))
}

/// Redeems by somebody who has nothing to do with it.
pub(crate) fn redeem(vouchers: Vec<(Voucher, Signature)>) {
	accept(Credit::redeem(signed(charlie()), BoundedVec::truncate_from(vouchers)));
}

/// The pallet's events in this block.
pub(crate) fn events() -> Vec<Event<Test>> {
	System::events()
		.into_iter()
		.filter_map(|record| match record.event {
			RuntimeEvent::Credit(event) => Some(event),
			_ => None,
		})
		.collect()
}
