//! What an owner does with a model through the EVM.

use super::mock::*;
use opg_precompile_model_registry::interface::IModelRegistry::{
	pauseCall, resumeCall, setBeneficiariesCall, setPriceCall, transferCall, Beneficiary,
};
use pallet_model_registry::{Beneficiaries, ModelInfoOf, ModelStatus, Models};
use polkadot_sdk::{
	frame_support::assert_ok,
	pallet_revive::precompiles::alloy::{
		primitives::{Address, U256},
		sol_types::SolCall,
	},
	sp_core::H160,
	sp_runtime::AccountId32,
};

fn info(id: u32) -> ModelInfoOf<Test> {
	Models::<Test>::get(id).unwrap()
}

fn address(account: &AccountId32) -> Address {
	address_of(account).0.into()
}

fn beneficiary(account: &AccountId32, parts: u32) -> Beneficiary {
	Beneficiary { account: address(account), parts }
}

/// A model that isn't Alice's.
fn foreign() -> u32 {
	let id = publish(0);
	assert_ok!(ModelRegistry::transfer(RuntimeOrigin::signed(alice()), id, bob()));
	id
}

#[test]
fn an_owner_sets_the_price() {
	ext().execute_with(|| {
		let id = publish(5);
		returned::<setPriceCall>(call(0, setPriceCall { modelId: id, price: U256::from(77) }));
		assert_eq!(info(id).pending_price, Some((77, System::block_number() + 10)));
		let too_much = setPriceCall { modelId: id, price: U256::MAX };
		let text = reverted(call(0, too_much));
		assert!(text.starts_with("AmountRefused(amount="), "{text}");

		assert_ok!(ModelRegistry::freeze(RuntimeOrigin::signed(alice()), id));
		refused(
			setPriceCall { modelId: id, price: U256::from(6) },
			"PriceOfFrozenModel(model=1): the price of a frozen model only falls",
		);
		refused(pauseCall { modelId: id }, "ModelIsFrozen(model=1): a frozen model stays as it is");
	});
}

#[test]
fn an_owner_pauses_and_resumes() {
	ext().execute_with(|| {
		let id = publish(5);
		refused(resumeCall { modelId: id }, "WrongStatus(model=1): check the model's status");
		returned::<pauseCall>(call(0, pauseCall { modelId: id }));
		assert_eq!(info(id).status, ModelStatus::Paused);
		refused(pauseCall { modelId: id }, "WrongStatus(model=1): check the model's status");
		returned::<resumeCall>(call(0, resumeCall { modelId: id }));
		assert_eq!(info(id).status, ModelStatus::Active);
	});
}

#[test]
fn an_owner_gives_a_model_away() {
	ext().execute_with(|| {
		let id = publish(5);
		refused(
			transferCall { modelId: id, to: address(&alice()) },
			"AlreadyOwner(model=1): name another account",
		);
		// An account that isn't there can't hold the deposit.
		let nobody = H160::repeat_byte(0x77);
		refused(
			transferCall { modelId: id, to: nobody.0.into() },
			"Refused(model=1,error=Account cannot be created for recording amount on hold): \
			 check that the accounts exist and can pay",
		);
		returned::<transferCall>(call(0, transferCall { modelId: id, to: address(&bob()) }));
		assert_eq!(info(id).owner, bob());
		state();
		refused(
			transferCall { modelId: id, to: address(&alice()) },
			"NotOwner(model=1): call from the account that owns the model",
		);
	});
}

#[test]
fn an_owner_names_who_is_paid() {
	ext().execute_with(|| {
		let id = publish(5);
		let half = 500_000_000;
		let list = vec![beneficiary(&bob(), half), beneficiary(&alice(), half)];
		returned::<setBeneficiariesCall>(call(0, setBeneficiariesCall { modelId: id, list }));
		let stored: Vec<_> = Beneficiaries::<Test>::get(id)
			.into_iter()
			.map(|one| (one.account, one.parts))
			.collect();
		assert_eq!(stored, [(bob(), half), (alice(), half)]);

		for (list, text) in [
			(
				vec![beneficiary(&bob(), half)],
				"WrongParts(model=1): pass parts above 0 that sum up to 1000000000",
			),
			(
				vec![beneficiary(&bob(), half); 2],
				"DuplicateBeneficiary(model=1): name each account once",
			),
			(
				vec![beneficiary(&bob(), 1); 9],
				"TooManyBeneficiaries(count=9,max=8): name fewer accounts",
			),
		] {
			refused(setBeneficiariesCall { modelId: id, list }, text);
		}
		let none = setBeneficiariesCall { modelId: id, list: vec![] };
		returned::<setBeneficiariesCall>(call(0, none));
		assert!(!Beneficiaries::<Test>::contains_key(id));
	});
}

#[test]
fn nobody_else_changes_a_model() {
	ext().execute_with(|| {
		let id = foreign();
		let text = "NotOwner(model=1): call from the account that owns the model";
		refused(setPriceCall { modelId: id, price: U256::ZERO }, text);
		refused(pauseCall { modelId: id }, text);
		refused(resumeCall { modelId: id }, text);
		refused(transferCall { modelId: id, to: address(&alice()) }, text);
		refused(setBeneficiariesCall { modelId: id, list: vec![] }, text);
		let text = "UnknownModel(model=9): check the model's id";
		refused(setPriceCall { modelId: 9, price: U256::ZERO }, text);
		refused(pauseCall { modelId: 9 }, text);
		refused(resumeCall { modelId: 9 }, text);
		refused(transferCall { modelId: 9, to: address(&alice()) }, text);
		refused(setBeneficiariesCall { modelId: 9, list: vec![] }, text);
	});
}

#[test]
fn a_contract_acts_for_itself_not_for_who_called_it() {
	ext().execute_with(|| {
		let id = publish(5);
		let middle = deploy(proxy(Kind::Call));
		let pause = pauseCall { modelId: id }.abi_encode();
		// Alice owns the model, the contract doesn't.
		let text = reverted(call_raw(middle, 0, pause.clone()));
		assert!(text.starts_with("NotOwner(model=1): "), "{text}");
		assert_ok!(ModelRegistry::transfer(RuntimeOrigin::signed(alice()), id, account_of(middle)));
		returned::<pauseCall>(call_raw(middle, 0, pause));
		assert_eq!(info(id).status, ModelStatus::Paused);
	});
}
