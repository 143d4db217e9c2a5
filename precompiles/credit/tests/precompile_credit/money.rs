//! Depositing, withdrawing and sponsoring.

use super::mock::*;
use opg_precompile_credit::interface::ICredit::{
	allowanceCall, creditOfCall, depositCall, depositToCall, revokeCall, sponsorCall, withdrawCall,
};
use pallet_credit::Sponsorships;
use polkadot_sdk::{
	pallet_revive::precompiles::alloy::{
		primitives::{Address, U256},
		sol_types::SolCall,
	},
	sp_core::H160,
	sp_runtime::AccountId32,
};

fn word(amount: Balance) -> U256 {
	U256::from(amount)
}

fn address(of: H160) -> Address {
	Address::from(of.0)
}

fn credit_of(of: &AccountId32) -> U256 {
	returned::<creditOfCall>(call(0, creditOfCall { account: address(address_of(of)) }))
}

#[test]
fn a_deposit_is_withdrawn_to_the_unit() {
	ext().execute_with(|| {
		let start = money();
		returned::<depositCall>(call(50_000, depositCall {}));
		assert_eq!(credit_of(&alice()), word(50_000));
		assert_eq!(Balances::free_balance(alice()), FUNDS - 50_000);
		assert_eq!(Balances::free_balance(account_of_precompile()), ED);
		returned::<withdrawCall>(call(0, withdrawCall { amount: word(20_000) }));
		assert_eq!(Credit::credit_of(&alice()), 30_000);
		returned::<withdrawCall>(call(0, withdrawCall { amount: word(30_000) }));
		assert_eq!(money(), start);
	});
}

#[test]
fn a_deposit_for_another_is_the_others() {
	ext().execute_with(|| {
		let to = depositToCall { account: address(address_of(&bob())) };
		returned::<depositToCall>(call(50_000, to));
		assert_eq!((Credit::credit_of(&bob()), Credit::credit_of(&alice())), (50_000, 0));
		refused(0, withdrawCall { amount: word(1) }, "InsufficientCredit(needed=1,available=0): ");
		// An address that nobody has used yet.
		let new = H160::repeat_byte(0x77);
		returned::<depositToCall>(call(ED, depositToCall { account: address(new) }));
		assert_eq!(Credit::credit_of(&account_of(new)), ED);
	});
}

#[test]
fn a_contracts_credit_is_its_own() {
	ext().execute_with(|| {
		let middle = deploy(proxy(Kind::Call));
		let data = depositCall {}.abi_encode();
		returned::<depositCall>(call_raw(middle, 50_000, data));
		assert_eq!(Credit::credit_of(&account_of(middle)), 50_000);
		assert_eq!(Credit::credit_of(&alice()), 0);
		let data = withdrawCall { amount: word(50_000) }.abi_encode();
		returned::<withdrawCall>(call_raw(middle, 0, data));
		assert_eq!(Revive::evm_balance(&middle), 50_000u128.into());
		money();
	});
}

#[test]
fn amounts_that_make_no_sense_are_refused() {
	ext().execute_with(|| {
		refused(0, depositCall {}, "ZeroAmount(): ");
		refused(ED - 1, depositCall {}, "CreditTooSmall(least=1000,credit=999): ");
		refused(0, withdrawCall { amount: U256::ZERO }, "ZeroAmount(): ");
		refused(0, withdrawCall { amount: U256::MAX }, "AmountRefused(amount=115792");
		refused(
			0,
			withdrawCall { amount: word(Balance::MAX) },
			"InsufficientCredit(needed=340282366920938463463374607431768211455,available=0): ",
		);
	});
}

fn sponsor_bob(total: Balance, models: Vec<u32>, expires: u64) -> sponsorCall {
	sponsorCall {
		beneficiary: address(address_of(&bob())),
		perCall: word(10),
		total: word(total),
		models,
		expires,
	}
}

fn ask() -> (U256, U256, U256, Vec<u32>, u64) {
	let question = allowanceCall {
		sponsor: address(address_of(&alice())),
		beneficiary: address(address_of(&bob())),
	};
	let answer = returned::<allowanceCall>(call(0, question));
	(answer.perCall, answer.total, answer.spent, answer.models, answer.expires)
}

#[test]
fn an_allowance_is_given_told_and_taken_back() {
	ext().execute_with(|| {
		let nothing = (U256::ZERO, U256::ZERO, U256::ZERO, vec![], 0);
		assert_eq!(ask(), nothing);
		returned::<depositCall>(call(50_000, depositCall {}));
		returned::<sponsorCall>(call(0, sponsor_bob(100, vec![3, 4], 50)));
		assert_eq!(ask(), (word(10), word(100), U256::ZERO, vec![3, 4], 50));
		assert_eq!(Credit::spend_allowance(&alice(), &bob(), 3, 7), Ok(()));
		assert_eq!(ask().2, word(7));
		let bob_is = || revokeCall { beneficiary: address(address_of(&bob())) };
		returned::<revokeCall>(call(0, bob_is()));
		assert_eq!(ask(), nothing);
		refused(0, bob_is(), "NotSponsored(): ");
	});
}

#[test]
fn allowances_that_make_no_sense_are_refused() {
	ext().execute_with(|| {
		refused(0, sponsor_bob(0, vec![], 50), "ZeroAmount(): ");
		refused(0, sponsor_bob(1, vec![], 1), "ExpiryInPast(expires=1,now=1): ");
		refused(0, sponsor_bob(1, vec![0; 17], 50), "TooManyModels(count=17,max=16): ");
		assert_eq!(Sponsorships::<Test>::iter().count(), 0);
		returned::<sponsorCall>(call(0, sponsor_bob(1, vec![0; 16], u64::MAX)));
		assert_eq!(ask().4, u64::MAX);
	});
}

#[test]
fn a_contract_sponsors_with_its_own_money() {
	ext().execute_with(|| {
		let middle = deploy(proxy(Kind::Call));
		let account = account_of(middle);
		let data = || sponsor_bob(100, vec![], 50).abi_encode();
		// The deposit is the contract's to hold, never the origin's.
		let text = reverted(call_raw(middle, 0, data()));
		assert!(text.starts_with("InsufficientFunds(needed="), "{text}");
		let alice_before = Balances::free_balance(alice());
		Balances::transfer_allow_death(RuntimeOrigin::signed(bob()), account.clone(), 100_000)
			.expect("the contract is funded");
		returned::<sponsorCall>(call_raw(middle, 0, data()));
		assert!(Sponsorships::<Test>::contains_key(&account, bob()));
		assert_eq!(Balances::free_balance(alice()), alice_before);
		assert_eq!(Balances::free_balance(&account), ED + 100_000 - Credit::sponsorship_deposit());
		money();
		let revoke = revokeCall { beneficiary: address(address_of(&bob())) }.abi_encode();
		returned::<revokeCall>(call_raw(middle, 0, revoke));
		assert_eq!(Balances::free_balance(&account), ED + 100_000);
		money();
	});
}
