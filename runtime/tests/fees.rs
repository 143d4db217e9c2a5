//! What things cost, pinned, and that every unit of it arrives somewhere.

mod common;

use codec::Encode;
use common::{balance, bare, chain, signed, start_block};
use frame_support::{
	dispatch::{DispatchClass, GetDispatchInfo},
	weights::{Weight, WeightToFee},
};
use opg_runtime::{
	dev_keys,
	fees::{self, ComputeFee, TransactionByteFee, TreasuryAccount, MICRO_OPG, MILLI_OPG, OPG},
	genesis, Address, BalancesCall, Executive, Runtime, RuntimeCall, System, SystemCall,
	TransactionPayment,
};
use pallet_revive::evm::{
	Account, GenericTransaction, TransactionLegacyUnsigned, TransactionUnsigned,
};
use polkadot_sdk::*;
use sp_core::U256;
use sp_keyring::Sr25519Keyring;
use sp_runtime::traits::{Convert, One};

/// All OPG on accounts and under way.
fn issuance() -> u128 {
	pallet_balances::Pallet::<Runtime>::total_issuance()
}

/// A transfer of one OPG to Charlie.
fn transfer() -> RuntimeCall {
	BalancesCall::transfer_keep_alive {
		dest: Address::Id(Sr25519Keyring::Charlie.to_account_id()),
		value: OPG,
	}
	.into()
}

/// Asserts a figure within `percent` of `expected`: for what moves a little with the SDK's weights.
fn near(actual: u128, expected: u128, percent: u128) {
	let margin = expected * percent / 100;
	assert!(
		(expected - margin..=expected + margin).contains(&actual),
		"{actual} is not within {percent} % of {expected}"
	);
}

#[test]
fn a_second_of_compute_costs_one_opg_at_rest() {
	chain(1).execute_with(|| {
		assert_eq!(ComputeFee::convert(Weight::from_parts(1_000_000_000_000, 0)), OPG);
		// Proof size is free: there is nobody to send a proof to.
		assert_eq!(ComputeFee::convert(Weight::from_parts(0, 1 << 20)), 0);
	});
}

#[test]
fn a_block_of_compute_and_a_block_of_bytes_cost_about_the_same() {
	chain(1).execute_with(|| {
		let weights = <Runtime as frame_system::Config>::BlockWeights::get();
		let normal = weights.get(DispatchClass::Normal).max_total.unwrap();
		assert_eq!(ComputeFee::convert(Weight::from_parts(normal.ref_time(), 0)), 3 * OPG / 2);
		let length = <Runtime as frame_system::Config>::BlockLength::get();
		let bytes = u128::from(*length.max.get(DispatchClass::Normal));
		assert_eq!(bytes * TransactionByteFee::get(), 1_572_864_000_000_000_000);
	});
}

#[test]
fn transfer_fee_is_pinned() {
	chain(2).execute_with(|| {
		start_block(1);
		let xt = signed(Sr25519Keyring::Alice, 0, 0, transfer());
		let len = xt.encoded_size() as u32;
		let info = TransactionPayment::query_info(xt, len);
		near(info.partial_fee, 409_281 * MICRO_OPG / 1_000, 1);
	});
}

#[test]
fn inference_weight_costs_its_time() {
	chain(1).execute_with(|| {
		// An MLP: 282,208 fuel in the run, ten times that in the load.
		let weight = pallet_model_registry::cost::fuel_weight(3_000_000);
		let expected = u128::from(weight.ref_time()) * fees::RESTING_MULTIPLIER;
		assert_eq!(ComputeFee::convert(weight), expected);
		assert!(expected < 10 * MILLI_OPG);
	});
}

