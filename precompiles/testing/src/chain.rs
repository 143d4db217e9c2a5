//! A chain of the runtime, its accounts, and balances.

use crate::runtime::*;
use pallet_model_registry::genesis::GenesisEngine;
use polkadot_sdk::{
	pallet_balances,
	pallet_revive::{self, AddressMapper},
	sp_core::H160,
	sp_io,
	sp_runtime::{AccountId32, BuildStorage},
};

/// The existential deposit.
pub const ED: Balance = 1_000;
/// What every account starts with.
pub const FUNDS: Balance = 1_000_000_000_000_000_000;
/// The protocol's share, in percent.
pub const SHARE: Balance = 10;
/// The chain id in the vouchers' domain.
pub const CHAIN_ID: u64 = 5_197_895;

/// Account number `n`.
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

/// The account of an address without a mapping, without looking into state.
pub fn account_at(address: H160) -> AccountId32 {
	let mut bytes = [0xee; 32];
	bytes[..20].copy_from_slice(&address.0);
	AccountId32::new(bytes)
}

/// The account of an address.
pub fn account_of(address: H160) -> AccountId32 {
	<Test as pallet_revive::Config>::AddressMapper::to_account_id(&address)
}

/// The address of an account.
pub fn address_of(account: &AccountId32) -> H160 {
	<Test as pallet_revive::Config>::AddressMapper::to_address(account)
}

/// The fixed addresses of the precompiles.
pub fn precompiles() -> Vec<H160> {
	vec![
		H160(opg_precompile_inference::ADDRESS),
		H160(opg_precompile_credit::ADDRESS),
		H160(opg_precompile_model_registry::ADDRESS),
		H160(opg_precompile_staging::ADDRESS),
	]
}

/// A chain at block 1 with the released engine, funded accounts and endowed precompiles.
pub fn ext() -> sp_io::TestExternalities {
	ext_with(&[])
}

/// As [`ext`], with more accounts.
pub fn ext_with(more: &[(AccountId32, Balance)]) -> sp_io::TestExternalities {
	let mut balances = vec![(alice(), FUNDS), (owner(), FUNDS), (Treasury::get(), FUNDS)];
	balances.extend(precompiles().into_iter().map(|address| (account_at(address), ED)));
	balances.extend_from_slice(more);
	ext_of(balances)
}

/// A chain at block 1 with the released engine and these accounts.
pub fn ext_of(balances: Vec<(AccountId32, Balance)>) -> sp_io::TestExternalities {
	ext_from(genesis(balances))
}

/// A genesis with the released engine and these accounts.
pub fn genesis(balances: Vec<(AccountId32, Balance)>) -> RuntimeGenesisConfig {
	let engine = opg_engine_blob::latest();
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
		..Default::default()
	}
}

/// A chain at block 1 with that genesis.
pub fn ext_from(genesis: RuntimeGenesisConfig) -> sp_io::TestExternalities {
	let mut ext: sp_io::TestExternalities =
		genesis.build_storage().expect("the genesis is complete").into();
	ext.execute_with(|| System::set_block_number(1));
	ext
}

/// What these accounts can spend, and the issuance. A refused call leaves them as they were.
pub fn balances_of(accounts: &[AccountId32]) -> Vec<Balance> {
	let mut all: Vec<_> = accounts.iter().map(Balances::free_balance).collect();
	all.push(Balances::total_issuance());
	all
}
