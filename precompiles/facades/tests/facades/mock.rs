//! What the tests of this crate share, beside `opg-precompile-testing`.

pub use opg_precompile_testing::*;

use opg_precompile_facades::forwarder;
use pallet_inference::Receipts;
use pallet_model_registry::ModelId;
use polkadot_sdk::{
	frame_support::assert_ok,
	pallet_revive::{
		self,
		precompiles::alloy::sol_types::{Panic, PanicKind, SolError},
	},
	sp_core::H160,
	sp_io,
	sp_runtime::AccountId32,
};

/// Where a forwarder is.
pub fn at(forwarder: forwarder::Forwarder) -> H160 {
	H160(forwarder.address)
}

/// A chain at block 1 with the released engine, funded accounts and the forwarders.
pub fn ext() -> sp_io::TestExternalities {
	let mut ext = uncounted();
	ext.execute_with(|| assert_eq!(forwarder::count_users::<Test>(), 3));
	ext
}

/// The same with forwarders whose code isn't counted as used.
pub fn uncounted() -> sp_io::TestExternalities {
	ext_from(genesis())
}

/// The genesis of [`uncounted`].
pub fn genesis() -> RuntimeGenesisConfig {
	let mut balances = vec![(alice(), FUNDS), (owner(), FUNDS), (Treasury::get(), FUNDS)];
	balances.extend(forwarder::ALL.map(|one| (account_at(at(one)), ED)));
	let revive = pallet_revive::GenesisConfig {
		accounts: forwarder::ALL.map(|one| one.account()).into(),
		..Default::default()
	};
	RuntimeGenesisConfig { revive, ..opg_precompile_testing::genesis(balances) }
}

/// Alice calls an address without value.
pub fn call(to: H160, data: Vec<u8>) -> CallResult {
	call_raw(to, 0, data)
}

/// What a call that went well returned, as bytes.
pub fn data(result: CallResult) -> Vec<u8> {
	let output = result.result.expect("the call was executed");
	assert!(!output.did_revert(), "reverted: {:?}", output.data);
	output.data
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