#[test]
fn a_fifth_of_a_fee_goes_to_the_treasury_the_rest_and_the_tip_to_the_author() {
	chain(2).execute_with(|| {
		start_block(1);
		// Slot 1 of two validators is Bob's.
		let author = Sr25519Keyring::Bob.to_account_id();
		let payer = Sr25519Keyring::Alice.to_account_id();
		let (author_before, payer_before) = (balance(&author), balance(&payer));
		let (all, treasury) = (issuance(), balance(&TreasuryAccount::get()));
		let tip = 1_000_000_007;
		let xt = signed(Sr25519Keyring::Alice, 0, tip, transfer());
		Executive::apply_extrinsic(xt).unwrap().unwrap();
		let paid = payer_before - balance(&payer) - OPG;
		assert!(paid > tip);
		let share = (paid - tip) / 5;
		assert_eq!(balance(&TreasuryAccount::get()) - treasury, share);
		assert_eq!(balance(&author) - author_before, paid - share);
		assert_eq!(issuance(), all);
		Executive::finalize_block();
		assert_eq!(issuance(), all);
	});
}

#[test]
fn a_scheduled_runs_fee_is_shared_like_a_transactions() {
	use pallet_schedule::Fees;
	chain(2).execute_with(|| {
		start_block(1);
		let author = Sr25519Keyring::Bob.to_account_id();
		let payer = Sr25519Keyring::Alice.to_account_id();
		let accounts = [&author, &payer, &TreasuryAccount::get()];
		let (all, before) = (issuance(), accounts.map(balance));
		let fee = 1_000_000_007;
		fees::ShareFees::pay(&payer, fee).unwrap();
		let after = accounts.map(balance);
		assert_eq!(after[2] - before[2], fee / 5);
		assert_eq!(after[0] - before[0], fee - fee / 5);
		assert_eq!(before[1] - after[1], fee);
		assert_eq!(issuance(), all);
		// Never more than there is above the existential deposit.
		assert!(fees::ShareFees::pay(&payer, after[1]).is_err());
		assert_eq!(accounts.map(balance), after);
	});
}

#[test]
fn dust_goes_to_the_treasury() {
	chain(1).execute_with(|| {
		start_block(1);
		let (all, treasury) = (issuance(), balance(&TreasuryAccount::get()));
		let poor = sp_runtime::AccountId32::new([9; 32]);
		let ed = fees::ExistentialDeposit::get();
		let force = |from: &sp_runtime::AccountId32, to: &sp_runtime::AccountId32, value| {
			pallet_balances::Pallet::<Runtime>::force_transfer(
				frame_system::RawOrigin::Root.into(),
				Address::Id(from.clone()),
				Address::Id(to.clone()),
				value,
			)
			.unwrap();
		};
		let alice = Sr25519Keyring::Alice.to_account_id();
		force(&alice, &poor, ed + 5);
		force(&poor, &alice, ed);
		assert_eq!(balance(&poor), 0);
		assert_eq!(balance(&TreasuryAccount::get()) - treasury, 5);
		assert_eq!(issuance(), all);
	});
}

