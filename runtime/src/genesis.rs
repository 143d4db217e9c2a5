//! The genesis of development and test networks: accounts, balances, validators.
//!
//! Everything here is for networks whose keys are public. A public network brings its own
//! specification. The engine isn't in a preset (it would fill the runtime's code); the node adds it
//! to the patch that it takes from here.

use polkadot_sdk::*;

use crate::{
	chain_params::{DEFAULT_SLOT_DURATION_MS, DEVELOPMENT_EVM_CHAIN_ID},
	configs::schedule::ScheduleAccount,
	fees::{ExistentialDeposit, MinimumMultiplier, TreasuryAccount, GENESIS_ISSUANCE, OPG},
	precompiles, AccountId, Balance, BalancesConfig, ChainParamsConfig, ReviveConfig, Runtime,
	RuntimeGenesisConfig, SessionConfig, SessionKeys, SudoConfig, TransactionPaymentConfig,
};
use alloc::{vec, vec::Vec};
use frame_support::{build_struct_json_patch, genesis_builder_helper};
use opg_precompile_facades::forwarder;
use pallet_revive::AddressMapper;
use serde_json::Value;
use sp_core::{hex2array, H160};
use sp_genesis_builder::{PresetId, DEV_RUNTIME_PRESET, LOCAL_TESTNET_RUNTIME_PRESET};
use sp_keyring::{Ed25519Keyring, Sr25519Keyring};

/// What each development account owns at genesis, in base units: 10 million OPG.
pub const ENDOWMENT: Balance = 10_000_000 * OPG;

/// Ethereum accounts of Substrate's development phrase ("bottom drive obey lake …"), in order of
/// derivation, with the names that Moonbeam's tools gave them.
pub const SUBSTRATE_ETH_ACCOUNTS: [(&str, H160); 5] = [
	("alith", H160(hex2array!("f24ff3a9cf04c71dbc94d0b566f7a27b94566cac"))),
	("baltathar", H160(hex2array!("3cd0a705a2dc65e5b1e1205896baa2be8a07c6e0"))),
	("charleth", H160(hex2array!("798d4ba9baf0064ec19eb4f0a1a45785ae9d6dfc"))),
	("dorothy", H160(hex2array!("773539d4ac0e786233d90a233654ccee26a613d9"))),
	("ethan", H160(hex2array!("ff64d3f6efe2317ee2807d223a0bdc4c0c49dfdb"))),
];

/// The first ten Ethereum accounts of "test test … junk", which Hardhat and Foundry use.
pub const JUNK_ETH_ACCOUNTS: [H160; 10] = [
	H160(hex2array!("f39fd6e51aad88f6f4ce6ab8827279cfffb92266")),
	H160(hex2array!("70997970c51812dc3a010c7d01b50e0d17dc79c8")),
	H160(hex2array!("3c44cdddb6a900fa2b585dd299e03d12fa4293bc")),
	H160(hex2array!("90f79bf6eb2c4f870365e785982e1f101e93b906")),
	H160(hex2array!("15d34aaf54267db7d7c367839aaf71a00a2c6a65")),
	H160(hex2array!("9965507d1a55bcc2695c58ba16fb37d819b0a4dc")),
	H160(hex2array!("976ea74026e726554db657fa54763abd0c3a0aa9")),
	H160(hex2array!("14dc79964da2c08b23698b3d3cc7ca32193d9955")),
	H160(hex2array!("23618e81e3f5cdf7f54c3d65f7fbc0abf5b21e8f")),
	H160(hex2array!("a0ee7a142d267c1f36714e4a8f75612f20a79720")),
];

/// The validators of a test network, in order: their accounts and both session keys come from the
/// development keyring.
pub const VALIDATORS: [(Sr25519Keyring, Ed25519Keyring); 6] = [
	(Sr25519Keyring::Alice, Ed25519Keyring::Alice),
	(Sr25519Keyring::Bob, Ed25519Keyring::Bob),
	(Sr25519Keyring::Charlie, Ed25519Keyring::Charlie),
	(Sr25519Keyring::Dave, Ed25519Keyring::Dave),
	(Sr25519Keyring::Eve, Ed25519Keyring::Eve),
	(Sr25519Keyring::Ferdie, Ed25519Keyring::Ferdie),
];

/// The account of an Ethereum address.
pub fn eth_account(address: &H160) -> AccountId {
	<Runtime as pallet_revive::Config>::AddressMapper::to_fallback_account_id(address)
}

