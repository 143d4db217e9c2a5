//! Genesis: issuance to the unit, mapped accounts, validators, presets.

mod common;

use opg_precompile_facades::forwarder;
use opg_runtime::{
	chain_params, dev_keys,
	fees::{self, ExistentialDeposit, TreasuryAccount, GENESIS_ISSUANCE, OPG},
	genesis, precompiles, AccountId, Runtime, System,
};
use pallet_revive::{evm::Account, AddressMapper};
use polkadot_sdk::*;
use sp_core::H160;
use sp_keyring::Sr25519Keyring;
use sp_runtime::FixedPointNumber;

/// The account of a secret key in hexadecimal.
fn account(key: &str) -> Account {
	let bytes = sp_core::bytes::from_hex(&format!("0x{key}")).unwrap();
	Account::from_secret_key(bytes.try_into().unwrap())
}

#[test]
fn issuance_is_a_billion_to_the_unit() {
	common::chain(2).execute_with(|| {
		let issuance = pallet_balances::Pallet::<Runtime>::total_issuance();
		assert_eq!(issuance, 1_000_000_000 * OPG);
		assert_eq!(issuance, GENESIS_ISSUANCE);
		let sum: u128 = frame_system::Account::<Runtime>::iter_values()
			.map(|account| account.data.free + account.data.reserved)
			.sum();
		assert_eq!(sum, issuance);
	});
}

#[test]
fn accounts_are_endowed_and_mapped() {
	common::chain(2).execute_with(|| {
		let accounts = genesis::development_accounts();
		assert_eq!(accounts.len(), 12 + 5 + 10);
		for account in &accounts {
			assert_eq!(common::balance(account), genesis::ENDOWMENT);
			assert!(<Runtime as pallet_revive::Config>::AddressMapper::is_mapped(account));
		}
		let alice = Sr25519Keyring::Alice.to_account_id();
		let address = <Runtime as pallet_revive::Config>::AddressMapper::to_address(&alice);
		assert_eq!(
			<Runtime as pallet_revive::Config>::AddressMapper::to_account_id(&address),
			alice
		);
		for account in precompiles::accounts() {
			assert_eq!(common::balance(&account), ExistentialDeposit::get());
		}
		let pot = pallet_credit::Pallet::<Runtime>::pot();
		assert_eq!(common::balance(&pot), ExistentialDeposit::get());
		let caller = <Runtime as pallet_schedule::Config>::Account::get();
		assert_eq!(common::balance(&caller), ExistentialDeposit::get());
		assert!(common::balance(&TreasuryAccount::get()) > 700_000_000 * OPG);
	});
}

/// pallet-revive only logs what it couldn't put there.
#[test]
fn forwarders_have_their_code_and_keep_it() {
	common::chain(1).execute_with(|| {
		for forwarder in forwarder::ALL {
			let address = H160(forwarder.address);
			assert_eq!(pallet_revive::Pallet::<Runtime>::code(&address), forwarder.code());
		}
		// The genesis has counted each once; every call counts once more.
		assert_eq!(forwarder::count_users::<Runtime>(), 3);
	});
}

#[test]
fn secret_keys_are_those_of_the_addresses() {
	for ((_, address), key) in
		genesis::SUBSTRATE_ETH_ACCOUNTS.iter().zip(dev_keys::SUBSTRATE_ETH_KEYS)
	{
		assert_eq!(account(key).address(), *address);
	}
	for (address, key) in genesis::JUNK_ETH_ACCOUNTS.iter().zip(dev_keys::JUNK_ETH_KEYS) {
		assert_eq!(account(key).address(), *address);
		assert_eq!(account(key).substrate_account(), genesis::eth_account(address));
	}
}

#[test]
fn networks_have_one_to_six_validators() {
	assert!(genesis::local(0, 6_000).is_none());
	assert!(genesis::local(7, 6_000).is_none());
	assert!(genesis::local(2, 1).is_none());
	for validators in 1..=6 {
		common::chain(validators).execute_with(|| {
			let expected: Vec<AccountId> =
				genesis::VALIDATORS[..validators].iter().map(|v| v.0.to_account_id()).collect();
			assert_eq!(pallet_session::Validators::<Runtime>::get(), expected);
			let aura: Vec<_> = (0..validators).map(|i| common::session_keys(i).aura).collect();
			assert_eq!(pallet_aura::Authorities::<Runtime>::get().into_inner(), aura);
			let grandpa: Vec<_> =
				(0..validators).map(|i| (common::session_keys(i).grandpa, 1)).collect();
			assert_eq!(pallet_grandpa::Pallet::<Runtime>::grandpa_authorities(), grandpa);
			// Their accounts were there before Session counted itself as their user.
			for account in expected {
				assert_eq!(System::providers(&account), 1);
				assert_eq!(System::consumers(&account), 1);
			}
		});
	}
}

#[test]
fn a_network_chooses_its_slots_and_its_evm_chain_id() {
	let mut patch = genesis::local(1, 1_000).unwrap();
	common::merge(&mut patch, serde_json::json!({ "chainParams": { "evmChainId": 77 } }));
	common::chain_from(patch).execute_with(|| {
		assert_eq!(chain_params::SlotDuration::<Runtime>::get(), 1_000);
		assert_eq!(chain_params::EvmChainId::<Runtime>::get(), 77);
		assert_eq!(pallet_aura::Pallet::<Runtime>::slot_duration(), 1_000);
	});
}

#[test]
fn presets_build_and_others_do_not_exist() {
	let names = genesis::preset_names();
	assert_eq!(names, ["development", "local_testnet"]);
	for (name, validators) in names.iter().zip([1, 2]) {
		let json = genesis::get_preset(name).unwrap();
		let patch = serde_json::from_slice(&json).unwrap();
		common::chain_from(patch).execute_with(|| {
			assert_eq!(pallet_session::Validators::<Runtime>::get().len(), validators);
			assert_eq!(
				pallet_sudo::Key::<Runtime>::get(),
				Some(Sr25519Keyring::Alice.to_account_id())
			);
			assert_eq!(
				pallet_transaction_payment::NextFeeMultiplier::<Runtime>::get(),
				sp_runtime::FixedU128::saturating_from_integer(fees::RESTING_MULTIPLIER)
			);
		});
	}
	assert!(genesis::get_preset(&"mainnet".into()).is_none());
}