#[test]
fn an_ethereum_transfer_takes_near_21000_gas_and_balances() {
	chain(2).execute_with(|| {
		start_block(1);
		let key = sp_core::bytes::from_hex(&format!("0x{}", dev_keys::JUNK_ETH_KEYS[0])).unwrap();
		let from = Account::from_secret_key(key.try_into().unwrap());
		let to = genesis::JUNK_ETH_ACCOUNTS[1];
		let gas_price = pallet_revive::Pallet::<Runtime>::evm_base_fee();
		assert_eq!(gas_price, U256::from(40_000_000_000u64));

		let gas = pallet_revive::Pallet::<Runtime>::eth_estimate_gas(
			GenericTransaction {
				from: Some(from.address()),
				to: Some(to),
				value: Some(OPG.into()),
				..Default::default()
			},
			None,
			None,
		)
		.unwrap();
		// Wallets send a transfer with 21,000 gas without asking.
		assert!(gas <= 21_000.into(), "{gas}");
		near(gas.as_u128(), 20_500, 1);

		let tx = TransactionUnsigned::TransactionLegacyUnsigned(TransactionLegacyUnsigned {
			chain_id: Some(5_197_895.into()),
			gas,
			gas_price,
			to: Some(to),
			value: OPG.into(),
			..Default::default()
		});
		let payload = from.sign_transaction(tx).signed_payload();
		let (sender, receiver) = (from.substrate_account(), genesis::eth_account(&to));
		let author = Sr25519Keyring::Bob.to_account_id();
		let before = [&sender, &receiver, &author, &TreasuryAccount::get()].map(balance);
		let all = issuance();
		let call = RuntimeCall::Revive(pallet_revive::Call::eth_transact { payload });
		Executive::apply_extrinsic(bare(call)).unwrap().unwrap();
		let after = [&sender, &receiver, &author, &TreasuryAccount::get()].map(balance);
		assert_eq!(after[1] - before[1], OPG);
		let paid = before[0] - after[0] - OPG;
		assert_eq!(paid % gas_price.as_u128(), 0, "a multiple of the gas price");
		assert!(paid <= (gas * gas_price).as_u128());
		assert_eq!(after[2] - before[2] + after[3] - before[3], paid);
		assert_eq!(issuance(), all);
		assert!(!System::events().iter().any(|record| matches!(
			record.event,
			opg_runtime::RuntimeEvent::Revive(pallet_revive::Event::EthExtrinsicRevert { .. })
		)));
		Executive::finalize_block();
	});
}

#[test]
fn a_transaction_of_another_chain_is_refused() {
	chain(1).execute_with(|| {
		start_block(1);
		let from = Account::default();
		let tx = TransactionUnsigned::TransactionLegacyUnsigned(TransactionLegacyUnsigned {
			chain_id: Some(1.into()),
			gas: 1_000_000.into(),
			gas_price: pallet_revive::Pallet::<Runtime>::evm_base_fee(),
			to: Some(genesis::JUNK_ETH_ACCOUNTS[0]),
			value: 1.into(),
			..Default::default()
		});
		let payload = from.sign_transaction(tx).signed_payload();
		let call = RuntimeCall::Revive(pallet_revive::Call::eth_transact { payload });
		assert!(Executive::apply_extrinsic(bare(call)).is_err());
	});
}

#[test]
fn the_multiplier_rests_at_its_minimum_and_rises_in_full_blocks() {
	chain(1).execute_with(|| {
		let rest = TransactionPayment::next_fee_multiplier();
		start_block(1);
		Executive::finalize_block();
		assert_eq!(TransactionPayment::next_fee_multiplier(), rest);
		start_block(2);
		let weights = <Runtime as frame_system::Config>::BlockWeights::get();
		let normal = weights.get(DispatchClass::Normal).max_total.unwrap();
		System::register_extra_weight_unchecked(normal, DispatchClass::Normal);
		Executive::finalize_block();
		let next = TransactionPayment::next_fee_multiplier();
		assert!(next > rest);
		assert!(next < rest + rest / 1_000.into(), "slowly");
		assert!(rest > One::one());
	});
}

#[test]
fn deposits_are_as_documented() {
	assert_eq!(fees::deposit(1, 0), MILLI_OPG);
	assert_eq!(fees::deposit(0, 1), 10 * MICRO_OPG);
	assert_eq!(fees::deposit(0, 64 * 1024 * 1024) / OPG, 671);
	assert_eq!(fees::deposit(u32::MAX, u32::MAX) / OPG, 4_337_916);
}

#[test]
fn length_costs_by_the_byte() {
	chain(1).execute_with(|| {
		let fee = <Runtime as pallet_transaction_payment::Config>::LengthToFee::weight_to_fee(
			&Weight::from_parts(1_000, 0),
		);
		assert_eq!(fee, 400 * MICRO_OPG);
		let remark = RuntimeCall::System(SystemCall::remark { remark: vec![0; 1_000] });
		let short = RuntimeCall::System(SystemCall::remark { remark: vec![] });
		assert!(remark
			.get_dispatch_info()
			.call_weight
			.all_gte(short.get_dispatch_info().call_weight));
	});
}
