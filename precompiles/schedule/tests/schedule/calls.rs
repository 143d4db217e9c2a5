//! What contracts are called with, what they take, and what stops them.

use super::{contracts::*, mock::*};
use opg_precompile_schedule::{ReviveContracts, ADDRESS};
use pallet_schedule::{CallFault, Called, Contracts, Outcome};
use polkadot_sdk::sp_core::{H160, H256};

type Calls = ReviveContracts<Test>;

/// Ten milliseconds.
const TIME: u64 = 10_000_000_000;

fn input(contract: H160) -> Called<Vec<u8>> {
	Calls::input(&caller(), contract, 7, TIME)
}

fn deliver(contract: H160, output: &[u8], deposit_limit: Balance) -> Called<()> {
	let receipt = H256::repeat_byte(0xab);
	let outcome = Outcome { schedule: 7, model: 9, receipt, output };
	Calls::deliver(&caller(), contract, outcome, TIME, deposit_limit)
}

fn word(n: u64) -> Vec<u8> {
	let mut word = [0; 32];
	word[24..].copy_from_slice(&n.to_be_bytes());
	word.to_vec()
}

#[test]
fn a_contract_answers_with_inputs() {
	chain(0, || {
		let contract = answers(32, 5, [3; 32]);
		let Called { result, ref_time } = input(contract);
		assert_eq!(result, Ok(vec![3; 5]));
		assert!(ref_time > 0 && ref_time < TIME);
		assert_eq!(input(answers(32, 0, [0; 32])).result, Ok(vec![]));
		assert_eq!(balance(), ED);
	});
}

#[test]
fn an_answer_in_another_encoding_is_refused() {
	chain(0, || {
		// The bytes would lie beyond the answer.
		assert_eq!(input(answers(33, 5, [3; 32])).result, Err(CallFault::BadAnswer));
		assert_eq!(input(answers(32, 33, [3; 32])).result, Err(CallFault::BadAnswer));
		// Nothing at all.
		assert_eq!(input(deploy(&[0x00])).result, Err(CallFault::BadAnswer));
	});
}

#[test]
fn a_contract_is_told_everything_by_a_caller_that_it_knows() {
	chain(10_000, || {
		let contract = keeps();
		let called = deliver(contract, &[5; 40], 10_000);
		assert_eq!(called.result, Ok(()));
		let mut address = vec![0; 12];
		address.extend(ADDRESS);
		assert_eq!(slot(contract, 0), Some(address));
		assert_eq!(slot(contract, 1), Some(word(7)));
		assert_eq!(slot(contract, 2), Some(word(9)));
		assert_eq!(slot(contract, 3), Some(vec![0xab; 32]));
		// The output: where it begins, its length, its first word.
		assert_eq!(slot(contract, 4), Some(word(128)));
		assert_eq!(slot(contract, 5), Some(word(40)));
		assert_eq!(slot(contract, 6), Some(vec![5; 32]));
	});
}

#[test]
fn new_state_is_paid_by_the_caller_and_comes_back_to_it() {
	chain(10_000, || {
		let contract = toggles();
		let before = balance();
		assert_eq!(deliver(contract, &[], 10_000).result, Ok(()));
		let held = before - balance();
		// A slot: an item and 32 bytes of value, and of key at most as much.
		assert!((132..=200).contains(&held), "{held}");
		assert_eq!(deliver(contract, &[], 0).result, Ok(()));
		assert_eq!(balance(), before);
		assert_eq!(slot(contract, 0), None);
		// The limit is exact.
		assert!(matches!(deliver(contract, &[], held - 1).result, Err(CallFault::Failed(_))));
		assert_eq!((slot(contract, 0), balance()), (None, before));
		assert_eq!(deliver(contract, &[], held).result, Ok(()));
		assert_eq!(balance(), before - held);
	});
}

#[test]
fn the_existential_deposit_is_never_spent() {
	chain(0, || {
		let contract = toggles();
		assert!(matches!(deliver(contract, &[], 10_000).result, Err(CallFault::Failed(_))));
		assert_eq!((slot(contract, 0), balance()), (None, ED));
	});
	chain(50, || {
		let contract = toggles();
		assert!(matches!(deliver(contract, &[], 10_000).result, Err(CallFault::Failed(_))));
		assert_eq!((slot(contract, 0), balance()), (None, ED + 50));
	});
}

#[test]
fn a_contract_that_gives_inputs_may_store_nothing_new() {
	chain(10_000, || {
		let contract = toggles();
		assert!(matches!(input(contract).result, Err(CallFault::Failed(_))));
		assert_eq!((slot(contract, 0), balance()), (None, ED + 10_000));
	});
}

#[test]
fn a_revert_changes_nothing() {
	chain(10_000, || {
		let contract = reverts();
		assert_eq!(deliver(contract, &[], 10_000).result, Err(CallFault::Reverted));
		assert_eq!(input(contract).result, Err(CallFault::Reverted));
		assert_eq!((slot(contract, 0), balance()), (None, ED + 10_000));
	});
}

#[test]
fn a_contract_that_never_ends_is_stopped_at_its_limit() {
	chain(0, || {
		let contract = loops();
		let called = input(contract);
		assert!(matches!(called.result, Err(CallFault::Failed(_))));
		assert!(called.ref_time > TIME / 2 && called.ref_time <= TIME, "{}", called.ref_time);
		let called = Calls::input(&caller(), contract, 7, 0);
		assert!(called.result.is_err());
		assert_eq!(called.ref_time, 0);
	});
}

#[test]
fn an_address_without_a_contract_is_none() {
	chain(0, || {
		// Nobody's, an account's, and the identity precompile's.
		let mut identity = H160::zero();
		identity.0[19] = 4;
		for address in [H160::repeat_byte(9), H160(ADDRESS), identity] {
			let none = Called { result: Err(CallFault::BadAnswer), ref_time: 0 };
			assert_eq!(deliver(address, &[], 0), none);
			assert_eq!(input(address).result, Err(CallFault::BadAnswer));
		}
	});
}

#[test]
fn a_call_has_its_fixed_cost() {
	chain(0, || {
		use opg_precompile_schedule::{weights::SubstrateWeight, WeightInfo as _};
		use polkadot_sdk::pallet_revive::{weights::WeightInfo as _, Config};
		let call = <Test as Config>::WeightInfo::call().ref_time();
		let coding = SubstrateWeight::<Test>::coding().ref_time();
		assert!(coding >= 32_000_000);
		assert_eq!(Calls::overhead(), call + coding);
	});
}