/// The accounts with [`ENDOWMENT`]: the Substrate keyring, then the Ethereum accounts.
pub fn development_accounts() -> Vec<AccountId> {
	Sr25519Keyring::well_known()
		.map(Sr25519Keyring::to_account_id)
		.chain(SUBSTRATE_ETH_ACCOUNTS.iter().map(|(_, address)| eth_account(address)))
		.chain(JUNK_ETH_ACCOUNTS.iter().map(eth_account))
		.collect()
}

/// Accounts without a key that must exist from the first block, with the existential deposit.
fn system_accounts() -> Vec<AccountId> {
	let mut accounts = precompiles::accounts();
	// Else Revive's genesis mints its account's deposit on top of the issuance.
	accounts.push(pallet_revive::Pallet::<Runtime>::account_id());
	// The same for the account that holds all credits.
	accounts.push(pallet_credit::Pallet::<Runtime>::pot());
	// And for the one that calls contracts for schedules.
	accounts.push(ScheduleAccount::get());
	accounts
}

/// Balances that sum to [`GENESIS_ISSUANCE`] exactly: the treasury keeps what the accounts above
/// don't get.
fn balances() -> Vec<(AccountId, Balance)> {
	let mut balances: Vec<_> = development_accounts()
		.into_iter()
		.map(|account| (account, ENDOWMENT))
		.chain(system_accounts().into_iter().map(|a| (a, ExistentialDeposit::get())))
		.collect();
	let given = balances.iter().fold(0, |sum: Balance, (_, amount)| sum.saturating_add(*amount));
	balances.push((TreasuryAccount::get(), GENESIS_ISSUANCE.saturating_sub(given)));
	balances
}

/// The contracts at other systems' addresses.
fn forwarders() -> Vec<pallet_revive::genesis::Account<Runtime>> {
	forwarder::ALL.iter().map(|forwarder| forwarder.account()).collect()
}

/// The genesis patch of a test network with the first `validators` of [`VALIDATORS`], slots of
/// `slot_ms` milliseconds, sudo with Alice. `None` unless `validators` is 1 to 6 and a slot has at
/// least 2 ms.
///
/// Finality needs more than two thirds of the validators: a network of two or three stops
/// finalising when one stops, one of four doesn't.
pub fn local(validators: usize, slot_ms: u64) -> Option<Value> {
	let chosen = VALIDATORS.get(..validators).filter(|chosen| !chosen.is_empty())?;
	if slot_ms < 2 {
		return None;
	}
	let keys = chosen
		.iter()
		.map(|(sr25519, ed25519)| {
			let account = sr25519.to_account_id();
			let keys =
				SessionKeys { aura: sr25519.public().into(), grandpa: ed25519.public().into() };
			(account.clone(), account, keys)
		})
		.collect::<Vec<_>>();
	Some(build_struct_json_patch!(RuntimeGenesisConfig {
		chain_params: ChainParamsConfig {
			slot_duration: slot_ms,
			evm_chain_id: DEVELOPMENT_EVM_CHAIN_ID,
		},
		balances: BalancesConfig { balances: balances() },
		session: SessionConfig { keys },
		revive: ReviveConfig { accounts: forwarders() },
		sudo: SudoConfig { key: Some(Sr25519Keyring::Alice.to_account_id()) },
		transaction_payment: TransactionPaymentConfig { multiplier: MinimumMultiplier::get() },
	}))
}

/// Builds the state of a genesis configuration, as JSON. Beyond what the pallets do, the contracts at
/// other systems' addresses are counted as users of their code, so that nobody can remove it.
pub fn build(config: Vec<u8>) -> sp_genesis_builder::Result {
	genesis_builder_helper::build_state::<RuntimeGenesisConfig>(config)?;
	forwarder::count_users::<Runtime>();
	Ok(())
}

/// The patch of a named preset, as JSON: `development` (Alice alone) or `local_testnet` (Alice and
/// Bob).
pub fn get_preset(id: &PresetId) -> Option<Vec<u8>> {
	let validators = match id.as_str() {
		DEV_RUNTIME_PRESET => 1,
		LOCAL_TESTNET_RUNTIME_PRESET => 2,
		_ => return None,
	};
	serde_json::to_vec(&local(validators, DEFAULT_SLOT_DURATION_MS)?).ok()
}

/// The names of the presets.
pub fn preset_names() -> Vec<PresetId> {
	vec![PresetId::from(DEV_RUNTIME_PRESET), PresetId::from(LOCAL_TESTNET_RUNTIME_PRESET)]
}
